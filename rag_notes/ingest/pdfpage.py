"""PDF pages to title, text and picture; the child process that slides.py starts runs this module.

In: a page of pdfplumber, or of pdfium where that would take too long. Out: text in reading order,
the title on the first line, tables as Markdown rows, formulas with ^ and _. Errors of pdfminer on a
damaged page are of any kind: they end this process, and the parent goes on with the next page.
"""

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, TypeAlias

from rag_notes.ingest.layout import (
    Line,
    clean,
    in_margins,
    in_order,
    table_rows,
    take_title,
)
from rag_notes.ingest.pages import Drawn, FileRead, Order, PageRead, heard_order, limit_memory, say

_PdfPage: TypeAlias = Any  # pdfplumber.page.Page
_PdfWord: TypeAlias = Any  # pdfplumber's dict of one word: text, x0, x1, top, bottom, size
_Document: TypeAlias = Any  # pypdfium2.PdfDocument

_WIDTH, _WIDTH_TO_READ = 1280, 1600  # pixels of a picture: to look at, and to read the text of
_QUALITY = 88  # of a JPEG: text stays crisp
_HEAVY = 10_000  # drawn objects; pdfplumber takes 5 s for so many, pdfium 0.1 s
_NAMELESS = 0.3  # share of words without a name in their font above which a text is none


def serve(order: Order) -> None:
    """Write FileRead, then for each page PageRead and, where pictures are wanted, Drawn."""
    limit_memory()
    import pdfplumber
    from pdfplumber.utils.exceptions import PdfminerException

    try:
        with pdfplumber.open(order.path, password=order.password) as pdf:
            say(FileRead(pages=len(pdf.pages)))
            document = _document(order)
            for page in pdf.pages[order.first - 1 : order.last]:
                _serve_page(page, document, order)
                page.close()
    except PdfminerException as error:
        kind = type(error.args[0]).__name__ if error.args else "damaged"
        say(FileRead(problem=kind, is_locked=kind == "PDFPasswordIncorrect"))


def _serve_page(page: _PdfPage, document: _Document | None, order: Order) -> None:
    number = page.page_number
    objects = _count_objects(document, number)
    if document and (number == order.plain or objects > _HEAVY):
        read = read_plainly(document, number)
    else:
        read = read_page(page)
    is_picture = not read.text and objects > 0 and bool(order.pictures)
    file = f"{number:04d}.jpg"
    read.to_read = [file] if is_picture else []
    say(read)
    if order.pictures:
        width = _WIDTH_TO_READ if is_picture else _WIDTH
        wanted = is_picture or order.draws_all
        drawn = wanted and _draw(document, number, Path(order.pictures) / file, width)
        say(Drawn(file if drawn else None))


def read_page(page: _PdfPage) -> PageRead:
    """Title and text of a page of pdfplumber."""
    tables = [(table.bbox, table_rows(table.extract())) for table in page.find_tables()]
    tables = [(bbox, rows) for bbox, rows in tables if rows]
    words = [
        word
        for word in page.extract_words(extra_attrs=["size"], x_tolerance_ratio=0.2)
        if not any(_inside(word, bbox) for bbox, _ in tables)
    ]
    if sum("(cid:" in word["text"] for word in words) > _NAMELESS * max(1, len(words)):
        return PageRead(page.page_number)
    blocks = [
        Line("\n".join(rows), 0.0, bbox[0], bbox[2], bbox[1], bbox[3]) for bbox, rows in tables
    ]
    return _laid_out(
        page.page_number,
        _lines(_with_scripts(words)),
        blocks,
        float(page.width),
        float(page.height),
    )


def read_plainly(document: _Document, number: int) -> PageRead:
    """Title and text of a page as pdfium gives them: without tables, raised and lowered text."""
    page = document[number - 1]
    width, height = page.get_size()
    text = page.get_textpage()
    words = []
    for at in range(text.count_rects()):
        left, bottom, right, top = text.get_rect(at)
        said = text.get_text_bounded(left, bottom, right, top)
        box = {"x0": left, "x1": right, "top": height - top, "bottom": height - bottom}
        words += [{"text": said, "size": top - bottom, **box}] if said.strip() else []
    return _laid_out(number, _lines(words), (), width, height)


def _laid_out(
    number: int, lines: Sequence[Line], tables: Sequence[Line], width: float, height: float
) -> PageRead:
    title, rest = take_title(lines, height)
    ordered = in_order([*rest, *tables], width)
    body = [clean(line.text) if line.size else line.text for line in ordered]
    title = clean(title)
    text = "\n".join(line for line in [title, *body] if line)
    margins = [clean(line.text) for line in in_margins(ordered, height)]
    return PageRead(number, title, text, margins=margins)


def _document(order: Order) -> _Document | None:
    import pypdfium2

    try:
        return pypdfium2.PdfDocument(order.path, password=order.password or None)
    except pypdfium2.PdfiumError:  # what pdfminer mends: its text is read, its picture is not drawn
        return None


def _count_objects(document: _Document | None, number: int) -> int:
    import pypdfium2

    if document is None:
        return 0
    try:
        return int(pypdfium2.raw.FPDFPage_CountObjects(document[number - 1]))
    except pypdfium2.PdfiumError:
        return 0


def _draw(document: _Document | None, number: int, file: Path, width: int) -> bool:
    """Draw a page as a JPEG, `width` pixels along its longer side; whether that was possible."""
    import pypdfium2

    if document is None:
        return False
    try:
        page = document[number - 1]
        picture = page.render(scale=width / max(*page.get_size(), 72.0)).to_pil()
    except pypdfium2.PdfiumError:
        return False
    picture.convert("RGB").save(file, quality=_QUALITY)
    return True


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


def _lines(words: Iterable[_PdfWord]) -> list[Line]:
    """Words of one height side by side; a wide gap parts two lines of neighbouring columns."""
    lines: list[list[_PdfWord]] = []
    for word in sorted(words, key=lambda w: (round(w["bottom"]), w["x0"])):
        home = next((held for held in reversed(lines[-12:]) if _continues(held[-1], word)), None)
        if home is None:
            lines.append([word])
        else:
            home.append(word)
    return [
        Line(
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


if __name__ == "__main__":
    serve(heard_order())
