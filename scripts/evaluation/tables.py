"""Markdown tables, and the places of a document that they are written to.

In: rows of cells. Out: text, or a document with the text between two markers replaced. Knows
nothing of what is measured.
"""

import re
from collections.abc import Sequence
from pathlib import Path

from rag_notes.errors import InputError


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Lines of a Markdown table; a bar within a cell is escaped."""
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(
        f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in row)} |" for row in lines
    )


def put_between(document: Path, name: str, text: str) -> None:
    """Write `text` between `<!-- NAME: begin -->` and `<!-- NAME: end -->`.

    Raises InputError where the document has not just one such pair.
    """
    begin, end = f"<!-- {name}: begin -->", f"<!-- {name}: end -->"
    pair = re.compile(f"({re.escape(begin)}\n).*?({re.escape(end)})", re.DOTALL)
    before = document.read_text(encoding="utf-8")
    after, found = pair.subn(lambda match: f"{match[1]}{text}\n{match[2]}", before)
    if found != 1:
        raise InputError(f"{document}: expected one pair of {begin} and {end}, found {found}")
    document.write_text(after, encoding="utf-8")
