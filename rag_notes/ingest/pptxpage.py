"""Pages of a presentation to title, text, notes and pictures; a child process runs this module.

In: a slide of python-pptx. Out: the title, then text in reading order (top to bottom, column by
column), tables as Markdown rows, formulas with ^, _ and /, the speaker's notes apart. Footers,
dates and page numbers are told by their placeholders and left out. The only importer of
python-pptx. What a slide looks like is not known here: the pictures on one without text are written
out, to be read.
"""

import io
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, TypeAlias
from zipfile import BadZipFile

from rag_notes.ingest.layout import Line, clean, columns, table_rows
from rag_notes.ingest.pages import Drawn, FileRead, Order, PageRead, heard_order, limit_memory, say

_Slide: TypeAlias = Any  # pptx.slide.Slide
_Shape: TypeAlias = Any  # pptx.shapes.base.BaseShape
_Element: TypeAlias = Any  # lxml.etree._Element
_Place: TypeAlias = tuple[float, float, float, float]  # left, top, right, bottom in EMU
_ToPage: TypeAlias = Callable[[float, float], tuple[float, float]]

_WIDTH_TO_READ = 1600  # pixels of a picture's longer side
_USUAL_WIDTH = 12_192_000  # EMU
_PICTURES = 6  # of a slide whose text is read
_TITLE_WORDS = 16  # of the topmost block, where none is marked as title
_DEEPEST = 20  # groups within groups
_EDGES = {"DATE", "FOOTER", "HEADER", "SLIDE_NUMBER"}  # placeholders beside the subject
_A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
_M = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"
_MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"


def serve(order: Order) -> None:
    """Write FileRead, then for each page PageRead and, where pictures are wanted, Drawn."""
    limit_memory()
    import lxml.etree
    from pptx import Presentation
    from pptx.exc import PythonPptxError

    try:
        presentation = Presentation(order.path)
        slides = list(presentation.slides)
    except (PythonPptxError, lxml.etree.XMLSyntaxError, KeyError, ValueError, BadZipFile) as error:
        say(FileRead(problem=type(error).__name__))
        return
    say(FileRead(pages=len(slides)))
    width = float(presentation.slide_width or _USUAL_WIDTH)
    for number, slide in enumerate(slides[order.first - 1 : order.last], start=order.first):
        read = read_slide(slide, number, width)
        if not read.text and order.pictures:
            read.to_read = _write_pictures(slide, number, Path(order.pictures))
        say(read)
        if order.pictures:
            say(Drawn())


def read_slide(slide: _Slide, number: int, width: float) -> PageRead:
    """Title, text and notes of a slide that is `width` EMU wide."""
    shapes = [(shape, place) for shape, place in _shapes(slide.shapes) if not _is_edge(shape)]
    heading = slide.shapes.title
    title = " ".join(_text_of(heading)) if heading is not None else ""
    blocks = [
        Line("\n".join(lines), 0.0, place[0], place[2], place[1], place[3])
        for shape, place in shapes
        if (heading is None or shape.shape_id != heading.shape_id) and (lines := _lines_of(shape))
    ]
    ordered = [block for group in columns(blocks, width) for block in _downwards(group)]
    if not title and ordered and _may_be_title(ordered[0].text):
        title = " ".join(ordered.pop(0).text.split("\n"))
    text = "\n".join([title, *(block.text for block in ordered)]).strip()
    notes = ""
    if slide.has_notes_slide and (frame := slide.notes_slide.notes_text_frame) is not None:
        notes = "\n".join(_paragraphs(frame._txBody))  # noqa: SLF001 - formulas are in the XML alone
    return PageRead(number, title, text, notes)


def _downwards(blocks: Sequence[Line]) -> list[Line]:
    """Blocks from top to bottom; those whose upper halves meet side by side from left to right."""
    rows: list[list[Line]] = []
    for block in sorted(blocks, key=lambda one: one.top):
        first = rows[-1][0] if rows else block
        if rows and block.top < (first.top + first.bottom) / 2:
            rows[-1].append(block)
        else:
            rows.append([block])
    return [block for row in rows for block in sorted(row, key=lambda one: one.x0)]


def _may_be_title(text: str) -> bool:
    return "\n" not in text and not text.startswith("|") and len(text.split()) <= _TITLE_WORDS


# --- shapes and their places ---------------------------------------------------------------------


def _shapes(
    shapes: Sequence[_Shape], to_page: _ToPage = lambda x, y: (x, y), depth: int = 0
) -> Iterator[tuple[_Shape, _Place]]:
    """Yield every shape with its place on the page, groups resolved."""
    for shape in shapes:
        left, top = float(shape.left or 0), float(shape.top or 0)
        width, height = float(shape.width or 0), float(shape.height or 0)
        x0, y0 = to_page(left, top)
        x1, y1 = to_page(left + width, top + height)
        if hasattr(shape, "shapes") and depth < _DEEPEST:
            yield from _shapes(shape.shapes, _from_group(shape, (x0, y0, x1, y1)), depth + 1)
        else:
            yield shape, (x0, y0, x1, y1)


def _from_group(group: _Shape, place: _Place) -> _ToPage:
    """What maps a group's own coordinates to the page, where the group has `place`."""
    found = group._element.grpSpPr.find(f"{_A}xfrm")  # noqa: SLF001 - python-pptx has no reader of it
    offset = found.find(f"{_A}chOff") if found is not None else None
    extent = found.find(f"{_A}chExt") if found is not None else None
    if offset is None or extent is None:
        return lambda x, y: (x, y)
    x, y = float(offset.get("x")), float(offset.get("y"))
    wide, high = float(extent.get("cx")) or 1.0, float(extent.get("cy")) or 1.0
    across, down = (place[2] - place[0]) / wide, (place[3] - place[1]) / high
    return lambda u, v: (place[0] + (u - x) * across, place[1] + (v - y) * down)


def _is_edge(shape: _Shape) -> bool:
    kind = shape.placeholder_format.type if shape.is_placeholder else None
    return getattr(kind, "name", "") in _EDGES


# --- text ----------------------------------------------------------------------------------------


def _lines_of(shape: _Shape) -> list[str]:
    if getattr(shape, "has_table", False):
        return table_rows([[cell.text for cell in row.cells] for row in shape.table.rows])
    if shape.has_text_frame:
        return _text_of(shape)
    return _diagram(shape)


def _text_of(shape: _Shape) -> list[str]:
    return _paragraphs(shape.text_frame._txBody)  # noqa: SLF001 - formulas are in the XML alone


def _diagram(shape: _Shape) -> list[str]:
    """Texts of a SmartArt graphic, which lie in a part of their own."""
    lines: list[str] = []
    for ids in shape._element.iter("{*}relIds"):  # noqa: SLF001 - python-pptx does not know them
        data = next((value for name, value in ids.items() if name.endswith("}dm")), None)
        if data and data in shape.part.rels:
            from lxml import etree

            parser = etree.XMLParser(resolve_entities=False)
            root = etree.fromstring(shape.part.rels[data].target_part.blob, parser)
            lines += _paragraphs(root)
    return lines


def _paragraphs(body: _Element) -> list[str]:
    """One line per paragraph, empty ones left out."""
    lines = (clean("".join(_said(paragraph))) for paragraph in body.iter(f"{_A}p"))
    return [line for line in lines if line]


def _said(element: _Element) -> Iterator[str]:
    """Yield the text of a paragraph piece by piece, formulas in one line."""
    for child in element:
        if not isinstance(child.tag, str) or child.tag == f"{_MC}Fallback":
            continue
        if child.tag in (f"{_A}t", f"{_M}t"):
            yield child.text or ""
        elif child.tag == f"{_A}br":
            yield " "
        elif child.tag.startswith(_M) and (form := _FORMULAS.get(child.tag.removeprefix(_M))):
            yield form(child)
        else:
            yield from _said(child)


def _part(element: _Element, name: str, *, whole: bool = False) -> str:
    """A part of a formula; in brackets where it must hold together."""
    found = element.find(f"{_M}{name}")
    text = "".join(_said(found)).strip() if found is not None else ""
    return f"({text})" if whole and len(text) > 1 and not text.isalnum() else text


_FORMULAS: dict[str, Callable[[_Element], str]] = {
    "f": lambda e: f"{_part(e, 'num', whole=True)}/{_part(e, 'den', whole=True)}",
    "sSup": lambda e: f"{_part(e, 'e')}^{_part(e, 'sup', whole=True)}",
    "sSub": lambda e: f"{_part(e, 'e')}_{_part(e, 'sub', whole=True)}",
    "sSubSup": lambda e: (
        f"{_part(e, 'e')}_{_part(e, 'sub', whole=True)}^{_part(e, 'sup', whole=True)}"
    ),
    "rad": lambda e: f"√{_part(e, 'e', whole=True)}",
    "d": lambda e: f"({', '.join(''.join(_said(one)) for one in e.findall(f'{_M}e'))})",
}


# --- pictures ------------------------------------------------------------------------------------


def _write_pictures(slide: _Slide, number: int, folder: Path) -> list[str]:
    """Write the pictures of a slide, from top to bottom, as JPEG; what is none is passed over."""
    from PIL import Image

    files: list[str] = []
    placed = sorted(_shapes(slide.shapes), key=lambda one: (one[1][1], one[1][0]))
    for shape, _ in placed:
        try:
            with Image.open(io.BytesIO(shape.image.blob)) as picture:
                small = picture.convert("RGB")
        except (AttributeError, OSError, Image.DecompressionBombError, ValueError):
            continue  # no picture, a linked or a damaged one, or of a kind that is not read
        small.thumbnail((_WIDTH_TO_READ, _WIDTH_TO_READ))
        file = f"{number:04d}-{len(files) + 1}.jpg"
        small.save(folder / file, quality=95)
        files.append(file)
        if len(files) == _PICTURES:
            break
    return files


if __name__ == "__main__":
    serve(heard_order())
