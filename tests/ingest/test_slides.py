"""PDF slides made on the spot: titles, order, tables, pictures, damage."""

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

from rag_notes.errors import InputError, MissingFileError, PasswordError
from rag_notes.ingest import ocr, slides
from rag_notes.ingest.layout import clean
from rag_notes.ingest.slides import picture_name, read_slides

SAMPLE = Path(__file__).parents[1] / "data" / "sample" / "slides.pdf"
WIDTH, HEIGHT = 720, 405

Draw = Callable[[Canvas], None]


def write_pdf(path: Path, *pages: Draw, encrypt: str | None = None) -> Path:
    canvas = Canvas(str(path), pagesize=(WIDTH, HEIGHT), encrypt=encrypt)
    for draw in pages:
        draw(canvas)
        canvas.showPage()
    canvas.save()
    return path


def text(canvas: Canvas, x: float, top: float, line: str, size: float = 16) -> None:
    canvas.setFont("Helvetica", size)
    canvas.drawString(x, HEIGHT - top - size, line)


def bullets(canvas: Canvas) -> None:
    text(canvas, 40, 120, "• First point is here")
    text(canvas, 40, 160, "• Second point")
    text(canvas, 40, 30, "How it works", 32)


def test_title_is_the_largest_text_and_comes_first(tmp_path: Path) -> None:
    (page,) = read_slides(write_pdf(tmp_path / "a.pdf", bullets)).pages
    assert page.title == "How it works"
    assert page.text.splitlines() == ["How it works", "First point is here", "Second point"]
    assert (page.number, page.source) == (1, "text")


def test_left_column_is_read_before_the_right_one(tmp_path: Path) -> None:
    def columns(canvas: Canvas) -> None:
        text(canvas, 40, 30, "Two columns", 32)
        for n in range(4):
            text(canvas, 40, 120 + 40 * n, f"left line {n}")
            text(canvas, 420, 120 + 40 * n, f"right line {n}")

    (page,) = read_slides(write_pdf(tmp_path / "a.pdf", columns)).pages
    expected = [f"{side} line {n}" for side in ("left", "right") for n in range(4)]
    assert page.text.splitlines()[1:] == expected


def test_what_stretches_over_columns_is_read_before_and_after_them(tmp_path: Path) -> None:
    def columns(canvas: Canvas) -> None:
        text(canvas, 40, 20, "Two columns", 32)
        text(
            canvas, 40, 80, "An opening sentence that runs over nearly the whole width of the slide"
        )
        for n in range(4):
            text(canvas, 40, 130 + 40 * n, f"left side {n}")
            text(canvas, 420, 130 + 40 * n, f"right side {n}")
        text(
            canvas, 40, 320, "A closing sentence that runs over nearly the whole width of the slide"
        )

    (page,) = read_slides(write_pdf(tmp_path / "a.pdf", columns)).pages
    lines = page.text.splitlines()
    assert lines[1].startswith("An opening sentence")
    assert lines[2:6] == [f"left side {n}" for n in range(4)]
    assert lines[6:10] == [f"right side {n}" for n in range(4)]
    assert lines[10].startswith("A closing sentence")


def test_rows_without_rules_stay_together(tmp_path: Path) -> None:
    def table(canvas: Canvas) -> None:
        text(canvas, 40, 30, "Error by method", 32)
        for n, (name, rate) in enumerate([("KNN", "0.290"), ("Forest", "0.158"), ("Net", "0.101")]):
            text(canvas, 60, 120 + 40 * n, name)
            text(canvas, 420, 120 + 40 * n, rate)

    (page,) = read_slides(write_pdf(tmp_path / "a.pdf", table)).pages
    assert page.text.splitlines()[1:] == [
        "| KNN | 0.290 |",
        "| Forest | 0.158 |",
        "| Net | 0.101 |",
    ]


def test_headers_footers_and_numbers_at_the_edge_are_taken_off(tmp_path: Path) -> None:
    def numbered(number: int) -> Draw:
        def draw(canvas: Canvas) -> None:
            text(canvas, 40, 8, "Data structures", 9)
            text(canvas, 40, 40, f"Part {number}", 32)
            text(canvas, 40, 120, f"Point {number + 7} of the talk")
            text(canvas, 40, 385, "A. Author, 2026", 9)
            text(canvas, 500, 385, f"Lecture 3 - {number - 1}", 9)
            text(canvas, 680, 385, f"{number} / 6", 9)

        return draw

    pages = read_slides(write_pdf(tmp_path / "a.pdf", *map(numbered, range(1, 7)))).pages
    for number, page in enumerate(pages, start=1):
        assert page.text.splitlines() == [f"Part {number}", f"Point {number + 7} of the talk"]


def test_a_line_at_the_edge_of_one_page_stays(tmp_path: Path) -> None:
    def noted(canvas: Canvas) -> None:
        bullets(canvas)
        text(canvas, 40, 385, "Source: Bloom, 1970", 9)

    pages = read_slides(write_pdf(tmp_path / "a.pdf", noted, *[bullets] * 4)).pages
    assert pages[0].text.splitlines()[-1] == "Source: Bloom, 1970"


def test_ligatures_and_soft_hyphens_are_written_out() -> None:
    assert clean("eﬃcient ﬁlters of di\u00adﬀerent \ufb02ow (cid:12)") == (
        "efficient filters of different flow"
    )


def test_every_page_is_drawn_where_pictures_are_wanted(tmp_path: Path) -> None:
    from PIL import Image

    path = write_pdf(tmp_path / "a.pdf", bullets, lambda _: None)
    read_slides(path, pictures=tmp_path)
    with (
        Image.open(tmp_path / picture_name(1)) as first,
        Image.open(tmp_path / "0002.jpg") as blank,
    ):
        assert max(first.size) == 1280
        assert first.size[0] / first.size[1] == pytest.approx(WIDTH / HEIGHT, rel=0.01)
        assert blank.convert("L").getextrema() == (255, 255)


def test_a_wrapped_bullet_is_one_line(tmp_path: Path) -> None:
    def wrapped(canvas: Canvas) -> None:
        text(canvas, 40, 30, "Wrapping", 32)
        text(
            canvas, 40, 120, "• A long bullet that fills the line of this slide up to its very last"
        )
        text(canvas, 55, 140, "word and then goes on")
        text(canvas, 40, 180, "• Next")

    (page,) = read_slides(write_pdf(tmp_path / "a.pdf", wrapped)).pages
    assert page.text.splitlines()[1].endswith("its very last word and then goes on")
    assert page.text.splitlines()[2] == "Next"


def test_tables_are_markdown_rows(tmp_path: Path) -> None:
    def table(canvas: Canvas) -> None:
        text(canvas, 40, 30, "Numbers", 32)
        canvas.grid([40, 200, 400], [100, 140, 180])
        for column, row, cell in [(0, 0, "Bits"), (1, 0, "Rate"), (0, 1, "8"), (1, 1, "2.2 %")]:
            text(canvas, 50 + 160 * column, HEIGHT - 172 + 40 * row, cell)

    (page,) = read_slides(write_pdf(tmp_path / "a.pdf", table)).pages
    assert page.text.splitlines() == ["Numbers", "| Bits | Rate |", "| 8 | 2.2 % |"]


def test_our_sample_slides() -> None:
    pages = read_slides(SAMPLE).pages
    assert len(pages) == 10
    assert pages[0].title == 'Bloom Filters: Asking "Have I Seen This?" in a Few Bits'
    assert [p.title for p in pages[1:]] == [
        "Why ask before reading?", "What a Bloom filter is", "Insert and query", "A worked example",
        "No means no, yes means maybe", 'How often is "maybe" wrong?', "Numbers to remember",
        "Building one", "Summary",
    ]  # fmt: skip
    assert "| 10 | 7 | 0.8 % |" in pages[7].text.splitlines()
    assert pages[9].text.splitlines()[-1] == "Put it in front of anything slow"


def picture_page(folder: Path) -> Draw:
    from PIL import Image, ImageDraw, ImageFont

    image = Image.new("RGB", (1200, 600), "white")
    font = ImageFont.load_default(64)
    ImageDraw.Draw(image).text((80, 100), "Gradient descent", fill="black", font=font)
    ImageDraw.Draw(image).text((80, 300), "learning rate 0.01", fill="black", font=font)
    image.save(folder / "p.png")
    return lambda canvas: canvas.drawImage(ImageReader(image), 0, 0, WIDTH, HEIGHT) and None


def test_a_picture_page_is_read_by_ocr(tmp_path: Path) -> None:
    if not ocr.is_installed():
        pytest.skip("extra ocr is not installed")
    path = write_pdf(tmp_path / "a.pdf", bullets, picture_page(tmp_path), lambda _: None)
    first, second, third = read_slides(path).pages
    assert (first.source, second.source) == ("text", "ocr")
    assert second.text.splitlines() == ["Gradient descent", "learning rate 0.01"]
    assert (third.text, third.source) == ("", "text")


def test_without_ocr_a_picture_page_is_empty(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ocr, "is_installed", lambda: False)
    (page,) = read_slides(write_pdf(tmp_path / "a.pdf", picture_page(tmp_path))).pages
    assert page.text == ""


def child_with(monkeypatch: pytest.MonkeyPatch, change: str) -> None:
    """Have the child change its own code first."""
    child = (
        "import sys, time; sys.path.insert(0, sys.argv[1])\n"
        "from rag_notes.ingest import pages, pdfpage\n"
        f"{change}\n"
        "pdfpage.serve(pages.heard_order())\n"
    )
    monkeypatch.setattr(slides, "_CHILD", child)


HANGS = (
    "read = pdfpage.read_page\n"
    "pdfpage.read_page = lambda p: time.sleep(60) if p.page_number == 2 else read(p)"
)


def test_a_page_that_hangs_is_read_in_a_quicker_way(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    child_with(monkeypatch, HANGS)
    monkeypatch.setattr(slides, "_PAGE_SECONDS", 3.0)
    lost: list[int] = []
    pages = read_slides(write_pdf(tmp_path / "a.pdf", *[bullets] * 3), lost=lost.append).pages
    assert lost == []
    assert [page.title for page in pages] == ["How it works"] * 3
    assert "First point is here" in pages[1].text.splitlines()


def test_a_page_that_cannot_be_read_is_reported_and_the_rest_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    child_with(monkeypatch, f"{HANGS}\npdfpage.read_plainly = None")
    monkeypatch.setattr(slides, "_PAGE_SECONDS", 3.0)
    lost: list[int] = []
    pages = read_slides(write_pdf(tmp_path / "a.pdf", *[bullets] * 3), lost=lost.append).pages
    assert lost == [2]
    assert [bool(page.text) for page in pages] == [True, False, True]


def test_a_page_that_cannot_be_drawn_keeps_its_text(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    child_with(
        monkeypatch,
        "import os\ndraw = pdfpage._draw\n"
        "pdfpage._draw = lambda d, n, f, w: os._exit(9) if n == 2 else draw(d, n, f, w)",
    )
    lost: list[int] = []
    path = write_pdf(tmp_path / "a.pdf", *[bullets] * 3)
    pages = read_slides(path, pictures=tmp_path, lost=lost.append).pages
    assert lost == []
    assert all(page.text for page in pages)
    drawn = [(tmp_path / picture_name(number)).is_file() for number in (1, 2, 3)]
    assert drawn == [True, False, True]


def test_a_page_of_very_many_lines_is_read_at_once(tmp_path: Path) -> None:
    def scatter(canvas: Canvas) -> None:
        text(canvas, 40, 30, "Scatter plot", 32)
        for at in range(12_000):
            x, y = 40 + at % 600, 20 + at // 40
            canvas.line(x, y, x + 3, y + 2)

    (page,) = read_slides(write_pdf(tmp_path / "a.pdf", scatter)).pages
    assert (page.title, page.text) == ("Scatter plot", "Scatter plot")


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("a.pdf", b"", "empty"),
        ("a.pdf", b"hello, this is text", "not a PDF"),
        ("a.pdf", b"%PDF-1.7\n" + bytes(500), "PDF"),
        ("a.pptx", b"PK\x03\x04", "damaged PPTX file"),
    ],
)
def test_foreign_files_are_said_in_one_line(
    tmp_path: Path, name: str, content: bytes, says: str
) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(InputError, match=says) as caught:
        read_slides(path)
    assert "\n" not in str(caught.value)


def test_truncated_and_missing(tmp_path: Path) -> None:
    path = write_pdf(tmp_path / "a.pdf", *[bullets] * 5)
    data = path.read_bytes()
    path.write_bytes(data[: len(data) // 3])
    with pytest.raises(InputError, match=r"a\.pdf"):
        read_slides(path)
    with pytest.raises(MissingFileError):
        read_slides(tmp_path / "none.pdf")


def test_a_password_opens_a_protected_file_and_its_pictures(tmp_path: Path) -> None:
    path = write_pdf(tmp_path / "b.pdf", bullets, encrypt="secret")
    with pytest.raises(PasswordError, match="protected by a password; set RAG_NOTES_SLIDES"):
        read_slides(path)
    with pytest.raises(PasswordError, match="another password than the one given"):
        read_slides(path, password="wrong")
    (page,) = read_slides(path, password="secret", pictures=tmp_path).pages
    assert page.title == "How it works"
    assert (tmp_path / picture_name(1)).is_file()


def test_too_many_pages(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(slides, "MAX_PAGES", 2)
    with pytest.raises(InputError, match="3 pages"):
        read_slides(write_pdf(tmp_path / "a.pdf", *[bullets] * 3))


def test_importing_loads_no_heavy_library() -> None:
    code = (
        "import sys\n"
        "from rag_notes.ingest import align, captions, chunk, frames, media, ocr, slides\n"
        "from rag_notes.ingest import transcribe\n"
        "heavy = {'PIL', 'pdfplumber', 'pptx', 'pypdfium2', 'faster_whisper', 'av', 'rapidocr'}\n"
        "print(sorted(heavy & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
