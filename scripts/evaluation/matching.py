"""Whether some text says what a statement says: the rule that every recall is counted by.

In: a statement and texts in their order (claims, sentences). Out: the window of neighbouring texts
that comes nearest, the share of the statement's content words in it, their cosine, the verdict.
The same rule judges a lecture, our notes and the controls. Knows none of them.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from rag_notes.ground.words import content_stems
from rag_notes.protocols import Embedder, Vectors

LEAST_SHARE = 0.5  # of the statement's content words
LEAST_COSINE = 0.6
WINDOW = 2  # neighbouring texts


@dataclass(frozen=True, slots=True)
class Match:
    """What comes nearest to a statement; `share` of its content words (0-1), `cosine` (-1 to 1)."""

    text: str
    share: float
    cosine: float

    @property
    def says_it(self) -> bool:
        """Whether both are high enough."""
        return self.share >= LEAST_SHARE and self.cosine >= LEAST_COSINE


class Windows:
    """Texts in their order with all windows of neighbours, embedded once."""

    def __init__(self, texts: Sequence[str], embedder: Embedder, *, most: int = WINDOW) -> None:
        """Windows of 1 to `most` neighbouring texts."""
        self.texts = runs(texts, most)
        self._stems = [frozenset(content_stems(text)) for text in self.texts]
        self._vectors: Vectors = embedder.embed(self.texts)  # (windows, d)
        self._embedder = embedder

    def match_all(self, statements: Sequence[str]) -> tuple[Match, ...]:
        """The best match of each statement: one that says it, else the nearest."""
        if not self.texts or not statements:
            return tuple(Match("", 0.0, 0.0) for _ in statements)
        near = self._embedder.embed(statements) @ self._vectors.T  # (statements, windows)
        return tuple(self._best(one, row) for one, row in zip(statements, near, strict=True))

    def _best(self, statement: str, cosines: Vectors) -> Match:
        wanted = frozenset(content_stems(statement))
        shares = [len(wanted & said) / len(wanted) if wanted else 0.0 for said in self._stems]
        matches = (
            Match(text, share, float(cosine))
            for text, share, cosine in zip(self.texts, shares, cosines, strict=True)
        )
        return max(matches, key=lambda one: (one.says_it, min(one.share, LEAST_SHARE), one.cosine))


def runs(texts: Sequence[str], most: int) -> list[str]:
    """All runs of 1 to `most` neighbouring texts, joined, each of them once."""
    found = (
        " ".join(texts[at : at + size])
        for size in range(1, most + 1)
        for at in range(len(texts) - size + 1)
    )
    return list(dict.fromkeys(found))


def lead(texts: Sequence[str], words: int) -> tuple[str, ...]:
    """The first texts, up to the number of words nearest to `words`."""
    lengths = np.cumsum([len(text.split()) for text in texts])
    if not len(lengths):
        return ()
    return tuple(texts[: int(np.abs(lengths - words).argmin()) + 1])


def spread(texts: Sequence[str], words: int) -> tuple[str, ...]:
    """Texts evenly spread over the whole, as many as come nearest to `words` words."""
    choices = (_evenly(texts, count) for count in range(1, len(texts) + 1))
    return min(choices, key=lambda some: abs(_words(some) - words), default=())


def _evenly(texts: Sequence[str], count: int) -> tuple[str, ...]:
    places = np.linspace(0, len(texts) - 1, count) if count > 1 else np.array([0.0])
    return tuple(texts[round(place)] for place in places)


def _words(texts: Sequence[str]) -> int:
    return sum(len(text.split()) for text in texts)
