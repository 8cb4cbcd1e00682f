from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rag_notes.errors import InputError
from rag_notes.export.cite import label
from rag_notes.export.escape import plain
from rag_notes.export.markdown import BLOCK_HEADINGS, to_markdown
from rag_notes.export.notices import BY_WORDS, CORRECTED, HOW_TO_READ_UNCLEAR, LEFT_OUT_HEADING
from rag_notes.schema import (
    Block,
    BlockKind,
    Citation,
    Claim,
    Coverage,
    Notes,
    Rejected,
    Section,
    SectionKind,
    Window,
)
from tests.build import claim, notes, provenance, read, said, shown, unclear_notes, untimed_notes
from tests.readback import Read, headings, html_of, read_left_out, read_notes, targets, unclear
from tests.snapshots import assert_snapshot

PARTS: tuple[SectionKind, ...] = (
    "answer",
    "goals",
    "story",
    "topic",
    "glossary",
    "checklist",
    "numbers",
)
OWN_HTML = {
    "<details><summary>Answer</summary>",
    "<details><summary>Rejected statements</summary>",
    "</details>",
}


def printed(value: Notes) -> str:
    return to_markdown(value, media="lecture.mp4", slides="slides.pdf")


def expected(value: Notes) -> list[Read]:
    """What notes.json says, in the order of the headings."""
    read: list[Read] = []
    for part in PARTS:
        for section in value.sections:
            if section.kind == part:
                read += [item for block in ordered(section) for item in said_in(block.claims)]
                read += [(f"“{plain(c.quote)}”", [label(c)]) for c in section.nearest]
    return read


def ordered(section: Section) -> list[Block]:
    if section.kind != "topic":
        return list(section.blocks)
    return sorted(section.blocks, key=lambda block: list(BLOCK_HEADINGS).index(block.kind))


def said_in(claims: tuple[Claim, ...]) -> list[Read]:
    both = [c for claim in claims for c in (claim, claim.answer) if c is not None]
    return [(plain(c.text), [label(citation) for citation in c.citations]) for c in both]


def test_snapshot_of_timed_notes() -> None:
    assert_snapshot("notes.md", printed(notes()))


def test_snapshot_of_untimed_notes() -> None:
    assert_snapshot("notes_untimed.md", to_markdown(untimed_notes(), media=None, slides=None))


def test_snapshot_of_unclear_notes() -> None:
    assert_snapshot("notes_unclear.md", printed(unclear_notes()))


def test_a_claim_that_rests_on_doubtful_words_alone_says_so() -> None:
    text = printed(unclear_notes())
    assert unclear(text) == ["00:01:00", "00:01:00"]
    assert "[00:01:00](lecture.mp4#t=60) *(heard unclearly)* It is fast." in text
    assert HOW_TO_READ_UNCLEAR in text
    assert HOW_TO_READ_UNCLEAR not in printed(notes())
    assert unclear(printed(notes())) == []


def test_corrections_are_listed_last() -> None:
    text = printed(unclear_notes())
    row = "| binary surge | binary search | [p. 17](slides.pdf#page=17) | 2 |"
    head = "| Heard | Read as | Slide | Times |\n| --- | --- | --- | --- |"
    assert text.endswith(f"{CORRECTED}\n\n{head}\n{row}\n")
    assert ("binary surge", []) in read_left_out(text)
    assert CORRECTED not in printed(notes())


def test_headings_stand_in_the_order_of_the_contract() -> None:
    assert headings(printed(notes())) == [
        "# Binary search",
        "## Answer to your question",
        "## 1) Learning Goals",
        "## 2) The Story in One Page",
        "## 3) Main Notes",
        "### 3.1 Halving the range",
        "#### Overview",
        "#### Detailed Explanation",
        "#### Procedure",
        "#### Worked Example",
        "##### Finding 7",
        "#### Implementation Notes",
        "#### Visual Takeaway",
        "#### Common Confusions",
        "#### Check Yourself",
        "## 4) Glossary",
        "## 5) Summary Checklist",
        "## 6) Numbers and Hyperparameters",
        "## What these notes leave out",
    ]


def test_of_empty_notes_the_first_three_parts_are_left() -> None:
    empty = Notes("", "en", (), Coverage(1.0, timed=True), provenance())
    assert headings(printed(empty)) == [
        "# Lecture",
        "## 1) Learning Goals",
        "## 2) The Story in One Page",
        "## 3) Main Notes",
    ]
    assert read_notes(printed(empty)) == []


@pytest.mark.parametrize("value", [notes(), untimed_notes(), unclear_notes()])
def test_the_file_says_what_the_notes_say_and_no_sentence_more(value: Notes) -> None:
    assert read_notes(printed(value)) == expected(value)


def test_a_sentence_more_would_be_noticed() -> None:
    text = printed(notes())
    added = text.replace("\n#### Procedure", "\nAnd it is always right.\n\n#### Procedure")
    assert len(read_notes(added)) == len(read_notes(text)) + 1
    assert len(read_notes(text.replace("- The code", "- So. [00:00:01] The code"))) == len(
        read_notes(added)
    )


def test_a_block_of_a_kind_that_its_section_does_not_expect_is_printed() -> None:
    stray = Section("4", "glossary", "", (Block("explanation", (claim(1, "Stray."),)),))
    text = printed(replace(notes(), sections=(stray,)))
    assert ("Stray.", ["00:01:00"]) in read_notes(text)


def test_topics_are_numbered_and_linked_to_their_span() -> None:
    text = printed(notes())
    assert "\n[00:10:00](lecture.mp4#t=600) – [00:20:00](lecture.mp4#t=1200)\n" in text


def test_two_blocks_of_one_kind_share_a_heading() -> None:
    blocks = tuple(Block("example", (claim(n, "One."),), title=f"Case {n}") for n in (1, 2))
    text = printed(replace(notes(), sections=(Section("3.1", "topic", "T", blocks),)))
    assert headings(text)[-5:-1] == [
        "### 3.1 T",
        "#### Worked Example",
        "##### Case 1",
        "##### Case 2",
    ]


def test_long_stories_become_several_paragraphs() -> None:
    story = Block("story", tuple(claim(n, f"Sentence {n}.") for n in range(1, 11)))
    text = printed(replace(notes(), sections=(Section("2", "story", "", (story,)),)))
    part = text.split("## 2) The Story in One Page")[1].split("## 3)")[0]
    assert [p.count("Sentence") for p in part.strip().split("\n\n")] == [4, 4, 2]


def test_captions_alone_are_cited_without_links() -> None:
    text = to_markdown(notes(), media=None, slides=None)
    assert targets(text) == []
    assert "decides which half is kept. [00:41:10]\n" in text
    assert "log n. [p. 17] [00:41:30 · p. 17]\n" in text
    assert read_notes(text) == expected(notes())


def test_untimed_citations_link_to_the_transcript() -> None:
    text = to_markdown(untimed_notes(), media=None, slides=None)
    assert "halves the range. [¶ 12](transcript.md#p12)\n" in text
    assert set(targets(text)) == {f"transcript.md#p{n}" for n in (1, 2, 8, 12)}


def test_answers_of_questions_are_folded() -> None:
    text = printed(notes())
    question = text.index("1,000 entries need?")
    fold = text.index("<details><summary>Answer</summary>")
    answer = text.index("About ten comparisons")
    assert question < fold < answer < text.index("</details>")


def test_an_unanswered_query_says_so_and_shows_the_nearest_moments() -> None:
    text = to_markdown(untimed_notes(), media=None, slides=None)
    assert "> Your question: Who invented it?" in text
    assert "The lecture does not answer this question." in text
    assert "- “halves the range” [¶ 2](transcript.md#p2)" in text


def test_a_query_without_an_answer_section_is_not_passed_over() -> None:
    text = printed(replace(notes(), sections=()))
    assert "The lecture does not answer this question." in text


def test_a_query_that_shows_nothing_is_not_repeated() -> None:
    text = printed(replace(notes(), query="\x80", query_reading="\x97"))
    assert "Your question" not in text
    assert "Read as" not in text


def test_what_is_left_out_is_listed() -> None:
    text = printed(notes())
    assert "The sentences that these notes cite hold 93 % of the speaking time." in text
    cells = [cell for cell, _ in read_left_out(text)]
    for listed in ("greetings", "title page", "It needs 50000 steps."):
        assert listed in cells
    assert "It needs 50000" not in text.split(LEFT_OUT_HEADING)[0]
    assert "[00:00:00]" not in text.split(LEFT_OUT_HEADING)[1]  # a window with claims


@pytest.mark.parametrize(
    ("language", "embedder", "is_said"),
    [
        ("de", "minilm-l6-v2", True),
        ("en", "minilm-l6-v2", False),
        ("de", "multilingual-e5-small", False),
    ],
)
def test_notes_say_where_words_carried_the_search(
    language: str, embedder: str, *, is_said: bool
) -> None:
    made = replace(provenance(), embedder=embedder)
    text = printed(replace(notes(), language=language, provenance=made))
    assert (BY_WORDS in text.split(LEFT_OUT_HEADING)[1]) is is_said


def test_marks_of_the_making_do_not_show() -> None:
    plainer = replace(claim(1, "Same."), extractive=False, support=1.0)
    section = Section("3.1", "topic", "T", (Block("overview", (plainer,)),))
    doubtful = Block("overview", (replace(plainer, extractive=True, support=0.1),))
    texts = {
        printed(replace(notes(), sections=(s,)))
        for s in (section, replace(section, blocks=(doubtful,)))
    }
    assert len(texts) == 1


def test_one_place_is_cited_once() -> None:
    twice = claim(1, "Same.", said(61.0), said(61.5), shown(3))
    section = Section("3.1", "topic", "T", (Block("overview", (twice,)),))
    assert read_notes(printed(replace(notes(), sections=(section,)))) == [
        ("Same.", ["00:01:01", "p. 3"])
    ]


def test_a_broken_url_is_refused() -> None:
    with pytest.raises(InputError, match="not a URL"):
        to_markdown(notes(), media="https://[", slides=None)


# --- any text whatever ----------------------------------------------------------------------------

hostile = st.text(st.sampled_from("\\`*_{}[]()<>#+-.!|~$&:;= \n12a¶p")) | st.text(max_size=20)
shown_text = hostile.filter(lambda text: bool(plain(text)))
citations = st.lists(
    st.builds(said, st.integers(0, 90_000).map(float), page=st.none() | st.integers(1, 99))
    | st.builds(shown, st.integers(1, 99))
    | st.builds(read, st.integers(1, 999)),
    min_size=1,
    max_size=3,
    unique_by=label,
).map(tuple)


@st.composite
def claims(draw: st.DrawFn, *, folded: bool = False) -> Claim:
    answer = draw(claims()) if folded and draw(st.booleans()) else None
    return Claim(
        id="k1",
        text=draw(shown_text),
        citations=draw(citations),
        support=0.5,
        term=draw(st.none() | hostile),
        value=draw(st.none() | hostile),
        answer=answer,
    )


def blocks(kind: BlockKind) -> st.SearchStrategy[Block]:
    some = st.lists(claims(folded=kind == "question"), min_size=1, max_size=3).map(tuple)
    return st.builds(Block, st.just(kind), some, st.none() | hostile)


def section(kind: SectionKind, *kinds: BlockKind) -> st.SearchStrategy[Section]:
    return st.builds(
        Section,
        id=hostile,
        kind=st.just(kind),
        title=hostile,
        blocks=st.tuples(*(blocks(k) for k in kinds)),
        span=st.none() | st.just((1.0, 2.0)),
        nearest=st.builds(
            Citation, st.just("c1"), st.just("speech"), hostile, st.just(1.0), st.just(2.0)
        ).map(lambda c: (c,) if kind == "answer" else ()),
    )


any_notes = st.builds(
    Notes,
    title=hostile,
    language=hostile,
    sections=st.tuples(
        section("topic", "question", "confusion", "overview"),
        section("answer", "answer"),
        section("glossary", "term"),
        section("story", "story", "outline"),
        section("numbers", "number"),
        section("checklist", "check"),
    ),
    coverage=st.builds(
        Coverage,
        st.just(0.5),
        timed=st.booleans(),
        windows=st.builds(Window, st.just(1.0), st.just(8.0), st.just(0), hostile).map(
            lambda window: (window,)
        ),
    ),
    provenance=st.builds(lambda name: replace(provenance(), llm=name), hostile),
    query=hostile,
    query_reading=hostile,
    rejected=st.builds(Rejected, hostile, hostile, hostile).map(lambda item: (item,)),
)


@settings(max_examples=40, deadline=None)  # each is a whole file of notes
@given(any_notes)
def test_any_text_survives_and_none_becomes_markup(value: Notes) -> None:
    text = printed(value)
    assert read_notes(text) == expected(value)
    assert set(html_of(text)) <= OWN_HTML
    own = ("lecture.mp4#t=", "slides.pdf#page=", "transcript.md#p")
    assert all(target.startswith(own) for target in targets(text))
    fixed = [h for h in headings(text) if h.startswith("## ")]
    assert fixed == [h for h in headings(printed(notes())) if h.startswith("## ")]
