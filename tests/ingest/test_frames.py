"""Pictures of what was on screen: when, how many, how large."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from rag_notes.errors import InputError
from rag_notes.ingest import frames
from rag_notes.ingest.frames import grab, watch
from tests import films, sounds
from tests.runs import SAMPLE

PAGES = films.pages()


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("film") / "a.mp4"
    return films.write_film(path, [(PAGES[0], 12.4), (PAGES[1], 0.8), (PAGES[2], 30.0)])


def test_a_change_is_seen_within_a_fifth_of_a_second(film: Path) -> None:
    seen = watch(film)
    small = [np.asarray(one.convert("L").resize((160, 90)), np.float32) for one in PAGES[:3]]
    nearest = [
        int(np.argmin([np.abs(one - page).mean() for page in small])) for one in seen.pictures
    ]
    firsts = [seen.times[nearest.index(number)] for number in range(3)]
    assert firsts == pytest.approx([0.0, 12.4, 13.2], abs=0.21)
    assert nearest == sorted(nearest)


def test_where_nothing_changes_key_frames_do(film: Path) -> None:
    seen = watch(film)
    assert seen.pictures.shape[1:] == (90, 160)
    assert seen.end == pytest.approx(43.2, abs=0.21)
    assert np.all(np.diff(seen.times) > 0)
    assert np.sum((seen.times > 21.0) & (seen.times < 39.0)) <= 2
    assert seen.spans[0][0] == 0.0
    assert seen.spans[-1][1] == seen.end


def test_a_speaker_does_not_have_everything_decoded(tmp_path: Path) -> None:
    path = films.write_film(tmp_path / "a.mp4", [(PAGES[0], 100.0)], films.with_speaker)
    assert len(watch(path).times) < 25


def test_progress_ends_at_all(film: Path) -> None:
    told: list[tuple[float, float]] = []
    watch(film, progress=lambda done, total: told.append((done, total)))
    assert [done for done, _ in told] == sorted(done for done, _ in told)
    assert told[-1][0] <= told[-1][1]


def test_whole_pictures_are_those_of_their_moments(film: Path) -> None:
    for picture, page in zip(grab(film, [5.0, 12.8, 40.0]), PAGES[:3], strict=True):
        assert picture.shape == (360, 640, 3)
        assert np.abs(picture.astype(np.int16) - np.asarray(page)).mean() < 4


def test_sound_alone_is_no_film(tmp_path: Path) -> None:
    path = sounds.write_wav(tmp_path / "a.wav", sounds.silence(1.0))
    with pytest.raises(InputError, match="has no video"):
        watch(path)
    with pytest.raises(InputError, match="has no video"):
        list(grab(path, [0.5]))


def test_a_film_that_breaks_off_is_seen_up_to_there(film: Path, tmp_path: Path) -> None:
    """FFmpeg finds the key frames of a cut Matroska file."""
    import av

    whole, cut = tmp_path / "whole.mkv", tmp_path / "cut.mkv"
    with av.open(str(film)) as source, av.open(str(whole), "w") as target:
        stream = target.add_stream_from_template(source.streams.video[0])
        for packet in source.demux(video=0):
            if packet.dts is not None:
                packet.stream = stream
                target.mux(packet)
    data = whole.read_bytes()
    cut.write_bytes(data[: int(len(data) * 0.7)])
    seen = watch(cut)
    assert len(seen.times) > 2
    assert seen.times[-1] < 43.2


def test_a_wide_and_a_high_picture_keep_their_shape(tmp_path: Path) -> None:
    import av

    path = tmp_path / "a.mp4"
    with av.open(str(path), "w") as container:
        video = container.add_stream("mpeg4", rate=5)
        video.width, video.height = 120, 320
        for number in range(10):
            frame = av.VideoFrame.from_image(Image.new("RGB", (120, 320), "white"))
            frame.pts = number
            container.mux(video.encode(frame))
        container.mux(video.encode(None))
    height, width = watch(path).pictures.shape[1:]
    assert height / width == pytest.approx(320 / 120, rel=0.02)


def test_our_sample_is_seen_about_once_a_second() -> None:
    seen = watch(SAMPLE / "lecture.mp4")
    assert len(seen.times) < 1.2 * seen.end
    assert np.diff(seen.times).max() <= frames._LONGEST_GAP
