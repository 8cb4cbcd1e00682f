"""The text of a picture of a slide.

In: a picture; out: its title and text line by line, as one reads. The only importer of rapidocr,
which carries its weights in its wheel (extra `ocr`). Knows nothing of PDF.
"""

import functools
import importlib.util
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from rag_notes.config import usable_cores
from rag_notes.ingest.layout import Line, clean, in_margins, in_order, take_title

_Engine: TypeAlias = Any  # rapidocr.RapidOCR
Picture: TypeAlias = Path | NDArray[np.uint8]  # (height, width, 3)

_LEAST_SCORE = 0.7  # mean probability below which a line is more often wrong than right
_MAX_WORDS = 2000
_TITLE_LETTERS = 5
_HEADING = 1.25  # heights of the common line that make a title; boxes of one size differ by 1.15


@dataclass(frozen=True, slots=True)
class PictureRead:
    """What stands in a picture; `margins` are the lines of `text` at its upper and lower edge."""

    title: str = ""
    text: str = ""
    margins: tuple[str, ...] = ()


def is_installed() -> bool:
    """Whether the extra `ocr` is here."""
    return importlib.util.find_spec("rapidocr") is not None


def read_picture(picture: Picture) -> PictureRead:
    """Read the text of `picture`, without lines of little confidence."""
    found = _engine()(picture)
    if found.boxes is None or found.txts is None or found.scores is None or found.img is None:
        return PictureRead()
    boxes = np.asarray(found.boxes, dtype=float)  # (n, 4 corners, x and y)
    pieces = [
        _piece(box, text)
        for box, text, score in zip(boxes, found.txts, found.scores, strict=True)
        if score >= _LEAST_SCORE and any(c.isalnum() for c in text)
    ]
    height, width = found.img.shape[:2]
    return _laid_out(_lines(pieces), float(width), float(height))


@functools.cache
def _engine() -> _Engine:
    from rapidocr import RapidOCR

    cores = usable_cores()  # its own count is that of the machine, and more threads hinder
    return RapidOCR(
        params={
            "Global.log_level": "error",
            "Global.use_cls": False,  # slides stand upright
            "EngineConfig.onnxruntime.intra_op_num_threads": cores,
            "EngineConfig.onnxruntime.inter_op_num_threads": 1,
        }
    )


def _piece(box: NDArray[np.float64], text: str) -> Line:
    (x0, top), (x1, bottom) = box.min(axis=0).tolist(), box.max(axis=0).tolist()
    return Line(clean(text), bottom - top, x0, x1, top, bottom)


def _lines(pieces: Iterable[Line]) -> list[Line]:
    """Join pieces that stand side by side with no more than the width of two letters between."""
    lines: list[list[Line]] = []
    for piece in sorted(pieces, key=lambda one: (one.top + one.bottom, one.x0)):
        home = next((line for line in reversed(lines[-8:]) if _is_beside(line[-1], piece)), None)
        if home is None:
            lines.append([piece])
        else:
            home.append(piece)
    return [
        Line(
            text=" ".join(one.text for one in sorted(line, key=lambda one: one.x0)),
            size=max(one.size for one in line),
            x0=min(one.x0 for one in line),
            x1=max(one.x1 for one in line),
            top=min(one.top for one in line),
            bottom=max(one.bottom for one in line),
        )
        for line in lines
    ]


def _is_beside(one: Line, other: Line) -> bool:
    height = max(one.size, other.size)
    shared = min(one.bottom, other.bottom) - max(one.top, other.top)
    gap = max(one.x0, other.x0) - min(one.x1, other.x1)
    return shared > 0.5 * height and gap < 1.5 * height


def _laid_out(lines: Sequence[Line], width: float, height: float) -> PictureRead:
    title, rest = take_title(lines, height, alike=0.3)
    if not _may_be_title([line for line in lines if line not in rest], rest, height):
        title, rest = "", list(lines)
    ordered = in_order(rest, width)
    words = "\n".join([title] * bool(title) + [line.text for line in ordered]).split(" ")
    return PictureRead(
        title=title,
        text=" ".join(words[:_MAX_WORDS]),
        margins=tuple(line.text for line in in_margins(ordered, height)),
    )


def _may_be_title(title: Sequence[Line], rest: Sequence[Line], height: float) -> bool:
    """Whether the largest text is a title, rather than a label in a figure."""
    if not title or not rest:
        return bool(title)
    common = float(np.median([line.size for line in rest]))
    above = sum(line.bottom < title[0].top for line in rest)
    letters = sum(c.isalpha() for line in title for c in line.text)
    size, upper = title[0].size, title[0].top < 0.35 * height
    return size > _HEADING * common and upper and above <= 1 and letters >= _TITLE_LETTERS
