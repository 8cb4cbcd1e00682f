"""The course captions and our paraphrases of them, with what each of them cites.

In: the folder of captions, the file of paraphrases. Out: claims with their passages and the errors
planted in them. Does not judge.
"""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from rag_notes.config import Config
from rag_notes.ingest.captions import read_captions
from rag_notes.ingest.chunk import make_chunks
from rag_notes.schema import Chunk, Lecture

Passages = tuple[Chunk, ...]
_TWIN = re.compile(r"^\d+_|-\((?:pytorch|tensorflow)\)$")


@dataclass(frozen=True, slots=True)
class Paraphrase:
    """A sentence of ours about what is said at `time` (seconds) of `file`; None: not to be had."""

    file: str
    time: float
    text: str
    number: str | None
    name: str | None
    negated: str | None


@dataclass(frozen=True, slots=True)
class Cited:
    """A paraphrase with the passages it cites and such passages of another video."""

    claim: Paraphrase
    passages: Passages
    elsewhere: Passages


def read_paraphrases(file: Path) -> tuple[Paraphrase, ...]:
    """One a line, in their order."""
    fields = Paraphrase.__dataclass_fields__
    lines = file.read_text(encoding="utf-8").splitlines()
    rows = [json.loads(line) for line in lines if line.strip()]
    return tuple(Paraphrase(**{name: row[name] for name in fields}) for row in rows)


def cite_all(
    claims: Sequence[Paraphrase], folder: Path, config: Config, *, seed: int
) -> tuple[Cited, ...]:
    """Cite the passage that holds each claim's time and the next one, and two passages elsewhere.

    Elsewhere is another video, drawn by `seed`; never the twin that shows the same with PyTorch or
    TensorFlow.
    """
    videos = {
        path.name: make_chunks(Lecture(path.stem, read_captions(path)), config)
        for path in sorted(folder.glob("*.srt"))
    }
    random = np.random.default_rng(seed)
    return tuple(
        Cited(one, passages_at(one.time, videos[one.file]), _elsewhere(one.file, videos, random))
        for one in claims
    )


def passages_at(time: float, chunks: Sequence[Chunk]) -> Passages:
    """The passage that holds a moment, and the next: a paraphrase may join what both say."""
    begun = [at for at, chunk in enumerate(chunks) if chunk.start is None or chunk.start <= time]
    first = begun[-1] if begun else 0
    return tuple(chunks[first : first + 2])


def subject_of(file: str) -> str:
    """What a video shows, the same for its PyTorch and its TensorFlow twin."""
    return _TWIN.sub("", Path(file).stem.lower())


def _elsewhere(file: str, videos: Mapping[str, Passages], random: np.random.Generator) -> Passages:
    others = [name for name in videos if subject_of(name) != subject_of(file)]
    chunks = videos[others[random.integers(len(others))]]
    first = int(random.integers(max(1, len(chunks) - 1)))
    return tuple(chunks[first : first + 2])
