"""A query to fused hits: dense and keyword scores of the same passages, added up.

In: chunks, something that answers with ids and cosines (search/index.py), an Embedder; out: hits,
best first, or a topic's own passages followed by the best of the rest. Knows no LLM and no files.
"""

import logging
from collections.abc import Collection, Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from rag_notes.protocols import Embedder, Vectors
from rag_notes.schema import Chunk, ChunkKind, Hit

# Dense alone finds the passage of a quiz question among the first five in .719 of cases, BM25 alone
# in .668, ranks fused with equal weights in .711: so scores, not ranks, and dense before keywords.
_DENSE = 0.7
_WORD = r"(?u)\b\w+\b"  # bm25s would drop words of one letter: "k", "3"


class DenseSearch(Protocol):
    """What answers a vector with ids and cosines, best first."""

    def query(
        self, vector: Vectors, k: int, *, kind: ChunkKind | None = None
    ) -> list[tuple[str, float]]:
        """Ids and cosines of the `k` chunks nearest to `vector` (1, d)."""
        ...


class Retriever:
    """Passages of one lecture, searched by meaning and by word."""

    def __init__(self, chunks: Sequence[Chunk], dense: DenseSearch, embedder: Embedder) -> None:
        self._chunks = tuple(chunks)
        self._position = {chunk.id: at for at, chunk in enumerate(self._chunks)}
        self._dense = dense
        self._embedder = embedder
        self._keywords = _Keywords([chunk.text for chunk in self._chunks])

    def search(
        self,
        query: str,
        k: int,
        *,
        kind: ChunkKind | None = None,
        exclude: Collection[str] = frozenset(),
    ) -> tuple[Hit, ...]:
        """Return the best `k` passages for `query`, best first, without the ids in `exclude`."""
        if k < 1 or not self._chunks:
            return ()
        return self._best(self._scores(query), k, kind=kind, exclude=exclude)

    def for_section(
        self, query: str, own: Sequence[Chunk], rest: int, slides: int
    ) -> tuple[Hit, ...]:
        """Return a topic's own passages in their order, then what else the lecture says of it.

        The best `rest` of the other speech follow, then the best `slides` slide passages.
        """
        if not self._chunks:
            return ()
        scores = self._scores(query)
        taken = {chunk.id for chunk in own}
        hits = [Hit(chunk, float(scores[self._position[chunk.id]])) for chunk in own]
        hits += self._best(scores, rest, kind="speech", exclude=taken)
        hits += self._best(scores, slides, kind="slide", exclude=taken)
        return tuple(hits)

    def _best(
        self,
        scores: NDArray[np.float64],
        k: int,
        *,
        kind: ChunkKind | None,
        exclude: Collection[str],
    ) -> tuple[Hit, ...]:
        order = np.argsort(-scores, kind="stable")  # equal scores: the earlier passage first
        wanted = (
            Hit(self._chunks[at], float(scores[at]))
            for at in order
            if (kind is None or self._chunks[at].kind == kind)
            and self._chunks[at].id not in exclude
        )
        return tuple(hit for hit, _ in zip(wanted, range(max(0, k)), strict=False))

    def _scores(self, query: str) -> NDArray[np.float64]:
        """Fused scores in 0-1 of all passages (n,).

        Cosine and BM25 are each stretched to 0-1 over the lecture (Bruch et al. 2023, "An Analysis
        of Fusion Functions for Hybrid Retrieval") and added; without a known word all is dense.
        """
        cosines = np.full(len(self._chunks), -1.0)
        vector = self._embedder.embed_query(query)
        for id_, cosine in self._dense.query(vector, len(self._chunks)):
            cosines[self._position[id_]] = cosine
        keywords = self._keywords.scores(query)
        weight = _DENSE if keywords.any() else 1.0
        return weight * _stretched(cosines) + (1.0 - weight) * _stretched(keywords)


class _Keywords:
    """BM25 over English word stems."""

    def __init__(self, texts: Sequence[str]) -> None:
        import bm25s

        logging.getLogger("bm25s").setLevel(logging.WARNING)  # it sets itself to DEBUG
        self._count = len(texts)
        words = _tokens(texts)
        self._known = {word for of_text in words for word in of_text}
        self._bm25 = bm25s.BM25()
        if self._known:  # it cannot be built of nothing
            self._bm25.index(words, show_progress=False)

    def scores(self, query: str) -> NDArray[np.float64]:
        """BM25 of every text (n,); zeros where it has no word of the query."""
        words = [word for word in _tokens([query])[0] if word in self._known]
        if not words:
            return np.zeros(self._count)
        return np.asarray(self._bm25.get_scores(words), np.float64)


def _tokens(texts: Sequence[str]) -> list[list[str]]:
    import bm25s
    import Stemmer

    found: list[list[str]] = bm25s.tokenize(
        list(texts),
        token_pattern=_WORD,
        stopwords="english",
        stemmer=Stemmer.Stemmer("english"),
        return_ids=False,
        show_progress=False,
    )
    return found


def _stretched(scores: NDArray[np.float64]) -> NDArray[np.float64]:
    low, high = scores.min(), scores.max()
    if high <= low:
        return np.zeros_like(scores)
    return np.asarray((scores - low) / (high - low), np.float64)
