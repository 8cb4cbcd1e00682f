"""Slide files made on the spot, with what should be read of each: PDF by reportlab, PPTX, bad ones.

In: a folder. Out: files, and the lines of their pages in reading order.
"""

import io
import zipfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
from PIL import Image, ImageDraw, ImageFont
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

Lines: TypeAlias = tuple[tuple[str, ...], ...]  # by page, in reading order

_SIZE = _WIDTH, _HEIGHT = 720, 405
_WORDS = """array bucket cache depth element filter graph hash index join key lookup merge node
order page query range search table union value weight""".split()


@dataclass(frozen=True, slots=True)
class Deck:
    """A file and its text; `password` is what opens it."""

    path: Path
    lines: Lines
    password: str = ""


def make_decks(folder: Path) -> Mapping[str, Deck]:
    """Write all of them."""
    return {
        name: make(folder / f"{number}.{name.split()[0].lower()}")
        for number, (name, make) in enumerate(_MADE.items())
    }


def _columns(path: Path) -> Deck:
    def draw(canvas: Canvas, number: int) -> Sequence[str]:
        opening = f"An opening line of page {number} that runs over nearly the whole width of it"
        sides = [
            [f"{side} {_phrase(number, row)}" for row in range(5)] for side in ("Left", "Right")
        ]
        _text(canvas, 40, 84, opening)
        for column, lines in enumerate(sides):
            for row, line in enumerate(lines):
                _text(canvas, 40 + 350 * column, 130 + 44 * row, line)
        return [opening, *sides[0], *sides[1]]

    return _pdf(path, draw, 10)


def _tables(path: Path) -> Deck:
    def draw(canvas: Canvas, number: int) -> Sequence[str]:
        rows = [
            ("Method", "Bits", "Error"),
            *(
                (f"{_WORDS[row]} {number}", str(8 * row), f"{row}.{number} %")
                for row in range(1, 6)
            ),
        ]
        canvas.grid([40, 280, 480, 680], [_HEIGHT - 100 - 40 * row for row in range(7)])
        for row, cells in enumerate(rows):
            for column, cell in enumerate(cells):
                _text(canvas, 52 + (0, 240, 440)[column], 110 + 40 * row, cell)
        return [f"| {' | '.join(cells)} |" for cells in rows]

    return _pdf(path, draw, 10)


def _formulas(path: Path) -> Deck:
    def draw(canvas: Canvas, number: int) -> Sequence[str]:
        lines = []
        for row in range(4):
            x, top = 80.0, 110 + 64 * row
            parts = [
                ("y", 0),
                ("i", -1),
                (f" = {number} x", 0),
                (f"{row + 2}", 1),
                (f" + {row} z", 0),
            ]
            for text, shift in parts:
                size = 26 if shift == 0 else 16
                canvas.setFont("Times-Italic", size)
                canvas.drawString(x, _HEIGHT - top - 26 + 11 * (shift > 0) - 6 * (shift < 0), text)
                x += canvas.stringWidth(text, "Times-Italic", size)
            lines.append(f"y_i = {number} x^{row + 2} + {row} z")
        return lines

    return _pdf(path, draw, 10)


def _long(path: Path) -> Deck:
    def draw(canvas: Canvas, number: int) -> Sequence[str]:
        lines = [f"Point {_phrase(number, row)}" for row in range(6)]
        for row, line in enumerate(lines):
            _text(canvas, 40, 110 + 40 * row, line)
        _text(canvas, 40, 8, "Course on data structures", 9)
        _text(canvas, 640, 388, f"{number} / 300", 9)
        return lines

    return _pdf(path, draw, 300)


def _vectors(objects: int) -> Callable[[Path], Deck]:
    def make(path: Path) -> Deck:
        places = np.random.default_rng(1).uniform((40, 20), (680, 300), (objects, 2)).tolist()

        def draw(canvas: Canvas, _: int) -> Sequence[str]:
            for x, y in places:
                canvas.line(x, y, x + 3, y + 2)
            return ()

        return _pdf(path, draw, 3)

    return make


def _scanned(path: Path) -> Deck:
    def draw(canvas: Canvas, number: int) -> Sequence[str]:
        lines = [f"Point {_phrase(number, row)}" for row in range(5)]
        scan = Image.new("RGB", (1440, 810), "#fbfaf5")
        pen = ImageDraw.Draw(scan)
        pen.text((80, 50), _title(number), fill="black", font=ImageFont.load_default(64))
        for row, line in enumerate(lines):
            pen.text((80, 210 + 100 * row), line, fill="#222", font=ImageFont.load_default(40))
        canvas.drawImage(ImageReader(scan), 0, 0, _WIDTH, _HEIGHT)
        return lines

    return _pdf(path, draw, 6, titled=False)


def _locked(path: Path) -> Deck:
    def draw(canvas: Canvas, number: int) -> Sequence[str]:
        _text(canvas, 40, 120, _phrase(number, 1))
        return [_phrase(number, 1)]

    return _pdf(path, draw, 3, password="secret")  # noqa: S106 - of a file made here


def _presentation(path: Path) -> Deck:
    from pptx import Presentation
    from pptx.util import Inches

    presentation = Presentation()
    pages = []
    for number in range(1, 61):
        slide = presentation.slides.add_slide(presentation.slide_layouts[5])
        slide.shapes.title.text = _title(number)
        sides = [
            [f"{side} {_phrase(number, row)}" for row in range(3)] for side in ("Left", "Right")
        ]
        for column in (1, 0):
            for row, line in enumerate(sides[column]):
                box = slide.shapes.add_textbox(
                    Inches(0.5 + 5 * column), Inches(2 + row), Inches(4), Inches(0.5)
                )
                box.text_frame.text = line
        cells = slide.shapes.add_table(2, 2, Inches(0.5), Inches(5.5), Inches(9), Inches(1)).table
        rows = [("Bits", "Error"), (str(number), f"0.{number} %")]
        for at in range(4):
            cells.cell(at // 2, at % 2).text = rows[at // 2][at % 2]
        pages.append(
            (_title(number), *sides[0], *sides[1], *(f"| {' | '.join(row)} |" for row in rows))
        )
    presentation.save(str(path))
    return Deck(path, tuple(pages))


_MADE: Mapping[str, Callable[[Path], Deck]] = {
    "PDF in two columns below a full line": _columns,
    "PDF of tables": _tables,
    "PDF of formulas": _formulas,
    "PDF of 300 pages with headers": _long,
    "PDF of 5,000 drawn objects a page": _vectors(5_000),
    "PDF of 50,000 drawn objects a page": _vectors(50_000),
    "PDF of scans": _scanned,
    "PDF with a password": _locked,
    "PPTX of 60 slides, columns and tables": _presentation,
}


# --- files that cannot be read -------------------------------------------------------------------


def make_bad(folder: Path, good: Path) -> Mapping[str, Path]:
    """Write files that are none, broken or bombs; `good` is a PDF that is whole."""
    data = good.read_bytes()
    contents: Mapping[str, bytes] = {
        "empty": b"",
        "text called PDF": b"Dear all, the slides follow.\n" * 40,
        "PDF cut after a third": data[: len(data) // 3],
        "PDF of zeros behind its head": b"%PDF-1.7\n" + bytes(5000),
        "PDF with a password that is not given": _locked(folder / "locked.pdf").path.read_bytes(),
        "PPTX cut in the middle": _presentation(folder / "cut.pptx").path.read_bytes()[:40_000],
        "archive that is no PPTX": _archive("letter.txt", b"Dear all"),
        "PPTX of 80 MB of zeros in 80 KB": _archive("ppt/presentation.xml", bytes(80 << 20)),
        "old PPT, or a PPTX with a password": bytes.fromhex("d0cf11e0a1b11ae1") + bytes(600),
    }
    files = {}
    for number, (name, content) in enumerate(contents.items()):
        files[name] = folder / f"bad-{number}.{'pptx' if 'PPT' in name else 'pdf'}"
        files[name].write_bytes(content)
    return files


def _archive(name: str, data: bytes) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, data)
    return stream.getvalue()


# --- drawing -------------------------------------------------------------------------------------


def _pdf(
    path: Path,
    draw: Callable[[Any, int], Sequence[str]],
    count: int,
    *,
    titled: bool = True,
    password: str = "",
) -> Deck:
    canvas = Canvas(str(path), pagesize=_SIZE, encrypt=password or None)
    pages = []
    for number in range(1, count + 1):
        if titled:
            _text(canvas, 40, 30, _title(number), 32)
        pages.append((_title(number), *draw(canvas, number)))
        canvas.showPage()
    canvas.save()
    return Deck(path, tuple(pages), password)


def _title(number: int) -> str:
    return f"How to {_WORDS[number % len(_WORDS)]} the {_WORDS[(number * 7 + 3) % len(_WORDS)]}"


def _phrase(number: int, row: int) -> str:
    at = [_WORDS[(number * step + row * 5 + step) % len(_WORDS)] for step in (1, 3, 11)]
    return f"{at[0]} by {at[1]} of {at[2]}"


def _text(canvas: Canvas, x: float, top: float, line: str, size: float = 16) -> None:
    canvas.setFont("Helvetica", size)
    canvas.drawString(x, _HEIGHT - top - size, line)
