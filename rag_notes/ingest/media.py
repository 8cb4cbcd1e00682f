"""A video or audio file to timed blocks of 16 kHz mono sound.

In: a path, and which track and channel of it. Out: what the file says about itself, and its sound
as blocks whose `start` is the player's time. Knows nothing of speech.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

import numpy as np

from rag_notes.errors import LostInputError
from rag_notes.ingest.blocks import RATE, Block, Timeline
from rag_notes.ingest.container import (
    Track,
    audio_stream,
    declared_end,
    default_track,
    go_to,
    guesses_its_length,
    moving_streams,
    open_media,
    origin_of,
    start_of,
    tracks_of,
)
from rag_notes.ingest.reading import MISSING_AT_END, Reading
from rag_notes.protocols import Samples
from rag_notes.schema import SpanSeconds

ReportLost: TypeAlias = Callable[[SpanSeconds], None]
Say: TypeAlias = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Listening:
    """Which sound of a file: a track from 1, None the default one; a channel from 0, None all."""

    path: Path
    track: int | None = None
    channel: int | None = None


@dataclass(frozen=True, slots=True)
class MediaInfo:
    """What a file declares: seconds are the player's; `duration` is None where none is declared.

    `is_guess` says that the format holds no duration and FFmpeg guessed it. `track` is the number
    of the track that is heard, None where there is no sound.
    """

    duration: float | None
    has_audio: bool
    has_video: bool
    audio_start: float = 0.0
    is_guess: bool = False
    tracks: tuple[Track, ...] = ()
    track: int | None = None

    @property
    def channels(self) -> int:
        """Channels of the track that is heard."""
        return self.tracks[self.track - 1].channels if self.track else 0


def probe(path: Path, track: int | None = None) -> MediaInfo:
    """Read what a media file declares, without decoding it.

    Raises InputError if the file is not media or has no such track.
    """
    with open_media(path) as container:
        origin = origin_of(container)
        audio = audio_stream(container, path, track)
        return MediaInfo(
            duration=declared_end(container, origin),
            has_audio=audio is not None,
            has_video=any(stream.type == "video" for stream in moving_streams(container)),
            audio_start=max(0.0, start_of(audio) - origin) if audio is not None else 0.0,
            is_guess=guesses_its_length(container, path),
            tracks=tracks_of(container),
            track=(track or default_track(container)) if audio is not None else None,
        )


def decode_audio(
    sound: Path | Listening, *, lost: ReportLost | None = None, say: Say | None = None
) -> Iterator[Block]:
    """Yield the sound from second 0 on, in order and without holes, up to 10 s a block.

    Each stretch that cannot be read is silent in the blocks and given to `lost`; where a file
    breaks off, the stretch from there to its declared end is. `say` is told of a clock that begins
    anew and of sound beyond the declared end.

    Raises InputError if the file is not media, LostInputError if it has no sound.
    """
    heard = sound if isinstance(sound, Listening) else Listening(sound)
    with open_media(heard.path) as container:
        audio = audio_stream(container, heard.path, heard.track)
        if audio is None:
            raise LostInputError(
                f"{heard.path}: no sound in this file; give a recording with an audio track"
            )
        timeline = Timeline(heard.channel)
        reading = Reading(container, audio, origin_of(container))
        is_guess = guesses_its_length(container, heard.path)
        for placed in reading.frames():
            yield from timeline.add(placed.time, placed.frame)
        yield from timeline.finish()
        if not timeline.heard:
            raise LostInputError(
                f"{heard.path}: the audio track holds no sound that can be decoded"
            )
    declared = None if is_guess or reading.joins else reading.declared
    losses = [*reading.losses, *_missing_at_end(heard.path, timeline.end, reading, declared)]
    if lost is not None:
        for span in _joined(losses):
            lost(span)
    if say is not None:
        for notice in _notices(timeline.end, reading.joins, declared):
            say(f"{heard.path.name}: {notice}")


def sample_audio(sound: Listening, places: Sequence[float], seconds: float) -> Iterator[Samples]:
    """Yield up to `seconds` of sound from about each of the `places` (in seconds), where it can.

    For what needs no exact time: files without an index are entered nearby, damage is passed over.
    """
    for place in places:
        with open_media(sound.path) as container:
            audio = audio_stream(container, sound.path, sound.track)
            if audio is None:
                return
            origin = origin_of(container)
            if place > 0 and not go_to(container, place + origin):
                continue
            timeline = Timeline(sound.channel)
            taken: list[Samples] = []
            for placed in Reading(container, audio, origin).frames():
                taken += [block.samples for block in timeline.add(None, placed.frame)]
                if timeline.end >= seconds:
                    break
            taken += [block.samples for block in timeline.finish()]
            if taken:
                yield np.concatenate(taken)[: round(seconds * RATE)]


def _missing_at_end(
    path: Path, end: float, reading: Reading, declared: float | None
) -> Iterator[SpanSeconds]:
    missing = _wave_seconds_missing(path)
    if missing > MISSING_AT_END:
        yield end, end + missing
    elif declared is not None and declared - max(end, reading.end) > MISSING_AT_END:
        yield end, declared


def _notices(end: float, joins: Sequence[float], declared: float | None) -> Iterator[str]:
    for join in joins:
        yield f"its clock begins anew at {join:.1f} s; times go on from there"
    if declared is not None and end - declared > MISSING_AT_END:
        yield f"it declares {declared:.1f} s and holds {end:.1f} s of sound; all of it was read"


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


def _joined(spans: Sequence[SpanSeconds]) -> list[SpanSeconds]:
    """Join spans that touch or lie within a second of each other."""
    joined: list[SpanSeconds] = []
    for start, end in sorted(spans):
        if joined and start - joined[-1][1] < 1.0:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return joined
