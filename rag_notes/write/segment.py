"""Where one topic of a lecture ends and the next begins.

In: one vector and one weight per speech passage, in the order of time; out: contiguous spans.
Knows no texts, no times and no titles.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from rag_notes.errors import InputError
from rag_notes.protocols import Vectors

_LEAST, _MOST = 0.4, 1.4  # a topic's weight, in means of all topics, that costs nothing
# In units of the scatter of one passage that is like no other (1: vectors have unit length):
_SIZE_COST = 1.0  # per passage of a mean topic, for one that is a whole mean too small or too large
_PAUSE_GAIN = 0.3  # of a border in a pause of `_LONG_PAUSE` seconds or more
_LONG_PAUSE = 4.0

Table = NDArray[np.float64]


def split_topics(
    vectors: Vectors,
    weights: Sequence[float],
    *,
    target: float,
    minimum_topics: int,
    pauses: Sequence[float] | None = None,
) -> tuple[tuple[int, int], ...]:
    """Split the passages into topics: inclusive spans (first, last) that tile them.

    The number of topics is all weight over `target` (seconds or words), at least `minimum_topics`,
    and few enough that each has two passages. Among all such splits it finds the one with the least
    scatter of the vectors (n, d) within topics, by dynamic programming, as in Alemi and Ginsparg
    2015, "Text Segmentation based on Semantic Word Embeddings". Topics far from the mean size cost;
    `pauses`, the seconds of silence before each passage, make a border cheaper.

    Raises InputError where the arguments do not fit together.
    """
    count = len(vectors)
    if len(weights) != count or (pauses is not None and len(pauses) != count):
        raise InputError(f"expected a weight and a pause for each of {count} passages")
    if target <= 0 or any(weight < 0 for weight in weights):
        raise InputError("expected a target above 0 and no weight below 0")
    if count == 0:
        return ()
    topics = _count_topics(count, sum(weights), target, minimum_topics)
    costs = _span_costs(_centred(np.asarray(vectors, np.float64)), np.asarray(weights), topics)
    if pauses is not None:
        gains = np.clip(np.asarray(pauses, np.float64) / _LONG_PAUSE, 0.0, 1.0)
        costs = costs - _PAUSE_GAIN * gains[:, None]  # of the topic that begins there
    return _cheapest(costs, topics)


def _count_topics(count: int, total: float, target: float, minimum: int) -> int:
    return max(1, min(max(round(total / target), minimum), count // 2))


def _centred(vectors: Table) -> Table:
    """Take away what the whole lecture shares, and bring what is left to unit length.

    On joined subtitles of videos in a row this found more of the seams than the plain vectors;
    mixing each passage with its neighbours found fewer.
    """
    apart = vectors - vectors.mean(axis=0)
    length = np.linalg.norm(apart, axis=1, keepdims=True)
    return np.where(length > 1e-6, apart / np.maximum(length, 1e-6), 0.0)


def _span_costs(vectors: Table, weights: Table, topics: int) -> Table:
    """Cost (n, n) of the topic from passage i to j; infinite under two passages.

    Scatter of unit vectors around their mean: the sum of |v|^2 less |sum of v|^2 / m.
    """
    count = len(vectors)
    sums = np.vstack([np.zeros(vectors.shape[1]), np.cumsum(vectors, axis=0)])  # (n + 1, d)
    squares = np.concatenate([[0.0], np.cumsum((vectors**2).sum(axis=1))])
    gram = sums @ sums.T
    norms = np.diag(gram)
    between = norms[None, 1:] + norms[:-1, None] - 2 * gram[:-1, 1:]  # |sum of v_i..v_j|^2
    length = np.arange(1, count + 1)[None, :] - np.arange(count)[:, None]
    scatter = squares[None, 1:] - squares[:-1, None] - between / np.maximum(length, 1)
    bounds = np.concatenate([[0.0], np.cumsum(weights)])
    mean = max(bounds[-1] / topics, 1e-9)
    share = (bounds[None, 1:] - bounds[:-1, None]) / mean
    excess = np.maximum(0, _LEAST - share) / _LEAST + np.maximum(0, share - _MOST)
    costs = np.maximum(scatter, 0.0) + _SIZE_COST * count / topics * excess**2
    return np.where(length >= min(2, count), costs, np.inf)


def _cheapest(costs: Table, topics: int) -> tuple[tuple[int, int], ...]:
    """Spans of the cheapest way to tile the passages with exactly `topics` topics."""
    count = len(costs)
    best = costs[0]  # (n,): cost of the topics so far, the last one ending at j
    begins = []  # per topic after the first: where it begins if it ends at j
    for _ in range(topics - 1):
        before = np.concatenate([[np.inf], best[:-1]])
        ways = before[:, None] + costs  # (i, j): the new topic is i..j
        begin = np.argmin(ways, axis=0)
        begins.append(begin)
        best = ways[begin, np.arange(count)]
    spans, last = [], count - 1
    for begin in reversed(begins):
        first = int(begin[last])
        spans.append((first, last))
        last = first - 1
    return ((0, last), *reversed(spans))
