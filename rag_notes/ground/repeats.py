"""Whether a statement says again what an earlier one said.

In: a statement with its vector, the claims already printed with theirs. Out: the claim that
it repeats. Numbers and denial must agree: "28 billion tokens" is not "20 billion tokens".
"""

import re
from collections.abc import Collection, Sequence

from rag_notes.ground.cues import opens_case
from rag_notes.ground.numbers import read_numbers
from rag_notes.ground.words import content_stems, word_set
from rag_notes.protocols import Vectors
from rag_notes.schema import Claim

# Two claims say the same from these on: shared stems over all stems; cosine with half the stems
# shared; share of the new claim's stems that the earlier one has, or of either one's that the
# other has where they are near too. By judgement, not measured.
SAME_WORDS = 0.75
SAME_MEANING = 0.9
CONTAINED = 0.9
HOLDS, NEAR = 0.85, 0.6
_SHORT, _LONG = re.compile(r"[5-9]\d"), re.compile(r"19[5-9]\d")  # a year, as one may say it
_FEWEST = 4  # stems of what is contained, or held
_FEWEST_WORDS = 4  # of what stands in another statement word for word
_PART = re.compile(r"; (?!but\b|not\b)")  # between sentences that are told together
# What is said behind it may hold of a case alone, or not at all.
_BOUNDS = re.compile(
    r"\b(?:if|when|unless|wrong|myth|misconception|false|believed)\b", re.IGNORECASE
)
_DENIES = word_set("not no never without cannot myth misconception")
_RESERVE = word_set("not no never myth misconception wrong false if unless whether cannot nobody")


def is_within(text: str, longer: str) -> bool:
    """Whether one statement is a part of another, word for word, that this says without reserve."""
    first, *rest = _PART.split(longer)
    inner = _spelled(text)
    if len(inner.split()) >= _FEWEST_WORDS and any(_spelled(one) == inner for one in rest):
        return not (_BOUNDS.search(first) or opens_case(first))  # what else it denies is told too
    before, found, after = _parted(text, longer)
    return bool(found and (before or after)) and not _RESERVE & set(before.split())


def stands_in(line: str, quote: str) -> bool:
    """Whether a quote holds a line word for word."""
    return bool(_parted(line, quote)[1])


def _parted(text: str, longer: str) -> tuple[str, str, str]:
    """What stands before, in and behind a text within a longer one; all "" where it is not."""
    inner = _spelled(text)
    before, found, after = f" {_spelled(longer)} ".partition(f" {inner} ")
    fits = found and len(inner.split()) >= _FEWEST_WORDS
    return (before.strip(), inner, after.strip()) if fits else ("", "", "")


def _spelled(text: str) -> str:
    """Small words, without the punctuation around them: "2.5" stays a word."""
    return " ".join(word.strip(".,;:!?\"'()").lower() for word in text.split())


def repeats(
    text: str, vector: Vectors, known: Sequence[Claim], vectors: Sequence[Vectors]
) -> Claim | None:
    """Find the earlier claim that says the same, with the same numbers and negation, or None."""
    stems = set(content_stems(text))
    numbers = {number.value for number in read_numbers(text) if number.firm}
    for claim, theirs in zip(known, vectors, strict=True):
        if is_within(text, claim.text):
            return claim
        other = set(content_stems(claim.text))
        shared = len(stems & other)
        theirs_said = {number.value for number in read_numbers(claim.text)}
        if not shared or not _same_numbers(numbers, theirs_said):
            continue
        if _denies(text) != _denies(claim.text):
            continue
        contained = shared >= CONTAINED * len(stems) and len(stems) >= _FEWEST
        near = float(vector @ theirs)
        shorter = min(len(stems), len(other))
        holds = shared >= HOLDS * shorter and shorter >= _FEWEST and near >= NEAR
        same = shared >= SAME_WORDS * len(stems | other) and shared >= _FEWEST
        alike = near >= SAME_MEANING and shared >= 0.5 * len(stems)
        if contained or holds or same or alike:
            return claim
    return None


def _same_numbers(numbers: Collection[str], others: Collection[str]) -> bool:
    """Whether each of the numbers is among the others; "from 94" is 1994."""
    return all(
        one in others or any(_is_year(one, other) or _is_year(other, one) for other in others)
        for one in numbers
    )


def _is_year(short: str, long: str) -> bool:
    return bool(_SHORT.fullmatch(short) and _LONG.fullmatch(long)) and long.endswith(short)


def _denies(text: str) -> bool:
    words = text.lower().replace("’", "'").split()
    return any(word in _DENIES or word.endswith("n't") for word in words)
