"""How like a slide page a picture of the screen is, wherever on the screen the page stands.

In: small grey pictures of the screen and of the pages. Out: a likeness of -1 to 1 for every picture
and page. A page may fill the screen, stand between black bars or beside a camera's picture: the
boxes in which pages stand are found first. Two measures are used. *Ink*, how much is drawn around a
place, finds the box, since it forgives a box that is off by a pixel; but all pages of a deck are
alike in it. *Strokes*, the picture less its blur, tell pages apart. Both are compared by normalised
cross-correlation (Lewis, "Fast Normalized Cross-Correlation", 1995). Knows nothing of times.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

Grey: TypeAlias = NDArray[np.uint8]  # (height, width)
Floats: TypeAlias = NDArray[np.float32]
_Size: TypeAlias = tuple[int, int]  # width, height

LIKE = 0.45  # likeness from which on a picture shows a page

_COARSE = 80  # pixels across the screen, where boxes are looked for
_FINE = 144  # pixels across a page, where it is compared
_MARGIN = 0.08  # of a page's sides, left out since what lies beside the page colours it
_SMALLEST = 0.35  # of the screen's width, which a page has at least
_FINER = 1.03  # ratio of two widths that are tried
_SCREENS = 24  # in which a box is looked for
_PAGES = 100  # that are looked for
_INK = 0.5  # likeness in ink below which nothing is meant
_BOXES = 3  # layouts of a video that are told apart
_FEWEST = 2  # pages that make a layout
_ADJUSTING = 6  # screens by which a box is adjusted
_STEPS = (-0.0125, -0.00625, 0.0, 0.00625, 0.0125)  # of the screen's width
_BLUR = 6  # pixels, at _FINE: strokes are what is finer
_BATCH = 256
_EPS = 1e-3


@dataclass(frozen=True, slots=True)
class Box:
    """Where a page stands: left and top edge, width and height as shares of the screen's width."""

    x: float
    y: float
    width: float
    height: float


def open_picture(path: Path) -> Grey:
    """Read the picture of a page, as small as it is compared."""
    from PIL import Image

    with Image.open(path) as picture:
        picture.draft("L", (4 * _FINE, 4 * _FINE))
        small = picture.convert("L")
    small.thumbnail((2 * _FINE, 2 * _FINE))
    return np.asarray(small, np.uint8)


def compare(screens: Sequence[Grey], pages: Sequence[Grey]) -> Floats:
    """Likeness of each screen to each page, float32 (screens, pages).

    `screens` are of one size, in the order of time; pages may differ in size.
    """
    like = np.zeros((len(screens), len(pages)), np.float32)
    left = list(range(len(screens)))
    for _ in range(_BOXES):
        sample = [screens[left[at]] for at in _spread(len(left), _SCREENS)]
        box = _adjusted(_located(sample, pages), sample, pages)
        found = likeness([screens[at] for at in left], pages, box)
        known = found.max(axis=1) >= LIKE
        if len(set(found[known].argmax(axis=1).tolist())) < min(_FEWEST, len(pages)):
            break
        like[left] = np.maximum(like[left], found)
        left = [at for at, is_known in zip(left, known, strict=True) if not is_known]
        if not left:
            break
    return like


def likeness(screens: Sequence[Grey], pages: Sequence[Grey], box: Box) -> Floats:
    """Likeness of what each screen has in `box` to each page, float32 (screens, pages)."""
    size = _page_size(box)
    shown = _unit([_strokes(_resized(page, size)) for page in pages])
    batches = [screens[at : at + _BATCH] for at in range(0, len(screens), _BATCH)]
    rows = [_unit([_strokes(_cut(one, box, size)) for one in batch]) @ shown.T for batch in batches]
    return np.concatenate(rows)


def _page_size(box: Box) -> _Size:
    return _FINE, max(8, round(_FINE * box.height / box.width))


def _strokes(picture: Grey) -> Floats:
    """Draw what is finer than the blur, in the inner part of a page."""
    drawn = picture - blurred(picture.astype(np.float32), _BLUR)
    y, x = (round(_MARGIN * side) for side in drawn.shape)
    return drawn[y : drawn.shape[0] - y, x : drawn.shape[1] - x]


def _unit(pictures: Sequence[Floats]) -> Floats:
    """Rows of unit length and mean 0; an empty page gives a row of nearly nothing."""
    rows = np.stack(pictures).reshape(len(pictures), -1)
    rows = rows - rows.mean(axis=1, keepdims=True)
    return np.asarray(rows / (np.linalg.norm(rows, axis=1, keepdims=True) + 1), np.float32)


# --- where a page stands -------------------------------------------------------------------------


def _located(screens: Sequence[Grey], pages: Sequence[Grey]) -> Box:
    """Find the box in which the most pages are seen best.

    Each page counts once: one with a single thick line is like any line of text on any screen.
    """
    pages = [pages[at] for at in _spread(len(pages), _PAGES)]
    height, width = screens[0].shape
    tall = round(_COARSE * height / width)
    ratio = float(np.median([page.shape[0] / page.shape[1] for page in pages]))
    sought = _Sought(np.stack([_ink(screen, (_COARSE, tall)) for screen in screens]))
    best, found = -1.0, Box(0.0, 0.0, 1.0, ratio)
    across = min(float(_COARSE), tall / ratio)
    while across >= _SMALLEST * _COARSE:
        size = round(across), min(tall, round(across * ratio))
        seen = sought.seen(np.stack([_ink(page, size) for page in pages]))
        total = np.maximum(seen - _INK, 0).sum(axis=0)
        y, x = (int(at) for at in np.unravel_index(int(total.argmax()), total.shape))
        if total[y, x] > best:
            best = float(total[y, x])
            found = Box(x / _COARSE, y / _COARSE, size[0] / _COARSE, size[1] / _COARSE)
        across /= _FINER
    return found


class _Sought:
    """Screens, (n, height, width), in which pages of many sizes are looked for."""

    def __init__(self, screens: Floats) -> None:
        self._sides = screens.shape[1:]
        self._shape = [1 << (side - 1).bit_length() for side in self._sides]
        self._transformed = np.fft.rfft2(screens, self._shape)
        self._sums = _summed(screens), _summed(screens**2)

    def seen(self, pages: Floats) -> Floats:
        """Likeness in ink of each page where it is seen best, (pages, top edges, left edges)."""
        y, x = (round(_MARGIN * side) for side in pages.shape[1:])
        inner = pages[:, y : pages.shape[1] - y, x : pages.shape[2] - x]
        inner = inner - inner.mean(axis=(1, 2), keepdims=True)
        norms = np.sqrt((inner**2).sum(axis=(1, 2)))[:, None, None] + 1
        down, right = (
            screen - page + 1 for screen, page in zip(self._sides, pages.shape[1:], strict=True)
        )
        edges = slice(y, y + down), slice(x, x + right)
        sums, squares = (_windows(one, inner.shape[1:])[:, *edges] for one in self._sums)
        spread = np.sqrt(np.maximum(squares - sums**2 / inner[0].size, _EPS)) + 1
        flipped = np.conj(np.fft.rfft2(inner, self._shape))
        best = np.full((len(pages), down, right), -1.0, np.float32)
        for screen, deviation in zip(self._transformed, spread, strict=True):
            products = np.fft.irfft2(screen * flipped, self._shape)[:, *edges]
            np.maximum(best, products / norms / deviation, out=best)
        return best


def _adjusted(box: Box, screens: Sequence[Grey], pages: Sequence[Grey]) -> Box:
    """Move and scale a box by less than a pixel until the pages in it are most alike."""
    like = likeness(screens, pages, box)
    order = np.argsort(-like.max(axis=1))
    pairs: dict[int, int] = {}  # a screen for each page
    for at in order.tolist():
        pairs.setdefault(int(like[at].argmax()), at)
    pairs = dict(list(pairs.items())[:_ADJUSTING])
    size = _page_size(box)
    shown = _unit([_strokes(_resized(pages[one], size)) for one in pairs])

    def worth(one: Box) -> float:
        there = _unit([_strokes(_cut(screens[at], one, size)) for at in pairs.values()])
        return float((there * shown).sum())

    for fine in (1.0, 0.5):
        shifts = [(fine * right, fine * down, 0.0) for right, down in product(_STEPS, _STEPS)]
        widths = [(0.0, 0.0, fine * wider) for wider in _STEPS]
        for moves in (shifts, widths):
            around = [_moved(box, *move) for move in moves]
            box = max((one for one in around if _is_on(one, screens[0])), key=worth, default=box)
    return box


def _is_on(box: Box, screen: Grey) -> bool:
    height, width = screen.shape
    right, bottom = box.x + box.width, box.y + box.height
    return min(box.x, box.y) > -_EPS and right < 1 + _EPS and bottom < height / width + 2 / width


def _moved(box: Box, right: float, down: float, wider: float) -> Box:
    """Move a box, and widen it around its middle."""
    higher = wider * box.height / box.width
    return Box(
        box.x + right - wider / 2, box.y + down - higher / 2, box.width + wider, box.height + higher
    )


# --- pictures ------------------------------------------------------------------------------------


def _spread(count: int, most: int) -> list[int]:
    return sorted({round(at) for at in np.linspace(0, count - 1, most).tolist()})


def _ink(picture: Grey, size: _Size) -> Floats:
    """How much is drawn around each place."""
    double = _resized(picture, (2 * size[0], 2 * size[1])).astype(np.float32)
    drawn = blurred(np.abs(double - blurred(double, 4)), 2)
    return np.asarray(drawn.reshape(size[1], 2, size[0], 2).mean(axis=(1, 3)), np.float32)


def _cut(screen: Grey, box: Box, size: _Size) -> Grey:
    """What the screen has in the box, as far as the box is on it."""
    height, width = screen.shape
    left, top = max(0.0, box.x * width), max(0.0, box.y * width)
    right = min(float(width), (box.x + box.width) * width)
    bottom = min(float(height), (box.y + box.height) * width)
    return _resized(screen, size, (left, top, right, bottom))


def _resized(
    picture: Grey, size: _Size, part: tuple[float, float, float, float] | None = None
) -> Grey:
    from PIL import Image

    resized = Image.fromarray(picture).resize(size, Image.Resampling.BILINEAR, box=part)
    return np.asarray(resized, np.uint8)


def blurred(picture: Floats, radius: int) -> Floats:
    """Mean of the square around each pixel."""
    side = 2 * radius + 1
    padded = np.pad(picture, ((radius, radius), (radius, radius)), mode="edge")
    return np.asarray(_windows(_summed(padded[None]), (side, side))[0] / side**2, np.float32)


def _summed(pictures: Floats) -> NDArray[np.float64]:
    """Sums of all that is above and left of each pixel's corner."""
    padded = np.pad(pictures, ((0, 0), (1, 0), (1, 0))).astype(np.float64)
    return padded.cumsum(axis=1).cumsum(axis=2)


def _windows(summed: NDArray[np.float64], sides: Sequence[int]) -> NDArray[np.float64]:
    """Sums of the windows of these sides, by their upper left corner."""
    high, wide = sides
    return np.asarray(
        summed[:, high:, wide:]
        - summed[:, :-high, wide:]
        - summed[:, high:, :-wide]
        + summed[:, :-high, :-wide]
    )
