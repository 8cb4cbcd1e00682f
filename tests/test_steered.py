"""A query that instructs: what stays of the notes, and that what goes is named."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TypeAlias

import pytest

from rag_notes.pipeline import Made
from rag_notes.schema import LEFT_OUT, Block, Notes, Prompt, Section
from tests import readback, runs
from tests.doubles import Student
from tests.runs import evenly

Make: TypeAlias = Callable[[str | None], Made]

# Three subjects of three statements each, with talk between them so that each is one span.
FILTER = (
    "A Bloom filter is a data structure that tests whether an element was inserted before.",
    "A Bloom filter never stores the elements, so its memory stays small for long keys.",
    "Burton Bloom described the Bloom filter in 1970 for a program that hyphenates words.",
)
SORTING = (
    "Merge sort is an algorithm that splits a list into halves and merges sorted halves.",
    "Merge sort compares at most 20 million pairs for 1 million entries of a list.",
    "In practice merge sort needs a second list in memory, which doubles what it takes.",
)
GRAPHS = (
    "A graph is a set of vertices together with edges that join two vertices each.",
    "Breadth-first search visits the vertices of a graph in the order of their distance.",
    "A graph with 8 vertices has at most 28 edges if no edge joins a vertex to itself.",
)
TALK = "So let me say that again, because I think it is what you will want to remember of it. Okay?"


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    said = [*FILTER, *SORTING, *GRAPHS]
    text = " ".join(f"{one} {TALK} {TALK} {TALK}" for one in said)
    return evenly(tmp_path_factory.mktemp("steered") / "talk.srt", text)


class Writer(Student):
    """Says back each statement, and nothing of the talk between them."""

    def _condense(self, prompt: Prompt) -> str:
        part = set(re.findall(r"\w+", prompt.user.rpartition("Part: ")[2].lower()))
        said = {one: set(re.findall(r"\w+", one.lower())) for one in (*FILTER, *SORTING, *GRAPHS)}
        return next((one for one, words in said.items() if len(words & part) > 9), "")

    def _section(self, prompt: Prompt) -> dict[str, object]:
        """Questions that leave their answer something to say."""
        written = super()._section(prompt)
        said = re.findall(r"^\d+\. (.+)$", prompt.user, re.MULTILINE)
        questions = [
            {"question": f"Is it so that {' '.join(one.split()[:-4])}?", "answer": at}
            for at, one in enumerate(said, start=1)
        ]
        return written | {"questions": questions[: min(2, len(said))]}


@pytest.fixture(scope="module")
def make(source: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Make]:
    """Notes of the lecture for a query, made once."""
    done: dict[str | None, Made] = {}

    def make(query: str | None) -> Made:
        if query not in done:
            done[query] = runs.make(tmp_path_factory.mktemp("notes"), source, query=query)
        return done[query]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("rag_notes.llm.echo.EchoLLM", Writer)
        yield make


@pytest.fixture(scope="module")
def plain(make: Make) -> Made:
    return make(None)


def topics(notes: Notes) -> list[Section]:
    return [section for section in notes.sections if section.kind == "topic"]


def stated(notes: Notes) -> list[str]:
    """What the topics state, without what sums it up or asks."""
    return [
        claim.text
        for section in topics(notes)
        for block in section.blocks
        if block.kind not in ("overview", "question")
        for claim in block.claims
    ]


def left_out(notes: Notes) -> list[str]:
    return [one.text for one in notes.rejected if one.reason == LEFT_OUT]


def blocks(notes: Notes) -> list[Block]:
    return [block for section in notes.sections for block in section.blocks]


QUERIES = (
    "focus on Bloom filters",
    "short",
    "only definitions",
    "only the numbers",
    "no questions",
    "for beginners",
    "for someone who knows graphs",
    "only questions and definitions",
    "only definitions, focus on merge sort, without the glossary",
)


@pytest.mark.parametrize("query", QUERIES)
def test_every_accepted_statement_stays_word_for_word_or_is_listed(
    make: Make, plain: Made, query: str
) -> None:
    notes = make(query).notes
    assert set(stated(plain.notes)) == {*FILTER, *SORTING, *GRAPHS}
    assert sorted([*stated(notes), *left_out(notes)]) == sorted(stated(plain.notes))
    assert str(notes.query_reading).startswith("an instruction: ")
    assert not [section for section in notes.sections if section.kind == "answer"]


@pytest.mark.parametrize("query", QUERIES)
def test_steered_notes_hold_together(make: Make, query: str) -> None:
    made = make(query)
    notes, markdown = made.notes, made.markdown.read_text(encoding="utf-8")
    ids = {claim.id for claim in runs.claims(notes)}
    assert [one.id for one in topics(notes)] == [f"3.{n + 1}" for n in range(len(topics(notes)))]
    for block in blocks(notes):
        assert block.claims
        for claim in block.claims:
            assert set(claim.of) <= ids
            assert claim.of or block.kind not in ("goal", "outline", "check")
    assert {one.section for one in notes.rejected} <= {"2", "3", *(s.id for s in topics(notes))}
    said = [text for text, _ in readback.read_notes(markdown)]
    assert all(claim.text in said for claim in runs.claims(notes))
    assert set(left_out(notes)) <= {text for text, _ in readback.read_left_out(markdown)}
    assert "## Answer to your question" not in markdown
    assert f"Your instruction: {query}" in markdown
    for window in notes.coverage.windows:
        assert window.claims or window.reason


def test_a_focus_keeps_its_subject_in_full_and_the_core_of_the_rest(make: Make) -> None:
    notes = make("focus on Bloom filters").notes
    assert set(FILTER) <= set(stated(notes))
    assert left_out(notes)
    assert set(left_out(notes)) <= {*SORTING, *GRAPHS}


def test_a_subject_that_the_lecture_does_not_treat_leaves_nothing_out(
    make: Make, plain: Made
) -> None:
    notes = make("focus on sourdough pizza").notes
    assert stated(notes) == stated(plain.notes)
    assert "nothing in the lecture is near" in str(notes.query_reading)


def test_only_definitions_are_definitions(make: Make) -> None:
    made = make("only definitions")
    assert stated(made.notes) == [FILTER[0], SORTING[0], GRAPHS[0]]
    assert {section.kind for section in made.notes.sections} == {"topic", "glossary"}
    assert {block.kind for block in blocks(made.notes)} <= {"explanation", "term"}
    markdown = made.markdown.read_text(encoding="utf-8")
    assert "Left out, as your instruction asks." in markdown
    assert "that the lecture supports" not in markdown.partition("## 3)")[0]


def test_only_numbers_are_numbers(make: Make) -> None:
    notes = make("only the numbers").notes
    assert stated(notes) == [FILTER[2], SORTING[1], GRAPHS[2]]
    assert {section.kind for section in notes.sections} == {"topic", "numbers"}


def test_parts_that_are_not_wanted_go(make: Make, plain: Made) -> None:
    query = "no questions, no story and no checklist"
    notes = make(query).notes
    assert stated(notes) == stated(plain.notes)
    assert "question" in {block.kind for block in blocks(plain.notes)}
    assert "question" not in {block.kind for block in blocks(notes)}
    gone = {s.kind for s in plain.notes.sections} - {s.kind for s in notes.sections}
    assert gone == {"story", "checklist"}


def test_what_the_reader_knows_is_not_defined(make: Make) -> None:
    notes = make("for someone who knows graphs").notes
    assert left_out(notes) == [GRAPHS[0]]


def test_short_notes_are_shorter_and_detailed_ones_are_not(make: Make, plain: Made) -> None:
    short = make("short").notes
    full = make("in detail").notes
    assert len(stated(short)) < len(stated(plain.notes))
    assert {one.title for one in topics(short)} == {one.title for one in topics(plain.notes)}
    assert stated(full) == stated(plain.notes)


def test_a_question_is_answered_though_an_instruction_follows(make: Make) -> None:
    query = "What did Burton Bloom describe? Only the numbers."
    made = make(query)
    answer = made.notes.sections[0]
    assert (answer.kind, answer.query) == ("answer", "What did Burton Bloom describe?")
    assert made.notes.query == query
    assert str(made.notes.query_reading).endswith("and an instruction: only numbers")
    markdown = made.markdown.read_text(encoding="utf-8")
    assert readback.headings(markdown)[1] == "## Answer to your question"
    assert "Read as: a question" in markdown


def test_a_stretch_that_an_instruction_left_out_says_so(make: Make) -> None:
    notes = make("only examples").notes
    assert not topics(notes)
    assert str(notes.query_reading).endswith("(no statement of the lecture is that)")
    assert {window.reason for window in notes.coverage.windows} == {LEFT_OUT}
