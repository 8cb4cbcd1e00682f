"""Drafts to claims: what may be printed, with its citations, or the reason why not.

In: statements as written, the passages their section retrieved, an embedder. Out: for each, a
claim whose citations support it or a rejection with a reason a reader can check. What fails is
mended in the cheap ways first: better sentences are cited, then the passage's own cleaned
sentence takes its place. Does not know the LLM, the index or the order of the pipeline.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from rag_notes.ground.numbers import read_numbers
from rag_notes.ground.prose import clean_sentence, is_filler, is_worth_keeping, points_outside
from rag_notes.ground.quote import (
    MAX_CITATIONS,
    cite,
    known_sources,
    said_of,
    sentence_spans,
    sentence_text,
    wanted_of,
)
from rag_notes.ground.support import (
    ENOUGH,
    SAME_MATTER,
    Support,
    negation_conflict,
    score_support,
)
from rag_notes.ground.words import content_stems
from rag_notes.protocols import Embedder, Vectors
from rag_notes.schema import Chunk, Claim, Draft, Rejected, Source

# Two claims say the same from these on: shared stems over all stems; cosine with half the stems
# shared; share of the new claim's stems that the earlier one has. By judgement, not measured.
SAME_WORDS = 0.75
SAME_MEANING = 0.9
CONTAINED = 0.9
# Sentences tried when a draft's own do not support it.
_SEARCHED = 3
# Nearest sentences of the section that may contradict a draft, cited or not.
_CONTRARY = 5
# An extractive sentence must be at least this near to the draft it replaces.
_NEAR_ENOUGH = 0.45
# Words of the shortest sentence that is printed.
_SENTENCE = 3


@dataclass(frozen=True, slots=True)
class _Sentences:
    """All sentences of the section's passages with unit vectors, float32 (n, d)."""

    sources: tuple[Source, ...]
    texts: tuple[str, ...]
    vectors: Vectors
    at: Mapping[Source, int]


@dataclass(frozen=True, slots=True)
class _Case:
    """One draft with its vector (d,), the passages it may cite, their sentences nearest first."""

    draft: Draft
    vector: Vectors
    sentences: _Sentences
    chunks: Mapping[str, Chunk]
    ranked: tuple[Source, ...]
    enough: float = ENOUGH


def judge(  # noqa: PLR0913 - one call a section, and all of it is needed
    drafts: Sequence[Draft],
    chunks: Mapping[str, Chunk],
    embedder: Embedder,
    *,
    section: str,
    first_id: int = 1,
    earlier: Sequence[Claim] = (),
) -> tuple[list[Claim], list[Rejected]]:
    """Split `drafts` into claims, numbered from `first_id`, and rejections with reasons.

    `chunks` holds the passages the section retrieved: only they are cited. `earlier` are claims
    already printed, which are not said again.
    """
    verdicts = judge_each(
        drafts, chunks, embedder, section=section, first_id=first_id, earlier=earlier
    )
    claims = [verdict for verdict in verdicts if isinstance(verdict, Claim)]
    return claims, [verdict for verdict in verdicts if isinstance(verdict, Rejected)]


def judge_each(  # noqa: PLR0913 - as judge
    drafts: Sequence[Draft],
    chunks: Mapping[str, Chunk],
    embedder: Embedder,
    *,
    section: str,
    first_id: int = 1,
    earlier: Sequence[Claim] = (),
    enough: float = ENOUGH,
) -> list[Claim | Rejected]:
    """Judge as `judge` does, with one verdict per draft in the order of the drafts.

    A draft needs a support of `enough`; one from a writer that invents more needs more.
    """
    drafts = [replace(draft, text=_tidy(draft.text)) for draft in drafts]
    if not drafts:
        return []
    sentences = _embed_sentences(chunks, embedder)
    known = list(earlier)
    vectors = embedder.embed([*(d.text or "." for d in drafts), *(claim.text for claim in known)])
    seen = list(vectors[len(drafts) :])
    verdicts: list[Claim | Rejected] = []
    number = first_id
    for draft, vector in zip(drafts, vectors, strict=False):
        case = replace(_case(draft, vector, sentences, chunks), enough=enough)
        verdict = _judge_one(case, section, known, seen)
        if isinstance(verdict, Claim):
            verdict = replace(verdict, id=f"k{number:04d}")
            number += 1
            known.append(verdict)
            at = _sentence_of(verdict, sentences)
            seen.append(vector if at is None else sentences.vectors[at])
        verdicts.append(verdict)
    return verdicts


def _case(
    draft: Draft, vector: Vectors, sentences: _Sentences, chunks: Mapping[str, Chunk]
) -> _Case:
    """Rank the sentences by what they share with the draft: words and numbers, and the cosine."""
    if not sentences.texts:
        return _Case(draft, vector, sentences, chunks, ())
    wanted = wanted_of(draft.text)
    shared = [len(said_of(wanted, text)) / max(1, len(wanted)) for text in sentences.texts]
    order = np.argsort(-(sentences.vectors @ vector + np.array(shared)), kind="stable")
    return _Case(draft, vector, sentences, chunks, tuple(sentences.sources[at] for at in order))


def _tidy(text: str) -> str:
    text = " ".join(text.split()).lstrip("-•* ")
    return text if not text or text[-1] in ".!?:…\"')]|`" else f"{text}."


def _embed_sentences(chunks: Mapping[str, Chunk], embedder: Embedder) -> _Sentences:
    sources = tuple(
        Source(name, number)
        for name, chunk in chunks.items()
        for number in range(len(sentence_spans(chunk)))
    )
    texts = tuple(sentence_text(chunks[one.chunk], one.sentence) for one in sources)
    vectors = embedder.embed(texts) if texts else np.zeros((0, 1), dtype=np.float32)
    return _Sentences(sources, texts, vectors, {one: at for at, one in enumerate(sources)})


def _sentence_of(claim: Claim, sentences: _Sentences) -> int | None:
    """Position of the sentence that an extractive claim is."""
    if not claim.extractive:
        return None
    for at, text in enumerate(sentences.texts):
        if clean_sentence(text) == claim.text:
            return at
    return None


def _judge_one(
    case: _Case, section: str, known: Sequence[Claim], seen: Sequence[Vectors]
) -> Claim | Rejected:
    draft = case.draft
    if not draft.text or is_filler(draft.text):
        return Rejected(draft.text, section, "says nothing about the subject")
    if len(draft.text.split()) < _SENTENCE and not (draft.term or draft.value):
        return Rejected(draft.text, section, "is no full sentence")
    twin = _repeats(draft.text, case.vector, known, seen)
    if twin:
        return Rejected(draft.text, section, f"repeats {twin}")
    own = _narrowed(case, known_sources(draft.sources, case.chunks))
    if points_outside(draft.text):
        reason = "points at something that the notes do not show"
    else:
        claim, reason = _cited(case, own)
        if claim:
            return claim
    return _extracted(case, own, known, seen) or Rejected(draft.text, section, reason)


# --- citing --------------------------------------------------------------------------------------


def _cited(case: _Case, own: Sequence[Source]) -> tuple[Claim | None, str]:
    """Claim with the sentences chosen, else with better ones; else the reason of the failure."""
    nearest = [_text(case, one) for one in case.ranked[:_CONTRARY]]
    contrary = negation_conflict(case.draft.text, nearest)
    if contrary:
        return None, contrary
    support = _support(case, own) if own else None
    if support and support.reason is None:
        return _claim(case, _with_numbers(case, own), support), ""
    tried = [(_support(case, sources), sources) for sources in _better(case, own)]
    passed = [one for one in tried if one[0].reason is None]
    if passed:
        found, sources = max(passed, key=lambda one: _clarity(case, *one))
        return _claim(case, sources, found), ""
    support = support or next((_support(case, (one,)) for one in case.ranked[:1]), None)
    return None, (support and support.reason) or "no passage of this section says it"


def _clarity(case: _Case, support: Support, sources: Sequence[Source]) -> float:
    """Prefer sentences that say the claim themselves, not through a neighbour, and few of them."""
    wanted = wanted_of(case.draft.text)
    said = frozenset().union(*(said_of(wanted, _text(case, one)) for one in sources))
    return support.score + len(said) / max(1, len(wanted)) - 0.05 * len(sources)


def _better(case: _Case, own: Sequence[Source]) -> list[tuple[Source, ...]]:
    """List what to cite instead: the nearest alone, with those chosen, the nearest together."""
    ranked = case.ranked[:_SEARCHED]
    tries: list[tuple[Source, ...]] = [(one,) for one in ranked]
    tries += [(*own[:2], one) for one in ranked if own and one not in own]
    tries += [tuple(ranked[:size]) for size in range(2, len(ranked) + 1)]
    return [_with_numbers(case, sources, everywhere=True) for sources in tries]


def _with_numbers(
    case: _Case, sources: Sequence[Source], *, everywhere: bool = False
) -> tuple[Source, ...]:
    """Add the sentence that says a number which the sources lack: the quote should show it.

    It is looked for in the passages of the sources, or `everywhere` in the section's.
    """
    wanted = wanted_of(case.draft.text)
    said = frozenset().union(*(said_of(wanted, _text(case, one)) for one in sources))
    missing = {one for one in wanted - said if one.startswith("#")}
    within = {one.chunk for one in sources}
    found = list(sources)
    for source in case.ranked if missing else ():
        says = said_of(wanted, _text(case, source))
        same_matter = sum(not one.startswith("#") for one in says) >= SAME_MATTER
        if says & missing and same_matter and (everywhere or source.chunk in within):
            found.append(source)
            missing -= says
    return tuple(found)


def _narrowed(case: _Case, own: tuple[Source, ...]) -> tuple[Source, ...]:
    """Keep the sentences nearest to the draft, where more were named than may be cited."""
    near = set([one for one in case.ranked if one in own][:MAX_CITATIONS])
    return tuple(one for one in own if one in near)


def _text(case: _Case, source: Source) -> str:
    return case.sentences.texts[case.sentences.at[source]]


def _support(case: _Case, sources: Sequence[Source]) -> Support:
    draft = case.draft
    evidence = _with_neighbours(sources, case.chunks)
    passages = [case.chunks[name].text for name in dict.fromkeys(one.chunk for one in sources)]
    labels = " ".join(part for part in (draft.term, draft.value) if part)
    similarity = _similarity(case.vector, sources, case.sentences)
    return score_support(
        draft.text,
        evidence,
        similarity,
        passages=passages,
        labels=labels,
        enough=case.enough,
    )


def _similarity(vector: Vectors, sources: Sequence[Source], sentences: _Sentences) -> float:
    """Cosine of the draft with the nearest cited sentence or with all of them together."""
    cited = sentences.vectors[[sentences.at[one] for one in sources]]
    together = cited.sum(axis=0)
    length = float(np.linalg.norm(together)) or 1.0
    return max(float((cited @ vector).max()), float(together @ vector) / length)


def _with_neighbours(sources: Sequence[Source], chunks: Mapping[str, Chunk]) -> list[str]:
    """Sentences cited and one on each side of them in the same passage."""
    wanted = dict.fromkeys(
        Source(one.chunk, number)
        for one in sources
        for number in range(one.sentence - 1, one.sentence + 2)
    )
    return [
        sentence_text(chunks[one.chunk], one.sentence)
        for one in known_sources(tuple(wanted), chunks)
    ]


def _claim(case: _Case, sources: Sequence[Source], support: Support) -> Claim:
    draft = case.draft
    return Claim(
        id="",
        text=draft.text,
        citations=cite(draft.text, sources, case.chunks),
        support=support.score,
        extractive=draft.extractive,
        term=draft.term,
        value=draft.value,
    )


# --- extractive replacement ----------------------------------------------------------------------


def _extracted(
    case: _Case,
    own: Sequence[Source],
    known: Sequence[Claim],
    seen: Sequence[Vectors],
) -> Claim | None:
    """Claim that is a passage's own sentence, cleaned, in place of the draft, if one is fit."""
    if case.draft.term or case.draft.value:
        return None
    for source in dict.fromkeys((*own, *case.ranked[:1])):
        at = case.sentences.at[source]
        text = clean_sentence(case.sentences.texts[at])
        vector = case.sentences.vectors[at]
        if not is_worth_keeping(text) or float(vector @ case.vector) < _NEAR_ENOUGH:
            continue
        if _is_cited(source, case.sentences.texts[at], known) or _repeats(
            text, vector, known, seen
        ):
            continue
        copy = replace(case, draft=replace(case.draft, text=text, extractive=True), vector=vector)
        support = _support(copy, (source,))
        if support.reason is None:
            return _claim(copy, (source,), support)
    return None


def _is_cited(source: Source, sentence: str, known: Sequence[Claim]) -> bool:
    quotes = (one.quote for claim in known for one in claim.citations if one.chunk == source.chunk)
    return any(quote in sentence or sentence in quote for quote in quotes)


# --- repetition ----------------------------------------------------------------------------------


def _repeats(
    text: str, vector: Vectors, known: Sequence[Claim], seen: Sequence[Vectors]
) -> str | None:
    """Id of an earlier claim that says the same, with the same numbers and negation, or None."""
    stems = set(content_stems(text))
    numbers = {number.value for number in read_numbers(text) if number.firm}
    for claim, theirs in zip(known, seen, strict=True):
        other = set(content_stems(claim.text))
        shared = len(stems & other)
        if not shared or not numbers <= {number.value for number in read_numbers(claim.text)}:
            continue
        if _denials(text) != _denials(claim.text):
            continue
        contained = shared >= CONTAINED * len(stems) and len(stems) >= 4
        same = shared >= SAME_WORDS * len(stems | other)
        alike = float(vector @ theirs) >= SAME_MEANING and shared >= 0.5 * len(stems)
        if contained or same or alike:
            return claim.id
    return None


def _denials(text: str) -> bool:
    words = text.lower().replace("’", "'").split()
    return any(
        word in ("not", "no", "never", "without", "cannot") or word.endswith("n't")
        for word in words
    )
