"""The text of a picture of a slide.

In: a picture; out: its text line by line, as one reads. The only importer of rapidocr, which
carries its weights in its wheel (extra `ocr`). Knows nothing of PDF.
"""

import functools
import importlib.util
from collections.abc import Sequence
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

_Engine: TypeAlias = Any  # rapidocr.RapidOCR
Picture: TypeAlias = Path | NDArray[np.uint8]  # (height, width, 3)

_LEAST_SCORE = 0.7  # mean probability below which a line is more often wrong than right
_MAX_WORDS = 2000


def is_installed() -> bool:
    """Whether the extra `ocr` is here."""
    return importlib.util.find_spec("rapidocr") is not None


def read_picture(picture: Picture) -> str:
    """Read the text of `picture` from top to bottom, without lines of little confidence."""
    found = _engine()(picture)
    if found.boxes is None or found.txts is None or found.scores is None:
        return ""
    boxes = np.asarray(found.boxes, dtype=float)  # (n, 4 corners, x and y)
    kept = [
        (box, " ".join(text.split()))
        for box, text, score in zip(boxes, found.txts, found.scores, strict=True)
        if score >= _LEAST_SCORE and any(c.isalnum() for c in text)
    ]
    words = "\n".join(_lines(kept)).split(" ")
    return " ".join(words[:_MAX_WORDS])


@functools.cache
def _engine() -> _Engine:
    from rapidocr import RapidOCR

    return RapidOCR(params={"Global.log_level": "error"})


def _lines(found: Sequence[tuple[NDArray[np.float64], str]]) -> list[str]:
    """Join boxes that stand side by side, lines from top to bottom."""
    lines: list[list[tuple[NDArray[np.float64], str]]] = []
    for box, text in sorted(found, key=lambda item: item[0][:, 1].mean()):
        middle = box[:, 1].mean()
        if lines:
            last = lines[-1][-1][0]
            if abs(middle - last[:, 1].mean()) < 0.5 * np.ptp(last[:, 1]):
                lines[-1].append((box, text))
                continue
        lines.append([(box, text)])
    return [
        " ".join(text for _, text in sorted(line, key=lambda item: item[0][:, 0].min()))
        for line in lines
    ]
