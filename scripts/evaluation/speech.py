"""Speech to words: how many are wrong, what is printed where nobody speaks, how fast, how large.

In: the sample lecture, read speech of other people, made-up sound, a very long recording. Out:
tables. Every number is of `transcribe` as it is shipped; where a recogniser that only counts stands
in for Whisper (evaluation.parrot), the table says so.
"""

import csv
import json
import re
import subprocess
import sys
import wave
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np

from evaluation.bench import CHECKOUT
from evaluation.clock import Clock, Taken
from evaluation.longfile import write_long
from evaluation.mediatimes import SAMPLE, true_words
from evaluation.sounds import SOUNDS
from evaluation.tables import table
from rag_notes import models
from rag_notes.config import Config
from rag_notes.errors import LostInputError
from rag_notes.ground.numbers import read_numbers
from rag_notes.ingest.blocks import RATE
from rag_notes.ingest.media import decode_audio
from rag_notes.ingest.slides import read_slides
from rag_notes.ingest.suspect import UNCLEAR
from rag_notes.ingest.terms import slide_terms
from rag_notes.ingest.transcribe import ToHear, transcribe
from rag_notes.ingest.whisper import WhisperRecogniser, find_speech
from rag_notes.protocols import Samples
from rag_notes.schema import Transcript

MODELS = ("whisper-base", "whisper-tiny.en")

_SECONDS = 60.0  # of each sound without words
_SEEDS = (1, 2)
_RUNS = 2  # of each way of hearing, by turns
_DIRECTLY: Mapping[str, Any] = {  # how faster-whisper is called for comparison, as we call it
    "language": "en",
    "batch_size": 4,
    "beam_size": 5,
    "word_timestamps": True,
}
_MOST_MIB = 2048  # beyond the model
_SAME = {"mr": "mister", "mrs": "missis", "dr": "doctor", "ok": "okay", "%": "percent"}


# --- wrong words ---------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Errors:
    """Words wrongly heard, left out and put in, of so many said."""

    said: int
    wrong: int

    def __add__(self, other: "Errors") -> "Errors":
        """Both together."""
        return Errors(self.said + other.said, self.wrong + other.wrong)

    def __str__(self) -> str:
        return f"{self.wrong} of {self.said} = {100 * self.wrong / max(1, self.said):.1f} %"


def measure_errors(config: Config, spoken: Path) -> str:
    """Table of word error rates, and of how many of the slides' terms were heard right."""
    terms = slide_terms(read_slides(SAMPLE / "slides.pdf"))
    said = " ".join(word.text for word in true_words())
    rows = []
    for name in MODELS:
        for listens in ((), terms):
            ear = WhisperRecogniser(models.find(name, config), name=name, terms=listens)
            wanted = ToHear(SAMPLE / "lecture.mp4", language="en", terms=listens)
            heard = _text(transcribe(wanted, ear))
            title = "sample, with its slides' terms" if listens else "sample"
            right, there = _terms_heard(terms, said, heard)
            rows.append([title, name, str(word_errors(said, heard)), f"{right} of {there}"])
        rows.append(_direct_row(name, config, terms, said))
        if spoken.is_dir():
            ear = WhisperRecogniser(models.find(name, config), name=name)
            rows.append(["11 clips of read speech", name, str(_clips(ear, spoken)), ""])
    return table(("what is heard", "by", "words wrong", "terms of the slides heard"), rows)


def _direct_row(name: str, config: Config, terms: Sequence[str], said: str) -> list[str]:
    """The same by faster-whisper itself, for comparison."""
    found, _ = _pipeline(WhisperRecogniser(models.find(name, config), name=name)).transcribe(
        str(SAMPLE / "lecture.mp4"), **_DIRECTLY
    )
    heard = " ".join(segment.text for segment in found)
    right, there = _terms_heard(terms, said, heard)
    errors = str(word_errors(said, heard))
    return ["sample, faster-whisper directly", name, errors, f"{right} of {there}"]


def _pipeline(ear: WhisperRecogniser) -> Any:  # noqa: ANN401 - faster_whisper has no types
    from faster_whisper import BatchedInferencePipeline

    return BatchedInferencePipeline(ear._model)  # noqa: SLF001 - the same loaded weights for both


def word_errors(said: str, heard: str) -> Errors:
    """Word errors by edit distance; how a number is written makes none."""
    one, other = tokens(said), tokens(heard)
    distance = np.arange(len(other) + 1)
    for number, word in enumerate(one, start=1):
        kept = distance[:-1] + np.array([word != there for there in other], dtype=int)
        best = np.concatenate([[number], np.minimum(kept, distance[1:] + 1)])
        # A word put in costs one more than what stands before it.
        steps = np.arange(len(best))
        distance = np.minimum.accumulate(best - steps) + steps
    return Errors(len(one), int(distance[-1]))


def tokens(text: str) -> list[str]:
    """Words in small letters, numbers as digits."""
    text = text.replace("’", "'").replace("-", " ")
    for number in reversed(read_numbers(text)):
        text = f"{text[: number.start]} {number.value} {text[number.end :]}"
    words = re.findall(r"\d[\d.,]*\d|\d|%|[^\W\d_]+(?:'[^\W\d_]+)?", text.lower())
    return [_SAME.get(word, word) for word in words if word != UNCLEAR.strip("[]")]


def _terms_heard(terms: Sequence[str], said: str, heard: str) -> tuple[int, int]:
    """How many of the terms that were said were heard, and how many were said."""
    plain = [f" {' '.join(tokens(text))} " for text in (said, heard)]
    pairs = [[text.count(f" {' '.join(tokens(term))} ") for text in plain] for term in terms]
    return sum(min(pair) for pair in pairs), sum(pair[0] for pair in pairs)


def _clips(ear: WhisperRecogniser, folder: Path) -> Errors:
    whole = Errors(0, 0)
    with (folder / "manifest.tsv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file, delimiter="\t"):
            heard = transcribe(ToHear(folder / row["path"], language="en"), ear)
            whole += word_errors(row["reference"], _text(heard))
    return whole


def _text(transcript: Transcript) -> str:
    return " ".join(segment.text for segment in transcript.segments)


# --- nobody speaks -------------------------------------------------------------------------------


def measure_nothing(config: Config) -> str:
    """Table of the words printed of sound in which there are none."""
    voice = np.concatenate([block.samples for block in decode_audio(SAMPLE / "lecture.mp4")])
    ears = [WhisperRecogniser(models.find(name, config), name=name) for name in MODELS]
    rows = []
    with TemporaryDirectory() as folder:
        for name, sound in SOUNDS.items():
            made = [sound(_SECONDS, seed, voice) for seed in _SEEDS]
            taken = sum(end - start for one in made for start, end in find_speech(one))
            files = [_wav(Path(folder) / f"{n}.wav", one) for n, one in enumerate(made)]
            printed = [sum(_printed(path, ear) for path in files) for ear in ears]
            length = f"{_SECONDS * len(made):.0f} s"
            rows.append([name, length, f"{taken:.1f} s", *map(str, printed)])
    head = ("sound", "heard", "taken for speech at first", *(f"words of {name}" for name in MODELS))
    return table(head, [*rows, ["wanted", "", "", "0", "0"]])


def _printed(path: Path, ear: WhisperRecogniser) -> int:
    try:
        heard = transcribe(ToHear(path, language="en"), ear)
    except LostInputError:
        return 0
    return sum(word.text != UNCLEAR for segment in heard.segments for word in segment.words)


def _wav(path: Path, samples: Samples) -> Path:
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes((np.clip(samples, -1, 1) * 32767).astype("<i2").tobytes())
    return path


# --- speed ---------------------------------------------------------------------------------------


def measure_speed(config: Config) -> str:
    """Table of `transcribe` beside faster-whisper called directly, by turns in one run."""
    film = SAMPLE / "lecture.mp4"
    seconds = true_words()[-1].end
    rows = []
    for name in MODELS:
        ear = WhisperRecogniser(models.find(name, config), name=name, threads=config.threads)
        pipeline = _pipeline(ear)
        ours, direct = [], []
        for _ in range(_RUNS):
            clock = Clock()
            found, _ = pipeline.transcribe(str(film), **_DIRECTLY)
            list(found)
            direct.append(clock.taken())
            clock = Clock()
            transcribe(ToHear(film, language="en"), ear)
            ours.append(clock.taken())
        rows.append([name, *_speeds(_least(direct), _least(ours), seconds)])
    head = (
        "model",
        "faster-whisper, of real time",
        "transcribe",
        "as fast, of processor time",
        "wall",
    )
    return table(head, [*rows, ["wanted", "", "", "at least 0.95", ""]])


def _least(taken: Sequence[Taken]) -> Taken:
    return Taken(min(one.wall for one in taken), min(one.processor for one in taken))


def _speeds(direct: Taken, ours: Taken, seconds: float) -> list[str]:
    return [
        f"{direct.processor / seconds:.3f}",
        f"{ours.processor / seconds:.3f}",
        f"{direct.processor / ours.processor:.2f}",
        f"{direct.wall / ours.wall:.2f}",
    ]


# --- length --------------------------------------------------------------------------------------


def measure_length(hours: float) -> str:
    """Table of memory and time over a recording of hours, with a recogniser that only counts."""
    rows = []
    with TemporaryDirectory() as folder:
        for length in (hours / 10, hours):
            path = Path(folder) / "long.mkv"
            write_long(path, SAMPLE / "lecture.mp4", length * 3600)
            found = _in_a_child("--count", str(path))
            spoken = found["duration"] / 3600
            cost = f"{found['processor']:.0f} s", f"{found['processor'] / spoken:.1f} s"
            counts = f"{found['clips']:.0f}", f"{found['words']:.0f}", f"{found['mib']:.0f} MiB"
            rows.append([f"{spoken:.1f} h", *counts, *cost])
    head = ("recording", "clips", "words", "memory beyond the start", "processor time", "per hour")
    return table(head, [*rows, ["wanted", "", "", f"under {_MOST_MIB} MiB", "", "the same"]])


def measure_hour(config: Config) -> str:
    """Table of one hour heard for real: wrong words, times at its beginning and end, memory."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "hour.mkv"
        write_long(path, SAMPLE / "lecture.mp4", 3600)
        weights = models.find(MODELS[0], config)
        found = _in_a_child("--hear", str(path), str(weights), str(config.threads))
    row = [
        MODELS[0],
        f"{found['duration'] / 3600:.2f} h",
        f"{found['processor'] / found['duration']:.3f}",
        str(Errors(round(found["said"]), round(found["wrong"]))),
        f"{found['first']:.2f} s",
        f"{found['last']:.2f} s",
        f"{100 * found['near']:.1f} %",
        f"{found['mib']:.0f} MiB",
    ]
    head = (
        "model",
        "recording",
        "processor time, of real time",
        "words wrong",
        "off by in the first turn, median",
        "in the last",
        "words within 0.5 s",
        "memory beyond the model",
    )
    wanted = ["wanted", "", "", "", "", "", "", f"under {_MOST_MIB} MiB"]
    return table(head, [row, wanted])


def _in_a_child(*arguments: str) -> dict[str, float]:
    """Figures of a run in a process of its own, so that its memory is its own."""
    done = subprocess.run(
        [sys.executable, "-m", "evaluation.longrun", *arguments],
        cwd=CHECKOUT,
        capture_output=True,
        text=True,
        check=True,
    )
    found: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return found
