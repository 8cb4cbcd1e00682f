"""Which channels of a track say something of their own.

In: the sound of a track; out: the channels worth hearing apart, and what was found about the
others. A channel is passed over where it is nearly silent beside the loudest, or where it carries
what an earlier one does: the same wave, or, from another place in the same room, the same rise and
fall. Knows nothing of speech.
"""

import itertools
from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from rag_notes.ingest.blocks import RATE
from rag_notes.ingest.media import Listening, decode_audio, probe

_SILENT = 1e-4  # of the loudest channel's energy: 40 dB below it
_NOTHING = 1e-7  # mean square of a channel that holds nothing at all: -70 dB
_SAME_WAVE = 0.97  # correlation of two channels that carry one sound
_SAME_COURSE = 0.985  # correlation of their loudness over time, where the waves are shifted
_FRAME = RATE // 20  # samples over which loudness is taken
_FLOOR = 1e-5  # mean square added before the logarithm, so that hiss is silence: -50 dB

_Square = NDArray[np.float64]  # (channels, channels)


@dataclass(frozen=True, slots=True)
class Apart:
    """Channels to hear, counted from 0, and a line about each that is not heard."""

    channels: tuple[int, ...]
    notices: tuple[str, ...]


def channels_apart(sound: Listening) -> Apart:
    """Listen to all channels once and choose those to be heard apart.

    Raises InputError if the file is not media, LostInputError if it has no sound.
    """
    count = probe(sound.path, sound.track).channels
    if count < 2:
        return Apart((0,), ("it has one channel; there is nothing to hear apart",))
    wave, course = _Likeness(count), _Likeness(count)
    for rows in _rows(sound, count):
        wave.add(rows)
        whole = rows[:, : rows.shape[1] // _FRAME * _FRAME].reshape(count, -1, _FRAME)
        course.add(np.log(np.square(whole).mean(axis=2) + _FLOOR))
    energy = np.diag(wave.products) / max(1.0, wave.count)
    kept: list[int] = []
    notices: list[str] = []
    for channel in range(count):
        if energy[channel] < max(_NOTHING, _SILENT * energy.max()):
            notices.append(f"channel {channel} is silent and was not heard")
            continue
        twin = next((k for k in kept if _is_same(wave, course, k, channel)), None)
        if twin is None:
            kept.append(channel)
        else:
            notices.append(f"channel {channel} carries the sound of channel {twin}; heard once")
    return Apart(tuple(kept) or (0,), tuple(notices))


def _is_same(wave: "_Likeness", course: "_Likeness", one: int, other: int) -> bool:
    return (
        abs(wave.correlation(one, other)) > _SAME_WAVE
        or course.correlation(one, other) > _SAME_COURSE
    )


class _Likeness:
    """Running sums from which the correlation of every two rows follows."""

    def __init__(self, count: int) -> None:
        self.count = 0.0
        self.sums = np.zeros(count)
        self.products: _Square = np.zeros((count, count))

    def add(self, rows: NDArray[np.floating]) -> None:
        """Take (channels, n) more values."""
        exact = rows.astype(np.float64)
        self.count += rows.shape[1]
        self.sums += exact.sum(axis=1)
        self.products += exact @ exact.T

    def correlation(self, one: int, other: int) -> float:
        """Pearson's, 0 where a row does not change."""
        mean = self.sums / max(1.0, self.count)
        covariance = self.products / max(1.0, self.count) - np.outer(mean, mean)
        spread = covariance[one, one] * covariance[other, other]
        return float(covariance[one, other] / np.sqrt(spread)) if spread > 0 else 0.0


def _rows(sound: Listening, count: int) -> Iterator[NDArray[np.float32]]:
    """Yield (channels, n) blocks: one pass per channel, side by side."""
    passes = [decode_audio(replace(sound, channel=channel)) for channel in range(count)]
    for blocks in itertools.zip_longest(*passes):
        there = [block.samples for block in blocks if block is not None]
        shortest = min(map(len, there))
        if len(there) == count and shortest:
            yield np.stack([samples[:shortest] for samples in there])
