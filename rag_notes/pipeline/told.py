"""What a lecture says at a time, on a page, at a place, or in all: answers without the LLM.

In: one opened lecture and a part of it. Out: claims. What was accepted for the notes is the best
summary there is and has been judged; where the notes say nothing, the lecture's own sentences are
quoted.
"""

import itertools
import math
from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace

from rag_notes.ground.gate import Gate
from rag_notes.ground.quote import cite, sentence_spans, sentence_text
from rag_notes.ground.sentences import Sentences, embed_sentences
from rag_notes.ground.standalone import stands_alone
from rag_notes.ground.written import as_written
from rag_notes.pipeline.opened import Opened
from rag_notes.protocols import Embedder, Vectors
from rag_notes.schema import BlockKind, Chunk, Citation, Claim, Draft, Source, SpanSeconds
from rag_notes.write.aids import central

_MOST = 8  # claims of a summary
_LINES = 20  # of a page
_STATED: tuple[BlockKind, ...] = (
    "explanation",
    "procedure",
    "example",
    "implementation",
    "visual",
    "confusion",
)


def told_in(
    lecture: Opened, chunks: Sequence[Chunk], embedder: Embedder, *, span: SpanSeconds | None = None
) -> tuple[Claim, ...]:
    """What is said in some passages, in order: of `span` (seconds) only, where one is given."""
    ids = {chunk.id for chunk in chunks}
    claims = [one for one in _stated(lecture) if _is_within(one, ids, span)]
    claims = claims or _quoted(chunks, embedder)
    claims = [one for one in claims if _is_within(one, ids, span)]
    chosen = central(claims, embedder, most=_MOST)
    place = {chunk.id: at for at, chunk in enumerate(chunks)}
    ordered = sorted(chosen, key=lambda one: (_when(one, ids, span), place[_first(one, ids)]))
    return numbered(ordered)


def written_on(chunks: Sequence[Chunk]) -> tuple[Claim, ...]:
    """The lines of slide passages, as they stand there."""
    by_id = {chunk.id: chunk for chunk in chunks}
    return numbered(
        [
            Claim("", text, cite(text, (source,), by_id), 1.0, extractive=True)
            for source in _sources(chunks)
            if (text := sentence_text(by_id[source.chunk], source.sentence))
        ][:_LINES]
    )


def gist(lecture: Opened) -> tuple[Claim, ...]:
    """The story of the lecture."""
    return numbered((list(_of_kind(lecture, "story")) or list(_stated(lecture)))[:_MOST])


def outline(lecture: Opened) -> tuple[Claim, ...]:
    """The topics of the lecture in their order."""
    return numbered(list(_of_kind(lecture, "outline")))


def quotes_about(
    subject: str, vector: Vectors, chunks: Sequence[Chunk], sentences: Sentences
) -> tuple[Claim, ...]:
    """The sentence nearest to a subject with `vector` (d,) of each passage, in their order."""
    found = []
    for chunk in chunks:
        ranked = sentences.within([chunk.id]).ranked(subject, vector)
        if ranked:
            text = as_written(sentences.text(ranked[0])) or sentences.text(ranked[0])
            citations = cite(text, ranked[:1], sentences.chunks)
            found.append(Claim("", text, citations, 1.0, extractive=True))
    return numbered(found)


def numbered(claims: Sequence[Claim]) -> tuple[Claim, ...]:
    """Give ids k0001, k0002, …; what a claim restates is of the notes and not named."""
    return tuple(
        replace(claim, id=f"k{number:04d}", of=()) for number, claim in enumerate(claims, start=1)
    )


# --- claims of the notes -------------------------------------------------------------------------


def _stated(lecture: Opened) -> Iterator[Claim]:
    for section in lecture.notes().sections:
        for block in section.blocks if section.kind == "topic" else ():
            yield from block.claims if block.kind in _STATED else ()


def _of_kind(lecture: Opened, kind: BlockKind) -> Iterator[Claim]:
    for section in lecture.notes().sections:
        for block in section.blocks:
            yield from block.claims if block.kind == kind else ()


def _is_within(claim: Claim, ids: Collection[str], span: SpanSeconds | None) -> bool:
    """Whether a claim cites one of the passages and, where a span is given, words in it.

    What was said at another time is not said here since a page says it as well.
    """
    timed = [one for one in claim.citations if one.start is not None]
    held = timed if span and timed else claim.citations
    return any(_counts(one, ids, span) for one in held)


def _counts(citation: Citation, ids: Collection[str], span: SpanSeconds | None) -> bool:
    start = citation.start
    return citation.chunk in ids and (span is None or start is None or span[0] <= start < span[1])


def _when(claim: Claim, ids: Collection[str], span: SpanSeconds | None) -> float:
    """Second at which a claim is first told there; what has no time comes after what has one."""
    counting = (one for one in claim.citations if _counts(one, ids, span))
    return min((one.start for one in counting if one.start is not None), default=math.inf)


def _first(claim: Claim, ids: Collection[str]) -> str:
    return next(one.chunk for one in claim.citations if one.chunk in ids)


# --- the lecture's own sentences -----------------------------------------------------------------


def _sources(chunks: Sequence[Chunk]) -> Iterator[Source]:
    for chunk in chunks:
        yield from (Source(chunk.id, number) for number in range(len(sentence_spans(chunk))))


def _quoted(chunks: Sequence[Chunk], embedder: Embedder) -> list[Claim]:
    """Sentences of the passages that stand alone, as the gate lets them pass."""
    by_id = {chunk.id: chunk for chunk in chunks}
    said = (
        (one, as_written(sentence_text(by_id[one.chunk], one.sentence))) for one in _sources(chunks)
    )
    drafts = [Draft(text, (one,), extractive=True) for one, text in said if stands_alone(text)]
    gate = Gate(embed_sentences(chunks, embedder), embedder)
    verdicts = gate.judge(drafts, list(by_id), section="", ids=itertools.count(1), mend=False)
    return [one for one in verdicts if isinstance(one, Claim)]
