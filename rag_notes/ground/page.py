"""A slide that states a claim, cited beside the moment that says it.

In: a claim and slide passages; out: the claim, with one more citation where a slide carries it. The
page counts as a second witness only where its lines hold most of what the claim says.
"""

from collections.abc import Sequence
from dataclasses import replace

from rag_notes.ground.numbers import unsaid_numbers
from rag_notes.ground.quote import MAX_CITATIONS, cite, said_of, sentence_spans, wanted_of
from rag_notes.schema import Chunk, Claim, Source

_CARRIES = 0.6  # share of the claim's words and numbers that a page's lines must hold
_LINES = 3  # lines of a page that may carry a claim together


def cite_page(claim: Claim, slides: Sequence[Chunk]) -> Claim:
    """Add the page that says most of `claim`, if one says enough of it and every number."""
    wanted = wanted_of(claim.text)
    on_slide = any(citation.kind == "slide" for citation in claim.citations)
    if on_slide or len(claim.citations) >= MAX_CITATIONS or not wanted:
        return claim
    best, held = max(
        ((chunk, len(said_of(wanted, chunk.text)) / len(wanted)) for chunk in slides),
        key=lambda found: found[1],
        default=(None, 0.0),
    )
    if best is None or held < _CARRIES or unsaid_numbers(claim.text, [best.text]):
        return claim
    lines = sorted(
        range(len(sentence_spans(best))),
        key=lambda number: -len(said_of(wanted, _line(best, number))),
    )
    sources = [Source(best.id, number) for number in sorted(lines[:_LINES])]
    pages = cite(claim.text, sources, {best.id: best})
    return replace(claim, citations=(*claim.citations, *pages[:1]))


def _line(chunk: Chunk, number: int) -> str:
    first, last = sentence_spans(chunk)[number]
    return " ".join(chunk.text.split()[first:last])
