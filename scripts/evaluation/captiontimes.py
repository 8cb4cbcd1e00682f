"""How true the times of captions are once they are read, against the sample's synthesis.

In: the sample's own first minute of captions, and its whole text written from truth.json as
automatic roll-up captions and as a recogniser's JSON. Out: a table of errors.
"""

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

from evaluation.mediatimes import SAMPLE, matched, true_words
from evaluation.tables import table
from rag_notes.ingest.captions import read_captions
from rag_notes.schema import Transcript, Word

_CUE_WORDS = 7
_HEAD = ("captions", "cues", "words", "words with a time", "off by, at most", "median")


def measure() -> str:
    """Table of the largest errors of each kind of captions."""
    true = true_words()
    with TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "rolling.vtt").write_text(_rolling(true), encoding="utf-8")
        (folder / "whisperx.json").write_text(_whisperx(true), encoding="utf-8")
        files = {
            "the sample's first minute, .srt": SAMPLE / "first_minute.srt",
            "roll-up captions with word times, .vtt": folder / "rolling.vtt",
            "WhisperX, .json": folder / "whisperx.json",
        }
        rows = [[title, *_row(read_captions(path), true)] for title, path in files.items()]
    return table(_HEAD, [*rows, ["wanted", "", "", "", "0.5 s", ""]])


def _row(read: Transcript, true: Sequence[Word]) -> list[str]:
    """The first word of each cue begins with the cue; others are held to their own times."""
    heard: list[Word] = []
    firsts: set[int] = set()
    for segment in read.segments:
        firsts.add(len(heard))
        texts = segment.text.split()
        start, end = segment.start or 0.0, segment.end or 0.0
        timed = segment.words or tuple(Word(start, end, text, -1.0) for text in texts)
        heard += timed
    known = {id(word) for at, word in enumerate(heard) if at in firsts or word.p != -1.0}
    pairs = [(said, found) for said, found in matched(true, heard) if id(found) in known]
    errors = [abs(said.start - found.start) for said, found in pairs]
    own = sum(len(segment.words) for segment in read.segments)
    counts = [str(len(read.segments)), str(len(heard)), str(own)]
    return [*counts, f"{max(errors):.2f} s", f"{np.median(errors):.2f} s"]


def _cues(true: Sequence[Word]) -> Iterator[Sequence[Word]]:
    for at in range(0, len(true), _CUE_WORDS):
        yield true[at : at + _CUE_WORDS]


def _rolling(true: Sequence[Word]) -> str:
    """Two lines at a time, the upper one repeated, each word but the first with a stamp."""
    lines, before = ["WEBVTT", "Kind: captions", "Language: en", ""], " "
    for cue in _cues(true):
        span = f"{_clock(cue[0].start)} --> {_clock(cue[-1].end)}"
        rest = "".join(f"<{_clock(word.start)}><c> {word.text}</c>" for word in cue[1:])
        lines += [span, before, cue[0].text + rest, ""]
        before = " ".join(word.text for word in cue)
    return "\n".join(lines)


def _whisperx(true: Sequence[Word]) -> str:
    """Segments with words; numbers have no time of their own, as WhisperX leaves them."""
    segments = [
        {
            "start": cue[0].start,
            "end": cue[-1].end,
            "text": " ".join(word.text for word in cue),
            "words": [_word(word) for word in cue],
        }
        for cue in _cues(true)
    ]
    return json.dumps({"language": "en", "segments": segments})


def _word(word: Word) -> dict[str, str | float]:
    if word.text.strip(".,").isdigit():
        return {"word": word.text}
    return {"word": word.text, "start": word.start, "end": word.end, "score": 0.9}


def _clock(seconds: float) -> str:
    whole, thousandths = divmod(round(seconds * 1000), 1000)
    return f"{whole // 3600:02}:{whole // 60 % 60:02}:{whole % 60:02}.{thousandths:03}"
