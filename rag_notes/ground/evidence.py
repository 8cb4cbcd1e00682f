"""Which sentences carry a claim: those it names, else better ones, and how well they do.

In: a draft with its vector and the sentences it may cite. Out: the sentences to cite with their
support, or the reason why none will do. Does not know the LLM, other claims or sections.
"""

import itertools
import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from rag_notes.ground import cues
from rag_notes.ground.names import unsaid_names
from rag_notes.ground.pointing import leanings
from rag_notes.ground.prose import lacks_words
from rag_notes.ground.quote import (
    MAX_CITATIONS,
    known_sources,
    said_of,
    sentence_spans,
    sentence_text,
    told_text,
    wanted_of,
)
from rag_notes.ground.sentences import Sentences
from rag_notes.ground.standalone import breaks_off
from rag_notes.ground.support import SAME_MATTER, Support, score_support
from rag_notes.ground.words import content_stems
from rag_notes.ground.written import as_written
from rag_notes.protocols import Vectors
from rag_notes.schema import Draft, Source

# Begins in small letters, and with no word that goes on from a sentence that is whole.
_INSIDE = re.compile(
    r"(?!(?:and|but|so|or|because|then|now|also|okay|yeah|um+|uh+|i|it|this|that|these|those|they)\b)"
    r"[a-z]+\b(?![_.(])"
)
_MIDDLE = re.compile(
    r"(?!(?:since|because|although|while|if|when|unless|until)\b[^,]*, \w+ \w+)"
    r"(?:which|divided|times|that|where|than|of|to|for|in|by|with|as|since|because|although|while"
    r"|if|when|unless|until|rather)\b"
)
_THESE = re.compile(r"\b(?:these|those)\b", re.IGNORECASE)
_THIS_ONE = re.compile(r"\b(?:this|that) \w", re.IGNORECASE)
# "…, let's say that when you verify it,": what then holds comes next.
_OPEN_CASE = re.compile(
    r"\b(?:if|when|once|unless|although|because|since|suppose)\b[^,.;?!]*,\s*$", re.IGNORECASE
)
# Sentences tried when a draft's own do not support it.
_SEARCHED = 3


@dataclass(frozen=True, slots=True)
class Case:
    """One draft with its vector (d,) and the sentences it may cite, nearest first in `ranked`."""

    draft: Draft
    vector: Vectors
    sentences: Sentences
    ranked: tuple[Source, ...]
    enough: float

    @property
    def own(self) -> tuple[Source, ...]:
        """The sentences the draft names, the nearest where they are more than may be cited."""
        known = known_sources(self.draft.sources, self.sentences.chunks)
        near = set([one for one in self.ranked if one in known][:MAX_CITATIONS])
        return tuple(one for one in known if one in near)


@dataclass(frozen=True, slots=True)
class Evidence:
    """Sentences to cite and the support they give; `support.reason` is None where they carry it."""

    sources: tuple[Source, ...]
    support: Support


def open_case(draft: Draft, vector: Vectors, sentences: Sentences, *, enough: float) -> Case:
    """Rank the sentences for a draft."""
    return Case(draft, vector, sentences, sentences.ranked(draft.text, vector), enough)


def find_evidence(case: Case, *, own_only: bool = False) -> Evidence | None:
    """Sentences that carry the draft; else the first ones tried, with what they lack.

    `own_only` tries none but those the draft names. None where there is no sentence to cite.
    """
    own = case.own
    if own_only:
        return Evidence(own, _support(case, own)) if own else None
    first = Evidence(_with_numbers(case, own), _support(case, own)) if own else None
    if first and first.support.reason is None:
        return first
    tried = [Evidence(sources, _support(case, sources)) for sources in _better(case, own)]
    passed = [one for one in tried if one.support.reason is None]
    if passed:
        return max(passed, key=lambda one: _clarity(case, one))
    return first or (max(tried, key=lambda one: one.support.score) if tried else None)


def carries(case: Case, sources: tuple[Source, ...]) -> Evidence:
    """Weigh the draft against just these sentences."""
    return Evidence(sources, _support(case, sources))


def together(case: Case, sources: Sequence[Source]) -> Vectors:
    """Vector (d,) of sentences as one text, of unit length."""
    vector = case.sentences.vectors[[case.sentences.at[one] for one in sources]].sum(axis=0)
    return np.asarray(vector / max(1e-9, float(np.linalg.norm(vector))))


def as_said(
    case: Case, draft: Draft, vector: Vectors, sources: tuple[Source, ...]
) -> tuple[Case, Evidence] | None:
    """The case of another draft made of just these sentences; None where they do not carry it."""
    copy = replace(case, draft=draft, vector=vector)
    found = carries(copy, sources)
    return None if found.support.reason or is_half(case, sources) else (copy, found)


def is_half(case: Case, sources: Sequence[Source]) -> bool:
    """Whether sentences are half of a broken one: a full stop or a passage's end parted it.

    Or words in it were not understood.
    """
    known = [one for one in sources if one in case.sentences.at]
    if any(lacks_words(case.sentences.text(one)) for one in known):
        return True
    return any(_begins_inside(case, one) for one in known) or any(
        one in case.sentences.at
        and after in case.sentences.at
        and (one in sources) != (after in sources)
        and _goes_over(case.sentences.text(one), case.sentences.text(after))
        for source in sources
        for one, after in ((source, _next(source, 1)), (_next(source, -1), source))
    )


def _goes_over(said: str, after: str) -> bool:
    """Whether a sentence goes on in the next: it breaks off, or that begins in its middle."""
    goes_on = said.rstrip().endswith(",") and (_MIDDLE.match(after) or _OPEN_CASE.search(said))
    return bool(goes_on) or breaks_off(as_written(said))


def _begins_inside(case: Case, one: Source) -> bool:
    """Whether a passage begins in the middle of a sentence that the one before it began."""
    chunk = case.sentences.chunks[one.chunk]
    if one.sentence or not _INSIDE.match(sentence_text(chunk, 0)):
        return False
    later = (sentence_text(chunk, at) for at in range(1, len(chunk.sentences)))
    return any(text[:1].isupper() for text in later)  # else nothing begins with a capital


def _next(one: Source, step: int) -> Source:
    return Source(one.chunk, one.sentence + step)


def passages_of(case: Case, sources: Sequence[Source]) -> list[str]:
    """The passages that sentences stand in, whole: what "these" means in one stands there."""
    chunks = case.sentences.chunks
    return [told_text(chunks[name]) for name in dict.fromkeys(one.chunk for one in sources)]


def backwards(sentences: Sentences, one: Source) -> Iterator[Source]:
    """Yield every sentence before one, nearest first, in its passage and those before."""
    order = list(sentences.chunks)
    place, end = order.index(one.chunk), one.sentence
    while True:
        yield from (Source(order[place], at) for at in range(end - 1, -1, -1))
        place -= 1
        if place < 0:
            return
        end = len(sentence_spans(sentences.chunks[order[place]]))


def last_naming(
    case: Case, one: Source, stems: Collection[str], *, far: bool = False
) -> Source | None:
    """The last sentence before one that names something by its stems: of its passage.

    If it may be `far`, of the passage before as well.
    """
    order = list(case.sentences.chunks)
    at = order.index(one.chunk)
    within = order[max(0, at - int(far)) : at + 1]
    nearby = itertools.takewhile(
        lambda other: other.chunk in within, backwards(case.sentences, one)
    )
    return next(
        (
            other
            for other in nearby
            if other in case.sentences.at
            and set(stems) <= set(content_stems(case.sentences.text(other)))
        ),
        None,
    )


def is_quoted(case: Case, one: Source) -> bool:
    """Whether a sentence is the word of somebody whom another sentence of its passage names."""
    chunk = case.sentences.chunks[one.chunk]
    places = range(len(sentence_spans(chunk)))
    before, after = (
        " ".join(sentence_text(chunk, at) for at in some)
        for some in (places[: one.sentence], places[one.sentence + 1 :])
    )
    return cues.is_quoted(sentence_text(chunk, one.sentence), before, after)


def names_another(case: Case, one: Source, told: Collection[Source]) -> bool:
    """Whether a sentence points by name at what last was named in one that is not `told`.

    "This sentence" is the one that was last spoken of; "these countries" may be what the sentence
    before lists.
    """
    said = as_written(case.sentences.text(one))
    before = Source(one.chunk, one.sentence - 1)
    listed = before in case.sentences.at and " and " in case.sentences.text(before)
    if listed and _THESE.search(said):
        return False
    far = bool(_THIS_ONE.search(said))
    named = [last_naming(case, one, stems, far=far) for stems in leanings(said) if stems]
    return any(last is not None and last not in told for last in named)


def _clarity(case: Case, found: Evidence) -> float:
    """Prefer sentences that say the claim themselves, not through a neighbour, and few of them."""
    wanted = wanted_of(case.draft.text)
    said = frozenset().union(*(said_of(wanted, case.sentences.text(one)) for one in found.sources))
    return found.support.score + len(said) / max(1, len(wanted)) - 0.05 * len(found.sources)


def _better(case: Case, own: Sequence[Source]) -> list[tuple[Source, ...]]:
    """List what to cite instead: the nearest alone, with those chosen, the nearest together."""
    ranked = case.ranked[:_SEARCHED]
    tries: list[tuple[Source, ...]] = [(one,) for one in ranked]
    tries += [(*own[:2], one) for one in ranked if own and one not in own]
    tries += [tuple(ranked[:size]) for size in range(2, len(ranked) + 1)]
    named = _with_names(case, tries[0]) if tries else None
    tries += [named] if named else []
    return [_with_numbers(case, sources, everywhere=True) for sources in tries]


def _with_numbers(
    case: Case, sources: Sequence[Source], *, everywhere: bool = False
) -> tuple[Source, ...]:
    """Add the sentence that says a number which the sources lack: the quote should show it.

    It is looked for in the passages of the sources, or `everywhere` in the section's.
    """
    wanted = wanted_of(case.draft.text)
    said = frozenset().union(*(said_of(wanted, case.sentences.text(one)) for one in sources))
    missing = {one for one in wanted - said if one.startswith("#")}
    within = {one.chunk for one in sources}
    found = list(sources)
    for source in case.ranked if missing else ():
        says = said_of(wanted, case.sentences.text(source))
        same_matter = sum(not one.startswith("#") for one in says) >= SAME_MATTER
        if says & missing and same_matter and (everywhere or source.chunk in within):
            found.append(source)
            missing -= says
    return tuple(found)


def _with_names(case: Case, sources: tuple[Source, ...]) -> tuple[Source, ...] | None:
    """The sources with the nearest sentence that says a name which their passages lack."""
    chunks = case.sentences.chunks
    said = " ".join(told_text(chunks[name]) for name in {one.chunk for one in sources})
    missing = unsaid_names(case.draft.text, said)
    if len(missing) != 1:
        return None
    wanted = wanted_of(case.draft.text)
    for source in case.ranked:
        text = case.sentences.text(source)
        if len(said_of(wanted, text)) >= SAME_MATTER and not unsaid_names(missing[0], text):
            return (*sources, source)
    return None


def _support(case: Case, sources: Sequence[Source]) -> Support:
    draft = case.draft
    heard = passages_of(case, sources)
    labels = " ".join(part for part in (draft.term, draft.value) if part)
    return score_support(
        draft.text,
        with_neighbours(case, sources),
        _similarity(case, sources),
        passages=[case.sentences.both(text) for text in heard],
        labels=labels,
        enough=case.enough,
    )


def _similarity(case: Case, sources: Sequence[Source]) -> float:
    """Cosine of the draft with the nearest cited sentence or with all of them together."""
    cited = case.sentences.vectors[[case.sentences.at[one] for one in sources]]
    together = cited.sum(axis=0)
    length = float(np.linalg.norm(together)) or 1.0
    return max(float((cited @ case.vector).max()), float(together @ case.vector) / length)


def with_neighbours(case: Case, sources: Sequence[Source]) -> list[str]:
    """Sentences cited and one on each side of them in the same passage."""
    chunks = case.sentences.chunks
    wanted = dict.fromkeys(
        Source(one.chunk, number)
        for one in sources
        for number in range(one.sentence - 1, one.sentence + 2)
    )
    return [
        case.sentences.both(sentence_text(chunks[one.chunk], one.sentence))
        for one in known_sources(tuple(wanted), chunks)
        if not chunks[one.chunk].is_listened(one.sentence)
    ]
