"""Notes that no program needs to write: what a score is worth shows beside theirs.

In: a lecture's own notes and passages. Out: two other notes of it, whose every sentence is the
lecture's own and cites itself.
"""

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import replace

from rag_notes.ground.quote import cite, sentence_spans, sentence_text
from rag_notes.protocols import Embedder
from rag_notes.schema import Block, Chunk, Claim, Notes, Section, Source


def copy_top_passages(notes: Notes, chunks: Sequence[Chunk], embedder: Embedder) -> Notes:
    """For each topic the sentences of the passage whose vector is nearest to the topic's query."""
    vectors = embedder.embed([chunk.text for chunk in chunks])
    ids = itertools.count(1)
    sections = []
    for section in notes.sections:
        if section.kind == "topic":
            query = embedder.embed_query(section.query or section.title)[0]
            best = chunks[int((vectors @ query).argmax())]
            sections.append(_section(section, _sources(best), {best.id: best}, ids))
    return replace(notes, sections=tuple(sections))


def first_sentences(notes: Notes, chunks: Sequence[Chunk], size: int) -> Notes:
    """The first `size` sentences that are spoken, as one topic."""
    speech = {chunk.id: chunk for chunk in chunks if chunk.kind == "speech"}
    every = (source for chunk in speech.values() for source in _sources(chunk))
    chosen = tuple(itertools.islice(every, size))
    cited = {one.chunk: speech[one.chunk] for one in chosen}
    topic = Section("1", "topic", "The beginning", ())
    return replace(notes, sections=(_section(topic, chosen, cited, itertools.count(1)),))


def _section(
    like: Section, sources: Sequence[Source], known: dict[str, Chunk], ids: Iterator[int]
) -> Section:
    claims = tuple(_claim(source, known, next(ids)) for source in sources)
    return replace(like, blocks=(Block("explanation", claims),), retrieved=tuple(known))


def _claim(source: Source, known: dict[str, Chunk], number: int) -> Claim:
    text = sentence_text(known[source.chunk], source.sentence)
    citations = cite(text, (source,), known)
    return Claim(f"k{number:04d}", text, citations, 1.0, extractive=True)


def _sources(chunk: Chunk) -> tuple[Source, ...]:
    return tuple(Source(chunk.id, number) for number in range(len(sentence_spans(chunk))))
