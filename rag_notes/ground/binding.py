"""Whether a claim gives a number to another thing than its passages do: "28 billion parameters".

In: a claim and the sentences it rests on. Out: the number with the thing the claim gives it and the
one they give it, or None. Only an exchange counts: both must be said, each with another partner.
Does not know whether the number was said at all; that is the number lock.
"""

import re
from collections.abc import Sequence

from rag_notes.ground.numbers import read_numbers
from rag_notes.ground.words import is_content, stem, tokens

_NO_THINGS = frozenset(["time", "e", "percent", "more", "less"])  # stems that count nothing
_ENDS = re.compile(r"[;:|]")  # "Bits: 10; Keys: 7" counts no keys by 10
_NEXT = 2  # words after a number among which the thing it counts is looked for


def exchanged(claim: str, evidence: Sequence[str]) -> tuple[str, str, str] | None:
    """Number, the thing the claim counts by it, and what the evidence counts by it instead."""
    ours = _bound(claim)
    theirs = [pair for sentence in evidence for pair in _bound(sentence)]
    for number, thing in ours:
        with_number = {other for value, other in theirs if value == number}
        with_thing = {value for value, other in theirs if other == thing}
        if not with_number or not with_thing or thing in with_number:
            continue
        if number not in with_thing and _trades(ours, with_number, with_thing):
            return number, thing, min(with_number)
    return None


def _trades(ours: Sequence[tuple[str, str]], things: set[str], numbers: set[str]) -> bool:
    """Whether the claim also gives the partner away: the other number, or the other thing."""
    return any(value in numbers or thing in things for value, thing in ours)


def _bound(text: str) -> list[tuple[str, str]]:
    """Numbers of a text, each with the stem of the thing that follows it."""
    pairs = []
    for number in read_numbers(text):
        if not number.firm:
            continue
        behind = _ENDS.split(text[number.end : number.end + 40], maxsplit=1)[0]
        following = tokens(behind)[:_NEXT]
        thing = next((stem(word) for word in following if is_content(word)), None)
        if thing and thing not in _NO_THINGS:
            pairs += [(reading, thing) for reading in number.readings]
    return pairs
