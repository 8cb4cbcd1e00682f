"""Media files made on the spot: times, tracks, gaps, damage, and what is not media at all."""

import itertools
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest
from evaluation.mediafiles import FILMS, write_film
from evaluation.mediatimes import beeps_in, lay_out

from rag_notes.errors import InputError, LostInputError, MissingFileError
from rag_notes.ingest.blocks import RATE
from rag_notes.ingest.media import Listening, decode_audio, probe, sample_audio
from rag_notes.protocols import Samples
from rag_notes.schema import SpanSeconds
from tests.sounds import write_wav


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


def damage(path: Path, size: int, fill: bytes | None = None) -> Path:
    """Overwrite some bytes in the middle of a file."""
    data = bytearray(path.read_bytes())
    at = len(data) // 2
    data[at : at + size] = fill or bytes(size)
    path.write_bytes(bytes(data))
    return path


@pytest.mark.parametrize(
    ("name", "codec"),
    [
        ("hole.mkv", "aac"),
        ("hole.mp4", "aac"),
        ("hole.ts", "aac"),
        ("hole.mp3", "mp3"),
        ("hole.opus", "libopus"),
        ("hole.flac", "flac"),
    ],
)
@pytest.mark.parametrize("noise", [False, True])
def test_damage_in_the_middle_shifts_nothing_and_is_reported(
    tmp_path: Path, name: str, codec: str, noise: bool
) -> None:
    rate = 48_000 if codec == "libopus" else 44_100
    path = write_media(tmp_path / name, [(0, 60)], rate=rate, codec=codec)
    size = path.stat().st_size // 20
    damage(path, size, np.random.default_rng(1).bytes(size) if noise else None)
    lost: list[SpanSeconds] = []
    samples = listen(path, lost)
    assert len(samples) / RATE == pytest.approx(60, abs=0.3)
    heard = sounding(samples)
    assert heard[-1][1] == pytest.approx(60, abs=0.2)
    quiet = [(a[1], b[0]) for a, b in itertools.pairwise(heard) if b[0] - a[1] > 0.5]
    assert quiet, "the damage leaves a hole"
    for hole in quiet:
        assert any(a - 0.5 < hole[0] and hole[1] < b + 0.5 for a, b in lost), (hole, lost)
    assert all(25 < start < end < 45 for start, end in lost)


def test_a_damaged_file_of_sound_with_a_gap_keeps_the_gap_apart(tmp_path: Path) -> None:
    path = damage(write_media(tmp_path / "hole.mkv", [(0, 8), (20, 40)]), 4000)
    lost: list[SpanSeconds] = []
    samples = listen(path, lost)
    assert sounding(samples)[-1][1] == pytest.approx(40, abs=0.2)
    assert all(start > 19 for start, _ in lost)


@pytest.mark.parametrize("name", FILMS)
def test_beeps_are_heard_when_a_player_plays_them(tmp_path: Path, name: str) -> None:
    laid = lay_out()
    path = write_film(tmp_path, FILMS[name], laid.stretches, 60.0)
    assert beeps_in(listen(path)) == pytest.approx(laid.beeps, abs=0.06)


def test_an_edit_list_counts(tmp_path: Path) -> None:
    """The beeps of this file would be 5 s late without it."""
    laid = lay_out()
    film = FILMS["edit list cuts off 5 s, B-frames"]
    path = write_film(tmp_path, film, laid.stretches, 60.0)
    with av.open(str(path), options={"ignore_editlist": "1"}) as container:
        assert sum(frame.samples for frame in container.decode(audio=0)) / 44_100 > 64
    assert len(listen(path)) / RATE == pytest.approx(60, abs=0.2)


def test_recordings_joined_end_to_end_are_read_whole(tmp_path: Path) -> None:
    """Of another rate each; the second one's clock begins anew."""
    one = write_media(tmp_path / "a.ts", [(2, 6)], video_seconds=8)
    two = write_media(tmp_path / "b.ts", [(1, 5)], video_seconds=8, rate=48_000)
    both = tmp_path / "both.ts"
    both.write_bytes(one.read_bytes() + two.read_bytes())
    said: list[str] = []
    samples = np.concatenate([block.samples for block in decode_audio(both, say=said.append)])
    assert_spans(sounding(samples), [(2, 6), (9, 13)])
    assert said == ["both.ts: its clock begins anew at 8.0 s; times go on from there"]


class _Frame:
    """What a Reading needs of a decoded frame."""

    def __init__(self, samples: int = 1024) -> None:
        self.samples = samples
        self.sample_rate = 44_100


def test_a_stamp_that_jumps_once_is_a_glitch(tmp_path: Path) -> None:
    each = 1024 / 44_100
    for wrong in (5000.0, -40.0, 90.0):
        times = [n * each for n in range(40)]
        times[20] += wrong
        assert placed_of(tmp_path, times) == pytest.approx([n * each for n in range(40)])


def test_a_stamp_that_jumps_for_good_is_a_gap(tmp_path: Path) -> None:
    each = 1024 / 44_100
    times = [n * each + (3.0 if n >= 20 else 0.0) for n in range(40)]
    assert placed_of(tmp_path, times) == pytest.approx(times)


def placed_of(folder: Path, times: list[float]) -> list[float]:
    """Where frames of such stamps are put."""
    from rag_notes.ingest.container import open_media
    from rag_notes.ingest.reading import Reading, _Read

    path = folder / "any.mkv"
    if not path.exists():
        write_media(path, [(0, 60)])
    with open_media(path) as container:
        reading = Reading(container, container.streams.audio[0], 0.0)
        reads = [_Read(time, _Frame(), 0, 0, 0, is_after_damage=False) for time in times]
        reading._read = lambda: iter(reads)  # type: ignore[method-assign]
        at, found = 0.0, []
        for placed in reading.frames():
            at = placed.time if placed.time is not None else at
            found.append(at)
            at += placed.seconds
        return found


# --- tracks and channels -------------------------------------------------------------------------


def write_tracks(path: Path, *pitches: tuple[float, ...], default: int | None = None) -> Path:
    """Write a track for each tuple of pitches, a channel for each of them."""
    with av.open(str(path), "w") as container:
        streams = []
        for number, channels in enumerate(pitches):
            stream = container.add_stream(
                "pcm_s16le" if path.suffix == ".mkv" else "aac", rate=RATE
            )
            stream.layout = {1: "mono", 2: "stereo"}[len(channels)]
            stream.metadata["language"] = ["eng", "deu", "fra"][number]
            stream.disposition = av.stream.Disposition(int(number == default))
            streams.append(stream)
        at = np.arange(3 * RATE) / RATE
        for stream, channels in zip(streams, pitches, strict=True):
            wave = np.stack([np.sin(2 * np.pi * p * at) for p in channels]) * 12_000
            row = np.ascontiguousarray(wave.T.reshape(1, -1).astype(np.int16))
            frame = av.AudioFrame.from_ndarray(row, format="s16", layout=stream.layout.name)
            frame.sample_rate, frame.pts, frame.time_base = RATE, 0, Fraction(1, RATE)
            for out in [*stream.encode(frame), *stream.encode(None)]:
                container.mux(out)
    return path


def pitch_of(sound: Listening | Path) -> float:
    samples = np.concatenate([block.samples for block in decode_audio(sound)])
    spectrum = np.abs(np.fft.rfft(samples[:RATE]))
    return float(spectrum.argmax())


@pytest.mark.parametrize("default", [None, 0, 1])
def test_the_default_track_is_heard_unless_another_is_asked_for(
    tmp_path: Path, default: int | None
) -> None:
    path = write_tracks(tmp_path / "a.mkv", (300.0,), (500.0,), (700.0,), default=default)
    info = probe(path)
    assert [str(track) for track in info.tracks] == [
        "1 (eng, pcm_s16le, mono)",
        "2 (deu, pcm_s16le, mono)",
        "3 (fra, pcm_s16le, mono)",
    ]
    assert info.track == (default or 0) + 1
    assert pitch_of(path) == [300, 500][default or 0]
    assert pitch_of(Listening(path, track=3)) == 700


def test_a_cover_is_no_video(tmp_path: Path) -> None:
    path = tmp_path / "a.mp3"
    with av.open(str(path), "w") as container:
        audio = container.add_stream("mp3", rate=RATE)
        cover = container.add_stream("mjpeg", rate=1)
        cover.width = cover.height = 16
        cover.pix_fmt = "yuvj420p"
        cover.disposition = av.stream.Disposition.attached_pic
        picture = av.VideoFrame.from_ndarray(np.zeros((16, 16, 3), np.uint8), format="rgb24")
        for packet in [*cover.encode(picture), *cover.encode(None)]:
            container.mux(packet)
        row: Any = (tone(2.0, RATE) * 32_767).astype(np.int16)[None]
        frame = av.AudioFrame.from_ndarray(row, format="s16", layout="mono")
        frame.sample_rate = RATE
        for packet in [*audio.encode(frame), *audio.encode(None)]:
            container.mux(packet)
    with av.open(str(path)) as container:
        assert len(container.streams.video) == 1
    assert not probe(path).has_video


def test_a_track_that_is_not_there(tmp_path: Path) -> None:
    path = write_tracks(tmp_path / "a.mkv", (300.0,), (500.0,))
    for number in (0, 3, -1):
        with pytest.raises(InputError, match=rf"no audio track {number}; there are: 1 \(eng"):
            probe(path, number)


def test_channels_are_heard_apart_or_mixed(tmp_path: Path) -> None:
    path = write_tracks(tmp_path / "a.mkv", (300.0, 500.0))
    assert probe(path).channels == 2
    assert pitch_of(Listening(path, channel=0)) == 300
    assert pitch_of(Listening(path, channel=1)) == 500
    mixed = np.concatenate([block.samples for block in decode_audio(path)])
    spectrum = np.abs(np.fft.rfft(mixed[:RATE]))
    assert spectrum[300] == pytest.approx(spectrum[500], rel=0.01)


def test_channels_that_cancel_each_other_out_are_not_mixed_to_silence(tmp_path: Path) -> None:
    path = tmp_path / "wired.wav"
    one = tone(2.0, RATE)
    write_wav(path, one, -one)
    assert np.abs(listen(path)).max() > 0.4


def test_samples_from_places_are_near_them(tmp_path: Path) -> None:
    path = write_media(tmp_path / "a.mkv", [(0, 10), (30, 60)])
    clips = list(sample_audio(Listening(path), [2.0, 15.0, 40.0], 5.0))
    assert [len(clip) for clip in clips] == [5 * RATE] * 3
    assert all(np.abs(clip).max() > 0.4 for clip in clips)


# --- what is no media ----------------------------------------------------------------------------


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
