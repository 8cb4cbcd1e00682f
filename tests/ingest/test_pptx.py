"""Presentations made on the spot: order, titles, tables, notes, formulas, pictures, damage."""

import io
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from lxml import etree
from PIL import Image
from pptx import Presentation
from pptx.util import Inches

from rag_notes.errors import InputError
from rag_notes.ingest import ocr, slides
from rag_notes.ingest.slides import read_slides
from rag_notes.schema import Page
from tests import films
from tests.runs import SECONDS

Draw = Callable[[Any], None]  # pptx.slide.Slide
BLANK, TITLE_AND_CONTENT, TITLE_ONLY = 6, 1, 5


def write_pptx(path: Path, *pages: tuple[int, Draw]) -> Path:
    presentation = Presentation()
    for layout, draw in pages:
        draw(presentation.slides.add_slide(presentation.slide_layouts[layout]))
    presentation.save(path)
    return path


def text(slide: Any, left: float, top: float, *lines: str, width: float = 3.5) -> Any:  # noqa: ANN401
    """A text box; places in inches."""
    height = 0.4 * len(lines)
    box = slide.shapes.add_textbox(Inches(left), Inches(top), Inches(width), Inches(height))
    box.text_frame.text = "\n".join(lines)
    return box


def read(path: Path, layout: int, draw: Draw) -> Page:
    (page,) = read_slides(write_pptx(path / "a.pptx", (layout, draw))).pages
    return page


def test_title_and_bullets_are_read_by_line(tmp_path: Path) -> None:
    def bullets(slide: Any) -> None:  # noqa: ANN401
        slide.shapes.title.text = "How it works"
        slide.placeholders[1].text = "First point\nSecond point"

    page = read(tmp_path, TITLE_AND_CONTENT, bullets)
    assert (page.title, page.source) == ("How it works", "text")
    assert page.text.splitlines() == ["How it works", "First point", "Second point"]


def test_shapes_are_read_as_they_stand_not_as_they_were_added(tmp_path: Path) -> None:
    def mixed(slide: Any) -> None:  # noqa: ANN401
        text(slide, 1, 6, "at the bottom", width=8)
        for row in (3, 1, 2):
            text(slide, 5.5, 1 + row, f"right {row}")
            text(slide, 0.5, 1 + row, f"left {row}")
        text(slide, 0.5, 0.4, "Two columns", width=8)

    page = read(tmp_path, BLANK, mixed)
    assert page.title == "Two columns"
    assert page.text.splitlines() == [
        "Two columns", "left 1", "left 2", "left 3", "right 1", "right 2", "right 3",
        "at the bottom",
    ]  # fmt: skip


def test_a_group_is_read_at_its_place(tmp_path: Path) -> None:
    def grouped(slide: Any) -> None:  # noqa: ANN401
        text(slide, 1, 4, "below")
        inner = text(slide, 1, 5, "in the group")
        group = slide.shapes.add_group_shape([inner])
        group.top = Inches(1)

    assert read(tmp_path, BLANK, grouped).text.splitlines() == ["in the group", "below"]


def test_tables_are_markdown_rows(tmp_path: Path) -> None:
    def table(slide: Any) -> None:  # noqa: ANN401
        slide.shapes.title.text = "Numbers"
        cells = slide.shapes.add_table(2, 2, Inches(1), Inches(2), Inches(4), Inches(1)).table
        for at, value in enumerate(["Bits", "Rate", "8", "2.2 % | less"]):
            cells.cell(at // 2, at % 2).text = value

    page = read(tmp_path, TITLE_ONLY, table)
    assert page.text.splitlines() == ["Numbers", "| Bits | Rate |", "| 8 | 2.2 % \\| less |"]


def test_notes_are_kept_apart(tmp_path: Path) -> None:
    def noted(slide: Any) -> None:  # noqa: ANN401
        slide.shapes.title.text = "Deletion"
        slide.notes_slide.notes_text_frame.text = "Say why.\nThen show it."

    page = read(tmp_path, TITLE_ONLY, noted)
    assert (page.text, page.notes) == ("Deletion", "Say why.\nThen show it.")


def test_dates_footers_and_numbers_are_left_out(tmp_path: Path) -> None:
    def edged(slide: Any) -> None:  # noqa: ANN401
        slide.shapes.title.text = "Content"
        for shape in slide.slide_layout.placeholders:
            if shape.placeholder_format.type.name in ("DATE", "FOOTER", "SLIDE_NUMBER"):
                slide.shapes.clone_placeholder(shape)
        for shape in slide.placeholders:
            if shape.placeholder_format.type.name != "TITLE":
                shape.text = "Course 101"

    assert read(tmp_path, TITLE_ONLY, edged).text == "Content"


FORMULA = (
    '<a14:m xmlns:a14="http://schemas.microsoft.com/office/drawing/2010/main">'
    '<m:oMath xmlns:m="http://schemas.openxmlformats.org/officeDocument/2006/math">'
    "<m:r><m:t>p=</m:t></m:r>"
    "<m:sSup><m:e><m:d><m:e><m:r><m:t>1-</m:t></m:r>"
    "<m:sSup><m:e><m:r><m:t>e</m:t></m:r></m:e><m:sup><m:r><m:t>-kn/m</m:t></m:r></m:sup></m:sSup>"
    "</m:e></m:d></m:e><m:sup><m:r><m:t>k</m:t></m:r></m:sup></m:sSup>"
    "<m:r><m:t>+</m:t></m:r>"
    "<m:f><m:num><m:r><m:t>a+b</m:t></m:r></m:num><m:den><m:r><m:t>2</m:t></m:r></m:den></m:f>"
    "</m:oMath></a14:m>"
)


def test_formulas_are_text_in_one_line(tmp_path: Path) -> None:
    def formula(slide: Any) -> None:  # noqa: ANN401
        box = text(slide, 1, 1, "Rate: ")
        box.text_frame.paragraphs[0]._p.append(etree.fromstring(FORMULA))
        text(slide, 1, 3, "after it")

    page = read(tmp_path, BLANK, formula)
    assert page.text.splitlines()[0] == "Rate: p=(1-e^(-kn/m))^k+(a+b)/2"


def picture(*lines: str) -> io.BytesIO:
    stream = io.BytesIO()
    films.page(*lines).resize((1280, 720), Image.Resampling.BICUBIC).save(stream, "PNG")
    stream.seek(0)
    return stream


def test_pictures_of_a_slide_without_text_are_read(tmp_path: Path) -> None:
    if not ocr.is_installed():
        pytest.skip("extra ocr is not installed")

    def pictured(slide: Any) -> None:  # noqa: ANN401
        slide.shapes.add_picture(picture("Gradient descent", "learning rate"), 0, 0, Inches(8))

    page = read(tmp_path, BLANK, pictured)
    assert page.source == "ocr"
    assert page.title == "Gradient descent"
    assert "learning rate" in page.text


def test_a_picture_that_is_none_is_passed_over(tmp_path: Path) -> None:
    path = write_pptx(
        tmp_path / "a.pptx",
        (BLANK, lambda slide: slide.shapes.add_picture(picture("Gone"), 0, 0, Inches(8))),
        (BLANK, lambda slide: text(slide, 1, 1, "still there")),
    )
    rewritten = rewrite(path, lambda name, data: b"junk" if name.endswith(".png") else data)
    first, second = read_slides(rewritten).pages
    assert (first.text, second.text) == ("", "still there")


# --- damage and size -----------------------------------------------------------------------------


def rewrite(path: Path, change: Callable[[str, bytes], bytes]) -> Path:
    """The presentation with its parts changed."""
    target = path.with_name(f"changed-{path.name}")
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(name, change(name, old.read(name)))
    return target


def simple(path: Path) -> Path:
    """Three slides of one word."""
    return write_pptx(path, *[(BLANK, lambda slide: text(slide, 1, 1, "Here"))] * 3)


def test_a_damaged_page_is_reported_and_the_rest_is_read(tmp_path: Path) -> None:
    def break_second(name: str, data: bytes) -> bytes:
        if name != "ppt/slides/slide2.xml":
            return data
        return data.replace(b"<p:spTree>", b"<p:tree>").replace(b"</p:spTree>", b"</p:tree>")

    lost: list[int] = []
    pages = read_slides(rewrite(simple(tmp_path / "a.pptx"), break_second), lost=lost.append).pages
    assert lost == [2]
    assert [page.text for page in pages] == ["Here", "", "Here"]


def assert_refused(path: Path, says: str) -> None:
    with pytest.raises(InputError, match=says) as caught:
        read_slides(path)
    assert "\n" not in str(caught.value)
    assert "Error(" not in str(caught.value)


def test_broken_files_are_said_in_one_line(tmp_path: Path) -> None:
    path = simple(tmp_path / "a.pptx")
    data = path.read_bytes()
    (tmp_path / "cut.pptx").write_bytes(data[: len(data) // 2])
    assert_refused(tmp_path / "cut.pptx", "damaged PPTX")
    with zipfile.ZipFile(tmp_path / "zip.pptx", "w") as archive:
        archive.writestr("letter.txt", "Dear all")
    assert_refused(tmp_path / "zip.pptx", "no PPTX file")
    broken = rewrite(path, lambda name, data: b"<" if name == "ppt/presentation.xml" else data)
    assert_refused(broken, "not a readable presentation")
    (tmp_path / "old.ppt").write_bytes(bytes.fromhex("d0cf11e0a1b11ae1") + bytes(600))
    assert_refused(tmp_path / "old.ppt", "without a password")
    assert_refused(write_pptx(tmp_path / "none.pptx"), "no pages")


def test_a_file_that_unpacks_to_too_much_is_never_unpacked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = simple(tmp_path / "a.pptx")
    blown = rewrite(
        path,
        lambda name, data: data + b" " * (70 << 20) if name == "ppt/slides/slide1.xml" else data,
    )
    assert blown.stat().st_size < 1 << 20
    monkeypatch.setattr(slides, "_Child", None)  # no child is started
    assert_refused(blown, "unpacks to")


def test_a_child_that_wants_too_much_memory_ends_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def deep(name: str, data: bytes) -> bytes:
        many = b"<a/>" * 6_000_000
        return data.replace(b"</p:spTree>", many + b"</p:spTree>") if "slide1.xml" in name else data

    blown = rewrite(simple(tmp_path / "a.pptx"), deep)
    child = slides._CHILD.replace(
        "runpy.run_module",
        "import rag_notes.ingest.pages as p; p._MEMORY = 400 << 20; runpy.run_module",
    )
    monkeypatch.setattr(slides, "_CHILD", child)
    assert_refused(blown, "within the limits of time and memory|not a readable presentation")


def test_pages_beyond_the_cap(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(slides, "MAX_PAGES", 2)
    assert_refused(simple(tmp_path / "a.pptx"), "3 pages; at most 2")


def test_a_presentation_of_the_shared_data() -> None:
    import os

    data = os.environ.get("RAG_NOTES_DATA", str(Path(__file__).parents[3] / "shared" / "data"))
    path = Path(data) / "slides" / "fastai_lesson5.pptx"
    if not path.is_file():
        pytest.skip(f"{path} is not here")
    first, second = read_slides(path).pages
    assert first.title == "Practical deep learning for coders"
    if ocr.is_installed():
        assert second.source == "ocr"
        assert "How does a neural net really work?" in second.text


def test_the_home_of_python_pptx_is_not_loaded_here() -> None:
    code = "import sys; from rag_notes.ingest import slides; print('pptx' in sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=SECONDS, check=True
    )
    assert done.stdout == "False\n"
