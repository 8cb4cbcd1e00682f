"""A video to small grey pictures of what was on screen, and to full pictures of single moments.

In: a path. Out: about one picture a second while something changes, two around each greater change,
and the decoder's key frames where nothing does, at the player's times. To decode all of an hour in
1080p takes one core ten minutes; its key frames take 20 seconds, so only the stretches between two
that differ are decoded. Knows nothing of slides.
"""

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from rag_notes.errors import InputError
from rag_notes.ingest.container import (
    Container,
    Frame,
    Packet,
    declared_end,
    decoded,
    go_to,
    moving_streams,
    open_media,
    origin_of,
    packets_of,
)
from rag_notes.protocols import Progress
from rag_notes.schema import SpanSeconds

Pictures: TypeAlias = NDArray[np.uint8]  # (n, height, width), grey

WIDTH = 160  # pixels of a small picture: a line of a slide's text is a line of two or three

_EVERY = 1.0  # seconds between two pictures of a stretch that is decoded whole
_LOOK = 0.2  # seconds between two looks for a change in it
_LONGEST_GAP = 10.0  # seconds between key frames that may look alike and hide another page
_LARGE = 0.25  # of a key frame's bytes; a packet between two of them that draws a page has more
_STEP = 12  # grey levels, of 255, by which a pixel has changed; coding alone makes up to 8
_TILE = 8  # pixels of a side
_CHANGED = 3  # tiles that a change of page changes at least; a pointer changes one or two
_RESTLESS = 0.25  # a tile that changes in more of the pairs of key frames shows no page
_EPS = 1e-3
# Or in more of the looks, of which the last ten count most: a blend of 1.2 s has six.
_MOVING, _FORGETS = 0.5, 0.1
_FEWEST_PAIRS = 8  # of which that can be said


@dataclass(frozen=True, slots=True)
class Film:
    """What was on screen: picture n from `times[n]` on until the next, the last until `end`.

    `times` are float64 (n,) seconds, rising; `pictures` are uint8 (n, height, WIDTH), grey.
    """

    times: NDArray[np.float64]
    pictures: Pictures
    end: float

    @property
    def spans(self) -> tuple[SpanSeconds, ...]:
        """Start and end of each picture in seconds."""
        edges = [*self.times.tolist(), max(self.end, float(self.times[-1]))]
        return tuple(pairwise(edges))


def watch(path: Path, *, progress: Progress | None = None) -> Film:
    """Look through a video; what cannot be decoded is passed over.

    Raises InputError if the file is not media or has no picture that can be decoded.
    """
    seen: dict[float, Pictures] = {}
    with open_media(path) as container:
        reading = _Reading(path, container, only_keys=True)
        end = reading.end
        for time, frame in reading.frames():
            if not seen or time - next(reversed(seen)) >= _EVERY:
                seen[time] = _small(frame, reading.height)
            if progress:
                progress(time, 2 * max(end, time))
        packets = reading.packets
    if not seen:
        raise InputError(f"{path}: holds no picture that can be decoded; give the slides' file")
    keys = np.array(list(seen)), np.stack(list(seen.values()))
    restless = _restless(keys[1])
    with open_media(path) as container:
        reading = _Reading(path, container, only_keys=False)
        for gap in _gaps(*keys, end, restless, packets):
            for time, picture in _closely(reading, gap, seen[gap[0]], restless):
                seen[time] = picture
                if progress:
                    progress(end + min(time, end), 2 * end)
    times = sorted(seen)
    return Film(np.array(times), np.stack([seen[time] for time in times]), max(end, times[-1]))


def grab(path: Path, seconds: Sequence[float]) -> Iterator[NDArray[np.uint8]]:
    """Yield the whole picture, uint8 (height, width, 3), that is on screen at each of `seconds`.

    Raises InputError if the file is not media, or nothing can be decoded there.
    """
    with open_media(path) as container:
        reading = _Reading(path, container, only_keys=False)
        for second in seconds:
            last = None
            for time, frame in reading.frames(second, second + _LONGEST_GAP):
                if last is not None and time > second:
                    break
                last = frame
            if last is None:
                raise InputError(f"{path}: no picture can be decoded at {second:.1f} s")
            yield np.asarray(last.to_ndarray(format="rgb24"), np.uint8)


def _closely(
    reading: "_Reading", gap: SpanSeconds, first: Pictures, restless: NDArray[np.bool_]
) -> Iterator[tuple[float, Pictures]]:
    """Yield a picture a second of a stretch, and those before and after each greater change.

    What moves on and on, `restless` or found so here, is no change.
    """
    kept = looked = gap[0]
    before = first
    moving = restless.astype(np.float64)  # running share of the looks at which a tile changed
    for time, frame in reading.frames(*gap):
        if time - looked < _LOOK:
            continue
        picture = _small(frame, reading.height)
        tiles = _changed_tiles(before, picture)
        changed = np.sum(tiles & (moving < _MOVING) & ~restless) >= _CHANGED
        moving += _FORGETS * (tiles - moving)
        if changed and looked > kept:
            yield looked, before
        if changed or time - kept >= _EVERY:
            yield time, picture
            kept = time
        looked, before = time, picture


@dataclass(frozen=True, slots=True)
class _Packet:
    """A compressed frame: second, bytes, whether it is a key frame."""

    second: float
    size: int
    is_key: bool


class _Reading:
    """Decoded frames of a container's video stream with the player's times."""

    def __init__(self, path: Path, container: Container, *, only_keys: bool) -> None:
        video = [one for one in moving_streams(container) if one.type == "video"]
        if not video:
            raise InputError(f"{path}: has no video to find slides in; give the slides' file")
        self._container = container
        self._stream = video[0]
        self._origin = origin_of(container)
        self._stream.thread_type = "AUTO"
        # Frames that no other needs are left out: half of a common film's.
        self._stream.codec_context.skip_frame = "NONKEY" if only_keys else "NONREF"
        context = self._stream.codec_context
        shape = float(context.display_aspect_ratio or 0) or context.width / context.height
        self.height = min(4 * WIDTH, max(_TILE, round(WIDTH / shape)))
        self.end = max(0.0, declared_end(container, self._origin) or 0.0)
        self.packets: list[_Packet] = []  # those that were read

    def _note(self, packet: Packet) -> None:
        if packet.pts is not None:
            second = float(packet.pts * self._stream.time_base) - self._origin
            self.packets.append(_Packet(second, packet.size, packet.is_keyframe))

    def frames(
        self, start: float | None = None, stop: float = float("inf")
    ) -> Iterator[tuple[float, Frame]]:
        """Yield (second, frame), from the key frame at or before `start` to `stop`."""
        if start is not None and not go_to(self._container, start + self._origin):
            return
        for packet in packets_of(self._container):
            if packet.stream.index != self._stream.index:
                continue
            self._note(packet)
            for frame in decoded(packet) or ():
                if frame.pts is None:
                    continue
                time = float(frame.pts * self._stream.time_base) - self._origin
                if time > stop:
                    return
                yield time, frame


def _restless(pictures: Pictures) -> NDArray[np.bool_]:
    """Tiles that change all the time, as a speaker's picture does; none where most do."""
    changed = [_changed_tiles(*pair) for pair in pairwise(pictures)]
    if len(changed) < _FEWEST_PAIRS:
        return np.zeros_like(_changed_tiles(pictures[0], pictures[0]))
    restless = np.mean(changed, axis=0) > _RESTLESS
    return restless if restless.mean() < 0.5 else np.zeros_like(restless)


def _gaps(
    times: NDArray[np.float64],
    pictures: Pictures,
    end: float,
    restless: NDArray[np.bool_],
    packets: Sequence[_Packet],
) -> list[SpanSeconds]:
    """Stretches between key frames in which another page may have come up, joined where they meet.

    Each starts at a key frame. What `restless` tiles show counts for nothing.
    """
    starts = times.tolist()
    stops = [*starts[1:], max(end, starts[-1])]
    counts = [int((_changed_tiles(*pair) & ~restless).sum()) for pair in pairwise(pictures)]
    drawn = _drawn_between(starts, packets)
    gaps: list[SpanSeconds] = []
    for start, stop, count, is_drawn in zip(starts, stops, [*counts, _CHANGED], drawn, strict=True):
        alike = count < _CHANGED and not is_drawn
        if stop - start <= _LOOK or (alike and stop - start <= _LONGEST_GAP):
            continue
        if gaps and gaps[-1][1] == start:
            gaps[-1] = (gaps[-1][0], stop)
        else:
            gaps.append((start, stop))
    return gaps


def _drawn_between(starts: Sequence[float], packets: Sequence[_Packet]) -> list[bool]:
    """Say of each stretch whether its packets have the bytes that drawing a page takes."""
    keys, largest = [0] * len(starts), [0] * len(starts)
    for packet in packets:
        at = max(0, bisect_right(starts, packet.second + _EPS) - 1)
        sizes = keys if packet.is_key else largest
        sizes[at] = max(sizes[at], packet.size)
    return [size > _LARGE * key for size, key in zip(largest, keys, strict=True)]


def _changed_tiles(before: Pictures, after: Pictures) -> NDArray[np.bool_]:
    """Say of each tile, in one row, whether a pixel of it changed."""
    height, width = (side // _TILE * _TILE for side in before.shape)
    pixels = np.abs(after.astype(np.int16) - before)[:height, :width] > _STEP
    tiles = pixels.reshape(height // _TILE, _TILE, width // _TILE, _TILE).any(axis=(1, 3))
    return np.asarray(tiles.ravel(), np.bool_)


def _small(frame: Frame, height: int) -> Pictures:
    small = frame.reformat(width=WIDTH, height=height, format="gray8", interpolation="AREA")
    return np.asarray(small.to_ndarray(), np.uint8)
