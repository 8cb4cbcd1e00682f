"""Lines and blocks on a page to the order in which one reads them, and the title.

In: texts with their places and sizes, of a PDF, a presentation or a picture that was read; out: the
same in reading order: columns from left to right, what stretches over them before or after. Places
are in one unit throughout, measured from the upper left corner. Knows nothing of files.
"""

import itertools
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from statistics import median

_BULLET = re.compile(r"^(?:[•◦▪▫‣⁃●○■□–\-*·➢➤►✓✔]|\(?\d{1,2}[.)]|[a-z]\))(?:\s|$)")
_GLYPH = re.compile(r"^[•◦▪▫‣⁃●○■□➢➤►]\s+|^[•◦▪▫‣⁃●○■□➢➤►](?=\S)")
_CID = re.compile(r"\(cid:\d+\)")
_LIGATURES = {0xFB00 + at: text for at, text in enumerate("ff fi fl ffi ffl st st".split())}
_LIGATURES |= {0xAD: "", 0: ""}  # soft hyphens, and what is no text
_COLUMN = 3  # lines that make a column
_PAIRED = 0.7  # share of a column's lines that have one beside them in a table
_CELL = 2  # words that a cell has at most, in the middle
_OVER = 6  # lines that may stretch over the columns above them, and below
_TOP, _BOTTOM = 0.09, 0.91  # of the height: what lies beyond may be a header or footer


@dataclass(frozen=True, slots=True)
class Line:
    """Text and its place; `size` is that of its letters, 0 for what is no running text."""

    text: str
    size: float
    x0: float
    x1: float
    top: float
    bottom: float


def clean(text: str) -> str:
    """Text without bullet glyphs, ligatures and what a font could not name."""
    text = _CID.sub("", text).translate(_LIGATURES)
    return " ".join(_GLYPH.sub("", text.strip()).split())


def table_rows(table: Sequence[Sequence[str | None]]) -> list[str]:
    """Markdown rows of a table; none if it is a mere frame."""
    rows = [[clean(cell or "") for cell in row] for row in table]
    rows = [row for row in rows if any(row)]
    filled = [cell for row in rows for cell in row if cell]
    if len(rows) < 2 or len(rows[0]) < 2 or len(filled) * 2 < len(rows) * len(rows[0]):
        return []
    escaped = [[cell.replace("|", "\\|") for cell in row] for row in rows]
    return ["| " + " | ".join(row) + " |" for row in escaped]


def take_title(
    lines: Sequence[Line], height: float, *, alike: float = 0.05
) -> tuple[str, list[Line]]:
    """Largest text in the upper 60 % of the page, and the other lines.

    The sizes of a title's lines differ by less than `alike` of the first's. A formula is none.
    """
    shown = [line for line in lines if line.bottom < 0.93 * height]  # without a footer
    upper = [
        line for line in shown if line.top < 0.6 * height and re.search(r"[^\W\d_]", line.text)
    ]
    upper = [line for line in upper if "=" not in line.text] or upper
    largest = max((line.size for line in upper), default=0.0)
    big = [line for line in upper if line.size > 0.8 * largest]
    most = 4 if len(big) < len(shown) else 2  # lines; text of one size all over has no title
    if not big or (len(big) > most and len(big) * 2 > len(shown)):
        return "", list(lines)
    title = [big[0]]
    for line in big[1:]:
        same = abs(line.size - big[0].size) < alike * big[0].size
        if same and 0 <= line.top - title[-1].top < 2 * line.size and len(title) < 4:
            title.append(line)
    return " ".join(line.text for line in title), [line for line in lines if line not in title]


def in_margins(lines: Sequence[Line], height: float) -> list[Line]:
    """Lines at the upper and the lower edge of the page."""
    return [line for line in lines if line.bottom < _TOP * height or line.top > _BOTTOM * height]


def in_order(lines: Sequence[Line], width: float) -> list[Line]:
    """Lines in reading order: columns one after the other, wrapped lines joined, rows of tables.

    A table is known by short lines side by side, many of them numbers; its rows are Markdown.
    """
    found: list[Line] = []
    for group in columns(lines, width):
        sides = _parted(group, width)
        found += _rows(group) if sides and _is_table(*sides) else unwrapped(group)
    return found


def columns(lines: Sequence[Line], width: float) -> Iterator[list[Line]]:
    """Yield lines of the page group by group, in reading order: a column, or what is over it."""
    ordered = sorted(lines, key=lambda line: line.top)
    for above, below in _peelings(len(ordered)):
        middle = ordered[above : len(ordered) - below]
        sides = _parted(middle, width)
        if not sides:
            continue
        if above:
            yield ordered[:above]
        if _is_table(*sides):
            yield middle
        else:
            for side in sides:
                yield from columns(side, width)
        if below:
            yield ordered[len(ordered) - below :]
        return
    yield ordered


def unwrapped(lines: Sequence[Line]) -> list[Line]:
    """Lines from top to bottom, the second line of a bullet or sentence joined to its first."""
    joined: list[Line] = []
    ordered = sorted(lines, key=lambda line: (round(line.bottom / 3), line.x0))
    for before, line in zip(itertools.chain([None], ordered), ordered, strict=False):
        if before is not None and _wraps(joined[-1], before, line, max(x.x1 for x in lines)):
            text = f"{joined[-1].text} {line.text}"
            joined[-1] = replace(joined[-1], text=text, x1=line.x1, bottom=line.bottom)
        else:
            joined.append(line)
    return joined


def _peelings(count: int) -> Iterator[tuple[int, int]]:
    """Yield how many lines may lie above and below columns, the fewest first."""
    most = max(0, min(_OVER, count - 2 * _COLUMN))
    pairs = itertools.product(range(most + 1), range(most + 1))
    yield from sorted((pair for pair in pairs if sum(pair) <= count - 2 * _COLUMN), key=sum)


def _parted(lines: Sequence[Line], width: float) -> list[list[Line]]:
    """Lines left of a vertical gap in the middle of the page, and those right of it; else none."""
    middles = [0.3 * width + n * 0.01 * width for n in range(41)]
    for x in sorted(middles, key=lambda m: abs(m - width / 2)):
        left = [line for line in lines if line.x1 < x - 0.01 * width]
        right = [line for line in lines if line.x0 > x + 0.01 * width]
        if min(len(left), len(right)) >= _COLUMN and len(left) + len(right) == len(lines):
            return [left, right]
    return []


def _is_table(left: Sequence[Line], right: Sequence[Line]) -> bool:
    """Whether lines left and right belong together in rows."""
    few, many = sorted((left, right), key=len)
    paired = sum(any(_is_level(one, other) for other in many) for one in few)
    words = min(median(len(line.text.split()) for line in side) for side in (left, right))
    numbers = max(sum(map(_is_number, side)) / len(side) for side in (left, right))
    return paired >= _PAIRED * len(few) and words <= _CELL and numbers >= 0.5


def _is_number(line: Line) -> bool:
    letters = line.text.replace(" ", "")
    return sum(letter.isdigit() for letter in letters) >= 0.3 * len(letters)


def _is_level(one: Line, other: Line) -> bool:
    shared = min(one.bottom, other.bottom) - max(one.top, other.top)
    return shared > 0.5 * min(one.bottom - one.top, other.bottom - other.top)


def _rows(lines: Sequence[Line]) -> list[Line]:
    """Lines of a table to its rows."""
    rows: list[list[Line]] = []
    for line in sorted(lines, key=lambda one: (one.top + one.bottom, one.x0)):
        if rows and _is_level(rows[-1][0], line):
            rows[-1].append(line)
        else:
            rows.append([line])
    joined = []
    for row in rows:
        cells = [clean(one.text).replace("|", "\\|") for one in sorted(row, key=lambda o: o.x0)]
        text = f"| {' | '.join(cells)} |" if len(cells) > 1 else cells[0]
        joined.append(replace(row[0], text=text, size=0.0))
    return joined


def _wraps(first: Line, before: Line, line: Line, right: float) -> bool:
    """Whether `line` goes on with the text of `first`, whose last line is `before`."""
    near = 0 < line.top - before.top < 1.8 * before.size and abs(line.size - before.size) < 1
    if not near or _BULLET.match(line.text):
        return False
    indented = bool(_BULLET.match(first.text)) and line.x0 > first.x0 + 2
    full = before.x1 > right - 0.2 * (right - before.x0)
    return full and (indented or line.text[:1].islower())
