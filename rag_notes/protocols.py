"""What a replaceable part must do; nothing here knows an implementation."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Protocol, TypeAlias

import numpy as np
from numpy.typing import NDArray

from rag_notes.schema import Heard, Part, Prompt, Reply

Samples: TypeAlias = NDArray[np.float32]  # (n,), -1 to 1
Vectors: TypeAlias = NDArray[np.float32]  # (n, d), rows of unit length
Progress: TypeAlias = Callable[[float, float], None]  # done, total; the stage knows the unit


class Recogniser(Protocol):
    """Speech to words; clips are float32 (n,) at 16 kHz and at most 30 s long.

    The same clip gives the same words, so that work that was broken off ends as if it was not.
    """

    @property
    def name(self) -> str:
        """Weights and number format, for provenance."""
        ...

    @property
    def languages(self) -> Sequence[str]:
        """ISO 639-1 codes of the languages that it hears."""
        ...

    @property
    def at_once(self) -> int:
        """Clips that it hears side by side."""
        ...

    def hear(self, clips: Sequence[Samples], language: str) -> Iterator[tuple[Heard, ...]]:
        """Yield what is said in each clip, in order: the fast way, unchecked."""
        ...

    def hear_again(
        self, clip: Samples, language: str, *, with_terms: bool = True
    ) -> tuple[Heard, ...]:
        """Hear one clip the careful way, with or without the terms that it listens for."""
        ...

    def tell_language(self, clip: Samples) -> Mapping[str, float]:
        """Probability (0-1) of each language of being the one spoken."""
        ...


class PartStore(Protocol):
    """Where the parts of a transcript are kept until it is whole."""

    def find(self, channel: int, start: float) -> Part | None:
        """Return the part of a channel that starts at `start` seconds, if it was kept."""
        ...

    def save(self, part: Part) -> None:
        """Keep a part durably."""
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
