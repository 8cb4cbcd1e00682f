"""Shares with their intervals, balanced accuracy, folds that keep groups together, thresholds.

In: counts, scores and labels. Out: figures. Knows neither claims nor models.
"""

import itertools
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Table = NDArray[np.float64]
_Z = 1.959964  # of the 95 % interval
_REPLICATES = 2000


@dataclass(frozen=True, slots=True)
class Share:
    """`part` of `whole` with the 95 % interval of Wilson (1927)."""

    part: int
    whole: int

    @property
    def value(self) -> float:
        """The share, 0-1; 0 where there is nothing to count."""
        return self.part / self.whole if self.whole else 0.0

    @property
    def interval(self) -> tuple[float, float]:
        """Lowest and highest share that fits the counts."""
        if not self.whole:
            return 0.0, 1.0
        n, share, square = self.whole, self.value, _Z * _Z
        centre = (share + square / (2 * n)) / (1 + square / n)
        half = _Z / (1 + square / n) * math.sqrt(share * (1 - share) / n + square / (4 * n * n))
        return max(0.0, centre - half), min(1.0, centre + half)

    def __str__(self) -> str:
        """`part of whole = share (interval)`, in percent."""
        if not self.whole:
            return "none"
        low, high = self.interval
        return f"{self.part} of {self.whole} = {self.value:.1%} ({low:.1%}-{high:.1%})"


def balanced_accuracy(labels: Sequence[bool], predicted: Sequence[bool]) -> float:
    """Mean of the shares found right among the true and among the false; of one where one lacks."""
    shares = []
    for side in (True, False):
        of_side = [p == side for label, p in zip(labels, predicted, strict=True) if label == side]
        if of_side:
            shares.append(sum(of_side) / len(of_side))
    return sum(shares) / len(shares) if shares else 0.0


def best_threshold(labels: Sequence[bool], scores: Sequence[float]) -> float:
    """The score from which on "true" gives the highest balanced accuracy.

    It lies midway between two scores; of several best ones it is the middle one.
    """
    order = sorted(set(scores))
    cuts = [(one + two) / 2 for one, two in itertools.pairwise(order)] or order
    values = [balanced_accuracy(labels, [score >= cut for score in scores]) for cut in cuts]
    best = [cut for cut, value in zip(cuts, values, strict=True) if value == max(values)]
    return best[len(best) // 2]


def threshold_rejecting(scores: Sequence[float], share: float) -> float:
    """The highest score to ask for that rejects at most `share` (0-1) of these."""
    return sorted(scores)[int(share * len(scores))]


def folds_by_group(groups: Sequence[str], folds: int, seed: int) -> list[int]:
    """A fold (from 0) for each place, the same for all places of a group."""
    names = sorted(set(groups))
    order = np.random.default_rng(seed).permutation(len(names))
    fold_of = {names[place]: number % folds for number, place in enumerate(order)}
    return [fold_of[group] for group in groups]


def held_out(
    labels: Sequence[bool], scores: Sequence[float], folds: Sequence[int]
) -> tuple[list[bool], list[float]]:
    """Predictions for each place by the threshold that the other folds choose; the thresholds."""
    predicted = [False] * len(labels)
    thresholds = []
    for fold in sorted(set(folds)):
        others = [place for place, one in enumerate(folds) if one != fold]
        cut = best_threshold([labels[at] for at in others], [scores[at] for at in others])
        thresholds.append(cut)
        for place, one in enumerate(folds):
            if one == fold:
                predicted[place] = scores[place] >= cut
    return predicted, thresholds


def bootstrap_interval(
    labels: Sequence[bool], predicted: Sequence[bool], groups: Sequence[str], seed: int
) -> tuple[float, float]:
    """95 % interval of the balanced accuracy when whole groups are drawn again and again."""
    counts = np.array(list(_counts_by_group(labels, predicted, groups).values()))  # (groups, 4)
    random = np.random.default_rng(seed)
    drawn = random.integers(0, len(counts), (_REPLICATES, len(counts)))
    right, true, kept_out, false = counts[drawn].sum(axis=1).T
    values = (right / np.maximum(true, 1) + kept_out / np.maximum(false, 1)) / 2
    low, high = np.quantile(values, [0.025, 0.975])
    return float(low), float(high)


def interval_by_group(
    counts: Sequence[Sequence[float]], figure: Callable[[Table], Table], seed: int
) -> tuple[float, float]:
    """95 % interval of a figure of summed counts (groups, k) when whole groups are drawn again.

    `figure` takes the sums (replicates, k) and gives a value for each.
    """
    table = np.array(counts, np.float64)
    drawn = np.random.default_rng(seed).integers(0, len(table), (_REPLICATES, len(table)))
    low, high = np.quantile(figure(table[drawn].sum(axis=1)), [0.025, 0.975])
    return float(low), float(high)


def _counts_by_group(
    labels: Sequence[bool], predicted: Sequence[bool], groups: Sequence[str]
) -> Mapping[str, list[int]]:
    """True ones found and in all, false ones found and in all, of each group."""
    counts: dict[str, list[int]] = {}
    for label, found, group in zip(labels, predicted, groups, strict=True):
        of_group = counts.setdefault(group, [0, 0, 0, 0])
        side = 0 if label else 2
        of_group[side] += found == label
        of_group[side + 1] += 1
    return counts
