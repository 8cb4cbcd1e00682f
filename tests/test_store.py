import errno
import os
import signal
import subprocess
import sys
import time
import unicodedata
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag_notes import store
from rag_notes.config import Config
from rag_notes.errors import (
    InputError,
    LectureNameError,
    LockedError,
    MissingFileError,
    SpaceError,
    UnknownLectureError,
)


@pytest.fixture
def config(tmp_path: Path) -> Config:
    return Config(indexes=tmp_path / "indexes", models=tmp_path / "models")


@pytest.fixture
def folder(config: Config) -> Path:
    made = config.indexes / "lecture-1"
    made.mkdir(parents=True)
    return made


def child(code: str, *arguments: Path) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [sys.executable, "-c", code, *map(str, arguments)], stdout=subprocess.PIPE, text=True
    )


def first_line(process: "subprocess.Popen[str]") -> str:
    assert process.stdout is not None
    return process.stdout.readline().strip()


# --- names


@pytest.mark.parametrize("name", ["a", "Lecture_1.v2", "Vorlesung-Über-Bäume", "講義1", "a" * 100])
def test_a_good_name_is_a_folder_of_the_indexes(name: str, config: Config) -> None:
    assert store.lecture_folder(name, config) == config.indexes / name


BAD_NAMES = ["", ".", "..", ".hidden", "a/b", "../x", "/etc", "a\\b", "a b", "a\0", "a\n", "x;rm"]


@pytest.mark.parametrize("name", [*BAD_NAMES, "a" * 101, "講" * 100, "\udc80"])
def test_a_bad_name_is_refused(name: str, config: Config) -> None:
    with pytest.raises(LectureNameError):
        store.lecture_folder(name, config)


def test_a_name_taken_by_a_file_is_refused(config: Config) -> None:
    config.indexes.mkdir()
    (config.indexes / "README.md").touch()
    with pytest.raises(LectureNameError):
        store.lecture_folder("README.md", config)


def test_a_decomposed_name_is_the_composed_one(config: Config) -> None:
    typed = unicodedata.normalize("NFD", "Über")
    assert store.lecture_folder(typed, config) == store.lecture_folder("Über", config)


@pytest.mark.parametrize(
    ("file", "name"),
    [
        ("My Lecture (1).mp4", "My-Lecture-1"),
        ("../x/.hidden.srt", "hidden"),
        ("36_slice-🔪.srt", "36_slice"),
        ("???.mp4", "lecture"),
    ],
)
def test_the_default_name_comes_from_the_stem(file: str, name: str) -> None:
    assert store.default_name(Path(file)) == name


@given(st.text(min_size=1, max_size=300).filter(lambda text: text not in (".", "..")))
def test_every_default_name_is_a_good_name(stem: str) -> None:
    config = Config(indexes=Path("nowhere"), models=Path("nowhere"))
    name = store.default_name(Path(stem.replace("/", " ")))
    assert store.lecture_folder(name, config).name == name


def test_a_lecture_is_found_by_name_and_by_path(config: Config, folder: Path) -> None:
    with pytest.raises(UnknownLectureError):
        store.find_lecture("lecture-1", config)
    store.save_manifest(folder, store.Manifest("T"))
    assert store.find_lecture("lecture-1", config) == folder
    assert store.find_lecture(str(folder), config) == folder
    for unknown in ("other", str(folder / "no"), "a/\0"):
        with pytest.raises(UnknownLectureError):
            store.find_lecture(unknown, config)


# --- writing


WRITER = """
import sys, pathlib
from rag_notes import store
path = pathlib.Path(sys.argv[1])
print("go", flush=True)
for n in range(10**9):
    store.write_atomic(path, str(n % 10) * 300_000)
"""


def test_a_killed_writer_leaves_a_whole_file_and_the_next_holder_cleans_up(folder: Path) -> None:
    path = folder / "notes.json"
    store.write_atomic(path, "0" * 300_000)
    for delay in (0.0, 0.01, 0.03, 0.05):
        process = child(WRITER, path)
        first_line(process)
        time.sleep(delay)
        process.send_signal(signal.SIGKILL)
        process.wait()
        text = path.read_text()
        assert len(text) == 300_000
        assert len(set(text)) == 1
    (folder / ".tmp-left").write_text("half")
    (folder / ".tmp-dir").mkdir()
    with store.lock(folder):
        assert [entry.name for entry in folder.iterdir()] == ["notes.json"]


def test_a_written_file_is_as_readable_as_any_other(tmp_path: Path) -> None:
    (tmp_path / "plain").write_text("x")
    store.write_atomic(tmp_path / "deep" / "ours", b"x")
    modes = {(tmp_path / name).stat().st_mode for name in ("plain", "deep/ours")}
    assert len(modes) == 1


def test_a_full_disk_keeps_the_old_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "a.json"
    store.write_atomic(path, "old")

    def full(_descriptor: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(SpaceError, match="no space left"):
        store.write_atomic(path, "new")
    assert path.read_text() == "old"
    assert [entry.name for entry in tmp_path.iterdir()] == ["a.json"]


def test_a_place_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(InputError, match="cannot write"):
        store.write_atomic(tmp_path / "file" / "a.json", "x")


# --- the lock


HOLDER = """
import sys, pathlib, time
from rag_notes import store
with store.lock(pathlib.Path(sys.argv[1])):
    print("held", flush=True)
    time.sleep(60)
"""


def test_one_process_holds_a_lecture_and_kill_lets_go(config: Config) -> None:
    folder = config.indexes / "x"
    process = child(HOLDER, folder)
    assert first_line(process) == "held"
    with pytest.raises(LockedError, match="'x'"), store.lock(folder):
        pass
    with store.lock(config.indexes / "y"):
        pass
    process.send_signal(signal.SIGKILL)
    process.wait()
    with store.lock(folder):
        assert not folder.exists()
    with store.lock(folder):
        pass


def test_a_thread_of_the_same_process_cannot_take_the_lock_twice(folder: Path) -> None:
    with store.lock(folder), pytest.raises(LockedError), store.lock(folder):
        pass


# --- the manifest and its stages


def test_a_manifest_comes_back_as_it_was_saved(folder: Path, tmp_path: Path) -> None:
    media = tmp_path / "talk.mp4"
    media.write_bytes(b"abc")
    source = store.describe_source(media, "media", folder=folder, duration=12.5)
    manifest = store.Manifest("Talk", (source,), "en", versions={"chromadb": "1"})
    store.write_atomic(folder / "transcript.json", "{}")
    saved = store.record(
        folder, manifest, "transcript", key="k", files=["transcript.json"], seconds=1.25
    )
    assert store.load_manifest(folder) == saved
    assert manifest.stages == {}
    assert (folder / source.path) == media
    assert source.sha256.startswith("ba7816bf")  # NIST's example for "abc"


@pytest.mark.parametrize(
    "data",
    [b"", b"{", b"[]", b'{"title": 1}', b'{"title": "x", "version": 2}', b"\xff", b"[" * 100_000],
)
def test_a_damaged_manifest_is_reported_and_absent(
    data: bytes, folder: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (folder / "lecture.json").write_bytes(data)
    assert store.load_manifest(folder) is None
    assert "damaged" in caplog.text
    store.discard_if_unfinished(folder)
    assert folder.exists()


def test_a_stage_is_done_until_its_key_or_an_output_changes(folder: Path) -> None:
    (folder / "chroma").mkdir()
    (folder / "chroma" / "a.bin").write_bytes(b"12345")
    store.write_atomic(folder / "chunks.jsonl", "{}\n")
    key = store.stage_key("index", ["a", "b"])
    files = ["chunks.jsonl", "chroma"]
    manifest = store.record(folder, store.Manifest("T"), "index", key=key, files=files)

    def done(key: str = key) -> bool:
        return store.is_done(folder, manifest, "index", key)

    assert done()
    assert not done(store.stage_key("index", ["a", "c"]))
    assert not store.is_done(folder, manifest, "outline", key)
    assert not store.is_done(folder, None, "index", key)
    (folder / "chunks.jsonl").write_text("[]\n")  # same size, other bytes
    assert not done()
    (folder / "chunks.jsonl").write_text("{}\n")
    assert done()
    (folder / "chroma" / "a.bin").write_bytes(b"1")
    assert not done()
    (folder / "chroma" / "a.bin").unlink()
    (folder / "chroma").rmdir()
    assert not done()


def test_keys_keep_parts_apart() -> None:
    keys = {
        store.stage_key("a", ["b", "c"]),
        store.stage_key("a", ["bc"]),
        store.stage_key("ab", ["c"]),
        store.stage_key("a", ["c", "b"]),
    }
    assert len(keys) == 4


def test_a_known_file_is_not_read_again_and_a_changed_one_is(folder: Path, tmp_path: Path) -> None:
    media = tmp_path / "talk.mp4"
    media.write_bytes(b"abc")
    source = store.describe_source(media, "media", folder=folder, duration=None)
    known = store.Manifest("T", (source,))
    before = media.stat()
    media.write_bytes(b"abd")
    os.utime(media, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert store.sha256_file(media, known) == source.sha256  # trusted: size and time are the same
    os.utime(media, ns=(before.st_atime_ns, before.st_mtime_ns + 1))
    assert store.sha256_file(media, known) != source.sha256


def test_a_source_has_to_be_a_plain_file(tmp_path: Path) -> None:
    with pytest.raises(MissingFileError):
        store.sha256_file(tmp_path / "none")
    with pytest.raises(InputError, match="folder"):
        store.sha256_file(tmp_path)


def test_a_source_whose_name_is_no_unicode_can_be_recorded(folder: Path, tmp_path: Path) -> None:
    media = tmp_path / os.fsdecode(b"talk\xff.mp4")
    try:
        media.write_bytes(b"abc")
    except OSError:
        pytest.skip("this file system wants Unicode")
    source = store.describe_source(media, "media", folder=folder, duration=None)
    store.save_manifest(folder, store.Manifest("T", (source,)))
    assert store.load_manifest(folder) == store.Manifest(
        "T",
        (source,),
        created=store.load_manifest(folder).created,  # type: ignore[union-attr]
    )


# --- discarding and listing


def test_only_an_unfinished_lecture_of_our_own_files_is_discarded(config: Config) -> None:
    unfinished, finished, foreign = (config.indexes / name for name in "abc")
    for folder in (unfinished, finished, foreign):
        store.save_manifest(folder, store.Manifest("T"))
        (folder / "transcript.json").write_text("{}")
    store.record(finished, store.Manifest("T"), "transcript", key="k", files=["transcript.json"])
    (foreign / "thesis.docx").touch()
    for folder in (unfinished, finished, foreign, config.indexes / "none"):
        store.discard_if_unfinished(folder)
    assert sorted(path.name for path in config.indexes.iterdir()) == ["b", "c"]
    assert (foreign / "transcript.json").exists()


def test_lectures_are_listed_with_what_is_finished(config: Config, folder: Path) -> None:
    assert store.list_lectures(config.indexes / "none") == ()
    store.save_manifest(config.indexes / "half", store.Manifest("Half"))
    (config.indexes / "no-lecture").mkdir()
    with store.lock(folder):
        store.write_atomic(folder / "notes.json", "{}")
        store.record(
            folder, store.Manifest("Done"), store.LAST_STAGE, key="k", files=["notes.json"]
        )
    listed = store.list_lectures(config.indexes)
    assert [(info.name, info.title, info.complete) for info in listed] == [
        ("half", "Half", False),
        ("lecture-1", "Done", True),
    ]
    assert listed[1].stages == (store.LAST_STAGE,)
