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
from rag_notes.ground.written import decapitalised
from rag_notes.schema import Chunk, Claim, Source

_OBJECTS = re.compile(r"(?:but|however),? (?!(?:also|and|so|then|anyways?|yeah)\b)", re.IGNORECASE)


def with_objections(claims: Sequence[Claim], chunks: Mapping[str, Chunk]) -> tuple[Claim, ...]:
    """The claims in their order, those that object to the one before beginning with "But"."""
    printed: list[Claim] = []
    last: Source | None = None
    for claim in claims:
        sources = sources_of(claim, chunks)
        first = sources[0] if sources else None
        if first and last and _objects(first, last, chunks):
            printed.append(replace(claim, text=f"But {decapitalised(claim.text)}"))
        else:
            printed.append(claim)
        last = sources[-1] if sources else None
    return tuple(printed)


def _objects(first: Source, last: Source, chunks: Mapping[str, Chunk]) -> bool:
    """Whether a sentence was said right after another, and begins by objecting to it."""
    if (first.chunk, first.sentence) != (last.chunk, last.sentence + 1):
        return False
    return bool(_OBJECTS.match(sentence_text(chunks[first.chunk], first.sentence)))
