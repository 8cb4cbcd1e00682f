"""`make` killed at any moment goes on, ends as if unbroken, and redoes nothing finished."""

import json
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
import pytest

from tests import runs
from tests.runs import MINUTE, SAMPLE, SLIDES, Forks
from tests.sounds import voice, write_wav

ASKED: "Asked" = ("make", MINUTE, "--llm", "echo:", "--name", "talk")
ASKED += ("--query", "What does a Bloom filter store?")  # so that every kind of call is made
WITH_SLIDES = (*ASKED, "--slides", SLIDES)
PARTS = 5
AT_RANDOM = 10  # kills beside those at the changes of each kind

Asked: TypeAlias = tuple[str | Path, ...]


@pytest.fixture(scope="module")
def forks() -> Iterator[Forks]:
    with runs.forks() as warmed:
        yield warmed


@dataclass(frozen=True)
class Unbroken:
    """A run to its end, what it changed on the disk, one by one, and how long it took."""

    lecture: Path
    notes: dict[str, Any]
    markdown: str
    moments: Sequence[str]
    seconds: float

    @property
    def changes(self) -> int:
        """How often it changed the disk."""
        return len(self.moments)

    def copy(self, folder: Path) -> Path:
        """The finished lecture in the indexes of another folder."""
        return Path(shutil.copytree(self.lecture, folder / "indexes" / "talk"))

    def moments_of_every_kind(self) -> list[int]:
        """The first and the last change of each kind, from 1, and some of what is between."""
        numbered = list(enumerate(self.moments, start=1))
        first = {kind: at for at, kind in reversed(numbered)}
        last = {kind: at for at, kind in numbered}
        ends = {*first.values(), *last.values()}
        between = [at for at, _ in numbered if at not in ends]
        some = random.Random(os.getpid()).sample(between, min(AT_RANDOM, len(between)))
        return sorted({*ends, *some})


def run_unbroken(forks: Forks, folder: Path, asked: Asked) -> Unbroken:
    began = time.monotonic()
    assert forks.run(folder, *asked) == 0, forks.said
    seconds = time.monotonic() - began
    lecture = folder / "indexes" / "talk"
    assert forks.printed == f"{lecture / 'notes.md'}\n"
    return Unbroken(lecture, notes_of(lecture), markdown_of(lecture), forks.moments, seconds)


@pytest.fixture(scope="module")
def unbroken(forks: Forks, tmp_path_factory: pytest.TempPathFactory) -> Unbroken:
    return run_unbroken(forks, tmp_path_factory.mktemp("unbroken"), ASKED)


def notes_of(lecture: Path) -> dict[str, Any]:
    """notes.json without what a clock decides."""
    notes: dict[str, Any] = json.loads((lecture / "notes.json").read_bytes())
    del notes["provenance"]["seconds"]
    return notes


def markdown_of(lecture: Path) -> str:
    """notes.md, its links made relative to the same place."""
    relative = os.path.relpath(SAMPLE, lecture)
    return (lecture / "notes.md").read_text(encoding="utf-8").replace(relative, "SAMPLE")


def stages_of(lecture: Path) -> dict[str, Any]:
    path = lecture / "lecture.json"
    stages: dict[str, Any] = json.loads(path.read_bytes())["stages"] if path.exists() else {}
    return stages


def finished(lecture: Path) -> dict[str, tuple[Any, dict[str, int]]]:
    """What is recorded of each finished stage, and when its outputs were written."""
    return {
        name: (stage, {file: (lecture / file).stat().st_mtime_ns for file in stage["files"]})
        for name, stage in stages_of(lecture).items()
    }


def kill_and_go_on(
    forks: Forks, unbroken: Unbroken, folder: Path, at: int, asked: Asked = ASKED
) -> None:
    folder.mkdir()
    lecture = folder / "indexes" / "talk"
    status = forks.run(folder, *asked, at=at)
    assert os.WIFSIGNALED(status), "the run ended before it was killed"
    before = finished(lecture)
    replies = {file: file.stat().st_mtime_ns for file in lecture.glob("replies/*.json")}
    assert forks.run(folder, *asked) == 0, forks.said
    after = finished(lecture)
    assert {name: after[name] for name in before} == before
    assert {file: file.stat().st_mtime_ns for file in replies} == replies
    assert notes_of(lecture) == unbroken.notes
    assert markdown_of(lecture) == unbroken.markdown
    assert not list(lecture.rglob(".tmp-*"))


@pytest.mark.parametrize("part", range(PARTS))
def test_a_killed_make_goes_on(forks: Forks, unbroken: Unbroken, tmp_path: Path, part: int) -> None:
    """One random moment in each fifth of all changes of the disk."""
    edges = [1 + round(unbroken.changes * n / PARTS) for n in (part, part + 1)]
    at = random.Random(os.getpid() + part).randrange(*edges)
    kill_and_go_on(forks, unbroken, tmp_path / f"at-{at}", at)


@pytest.mark.models  # needs no model, but minutes
def test_make_with_slides_killed_at_every_kind_of_moment_goes_on(
    forks: Forks, tmp_path: Path
) -> None:
    (tmp_path / "unbroken").mkdir()
    unbroken = run_unbroken(forks, tmp_path / "unbroken", WITH_SLIDES)
    for at in unbroken.moments_of_every_kind():
        kill_and_go_on(forks, unbroken, tmp_path / f"at-{at}", at, WITH_SLIDES)


def test_make_killed_again_and_again_ends_well(
    forks: Forks, unbroken: Unbroken, tmp_path: Path
) -> None:
    lecture = tmp_path / "indexes" / "talk"
    step = unbroken.changes // 3
    for _ in range(20):
        status = forks.run(tmp_path, *ASKED, at=step)
        if not os.WIFSIGNALED(status):
            break
    assert status == 0
    assert notes_of(lecture) == unbroken.notes


def test_make_killed_by_the_clock_goes_on(forks: Forks, unbroken: Unbroken, tmp_path: Path) -> None:
    lecture = tmp_path / "indexes" / "talk"
    forks.run(tmp_path, *ASKED, wait=False)
    time.sleep(random.Random(os.getpid()).uniform(0.0, 0.8 * unbroken.seconds))
    with suppress(ProcessLookupError):  # it was faster this time, and has ended
        os.kill(forks.child, signal.SIGKILL)
    forks.status()
    before = finished(lecture)
    assert forks.run(tmp_path, *ASKED) == 0, forks.said
    assert {name: stage for name, stage in finished(lecture).items() if name in before} == before
    assert notes_of(lecture) == unbroken.notes


# `rag-notes make` with a recogniser that only counts; killed after so many parts of the transcript.
_HEARS = """
import os, signal, sys
from evaluation.parrot import Parrot
from rag_notes import cli, models, parts
from rag_notes.ingest import whisper
from rag_notes.pipeline import make
left, parrot = int(sys.argv[1]), Parrot()
whisper.WhisperRecogniser = lambda *places, **names: parrot
models.find = lambda name, config: None
make.require_models = lambda names, config, report: None
save = parts.KeptParts.save
def counted(self, part):
    global left
    save(self, part)
    left -= 1
    if left == 0:
        os.kill(os.getpid(), signal.SIGKILL)
parts.KeptParts.save = counted
code = cli.main(sys.argv[2:])
print(parrot.clips)
sys.exit(code)
"""


def hear(folder: Path, media: Path, *, parts: int) -> "subprocess.CompletedProcess[str]":
    """Make a recording's notes in a child that is killed once it has kept so many parts."""
    asked = ["make", str(media), "--name", "talk", "--llm", "echo:"]
    environment = runs.environment(folder)
    scripts = Path(__file__).parent.parent / "scripts"
    environment["PYTHONPATH"] = os.pathsep.join([str(scripts.parent), str(scripts)])
    return subprocess.run(
        [sys.executable, "-c", _HEARS, str(parts), *asked],
        env=environment,
        capture_output=True,
        text=True,
        timeout=4 * runs.SECONDS,
        check=False,
    )


def test_a_recording_killed_between_two_parts_loses_none_of_them(tmp_path: Path) -> None:
    media = write_wav(tmp_path / "talk.wav", np.tile(voice(), 2))
    unbroken = hear(tmp_path / "unbroken", media, parts=0)
    assert unbroken.returncode == 0, unbroken.stderr
    lecture = tmp_path / "indexes" / "talk"
    assert hear(tmp_path, media, parts=2).returncode == -signal.SIGKILL
    kept = {file: file.stat().st_mtime_ns for file in (lecture / "parts").iterdir()}
    assert len(kept) == 2
    assert not (lecture / "transcript.json").exists()
    again = hear(tmp_path, media, parts=2)  # killed after no second part: one was left
    assert again.returncode == 0, again.stderr
    clips = int(again.stdout.splitlines()[-1])
    assert 0 < clips < int(unbroken.stdout.splitlines()[-1]) / 2
    whole = tmp_path / "unbroken" / "indexes" / "talk"
    for name in ("transcript.json", "chunks.jsonl"):
        assert (lecture / name).read_bytes() == (whole / name).read_bytes()
    assert not (lecture / "parts").exists()


def test_a_second_make_does_nothing_and_loads_nothing(unbroken: Unbroken, tmp_path: Path) -> None:
    lecture = unbroken.copy(tmp_path)
    files = {file: file.stat().st_mtime_ns for file in lecture.rglob("*") if file.is_file()}
    code = (
        "import sys, time; began = time.monotonic(); from rag_notes import cli;"
        "code = cli.main(sys.argv[1:]);"
        "heavy = {'torch', 'chromadb', 'xllamacpp', 'sentence_transformers', 'faster_whisper',"
        "         'ctranslate2', 'bm25s', 'pdfplumber', 'av'} & set(sys.modules);"
        "print(code, sorted(heavy), time.monotonic() - began < 3.0)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, *map(str, ASKED)],
        env=runs.environment(tmp_path),
        capture_output=True,
        text=True,
        timeout=runs.SECONDS,
        check=True,
    )
    assert done.stdout == f"{lecture / 'notes.md'}\n0 [] True\n"
    assert done.stderr == ""
    again = {file: file.stat().st_mtime_ns for file in lecture.rglob("*") if file.is_file()}
    assert again == files


@pytest.mark.parametrize(
    "harm", ["remove notes.md", "change notes.json", "empty lecture.json", "remove chroma"]
)
def test_a_harmed_output_is_made_anew(
    forks: Forks, unbroken: Unbroken, tmp_path: Path, harm: str
) -> None:
    lecture = unbroken.copy(tmp_path)
    action, name = harm.split()
    if name == "chroma":
        (lecture / name).rename(tmp_path / "gone")
    elif action == "remove":
        (lecture / name).unlink()
    elif action == "empty":
        (lecture / name).write_bytes(b"")
    else:
        text = (lecture / name).read_text(encoding="utf-8").replace("Bloom", "Broom")
        (lecture / name).write_text(text, encoding="utf-8")
    assert forks.run(tmp_path, *ASKED) == 0, forks.said
    assert notes_of(lecture) == unbroken.notes
    assert markdown_of(lecture) == unbroken.markdown


def test_another_question_redoes_only_the_notes(
    forks: Forks, unbroken: Unbroken, tmp_path: Path
) -> None:
    lecture = unbroken.copy(tmp_path)
    before = finished(lecture)
    assert forks.run(tmp_path, *ASKED[:-1], "Who described it?") == 0
    after = finished(lecture)
    assert {name for name in before if after[name] != before[name]} == {"notes", "export"}
    assert notes_of(lecture)["query"] == "Who described it?"


def test_the_second_of_two_processes_gives_way(
    forks: Forks, unbroken: Unbroken, tmp_path: Path
) -> None:
    status = forks.run(tmp_path, *ASKED, at=unbroken.changes // 2, signal=signal.SIGSTOP)
    assert os.WIFSTOPPED(status)
    second = runs.command(tmp_path, *ASKED)
    assert (second.returncode, second.stdout) == (4, "")
    assert second.stderr.startswith("rag-notes: lecture 'talk' is being made by another process")
    assert len(second.stderr.splitlines()) == 1
    os.kill(forks.child, signal.SIGCONT)
    assert forks.status() == 0, forks.said
    assert notes_of(tmp_path / "indexes" / "talk") == unbroken.notes
