"""Media files made on the spot: times, gaps, damage, and what is not media at all."""

import itertools
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest

from rag_notes.errors import InputError, LostInputError, MissingFileError
from rag_notes.ingest.blocks import RATE
from rag_notes.ingest.media import decode_audio, probe
from rag_notes.protocols import Samples
from rag_notes.schema import SpanSeconds


def tone(seconds: float, rate: int) -> Samples:
    at = np.arange(int(seconds * rate)) / rate
    return (0.5 * np.sin(2 * np.pi * 440 * at)).astype(np.float32)


def write_media(
    path: Path,
    stretches: list[SpanSeconds],
    *,
    rate: int = 44_100,
    codec: str = "aac",
    video_seconds: float = 0.0,
    options: dict[str, str] | None = None,
) -> Path:
    """Write tones that sound from start to end of each stretch, and nothing between them."""
    with av.open(str(path), "w", options=options or {}) as container:
        audio = container.add_stream(codec, rate=rate) if stretches else None
        if audio is not None:
            audio.layout = "mono"
        if video_seconds:
            video = container.add_stream("mpeg4", rate=10)
            video.width = video.height = 64
            for number in range(int(video_seconds * 10)):
                frame = av.VideoFrame.from_ndarray(np.zeros((64, 64, 3), np.uint8), format="rgb24")
                frame.pts, frame.time_base = number, Fraction(1, 10)
                container.mux(video.encode(frame))
            container.mux(video.encode())
        if audio is None:
            return path
        size = 1024
        for start, end in stretches:
            samples = tone(end - start, rate)
            for at in range(0, len(samples) - size, size):
                piece: Any = samples[None, at : at + size]
                if audio.format.name.startswith("s16"):
                    piece = (piece * 32767).astype(np.int16)
                elif audio.format.name.startswith("s32"):
                    piece = (piece * 2147483392).astype(np.int32)
                sound = av.AudioFrame.from_ndarray(piece, format=audio.format.name, layout="mono")
                sound.sample_rate, sound.time_base = rate, Fraction(1, rate)
                sound.pts = round(start * rate) + at
                container.mux(audio.encode(sound))
        container.mux(audio.encode())
    return path


def listen(path: Path, lost: list[SpanSeconds] | None = None) -> Samples:
    blocks = list(decode_audio(path, lost=None if lost is None else lost.append))
    for before, after in itertools.pairwise(blocks):
        assert after.start == pytest.approx(before.end, abs=1e-9)
    assert blocks[0].start == 0
    assert all(len(block.samples) < 25 * RATE for block in blocks)
    return np.concatenate([block.samples for block in blocks])


def sounding(samples: Samples) -> list[SpanSeconds]:
    """Stretches of sound, by 10 ms frames."""
    frame = RATE // 100
    loud = np.abs(samples[: len(samples) // frame * frame]).reshape(-1, frame).max(axis=1) > 0.1
    edges = np.flatnonzero(np.diff(np.concatenate([[0], loud.astype(int), [0]])))
    spans = [(a / 100, b / 100) for a, b in edges.reshape(-1, 2)]
    return [(float(a), float(b)) for a, b in spans if b - a > 0.1]


def assert_spans(found: list[SpanSeconds], expected: list[SpanSeconds]) -> None:
    assert len(found) == len(expected), found
    assert np.array(found) == pytest.approx(np.array(expected), abs=0.1)


@pytest.mark.parametrize(
    ("name", "codec", "rate"),
    [
        ("a.mp4", "aac", 44_100),
        ("a.mkv", "aac", 48_000),
        ("a.wav", "pcm_s16le", 11_025),
        ("a.mp3", "mp3", 22_050),
        ("a.flac", "flac", 16_000),
    ],
)
def test_sound_keeps_its_length(tmp_path: Path, name: str, codec: str, rate: int) -> None:
    path = write_media(tmp_path / name, [(0, 12)], rate=rate, codec=codec)
    lost: list[SpanSeconds] = []
    samples = listen(path, lost)
    assert len(samples) / RATE == pytest.approx(12, abs=0.15)
    assert lost == []
    info = probe(path)
    assert info.has_audio
    assert not info.has_video
    assert info.duration == pytest.approx(12, abs=0.2)


@pytest.mark.parametrize("name", ["late.mp4", "late.mkv", "late.mov"])
def test_late_audio_is_preceded_by_silence(tmp_path: Path, name: str) -> None:
    path = write_media(tmp_path / name, [(3.94, 8)], video_seconds=9)
    assert_spans(sounding(listen(path)), [(3.94, 8)])
    assert probe(path).audio_start == pytest.approx(3.94, abs=0.05)
    assert probe(path).has_video


@pytest.mark.parametrize("name", ["gap.mp4", "gap.mkv"])
def test_gap_in_the_track_is_filled(tmp_path: Path, name: str) -> None:
    path = write_media(tmp_path / name, [(0, 4), (11, 15)], video_seconds=16)
    lost: list[SpanSeconds] = []
    assert_spans(sounding(listen(path, lost)), [(0, 4), (11, 15)])
    assert lost == []


def test_transport_stream_counts_from_its_first_picture(tmp_path: Path) -> None:
    path = write_media(tmp_path / "a.ts", [(2, 6)], video_seconds=8)
    assert_spans(sounding(listen(path)), [(2, 6)])


def test_audio_may_end_before_the_video(tmp_path: Path) -> None:
    for name in ("short.mp4", "short.mkv"):
        lost: list[SpanSeconds] = []
        listen(write_media(tmp_path / name, [(0, 4)], video_seconds=12), lost)
        assert lost == []


@pytest.mark.parametrize(
    ("name", "codec", "options"),
    [
        ("cut.mp4", "aac", {"movflags": "faststart"}),
        ("cut.mkv", "aac", {}),
        ("cut.wav", "pcm_s16le", {}),
    ],
)
def test_truncated_media_is_read_to_the_break_and_reported(
    tmp_path: Path, name: str, codec: str, options: dict[str, str]
) -> None:
    path = write_media(tmp_path / name, [(0, 60)], codec=codec, options=options)
    data = path.read_bytes()
    path.write_bytes(data[: len(data) * 6 // 10])
    lost: list[SpanSeconds] = []
    heard = len(listen(path, lost)) / RATE
    assert 25 < heard < 45
    assert len(lost) == 1
    assert lost[0] == pytest.approx((heard, 60), abs=0.5)


def test_damage_in_the_middle_shifts_nothing(tmp_path: Path) -> None:
    path = write_media(tmp_path / "hole.mkv", [(0, 8), (20, 40)])
    data = bytearray(path.read_bytes())
    at = len(data) // 2
    data[at : at + 4000] = bytes(4000)
    path.write_bytes(bytes(data))
    samples = listen(path)
    assert sounding(samples)[-1][1] == pytest.approx(40, abs=0.2)


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "empty"),
        (b"1\n00:00:01,000 --> 00:00:02,000\nThis is text.\n", "text file"),
        (b"#EXTM3U\n#EXTINF:10,\nhttp://example.org/a.ts\n", "text file"),
        (b"#EXTM3U\n" + bytes(5000), "text file"),
        (bytes(range(256)) * 40, "cannot be read"),
        ("é" * 3000, "text file"),
    ],
)
def test_what_is_not_media_is_said_in_one_line(
    tmp_path: Path, content: bytes | str, says: str
) -> None:
    path = tmp_path / "lecture.mp4"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    for read in (probe, lambda p: list(decode_audio(p))):
        with pytest.raises(InputError, match=says) as caught:
            read(path)
        assert "\n" not in str(caught.value)


def test_missing_files_addresses_and_folders(tmp_path: Path) -> None:
    with pytest.raises(MissingFileError):
        probe(tmp_path / "none.mp4")
    with pytest.raises(InputError, match="address"):
        probe(Path("https://example.org/a.mp4"))
    with pytest.raises(InputError, match="folder"):
        probe(tmp_path)


def test_video_without_sound_is_lost_input(tmp_path: Path) -> None:
    path = write_media(tmp_path / "mute.mp4", [], video_seconds=2)
    assert not probe(path).has_audio
    with pytest.raises(LostInputError, match="no sound"):
        list(decode_audio(path))
