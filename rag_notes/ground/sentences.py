"""All sentences of passages with their vectors: what claims are held against.

In: passages and an embedder; out: sentences that can be looked up, narrowed to some passages and
ranked by a claim. Each sentence is embedded once per lecture, as it is read: with the terms that
were misheard corrected. Does not judge.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from rag_notes.ground.quote import said_of, sentence_spans, sentence_text, wanted_of
from rag_notes.protocols import Embedder, Vectors
from rag_notes.schema import Chunk, Source


@dataclass(frozen=True, slots=True)
class Sentences:
    """Sentences that may carry a claim; `vectors` is float32 (n, d), rows of unit length.

    `sources` are in the order of `chunks`, `at` their places. `chunks` are as they were heard,
    `texts` as `read` reads them.
    """

    chunks: Mapping[str, Chunk]
    sources: tuple[Source, ...]
    texts: tuple[str, ...]
    vectors: Vectors
    at: Mapping[Source, int]
    read: Callable[[str], str] = str

    def text(self, source: Source) -> str:
        """Words of one sentence as they are read, of one that carries no claim as well."""
        place = self.at.get(source)
        if place is None:
            return self.read(sentence_text(self.chunks[source.chunk], source.sentence))
        return self.texts[place]

    def both(self, text: str) -> str:
        """A text as it was heard and, where that differs, as it is read."""
        read = self.read(text)
        return text if read == text else f"{text} {read}"

    def within(self, ids: Collection[str]) -> "Sentences":
        """Those of the passages `ids`, in the order of `ids`."""
        names = [name for name in dict.fromkeys(ids) if name in self.chunks]
        by_chunk: dict[str, list[int]] = {name: [] for name in names}
        for place, source in enumerate(self.sources):
            if source.chunk in by_chunk:
                by_chunk[source.chunk].append(place)
        kept = [place for places in by_chunk.values() for place in places]
        sources = tuple(self.sources[place] for place in kept)
        return Sentences(
            {name: self.chunks[name] for name in names},
            sources,
            tuple(self.texts[place] for place in kept),
            self.vectors[kept] if kept else self.vectors[:0],
            {source: place for place, source in enumerate(sources)},
            self.read,
        )

    def ranked(self, text: str, vector: Vectors) -> tuple[Source, ...]:
        """Sources by what they share with a claim: its words and numbers, and the cosine."""
        if not self.texts:
            return ()
        wanted = wanted_of(text)
        shared = [len(said_of(wanted, one)) / max(1, len(wanted)) for one in self.texts]
        order = np.argsort(-(self.vectors @ vector + np.array(shared)), kind="stable")
        return tuple(self.sources[place] for place in order)


def embed_sentences(
    chunks: Sequence[Chunk], embedder: Embedder, *, read: Callable[[str], str] = str
) -> Sentences:
    """Embed every sentence of the passages, as `read` reads it.

    What those say who listen to the lecture is not its word, and carries no claim.
    """
    by_id = {chunk.id: chunk for chunk in chunks}
    sources = tuple(
        Source(name, number)
        for name, chunk in by_id.items()
        for number in range(len(sentence_spans(chunk)))
        if not chunk.is_listened(number)
    )
    texts = tuple(read(sentence_text(by_id[one.chunk], one.sentence)) for one in sources)
    vectors = embedder.embed(texts) if texts else np.zeros((0, 1), dtype=np.float32)
    at = {one: place for place, one in enumerate(sources)}
    return Sentences(by_id, sources, texts, vectors, at, read)
