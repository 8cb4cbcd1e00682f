"""A video or audio file to timed blocks of 16 kHz mono sound.

In: a path. Out: what the file says about itself, and its sound as blocks whose `start` is the
player's time: late audio is preceded by silence, gaps are filled with it. Knows nothing of speech.

Like the browsers, we count from the earliest of the audio and video streams. Playlists, which could
make FFmpeg open other files or addresses, are refused before FFmpeg sees them.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from rag_notes.errors import InputError, LostInputError, MissingFileError
from rag_notes.schema import SpanSeconds

RATE = 16_000  # samples per second

Samples: TypeAlias = NDArray[np.float32]  # (n,), -1 to 1
ReportLost: TypeAlias = Callable[[SpanSeconds], None]

# PyAV's objects, named for the reader; its types are not imported before they are needed.
_Container: TypeAlias = Any
_Stream: TypeAlias = Any
_Packet: TypeAlias = Any
_Frame: TypeAlias = Any
_Resampler: TypeAlias = Any

_BLOCK_SECONDS = 10
_TOLERANCE = 0.05  # seconds by which a frame may stray from its place before we move it
_MISSING_AT_END = 1.0  # seconds a file may end before the time it declares
_LONGEST = 48 * 3600.0  # seconds; a time stamp beyond it is damage
_PLAYLISTS = (b"#EXTM3U", b"ffconcat", b"<?xml", b"<MPD", b"[playlist]")


@dataclass(frozen=True, slots=True)
class MediaInfo:
    """What a file declares: seconds are the player's; `duration` is None where none is declared."""

    duration: float | None
    has_audio: bool
    has_video: bool
    audio_start: float = 0.0


@dataclass(frozen=True, slots=True)
class Block:
    """Sound that starts at `start` seconds; samples are float32 (n,) at 16 kHz."""

    start: float
    samples: Samples

    @property
    def end(self) -> float:
        """Second at which the block ends."""
        return self.start + len(self.samples) / RATE


def probe(path: Path) -> MediaInfo:
    """Read what a media file declares, without decoding it.

    Raises InputError if the file is not media.
    """
    with _open(path) as container:
        origin = _origin(container)
        audio = _audio_stream(container)
        return MediaInfo(
            duration=_declared_end(container, container, origin),
            has_audio=audio is not None,
            has_video=any(True for stream in _moving(container) if stream.type == "video"),
            audio_start=max(0.0, _start(audio) - origin) if audio is not None else 0.0,
        )


def decode_audio(path: Path, *, lost: ReportLost | None = None) -> Iterator[Block]:
    """Yield the sound from second 0 on, in order and without holes, up to 10 s a block.

    Each stretch that cannot be read is silent in the blocks and given to `lost`; where a file
    breaks off, the stretch from there to its declared end is.

    Raises InputError if the file is not media, LostInputError if it has no sound.
    """
    with _open(path) as container:
        audio = _audio_stream(container)
        if audio is None:
            raise LostInputError(
                f"{path}: no sound in this file; give a recording with an audio track"
            )
        origin = _origin(container)
        losses: list[SpanSeconds] = []
        timeline = _Timeline()
        reading = _Reading(container=container, audio=audio, origin=origin, losses=losses)
        for time, frame in reading.frames():
            yield from timeline.add(time, frame)
        yield from timeline.finish()
        if not timeline.heard:
            raise LostInputError(f"{path}: the audio track holds no sound that can be decoded")
    end = max(timeline.end, reading.end)
    declared = reading.declared
    missing = _wave_seconds_missing(path)
    if missing > _MISSING_AT_END:
        losses.append((timeline.end, timeline.end + missing))
    elif declared is not None and declared - end > _MISSING_AT_END:
        losses.append((timeline.end, declared))
    if lost is not None:
        for span in _joined(losses):
            lost(span)


class _Reading:
    """Frames of one audio stream, with what was lost on the way."""

    def __init__(
        self,
        *,
        container: _Container,
        audio: _Stream,
        origin: float,
        losses: list[SpanSeconds],
    ) -> None:
        self._container = container
        self._audio = audio
        self._origin = origin
        self._losses = losses
        self.end = 0.0  # second at which the last packet that was read ends
        own = _declared_end(audio, None, origin)
        whole = _declared_end(container, container, origin)
        # FFmpeg gives a stream without a duration the container's, which the video may have filled.
        is_own = own is not None and (whole is None or own < whole - _MISSING_AT_END)
        self.declared = own if is_own else whole
        self._watched = [audio] if is_own else list(_moving(container))

    def frames(self) -> Iterator[tuple[float | None, _Frame]]:
        """Yield (player's second or None, frame)."""
        import av

        packets = self._container.demux(*self._watched)
        while True:
            try:
                packet = next(packets)
            except StopIteration:
                return
            except av.FFmpegError:
                return  # what is missing at the end is reported against the declared duration
            span = self._span(packet)
            self.end = max(self.end, span[1] if span else 0.0)
            if packet.stream.index != self._audio.index:
                continue
            try:
                frames = packet.decode()
            except av.FFmpegError:
                if span is not None:
                    self._losses.append(span)
                continue
            for frame in frames:
                yield self._second(frame.pts, frame.time_base), frame

    def _second(self, pts: int | None, base: Fraction | None) -> float | None:
        if pts is None or base is None:
            return None
        return float(pts * base) - self._origin

    def _span(self, packet: _Packet) -> SpanSeconds | None:
        start = self._second(packet.pts, packet.time_base)
        if start is None:
            return None
        return max(0.0, start), max(0.0, start + float((packet.duration or 0) * packet.time_base))


class _Timeline:
    """Puts resampled frames at the place that their time stamps say."""

    def __init__(self) -> None:
        self._pending: list[Samples] = []
        self._pending_count = 0
        self._yielded = 0  # samples
        self._skip = 0  # samples to drop, because that time is already filled
        self._resampler: _Resampler = None
        self._expected: float | None = None  # second at which the next frame should start
        self.heard = False

    @property
    def end(self) -> float:
        """Second up to which there is sound."""
        return (self._yielded + self._pending_count) / RATE

    def add(self, time: float | None, frame: _Frame) -> Iterator[Block]:
        """Take one decoded frame that starts at `time`; yield the blocks that became full."""
        expected = self._expected
        if time is not None and time > _LONGEST:
            time = None
        if time is not None and (expected is None or abs(time - expected) > _TOLERANCE):
            yield from self._flush_resampler()
            yield from self._move_to(time)
            expected = time
        if self._resampler is None:
            self._resampler = _resampler()
        self.heard = True
        frame.pts = None  # we keep time ourselves
        for out in self._resampler.resample(frame):
            self._append(out.to_ndarray()[0])
        self._expected = (expected or 0.0) + frame.samples / frame.sample_rate
        yield from self._full_blocks()

    def finish(self) -> Iterator[Block]:
        """Yield what is left."""
        yield from self._flush_resampler()
        yield from self._full_blocks(least=1)

    def _flush_resampler(self) -> Iterator[Block]:
        if self._resampler is not None:
            for out in self._resampler.resample(None):
                self._append(out.to_ndarray()[0])
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


def _resampler() -> _Resampler:
    import av

    return av.AudioResampler(format="fltp", layout="mono", rate=RATE)


def _open(path: Path) -> _Container:
    import av

    _check_file(path)
    try:
        return av.open(
            str(path.resolve()),
            options={"protocol_whitelist": "file"},
            metadata_errors="replace",
        )
    except av.FFmpegError as error:
        raise InputError(
            f"{path}: cannot be read as video or audio ({error.strerror}); "
            "the file is of another kind, or damaged at its start or index"
        ) from error


def _check_file(path: Path) -> None:
    """Raise the error that fits unless `path` is a file that may be media."""
    if "://" in str(path) or str(path).startswith(("http:/", "https:/")):
        raise InputError(
            f"{path}: an address, not a file; download the recording and give the file"
        )
    if path.is_dir():
        raise InputError(f"{path}: a folder, expected a video or audio file")
    if not path.exists():
        raise MissingFileError(path, "video or audio file")
    try:
        with path.open("rb") as file:
            head = file.read(4096)
    except OSError as error:
        raise InputError(f"{path}: cannot be opened ({error.strerror})") from error
    if not head:
        raise InputError(f"{path}: the file is empty")
    if head.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(_PLAYLISTS) or _is_text(head):
        raise InputError(
            f"{path}: a text file, expected video or audio; "
            "transcripts are read from .srt, .vtt, .json and .txt"
        )


def _is_text(head: bytes) -> bool:
    if b"\0" in head:
        return False
    try:
        text = head[:-4].decode() if len(head) > 4 else head.decode()
    except UnicodeDecodeError as error:
        if error.start < len(head) - 8:
            return False
        text = head[: error.start].decode()
    return sum(c.isprintable() or c.isspace() for c in text) >= 0.99 * len(text)


def _audio_stream(container: _Container) -> _Stream | None:
    return container.streams.best("audio")


def _moving(container: _Container) -> Iterator[_Stream]:
    """Yield audio and video streams, covers and thumbnails left out."""
    for stream in container.streams:
        picture = "attached_pic" in str(getattr(stream, "disposition", ""))
        if stream.type in ("audio", "video") and not picture:
            yield stream


def _start(stream: _Stream) -> float:
    if stream.start_time is None or stream.time_base is None:
        return 0.0
    return float(stream.start_time * stream.time_base)


def _origin(container: _Container) -> float:
    """Second on the file's own clock that a player shows as 0."""
    return max(0.0, min((_start(stream) for stream in _moving(container)), default=0.0))


def _declared_end(
    timed: _Container | _Stream, container: _Container | None, origin: float
) -> float | None:
    """Player's second at which a stream, or the whole container, says that it ends."""
    if timed.duration is None or timed.duration <= 0:
        return None
    if container is not None:  # in microseconds
        return float(timed.duration) / 1e6 + max(0.0, (container.start_time or 0) / 1e6 - origin)
    return float(timed.duration * timed.time_base) + _start(timed) - origin


def _wave_seconds_missing(path: Path) -> float:
    """Seconds by which a WAVE file is shorter than it says, which FFmpeg passes over."""
    with path.open("rb") as file:
        head = file.read(36)
    if len(head) < 36 or (head[:4], head[8:16]) != (b"RIFF", b"WAVEfmt "):
        return 0.0
    size = int.from_bytes(head[4:8], "little") + 8
    bytes_per_second = int.from_bytes(head[28:32], "little")
    if size >= 0xFFFF_FFFF or bytes_per_second == 0:  # written to a pipe: length unknown
        return 0.0
    return max(0.0, (size - path.stat().st_size) / bytes_per_second)


def _joined(spans: list[SpanSeconds]) -> list[SpanSeconds]:
    """Join spans that touch or lie within a second of each other."""
    joined: list[SpanSeconds] = []
    for start, end in sorted(spans):
        if joined and start - joined[-1][1] < 1.0:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return joined
