"""One long recording heard in a process of its own; its figures are printed as one line of JSON.

In: `--count FILE`, or `--hear FILE WEIGHTS THREADS` for Whisper. Out: seconds of the recording and
of the processor, the memory that was taken beyond the start, and what was heard.
"""

import json
import resource
import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from evaluation.clock import Clock
from evaluation.longfile import PERIOD
from evaluation.mediatimes import matched, true_words
from evaluation.parrot import Parrot
from evaluation.speech import Errors, word_errors
from rag_notes.ingest.blocks import RATE
from rag_notes.ingest.transcribe import ToHear, transcribe
from rag_notes.ingest.whisper import WhisperRecogniser, find_speech
from rag_notes.schema import Transcript, Word

_NEAR = 0.5  # seconds


def count(path: Path) -> dict[str, float]:
    """Hear a file with a recogniser that only counts."""
    find_speech(np.zeros(RATE, dtype=np.float32))  # loads what is loaded once
    parrot = Parrot()
    before, clock = _peak_mib(), Clock()
    heard = transcribe(ToHear(path), parrot)
    return {
        "duration": heard.duration or 0.0,
        "clips": parrot.clips,
        "words": sum(len(segment.words) for segment in heard.segments),
        "mib": _peak_mib() - before,
        "processor": clock.taken().processor,
    }


def hear(path: Path, weights: Path, threads: int) -> dict[str, float]:
    """Hear a file with Whisper, and compare each turn of the sample with what is said in it."""
    ear = WhisperRecogniser(weights, name=weights.name, threads=threads)
    list(ear.hear([np.zeros(RATE, dtype=np.float32)], "en"))
    before, clock = _peak_mib(), Clock()
    heard = transcribe(ToHear(path, language="en"), ear)
    taken, grown = clock.taken(), _peak_mib() - before
    turns = round((heard.duration or 0.0) / PERIOD)
    errors, offs = Errors(0, 0), []
    for turn in range(turns):
        said = _later(true_words(), turn * PERIOD)
        found = _between(heard, turn * PERIOD - 5.0, (turn + 1) * PERIOD - 5.0)
        errors += word_errors(_text(said), _text(found))
        offs.append([abs(one.start - other.start) for one, other in matched(said, found)])
    near = [off <= _NEAR for turn in offs for off in turn]
    return {
        "duration": heard.duration or 0.0,
        "mib": grown,
        "processor": taken.processor,
        "said": errors.said,
        "wrong": errors.wrong,
        "first": float(np.median(offs[0])),
        "last": float(np.median(offs[-1])),
        "near": sum(near) / max(1, len(near)),
    }


def _later(words: Sequence[Word], seconds: float) -> list[Word]:
    return [Word(word.start + seconds, word.end + seconds, word.text) for word in words]


def _between(heard: Transcript, start: float, end: float) -> list[Word]:
    words = [word for segment in heard.segments for word in segment.words]
    return [word for word in words if start <= word.start < end]


def _text(words: Sequence[Word]) -> str:
    return " ".join(word.text for word in words)


def _peak_mib() -> float:
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / (1 << 20) if sys.platform == "darwin" else peak / (1 << 10)


if __name__ == "__main__":
    way, file, *rest = sys.argv[1:]
    figures = (
        count(Path(file)) if way == "--count" else hear(Path(file), Path(rest[0]), int(rest[1]))
    )
    print(json.dumps(figures))
