"""Films for tests: pages drawn on the spot, shown one after the other in a layout of choice."""

from collections.abc import Callable, Sequence
from fractions import Fraction
from pathlib import Path
from typing import TypeAlias

import av
import numpy as np
from PIL import Image, ImageDraw, ImageFilter, ImageFont

Layout: TypeAlias = Callable[[Image.Image, float], Image.Image]
Scene: TypeAlias = tuple[Image.Image | None, float]  # a page, None for a room; seconds

RATE = 5  # frames per second
SIZE = (640, 360)

TEXTS = (
    ("Hash tables", "Keys are spread over buckets", "Look-up takes constant time", "Load factor"),
    ("Balanced trees", "Rotations keep the height low", "Insertion costs log n steps"),
    ("Graph search", "Breadth first visits by distance", "Depth first has a stack", "Both linear"),
    ("Dynamic programming", "Optimal substructure", "Memoise overlapping calls"),
    ("Sorting networks", "Comparators in fixed order", "Bitonic merge", "Good for hardware"),
)  # fmt: skip


def page(title: str, *lines: str) -> Image.Image:
    """A slide of dark text on white, with a bar below the title."""
    picture = Image.new("RGB", SIZE, "white")
    canvas = ImageDraw.Draw(picture)
    canvas.text((40, 24), title, fill="#103060", font=ImageFont.load_default(34))
    canvas.rectangle((40, 72, 120, 76), fill="#2060c0")
    for row, line in enumerate(lines):
        canvas.ellipse((44, 112 + 52 * row, 52, 120 + 52 * row), fill="#2060c0")
        canvas.text((66, 102 + 52 * row), line, fill="#202020", font=ImageFont.load_default(22))
    return picture


def pages() -> list[Image.Image]:
    """A page for each of TEXTS."""
    return [page(*lines) for lines in TEXTS]


def room(second: float, size: tuple[int, int] = SIZE) -> Image.Image:
    """What a camera sees: someone before a wall, never still."""
    noise = np.random.default_rng(7).integers(60, 200, (24, 40), dtype=np.uint8)
    wall = Image.fromarray(noise).convert("RGB").resize(size).filter(ImageFilter.GaussianBlur(3))
    rough = np.random.default_rng(9).integers(0, 255, (20, 12), dtype=np.uint8)
    width, height = size[0] // 3, 2 * size[1] // 3
    speaker = Image.fromarray(rough).convert("RGB").resize((width, height))
    sway = round(size[0] / 8 * np.sin(1.7 * second))
    wall.paste(speaker, ((size[0] - width) // 2 + sway, size[1] - height))
    return wall


def whole(picture: Image.Image, _: float) -> Image.Image:
    """The page fills the screen."""
    return picture


def boxed(picture: Image.Image, _: float) -> Image.Image:
    """The page between black bars."""
    screen = Image.new("RGB", SIZE)
    screen.paste(picture.resize((480, 270)), (80, 45))
    return screen


def with_speaker(picture: Image.Image, second: float) -> Image.Image:
    """A camera's picture over the lower right corner of the page."""
    screen = picture.copy()
    screen.paste(room(second, (160, 120)), (480, 240))
    return screen


def beside_speaker(picture: Image.Image, second: float) -> Image.Image:
    """The page on the left, a camera's picture on the right."""
    screen = Image.new("RGB", SIZE, "#303030")
    screen.paste(picture.resize((448, 252)), (10, 54))
    screen.paste(room(second, (160, 240)), (470, 60))
    return screen


def write_film(
    path: Path, scenes: Sequence[Scene], layout: Layout = whole, *, blend: float = 0.0
) -> Path:
    """Write scenes one after the other; `blend` seconds of each mix it with the one before."""
    with av.open(str(path), "w") as film:
        video = film.add_stream("libx264", rate=RATE, options={"preset": "ultrafast", "g": "50"})
        video.width, video.height = SIZE
        video.pix_fmt = "yuv420p"
        number = 0
        before: Image.Image | None = None
        for picture, seconds in scenes:
            for at in range(round(seconds * RATE)):
                screen = _screen(picture, number / RATE, layout)
                if number > at and at < blend * RATE:
                    last = _screen(before, number / RATE, layout)
                    screen = Image.blend(last, screen, at / RATE / blend)
                frame = av.VideoFrame.from_image(screen)
                frame.pts, frame.time_base = number, Fraction(1, RATE)
                film.mux(video.encode(frame))
                number += 1
            before = picture
        film.mux(video.encode(None))
    return path


def _screen(picture: Image.Image | None, second: float, layout: Layout) -> Image.Image:
    return room(second) if picture is None else layout(picture, second)
