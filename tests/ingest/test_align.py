"""When pages were on screen: the likeliest course, from frames, from readings, from words."""

import itertools
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag_notes.ingest.align import (
    NONE,
    Moves,
    Shown,
    align_film,
    align_readings,
    align_words,
    best_path,
)
from rag_notes.ingest.frames import watch
from rag_notes.ingest.likeness import Grey, open_picture
from rag_notes.schema import Page, Segment, Transcript
from rag_notes.search.embed import HashEmbedder
from tests import films, runs

PICTURES = films.pages()

# --- the likeliest course ------------------------------------------------------------------------

costs = st.floats(0, 5).map(lambda cost: round(cost, 1))
moves = st.builds(Moves, costs, costs, costs, costs, costs)
tables = st.integers(1, 5).flatmap(
    lambda moments: st.integers(1, 3).flatmap(
        lambda pages: st.lists(
            st.lists(st.integers(-3, 3), min_size=pages, max_size=pages),
            min_size=moments,
            max_size=moments,
        )
    )
)


def cost(before: int, after: int, at: Moves) -> float:
    """What a change of column costs, in the words of the docstring of Moves."""
    if before == after:
        return 0.0
    if after == NONE:
        return at.away
    if before == NONE:
        return at.home
    if after < before:
        return at.back
    return min(at.onward, at.forward) if after == before + 1 else at.forward


def total(path: tuple[int, ...], worth: list[list[int]], none: float, at: Moves) -> float:
    gained = sum(none if one == NONE else worth[row][one] for row, one in enumerate(path))
    return gained - sum(cost(before, after, at) for before, after in itertools.pairwise(path))


@given(tables, st.floats(-2, 2), moves)
def test_no_course_is_worth_more(worth: list[list[int]], none: float, at: Moves) -> None:
    found = tuple(best_path(np.array(worth, np.float32), none=none, moves=at))
    states = [NONE, *range(len(worth[0]))]
    best = max(
        total(path, worth, none, at) for path in itertools.product(states, repeat=len(worth))
    )
    assert total(found, worth, none, at) == pytest.approx(best, abs=1e-4)


@given(st.lists(st.integers(0, 6), min_size=1, max_size=40))
def test_without_costs_each_moment_has_its_best(bests: list[int]) -> None:
    worth = np.zeros((len(bests), 7), np.float32)
    worth[np.arange(len(bests)), bests] = 1
    assert best_path(worth, none=0.5, moves=Moves(0, 0, 0, 0, 0)) == bests


def test_without_pages_there_is_none() -> None:
    worth = np.zeros((3, 0), np.float32)
    assert best_path(worth, none=0.0, moves=Moves(1, 1, 1, 1, 1)) == [NONE] * 3


# --- from frames ---------------------------------------------------------------------------------


def drawn(folder: Path) -> dict[int, Grey]:
    pictures = {}
    for number, picture in enumerate(PICTURES, start=1):
        picture.save(folder / f"{number}.jpg", quality=90)
        pictures[number] = open_picture(folder / f"{number}.jpg")
    return pictures


def share_right(shown: Shown, scenes: list[tuple[int | None, float]]) -> float:
    """Share of half seconds at which the right page, or none, is said to be on screen."""
    rights, at = [], 0.0
    for page, seconds in scenes:
        for second in np.arange(at + 0.25, at + seconds, 0.5):
            said = [n for n, spans in shown.items() if any(a <= second < b for a, b in spans)]
            rights.append(said == ([] if page is None else [page]))
        at += seconds
    return float(np.mean(rights))


@pytest.mark.parametrize(
    "layout", [films.whole, films.boxed, films.with_speaker, films.beside_speaker]
)
def test_pages_are_timed_by_a_film(tmp_path: Path, layout: films.Layout) -> None:
    scenes: list[tuple[int | None, float]] = [
        (1, 8), (2, 7), (4, 9), (None, 6), (3, 7), (2, 5), (5, 8),
    ]  # fmt: skip
    shots = [(None if page is None else PICTURES[page - 1], length) for page, length in scenes]
    film = watch(films.write_film(tmp_path / "a.mp4", shots, layout, blend=0.4))
    shown = align_film(film, drawn(tmp_path))
    assert share_right(shown, scenes) >= 0.95
    assert len(shown[2]) == 2


def test_pages_of_another_film_are_not_found(tmp_path: Path) -> None:
    others = [films.page(f"Course {n}", "Nothing that", "is shown here", str(n)) for n in range(4)]
    film = watch(films.write_film(tmp_path / "a.mp4", [(page, 6.0) for page in others]))
    assert align_film(film, drawn(tmp_path)) == {}
    assert align_film(film, {}) == {}


# --- from what was read on the screen ------------------------------------------------------------


def test_a_reading_is_the_page_with_its_words() -> None:
    pages = [Page(n, " ".join(lines)) for n, lines in enumerate(films.TEXTS, start=1)]
    readings = [
        ("Graph search Breadth first visits by distance Depth first", [(9.0, 12.0)]),
        ("Hash tables Keys are spread over huckets", [(0.0, 4.0), (20.0, 22.0)]),
        ("EXIT Panasonic 3M", [(4.0, 9.0)]),
    ]
    assert align_readings(readings, pages) == {1: ((0.0, 4.0), (20.0, 22.0)), 3: ((9.0, 12.0),)}
    assert align_readings(readings, []) == {}


# --- from words ----------------------------------------------------------------------------------


def lecture(*sentences: str, timed: bool = True) -> Transcript:
    """A sentence every five seconds."""
    segments = tuple(
        Segment(f"s{n:04}", text, 5.0 * n if timed else None, 5.0 * n + 4 if timed else None)
        for n, text in enumerate(sentences)
    )
    return Transcript("en", segments, 5.0 * len(sentences) if timed else None, timed=timed)


SPOKEN = {
    1: ["Hash tables spread their keys over buckets.", "A look-up there takes constant time.",
        "The load factor of hash tables is what matters."],
    2: ["Balanced trees keep their height low by rotations.", "An insertion costs log n steps.",
        "So balanced trees need rotations at every insertion."],
    3: ["Graph search comes in two kinds.", "Breadth first search visits by distance.",
        "Depth first search has a stack."],
    4: ["Dynamic programming needs an optimal substructure.", "Overlapping calls we memoise.",
        "Without overlapping calls dynamic programming is of no use."],
    5: ["Sorting networks are comparators in a fixed order.", "A bitonic merge is one of them.",
        "Such networks are good for hardware."],
}  # fmt: skip
DECK = [Page(n, "\n".join(lines), lines[0]) for n, lines in enumerate(films.TEXTS, start=1)]


@pytest.mark.parametrize("order", [(1, 2, 3, 4, 5), (3, 1, 2, 5, 4), (1, 2, 1, 3, 4, 5)])
def test_pages_are_timed_by_what_is_said(order: tuple[int, ...]) -> None:
    said = align_words(lecture(*(s for n in order for s in SPOKEN[n])), DECK, HashEmbedder())
    assert said.is_related
    assert share_right(said.shown, [(page, 15.0) for page in order]) >= 0.85


def test_pages_of_words_without_spaces_are_timed() -> None:
    texts = [
        "布隆过滤器的误报率",
        "平衡二叉树的旋转操作",
        "图的广度优先搜索",
        "动态规划的最优子结构",
    ]
    spoken = [f"现在我们来谈{text}。" for text in texts for _ in range(3)]
    pages = [Page(number, text) for number, text in enumerate(texts, start=1)]
    said = align_words(lecture(*spoken), pages, HashEmbedder())
    assert said.is_related
    assert share_right(said.shown, [(page, 15.0) for page in (1, 2, 3, 4)]) >= 0.85


def test_other_slides_are_noticed() -> None:
    said = align_words(
        lecture(*(sentence for lines in SPOKEN.values() for sentence in lines)),
        [
            Page(1, "Whisk four eggs with sugar"), Page(2, "Fold in sifted flour and cocoa"),
            Page(3, "Bake for forty minutes"), Page(4, "Dust it with icing sugar and serve"),
        ],
        HashEmbedder(),
    )  # fmt: skip
    assert not said.is_related
    assert said.shown == {}


def test_a_single_page_is_judged_by_its_words() -> None:
    told = lecture(*(sentence for lines in SPOKEN.values() for sentence in lines))
    assert align_words(told, DECK[:1], HashEmbedder()).is_related
    eggs = Page(1, "Whisk four eggs with sugar")
    assert not align_words(told, [eggs], HashEmbedder()).is_related


def test_without_times_pages_have_none() -> None:
    told = lecture(*(s for lines in SPOKEN.values() for s in lines), timed=False)
    said = align_words(told, DECK, HashEmbedder())
    assert (said.is_related, said.shown) == (True, {})


@pytest.mark.parametrize("transcript", [lecture(), lecture("Good morning.", "Let us begin.")])
def test_too_little_said_judges_nothing(transcript: Transcript) -> None:
    assert align_words(transcript, DECK, HashEmbedder()).is_related
    assert align_words(transcript, [], HashEmbedder()).is_related


def test_the_sample_is_timed_by_its_captions(tmp_path: Path) -> None:
    import json

    from rag_notes.ingest.captions import read_captions
    from rag_notes.ingest.slides import read_slides

    truth = json.loads((runs.SAMPLE / "truth.json").read_text(encoding="utf-8"))["pages"]
    transcript = read_captions(runs.true_captions(tmp_path / "a.srt"))
    said = align_words(transcript, read_slides(runs.SLIDES).pages, HashEmbedder())
    scenes: list[tuple[int | None, float]] = [(page, end - start) for page, start, end in truth]
    assert share_right(said.shown, scenes) >= 0.6  # MiniLM, which is not here: 0.9
