"""Films of pages whose times are known, in the layouts that lectures are recorded in.

In: pictures of pages and the order in which they are shown. Out: an MP4. The speaker's picture and
the room are made up: a rough figure that sways before a rough wall, never still.
"""

from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from pathlib import Path
from typing import TypeAlias

import av
import numpy as np
from PIL import Image, ImageFilter

Scene: TypeAlias = tuple[int | None, float, float]  # page or none, from second, to second
Draw: TypeAlias = Callable[[Image.Image, int], Image.Image]  # a page, the number of the frame

SIZE = (640, 360)

_RATE = 2  # frames per second
_KEYS = 10  # seconds between key frames at most
_LOOP = 12  # frames after which the speaker moves as before
_OPTIONS = {"preset": "veryfast", "crf": "32", "g": str(_KEYS * _RATE)}


def write_film(
    path: Path, scenes: Sequence[Scene], pages: Sequence[Image.Image], layout: str
) -> Path:
    """Write a film; where no page is shown it shows the room."""
    draw, blend = LAYOUTS[layout]
    before: Image.Image | None = None
    screen: Image.Image | None = None
    with av.open(str(path), "w") as film:
        video = film.add_stream("libx264", rate=_RATE, options=_OPTIONS)
        video.width, video.height = SIZE
        video.pix_fmt = "yuv420p"
        number = 0
        for page, _, end in scenes:
            before = screen
            first = number
            while number < round(end * _RATE):
                screen = _room(number, SIZE) if page is None else draw(pages[page - 1], number)
                since = (number - first) / _RATE
                fresh = screen
                if before and since < blend:
                    screen = Image.blend(before, fresh, since / blend)
                frame = av.VideoFrame.from_image(screen)
                frame.pts, frame.time_base = number, Fraction(1, _RATE)
                film.mux(video.encode(frame))
                number += 1
                screen = fresh
        film.mux(video.encode(None))
    return path


def _whole(page: Image.Image, _: int) -> Image.Image:
    return _fitted(page, SIZE)


def _barred(page: Image.Image, _: int) -> Image.Image:
    return _fitted(page, (480, 360)).crop((-80, 0, 560, 360))


def _cornered(page: Image.Image, number: int) -> Image.Image:
    return _pasted(_fitted(page, SIZE), _room(number, (160, 120)), (480, 240))


def _beside(page: Image.Image, number: int) -> Image.Image:
    screen = _pasted(Image.new("RGB", SIZE, "#202428"), _fitted(page, (450, 253)), (12, 52))
    return _pasted(screen, _room(number, (160, 240)), (472, 60))


LAYOUTS: Mapping[str, tuple[Draw, float]] = {  # how a page is drawn, seconds of a blend
    "whole screen": (_whole, 0.0),
    "black bars, blends": (_barred, 1.0),
    "speaker in a corner": (_cornered, 0.0),
    "speaker beside": (_beside, 0.0),
}


def _fitted(page: Image.Image, size: tuple[int, int]) -> Image.Image:
    """A page as large as it fits, in the middle of black."""
    ratio = min(size[0] / page.width, size[1] / page.height)
    small = page.resize((round(page.width * ratio), round(page.height * ratio)))
    corner = (size[0] - small.width) // 2, (size[1] - small.height) // 2
    return _pasted(Image.new("RGB", size), small, corner)


def _pasted(on: Image.Image, picture: Image.Image, corner: tuple[int, int]) -> Image.Image:
    on.paste(picture, corner)
    return on


_ROOMS: dict[tuple[int, tuple[int, int]], Image.Image] = {}


def _room(number: int, size: tuple[int, int]) -> Image.Image:
    key = number % _LOOP, size
    if key not in _ROOMS:
        wall = np.random.default_rng(7).integers(60, 200, (24, 40), dtype=np.uint8)
        room = Image.fromarray(wall).convert("RGB").resize(size).filter(ImageFilter.GaussianBlur(3))
        rough = np.random.default_rng(9).integers(0, 255, (20, 12), dtype=np.uint8)
        figure = Image.fromarray(rough).convert("RGB").resize((size[0] // 3, 2 * size[1] // 3))
        sway = round(size[0] / 8 * np.sin(2 * np.pi * key[0] / _LOOP))
        corner = (size[0] - figure.width) // 2 + sway, size[1] - figure.height
        _ROOMS[key] = _pasted(room, figure, corner)
    return _ROOMS[key].copy()
