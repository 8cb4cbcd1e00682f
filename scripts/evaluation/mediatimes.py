"""How true times are in files whose clocks play tricks, of beeps and of spoken words.

In: sentences of our sample lecture and beeps, put at known presentation times into generated files
(see mediafiles). Out: a table with the largest errors of what is decoded and of what is recognised.
"""

import difflib
import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

from evaluation.bench import CHECKOUT
from evaluation.mediafiles import FILMS, write_film
from evaluation.tables import table
from rag_notes import models
from rag_notes.config import Config
from rag_notes.ingest.blocks import RATE
from rag_notes.ingest.media import decode_audio
from rag_notes.ingest.transcribe import ToHear, transcribe
from rag_notes.ingest.whisper import WhisperRecogniser
from rag_notes.protocols import Samples
from rag_notes.schema import SpanSeconds, Word

SAMPLE = CHECKOUT / "tests" / "data" / "sample"
MODEL = "whisper-tiny.en"

_SECONDS = 60.0
_PITCH, _BEEP = 1000.0, 0.4  # Hz, seconds
_BEEPS = (5.0, 13.0, 28.0, 43.0)  # none where a file has its pause, at 20 to 27 s
_PLACES = (6.0, 14.0, 29.5, 36.0, 44.5, 51.0)  # of sentences
_LENGTHS = (3.0, 5.5)  # seconds of the sentences taken
_HEAD = ("file", "beeps off by", "words heard of", "words off by, at most", "median", "lost")


@dataclass(frozen=True, slots=True)
class Laid:
    """Sound laid out over a minute: stretches, and the true times of beeps and words."""

    stretches: list[tuple[float, Samples]]
    beeps: tuple[float, ...]
    words: tuple[Word, ...]


def measure(config: Config) -> str:
    """Table of the largest errors in every kind of file."""
    laid = lay_out()
    recogniser = WhisperRecogniser(models.find(MODEL, config), name=MODEL, threads=config.threads)
    rows = []
    with TemporaryDirectory() as folder:
        for name, film in FILMS.items():
            path = write_film(Path(folder), film, laid.stretches, _SECONDS)
            rows.append([name, *_row(path, laid, recogniser)])
    return table(_HEAD, [*rows, ["wanted", "0.5 s", "", "0.5 s", "", ""]])


def lay_out() -> Laid:
    """Put beeps and sentences of the sample where they are to be heard."""
    sound = np.concatenate([block.samples for block in decode_audio(SAMPLE / "lecture.mp4")])
    stretches: list[tuple[float, Samples]] = [(at, _beep()) for at in _BEEPS]
    words: list[Word] = []
    for place, said in zip(_PLACES, _sentences(), strict=False):
        first, last = said[0].start - 0.05, said[-1].end + 0.1
        stretches.append((place, sound[round(first * RATE) : round(last * RATE)]))
        words += [Word(w.start - first + place, w.end - first + place, w.text) for w in said]
    return Laid(stretches, _BEEPS, tuple(words))


def true_words() -> list[Word]:
    """Words of the sample with the times of their synthesis."""
    found = json.loads((SAMPLE / "truth.json").read_bytes())["words"]
    return [Word(word["start"], word["end"], word["text"]) for word in found]


def matched(true: Sequence[Word], heard: Sequence[Word]) -> list[tuple[Word, Word]]:
    """Pairs of the same word, said and heard."""
    keys = [[_key(word.text) for word in words] for words in (true, heard)]
    matcher = difflib.SequenceMatcher(None, keys[0], keys[1], autojunk=False)
    blocks = matcher.get_matching_blocks()
    return [(true[a + n], heard[b + n]) for a, b, size in blocks for n in range(size)]


def beeps_in(samples: Samples) -> list[float]:
    """Seconds at which a tone of the beeps' pitch begins."""
    size = RATE // 50
    frames = samples[: len(samples) // size * size].reshape(-1, size)
    wave = np.exp(-2j * np.pi * _PITCH * np.arange(size) / RATE)
    tone = np.abs(frames @ wave) / size
    loud = (tone > 0.1) & (tone > 0.5 * np.sqrt(np.square(frames).mean(axis=1)))
    runs = np.flatnonzero(np.diff(np.concatenate([[0], loud.astype(int), [0]]))).reshape(-1, 2)
    return [float(first) * size / RATE for first, last in runs if last - first > 10]


def _row(path: Path, laid: Laid, recogniser: WhisperRecogniser) -> list[str]:
    lost: list[SpanSeconds] = []
    sound = np.concatenate([block.samples for block in decode_audio(path, lost=lost.append)])
    beeps = beeps_in(sound)
    off = max(abs(a - b) for a, b in zip(laid.beeps, beeps, strict=True)) if beeps else np.inf
    heard = transcribe(ToHear(path, language="en"), recogniser)
    pairs = matched(laid.words, [word for segment in heard.segments for word in segment.words])
    errors = [abs(said.start - found.start) for said, found in pairs]
    spans = ", ".join(f"{start:.1f}-{end:.1f} s" for start, end in lost)
    return [
        f"{off:.2f} s",
        f"{len(pairs)} of {len(laid.words)}",
        f"{max(errors):.2f} s",
        f"{np.median(errors):.2f} s",
        spans,
    ]


def _sentences() -> list[list[Word]]:
    """Sentences of a few seconds, evenly from the whole sample."""
    held: list[Word] = []
    found: list[list[Word]] = []
    for word in true_words():
        held.append(word)
        if word.text.endswith((".", "?")):
            if _LENGTHS[0] <= held[-1].end - held[0].start <= _LENGTHS[1]:
                found.append(held)
            held = []
    return found[:: max(1, len(found) // len(_PLACES))]


def _beep() -> Samples:
    at = np.arange(round(_BEEP * RATE)) / RATE
    return np.asarray(0.5 * np.sin(2 * np.pi * _PITCH * at), dtype=np.float32)


def _key(text: str) -> str:
    return re.sub(r"\W", "", text.lower())
