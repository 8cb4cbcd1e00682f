"""Statements that object to the one printed before them, with the "But" they were said with.

In: claims as they stand below each other. Out: the same, with "But" where one rests on a sentence
that began so and was said right after the one above. Written down alone, statements lose it: the
reader is to see that the second limits the first.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

from rag_notes.ground.quote import sentence_text
from rag_notes.ground.restate import sources_of
from rag_notes.ground.words import content_stems
from rag_notes.ground.written import decapitalised
from rag_notes.schema import Chunk, Claim, Source

_OBJECTS = re.compile(r"but,? (?!(?:for|also|and|so|then|anyways?|yeah)\b)|however,", re.IGNORECASE)
_SAID_SO = re.compile(r"(?:but|however)\b", re.IGNORECASE)
_OPENS = 8  # words of a sentence among which what its first clause is about stands


def with_objections(claims: Sequence[Claim], chunks: Mapping[str, Chunk]) -> tuple[Claim, ...]:
    """The claims in their order, those that object to the one before beginning with "But"."""
    printed: list[Claim] = []
    last: Source | None = None
    for claim in claims:
        sources = sources_of(claim, chunks)
        first = sources[0] if sources else None
        if first and last and _objects(claim.text, first, last, chunks):
            said = sentence_text(chunks[first.chunk], first.sentence)
            text = f"But {decapitalised(claim.text, around=said)}"
            printed.append(replace(claim, text=text))
        else:
            printed.append(claim)
        last = sources[-1] if sources else None
    return tuple(printed)


def _objects(text: str, first: Source, last: Source, chunks: Mapping[str, Chunk]) -> bool:
    """Whether a claim tells how a sentence begins that was said right after another, against it."""
    if (first.chunk, first.sentence) != (last.chunk, last.sentence + 1) or _SAID_SO.match(text):
        return False
    said = sentence_text(chunks[first.chunk], first.sentence)
    opens, begins = content_stems(" ".join(said.split()[:_OPENS])), content_stems(text)[:1]
    return bool(_OBJECTS.match(said)) and set(begins) <= set(opens)
