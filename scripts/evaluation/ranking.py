"""How good a ranking is: hit@k, reciprocal rank, nDCG, with intervals over groups of queries.

In: which of the ranked passages are relevant, best first. Out: figures. Knows neither passages nor
how they were ranked.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

_REPLICATES = 2000
_SEED = 0


def hit(relevant: Sequence[bool], k: int) -> float:
    """1 where one of the first `k` is relevant, else 0."""
    return float(any(relevant[:k]))


def reciprocal_rank(relevant: Sequence[bool]) -> float:
    """1 over the place of the first relevant one, 0 where there is none."""
    return next((1.0 / place for place, one in enumerate(relevant, start=1) if one), 0.0)


def ndcg(relevant: Sequence[bool], k: int) -> float:
    """Normalised discounted cumulative gain of the first `k`, gains 0 and 1.

    Järvelin and Kekäläinen 2002, "Cumulated Gain-Based Evaluation of IR Techniques"; `relevant`
    must tell of all passages, since the best order possible is what counts as 1.
    """
    gained = sum(_discount(place) for place, one in enumerate(relevant[:k]) if one)
    best = sum(_discount(place) for place in range(min(k, sum(relevant))))
    return gained / best if best else 0.0


def _discount(place: int) -> float:
    return 1.0 / math.log2(place + 2)


@dataclass(frozen=True, slots=True)
class Mean:
    """A mean over queries with its 95 % interval."""

    value: float
    low: float
    high: float

    def __str__(self) -> str:
        """`mean (low-high)`."""
        return f"{self.value:.3f} ({self.low:.3f}-{self.high:.3f})"


def mean_by_group(values: Sequence[float], groups: Sequence[str]) -> Mean:
    """Mean of the values; the interval is a bootstrap that draws whole groups again and again."""
    sums: dict[str, list[float]] = {}
    for value, group in zip(values, groups, strict=True):
        of_group = sums.setdefault(group, [0.0, 0.0])
        of_group[0] += value
        of_group[1] += 1.0
    table = np.array(list(sums.values()))  # (groups, 2)
    drawn = np.random.default_rng(_SEED).integers(0, len(table), (_REPLICATES, len(table)))
    total, count = table[drawn].sum(axis=1).T
    low, high = np.quantile(total / count, [0.025, 0.975])
    return Mean(float(np.mean(values)), float(low), float(high))
