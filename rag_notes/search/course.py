"""A query to hits in many lectures: all passages of a course searched as one collection.

In: lectures that give their passages and vectors when asked, one Embedder; out: (lecture, hit),
best first, with scores that can be compared across lectures. A lecture is opened when it is first
searched. What is held of 100,000 passages is their vectors and keywords (about 250 MB); the
passages themselves are read again when they are found. Knows no LLM and no files.
"""

from collections.abc import Collection, Iterable, Sequence
from functools import lru_cache
from typing import Protocol, TypeAlias

import numpy as np
from numpy.typing import NDArray

from rag_notes.protocols import Embedder, Vectors
from rag_notes.schema import Chunk, ChunkKind, Hit, Reading, Slides
from rag_notes.search.keywords import Keywords
from rag_notes.search.question import content_of
from rag_notes.search.rank import FUSION, Fusion, Scores, best, rank
from rag_notes.search.timeline import Timeline

Found: TypeAlias = tuple[str, Hit]  # name of the lecture, passage

_KEPT = 32  # lectures whose passages are held once read


class Shelved(Protocol):
    """A finished lecture that can be opened."""

    @property
    def name(self) -> str:
        """Its name, which no other lecture of the course has."""
        ...

    @property
    def language(self) -> str:
        """ISO 639-1 code of what is spoken."""
        ...

    def chunks(self) -> Sequence[Chunk]:
        """Its passages, in order; may be asked for more than once."""
        ...

    def slides(self) -> Slides:
        """Its slides; asked for when passages are read."""
        ...

    def vectors(self, ids: Sequence[str]) -> Vectors | None:
        """Vectors of the chunks named, float32 (n, d); asked for once.

        None where they are not the course's embedder's: then its words are searched alone.
        """
        ...


class Course:
    """Passages of many lectures, searched by meaning and by word."""

    def __init__(
        self, lectures: Iterable[Shelved], embedder: Embedder, *, fusion: Fusion = FUSION
    ) -> None:
        """Search `lectures`, the vectors of which are `embedder`'s."""
        self._lectures = {lecture.name: lecture for lecture in lectures}
        self._embedder = embedder
        self._fusion = fusion
        self._opened: _Collection | None = None
        self._timeline = lru_cache(maxsize=_KEPT)(self._read_timeline)

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the lectures."""
        return tuple(self._lectures)

    def search(
        self,
        query: str,
        k: int,
        *,
        kind: ChunkKind | None = None,
        lectures: Collection[str] | None = None,
    ) -> tuple[Found, ...]:
        """Return the best `k` passages of all `lectures` (by default the whole course)."""
        found = self._opened = self._opened or _Collection(tuple(self._lectures.values()))
        if k < 1 or not len(found):
            return ()
        content = content_of(query)
        cosines = found.cosines(self._embedder.embed_query(content))
        shares = rank(cosines, found.keywords.scores(content), found.runs, self._fusion)
        places = best(shares, found.mask(kind, lectures), k)
        return tuple(self._found(at, float(shares[at]), float(cosines[at])) for at in places)

    def read(
        self, found: Sequence[Found], *, before: int = 1, after: int = 1
    ) -> tuple[tuple[str, Reading], ...]:
        """Read what was found with the passages before and after, best first."""
        readings = []
        for name in dict.fromkeys(name for name, _ in found):
            hits = [hit for lecture, hit in found if lecture == name]
            timeline = self._timeline(name)
            readings += [(name, one) for one in timeline.read(hits, before=before, after=after)]
        return tuple(sorted(readings, key=lambda pair: -pair[1].hits[0].score))

    def timeline(self, name: str) -> Timeline:
        """Passages of one lecture by time and page."""
        return self._timeline(name)

    def _found(self, at: int, share: float, cosine: float) -> Found:
        assert self._opened
        name, place = self._opened.lecture_of(at)
        return name, Hit(self._timeline(name).chunks[place], share, cosine)

    def _read_timeline(self, name: str) -> Timeline:
        lecture = self._lectures[name]
        return Timeline(lecture.chunks(), lecture.slides())


class _Collection:
    """What is held of all passages: vectors (n, d), keywords, runs, kinds, lectures."""

    def __init__(self, lectures: Sequence[Shelved]) -> None:
        texts: list[str] = []
        languages: list[str] = []
        speech: list[bool] = []
        embedded: list[bool] = []
        runs: list[int] = []
        vectors: list[Vectors] = []
        self._names = [lecture.name for lecture in lectures]
        self._starts = [0]
        for lecture in lectures:
            chunks = lecture.chunks()
            rows = lecture.vectors([chunk.id for chunk in chunks]) if chunks else None
            if rows is not None:
                vectors.append(rows)
            first = runs[-1] + 1 if runs else 0
            runs += [first + run for run in Timeline(chunks).runs]
            texts += [chunk.text for chunk in chunks]
            languages += [lecture.language] * len(chunks)
            speech += [chunk.kind == "speech" for chunk in chunks]
            embedded += [rows is not None] * len(chunks)
            self._starts.append(len(texts))
        self.keywords = Keywords(texts, languages)
        self.runs = np.array(runs, np.int64)
        self._vectors = np.concatenate(vectors) if vectors else None
        self._embedded = np.array(embedded, np.bool_)
        self._speech = np.array(speech, np.bool_)

    def cosines(self, vector: Vectors) -> Scores:
        """Cosine of every passage (n,); where there is no vector, the mean of the others."""
        if self._vectors is None:
            return np.zeros(len(self))
        found = np.asarray(self._vectors @ vector[0], np.float64)
        cosines = np.full(len(self), found.mean())
        cosines[self._embedded] = found
        return cosines

    def __len__(self) -> int:
        return len(self.runs)

    def lecture_of(self, at: int) -> tuple[str, int]:
        """Name of the lecture that a passage is of, and its place there."""
        number = int(np.searchsorted(self._starts, at, side="right")) - 1
        return self._names[number], at - self._starts[number]

    def mask(self, kind: ChunkKind | None, lectures: Collection[str] | None) -> NDArray[np.bool_]:
        """Which passages are of this kind and of these lectures."""
        mask = np.ones(len(self), np.bool_)
        if kind is not None:
            mask &= self._speech == (kind == "speech")
        if lectures is not None:
            parts = zip(self._names, self._starts, self._starts[1:], strict=False)
            for name, start, end in parts:
                mask[start:end] &= name in lectures
        return mask
