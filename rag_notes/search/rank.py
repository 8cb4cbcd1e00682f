"""Cosines and keyword scores of the same passages to one ranking.

In: arrays of one entry per passage; out: the share of the evidence that lies at each. Knows
neither texts nor vectors. The numbers were chosen on half of the meetings of QMSum's validation
set; `scripts/evaluate retrieval` reports the other half.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Scores = NDArray[np.float64]  # (n,)


@dataclass(frozen=True, slots=True)
class Fusion:
    """How cosines, keywords and neighbours count.

    `dense` (0-1) is the weight of the cosines, the keywords have the rest. `sharpness` is that of
    the exponential that turns scores into evidence. `neighbours` are the weights that a passage's
    evidence has at the next passage, at the one after, and so on.
    """

    dense: float = 0.75
    sharpness: float = 1.5
    neighbours: tuple[float, ...] = (0.1, 0.1)


FUSION = Fusion()
FOREIGN = Fusion(dense=0.2)  # where the embedder does not know the lecture's language


def rank(
    cosines: Scores, keywords: Scores, runs: NDArray[np.int64], fusion: Fusion = FUSION
) -> Scores:
    """Share (0-1) of the evidence at each passage; all of them together have 1.

    Scores of both kinds are standardised and added; equal ranks, the usual fusion, lose to cosines
    alone. An answer goes on for minutes, so a passage beside a good one gains: evidence (the
    exponential of the score) spreads to the neighbours. Spreading the scores themselves would put
    what lies between two fair passages before the best one. `runs` has the same number for
    passages that follow each other.
    """
    if not len(cosines):
        return np.zeros(0)
    dense = fusion.dense if keywords.any() else 1.0  # without a known word all is dense
    scores = dense * _standardised(cosines) + (1.0 - dense) * _standardised(keywords)
    evidence = np.exp(fusion.sharpness * (scores - scores.max()))
    total, weights = evidence.copy(), np.ones(len(evidence))
    for distance, part in enumerate(fusion.neighbours, start=1):
        together = part * (runs[distance:] == runs[:-distance])
        total[distance:] += together * evidence[:-distance]
        total[:-distance] += together * evidence[distance:]
        weights[distance:] += together
        weights[:-distance] += together
    mean = total / weights  # a passage at an edge has fewer neighbours, not less evidence
    return np.asarray(mean / mean.sum(), np.float64)


def best(shares: Scores, wanted: NDArray[np.bool_], k: int) -> list[int]:
    """Positions of the best `k` of the `wanted`, best first; of equals the earlier one."""
    places = np.flatnonzero(wanted)
    worse = -shares[places].round(12)  # what differs by rounding alone is equal
    if 0 < k < len(places):
        bar = np.partition(worse, k - 1)[k - 1]
        places, worse = places[worse <= bar], worse[worse <= bar]
    order = np.argsort(worse, kind="stable")[: max(0, k)]
    return [int(place) for place in places[order]]


def _standardised(scores: Scores) -> Scores:
    """Mean 0 and deviation 1; zeros where all are equal."""
    spread = scores.std()
    if spread < 1e-9:
        return np.zeros(len(scores))
    return np.asarray((scores - scores.mean()) / spread, np.float64)
