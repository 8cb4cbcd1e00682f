"""What a replaceable part must do; nothing here knows an implementation."""

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Protocol, TypeAlias

import numpy as np
from numpy.typing import NDArray

from rag_notes.schema import Prompt, Reply, Transcript

Vectors: TypeAlias = NDArray[np.float32]  # (n, d), rows of unit length
Progress: TypeAlias = Callable[[float, float], None]  # done, total; the stage knows the unit


class Transcriber(Protocol):
    """Speech in a media file to a timed transcript."""

    @property
    def name(self) -> str:
        """Weights and compute type, for provenance."""
        ...

    def transcribe(
        self, media: Path, *, language: str | None = None, progress: Progress | None = None
    ) -> Transcript:
        """Recognise the speech of `media`; `language` is an ISO 639-1 code, None to detect it."""
        ...


class Embedder(Protocol):
    """Texts to vectors of unit length."""

    @property
    def name(self) -> str:
        """The model's name, for provenance and as a key of the index."""
        ...

    def embed(self, texts: Sequence[str]) -> Vectors:
        """Vectors of passages, float32 (n, d)."""
        ...

    def embed_query(self, text: str) -> Vectors:
        """Vector of one query, float32 (1, d)."""
        ...


class LLM(Protocol):
    """A language model held to a JSON schema."""

    @property
    def name(self) -> str:
        """Weights and number format, for provenance."""
        ...

    @property
    def context(self) -> int:
        """Tokens that prompt and reply of one call may take together."""
        ...

    @property
    def parallel(self) -> int:
        """Prompts that are generated side by side; 1 where each is faster alone."""
        ...

    def count_tokens(self, text: str) -> int:
        """Tokens of `text`, exact or over-estimated."""
        ...

    def generate(self, prompts: Sequence[Prompt]) -> Iterator[Reply]:
        """Yield one reply per prompt, in the order of the prompts."""
        ...
