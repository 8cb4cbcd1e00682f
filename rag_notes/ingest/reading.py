"""The frames of one audio track with the player's second of each, and what of it is lost.

In: an open container and one of its audio streams. Out: decoded frames, placed: a stamp that
jumps once and returns is a glitch, a clock that falls back (recordings joined end to end) goes on
where the first part ended, and bytes that could not be read leave the time that they would have
taken. Knows nothing of samples.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path

from rag_notes.ingest.blocks import TOLERANCE
from rag_notes.ingest.container import (
    Container,
    Frame,
    Packet,
    Stream,
    declared_end,
    declared_end_of,
    decoded,
    moving_streams,
    packets_of,
)
from rag_notes.schema import SpanSeconds

MISSING_AT_END = 1.0  # seconds a file may end before the time it declares
_LONGEST = 48 * 3600.0  # seconds; a time stamp beyond it is damage
_BACK = 1.0  # seconds by which the clock must fall back to count as another recording's
_GAP = 0.25  # seconds without sound that are looked into
_DAMAGED_SHARE = 0.25  # of the bytes that a gap should hold; so many passed over, it is damage
_COUNTED = frozenset(["mp3", "aac"])  # formats whose times are counted from their frames
_CONTINUOUS = frozenset(["flac"])  # formats in which a recording has no gap
_INDEXED = frozenset(["mov,mp4,m4a,3gp,3g2,mj2"])  # where the order of bytes is not that of time
_STUFFED = frozenset(["mpegts", "mpeg"])  # where empty packets fill a gap
_TAGS = (b"ID3", b"TAG", b"APETAGEX")
_USUAL = 1024  # bytes between two packets that are headers, not damage
_CLEAN = 1.0  # seconds of sound without loss that end a stretch of damage
_FEW = 2.0  # seconds of sound before its bytes per second are known


@dataclass(frozen=True, slots=True)
class Placed:
    """A decoded frame and the player's second at which it starts, None right after the last."""

    time: float | None
    frame: Frame

    @property
    def seconds(self) -> float:
        """How long it sounds."""
        return float(self.frame.samples / self.frame.sample_rate)


@dataclass(frozen=True, slots=True)
class _Read:
    """A frame as it was read: its own time, and what was passed over since the last good one."""

    time: float | None
    frame: Frame
    bytes_lost: int
    lost_at: int  # where in the file the first of them stands
    trouble: int  # bytes lost in all since there was a second without loss
    is_after_damage: bool

    @property
    def seconds(self) -> float:
        return float(self.frame.samples / self.frame.sample_rate)

    def after(self, glitch: "_Read") -> "_Read":
        """Take over what was passed over before a frame that came out of damage."""
        return replace(self, is_after_damage=self.is_after_damage or glitch.is_after_damage)


class Reading:
    """One pass over an audio stream; afterwards `losses` and `end` say how it went."""

    def __init__(self, container: Container, audio: Stream, origin: float) -> None:
        """Read `audio`; `origin` is the second of the file's clock that players show as 0."""
        self._container = container
        self._audio = audio
        self._origin = origin
        self._format = container.format.name
        self._ledger = _Ledger()
        self._shift = 0.0  # seconds that stamps are off by
        self._fell: tuple[float, float] | None = None  # where another stream's clock fell back
        self._newest: dict[int, float] = {}  # stream -> its last decoding time
        self._newest_end = 0.0  # of any stream
        self.losses: list[SpanSeconds] = []
        self.joins: list[float] = []  # seconds at which another recording begins
        self.end = 0.0  # second at which the last packet that was read ends
        own = declared_end_of(audio, origin)
        whole = declared_end(container, origin)
        # FFmpeg gives a stream without a duration the container's, which the video may have filled.
        is_own = own is not None and (whole is None or own < whole - MISSING_AT_END)
        self.declared = own if is_own else whole
        watched = [audio] if is_own else moving_streams(container)
        self._watched = {stream.index for stream in watched}
        self._moving = {stream.index for stream in moving_streams(container)}

    def frames(self) -> Iterator[Placed]:
        """Yield every frame that can be decoded, in order."""
        expected: float | None = None  # second at which the next frame should start
        held: _Read | None = None  # a frame that jumps, until the next one says whether it is so
        for found in self._read():
            read = found
            if held is not None:
                placed = self._settle(held, expected, read)
                expected = _after(placed, expected)
                yield placed
                if placed.time is None:  # what was passed over lies before the next frame
                    read = found.after(held)
                held = None
            if self._jumps(read.time, expected):
                held = read
                continue
            placed = self._place(read, expected)
            expected = _after(placed, expected)
            yield placed
        if held is not None:
            yield self._settle(held, expected, None)

    # --- packets to frames -----------------------------------------------------------------------

    def _read(self) -> Iterator[_Read]:
        """Yield frames as they come; times are those of the file."""
        lost, lost_at, is_after_damage = 0, 0, False
        trouble, clean = 0, 0.0
        for packet in packets_of(self._container):
            if passed_over := self._ledger.passed_over(packet):
                lost_at = lost_at if lost else packet.pos - passed_over
                lost += passed_over
            span = self._span(packet)
            if packet.stream.index in self._moving:
                self._watch(packet, span)
            if packet.stream.index != self._audio.index:
                continue
            frames = decoded(packet)
            if frames is None:
                is_after_damage = True
                lost_at = lost_at if lost else packet.pos or 0
                lost += packet.size or 0
                if span is not None:
                    self.losses.append(span)
                    self._ledger.damaged += span[1] - span[0]
                continue
            self._ledger.count(packet, span)
            is_after_damage = is_after_damage or bool(packet.is_corrupt)
            for frame in frames:
                time = self._second(frame.pts, frame.time_base)
                believed = None if time is not None and time > _LONGEST else time
                clean = 0.0 if lost else clean + float(frame.samples / frame.sample_rate)
                trouble = lost + (trouble if clean < _CLEAN else 0)
                yield _Read(believed, frame, lost, lost_at, trouble, is_after_damage)
                lost, is_after_damage = 0, False

    def _watch(self, packet: Packet, span: SpanSeconds | None) -> None:
        """Follow the clock of every stream; a fall of one that is not ours is kept in mind."""
        at = self._second(packet.dts, packet.time_base)
        number = packet.stream.index
        if at is not None and number != self._audio.index:
            newest = self._newest.get(number, at)
            if at < newest - _BACK:
                self._fell = self._fell or (at, self._newest_end)
            elif at > newest + _BACK:
                self._fell = None  # a stamp that was wrong, or a gap
            self._newest[number] = at
        if span is not None:
            self._newest_end = max(self._newest_end, span[1])
            if number in self._watched:
                self.end = max(self.end, span[1])

    # --- times -----------------------------------------------------------------------------------

    def _settle(self, held: _Read, expected: float | None, following: _Read | None) -> Placed:
        """Place a frame that jumps; it is a glitch where the next one goes on as before."""
        assert held.time is not None
        at = held.time + self._shift
        if following is not None and following.time is not None and expected is not None:
            after = following.time + self._shift
            if abs(after - expected - held.seconds) < abs(after - at - held.seconds):
                return Placed(None, held.frame)
        elif expected is not None and (at < expected or self._is_beyond(at)):
            return Placed(None, held.frame)
        if expected is not None and (at < expected - _BACK or self._is_beyond(at)):
            self._join(held.time, expected)
        return self._place(held, expected)

    def _jumps(self, time: float | None, expected: float | None) -> bool:
        if time is None or expected is None:
            return False
        return abs(time + self._shift - expected) > TOLERANCE

    def _is_beyond(self, at: float) -> bool:
        """Whether a time lies after the end of a file whose clock has run on so far."""
        if self.declared is None or self.joins:
            return False
        return at > self.declared + MISSING_AT_END

    def _join(self, time: float, expected: float) -> None:
        """Go on with a recording whose clock begins anew where the last one ended."""
        first, end = time, max(self._newest_end, expected)
        if self._fell is not None and self._fell[0] <= time:
            first, end = self._fell[0], max(self._fell[1], expected)
        self._fell = None
        self._shift = end - first
        self.joins.append(end)

    def _place(self, read: _Read, expected: float | None) -> Placed:
        if read.time is None or expected is None:
            return Placed(read.time, read.frame)
        at = read.time + self._shift
        rate = self._ledger.bytes_per_second
        if self._format in _COUNTED and read.bytes_lost and rate:
            missing = read.bytes_lost / rate - self._ledger.take_damaged()
            if missing > _GAP and not self._is_tag(read.lost_at):
                self.losses.append((at, at + missing))
                self._shift += missing
                at += missing
        elif at - expected > _GAP and self._is_damage(read, at - expected, rate):
            self.losses.append((expected, at))
        return Placed(at, read.frame)

    def _is_damage(self, read: _Read, seconds: float, rate: float) -> bool:
        """Whether a gap is one in the file rather than in the recording."""
        if read.is_after_damage or self._format in _CONTINUOUS:
            return True
        if self._format in _INDEXED | _STUFFED:
            return False
        return read.trouble > _DAMAGED_SHARE * seconds * rate > 0

    def _is_tag(self, at: int) -> bool:
        """Whether a title or picture stands there, as where such files were joined."""
        with Path(self._container.name).open("rb") as file:
            file.seek(at)
            return file.read(8).startswith(_TAGS)

    def _second(self, pts: int | None, base: Fraction | None) -> float | None:
        if pts is None or base is None:
            return None
        return float(pts * base) - self._origin

    def _span(self, packet: Packet) -> SpanSeconds | None:
        start = self._second(packet.pts, packet.time_base)
        if start is None or start > _LONGEST:
            return None
        start += self._shift
        return max(0.0, start), max(0.0, start + float((packet.duration or 0) * packet.time_base))


class _Ledger:
    """Counts the bytes of a file that its packets account for, and those of its sound."""

    def __init__(self) -> None:
        self._read = 0  # bytes of all packets
        self._outside = 0  # bytes between them, so far
        self._bytes = 0  # of sound that was decoded
        self._seconds = 0.0
        self.damaged = 0.0  # seconds of packets that could not be decoded

    @property
    def bytes_per_second(self) -> float:
        """Of the sound so far; 0 where too little was read to tell."""
        return self._bytes / self._seconds if self._seconds > _FEW else 0.0

    def passed_over(self, packet: Packet) -> int:
        """Bytes before this packet that belong to none, beyond what is usual between them."""
        if packet.pos is None or packet.pos < 0 or not packet.size:
            return 0
        outside = packet.pos - self._read
        new = max(0, outside - self._outside) if self._read else 0
        self._outside = max(self._outside, outside)
        self._read += packet.size
        return new if new > _USUAL else 0

    def count(self, packet: Packet, span: SpanSeconds | None) -> None:
        """Count a packet of sound."""
        if span is not None and packet.size:
            self._bytes += packet.size
            self._seconds += span[1] - span[0]

    def take_damaged(self) -> float:
        """Seconds of damaged packets since this was last asked."""
        taken, self.damaged = self.damaged, 0.0
        return taken


def _after(placed: Placed, expected: float | None) -> float:
    """Second at which the frame after this one should start."""
    start = placed.time if placed.time is not None else expected or 0.0
    return start + placed.seconds
