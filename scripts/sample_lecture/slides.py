"""Draw the slides of the sample lecture as a PDF, and render a PDF to pictures."""

import re
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pypdfium2
from fpdf import FPDF
from PIL import Image

from sample_lecture.figure import draw_bit_array
from sample_lecture.lecture import PAGE_SIZE, Lecture, Page

WIDTH, HEIGHT = PAGE_SIZE
LEFT = 64
INK, ACCENT, MUTED, PAPER, SHADE = "#1f2a44", "#2458a6", "#69707f", "#fbfaf7", "#e8eef8"
BORN = datetime(2026, 1, 1, tzinfo=UTC)
"""Creation date written into the PDF, fixed so that the bytes do not change."""


def write_slides(lecture: Lecture, path: Path) -> None:
    """Write one PDF page per page of the lecture."""
    pdf = FPDF(orientation="landscape", unit="pt", format=(HEIGHT, WIDTH))
    pdf.set_auto_page_break(auto=False)
    pdf.set_creation_date(BORN)
    pdf.set_title(lecture.title)
    for page in lecture.pages:
        pdf.add_page()
        pdf.set_fill_color(PAPER)
        pdf.rect(0, 0, WIDTH, HEIGHT, style="F")
        LAYOUTS[page.layout](pdf, page)
        if page.number > 1:
            _draw_text(pdf, (LEFT, 514), lecture.title, size=13, colour=MUTED)
            _draw_text(pdf, (WIDTH - LEFT - 20, 514), str(page.number), size=13, colour=MUTED)
    pdf.output(str(path))


def render_pages(path: Path, *, width: int) -> list[Image.Image]:
    """Render every page of a PDF as an RGB picture `width` pixels wide."""
    with pypdfium2.PdfDocument(path) as document:
        scale = width / WIDTH
        return [page.render(scale=scale).to_pil().convert("RGB") for page in document]


def _draw_title_page(pdf: FPDF, page: Page) -> None:
    pdf.set_fill_color(ACCENT)
    pdf.rect(0, 0, 18, HEIGHT, style="F")
    pdf.set_xy(LEFT, 130)
    pdf.set_font("Helvetica", "B", 48)
    pdf.set_text_color(INK)
    pdf.multi_cell(530, 62, page.title, align="L")
    for row, line in enumerate(page.lines):
        _draw_text(pdf, (LEFT, 352 + 34 * row), line, size=24, colour=MUTED)


def _draw_bullet_page(pdf: FPDF, page: Page) -> None:
    _draw_heading(pdf, page)
    _draw_bullets(pdf, page.lines, top=140, bottom=490)


def _draw_formula_page(pdf: FPDF, page: Page) -> None:
    _draw_heading(pdf, page)
    pdf.set_fill_color(SHADE)
    pdf.rect(LEFT, 132, WIDTH - 2 * LEFT, 66 * len(page.formulas) + 22, style="F")
    for row, formula in enumerate(page.formulas):
        _draw_formula(pdf, formula, top=150 + 66 * row)
    _draw_bullets(pdf, page.lines, top=320, bottom=490)


def _draw_table_page(pdf: FPDF, page: Page) -> None:
    _draw_heading(pdf, page)
    column, height = (WIDTH - 2 * LEFT) / len(page.table[0]), 52
    for row, cells in enumerate(page.table):
        pdf.set_fill_color(ACCENT if row == 0 else SHADE if row % 2 == 0 else PAPER)
        pdf.set_text_color("#ffffff" if row == 0 else INK)
        pdf.set_font("Helvetica", "B" if row == 0 else "", 24)
        for place, cell in enumerate(cells):
            pdf.set_xy(LEFT + place * column, 130 + row * height)
            pdf.cell(column, height, cell, align="C", fill=True)
    _draw_bullets(pdf, page.lines, top=415, bottom=470)


def _draw_figure_page(pdf: FPDF, page: Page) -> None:
    _draw_heading(pdf, page)
    picture = draw_bit_array()
    width = WIDTH - 2 * LEFT
    pdf.image(picture, x=LEFT, y=120, w=width, h=width * picture.height / picture.width)
    for line in page.lines:
        _draw_text(pdf, (LEFT, 468), line, size=22, colour=MUTED)


LAYOUTS: dict[str, Callable[[FPDF, Page], None]] = {
    "title": _draw_title_page,
    "bullets": _draw_bullet_page,
    "formula": _draw_formula_page,
    "table": _draw_table_page,
    "figure": _draw_figure_page,
}


def _draw_heading(pdf: FPDF, page: Page) -> None:
    _draw_text(pdf, (LEFT, 42), page.title, size=38, style="B")
    pdf.set_fill_color(ACCENT)
    pdf.rect(LEFT + 3, 100, 120, 5, style="F")


def _draw_bullets(pdf: FPDF, lines: tuple[str, ...], *, top: float, bottom: float) -> None:
    """Draw lines between two heights (points); a line that ends in a colon is a subheading."""
    step = min(58.0, (bottom - top) / len(lines))
    for row, line in enumerate(lines):
        y = top + row * step
        if line.endswith(":"):
            _draw_text(pdf, (LEFT, y), line, size=24, style="B", colour=ACCENT)
            continue
        if not line[0].isdigit() or line[1] != ".":
            pdf.set_fill_color(ACCENT)
            pdf.ellipse(LEFT + 4, y + 13, 9, 9, style="F")
        _draw_text(pdf, (LEFT + 30, y), line, size=25)


def _draw_formula(pdf: FPDF, formula: str, *, top: float) -> None:
    """Draw one centred formula; `^{...}` is a superscript."""
    parts = re.split(r"\^\{(.*?)\}", formula)
    pdf.set_text_color(INK)
    pdf.set_font("Times", "I", 42)
    widths = [pdf.get_string_width(part) * (0.6 if i % 2 else 1) for i, part in enumerate(parts)]
    x = (WIDTH - sum(widths)) / 2
    for place, (part, width) in enumerate(zip(parts, widths, strict=True)):
        raised = place % 2 == 1
        pdf.set_font_size(25 if raised else 42)
        pdf.text(x, top + (22 if raised else 38), part)
        x += width


def _draw_text(  # noqa: PLR0913 -- each one is a plain property of the drawn line
    pdf: FPDF,
    corner: tuple[float, float],
    text: str,
    *,
    size: float,
    style: str = "",
    colour: str = INK,
) -> None:
    """Draw one line whose upper left corner is given in points."""
    pdf.set_font("Helvetica", style, size)
    pdf.set_text_color(colour)
    pdf.set_xy(corner[0], corner[1])
    pdf.cell(0, size * 1.4, text)
