"""A media file opened with care: its streams, its audio tracks, its clock, its packets.

In: a path; out: PyAV's container, what it declares in the player's seconds, and what can be read of
it. The only importer of PyAV for sound. Like the browsers, we count from the earliest of the audio
and video streams. Playlists, which could make FFmpeg open other files or addresses, are refused
before it sees them.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

from rag_notes.errors import InputError, MissingFileError

# PyAV's objects, named for the reader; its types are not imported before they are needed.
Container: TypeAlias = Any
Stream: TypeAlias = Any
Packet: TypeAlias = Any
Frame: TypeAlias = Any
Resampler: TypeAlias = Any

_PLAYLISTS = (b"#EXTM3U", b"ffconcat", b"<?xml", b"<MPD", b"[playlist]")
# Formats without an index: FFmpeg guesses how long such a file is from its first frames.
_UNINDEXED = frozenset("aac ac3 adts dts eac3 loas mp3 truehd".split())
_MP3_COUNTS = (b"Xing", b"Info", b"VBRI")  # headers that count the frames of an MP3
_LAYOUTS = {1: "mono", 2: "stereo"}
_FAILURES = 50  # reads in a row that fail before we take the file to end there


@dataclass(frozen=True, slots=True)
class Track:
    """One audio track of a file; `number` counts the audio tracks from 1."""

    number: int
    codec: str
    channels: int
    language: str | None = None
    title: str | None = None

    def __str__(self) -> str:
        sound = _LAYOUTS.get(self.channels, f"{self.channels} channels")
        named = [self.language, f'"{self.title}"' if self.title else None, self.codec, sound]
        return f"{self.number} ({', '.join(part for part in named if part)})"


def open_media(path: Path) -> Container:
    """Open a file that FFmpeg can read.

    Raises InputError if it is not media, MissingFileError if it is not there.
    """
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


def packets_of(container: Container) -> Iterator[Packet]:
    """Yield the packets of all streams; after damage it goes on where FFmpeg finds the next.

    What is missing at the end is not told: compare with the declared duration.
    """
    import av

    failures = 0
    while failures < _FAILURES:
        try:
            for packet in container.demux():
                failures = 0
                yield packet
        except av.FFmpegError:
            failures += 1
        else:
            return


def decoded(packet: Packet) -> list[Frame] | None:
    """Decode the frames of a packet; None where it is damaged."""
    import av

    try:
        return list(packet.decode())
    except av.FFmpegError:
        return None


def resampler(layout: str | None, rate: int) -> Resampler:
    """Make a resampler to 32-bit floats, one row a channel; `layout` None keeps the channels."""
    import av

    return av.AudioResampler(format="fltp", layout=layout, rate=rate)


def go_to(container: Container, second: float) -> bool:
    """Go near a second of the file's own clock; False where the file does not allow it."""
    import av

    try:
        container.seek(round(second * 1_000_000))
    except av.FFmpegError:
        return False
    return True


def moving_streams(container: Container) -> Iterator[Stream]:
    """Yield audio and video streams, covers and thumbnails left out."""
    for stream in container.streams:
        if stream.type in ("audio", "video") and not _is_marked(stream, "attached_pic"):
            yield stream


def tracks_of(container: Container) -> tuple[Track, ...]:
    """Every audio track, in the order of the file."""
    return tuple(
        Track(
            number=number,
            codec=stream.codec_context.name,
            channels=stream.codec_context.channels,
            language=_tag(stream, "language"),
            title=_tag(stream, "title") or _tag(stream, "handler_name"),
        )
        for number, stream in enumerate(container.streams.audio, start=1)
    )


def default_track(container: Container) -> int | None:
    """Number of the track that a player plays; None where there is none.

    It is the first that is marked as the default, else the first.
    """
    streams = container.streams.audio
    marked = (n for n, stream in enumerate(streams, start=1) if _is_marked(stream, "default"))
    return next(marked, 1 if streams else None)


def audio_stream(container: Container, path: Path, track: int | None) -> Stream | None:
    """Return the audio stream of track number `track`, None for the default one.

    Raises InputError where there is no such track; None is returned where there is no sound at all.
    """
    number = track if track is not None else default_track(container)
    if number is None or not container.streams.audio:
        return None
    if not 1 <= number <= len(container.streams.audio):
        there = ", ".join(map(str, tracks_of(container)))
        raise InputError(f"{path}: no audio track {number}; there are: {there}")
    return container.streams.audio[number - 1]


def start_of(stream: Stream) -> float:
    """Second on the file's own clock at which a stream starts."""
    if stream.start_time is None or stream.time_base is None:
        return 0.0
    return float(stream.start_time * stream.time_base)


def origin_of(container: Container) -> float:
    """Second on the file's own clock that a player shows as 0."""
    return max(0.0, min((start_of(stream) for stream in moving_streams(container)), default=0.0))


def declared_end(container: Container, origin: float) -> float | None:
    """Player's second at which a file says that it ends; None where it does not say."""
    if container.duration is None or container.duration <= 0:
        return None
    return float(container.duration) / 1e6 + max(0.0, (container.start_time or 0) / 1e6 - origin)


def declared_end_of(stream: Stream, origin: float) -> float | None:
    """Player's second at which one stream says that it ends; None where it does not say."""
    if stream.duration is None or stream.duration <= 0:
        return None
    return float(stream.duration * stream.time_base) + start_of(stream) - origin


def guesses_its_length(container: Container, path: Path) -> bool:
    """Whether the declared end is a guess of FFmpeg's, since the format holds none."""
    if container.format.name not in _UNINDEXED:
        return False
    return container.format.name != "mp3" or not _counts_frames(path)


def _counts_frames(path: Path) -> bool:
    """Whether the first frame of an MP3 says how many there are."""
    with path.open("rb") as file:
        head = file.read(10)
        if head[:3] == b"ID3":  # its size is 4 bytes of 7 bits
            size = sum(
                byte << shift for byte, shift in zip(head[6:10], (21, 14, 7, 0), strict=True)
            )
            file.seek(10 + size)
        else:
            file.seek(0)
        frame = file.read(4096)
    return any(mark in frame for mark in _MP3_COUNTS)


def _tag(stream: Stream, name: str) -> str | None:
    text = "".join(c for c in str(stream.metadata.get(name, "")) if c.isprintable()).strip()[:60]
    meaningless = ("und", "SoundHandler", "Core Media Audio", "")
    return None if text in meaningless or text.startswith(("SoundHandle", "ISO Media")) else text


def _is_marked(stream: Stream, name: str) -> bool:
    flags = stream.disposition
    return bool(flags & type(flags)[name])


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
