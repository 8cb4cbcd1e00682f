"""Pages found in a film: each once, with its times."""

from pathlib import Path

import pytest

from rag_notes.ingest.frames import watch
from rag_notes.ingest.shots import Shot, find_shots
from rag_notes.schema import SpanSeconds
from tests import films

PAGES = films.pages()


def shots(
    path: Path, scenes: list[films.Scene], *, blend: float = 0.0, layout: films.Layout = films.whole
) -> tuple[Shot, ...]:
    return find_shots(watch(films.write_film(path / "a.mp4", scenes, layout, blend=blend)))


def near(spans: tuple[SpanSeconds, ...], *expected: SpanSeconds, by: float = 0.25) -> bool:
    return len(spans) == len(expected) and all(
        abs(a - c) <= by and abs(b - d) <= by
        for (a, b), (c, d) in zip(spans, expected, strict=True)
    )


@pytest.mark.parametrize(
    "layout", [films.whole, films.boxed, films.with_speaker, films.beside_speaker]
)
def test_a_page_that_comes_back_is_one_page(tmp_path: Path, layout: films.Layout) -> None:
    scenes: list[films.Scene] = [(PAGES[0], 6), (PAGES[1], 7), (PAGES[0], 5), (PAGES[2], 6)]
    first, second, third = shots(tmp_path, scenes, layout=layout)
    assert near(first.shown, (0, 6), (13, 18))
    assert near(second.shown, (6, 13))
    assert near(third.shown, (18, 24))
    assert 6 < second.second < 13


def test_a_blend_is_no_page(tmp_path: Path) -> None:
    scenes: list[films.Scene] = [(page, 6) for page in PAGES]
    found = shots(tmp_path, scenes, blend=1.2)
    assert len(found) == len(PAGES)
    for number, shot in enumerate(found):
        assert near(shot.shown, (6 * number, 6 * number + 6), by=1.5)
        assert 6 * number + 1.2 <= shot.second <= 6 * number + 6


def test_a_page_that_grows_is_one_and_seen_whole(tmp_path: Path) -> None:
    title, *lines = films.TEXTS[2]
    steps = [(films.page(title, *lines[:count]), 4.0) for count in (1, 2, 3)]
    grown, other = shots(tmp_path, [*steps, (PAGES[0], 5.0)])
    assert near(grown.shown, (0, 12))
    assert 8 < grown.second < 12
    assert near(other.shown, (12, 17))


def test_flicking_through_pages_makes_none_of_them(tmp_path: Path) -> None:
    scenes: list[films.Scene] = [
        (PAGES[0], 6),
        *((page, 0.6) for page in PAGES[1:4]),
        (PAGES[4], 6),
    ]
    assert len(shots(tmp_path, scenes)) == 2


def test_a_black_screen_is_no_page(tmp_path: Path) -> None:
    from PIL import Image

    black = Image.new("RGB", films.SIZE)
    found = shots(tmp_path, [(black, 5), (PAGES[0], 5), (black, 5)])
    assert [near(shot.shown, (5, 10)) for shot in found] == [True]
