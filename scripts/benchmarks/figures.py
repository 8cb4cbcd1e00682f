"""What the notes of a lecture are like, counted from its folder on disk.

In: notes and passages. Out: counts and shares. How long it took is not known here.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from rag_notes.schema import Block, Chunk, Claim, Notes

RUN_WORDS = 5
REPEATED_RUNS = 0.8
DEFINITION = (
    "A *statement* is a claim in a topic's blocks, questions aside. One *repeats its passage* when"
    f" at least {REPEATED_RUNS:.0%} of its runs of {RUN_WORDS} words stand in the text of the"
    " passages it cites (letter case and punctuation aside); one of fewer than"
    f" {RUN_WORDS} words when it stands there whole. *Outside the models* is the whole time less"
    " the stages `transcribe` (speech) and `index` (embedding) and the engine's own reading and"
    " writing."
)

_WORD = re.compile(r"\w+(?:['’.,]\w+)*")


@dataclass(frozen=True, slots=True)
class Figures:
    """Counts over a lecture's notes; `cited` is the share (0-1) of the speech that is cited."""

    statements: int
    extractive: int
    repeating: int
    claims: int
    claims_extractive: int
    claims_repeating: int
    unfounded: int
    rejected: int
    cited: float


def count(notes: Notes, chunks: Sequence[Chunk]) -> Figures:
    """Count claims, those taken over from their passages, and citations that do not hold."""
    texts = {chunk.id: _words(chunk.text) for chunk in chunks}
    blocks = [(section.kind, block) for section in notes.sections for block in section.blocks]
    every = [claim for _, block in blocks for claim in _claims(block)]
    stated = [
        claim
        for kind, block in blocks
        if kind == "topic" and block.kind != "question"
        for claim in block.claims
    ]
    return Figures(
        statements=len(stated),
        extractive=sum(claim.extractive for claim in stated),
        repeating=sum(repeats(claim, texts) for claim in stated),
        claims=len(every),
        claims_extractive=sum(claim.extractive for claim in every),
        claims_repeating=sum(repeats(claim, texts) for claim in every),
        unfounded=sum(not _founded(claim, texts) for claim in every),
        rejected=len(notes.rejected),
        cited=notes.coverage.cited,
    )


def repeats(claim: Claim, texts: Mapping[str, Sequence[str]]) -> bool:
    """Whether a claim says its passages' words again; `texts` has the words of each passage."""
    said = _words(claim.text)
    size = min(RUN_WORDS, len(said))
    if not size:
        return False
    cited = {one.chunk for one in claim.citations}
    heard = {run for name in cited for run in _runs(texts.get(name, ()), size)}
    runs = list(_runs(said, size))
    return sum(run in heard for run in runs) >= REPEATED_RUNS * len(runs)


def _founded(claim: Claim, texts: Mapping[str, Sequence[str]]) -> bool:
    """Whether a claim cites something, and each quote stands in a passage that exists."""
    return bool(claim.citations) and all(
        f" {' '.join(_words(one.quote))} " in f" {' '.join(texts.get(one.chunk, ()))} "
        for one in claim.citations
    )


def _claims(block: Block) -> Iterator[Claim]:
    for claim in block.claims:
        yield claim
        if claim.answer:
            yield claim.answer


def _words(text: str) -> list[str]:
    return [word.lower() for word in _WORD.findall(text)]


def _runs(words: Sequence[str], size: int) -> Iterator[tuple[str, ...]]:
    return (tuple(words[at : at + size]) for at in range(len(words) - size + 1))
