"""What stands on slides: the rows of their tables, their formulas, lines that state something.

In: slide passages, whose lines are their sentences; out: drafts in a page's own words, which need
no LLM. Whether somebody said the same is not known here.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from rag_notes.schema import Chunk, Draft, Source

_FEWEST_WORDS = 5  # of a line that states something
_MOST_CELLS = 8  # of a row that reads as a sentence
_RULE = re.compile(r"^\|?[\s|:-]+\|?$")  # the line under a table's head
_ROW = re.compile(r"[^:;]{1,40}: [^;:]+(?:; [^:;]{1,40}: [^;:]+)+")
_FORMULA = re.compile(r"(?:^|\s)\S{1,40}\s*(?:=|≈|≤|≥|∝|:=)\s*\S")
_PROSE = re.compile(r"[^\W\d_]{4,}")
_PROSE_WORDS = 4  # of a line that is text with a value in it, not a formula
_LIST_MARK = re.compile(r"^(?:[-•*–▪◦]|\d{1,2}[.)])\s+")


@dataclass(frozen=True, slots=True)
class _Line:
    """Sentence `number` of a passage."""

    number: int
    text: str


def shown_drafts(pages: Sequence[Chunk], *, states: Callable[[str], bool]) -> tuple[Draft, ...]:
    """Drafts of table rows, formulas and lines of which `states` holds, in the order of the pages.

    A row names its columns: "Bits per element: 5; Hash functions: 3".
    """
    drafts: list[Draft] = []
    for page in pages:
        lines = [_Line(at, page.sentence(at)) for at in range(len(page.sentences))]
        drafts += _rows(page.id, lines)
        drafts += [
            draft
            for line in lines
            if not line.text.startswith("|")
            for draft in _statement(page.id, line, states)
        ]
    return tuple(drafts)


def is_row(text: str) -> bool:
    """Whether a statement is a row as it is told here, each cell behind its column."""
    return bool(_ROW.fullmatch(text))


def _rows(page: str, lines: Sequence[_Line]) -> Iterator[Draft]:
    """Rows of tables under a head; a table of one row has none."""
    head: _Line | None = None
    for line in lines:
        if not line.text.startswith("|"):
            head = None
        elif head is None:
            head = line
        elif not _RULE.match(line.text):
            names, cells = _cells(head.text), _cells(line.text)
            pairs = [(name, cell) for name, cell in zip(names, cells, strict=False) if cell]
            if 2 <= len(pairs) <= _MOST_CELLS:
                text = "; ".join(f"{name}: {cell}" if name else cell for name, cell in pairs)
                sources = (Source(page, line.number), Source(page, head.number))
                yield Draft(text, sources, extractive=True, value=pairs[-1][1])


def _cells(line: str) -> list[str]:
    return [" ".join(cell.split()) for cell in line.strip().strip("|").split("|")]


def _statement(page: str, line: _Line, states: Callable[[str], bool]) -> Iterator[Draft]:
    text = _LIST_MARK.sub("", line.text)
    sources = (Source(page, line.number),)
    if _FORMULA.search(text) and len(_PROSE.findall(text)) < _PROSE_WORDS:
        yield Draft(text, sources, extractive=True, value=text)
    elif len(text.split()) >= _FEWEST_WORDS and states(text):
        yield Draft(text, sources, extractive=True)
