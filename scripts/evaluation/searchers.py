"""What is compared: the product's search, and the plain methods beside it.

In: passages and an embedder. Out: the passages in the order of each method, all of them. The
product's is asked through its own door, `Retriever.search`.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from evaluation.vectors import KeptEmbedder
from rag_notes.protocols import Vectors
from rag_notes.schema import Chunk, Hit
from rag_notes.search.keywords import Keywords
from rag_notes.search.retrieve import Retriever

Search: TypeAlias = Callable[[str], Sequence[Hit]]  # a query to all passages, best first

_RANK_CONSTANT = 60  # Cormack et al. 2009, "Reciprocal Rank Fusion"


class HeldVectors:
    """Vectors held in memory, which answer as an index on disk does."""

    def __init__(self, chunks: Sequence[Chunk], vectors: Vectors) -> None:
        """Hold `vectors` (n, d) of `chunks`."""
        self._ids = [chunk.id for chunk in chunks]
        self._rows = {id_: row for row, id_ in enumerate(self._ids)}
        self._vectors = vectors

    def query(self, vector: Vectors, k: int) -> list[tuple[str, float]]:
        """Ids and cosines of the `k` nearest."""
        cosines = self._vectors @ vector[0]
        order = np.argsort(-cosines, kind="stable")[:k]
        return [(self._ids[at], float(cosines[at])) for at in order]

    def vectors(self, ids: Sequence[str]) -> Vectors:
        """Vectors of the chunks named."""
        return np.asarray(self._vectors[[self._rows[id_] for id_ in ids]], np.float32)


def product(chunks: Sequence[Chunk], embedder: KeptEmbedder) -> Search:
    """The search that `ask` and the notes use."""
    vectors = HeldVectors(chunks, embedder.embed([chunk.text for chunk in chunks]))
    retriever = Retriever(chunks, vectors, embedder)
    return lambda query: retriever.search(query, len(chunks))


def single_methods(chunks: Sequence[Chunk], embedder: KeptEmbedder) -> Mapping[str, Search]:
    """BM25, the embedder alone, and the fusion of their ranks with equal weights."""
    vectors = embedder.embed([chunk.text for chunk in chunks])
    keywords = Keywords([chunk.text for chunk in chunks], ["en"] * len(chunks))

    def by_meaning(query: str) -> NDArray[np.float64]:
        return np.asarray(vectors @ embedder.embed_query(query)[0], np.float64)

    def by_rank(query: str) -> NDArray[np.float64]:
        return _rank_scores(by_meaning(query)) + _rank_scores(keywords.scores(query))

    methods = {"BM25": keywords.scores, "MiniLM": by_meaning, "equal rank fusion": by_rank}
    return {name: _ordered(chunks, scores) for name, scores in methods.items()}


def _ordered(chunks: Sequence[Chunk], scores: Callable[[str], NDArray[np.float64]]) -> Search:
    def search(query: str) -> Sequence[Hit]:
        found = scores(query)
        return [Hit(chunks[at], float(found[at])) for at in np.argsort(-found, kind="stable")]

    return search


def _rank_scores(scores: NDArray[np.float64]) -> NDArray[np.float64]:
    ranks = np.argsort(np.argsort(-scores, kind="stable"), kind="stable")
    return np.asarray(1.0 / (_RANK_CONSTANT + 1 + ranks), np.float64)
