"""Cosines and keyword scores of the same passages to one ranking.

In: arrays of one entry per passage; out: the share of the evidence that lies at each. Knows
neither texts nor vectors. The numbers were chosen on half of the meetings of QMSum's validation
set; `scripts/evaluate retrieval` reports the other half.
"""

import numpy as np
from numpy.typing import NDArray

Scores = NDArray[np.float64]  # (n,)

DENSE = 0.6  # weight of the cosines, the keywords have the rest
DENSE_FOREIGN = 0.2  # the same where the embedder does not know the lecture's language
_SHARPNESS = 1.5  # of the exponential that turns scores into evidence
_NEIGHBOURS = (0.2, 0.1)  # weight of a passage's evidence at the next, at the one after


def rank(
    cosines: Scores, keywords: Scores, runs: NDArray[np.int64], *, dense: float = DENSE
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
    weight = dense if keywords.any() else 1.0  # without a known word all is dense
    scores = weight * _standardised(cosines) + (1.0 - weight) * _standardised(keywords)
    evidence = np.exp(_SHARPNESS * (scores - scores.max()))
    total, weights = evidence.copy(), np.ones(len(evidence))
    for distance, part in enumerate(_NEIGHBOURS, start=1):
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
    order = np.argsort(-shares[places].round(12), kind="stable")[: max(0, k)]
    return [int(place) for place in places[order]]


def _standardised(scores: Scores) -> Scores:
    """Mean 0 and deviation 1; zeros where all are equal."""
    spread = scores.std()
    if spread < 1e-9:
        return np.zeros(len(scores))
    return np.asarray((scores - scores.mean()) / spread, np.float64)
