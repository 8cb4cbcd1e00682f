"""Pages are known again on the screen: scaled, moved, beside a speaker; others are not."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from rag_notes.ingest.likeness import LIKE, Grey, compare, open_picture
from tests import films

PAGES = films.pages()


def grey(picture: Image.Image, width: int = 160) -> Grey:
    height = round(width * picture.height / picture.width)
    return np.asarray(picture.convert("L").resize((width, height)), np.uint8)


@pytest.mark.parametrize(
    "layout", [films.whole, films.boxed, films.with_speaker, films.beside_speaker]
)
def test_each_page_is_most_like_itself(layout: films.Layout) -> None:
    screens = [grey(layout(page, second)) for second, page in enumerate(PAGES)]
    like = compare(screens, [grey(page, 288) for page in PAGES])
    assert like.argmax(axis=1).tolist() == list(range(len(PAGES)))
    assert like.max(axis=1).min() > LIKE + 0.1


def test_two_layouts_of_one_film_are_both_found() -> None:
    screens = [grey(films.whole(page, 0.0)) for page in PAGES]
    screens += [grey(films.beside_speaker(page, 3.0)) for page in PAGES]
    like = compare(screens, [grey(page, 288) for page in PAGES])
    assert like.argmax(axis=1).tolist() == 2 * list(range(len(PAGES)))
    assert like.max(axis=1).min() > LIKE


def test_a_room_and_other_pages_are_like_none() -> None:
    screens = [grey(films.room(0.3 * at)) for at in range(20)]
    assert compare(screens, [grey(page, 288) for page in PAGES]).max() < LIKE
    others = [films.page(f"Other {at}", "What another lecture", "shows instead") for at in range(5)]
    assert compare([grey(page) for page in others], [grey(PAGES[0]), grey(PAGES[1])]).max() < LIKE


def test_a_page_that_grows_is_told_from_the_grown_one() -> None:
    title, *lines = films.TEXTS[2]
    steps = [films.page(title, *lines[:count]) for count in (1, 2, 3)]
    like = compare([grey(step) for step in steps], [grey(step, 288) for step in steps])
    assert like.argmax(axis=1).tolist() == [0, 1, 2]


def test_blank_pages_and_screens_are_like_nothing() -> None:
    blank = Image.new("RGB", films.SIZE, "white")
    pages = [grey(blank, 288), *(grey(page, 288) for page in PAGES)]
    like = compare([grey(blank), *(grey(page) for page in PAGES)], pages)
    assert like[0].max() < LIKE
    assert like[:, 0].max() < LIKE
    assert np.isfinite(like).all()


def test_pages_of_another_shape_do_not_hinder(tmp_path: Path) -> None:
    tall = Image.new("RGB", (300, 500), "white")
    tall.paste(PAGES[4].resize((300, 170)), (0, 100))
    tall.save(tmp_path / "0001.jpg")
    picture = open_picture(tmp_path / "0001.jpg")
    assert max(picture.shape) <= 288
    like = compare([grey(page) for page in PAGES], [picture, *(grey(p, 288) for p in PAGES)])
    assert (like.argmax(axis=1) - 1).tolist() == list(range(len(PAGES)))
