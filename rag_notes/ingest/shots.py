"""Pictures of a screen to the pages that were shown on it, and when.

In: a film. Out: shots: for each page the moment at which it is seen whole, and its times. A page
goes on while what is drawn on it stays, so a page that grows bullet by bullet, or is written on, is
one; a page that comes back is the same. Blends are no pages, and tiles that change all the time, as
a speaker's picture does, belong to none. Whether a shot is a page or the view of a room is not
known here.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from rag_notes.ingest.frames import Film, Pictures
from rag_notes.ingest.likeness import blurred
from rag_notes.schema import SpanSeconds

_TILE = 8  # pixels of a side
_BLUR = 6  # pixels: what is finer is drawn
_INK = 4.0  # deviation in grey levels from which something is drawn on a tile
_STAYS = 0.88  # correlation of a tile with itself a second later; lines of text meet with 0.8
_LOST = 0.1  # share of a page's tiles that may change while it is the same page
_UNFINISHED = 0.5  # share of them that may not be there yet when it comes back
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
    """A picture cut in tiles: float32 (tiles, pixels) of unit length, and which hold a drawing."""

    pixels: NDArray[np.float32]
    drawn: NDArray[np.bool_]


@dataclass(slots=True)
class _Run:
    """Pictures in which one page is seen, and the latest of them."""

    start: float
    end: float
    second: float
    tiles: _Tiles


@dataclass(slots=True)
class _Page:
    tiles: _Tiles
    second: float
    shown: list[SpanSeconds] = field(default_factory=list)


def find_shots(film: Film) -> tuple[Shot, ...]:
    """Find the pages of a film in the order in which they first came up."""
    tiles = [_tiles(picture) for picture in film.pictures]
    restless = _restless(tiles)
    tiles = [replace(one, drawn=one.drawn & ~restless) for one in tiles]
    pages: list[_Page] = []
    for run in _runs(film, tiles):
        if run.end - run.start < _SHORTEST or run.tiles.drawn.sum() < _FEWEST:
            continue
        page = next((one for one in reversed(pages) if _comes_back(one, run)), None)
        if page is None:
            page = _Page(run.tiles, run.second)
            pages.append(page)
        elif run.tiles.drawn.sum() > page.tiles.drawn.sum():
            page.tiles, page.second = run.tiles, run.second
        page.shown.append((run.start, run.end))
    return tuple(Shot(page.second, tuple(page.shown)) for page in pages)


def _runs(film: Film, tiles: Sequence[_Tiles]) -> list[_Run]:
    """Cut a film where a page goes; each cut lies in the middle between two pictures."""
    runs: list[_Run] = []
    spans = film.spans
    for (start, end), one in zip(spans, tiles, strict=True):
        if runs and _lost(runs[-1].tiles, one) <= _LOST:
            runs[-1].end, runs[-1].second, runs[-1].tiles = end, start, one
            continue
        if runs:
            cut = (runs[-1].second + start) / 2 if start - runs[-1].second < 2.0 else start
            runs[-1].end = cut
        runs.append(_Run(runs[-1].end if runs else start, end, start, one))
    return runs


def _comes_back(page: _Page, run: _Run) -> bool:
    return _lost(run.tiles, page.tiles) <= _LOST and _lost(page.tiles, run.tiles) <= _UNFINISHED


def _lost(before: _Tiles, after: _Tiles) -> float:
    """Share of what was drawn before that is there no more; 1 where nothing was drawn."""
    if not before.drawn.any():
        return float(after.drawn.any())
    alike = (before.pixels * after.pixels).sum(axis=1) >= _STAYS
    return 1.0 - float(alike[before.drawn].mean())


def _restless(tiles: Sequence[_Tiles]) -> NDArray[np.bool_]:
    """Which tiles change in too many of the pictures to belong to a page."""
    changes = np.zeros(len(tiles[0].drawn))
    for before, after in pairwise(tiles):
        alike = (before.pixels * after.pixels).sum(axis=1) >= _STAYS
        changes += ~alike & (before.drawn | after.drawn)
    restless = changes > _RESTLESS * max(10, len(tiles) - 1)
    return restless if restless.mean() < 0.5 else np.zeros_like(restless)


def _tiles(picture: Pictures) -> _Tiles:
    height, width = (side // _TILE for side in picture.shape)
    strokes = picture - blurred(picture.astype(np.float32), _BLUR)
    cut = strokes[: height * _TILE, : width * _TILE].reshape(height, _TILE, width, _TILE)
    rows = cut.transpose(0, 2, 1, 3).reshape(height * width, -1)
    rows = rows - rows.mean(axis=1, keepdims=True)
    norms = np.linalg.norm(rows, axis=1, keepdims=True)
    drawn = norms[:, 0] > _INK * _TILE
    return _Tiles(np.asarray(rows / (norms + 1), np.float16), drawn)
