"""Draw the bit array of the worked example as a picture: its labels are pixels, not text."""

from collections.abc import Sequence
from typing import NamedTuple

from PIL import Image, ImageDraw, ImageFont

BITS = 16
BOX = 100
MARGIN = 40
SIZE = (2 * MARGIN + BITS * BOX, 680)
ROW = 310
"""Top edge of the bit array, in pixels."""
INK, SET, CLEAR, PAPER = "#1f2a44", "#cfe3ff", "#ffffff", "#fbfaf7"
GREEN, BLUE, RED, AMBER = "#2f7d4f", "#2458a6", "#b3352c", "#b06f00"


class Key(NamedTuple):
    """One inserted or queried word with its bit positions."""

    label: str
    positions: tuple[int, ...]
    colour: str
    centre: int
    """Where its label stands, in bits from the left."""


INSERTED = (Key("insert apple", (2, 7, 11), GREEN, 4), Key("insert banana", (4, 7, 14), BLUE, 11))
QUERIED = (
    Key("query cherry: bit 3 is 0, no", (3, 7, 11), RED, 4),
    Key("query grape: all 1, maybe", (2, 4, 14), AMBER, 12),
)


def draw_bit_array() -> Image.Image:
    """Draw the array after both insertions, with an arrow for each hash function."""
    picture = Image.new("RGB", SIZE, PAPER)
    canvas = ImageDraw.Draw(picture)
    ones = {position for key in INSERTED for position in key.positions}
    for key in INSERTED:
        _draw_key(canvas, key, label_y=40, tip_y=ROW - 6)
    for key in QUERIED:
        _draw_key(canvas, key, label_y=SIZE[1] - 40, tip_y=ROW + BOX + 46)
    for position in range(BITS):
        _draw_bit(canvas, position, is_set=position in ones)
    return picture


def _draw_bit(canvas: ImageDraw.ImageDraw, position: int, *, is_set: bool) -> None:
    left = MARGIN + position * BOX
    box = (left, ROW, left + BOX, ROW + BOX)
    canvas.rectangle(box, fill=SET if is_set else CLEAR, outline=INK, width=4)
    middle = left + BOX // 2
    canvas.text((middle, ROW + BOX // 2), str(int(is_set)), fill=INK, font=_font(56), anchor="mm")
    canvas.text((middle, ROW + BOX + 22), str(position), fill=INK, font=_font(28), anchor="mm")


def _draw_key(canvas: ImageDraw.ImageDraw, key: Key, *, label_y: int, tip_y: int) -> None:
    x = MARGIN + key.centre * BOX
    down = label_y < tip_y
    canvas.text((x, label_y), key.label, fill=key.colour, font=_font(44), anchor="mm")
    for position in key.positions:
        tip = (MARGIN + position * BOX + BOX // 2, tip_y)
        _draw_arrow(canvas, ((x, label_y + (36 if down else -36)), tip), key.colour)


def _draw_arrow(
    canvas: ImageDraw.ImageDraw, line: Sequence[tuple[float, float]], colour: str
) -> None:
    (x0, y0), (x1, y1) = line
    length = ((x1 - x0) ** 2 + (y1 - y0) ** 2) ** 0.5
    ux, uy = (x1 - x0) / length, (y1 - y0) / length
    base = (x1 - 22 * ux, y1 - 22 * uy)
    canvas.line([(x0, y0), base], fill=colour, width=5)
    wings = [(base[0] - 10 * uy, base[1] + 10 * ux), (base[0] + 10 * uy, base[1] - 10 * ux)]
    canvas.polygon([(x1, y1), *wings], fill=colour)


def _font(size: int) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    return ImageFont.load_default(size)
