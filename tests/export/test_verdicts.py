"""The table of verdicts: readable in a narrow terminal, and nothing a terminal would obey."""

import pytest

from rag_notes.answers import CheckedClaim, Verification
from rag_notes.export.verdicts import to_table
from tests import build

GOOD = CheckedClaim(
    "Binary search halves the range.", 3, "supported", None, 0.9, (build.said(61.0), build.read())
)
BAD = CheckedClaim(
    "It needs 50,000 steps " + "and a very long explanation " * 30,
    141,
    "unsupported",
    "number 50000 is said nowhere in the lecture",
    0.1,
    (build.shown(),),
    ("50000", "7"),
)
OURS = CheckedClaim("It halves.", None, "unsupported", "it cites nothing", 0.0)


def test_each_claim_stands_with_its_line_its_verdict_its_reason_and_its_place() -> None:
    table = to_table(Verification((GOOD, BAD, OURS)), width=80)
    lines = table.splitlines()
    assert "   3  supported    Binary search halves the range." in lines
    assert lines[3].split() == ["[00:01:01]", "[¶", "12]"]
    assert any(line.startswith(" 141  unsupported  It needs 50,000 steps and") for line in lines)
    assert "number 50000 is said nowhere in the lecture; nearest: [p. 17]" in " ".join(
        table.split()
    )
    assert lines[-4].split() == ["unsupported", "It", "halves."]
    assert lines[-3].strip() == "it cites nothing"
    assert lines[-1] == "3 claims: 1 supported, 2 not; 2 numbers that nobody said"


@pytest.mark.parametrize("width", [60, 80, 120])
def test_no_line_is_wider_than_asked_and_a_long_claim_is_cut(width: int) -> None:
    lines = to_table(Verification((GOOD, BAD)), width=width).splitlines()
    assert max(map(len, lines)) <= width
    assert len(lines) < 16
    assert any(line.endswith(" …") for line in lines)


def test_no_escape_sequence_gets_through() -> None:
    text = "red \x1b[31mclaim\x1b[0m \x9b2J\u202e\r\b\x07"
    claim = CheckedClaim(text, 1, "unsupported", f'"{text}" is not said', 0.0)
    shown = to_table(Verification((claim,)), width=80)
    assert not set(shown) & set("\x1b\x9b\u202e\r\b\x07")
    assert "red [31mclaim[0m" in shown
