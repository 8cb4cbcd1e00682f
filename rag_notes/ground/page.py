"""A slide that states a claim, cited beside the moment that says it.

In: a claim and slide passages; out: the claim, with one more citation where a slide carries it. The
page counts as a second witness only where its lines hold most of what the claim says.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from operator import attrgetter

from rag_notes.ground.numbers import unsaid_numbers
from rag_notes.ground.quote import (
    MAX_CITATIONS,
    cite,
    said_of,
    sentence_spans,
    sentence_text,
    wanted_of,
)
from rag_notes.schema import Chunk, Claim, Source

_CARRIES = 0.6  # share of the claim's words and numbers that a page's lines must hold
_FEWEST = 4  # words and numbers of a claim that can be told apart from others
_LINES = 3  # lines of a page that may carry a claim together


def cite_page(claim: Claim, slides: Sequence[Chunk]) -> Claim:
    """Add the page that says most of `claim`, if one says enough of it and every number."""
    wanted = wanted_of(claim.text)
    on_slide = any(citation.kind == "slide" for citation in claim.citations)
    if on_slide or len(claim.citations) >= MAX_CITATIONS or len(wanted) < _FEWEST:
        return claim
    found = max(
        (_best_lines(wanted, chunk) for chunk in slides), key=attrgetter("held"), default=None
    )
    if found is None or found.held < _CARRIES * len(wanted):
        return claim
    if unsaid_numbers(claim.text, [found.chunk.text]):
        return claim
    sources = [Source(found.chunk.id, number) for number in found.lines]
    pages = cite(claim.text, sources, {found.chunk.id: found.chunk})
    return replace(claim, citations=(*claim.citations, *pages[:1]))


@dataclass(frozen=True, slots=True)
class _Lines:
    """Lines of a page that say the most of a claim, and how many of its words they hold."""

    chunk: Chunk
    lines: tuple[int, ...]
    held: int


def _best_lines(wanted: frozenset[str], chunk: Chunk) -> _Lines:
    said = [
        said_of(wanted, sentence_text(chunk, number))
        for number in range(len(sentence_spans(chunk)))
    ]
    best = sorted(range(len(said)), key=lambda number: -len(said[number]))[:_LINES]
    held = frozenset[str]().union(*(said[number] for number in best))
    return _Lines(chunk, tuple(sorted(best)), len(held))
