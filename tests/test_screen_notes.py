"""From a film and its slides to notes: pages on screen, their times and pictures in citations."""

import json
import re
from pathlib import Path

import av
import pytest

from rag_notes import cli, codec
from rag_notes.ingest import ocr
from rag_notes.pipeline import Made
from rag_notes.schema import Slides
from tests import films, runs

ECHO = ("--llm", "echo:")
BY = 0.25  # seconds


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sample's picture without its sound, so that no speech model is needed."""
    path = tmp_path_factory.mktemp("film") / "silent.mp4"
    with av.open(str(runs.SAMPLE / "lecture.mp4")) as source, av.open(str(path), "w") as target:
        video = source.streams.video[0]
        stream = target.add_stream_from_template(video)
        for packet in source.demux(video):
            if packet.dts is not None:
                packet.stream = stream
                target.mux(packet)
    return path


def slides_of(made: Made) -> Slides:
    return codec.decode_slides((made.folder / "slides.json").read_bytes())


def truth() -> list[tuple[int, float, float]]:
    pages = json.loads((runs.SAMPLE / "truth.json").read_text(encoding="utf-8"))["pages"]
    return [(number, start, end) for number, start, end in pages]


def test_pages_of_a_file_are_timed_by_the_film(film: Path, tmp_path: Path) -> None:
    made = runs.make(tmp_path, film, slides=runs.SLIDES)
    slides = slides_of(made)
    assert slides.timed_by == "frames"
    for page, (number, start, end) in zip(slides.pages, truth(), strict=True):
        assert page.number == number
        assert page.shown[0] == pytest.approx((start, end), abs=BY)
        assert len(page.shown) == 1
    assert len(list((made.folder / "pages").glob("*.jpg"))) == 10
    cited = [one for claim in runs.claims(made.notes) for one in claim.citations]
    shown = {page.number: page.shown[0] for page in slides.pages}
    assert cited
    assert all((one.start, one.end) == shown[one.page or 0] for one in cited)
    assert re.search(
        r"\[00:00:23 · p\. 2\]\([^)]*slides\.pdf#page=2\)", made.markdown.read_text("utf-8")
    )


def test_a_second_make_looks_at_nothing_again(film: Path, tmp_path: Path) -> None:
    runs.make(tmp_path, film, slides=runs.SLIDES)
    assert runs.make(tmp_path, film, slides=runs.SLIDES).stages_run == ()
    without = runs.make(tmp_path, runs.MINUTE, name="silent")
    assert not (without.folder / "pages").exists()


def test_pages_are_found_in_the_film_where_there_is_no_file(
    film: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    if not ocr.is_installed():
        pytest.skip("extra ocr is not installed")
    monkeypatch.setenv("RAG_NOTES_INDEXES", str(tmp_path / "indexes"))
    assert cli.main(["make", str(film), "--slides", "auto", *ECHO]) == 3
    printed = capsys.readouterr()
    assert "silent.mp4: no sound; these are notes of the slides" in printed.err.splitlines()
    folder = Path(printed.out.strip()).parent
    slides = codec.decode_slides((folder / "slides.json").read_bytes())
    titles = [page.title for page in slides.pages]
    assert len(titles) == 10
    assert titles[1:4] == ["Why ask before reading?", "What a Bloom filter is", "Insert and query"]
    markdown = (folder / "notes.md").read_text(encoding="utf-8")
    linked = re.findall(r"\[\d\d:\d\d:\d\d · p\. (\d+)\]\(pages/(\d{4}\.jpg)\)", markdown)
    assert linked
    assert all(int(page) == int(name[:4]) for page, name in linked)
    assert {name for _, name in linked} <= {file.name for file in (folder / "pages").iterdir()}


def test_captions_alone_time_the_pages(tmp_path: Path) -> None:
    source = runs.true_captions(tmp_path / "talk.srt")
    made = runs.make(tmp_path, source, slides=runs.SLIDES)
    slides = slides_of(made)
    assert slides.timed_by == "words"
    spoken = [
        one
        for claim in runs.claims(made.notes)
        for one in claim.citations
        if one.kind == "speech" and one.page is not None
    ]
    assert spoken
    for one in spoken:
        assert one.start is not None
        shown = slides.pages[(one.page or 0) - 1].shown
        assert any(start <= (one.end or one.start) and one.start <= end for start, end in shown)


def test_slides_in_another_language_are_kept_and_not_timed(tmp_path: Path) -> None:
    from reportlab.pdfgen.canvas import Canvas

    canvas = Canvas(str(tmp_path / "folien.pdf"))
    for line in (
        "Ein Filter ist eine Menge von Bits und wird nicht gelöscht",
        "Warum die Frage mit dem Speicher wichtig ist",
        "Die Funktion wird für das Einfügen und für das Suchen berechnet",
        "Was der Filter über die Elemente nicht sagen kann",
    ):
        canvas.drawString(60, 700, line)
        canvas.showPage()
    canvas.save()
    source = runs.true_captions(tmp_path / "talk.srt")
    slides = slides_of(runs.make(tmp_path, source, slides=tmp_path / "folien.pdf"))
    assert slides.is_related
    assert slides.timed_by is None


def test_a_presentation_is_timed_by_what_is_read_on_the_screen(tmp_path: Path) -> None:
    if not ocr.is_installed():
        pytest.skip("extra ocr is not installed")
    from pptx import Presentation

    presentation = Presentation()
    for title, *lines in films.TEXTS:
        slide = presentation.slides.add_slide(presentation.slide_layouts[1])
        slide.shapes.title.text = title
        slide.placeholders[1].text = "\n".join(lines)
    presentation.save(str(tmp_path / "deck.pptx"))
    pages = films.pages()
    film = films.write_film(
        tmp_path / "talk.mp4", [(pages[0], 5), (pages[3], 6), (pages[1], 5), (pages[3], 5)]
    )
    slides = slides_of(runs.make(tmp_path, film, slides=tmp_path / "deck.pptx"))
    assert slides.timed_by == "frames"
    shown = {page.number: page.shown for page in slides.pages if page.shown}
    assert sorted(shown) == [1, 2, 4]
    assert shown[1][0] == pytest.approx((0, 5), abs=BY)
    assert [span[0] for span in shown[4]] == pytest.approx([5, 16], abs=BY)


# --- passwords


def locked(path: Path) -> Path:
    from reportlab.pdfgen.canvas import Canvas

    canvas = Canvas(str(path), encrypt="secret")
    canvas.drawString(100, 700, "A Bloom filter has an array of bits and a few hash functions.")
    canvas.save()
    return path


def test_a_password_comes_from_the_environment(
    here: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    asked = ["make", str(runs.MINUTE), "--slides", str(locked(here / "a.pdf")), *ECHO]
    monkeypatch.setenv("RAG_NOTES_SLIDES_PASSWORD", "wrong")
    assert cli.main(asked) == 2
    assert "by another password than the one given" in capsys.readouterr().err
    monkeypatch.setenv("RAG_NOTES_SLIDES_PASSWORD", "secret")
    assert cli.main(asked) == 0
    folder = here / "indexes" / "first_minute"
    assert "array of bits" in (folder / "slides.json").read_text(encoding="utf-8")
    kept = [file for file in folder.rglob("*") if file.is_file() and b"secret" in file.read_bytes()]
    assert kept == []


def test_in_a_terminal_a_password_is_asked_for(
    here: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.stdin.isatty", lambda: True, raising=False)
    monkeypatch.setattr("sys.stderr.isatty", lambda: True, raising=False)
    monkeypatch.setattr("rag_notes.cli.getpass", lambda _: "secret")
    asked = ["make", str(runs.MINUTE), "--slides", str(locked(here / "a.pdf")), *ECHO]
    assert cli.main(asked) == 0
    assert capsys.readouterr().out == f"{here / 'indexes' / 'first_minute' / 'notes.md'}\n"
