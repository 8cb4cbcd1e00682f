"""Statements that say again what another one said, by words and meaning.

In: statements in their order, an embedder. Out: pairs (earlier, later). A later statement is a
repeat when nearly all content words of the shorter of the two are in the other and their vectors
are near; one with a number that the earlier lacks says something else. Knows no notes.
"""

from collections.abc import Sequence

from rag_notes.ground.numbers import read_numbers
from rag_notes.ground.words import content_stems
from rag_notes.protocols import Embedder

# (share of the shorter one's content words, cosine), chosen by looking at the 70 nearest pairs of
# two sets of notes; not measured on others.
_ENOUGH = ((0.85, 0.6), (0.75, 0.75))
_FEWEST = 3  # content words: "a model" is part of everything


def find_repeats(texts: Sequence[str], embedder: Embedder) -> tuple[tuple[int, int], ...]:
    """Places (earlier, later) of repeats, each later one once."""
    if not texts:
        return ()
    vectors = embedder.embed(texts)
    near = vectors @ vectors.T
    stems = [frozenset(content_stems(text)) for text in texts]
    numbers = [frozenset(one.value for one in read_numbers(text)) for text in texts]
    found = []
    for later in range(1, len(texts)):
        for earlier in range(later):
            same = _shared(stems[earlier], stems[later])
            cosine = float(near[earlier, later])
            if numbers[later] <= numbers[earlier] and _is_enough(same, cosine):
                found.append((earlier, later))
                break
    return tuple(found)


def _shared(one: frozenset[str], two: frozenset[str]) -> float:
    """Share of the shorter one's content words that the other has; 0 where it has too few."""
    size = min(len(one), len(two))
    return len(one & two) / size if size >= _FEWEST else 0.0


def _is_enough(share: float, cosine: float) -> bool:
    return any(share >= words and cosine >= near for words, near in _ENOUGH)
