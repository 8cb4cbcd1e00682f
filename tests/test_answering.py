"""Passages to an answer: what is read, when it is enough, what is printed and what is declined."""

import itertools
import json
from collections.abc import Callable, Sequence

import pytest

from rag_notes.ground.gate import Doubt
from rag_notes.ground.sentences import embed_sentences
from rag_notes.pipeline import answering
from rag_notes.pipeline.answering import Answered, Means, answer_from
from rag_notes.schema import Chunk, Claim, Hit, Prompt, Reply
from rag_notes.search.embed import HashEmbedder
from tests.doubles import Scripted, step

QUESTION = "Why can an element not be deleted from the filter?"
SAID = "Deletion is impossible, because clearing a bit might erase another element."
PASSAGES = {
    "c0001": ("The filter has an array of bits.", "All of them are zero at the start of it."),
    "c0002": ("A fast hash is fine for the filter.", SAID, "Use a counting filter for that."),
    "c0003": ("The speaker thanks the audience for coming.", "Lunch is served in the hall now."),
    "c0004": ("Insert sets the bits of an element.", "Query looks at the bits of an element."),
    "c0005": ("The filter never forgets an element.", "It needs ten bits for each element."),
}


def passage(name: str, sentences: tuple[str, ...]) -> Chunk:
    ends = list(itertools.accumulate(len(one.split()) for one in sentences))
    spans = tuple(zip([0, *ends], ends, strict=False))
    return Chunk(name, "speech", " ".join(sentences), paragraph=int(name[1:]), sentences=spans)


CHUNKS = tuple(passage(name, sentences) for name, sentences in PASSAGES.items())


class Reader(Scripted):
    """An LLM that finds the answer where `likely` says so, and answers with the words given."""

    def __init__(self, likely: Callable[[str], float], text: str = SAID) -> None:
        self._likely = likely
        self._text = text
        super().__init__(self._reply)

    def _reply(self, prompt: Prompt) -> Reply:
        if step(prompt) == "answerable":
            p = self._likely(prompt.user)
            return Reply("yes" if p >= 0.5 else "no", "stop", p=p)
        return Reply(json.dumps(self._text), "stop")


def answer(
    llm: Scripted,
    question: str = QUESTION,
    *,
    told: list[Claim] | None = None,
    own_wording: bool = True,
) -> Answered:
    embedder = HashEmbedder()
    hits = [Hit(chunk, 1 / len(CHUNKS)) for chunk in CHUNKS]
    sentences = embed_sentences(CHUNKS, embedder)
    means = Means(sentences, embedder, llm, None, CHUNKS, own_wording=own_wording)
    tell = told.append if told is not None else None
    return answer_from(question, hits, means, ids=itertools.count(1), on_claim=tell)


def where_it_is(prompt: str) -> float:
    return 0.9 if "Deletion" in prompt else 0.2


def test_the_passage_that_holds_the_answer_is_cited() -> None:
    told: list[Claim] = []
    (claim,) = answer(Reader(where_it_is), told=told).claims
    assert claim.text == SAID
    assert [one.chunk for one in claim.citations] == ["c0002"]
    assert told == [claim]


def test_what_no_passage_holds_is_declined_without_being_written() -> None:
    llm = Reader(lambda _: 0.1)
    assert answer(llm) == Answered()
    assert {step(prompt) for prompt in llm.asked} == {"answerable"}


def test_a_foreign_question_is_declined_without_asking_the_llm() -> None:
    llm = Reader(lambda _: 1.0)
    assert answer(llm, "Who won the tournament in Brazil yesterday?") == Answered()
    assert llm.asked == []


def test_reading_ends_with_a_stretch_that_surely_answers() -> None:
    sure = Reader(lambda _: 0.9)
    answer(sure)
    first = [step(prompt) for prompt in sure.asked[:2]]
    assert first == ["answerable", "answer"]
    unsure = Reader(lambda _: 0.1)
    answer(unsure)
    assert 2 <= len(unsure.asked) <= answering._READ


def test_a_sentence_that_its_passage_does_not_carry_is_rejected_and_the_passage_quoted() -> None:
    invented = Reader(where_it_is, "Elements are kept for 300 years in a cheese factory.")
    found = answer(invented)
    (claim,) = found.claims
    assert (claim.text, claim.extractive) == (SAID, True)
    assert [one.text for one in found.rejected] == [
        "Elements are kept for 300 years in a cheese factory."
    ]


def test_an_answer_may_take_over_the_words_of_its_question() -> None:
    text = "An element can not be deleted, because clearing a bit might erase another element."
    (claim,) = answer(Reader(where_it_is, text)).claims
    assert (claim.text, claim.extractive) == (text, False)


def test_an_llm_that_is_not_trusted_with_words_of_its_own_may_take_over_those_too() -> None:
    text = "An element is not deleted, because clearing a bit might erase another element."
    (claim,) = answer(Reader(where_it_is, text), own_wording=False).claims
    assert (claim.text, claim.extractive) == (text, False)
    turned = "Clearing a bit might erase another element, so an element is never impossible."
    found = answer(Reader(where_it_is, turned), own_wording=False)
    assert [(one.text, one.extractive) for one in found.claims] == [(SAID, True)]
    assert [one.text for one in found.rejected] == [turned]


def test_a_question_turned_into_a_statement_is_no_answer() -> None:
    turned = "An element can be deleted from the filter."
    found = answer(
        Reader(where_it_is, turned), "Can an element be deleted from the filter?", own_wording=False
    )
    assert turned not in [one.text for one in found.claims]
    assert [one.text for one in found.rejected] == [turned]


@pytest.mark.parametrize("p", [0.0, 0.2, 0.49])
def test_what_the_llm_doubts_is_not_quoted_either(p: float) -> None:
    assert not answer(Reader(lambda _: p)).claims


def test_the_second_reading_sees_the_stretch_and_its_refusal_leaves_the_quote() -> None:
    seen: list[Doubt] = []

    def refuse(doubts: Sequence[Doubt]) -> list[str | None]:
        seen.extend(doubts)
        return ["a second reading does not find it there"]

    text = "An element can not be deleted, because clearing a bit might erase another element."
    embedder = HashEmbedder()
    hits = [Hit(chunk, 1 / len(CHUNKS)) for chunk in CHUNKS]
    llm = Reader(where_it_is, text)
    means = Means(embed_sentences(CHUNKS, embedder), embedder, llm, refuse, CHUNKS)
    found = answer_from(QUESTION, hits, means, ids=itertools.count(1))
    assert [one.text for one in seen] == [text]
    assert "A fast hash is fine" in seen[0].passage
    assert SAID in seen[0].passage
    (claim,) = found.claims
    assert (claim.id, claim.text, claim.extractive) == ("k0001", SAID, True)
    assert [one.text for one in found.rejected] == [text]


def test_nothing_is_said_twice() -> None:
    found = answer(Reader(lambda _: 0.9))
    assert len({claim.text for claim in found.claims}) == len(found.claims) <= 3


def test_what_is_read_ahead_begins_as_an_answer_does() -> None:
    llm = Reader(where_it_is)
    answer(llm)
    (ahead, *_) = answering.openings()
    asked = next(prompt for prompt in llm.asked if step(prompt) == "answerable")
    written = next(prompt for prompt in llm.asked if step(prompt) == "answer")
    assert (ahead.system, ahead.turns) == (asked.system, asked.turns)
    assert written.system == asked.system
    assert written.turns[: len(asked.turns)] == asked.turns
    assert written.turns[-1][0].startswith("Passage: ")
