"""Pictures of a screen to the pages that were shown on it, and when.

In: a film. Out: shots: for each page the moment at which it is seen whole, and its times. A page
goes on while what is drawn on it stays, so a page that grows bullet by bullet, or is written on, is
one; a page that comes back is the same. Blends are no pages, and tiles that change all the time, as
a speaker's picture does, belong to none. Whether a shot is a page or the view of a room is not
known here.
"""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import lru_cache
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from rag_notes.ingest.frames import Film, Pictures
from rag_notes.ingest.likeness import blurred
from rag_notes.schema import SpanSeconds

_TILE = 8  # pixels of a side
_BLUR = 6  # pixels: what is finer is drawn
_INK = 8.0  # grey levels by which a pixel of a stroke differs from what is around it
_INKED = 4  # such pixels that a tile has on which something is drawn
_STAYS = 0.93  # correlation of a tile's strokes with themselves later; other text meets with 0.9
_LOST = 0.1  # share of a page's tiles that may change while it is the same page
_UNFINISHED = 0.5  # share of them that may not be there yet when it comes back
_FADED = 0.6  # of a tile's contrast, below which it is going
_BLEND = 0.8  # seconds before a page goes in which it may be going already
_FEWEST = 3  # tiles with something drawn on them that make a page
_SHORTEST = 2.0  # seconds that a page is shown
_RESTLESS = 0.3  # share of its pairs of pictures in which a restless tile changes


@dataclass(frozen=True, slots=True)
class Shot:
    """A page: the second at which it was seen whole, and when it was shown."""

    second: float
    shown: tuple[SpanSeconds, ...]


@dataclass(frozen=True, slots=True)
class _Tiles:
    """The strokes of a picture in tiles, float32 (tiles, pixels), and which tiles are drawn on."""

    strokes: NDArray[np.float32]
    drawn: NDArray[np.bool_]


@dataclass(slots=True)
class _Run:
    """Pictures `first` to `last` of a film, in which one page is seen from `start` to `end`."""

    first: int
    last: int
    start: float
    end: float


@dataclass(slots=True)
class _Page:
    tiles: _Tiles
    second: float
    shown: list[SpanSeconds] = field(default_factory=list)


def find_shots(film: Film) -> tuple[Shot, ...]:
    """Find the pages of a film in the order in which they first came up."""
    restless = _restless(film)

    @lru_cache(maxsize=8)  # all of a long film's would fill the memory
    def tiles(at: int) -> _Tiles:
        one = _tiles(film.pictures[at])
        return replace(one, drawn=one.drawn & ~restless)

    pages: list[_Page] = []
    for run in _runs(film, tiles):
        whole = _settled(run, film)
        second, seen = float(film.times[whole]), tiles(whole)
        if run.end - run.start < _SHORTEST or seen.drawn.sum() < _FEWEST:
            continue
        page = next((one for one in reversed(pages) if _comes_back(one.tiles, seen)), None)
        if page is None:
            page = _Page(seen, second)
            pages.append(page)
        elif seen.drawn.sum() > page.tiles.drawn.sum():
            page.tiles, page.second = seen, second
        page.shown.append((run.start, run.end))
    return tuple(Shot(page.second, tuple(page.shown)) for page in pages)


def _runs(film: Film, tiles: Callable[[int], _Tiles]) -> list[_Run]:
    """Cut a film where a page goes: at once, or bit by bit in a blend."""
    runs: list[_Run] = []
    for at, (start, end) in enumerate(film.spans):
        run = runs[-1] if runs else None
        if run and all(_lost(tiles(one), tiles(at)) <= _LOST for one in (run.last, run.first)):
            run.last, run.end = at, end
        else:
            runs.append(_Run(at, at, start, end))
    return runs


def _settled(run: _Run, film: Film) -> int:
    """The latest picture of a run that no blend has begun to change."""
    return max(
        (at for at in range(run.first, run.last + 1) if film.times[at] <= run.end - _BLEND),
        default=run.first,
    )


def _comes_back(page: _Tiles, seen: _Tiles) -> bool:
    return _lost(seen, page) <= _LOST and _lost(page, seen) <= _UNFINISHED


def _lost(before: _Tiles, after: _Tiles) -> float:
    """Share of what was drawn before that is there no more; 1 where nothing was drawn."""
    if not before.drawn.any():
        return float(after.drawn.any())
    return 1.0 - float(_stays(before, after)[before.drawn].mean())


def _stays(before: _Tiles, after: _Tiles) -> NDArray[np.bool_]:
    """Which tiles still show the strokes that they showed before, whatever was added to them."""
    inked = np.abs(before.strokes) > _INK
    first, second = before.strokes * inked, after.strokes * inked
    shared = (first * second).sum(axis=1)
    size = (first**2).sum(axis=1)
    alike = shared >= _STAYS * np.sqrt(size * (second**2).sum(axis=1))
    return np.asarray(alike & (shared >= _FADED * size), np.bool_)


def _restless(film: Film) -> NDArray[np.bool_]:
    """Which tiles change in too many of the pictures to belong to a page."""
    changes = np.zeros(len(_tiles(film.pictures[0]).drawn))
    for before, after in pairwise(map(_tiles, film.pictures)):
        stays = _stays(before, after) & _stays(after, before)
        changes += ~stays & (before.drawn | after.drawn)
    restless = changes > _RESTLESS * max(10, len(film.pictures) - 1)
    return restless if restless.mean() < 0.5 else np.zeros_like(restless)


def _tiles(picture: Pictures) -> _Tiles:
    height, width = (side // _TILE for side in picture.shape)
    strokes = picture - blurred(picture.astype(np.float32), _BLUR)
    cut = strokes[: height * _TILE, : width * _TILE].reshape(height, _TILE, width, _TILE)
    rows = np.asarray(cut.transpose(0, 2, 1, 3).reshape(height * width, -1), np.float32)
    return _Tiles(rows, (np.abs(rows) > _INK).sum(axis=1) >= _INKED)
