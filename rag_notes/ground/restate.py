"""Sentences that restate accepted claims: goals, checks, outline items, questions, rows of tables.

In: a text and the claims it restates; out: a claim with their citations. Only the number lock holds
here: what is restated has been judged before.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from rag_notes.ground import cues
from rag_notes.ground.answer_type import is_answered
from rag_notes.ground.numbers import unsaid_numbers
from rag_notes.ground.quote import MAX_CITATIONS, MAX_QUOTE_WORDS, sentence_spans
from rag_notes.ground.standalone import stands_alone
from rag_notes.ground.words import content_stems
from rag_notes.protocols import Embedder
from rag_notes.schema import Chunk, Citation, Claim, Source

_ANSWERS = 0.45  # cosine from which a statement may be the answer of a question
_HELD = 0.6  # share of the question's words that its answer must hold
_NEARLY = 0.05  # cosine by which the chosen answer may be below the best
_PAIRS = ("()", "[]", "“”", '""', "``")  # that a sentence is not cut within
# What is told behind a condition or an example may hold of that alone.
_OF_CASE = re.compile(
    r"(?:if|when|once|unless|suppose|assum\w+|let|imagine|given|take|for (?:example|instance))\b",
    re.IGNORECASE,
)


def restate(
    text: str, of: Sequence[Claim], chunks: Mapping[str, Chunk], *, id: str
) -> Claim | None:
    """A claim that restates `of`, with their citations; None where they lack one of its numbers."""
    citations = tuple(
        {(one.chunk, one.quote): one for claim in of for one in claim.citations}.values()
    )[:MAX_CITATIONS]
    if not citations or unsaid_numbers(text, [chunks[one.chunk].text for one in citations]):
        return None
    support = min(claim.support for claim in of)
    return Claim(id, text, citations, support, of=tuple(claim.id for claim in of))


def parts(claim: Claim, chunks: Mapping[str, Chunk]) -> Iterator[Claim]:
    """Yield a claim of sentences told together as claims that can be told alone, with its id.

    A sentence that goes on from another, or limits it, stays with that; each part keeps the
    citations that say it. A row of a table stays whole.
    """
    if claim.term or claim.value:
        yield claim
        return
    groups: list[list[str]] = []
    for one in claim.text.rstrip(".").split("; "):
        if groups and (_OF_CASE.match(groups[-1][0]) or _goes_on(one, claim, chunks)):
            groups[-1].append(one)
        else:
            groups.append([f"{one[:1].upper()}{one[1:]}"])
    found = [_part(claim, f"{'; '.join(group)}.", chunks) for group in groups]
    if len(found) == 1 or not all(found):
        yield claim
    else:
        yield from (one for one in found if one)


def _goes_on(text: str, claim: Claim, chunks: Mapping[str, Chunk]) -> bool:
    """Whether a part of a claim was said as going on from the sentence before it."""
    words = set(content_stems(text))
    said = [(one, chunks[one.chunk].sentence(one.sentence)) for one in sources_of(claim, chunks)]
    one, spoken = max(said, key=lambda pair: len(words & set(content_stems(pair[1]))))
    before = chunks[one.chunk].sentence(one.sentence - 1) if one.sentence else ""
    written = f"{text[:1].upper()}{text[1:]}"
    return any(cues.goes_on(form, before) or cues.limits(form) for form in (spoken, written))


def _part(claim: Claim, text: str, chunks: Mapping[str, Chunk]) -> Claim | None:
    """A claim that says a part of what another says; None where its citations do not say that."""
    if not all(_is_closed(text, *pair) for pair in _PAIRS) or not stands_alone(text):
        return None
    words = set(content_stems(text))
    shared = [len(words & set(content_stems(one.quote))) for one in claim.citations]
    most = max(shared, default=0)
    kept = tuple(one for one, held in zip(claim.citations, shared, strict=True) if held > most / 2)
    if 2 * most < len(words) or unsaid_numbers(text, [chunks[one.chunk].text for one in kept]):
        return None
    return replace(claim, text=text, citations=kept)


def _is_closed(text: str, opens: str, closes: str) -> bool:
    if opens == closes:
        return text.count(opens) % 2 == 0
    return text.count(opens) == text.count(closes)


def sources_of(claim: Claim, chunks: Mapping[str, Chunk]) -> tuple[Source, ...]:
    """The sentences that a claim's quotes stand in."""
    sources: list[Source] = []
    for citation in claim.citations:
        chunk = chunks[citation.chunk]
        text = " ".join(chunk.text.split())
        first = text[: text.index(citation.quote)].count(" ")
        last = first + len(citation.quote.split())
        sources += [
            Source(chunk.id, number)
            for number, (start, end) in enumerate(sentence_spans(chunk))
            if start < last and first < end
        ]
    return tuple(dict.fromkeys(sources))


def matching_answer(
    question: str, claims: Sequence[Claim], *, chosen: int, embedder: Embedder
) -> Claim | None:
    """The claim that answers a question: the one chosen, else the nearest that does, or none.

    It holds the question's words and gives the type of answer asked for.
    """
    wanted = set(content_stems(question))
    vectors = embedder.embed([claim.text for claim in claims])
    near = (vectors @ embedder.embed_query(question)[0]).tolist()
    first = chosen if near[chosen] >= max(near) - _NEARLY else None
    for at in sorted(range(len(claims)), key=lambda at: (at != first, -near[at])):
        told = set(content_stems(claims[at].text))
        fits = len(wanted & told) >= _HELD * len(wanted) and near[at] >= _ANSWERS
        if fits and is_answered(question, claims[at].text):
            return claims[at]
    return None


def moment_of(chunk: Chunk) -> Citation:
    """A citation of a passage's opening words, to point at it as a whole."""
    words = chunk.text.split()[:MAX_QUOTE_WORDS]
    return Citation(
        chunk=chunk.id,
        kind=chunk.kind,
        quote=" ".join(words),
        start=chunk.start,
        end=chunk.times[len(words) - 1][1] if chunk.times else chunk.end,
        page=chunk.page,
        paragraph=chunk.paragraph,
    )
