"""Bad input: one clear line, exit code 2 and no half-made lecture."""

import errno
import io
import os
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest
from evaluation.sounds import SOUNDS
from reportlab.lib.pdfencrypt import StandardEncryption
from reportlab.pdfgen.canvas import Canvas

from rag_notes import cli, store
from rag_notes.config import Config, load_config
from rag_notes.ingest import ocr
from rag_notes.ingest.blocks import RATE
from tests import runs, sounds
from tests.runs import MINUTE, SLIDES
from tests.sounds import voice, write_wav

ECHO = ("--llm", "echo:")


def silent_video(path: Path, seconds: int = 2) -> Path:
    """A film without a sound track."""
    with av.open(str(path), "w") as container:
        video = container.add_stream("mpeg4", rate=10)
        video.width = video.height = 64
        for number in range(seconds * 10):
            frame = av.VideoFrame.from_ndarray(np.zeros((64, 64, 3), np.uint8), format="rgb24")
            frame.pts, frame.time_base = number, Fraction(1, 10)
            container.mux(video.encode(frame))
        container.mux(video.encode())
    return path


def encrypted_pdf(path: Path) -> Path:
    canvas = Canvas(str(path), encrypt=StandardEncryption("secret", strength=128))
    canvas.drawString(100, 100, "Bloom filters")
    canvas.save()
    return path


def presentation() -> bytes:
    from pptx import Presentation

    stream = io.BytesIO()
    Presentation().save(stream)
    return stream.getvalue()


def archive(name: str, data: bytes) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr(name, data)
    return stream.getvalue()


def written(path: Path, data: bytes) -> Path:
    path.write_bytes(data)
    return path


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A working folder whose indexes and models are empty, and no network."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("RAG_NOTES_INDEXES", str(tmp_path / "indexes"))
    monkeypatch.setenv("RAG_NOTES_MODELS", str(tmp_path / "models"))
    monkeypatch.setenv("RAG_NOTES_OFFLINE", "1")
    return tmp_path


MODELS = load_config().models  # before a test names another folder


def lectures(here: Path) -> list[str]:
    """What lies in the indexes, locks aside."""
    return sorted(f.name for f in (here / "indexes").glob("*") if f.name != ".locks")


def assert_refused(
    capsys: pytest.CaptureFixture[str], arguments: list[str | Path], *, says: str, code: int = 2
) -> None:
    """The command ends with `code` and, lines of progress aside, one line that holds `says`."""
    assert cli.main([str(argument) for argument in arguments]) == code
    printed = capsys.readouterr()
    assert printed.out == ""
    lines = printed.err.splitlines()
    assert [line for line in lines if line.startswith("rag-notes:")] == lines[-1:]
    assert says in lines[-1]
    assert "Traceback" not in printed.err
    assert "Error(" not in printed.err


def test_a_missing_source(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert_refused(capsys, ["make", "nowhere.mp4", *ECHO], says="no such file: nowhere.mp4")
    assert lectures(here) == []


def test_missing_slides(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    asked: list[str | Path] = ["make", MINUTE, "--slides", "nowhere.pdf", *ECHO]
    assert_refused(capsys, asked, says="slides: no such file: nowhere.pdf")
    assert lectures(here) == []


MEDIA: dict[str, tuple[Callable[[Path], object], str]] = {
    "text": (lambda path: written(path, b"This is a text.\n" * 50), "a text file"),
    "empty": (lambda path: written(path, b""), "empty"),
    "noise": (lambda path: written(path, bytes(range(256)) * 40), "lecture.mp4"),
    "silent": (silent_video, "no sound"),
    "folder": (lambda path: path.mkdir(), "found a folder"),
    "truncated": (
        lambda path: written(path, (runs.SAMPLE / "lecture.mp4").read_bytes()[:40_000]),
        "lecture.mp4",
    ),
}


@pytest.mark.parametrize("kind", MEDIA)
def test_media_that_is_none(here: Path, capsys: pytest.CaptureFixture[str], kind: str) -> None:
    make_file, says = MEDIA[kind]
    make_file(here / "lecture.mp4")
    assert_refused(capsys, ["make", "lecture.mp4", "--name", "x", *ECHO], says=says)
    assert lectures(here) == []


PDFS: dict[str, tuple[Callable[[Path], object], str]] = {
    "text": (lambda path: written(path, b"no PDF at all\n" * 30), "not a PDF"),
    "empty": (lambda path: written(path, b""), "empty"),
    "broken": (lambda path: written(path, SLIDES.read_bytes()[:3000]), "not a readable PDF"),
    "encrypted": (encrypted_pdf, "protected by a password; set RAG_NOTES_SLIDES_PASSWORD"),
    "folder": (lambda path: path.mkdir(), "found a folder"),
    "cut presentation": (lambda path: written(path, presentation()[:9000]), "damaged PPTX"),
    "other archive": (lambda path: written(path, archive("a.txt", b"Dear all")), "no PPTX file"),
    "old presentation": (
        lambda path: written(path, bytes.fromhex("d0cf11e0a1b11ae1") + bytes(600)),
        "an old or a protected presentation",
    ),
    "archive of zeros": (
        lambda path: written(path, archive("ppt/presentation.xml", bytes(80 << 20))),
        "unpacks to",
    ),
}


@pytest.mark.parametrize("kind", PDFS)
def test_slides_that_are_none(here: Path, capsys: pytest.CaptureFixture[str], kind: str) -> None:
    make_file, says = PDFS[kind]
    make_file(here / "slides.pdf")
    assert_refused(capsys, ["make", MINUTE, "--slides", "slides.pdf", *ECHO], says=says)
    assert lectures(here) == []


@pytest.mark.parametrize("name", ["empty.srt", "empty.vtt", "empty.json", "empty.txt"])
def test_an_empty_transcript(here: Path, capsys: pytest.CaptureFixture[str], name: str) -> None:
    (here / name).touch()
    assert_refused(capsys, ["make", name, *ECHO], says="empty")
    assert lectures(here) == []


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("a.json", b"{broken"),
        ("a.json", b'{"segments": 7}'),
        ("a.srt", b"\x00\x01\x02\xff" * 100),
        ("a.srt", b"1\n00:00:01,000 --> 00:00:02,000\n\n"),
        ("a.txt", b"   \n\n \t\n"),
    ],
)
def test_a_transcript_that_is_none(
    here: Path, capsys: pytest.CaptureFixture[str], name: str, data: bytes
) -> None:
    written(here / name, data)
    assert_refused(capsys, ["make", name, *ECHO], says=name)
    assert lectures(here) == []


@pytest.mark.parametrize("name", ["a/b", "..", "../x", ".hidden", "/etc/x", "a\\b", "a\nb"])
def test_a_name_that_would_leave_the_indexes(
    here: Path, capsys: pytest.CaptureFixture[str], name: str
) -> None:
    assert_refused(capsys, ["make", MINUTE, "--name", name, *ECHO], says="not a lecture name")
    assert list(here.iterdir()) == []


@pytest.mark.parametrize(
    ("uri", "says"),
    [
        ("foo:", "is none of"),
        ("gpt", "is none of"),
        ("echo:x", "is none of"),
        ("gguf:", "is none of"),
        ("gguf:no-such-model", "no model 'no-such-model'"),
        ("gguf:minilm-l6-v2", "is of kind embedder"),
        ("gguf:./nowhere.gguf", "no such file"),
        ("gguf:junk.gguf", "not a GGUF file"),
        ("gguf:empty.gguf", "not a GGUF file"),
    ],
)
def test_an_unknown_llm(
    here: Path, capsys: pytest.CaptureFixture[str], uri: str, says: str
) -> None:
    written(here / "junk.gguf", b"junk" * 1000)
    written(here / "empty.gguf", b"")
    assert_refused(capsys, ["make", MINUTE, "--llm", uri], says=says)
    assert lectures(here) == []


@pytest.mark.models
@pytest.mark.parametrize("data", [b"GGUF", b"GGUF" + b"\xff" * 4000, b"GGUF\x03" + bytes(4000)])
def test_damaged_weights_do_not_end_the_process(tmp_path: Path, data: bytes) -> None:
    """In a process of its own: llama.cpp has ended those of others."""
    weights = written(tmp_path / "damaged.gguf", data)
    code = (
        "import sys; from pathlib import Path; from rag_notes.errors import ModelError\n"
        "from rag_notes.llm.embedded import EmbeddedLLM\n"
        "try: EmbeddedLLM(Path(sys.argv[1]), name='x', context=512, threads=1)\n"
        "except ModelError as error: print(error)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(weights)],
        capture_output=True,
        text=True,
        timeout=runs.SECONDS,
        check=True,
    )
    assert "damaged.gguf: llama.cpp cannot load it" in done.stdout
    assert done.stderr == ""


@pytest.mark.parametrize(
    "arguments", [[MINUTE], ["lecture.mp4", *ECHO], [MINUTE, "--preset", "tiny"]]
)
def test_a_model_that_is_not_there_while_offline(
    here: Path, capsys: pytest.CaptureFixture[str], arguments: list[str | Path]
) -> None:
    shutil.copy(runs.SAMPLE / "lecture.mp4", here)
    assert_refused(capsys, ["make", *arguments, "--name", "x"], says="RAG_NOTES_OFFLINE is set")
    assert lectures(here) == []


@pytest.mark.parametrize(
    "url", ["https://example.org/a.mp4", "http://example.org/a.srt", "ftp://example.org/a.mp4"]
)
def test_a_url_as_source(here: Path, capsys: pytest.CaptureFixture[str], url: str) -> None:
    assert_refused(capsys, ["make", url, *ECHO], says=f"{url} is a URL")
    assert lectures(here) == []


@pytest.mark.parametrize("out", ["file/notes.md", "file/deeper/notes.md", "."])
def test_an_out_that_cannot_be_written(
    here: Path, capsys: pytest.CaptureFixture[str], out: str
) -> None:
    (here / "file").write_text("in the way", encoding="utf-8")
    assert_refused(capsys, ["make", MINUTE, "--out", out, *ECHO], says=f"--out {Path(out)}")
    assert lectures(here) == []
    assert (here / "file").read_text(encoding="utf-8") == "in the way"


def test_indexes_that_are_a_file(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (here / "indexes").write_text("in the way", encoding="utf-8")
    assert_refused(capsys, ["make", MINUTE, *ECHO], says="indexes")


# --- tracks and channels


@pytest.mark.parametrize("flags", [["--track", "1"], ["--channels", "split"]])
def test_a_transcript_has_no_tracks(
    here: Path, capsys: pytest.CaptureFixture[str], flags: list[str]
) -> None:
    assert_refused(capsys, ["make", MINUTE, *flags, *ECHO], says="is a transcript; --track and")
    assert lectures(here) == []


def test_a_track_that_is_not_there(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    asked: list[str | Path] = ["make", runs.SAMPLE / "lecture.mp4", "--track", "3", *ECHO]
    assert_refused(capsys, asked, says="no audio track 3; there are: 1 (aac, mono)")
    assert lectures(here) == []


# --- recordings without a word


@pytest.mark.models
@pytest.mark.parametrize("name", ["silence", "tones", "music", "a crowd of 40"])
def test_a_recording_without_a_word(
    here: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.setenv("RAG_NOTES_MODELS", str(MODELS))
    write_wav(here / "lecture.wav", SOUNDS[name](20.0, 3, voice()))
    asked: list[str | Path] = ["make", "lecture.wav", "--preset", "tiny", "--name", "x", *ECHO]
    assert_refused(capsys, asked, says="lecture.wav: no speech was heard in this recording")
    assert lectures(here) == []


@pytest.mark.models
def test_a_damaged_recording_gives_notes_of_what_is_left(
    here: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RAG_NOTES_MODELS", str(MODELS))
    path = write_wav(here / "lecture.wav", voice()[: 60 * RATE])
    path.write_bytes(path.read_bytes()[: 40 * 2 * RATE])
    asked = ["make", "lecture.wav", "--preset", "tiny", "--name", "x", *ECHO]
    for _ in range(2):
        assert cli.main(asked) == 3
        said = capsys.readouterr().err.splitlines()
        assert "lecture.wav: nothing could be read from 40.0 s to 60.0 s" in said
    assert not (here / "indexes" / "x" / "parts").exists()


# --- captions that need mending


UNTIDY = """\
2
00:00:20,000 --> 00:00:30,000
It answers one question about sets, and it may say yes where no is right.

1
00:00:01,000 --> 00:00:22,000
A Bloom filter needs only a few bits per element, and it never says no where yes is right.

3
00:00:xx,000 --> 00:00:40,000
It cannot delete.
"""


def test_what_was_mended_in_captions_is_said_and_recorded(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (here / "untidy.srt").write_text(UNTIDY, encoding="utf-8")
    notices = [
        "untidy.srt: cues not in the order of time, sorted: 2",
        "untidy.srt: cues that overlapped the next, ended where that begins: 1",
    ]
    loss = "untidy.srt: line 10: a cue without times that can be read: It cannot delete."
    for _ in range(2):  # again when nothing is left to do
        assert cli.main(["make", "untidy.srt", *ECHO]) == 3
        said = capsys.readouterr().err.splitlines()
        assert [line for line in said if line.startswith("untidy.srt")] == [*notices, loss]
    manifest = store.load_manifest(here / "indexes" / "untidy")
    assert manifest
    assert manifest.stages["transcript"].notices == tuple(notices)


# --- no space left


@pytest.mark.parametrize("after", [0, 3, 8, 14])
def test_no_space_left(
    here: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, after: int
) -> None:
    """The disk is full from the write after `after` others on."""
    real, done = os.fsync, 0

    def full(descriptor: int) -> None:
        nonlocal done
        done += 1
        if done > after:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        real(descriptor)

    with monkeypatch.context() as disk:
        disk.setattr(os, "fsync", full)
        assert_refused(capsys, ["make", MINUTE, "--name", "x", *ECHO], says="no space left")
    assert lectures(here) == []
    assert cli.main(["make", str(MINUTE), "--name", "x", *ECHO]) == 0


def test_no_space_left_keeps_what_a_model_made(
    here: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    real = store.write_atomic

    def full(path: Path, data: bytes | str) -> None:
        if path.name == "notes.json":
            raise store.explained(OSError(errno.ENOSPC, "full"), path)
        real(path, data)

    with monkeypatch.context() as disk:
        disk.setattr(store, "write_atomic", full)
        assert_refused(capsys, ["make", MINUTE, "--name", "x", *ECHO], says="no space left")
    assert list((here / "indexes" / "x" / "replies").iterdir())
    assert cli.main(["make", str(MINUTE), "--name", "x", *ECHO]) == 0


SMALL_DISK = 'mount -t tmpfs -o size="$1" tmpfs "$2" || exit 99; shift 2; exec "$@"'


@pytest.mark.parametrize("kib", [16, 200])
def test_a_disk_that_is_full(tmp_path: Path, kib: int) -> None:
    """A real one, where a process may have a file system of its own."""
    (tmp_path / "indexes").mkdir()
    command = [
        *("unshare", "--user", "--map-root-user", "--mount", "sh", "-c", SMALL_DISK, "sh"),
        *(f"{kib}k", str(tmp_path / "indexes"), sys.executable, "-m", "rag_notes"),
        *("make", str(MINUTE), *ECHO),
    ]
    done = subprocess.run(
        command,
        env=runs.environment(tmp_path),
        capture_output=True,
        text=True,
        timeout=runs.SECONDS,
        check=False,
    )
    if done.returncode == 99 or "unshare" in done.stderr:
        pytest.skip("no file system of its own for a process here")
    assert done.returncode == 2, done.stderr
    assert "no space left on the disk" in done.stderr.splitlines()[-1]
    assert "Traceback" not in done.stderr


# --- input that is partly there


def test_a_silent_video_with_slides_gives_notes_of_the_slides(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    silent_video(here / "silent.mp4")
    asked = ["make", "silent.mp4", "--slides", str(SLIDES), *ECHO]
    for _ in range(2):  # it says so again when nothing is left to do
        assert cli.main(asked) == 3
        printed = capsys.readouterr()
        assert "silent.mp4: no sound; these are notes of the slides" in printed.err.splitlines()
        assert printed.out == f"{here / 'indexes' / 'silent' / 'notes.md'}\n"
    markdown = (here / "indexes" / "silent" / "notes.md").read_text(encoding="utf-8")
    assert "[p. 2]" in markdown
    assert "[00:" not in markdown


def test_slides_of_another_lecture_are_noticed_and_not_cited(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    canvas = Canvas(str(here / "cake.pdf"))
    for line in ("Whisk four eggs", "Fold in the flour", "Bake for an hour", "Serve with sugar"):
        canvas.drawString(100, 700, line)
        canvas.showPage()
    canvas.save()
    source = runs.true_captions(here / "talk.srt")
    for _ in range(2):
        assert cli.main(["make", str(source), "--slides", "cake.pdf", *ECHO]) == 3
        said = "cake.pdf: these slides are not what is spoken of; they are not cited"
        assert said in capsys.readouterr().err.splitlines()
    folder = here / "indexes" / "talk"
    assert '"is_related": false' in (folder / "slides.json").read_text(encoding="utf-8")
    assert "slide" not in (folder / "chunks.jsonl").read_text(encoding="utf-8")
    assert "p. 1" not in (folder / "notes.md").read_text(encoding="utf-8")


def test_slides_cannot_be_found_in_captions_or_sound(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    asked: list[str | Path] = ["make", MINUTE, "--slides", "auto", *ECHO]
    assert_refused(capsys, asked, says="is a transcript; --slides auto finds slides in a video")
    sounds.write_wav(here / "talk.wav", sounds.silence(1.0))
    asked = ["make", "talk.wav", "--slides", "auto", *ECHO]
    assert_refused(capsys, asked, says="talk.wav: has no video")
    assert lectures(here) == []


def test_a_film_without_slides_and_sound_is_refused(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    if not ocr.is_installed():
        pytest.skip("extra ocr is not installed")
    silent_video(here / "lecture.mp4")
    asked: list[str | Path] = ["make", "lecture.mp4", "--name", "x", "--slides", "auto", *ECHO]
    assert_refused(capsys, asked, says="no sound, and no text on its slides")
    assert lectures(here) == []


# --- nothing is lost that was there before


def test_a_failed_run_leaves_a_finished_lecture_as_it_was(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(["make", str(MINUTE), "--name", "x", *ECHO]) == 0
    capsys.readouterr()
    notes = (here / "indexes" / "x" / "notes.md").read_bytes()
    written(here / "broken.pdf", SLIDES.read_bytes()[:3000])
    asked: list[str | Path] = ["make", MINUTE, "--name", "x", "--slides", "broken.pdf", *ECHO]
    assert_refused(capsys, asked, says="not a readable PDF")
    assert (here / "indexes" / "x" / "notes.md").read_bytes() == notes
    assert store.list_lectures(Config(here / "indexes", here).indexes)[0].complete


def test_a_folder_with_files_of_others_is_not_removed(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (here / "indexes" / "x").mkdir(parents=True)
    (here / "indexes" / "x" / "thesis.docx").write_text("years of work", encoding="utf-8")
    (here / "empty.srt").touch()
    assert_refused(capsys, ["make", "empty.srt", "--name", "x", *ECHO], says="empty")
    assert (here / "indexes" / "x" / "thesis.docx").read_text(encoding="utf-8") == "years of work"
