"""`rag-notes verify` on another system's notes of an 80-minute lecture.

In: those notes and the lecture's transcript. Out: a table of what is supported and which numbers
nobody said. The notes are not ours to print.
"""

import re
from collections.abc import Sequence
from pathlib import Path

from evaluation.statistics import Share
from evaluation.tables import table
from rag_notes.answers import Verification
from rag_notes.config import Config
from rag_notes.ground.numbers import read_numbers
from rag_notes.pipeline.verify import VerifyRequest, verify_notes

_ROW = re.compile(r"^\|\s*`?\w+`?\s*\|([^|]*)\|")
_HEAD = re.compile(r"^\|\s*Hyperparameter\s*\|")


def measure_reference(folder: Path, config: Config) -> str:
    """Table for the notes in `folder`."""
    notes = folder / "reference_notes.md"
    found = verify_notes(VerifyRequest(notes, str(folder / "transcript.txt")), config)
    values = default_values(notes.read_text(encoding="utf-8").splitlines())
    return table(["reference notes of `cs336_01`", "measured"], _rows(found, values))


def default_values(lines: Sequence[str]) -> dict[int, str]:
    """Number of each row of the hyperparameter table that holds a digit as default; the default."""
    begin = next((at for at, line in enumerate(lines) if _HEAD.match(line)), len(lines))
    values = {}
    for number, line in enumerate(lines[begin:], start=begin + 1):
        if not line.startswith("|"):
            break
        row = _ROW.match(line)
        if row and re.search(r"\d", row[1]):
            values[number] = row[1].strip()
    return values


def _rows(found: Verification, values: dict[int, str]) -> list[list[str]]:
    unsaid = {claim.line: set(claim.unsaid_numbers) for claim in found.claims}
    rows = [unsaid.get(line, set()) for line in values]
    defaults = [
        bool(of_row & {form for number in read_numbers(value) for form in number.readings})
        for of_row, value in zip(rows, values.values(), strict=True)
    ]
    return [
        ["claims supported", str(Share(found.supported, len(found.claims)))],
        ["claims unsupported", str(found.unsupported)],
        ["numbers that nobody said", str(found.unsaid_numbers)],
        [
            "numeric rows of its hyperparameter table with a value that nobody said",
            str(Share(sum(map(bool, rows)), len(rows))),
        ],
        [
            "of these rows, the default itself was said by nobody",
            str(Share(sum(defaults), len(rows))),
        ],
    ]
