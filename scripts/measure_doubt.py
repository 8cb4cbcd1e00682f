"""Count how well doubtful words are those that Whisper base heard wrongly in our sample lecture.

    RAG_NOTES_OFFLINE=1 python scripts/measure_doubt.py

Four hearings of tests/data/sample/lecture.mp4, some three minutes: alone, listening for the words
of its slides, and alone under white noise. A word is wrong where truth.json has another in its
place; a number written otherwise, or a space more or less, is not wrong. Content words are those
that are no stop words.
"""

import difflib
import json
import re
import wave
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

from rag_notes import models
from rag_notes.config import load_config
from rag_notes.ground.numbers import said_numbers
from rag_notes.ground.words import STOP_WORDS
from rag_notes.ingest.blocks import RATE
from rag_notes.ingest.chunk import shown_words
from rag_notes.ingest.doubt import bare, doubtful_words
from rag_notes.ingest.media import decode_audio
from rag_notes.ingest.slides import read_slides
from rag_notes.ingest.terms import slide_terms
from rag_notes.ingest.transcribe import ToHear, transcribe
from rag_notes.ingest.whisper import WhisperRecogniser
from rag_notes.schema import Slides, Word

SAMPLE = Path(__file__).resolve().parent.parent / "tests" / "data" / "sample"
MODEL = "whisper-base"
LOUDNESS = 0.08  # root mean square of the sample's speech


@dataclass(frozen=True, slots=True)
class Hearing:
    """How the lecture is heard: with slides or not, noise in dB below the speech or none."""

    name: str
    slides: Slides
    below: float | None = None


def hear(hearing: Hearing) -> list[Word]:
    """Words as Whisper hears them."""
    terms = slide_terms(hearing.slides)
    whisper = WhisperRecogniser(models.find(MODEL, load_config()), name=MODEL, terms=terms)
    with TemporaryDirectory() as folder:
        media = SAMPLE / "lecture.mp4"
        if hearing.below is not None:
            media = write_noisy(media, Path(folder) / "noisy.wav", below=hearing.below)
        found = transcribe(ToHear(media, terms=terms), whisper)
    return [word for segment in found.segments for word in segment.words]


def write_noisy(media: Path, path: Path, *, below: float) -> Path:
    """Write a recording's sound under noise that is `below` dB weaker than the speech."""
    dice = np.random.default_rng(7)
    level = LOUDNESS * 10 ** (-below / 20)
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE)
        for block in decode_audio(media):
            noisy = block.samples + dice.normal(0, level, len(block.samples))
            file.writeframes((np.clip(noisy, -1, 1) * 32767).astype("<i2").tobytes())
    return path


def wrong_words(heard: Sequence[str], true: Sequence[str]) -> set[int]:
    """Places of the words heard that were not said."""
    names = [bare(word) for word in heard], [bare(word) for word in true]
    wrong: set[int] = set()
    matcher = difflib.SequenceMatcher(None, names[1], names[0], autojunk=False)
    for tag, i1, i2, j1, j2 in matcher.get_opcodes():
        said, seen = " ".join(true[i1:i2]), " ".join(heard[j1:j2])
        if tag != "equal" and not is_same(said, seen):
            wrong |= {at for at in range(j1, j2) if names[0][at] not in names[1][i1:i2]}
    return wrong


def is_same(said: str, seen: str) -> bool:
    """Whether two stretches differ in spaces, or in how a number is written, alone."""
    if re.sub(r"\W", "", said).lower() == re.sub(r"\W", "", seen).lower():
        return True
    shared = set(said_numbers(said)) & set(said_numbers(seen))
    return bool(shared) and not re.search(r"[a-z]{3}", seen.lower())


def row(hearing: Hearing, true: Sequence[str], known: Collection[str]) -> str:
    """One line of the table."""
    words = hear(hearing)
    texts = [word.text for word in words]
    wrong = wrong_words(texts, true)
    marks = doubtful_words(texts, [word.p for word in words], known)
    marked = {at for at, mark in enumerate(marks) if mark}
    content = {at for at in wrong if bare(texts[at]) not in STOP_WORDS}
    precision = len(marked & wrong) / max(1, len(marked))
    recall = len(marked & content) / max(1, len(content))
    return (
        f"{hearing.name:20} {len(wrong):4} wrong {len(marked):4} marked   "
        f"precision {precision:.2f}   recall {recall:.2f}"
    )


def main() -> None:
    """Print the table."""
    slides = read_slides(SAMPLE / "slides.pdf")
    true = [word["text"] for word in json.loads((SAMPLE / "truth.json").read_bytes())["words"]]
    hearings = (
        Hearing("alone", Slides()),
        Hearing("with its slides", slides),
        Hearing("noise 8 dB below", Slides(), below=8.0),
        Hearing("noise as loud", Slides(), below=0.0),
    )
    for hearing in hearings:
        print(row(hearing, true, set(shown_words(hearing.slides))), flush=True)


if __name__ == "__main__":
    main()
