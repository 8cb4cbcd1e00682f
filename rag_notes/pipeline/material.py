"""What notes are written of, and what was written: the two values around `write_notes`."""

from collections.abc import Sequence
from dataclasses import dataclass

from rag_notes.config import Config
from rag_notes.protocols import LLM, Embedder, Progress, Vectors
from rag_notes.schema import Chunk, Claim, Correction, Rejected, Section, Slides, Topic
from rag_notes.search.retrieve import Retriever


@dataclass(frozen=True, slots=True)
class Material:
    """An indexed lecture and the parts that write about it; vectors are float32 (n, d) by chunk."""

    chunks: Sequence[Chunk]
    vectors: Vectors
    slides: Slides
    retriever: Retriever
    embedder: Embedder
    llm: LLM
    config: Config
    progress: Progress


@dataclass(frozen=True, slots=True)
class Written:
    """The sections in reading order and what was not printed, `left_out` by an instruction."""

    title: str
    topics: tuple[Topic, ...]
    sections: tuple[Section, ...]
    rejected: tuple[Rejected, ...]
    chunks: tuple[Chunk, ...]
    query_reading: str | None = None
    corrections: tuple[Correction, ...] = ()
    left_out: tuple[Claim, ...] = ()
