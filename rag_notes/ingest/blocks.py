"""Decoded frames to blocks of 16 kHz sound, each where its time stamp says.

In: PyAV's audio frames with the player's second at which each starts; out: blocks in order and
without holes: late sound is preceded by silence, gaps are filled with it, sound that comes twice is
taken once. Knows nothing of files.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from rag_notes.ingest.container import Frame, Resampler, resampler
from rag_notes.protocols import Samples

RATE = 16_000  # samples per second

Rows: TypeAlias = NDArray[np.float32]  # (channels, n)

TOLERANCE = 0.05  # seconds by which a frame may stray from its place before we move it
_BLOCK_SECONDS = 10
_CANCELLED = 0.02  # two channels whose mean holds less of their energy cancel each other out


@dataclass(frozen=True, slots=True)
class Block:
    """Sound that starts at `start` seconds; samples are float32 (n,) at 16 kHz."""

    start: float
    samples: Samples

    @property
    def end(self) -> float:
        """Second at which the block ends."""
        return self.start + len(self.samples) / RATE


class Timeline:
    """Puts resampled frames at the place that their time stamps say.

    `channel` None mixes all channels, a number (from 0) takes that one.
    """

    def __init__(self, channel: int | None = None) -> None:
        self._channel = channel
        self._pending: list[Samples] = []
        self._pending_count = 0
        self._yielded = 0  # samples
        self._skip = 0  # samples to drop, because that time is already filled
        self._resampler: Resampler = None
        self._format: tuple[str, str, int] | None = None
        self._expected: float | None = None  # second at which the next frame should start
        self.heard = False

    @property
    def end(self) -> float:
        """Second up to which there is sound."""
        return (self._yielded + self._pending_count) / RATE

    def add(self, time: float | None, frame: Frame) -> Iterator[Block]:
        """Take one decoded frame that starts at `time`, or where the last one ended.

        Yield the blocks that became full.
        """
        expected = self._expected
        if time is not None and (expected is None or abs(time - expected) > TOLERANCE):
            yield from self._flush_resampler()
            yield from self._move_to(time)
            expected = time
        yield from self._prepare(frame)
        self.heard = True
        frame.pts = None  # we keep time ourselves
        for out in self._resampler.resample(frame):
            self._append(self._one(out.to_ndarray()))
        self._expected = (expected or 0.0) + frame.samples / frame.sample_rate
        yield from self._full_blocks()

    def finish(self) -> Iterator[Block]:
        """Yield what is left."""
        yield from self._flush_resampler()
        yield from self._full_blocks(least=1)

    def _prepare(self, frame: Frame) -> Iterator[Block]:
        """Have a resampler for frames of this kind; a track may change rate or channels midway."""
        kind = (frame.format.name, frame.layout.name, frame.sample_rate)
        if self._resampler is not None and kind != self._format:
            yield from self._flush_resampler()
        if self._resampler is None:
            apart = self._channel is not None or frame.layout.nb_channels == 2
            self._resampler = resampler(None if apart else "mono", RATE)
            self._format = kind

    def _one(self, rows: Rows) -> Samples:
        """One channel of those that came; a mean in which two cancel out is one of them."""
        if self._channel is not None:
            there = self._channel < len(rows)
            row = rows[self._channel] if there else np.zeros(rows.shape[1])
            return np.asarray(row, dtype=np.float32)
        if len(rows) == 1:
            return np.asarray(rows[0], dtype=np.float32)
        mean = np.asarray(rows.mean(axis=0), dtype=np.float32)
        loudest = float(np.square(rows).sum(axis=1).max())
        cancelled = float(np.square(mean).sum()) < _CANCELLED * loudest / 2
        return np.asarray(rows[0] if cancelled else mean, dtype=np.float32)

    def _flush_resampler(self) -> Iterator[Block]:
        if self._resampler is not None:
            for out in self._resampler.resample(None):
                self._append(self._one(out.to_ndarray()))
            self._resampler = None
        yield from self._full_blocks()

    def _move_to(self, time: float) -> Iterator[Block]:
        missing = round(time * RATE) - self._yielded - self._pending_count
        self._skip = max(0, -missing)
        while missing > 0:
            piece = min(missing, _BLOCK_SECONDS * RATE)
            self._append(np.zeros(piece, dtype=np.float32))
            missing -= piece
            yield from self._full_blocks()

    def _append(self, samples: Samples) -> None:
        dropped = min(self._skip, len(samples))
        self._skip -= dropped
        samples = samples[dropped:]
        if len(samples):
            self._pending.append(samples)
            self._pending_count += len(samples)

    def _full_blocks(self, least: int = _BLOCK_SECONDS * RATE) -> Iterator[Block]:
        if self._pending_count < least:
            return
        joined = np.concatenate(self._pending)
        self._pending, self._pending_count = [], 0
        start = self._yielded / RATE
        self._yielded += len(joined)
        yield Block(start, joined)
