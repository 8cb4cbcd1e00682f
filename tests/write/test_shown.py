"""What slides state by themselves: rows of tables, formulas, lines that are sentences."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag_notes.schema import Chunk, Draft, Source
from rag_notes.write.shown import shown_drafts


def page(*lines: str, id: str = "c0007") -> Chunk:
    ranges, at = [], 0
    for line in lines:
        ranges.append((at, at + len(line.split())))
        at = ranges[-1][1]
    return Chunk(id, "slide", " ".join(lines), page=8, sentences=tuple(ranges))


def drafts(*lines: str) -> tuple[Draft, ...]:
    return shown_drafts([page(*lines)], states=lambda line: " is " in line)


def test_a_row_names_its_columns_and_cites_itself_and_the_head() -> None:
    first, second = drafts(
        "Numbers", "| Bits | Rate |", "| --- | --- |", "| 5 | 9 % |", "| 8 | 2 % |"
    )
    assert (first.text, first.value) == ("Bits: 5; Rate: 9 %", "9 %")
    assert first.sources == (Source("c0007", 3), Source("c0007", 1))
    assert second.text == "Bits: 8; Rate: 2 %"


def test_a_table_ends_where_its_lines_end() -> None:
    found = drafts("| Bits | Rate |", "| 5 | 9 % |", "Below", "| Keys | Size |", "| 10 | 1 MB |")
    assert [one.text for one in found] == ["Bits: 5; Rate: 9 %", "Keys: 10; Size: 1 MB"]


@pytest.mark.parametrize("row", ["| 5 | |", "|  |  |", "| 5 |"])
def test_a_row_of_one_cell_says_nothing(row: str) -> None:
    assert drafts("| Bits | Rate |", row) == ()


@pytest.mark.parametrize("line", ["p = (1 - q)^k", "k = (m/n) ln 2", "f(x) ≈ x/2"])
def test_a_formula_is_a_value_as_it_stands(line: str) -> None:
    (draft,) = drafts(line)
    assert (draft.text, draft.value, draft.extractive) == (line, line, True)


def test_a_line_is_kept_where_it_states_something() -> None:
    (draft,) = drafts("• Deletion is not possible here", "An array of bits", "It is so")
    assert (draft.text, draft.value) == ("Deletion is not possible here", None)


@given(st.lists(st.text(max_size=40).map(lambda text: " ".join(text.split())).filter(bool)))
def test_every_draft_cites_lines_that_hold_its_words(lines: list[str]) -> None:
    one = page(*lines)
    for draft in shown_drafts([one], states=lambda _: True):
        cited = " ".join(one.sentence(source.sentence) for source in draft.sources)
        words = draft.text.replace(": ", " ").replace("; ", " ").split()
        assert all(word in cited for word in words)
