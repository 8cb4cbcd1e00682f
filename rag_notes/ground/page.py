"""A slide that states a claim, cited beside the moment that says it; what was on screen then.

In: a claim and slide passages; out: the claim, with one more citation where a slide carries it. The
page counts as a second witness only where its lines hold most of what the claim says. Where it is
known when pages were shown, a moment gets its page and a page its time.
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
from rag_notes.schema import Chunk, Citation, Claim, Section, Slides, Source, SpanSeconds

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


# --- what was on screen --------------------------------------------------------------------------


def on_screen(sections: Sequence[Section], slides: Slides) -> tuple[Section, ...]:
    """Sections whose citations say what was on screen."""
    return tuple(
        replace(
            section,
            blocks=tuple(
                replace(
                    block, claims=tuple(claim_on_screen(claim, slides) for claim in block.claims)
                )
                for block in section.blocks
            ),
            nearest=citations_on_screen(section.nearest, slides),
        )
        for section in sections
    )


def claim_on_screen(claim: Claim, slides: Slides) -> Claim:
    """The claim, and its answer, with citations that say what was on screen."""
    answer = claim.answer
    return replace(
        claim,
        citations=citations_on_screen(claim.citations, slides),
        answer=claim_on_screen(answer, slides) if answer else None,
    )


def citations_on_screen(citations: Sequence[Citation], slides: Slides) -> tuple[Citation, ...]:
    """Citations of one claim: speech with the page that was shown, pages with when they were.

    Beside speech, a page has a time only if it was on screen then; alone, its first.
    """
    said = [
        (one.start, one.end if one.end is not None else one.start)
        for one in citations
        if one.kind == "speech" and one.start is not None
    ]
    return tuple(
        _moment_with_page(one, slides)
        if one.kind == "speech"
        else _page_with_time(one, slides, said)
        for one in citations
    )


def _moment_with_page(citation: Citation, slides: Slides) -> Citation:
    if citation.start is None:
        return citation
    span = citation.start, citation.end if citation.end is not None else citation.start
    shared = [
        (max(_shared(span, shown) for shown in page.shown), page.number)
        for page in slides.pages
        if page.shown
    ]
    best, page = max(shared, key=lambda one: (one[0], -one[1]), default=(-1.0, 0))
    return replace(citation, page=page) if best >= 0 else citation


def _page_with_time(citation: Citation, slides: Slides, said: Sequence[SpanSeconds]) -> Citation:
    shown = next((page.shown for page in slides.pages if page.number == citation.page), ())
    then = [one for one in shown if not said or any(_shared(one, span) >= 0 for span in said)]
    return replace(citation, start=then[0][0], end=then[0][1]) if then else citation


def _shared(one: SpanSeconds, other: SpanSeconds) -> float:
    """Seconds that two spans share; below 0 where they do not meet."""
    return min(one[1], other[1]) - max(one[0], other[0])
