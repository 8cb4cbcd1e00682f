"""A query to hits: passages of one lecture found by meaning and by word, read with neighbours.

In: passages, something that answers with ids and cosines (search/index.py), an Embedder; out: hits,
best first, or a topic's own passages followed by the best of the rest. Knows no LLM and no files.
"""

from collections.abc import Callable, Collection, Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from rag_notes.protocols import Embedder, Vectors
from rag_notes.schema import Chunk, ChunkKind, Hit, Reading, Slides, SpanSeconds
from rag_notes.search.index import EXACT
from rag_notes.search.keywords import Keywords
from rag_notes.search.question import content_of
from rag_notes.search.rank import FUSION, Fusion, Scores, best, rank
from rag_notes.search.timeline import Timeline


class DenseSearch(Protocol):
    """What answers a vector with ids and cosines, best first, and gives the vectors themselves."""

    def query(self, vector: Vectors, k: int) -> list[tuple[str, float]]:
        """Ids and cosines of the `k` chunks nearest to `vector` (1, d)."""
        ...

    def vectors(self, ids: Sequence[str]) -> Vectors:
        """Vectors of the chunks named, float32 (n, d)."""
        ...


class Retriever:
    """Passages of one lecture, searched by meaning and by word."""

    def __init__(  # noqa: PLR0913 - a lecture is all of these
        self,
        chunks: Sequence[Chunk],
        index: DenseSearch,
        embedder: Embedder,
        *,
        language: str = "en",
        slides: Slides = Slides(),  # noqa: B008 - frozen
        fusion: Fusion = FUSION,
    ) -> None:
        """Search `chunks`, whose vectors `index` holds; `language` (ISO 639-1) is theirs."""
        self._chunks = tuple(chunks)
        self._position = {chunk.id: at for at, chunk in enumerate(self._chunks)}
        self._index = index
        self._vectors = None if len(chunks) <= EXACT else index.vectors([c.id for c in chunks])
        self._embedder = embedder
        self._fusion = fusion
        self._timeline = Timeline(self._chunks, slides)
        self._runs = np.array(self._timeline.runs, np.int64)
        self._keywords = Keywords([c.text for c in self._chunks], [language] * len(self._chunks))

    def search(  # noqa: PLR0913 - each filter has a name
        self,
        query: str,
        k: int,
        *,
        kind: ChunkKind | None = None,
        span: SpanSeconds | None = None,
        page: int | None = None,
        exclude: Collection[str] = frozenset(),
    ) -> tuple[Hit, ...]:
        """Return the best `k` passages for `query`, best first, without the ids in `exclude`.

        `span` keeps what is spoken or shown in these seconds, `page` what stands on a slide page
        or is spoken while that is on screen.
        """

        def wanted(chunk: Chunk) -> bool:
            return (
                (kind is None or chunk.kind == kind)
                and (span is None or self._timeline.is_within(chunk, span))
                and (page is None or self._timeline.is_on_page(chunk, page))
                and chunk.id not in exclude
            )

        if k < 1 or not self._chunks:
            return ()
        return self._best(*self._scores(query), k, wanted)

    def for_section(
        self, query: str, own: Sequence[Chunk], rest: int, slides: int
    ) -> tuple[Hit, ...]:
        """Return a topic's own passages in their order, then what else the lecture says of it.

        The best `rest` of the other speech follow, then the best `slides` slide passages.
        """
        if not self._chunks:
            return ()
        shares, cosines = self._scores(query)
        hits = [self._hit(self._position[chunk.id], shares, cosines) for chunk in own]
        taken = {chunk.id for chunk in own}

        def others(kind: ChunkKind) -> Callable[[Chunk], bool]:
            return lambda chunk: chunk.kind == kind and chunk.id not in taken

        hits += self._best(shares, cosines, rest, others("speech"))
        hits += self._best(shares, cosines, slides, others("slide"))
        return tuple(hits)

    def read(self, hits: Sequence[Hit], *, before: int = 1, after: int = 1) -> tuple[Reading, ...]:
        """Read hits with the passages before and after and the slides on screen, best first.

        Hits whose neighbours meet are read together.
        """
        return self._timeline.read(hits, before=before, after=after)

    def within(self, span: SpanSeconds) -> tuple[Chunk, ...]:
        """Passages spoken or shown in `span` (seconds), in the lecture's order."""
        return self._timeline.within(span)

    def on_page(self, page: int) -> tuple[Chunk, ...]:
        """Passages of a slide page and what is said while it is on screen, in order."""
        return self._timeline.on_page(page)

    def _best(
        self, shares: Scores, cosines: Scores, k: int, wanted: Callable[[Chunk], bool]
    ) -> tuple[Hit, ...]:
        mask = np.fromiter(map(wanted, self._chunks), np.bool_, len(self._chunks))
        return tuple(self._hit(at, shares, cosines) for at in best(shares, mask, k))

    def _hit(self, at: int, shares: Scores, cosines: Scores) -> Hit:
        return Hit(self._chunks[at], float(shares[at]), float(cosines[at]))

    def _scores(self, query: str) -> tuple[Scores, Scores]:
        """Share of the evidence, and cosine, of every passage (n,)."""
        content = content_of(query)
        cosines = self._cosines(self._embedder.embed_query(content))
        keywords = self._keywords.scores(content)
        return rank(cosines, keywords, self._runs, self._fusion), cosines

    def _cosines(self, vector: Vectors) -> NDArray[np.float64]:
        if self._vectors is not None:
            return np.asarray(self._vectors @ vector[0], np.float64)
        cosines = np.full(len(self._chunks), -1.0)
        for id_, cosine in self._index.query(vector, len(self._chunks)):
            cosines[self._position[id_]] = cosine
        return cosines
