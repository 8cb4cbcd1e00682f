"""What the notes cite of the lecture, and why they cite nothing where they do not.

In: the sections, the passages, the slides. Out: the share of the speech whose sentences are cited,
claims per five minutes and per page, each gap with a reason. Does not judge claims.
"""

import math
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import replace
from typing import TypeVar

from rag_notes.ground.prose import clean_sentence, is_worth_keeping
from rag_notes.ground.quote import sentence_spans, sentence_text
from rag_notes.ground.restate import sources_of
from rag_notes.schema import (
    LEFT_OUT,
    Chunk,
    Claim,
    Coverage,
    Page,
    PageCoverage,
    Rejected,
    Section,
    Slides,
    Source,
    Window,
)

_Counted = TypeVar("_Counted", Window, PageCoverage)

WINDOW_SECONDS = 300.0
WINDOW_PARAGRAPHS = 8
_SILENT_WORDS_PER_MINUTE = 5  # slower than any speech
_LOGISTICS = re.compile(
    r"\b(?:welcome|introduc\w+|instructor|my name|i'm|assignments?|homework|deadline|grad(?:e|ing)"
    r"|course|class|quarter|semester|website|slack|canvas|office hours|questions?|recorded"
    r"|enroll\w*|syllabus|exam|project|thank|today)\b",
    re.IGNORECASE,
)
_TITLE_WORDS = 40
_HEADING_WORDS = 6
_CLOSING = re.compile(r"\b(?:thank you|thanks|questions\?|the end)", re.IGNORECASE)
_LOGISTICS_SHARE = 0.03  # of the words; running speech on a subject stays under 0.01


def measure_coverage(  # noqa: PLR0913 - a lecture, its notes, and what they leave out
    sections: Sequence[Section],
    chunks: Sequence[Chunk],
    slides: Slides | None = None,
    *,
    duration: float | None = None,
    rejected: Sequence[Rejected] = (),
    left_out: Sequence[Claim] = (),
) -> Coverage:
    """Coverage of the speech (in seconds, or in words where untimed) and of the slide pages.

    A sentence is cited where a quote stands in it. A claim counts in each window where a citation
    of it starts. Answers of questions count; claims that restate others (`of`) do not. Where only
    claims that an instruction `left_out` stand, that is the reason.
    """
    speech = [chunk for chunk in chunks if chunk.kind == "speech"]
    claims = list(_claims(sections))
    timed = any(chunk.start is not None for chunk in speech)
    failed = _failed_in(sections, rejected)

    def windows(made: Sequence[Claim]) -> Iterator[Window]:
        if timed:
            return _timed_windows(speech, made, duration, failed)
        return _word_windows(speech, made, failed)

    def pages(made: Sequence[Claim]) -> Iterator[PageCoverage]:
        return (_page(page, made) for page in (slides.pages if slides else ()))

    return Coverage(
        cited=_cited_share(speech, claims, timed=timed),
        timed=timed,
        windows=tuple(map(_told_why, windows(claims), windows(left_out))),
        pages=tuple(map(_told_why, pages(claims), pages(left_out))),
    )


def _told_why(counted: _Counted, left_out: _Counted) -> _Counted:
    """A window or page, with an instruction for the reason where that alone left it without."""
    by_instruction = not counted.claims and left_out.claims
    return replace(counted, reason=LEFT_OUT) if by_instruction else counted


def _claims(sections: Iterable[Section]) -> Iterator[Claim]:
    for section in sections:
        for block in section.blocks:
            for claim in block.claims:
                if not claim.of:
                    yield claim
                if claim.answer:
                    yield claim.answer


def _cited_share(speech: Sequence[Chunk], claims: Iterable[Claim], *, timed: bool) -> float:
    """Share of the speech that the sentences hold in which a quote stands, each counted once."""
    by_id = {chunk.id: chunk for chunk in speech}
    cited = {source for claim in claims for source in sources_of(_spoken(claim, by_id), by_id)}
    lengths = {
        Source(chunk.id, number): _length(chunk, span, timed=timed)
        for chunk in speech
        for number, span in enumerate(sentence_spans(chunk))
    }
    total = sum(lengths.values())
    said = sum(length for source, length in lengths.items() if source in cited)
    return min(1.0, said / total) if total else 0.0


def _spoken(claim: Claim, speech: Mapping[str, Chunk]) -> Claim:
    """The claim with its citations of speech alone."""
    return replace(claim, citations=tuple(one for one in claim.citations if one.chunk in speech))


def _length(chunk: Chunk, span: tuple[int, int], *, timed: bool) -> float:
    """Seconds of a sentence, its share of the passage's where words have no times; or words."""
    first, last = span
    if not timed:
        return float(last - first)
    if len(chunk.times) >= last:
        return max(0.0, chunk.times[last - 1][1] - chunk.times[first][0])
    if chunk.start is None or chunk.end is None:
        return 0.0
    return max(0.0, chunk.end - chunk.start) * (last - first) / len(chunk.text.split())


def _failed_in(sections: Sequence[Section], rejected: Sequence[Rejected]) -> frozenset[str]:
    """Passages of sections in which a statement was rejected."""
    failed = {one.section for one in rejected}
    return frozenset(
        name for section in sections if section.id in failed for name in section.retrieved
    )


# --- windows -------------------------------------------------------------------------------------


def _timed_windows(
    speech: Sequence[Chunk], claims: Sequence[Claim], duration: float | None, failed: frozenset[str]
) -> Iterator[Window]:
    end = max([duration or 0.0, *(chunk.end or 0.0 for chunk in speech)])
    for number in range(max(1, math.ceil(end / WINDOW_SECONDS))):
        start = number * WINDOW_SECONDS
        stop = min(end, start + WINDOW_SECONDS)
        inside = [c for c in speech if (c.start or 0.0) < stop and (c.end or 0.0) > start]
        count = sum(_starts_in(claim, start, start + WINDOW_SECONDS) for claim in claims)
        yield Window(start, stop, count, None if count else _why(inside, failed, stop - start))


def _starts_in(claim: Claim, start: float, stop: float) -> bool:
    times = (one.start for one in claim.citations if one.kind == "speech")
    return any(time is not None and start <= time < stop for time in times)


def _word_windows(
    speech: Sequence[Chunk], claims: Sequence[Claim], failed: frozenset[str]
) -> Iterator[Window]:
    for first in range(0, len(speech), WINDOW_PARAGRAPHS):
        inside = speech[first : first + WINDOW_PARAGRAPHS]
        count = _citing(claims, {chunk.id for chunk in inside})
        numbers = [chunk.paragraph or first + at for at, chunk in enumerate(inside, start=1)]
        yield Window(numbers[0], numbers[-1], count, None if count else _why(inside, failed, None))


def _citing(claims: Sequence[Claim], ids: AbstractSet[str]) -> int:
    return sum(any(one.chunk in ids for one in claim.citations) for claim in claims)


def _why(inside: Sequence[Chunk], failed: frozenset[str], seconds: float | None) -> str:
    """Reason why nothing in these passages is cited; `seconds` is None where untimed."""
    words = " ".join(chunk.text for chunk in inside).split()
    if not words or (seconds and len(words) < _SILENT_WORDS_PER_MINUTE * seconds / 60):
        return "silence"
    sentences = [
        clean_sentence(sentence_text(chunk, number))
        for chunk in inside
        for number in range(len(sentence_spans(chunk)))
    ]
    if len(_LOGISTICS.findall(" ".join(words))) >= _LOGISTICS_SHARE * len(words):
        return "introductions and logistics"
    if not any(is_worth_keeping(sentence) for sentence in sentences):
        return "no full statement was said"
    if any(chunk.id in failed for chunk in inside):
        return "no statement passed the checks"
    return "no statement was made of it"


# --- pages ---------------------------------------------------------------------------------------


def _page(page: Page, claims: Sequence[Claim]) -> PageCoverage:
    """Count the claims that cite the page itself; speech over a page does not cite it."""
    count = sum(
        any(one.kind == "slide" and one.page == page.number for one in claim.citations)
        for claim in claims
    )
    return PageCoverage(page.number, count, None if count else _page_reason(page))


def _page_reason(page: Page) -> str:
    text = page.text.strip() or page.title.strip()
    if not text:
        return "no text"
    if page.number == 1 and len(text.split()) <= _TITLE_WORDS:
        return "title page"
    if _CLOSING.search(text) and len(text.split()) <= _TITLE_WORDS:
        return "closing page"
    if len(text.split()) <= _HEADING_WORDS:
        return "heading only"
    return "not cited"
