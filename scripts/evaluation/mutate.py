"""Errors planted by rule: a number changed, a name swapped, a negation put in or taken out.

In: a claim, and others to borrow a name from. Out: the claim made wrong, or None where the rule
finds nothing to change. That each is wrong for its evidence is likely, not certain.
"""

import re
from collections.abc import Sequence

from rag_notes.ground.words import STOP_WORDS

_STEP = 3
_AUXILIARY = re.compile(
    r"\b(?:is|are|was|were|has|have|had|can|could|will|would|may|might|must|should|does|do|did)\b"
)
_NOT = re.compile(r"\s+not\b")
_NAME = re.compile(r"(?<=[a-z,;] )[A-Z][a-z]+(?: [A-Z][a-z]+)*")


def change_number(claim: str) -> str | None:
    """Move the last digit of the first number by three, up or down."""
    found = re.search(r"[0-9](?![0-9]|[,.][0-9])", claim)
    if not found:
        return None
    digit = int(found.group())
    other = digit + _STEP if digit + _STEP <= 9 else digit - _STEP
    return claim[: found.start()] + str(other) + claim[found.end() :]


def swap_name(claim: str, others: Sequence[str]) -> str | None:
    """Put the first proper name of another claim in place of the first of this one."""
    ours = _first_name(claim)
    if not ours:
        return None
    known = set(claim.split())
    for other in others:
        theirs = _first_name(other)
        if theirs and not known & set(theirs.group().split()):
            return claim[: ours.start()] + theirs.group() + claim[ours.end() :]
    return None


def turn(claim: str) -> str | None:
    """Say the contrary: "not" after the first auxiliary, or without the one that stands there."""
    found = _AUXILIARY.search(claim)
    if not found:
        return None
    before, after = claim[: found.end()], claim[found.end() :]
    denied = _NOT.match(after)
    return before + after[denied.end() :] if denied else f"{before} not{after}"


def _first_name(claim: str) -> re.Match[str] | None:
    names = (one for one in _NAME.finditer(claim) if one.group().lower() not in STOP_WORDS)
    return next(names, None)
