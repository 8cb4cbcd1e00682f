"""How long a warm search takes and what it holds: one long lecture, and 100,000 passages.

In: an embedder on one thread, questions. Out: a table. The lecture's passages and index are real
where an 80-minute transcript is here; the 100,000 passages are made up: words drawn as words are in
texts (Zipf), vectors at random.
"""

import gc
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import psutil

from evaluation.clock import Clock, Taken
from evaluation.tables import table
from rag_notes.config import Config
from rag_notes.ingest.captions import read_captions
from rag_notes.ingest.chunk import make_chunks
from rag_notes.protocols import Embedder, Vectors
from rag_notes.schema import Chunk, Lecture, Slides
from rag_notes.search.course import Course
from rag_notes.search.index import build_index, open_index
from rag_notes.search.retrieve import Retriever

_LECTURES, _PASSAGES, _WORDS = 1000, 100, 100  # of the made-up course
_VOCABULARY = 50_000
_ROUNDS = 4  # each question is asked so often, the first time unmeasured
_HEAD = (
    "one search, 10 hits",
    "median, by the clock",
    "95th percentile",
    "95th percentile, of a processor",
    "wanted",
    "memory held",
)


@dataclass(frozen=True, slots=True)
class MadeUp:
    """A lecture of drawn words and vectors."""

    number: int
    dimension: int
    language: str = "en"

    @property
    def name(self) -> str:
        """Its number."""
        return f"lecture-{self.number}"

    def chunks(self) -> tuple[Chunk, ...]:
        """Passages of words drawn by rank."""
        drawn = np.random.default_rng(self.number).zipf(1.1, (_PASSAGES, _WORDS)) % _VOCABULARY
        return tuple(
            Chunk(
                f"c{at:04d}",
                "speech",
                " ".join(f"w{word}" for word in row),
                start=40.0 * at,
                end=40.0 * (at + 1),
            )
            for at, row in enumerate(drawn)
        )

    def slides(self) -> Slides:
        """None."""
        return Slides()

    def vectors(self, ids: Sequence[str]) -> Vectors:
        """Random directions, float32 (n, d)."""
        random = np.random.default_rng(self.number)
        rows = random.standard_normal((len(ids), self.dimension), np.float32)
        return np.asarray(rows / np.linalg.norm(rows, axis=1, keepdims=True), np.float32)


def measure_speed(
    transcript: Path, questions: Sequence[str], embedder: Embedder, config: Config
) -> str:
    """Table of both sizes; `questions` are asked as they are, and embedded each time."""
    embedder.embed_query("warm")
    rows = [
        _lecture_row(transcript, questions, embedder, config),
        _course_row(questions, embedder),
    ]
    return table(_HEAD, rows)


def _lecture_row(
    transcript: Path, questions: Sequence[str], embedder: Embedder, config: Config
) -> list[str]:
    chunks = make_chunks(Lecture("lecture", read_captions(transcript)), config)
    vectors = embedder.embed([chunk.text for chunk in chunks])
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder, "chroma")
        build_index(chunks, vectors, place)
        with open_index(place) as index:
            before = _held()
            retriever = Retriever(chunks, index, embedder)
            taken = _ask(lambda question: retriever.search(question, 10), questions)
            held = _held() - before
    return [f"an 80-minute lecture, {len(chunks)} passages", *_cells(taken, 30), f"{held} MB"]


def _course_row(questions: Sequence[str], embedder: Embedder) -> list[str]:
    dimension = embedder.embed_query("warm").shape[1]
    before = _held()
    course = Course((MadeUp(n, dimension) for n in range(_LECTURES)), embedder)
    random = np.random.default_rng(0)
    asked = [
        f"{question} " + " ".join(f"w{word}" for word in random.zipf(1.1, 4) % _VOCABULARY)
        for question in questions
    ]  # words of the course, so that keywords are looked up
    taken = _ask(lambda question: course.search(question, 10), asked)
    held = _held() - before
    size = f"{_LECTURES * _PASSAGES:,} passages of {_LECTURES:,} lectures"
    return [size, *_cells(taken, 150), f"{held} MB (wanted: under 1,500)"]


def _ask(search: Callable[[str], object], questions: Sequence[str]) -> list[Taken]:
    taken = []
    for number in range(_ROUNDS):
        for question in questions:
            clock = Clock()
            search(question)
            if number:
                taken.append(clock.taken())
    return taken


def _cells(taken: Sequence[Taken], wanted: int) -> list[str]:
    wall = 1000 * np.array([one.wall for one in taken])
    processor = 1000 * np.array([one.processor for one in taken])
    return [
        f"{np.median(wall):.1f} ms",
        f"{np.quantile(wall, 0.95):.1f} ms",
        f"{np.quantile(processor, 0.95):.1f} ms",
        f"under {wanted} ms",
    ]


def _held() -> int:
    """Memory of this process in MB."""
    gc.collect()
    return int(psutil.Process().memory_info().rss) // 1_000_000
