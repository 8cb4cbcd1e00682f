"""Spans to drafts: one call for each, and a reply that is no good is made good."""

import json
from dataclasses import replace

import pytest

from rag_notes.llm.echo import EchoLLM
from rag_notes.schema import Draft, Prompt, Reply, Source
from rag_notes.write.choose import Span
from rag_notes.write.condense import condense
from tests.doubles import Scripted, cut_off

FIRST = "A filter stores only the bits of its keys."
SECOND = "A table stores every key. It takes far more memory."
AROUND = f"We compare two things. {FIRST} {SECOND}"
SPAN = Span("c0001", 2, 3, FIRST, passage=AROUND)
JOINED = Span("c0001", 3, 5, SECOND, passage=AROUND)
LOOSE = Span("c0002", 0, 2, "They store it so that this works. It has the bits.", loose=True)


def drafts_of(span: Span, reply: Reply | str) -> tuple[Draft, ...]:
    return condense([span], Scripted(lambda _: reply))[span]


def part_of(prompt: Prompt) -> str:
    """The span that is asked about."""
    return prompt.user.rpartition("\nPart: ")[2]


def passage_of(prompt: Prompt) -> str:
    """What is shown around it."""
    return prompt.user.rpartition("\nPart: ")[0].removeprefix("Passage: ")


def test_every_span_is_read_once_in_order_by_itself() -> None:
    llm = Scripted(lambda prompt: json.dumps(f"Said is: {len(prompt.user)} bits."))
    found = condense([SPAN, JOINED, LOOSE], llm)
    assert list(found) == [SPAN, JOINED, LOOSE]
    assert [part_of(prompt) for prompt in llm.asked] == [SPAN.text, JOINED.text, LOOSE.text]
    assert len({prompt.turns for prompt in llm.asked}) == 1
    assert {prompt.name for prompt in llm.asked} == {"condense.v4"}


def test_a_span_is_read_with_its_passage_in_sight() -> None:
    llm = Scripted(lambda _: '""')
    condense([SPAN, JOINED, LOOSE], llm)
    assert [passage_of(prompt) for prompt in llm.asked] == [AROUND, AROUND, LOOSE.text]


def test_what_its_passage_names_is_no_leak() -> None:
    around = "The dough of a baker is like a filter. They store it so that this works."
    span = Span("c0001", 1, 2, "They store it so that this works.", loose=True, passage=around)
    (draft,) = drafts_of(span, '"Dough stores it."')
    assert draft == Draft("Dough stores it.", span.sources)
    bare = replace(span, passage=span.text)
    assert drafts_of(bare, '"Dough stores it."') == ()


@pytest.mark.parametrize("span", [SPAN, JOINED, LOOSE])
def test_a_statement_cites_the_sentences_of_its_span(span: Span) -> None:
    assert drafts_of(span, '"Filters store bits."') == (Draft("Filters store bits.", span.sources),)


def test_nothing_to_learn_gives_no_draft() -> None:
    for reply in ('""', '"  "'):
        assert drafts_of(SPAN, reply) == ()


def test_two_sentences_are_two_drafts_of_the_same_sources() -> None:
    drafts = drafts_of(JOINED, '"Tables store keys. Tables take more memory."')
    assert [draft.text for draft in drafts] == ["Tables store keys.", "Tables take more memory."]
    assert {draft.sources for draft in drafts} == {JOINED.sources}


def test_two_clauses_that_and_glues_are_two_drafts() -> None:
    joined = '"A filter of bits is small, and a table of keys is very large."'
    span = Span("c0001", 0, 1, "So the filter of bits is small and then the table is large, right.")
    first, second = drafts_of(span, joined)
    assert (first.text, second.text) == (
        "A filter of bits is small.",
        "A table of keys is very large.",
    )


# --- replies that are no good

BAD: dict[str, Reply | str] = {
    "cut off": cut_off(),
    "no JSON": "A filter",
    "empty": "",
    "another type": "[1, 2]",
    "in a loop": json.dumps("the filter stores the bits and " * 8),
    "a leak": json.dumps("Kneading the dough stores the bits."),
    "cut by the limit": json.dumps("A filter stores the bits of its keys and " * 2),
}


@pytest.mark.parametrize("kind", BAD)
@pytest.mark.parametrize("span", [SPAN, JOINED])
def test_where_a_reply_is_no_good_a_span_keeps_its_own_words(span: Span, kind: str) -> None:
    assert drafts_of(span, BAD[kind]) == (Draft(span.text, span.sources, extractive=True),)


@pytest.mark.parametrize("kind", BAD)
def test_of_a_loose_span_no_own_words_are_left(kind: str) -> None:
    assert drafts_of(LOOSE, BAD[kind]) == ()


def test_what_the_lecture_says_itself_is_no_leak() -> None:
    span = Span("c0001", 0, 1, "The dough of the baker is a metaphor for the bits of a filter.")
    (draft,) = drafts_of(span, '"Dough is a metaphor for bits."')
    assert not draft.extractive


def test_a_bad_reply_spoils_no_other_span() -> None:
    replies: list[Reply | str] = [cut_off(), json.dumps("Tables store keys.")]
    found = condense([SPAN, JOINED], Scripted(lambda _: replies.pop(0)))
    assert found[SPAN][0].extractive
    assert found[JOINED] == (Draft("Tables store keys.", JOINED.sources),)


# --- limits


@pytest.mark.parametrize(
    ("length", "limit"), [(20, 90), (60, 90), (61, 91), (150, 180), (290, 320), (900, 320)]
)
def test_a_statement_is_held_to_what_was_said_and_a_name(length: int, limit: int) -> None:
    llm = Scripted(lambda _: '""')
    condense([Span("c0001", 0, 1, "x" * length, passage="y" * 900)], llm)
    assert json.loads(llm.asked[0].schema)["maxLength"] == limit


def test_a_whole_sentence_before_the_limit_is_kept_and_the_cut_one_is_not() -> None:
    span = Span("c0001", 0, 1, "b" * 70)
    cut = "A filter stores bits. Then a long one goes on about tables, keys, disks and the like"
    (draft,) = drafts_of(span, json.dumps(cut.ljust(99, "x")))
    assert draft == Draft("A filter stores bits.", span.sources)


def test_what_could_fill_the_context_is_not_asked_about() -> None:
    endless = Span("c0001", 0, 1, "bits" * 2000)
    loose = Span("c0003", 0, 1, "bits" * 2000, loose=True)
    llm = Scripted(lambda _: '"Filters store bits."')
    found = condense([SPAN, endless, loose, LOOSE], llm)
    assert [part_of(prompt) for prompt in llm.asked] == [SPAN.text, LOOSE.text]
    assert list(found) == [SPAN, endless, loose, LOOSE]
    assert found[endless] == (Draft(endless.text, (Source("c0001", 0),), extractive=True),)
    assert found[loose] == ()


def test_of_a_passage_that_could_fill_the_context_only_the_part_is_shown() -> None:
    llm = Scripted(lambda _: '""')
    condense([replace(SPAN, passage="bits " * 2000)], llm)
    assert (passage_of(llm.asked[0]), part_of(llm.asked[0])) == (SPAN.text, SPAN.text)


def test_progress_counts_spans() -> None:
    seen: list[tuple[float, float]] = []
    condense(
        [SPAN, Span("c0001", 0, 1, "bits" * 2000), LOOSE],
        EchoLLM(),
        progress=lambda done, all_: seen.append((done, all_)),
    )
    assert seen == [(1, 3), (2, 3), (3, 3)]


def test_no_spans_need_no_llm() -> None:
    llm = Scripted(lambda _: '""')
    assert condense([], llm) == {}
    assert llm.asked == []
