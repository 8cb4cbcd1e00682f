"""How clearly the words of a quote were heard that carry its claim.

In: for each word of a quote what it says of the claim, and which words are doubtful. Out: a share
from 0 to 1 where it is low, else None. Does not know how doubts arise, nor passages.
"""

from collections.abc import Collection, Sequence

from rag_notes.schema import Chunk

LOW = 0.5  # a share up to this is told to the reader


def doubtful_in(chunk: Chunk, first: int, last: int) -> frozenset[int]:
    """Places of the doubtful words among the words `first` to `last` (half-open) of a passage."""
    return frozenset(
        at - first for a, b in chunk.doubtful for at in range(max(a, first), min(b, last))
    )


def low_confidence(says: Sequence[frozenset[str]], doubtful: Collection[int]) -> float | None:
    """Share of what the quote's words say of the claim that was heard clearly, where it is low.

    `says` holds, per word, stems and numbers ("#336") of the claim. A stem is clear where one of
    its words is; a number where all of them are, for "two hundred five" misheard in one word is
    another number. The numbers are weighed by themselves: they may be the lesser part of a claim,
    and all that it is about. Where the quote says nothing of the claim all its words count.
    """
    if not doubtful:
        return None
    said = frozenset[str]().union(*says)
    numbers = {one for one in said if one.startswith("#")}
    shares = [
        _share([_is_clear(one, says, doubtful) for one in some])
        for some in (said - numbers, numbers)
        if some
    ]
    share = min(shares, default=_share([at not in doubtful for at in range(len(says))]))
    return round(share, 3) if share <= LOW else None


def _is_clear(one: str, says: Sequence[frozenset[str]], doubtful: Collection[int]) -> bool:
    clear = [at not in doubtful for at, says_here in enumerate(says) if one in says_here]
    return all(clear) if one.startswith("#") else any(clear)


def _share(held: Sequence[bool]) -> float:
    return sum(held) / len(held)
