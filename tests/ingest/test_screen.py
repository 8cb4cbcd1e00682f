"""Pages read from a video: text, times, pictures."""

from pathlib import Path

import pytest
from PIL import Image

from rag_notes.errors import InputError
from rag_notes.ingest import ocr
from rag_notes.ingest.ocr import PictureRead
from rag_notes.ingest.screen import ScreenRead, _add, find_pages
from rag_notes.ingest.slides import picture_name
from rag_notes.schema import SpanSeconds
from tests import films

PAGES = films.pages()


@pytest.fixture
def pictures(tmp_path: Path) -> Path:
    folder = tmp_path / "pages"
    folder.mkdir()
    return folder


def test_pages_have_text_times_and_a_picture(tmp_path: Path, pictures: Path) -> None:
    if not ocr.is_installed():
        pytest.skip("extra ocr is not installed")
    scenes: list[films.Scene] = [(PAGES[2], 5), (None, 6), (PAGES[0], 5), (PAGES[2], 5)]
    film = films.write_film(tmp_path / "a.mp4", scenes, films.with_speaker, blend=0.4)
    told: list[tuple[float, float]] = []
    slides = find_pages(
        film, pictures=pictures, progress=lambda done, total: told.append((done, total))
    )
    assert [page.title for page in slides.pages] == ["Graph search", "Hash tables"]
    graph, hashes = slides.pages
    assert "Breadth first visits by distance" in graph.text.splitlines()
    assert "Look-up takes constant time" in hashes.text.splitlines()
    assert (graph.source, slides.timed_by) == ("ocr", "frames")
    expected: list[SpanSeconds] = [(0, 5), (16, 21), (11, 16)]
    for span, (start, end) in zip([*graph.shown, *hashes.shown], expected, strict=True):
        assert span == pytest.approx((start, end), abs=0.65)
    assert sorted(file.name for file in pictures.iterdir()) == [picture_name(1), picture_name(2)]
    with Image.open(pictures / picture_name(2)) as second:
        assert second.size == films.SIZE
    assert told == sorted(told)
    assert told[-1] == (1.0, 1.0)


def test_without_ocr_nothing_is_looked_for(
    tmp_path: Path, pictures: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ocr, "is_installed", lambda: False)
    with pytest.raises(InputError, match=r"pip install 'rag-notes\[ocr\]'"):
        find_pages(tmp_path / "a.mp4", pictures=pictures)


def read(text: str, *shown: SpanSeconds) -> ScreenRead:
    return ScreenRead(PictureRead(text=text), shown, Path(f"{text[:3]}.jpg"))


def added(*reads: ScreenRead) -> list[ScreenRead]:
    found: list[ScreenRead] = []
    for one in reads:
        _add(found, one)
    return found


LONG = "Hash tables spread keys over buckets and look them up again in constant time"


def test_readings_with_the_same_words_are_one_page() -> None:
    again = LONG.replace("buckets", "huckets")
    (page,) = added(read(LONG, (0, 5)), read(again, (20, 25)))
    assert page.shown == ((0, 5), (20, 25))


def test_a_page_that_goes_on_with_more_is_one_with_all_its_words() -> None:
    start = " ".join(LONG.split()[:6])
    (page,) = added(read(start, (0, 5)), read(LONG, (5, 9)))
    assert page.read.text == LONG
    assert page.shown == ((0, 9),)
    assert len(added(read(start, (0, 5)), read(LONG, (50, 59)))) == 2
