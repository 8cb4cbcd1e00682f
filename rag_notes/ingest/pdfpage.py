"""One PDF page to its title and text; the child process that slides.py starts runs this module.

In: a page of pdfplumber. Out: text in reading order, the title on the first line, tables as
Markdown rows. Errors of pdfminer on a damaged page are of any kind: they end this process, and the
parent marks the page.
"""

import itertools
import re
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

import msgspec

_PdfPage: TypeAlias = Any  # pdfplumber.page.Page
_PdfWord: TypeAlias = Any  # pdfplumber's dict of one word: text, x0, x1, top, bottom, size

_MEMORY = 3 * 1024**3  # bytes of address space for the child
_PICTURE_WIDTH = 1600  # pixels
_BULLET = re.compile(r"^(?:[•◦▪▫‣⁃●○■□–\-*·➢➤►✓✔]|\(?\d{1,2}[.)]|[a-z]\))(?:\s|$)")
_GLYPH = re.compile(r"^[•◦▪▫‣⁃●○■□➢➤►]\s+|^[•◦▪▫‣⁃●○■□➢➤►](?=\S)")
_CID = re.compile(r"\(cid:\d+\)")


class PageRead(msgspec.Struct):
    """What the child says of one page; `picture` is the file of its image if it has no text."""

    number: int
    title: str = ""
    text: str = ""
    picture: str | None = None


class FileRead(msgspec.Struct):
    """What the child says first: the number of pages, or why there are none."""

    pages: int = 0
    problem: str | None = None


@dataclass(frozen=True, slots=True)
class _Line:
    text: str
    size: float
    x0: float
    x1: float
    top: float
    bottom: float


def serve(path: Path, *, first: int, last: int, pictures: Path | None) -> None:
    """Write FileRead, then one PageRead a line for pages first to last, as JSON to stdout.

    Pages without text are drawn into the folder `pictures`.
    """
    _limit_memory()
    import pdfplumber
    from pdfplumber.utils.exceptions import PdfminerException

    try:
        with pdfplumber.open(path) as pdf:
            count = len(pdf.pages)
            _say(FileRead(pages=count))
            for page in pdf.pages[first - 1 : last]:
                read = read_page(page)
                if not read.text and pictures is not None and page.images:
                    read.picture = _draw(page, pictures)
                _say(read)
                page.close()
    except PdfminerException as error:
        _say(FileRead(problem=type(error.args[0]).__name__ if error.args else "damaged"))


def read_page(page: _PdfPage) -> PageRead:
    """Title and text of a page."""
    tables = [(table.bbox, _rows(table.extract())) for table in page.find_tables()]
    tables = [(bbox, rows) for bbox, rows in tables if rows]
    words = [
        word
        for word in page.extract_words(extra_attrs=["size"], x_tolerance_ratio=0.2)
        if not any(_inside(word, bbox) for bbox, _ in tables)
    ]
    lines = _lines(_with_scripts(words))
    title, rest = _title(lines, float(page.height))
    ordered: list[_Line] = []
    for column in _columns(rest, float(page.width)):
        ordered += _unwrapped(column)
    for (x0, top, x1, bottom), rows in tables:
        at = next((n for n, line in enumerate(ordered) if line.top >= bottom), len(ordered))
        ordered[at:at] = [_Line(row, 0.0, x0, x1, top, bottom) for row in rows]
    body = [_clean(line.text) for line in ordered]
    title = _clean(title)
    text = "\n".join(line for line in [title, *body] if line)
    return PageRead(page.page_number, title, text)


def _say(value: msgspec.Struct) -> None:
    sys.stdout.buffer.write(msgspec.json.encode(value) + b"\n")
    sys.stdout.buffer.flush()


def _limit_memory() -> None:
    if sys.platform != "win32":
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))


def _draw(page: _PdfPage, folder: Path) -> str:
    file = folder / f"{page.page_number}.png"
    resolution = 72 * _PICTURE_WIDTH / max(float(page.width), float(page.height), 72.0)
    page.to_image(resolution=resolution).original.convert("RGB").save(file)
    return file.name


def _clean(text: str) -> str:
    text = _CID.sub("", text).replace("\u00ad", "").replace("\0", "")
    return " ".join(_GLYPH.sub("", text.strip()).split())


def _rows(table: Sequence[Sequence[str | None]]) -> list[str]:
    """Markdown rows of a table; none if it is a mere frame."""
    rows = [[" ".join((cell or "").split()) for cell in row] for row in table]
    rows = [row for row in rows if any(row)]
    filled = [cell for row in rows for cell in row if cell]
    if len(rows) < 2 or len(rows[0]) < 2 or len(filled) * 2 < len(rows) * len(rows[0]):
        return []
    escaped = [[cell.replace("|", "\\|") for cell in row] for row in rows]
    return ["| " + " | ".join(row) + " |" for row in escaped]


def _inside(word: _PdfWord, bbox: tuple[float, float, float, float]) -> bool:
    x, y = (word["x0"] + word["x1"]) / 2, (word["top"] + word["bottom"]) / 2
    return bool(bbox[0] <= x <= bbox[2] and bbox[1] <= y <= bbox[3])


def _with_scripts(words: Sequence[_PdfWord]) -> list[_PdfWord]:
    """Words with the small raised or lowered text behind them joined on: e^-kn/m, x_i."""
    bases = [dict(word) for word in sorted(words, key=lambda w: -w["size"])]
    kept: list[_PdfWord] = []
    for word in bases:
        base = next((b for b in kept if _is_script(word, b)), None)
        if base is None:
            kept.append(word)
        else:
            raised = word["top"] + word["bottom"] < base["top"] + base["bottom"]
            base["text"] += ("^" if raised else "_") + word["text"]
            base["x1"] = word["x1"]
    return kept


def _is_script(word: _PdfWord, base: _PdfWord) -> bool:
    size = base["size"]
    beside = -0.1 * size < word["x0"] - base["x1"] < 0.2 * size
    touches = (
        word["bottom"] > base["top"] - 0.3 * size and word["top"] < base["bottom"] + 0.1 * size
    )
    off = abs(word["top"] + word["bottom"] - base["top"] - base["bottom"]) > 0.3 * size
    return bool(word["size"] < 0.8 * size and beside and touches and off)


def _lines(words: Iterable[_PdfWord]) -> list[_Line]:
    """Words of one height side by side; a wide gap parts two lines of neighbouring columns."""
    lines: list[list[_PdfWord]] = []
    for word in sorted(words, key=lambda w: (round(w["bottom"]), w["x0"])):
        home = next((held for held in reversed(lines[-12:]) if _continues(held[-1], word)), None)
        if home is None:
            lines.append([word])
        else:
            home.append(word)
    return [
        _Line(
            text=" ".join(w["text"] for w in held),
            size=max(float(w["size"]) for w in held),
            x0=min(w["x0"] for w in held),
            x1=max(w["x1"] for w in held),
            top=min(w["top"] for w in held),
            bottom=max(w["bottom"] for w in held),
        )
        for held in lines
    ]


def _continues(last: _PdfWord, word: _PdfWord) -> bool:
    height = max(last["bottom"] - last["top"], word["bottom"] - word["top"])
    beside = min(last["bottom"], word["bottom"]) - max(last["top"], word["top"]) > 0.4 * height
    return bool(beside and -height < word["x0"] - last["x1"] < 2.0 * height)


def _title(lines: Sequence[_Line], height: float) -> tuple[str, list[_Line]]:
    """Largest text in the upper 60 % of the page, and the other lines."""
    shown = [line for line in lines if line.bottom < 0.93 * height]  # without a footer
    upper = [
        line for line in shown if line.top < 0.6 * height and re.search(r"[^\W\d_]", line.text)
    ]
    largest = max((line.size for line in upper), default=0.0)
    big = [line for line in upper if line.size > 0.8 * largest]
    most = 4 if len(big) < len(shown) else 2  # lines; text of one size all over has no title
    if not big or (len(big) > most and len(big) * 2 > len(shown)):
        return "", list(lines)
    title = [big[0]]
    for line in big[1:]:
        same = abs(line.size - big[0].size) < 0.05 * big[0].size
        if same and 0 <= line.top - title[-1].top < 2 * line.size and len(title) < 4:
            title.append(line)
    return " ".join(line.text for line in title), [line for line in lines if line not in title]


def _columns(lines: Sequence[_Line], width: float) -> list[list[_Line]]:
    """Lines left of a vertical gap in the middle of the page, then those right of it; else all."""
    middles = [0.3 * width + n * 0.01 * width for n in range(41)]
    for x in sorted(middles, key=lambda m: abs(m - width / 2)):
        left = [line for line in lines if line.x1 < x - 0.01 * width]
        right = [line for line in lines if line.x0 > x + 0.01 * width]
        if len(left) >= 3 and len(right) >= 3 and len(left) + len(right) == len(lines):
            return [left, right]
    return [list(lines)]


def _unwrapped(lines: Sequence[_Line]) -> list[_Line]:
    """Lines from top to bottom, the second line of a bullet or sentence joined to its first."""
    joined: list[_Line] = []
    ordered = sorted(lines, key=lambda line: (round(line.bottom / 3), line.x0))
    for before, line in zip(itertools.chain([None], ordered), ordered, strict=False):
        if before is not None and _wraps(joined[-1], before, line, max(x.x1 for x in lines)):
            first = joined[-1]
            joined[-1] = _Line(
                f"{first.text} {line.text}", first.size, first.x0, line.x1, first.top, line.bottom
            )
        else:
            joined.append(line)
    return joined


def _wraps(first: _Line, before: _Line, line: _Line, right: float) -> bool:
    """Whether `line` goes on with the text of `first`, whose last line is `before`."""
    near = 0 < line.top - before.top < 1.8 * before.size and abs(line.size - before.size) < 1
    if not near or _BULLET.match(line.text):
        return False
    indented = bool(_BULLET.match(first.text)) and line.x0 > first.x0 + 2
    full = before.x1 > right - 0.2 * (right - before.x0)
    return full and (indented or line.text[:1].islower())


if __name__ == "__main__":
    _, _path, _first, _last, _pictures = sys.argv
    serve(
        Path(_path),
        first=int(_first),
        last=int(_last),
        pictures=Path(_pictures) if _pictures else None,
    )
