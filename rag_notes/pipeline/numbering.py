"""Ids of claims: k0001, k0002, … in the order a reader meets them."""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from rag_notes.schema import Block, Claim, Section


def in_reading_order(sections: Sequence[Section]) -> tuple[Section, ...]:
    """Give claims the ids k0001, k0002, … in reading order."""
    names: dict[str, str] = {}

    def claims(blocks: Iterable[Block]) -> Iterable[Claim]:
        for block in blocks:
            for claim in block.claims:
                yield claim
                if claim.answer:
                    yield claim.answer

    for one in sections:
        for claim in claims(one.blocks):
            names.setdefault(claim.id, f"k{len(names) + 1:04d}")

    def renamed(claim: Claim) -> Claim:
        return replace(
            claim,
            id=names[claim.id],
            of=tuple(names[id] for id in claim.of if id in names),
            answer=renamed(claim.answer) if claim.answer else None,
        )

    return tuple(
        replace(
            one,
            blocks=tuple(
                replace(block, claims=tuple(map(renamed, block.claims))) for block in one.blocks
            ),
        )
        for one in sections
    )
