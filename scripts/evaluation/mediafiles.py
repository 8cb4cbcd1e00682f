"""Recordings whose clocks play tricks, made of stretches of sound with known times.

In: sound with the presentation time of each stretch; out: a file in which a player hears it then.
Nothing between two stretches means no packets at all, as where a recorder paused; video runs on.
"""

import struct
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any, TypeAlias

import av
import numpy as np

from rag_notes.ingest.blocks import RATE
from rag_notes.protocols import Samples

Stretches: TypeAlias = Sequence[tuple[float, Samples]]  # (second at which it is heard, sound)

_SIZE = 64  # pixels of the pictures' sides
_NTSC = Fraction(30_000, 1001)
_TRIMMED = 5.0  # seconds that an edit list cuts off
_DAMAGED = 12_000  # bytes


@dataclass(frozen=True, slots=True)
class Film:
    """How a file is written; `pictures` are the times of its video frames, none for sound alone."""

    name: str
    codec: str = "aac"
    rate: int = 44_100
    pictures: Callable[[float], Iterator[float]] | None = None
    video: str = "libx264"
    b_frames: bool = False
    options: Mapping[str, str] | None = None
    pause: tuple[float, float] | None = None  # no sound is recorded in it
    begins: float = 0.0  # nor before this second


def steady(seconds: float) -> Iterator[float]:
    """Times of 29.97 pictures a second."""
    number = 0
    while number / _NTSC < seconds:
        yield float(number / _NTSC)
        number += 1


def unsteady(seconds: float) -> Iterator[float]:
    """Times of pictures that come as they like, like those of a screen recorder."""
    dice = np.random.default_rng(3)
    at = 0.0
    while at < seconds:
        yield at
        at += float(dice.choice([0.02, 0.04, 0.1, 0.5, 2.0]))


FILMS: Mapping[str, Film] = {
    "plain MP4": Film("plain.mp4", pictures=steady),
    "sound from 3.94 s on, MP4": Film("late.mp4", pictures=steady, begins=3.94),
    "sound from 3.94 s on, MKV": Film("late.mkv", pictures=steady, begins=3.94),
    "7 s without sound, MP4": Film("gap.mp4", pictures=steady, pause=(20.0, 27.0)),
    "7 s without sound, MKV": Film("gap.mkv", pictures=steady, pause=(20.0, 27.0)),
    "7 s without sound, audio alone": Film("gap.mka", pause=(20.0, 27.0)),
    "29.97 pictures a second, B-frames": Film("ntsc.mp4", pictures=steady, b_frames=True),
    "variable rate, B-frames, MKV": Film("vfr.mkv", pictures=unsteady, b_frames=True),
    "variable rate, MP4": Film("vfr.mp4", pictures=unsteady),
    "edit list cuts off 5 s, B-frames": Film("edit.mp4", pictures=steady, b_frames=True),
    "transport stream, clock from 1 h": Film(
        "clock.ts", pictures=steady, options={"output_ts_offset": "3600"}
    ),
    "Opus at 48 kHz, WebM": Film("a.webm", codec="libopus", rate=48_000),
    "MP3 at 22.05 kHz": Film("a.mp3", codec="libmp3lame", rate=22_050),
    "MP3 with 12 kB damaged": Film("damaged.mp3", codec="libmp3lame"),
    "MKV with 12 kB damaged": Film("damaged.mkv"),
}


def write_film(folder: Path, film: Film, stretches: Stretches, seconds: float) -> Path:
    """Write `seconds` of film in which each stretch is heard at its time."""
    path = folder / film.name
    shift = _TRIMMED if film.name.startswith("edit") else 0.0
    moved = [(start + shift, samples) for start, samples in stretches]
    whole = _filled(moved, seconds + shift)
    with av.open(str(path), "w", options=dict(film.options or {})) as container:
        audio = container.add_stream(film.codec, rate=film.rate)
        audio.layout = "mono"
        pictures = _pictures(container, film, seconds + shift)
        container.start_encoding()
        for _, packets in sorted(
            [*pictures, *_sound(audio, film, whole)], key=lambda pair: pair[0]
        ):
            container.mux(packets)
    if film.name.startswith("edit"):
        _trim(path, shift)
    if film.name.startswith("damaged"):
        data = bytearray(path.read_bytes())
        at = round(0.42 * len(data))  # between what is said
        data[at : at + _DAMAGED] = bytes(_DAMAGED)
        path.write_bytes(bytes(data))
    return path


def _filled(stretches: Stretches, seconds: float) -> Samples:
    whole = np.zeros(round(seconds * RATE), dtype=np.float32)
    for start, samples in stretches:
        at = round(start * RATE)
        whole[at : at + len(samples)] = samples
    return whole


def _pictures(container: Any, film: Film, seconds: float) -> list[tuple[float, Any]]:  # noqa: ANN401
    if film.pictures is None:
        return []
    video = container.add_stream(film.video, rate=_NTSC)
    video.width = video.height = _SIZE
    video.pix_fmt = "yuv420p"
    video.codec_context.time_base = Fraction(1, 30_000)
    video.options = {"preset": "ultrafast", "bf": "3" if film.b_frames else "0", "threads": "1"}
    if film.b_frames:
        video.options |= {"x264-params": "b-adapt=0:bframes=3"}
    found = []
    for number, at in enumerate(film.pictures(seconds)):
        shade = np.full((_SIZE, _SIZE, 3), number * 7 % 256, dtype=np.uint8)
        frame = av.VideoFrame.from_ndarray(shade, format="rgb24")
        frame.pts, frame.time_base = round(at * 30_000), Fraction(1, 30_000)
        found += [(at, packet) for packet in video.encode(frame)]
    return [*found, *((seconds, packet) for packet in video.encode(None))]


def _sound(audio: Any, film: Film, whole: Samples) -> Iterator[tuple[float, Any]]:  # noqa: ANN401
    """Yield (second, packet); frames in the pause, and before the beginning, are left out."""
    resampler = av.AudioResampler(format=audio.format.name, layout="mono", rate=film.rate)
    size = audio.frame_size or 1024
    wave = np.interp(
        np.arange(int(len(whole) * film.rate / RATE)) * RATE / film.rate,
        np.arange(len(whole)),
        whole,
    ).astype(np.float32)
    first = round(film.begins * film.rate)
    for at in range(first, len(wave) - size, size):
        second = at / film.rate
        if film.pause and film.pause[0] <= second < film.pause[1]:
            continue
        frame = av.AudioFrame.from_ndarray(wave[None, at : at + size], format="fltp", layout="mono")
        frame.sample_rate, frame.time_base, frame.pts = film.rate, Fraction(1, film.rate), at
        for out in resampler.resample(frame):
            out.pts, out.time_base = at, Fraction(1, film.rate)
            yield from ((second, packet) for packet in audio.encode(out))
    yield from ((len(wave) / film.rate, packet) for packet in audio.encode(None))


# --- edit lists ----------------------------------------------------------------------------------


def _trim(path: Path, seconds: float) -> None:
    """Have the edit list of each track begin so much later, as editors do without encoding anew."""
    data = bytearray(path.read_bytes())
    movie = _timescale(data, data.index(b"mvhd"))
    at = 0
    while (at := data.find(b"trak", at + 1)) > 0:
        media = _timescale(data, data.index(b"mdhd", at))
        entry = data.index(b"elst", at) + 12  # version, flags and count stand before it
        length, start = struct.unpack(">Ii", data[entry : entry + 8])
        cut = length - round(seconds * movie), start + round(seconds * media)
        data[entry : entry + 8] = struct.pack(">Ii", *cut)
    path.write_bytes(bytes(data))


def _timescale(data: bytes | bytearray, at: int) -> int:
    """Units a second of a header of version 0."""
    (scale,) = struct.unpack(">I", data[at + 16 : at + 20])
    return int(scale)
