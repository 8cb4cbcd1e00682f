"""The command line: what goes to stdout, what to stderr, and with which exit code."""

import json
import os
import signal
import subprocess
import sys
import time
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pytest

from rag_notes import cli
from tests import runs
from tests.runs import MINUTE

ECHO = ("--llm", "echo:")


@pytest.fixture
def lecture(here: Path, capsys: pytest.CaptureFixture[str]) -> Path:
    """A finished lecture named `talk`."""
    assert cli.main(["make", str(MINUTE), "--name", "talk", *ECHO]) == 0
    capsys.readouterr()
    return here / "indexes" / "talk"


def stdout_of(capsys: pytest.CaptureFixture[str], *arguments: str, code: int = 0) -> str:
    """What a command prints, having said nothing on stderr."""
    assert cli.main(arguments) == code
    printed = capsys.readouterr()
    assert printed.err == ""
    return printed.out


def one_document(text: str) -> Any:  # noqa: ANN401 (JSON)
    """The one JSON document that the text is."""
    return json.loads(text)


def test_make_prints_the_path_and_nothing_else(here: Path) -> None:
    done = runs.command(here, "make", MINUTE, *ECHO)
    assert done.returncode == 0
    assert done.stdout == f"{here / 'indexes' / 'first_minute' / 'notes.md'}\n"
    lines = done.stderr.splitlines()
    stages = ("slides", "transcript", "align", "chunks", "index", "notes", "export")
    assert [line for line in lines if line.endswith(" …")] == [f"{name} …" for name in stages]
    assert all(line.split()[0] in stages for line in lines), done.stderr
    assert "\x1b" not in done.stderr
    assert "\r" not in done.stderr


def test_progress_on_a_terminal_is_bars_on_stderr_alone(here: Path) -> None:
    main_end, child_end = os.openpty()
    process = subprocess.Popen(
        [sys.executable, "-m", "rag_notes", "make", str(MINUTE), *ECHO],
        env=runs.environment(here) | {"TERM": "xterm"},
        stdout=subprocess.PIPE,
        stderr=child_end,
        text=True,
    )
    os.close(child_end)
    shown = b""
    while True:
        try:
            read = os.read(main_end, 65536)
        except OSError:
            break
        if not read:
            break
        shown += read
    os.close(main_end)
    out, _ = process.communicate(timeout=runs.SECONDS)
    assert process.returncode == 0
    assert out == f"{here / 'indexes' / 'first_minute' / 'notes.md'}\n"
    assert b"notes" in shown
    assert b"100%" in shown
    assert b"Traceback" not in shown


def test_make_with_json_prints_the_notes(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["make", str(MINUTE), "--json", *ECHO]) == 0
    notes = one_document(capsys.readouterr().out)
    assert notes == one_document((here / "indexes/first_minute/notes.json").read_text("utf-8"))
    assert notes["version"] == 1


def test_make_writes_out_with_links_from_there(
    here: Path, lecture: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    asked = ("make", str(MINUTE), "--name", "talk", *ECHO, "--media", "film.mp4")
    assert cli.main([*asked, "--out", "deep/notes.md"]) == 0
    assert capsys.readouterr().out == "deep/notes.md\n"
    assert "](../film.mp4#t=" in (here / "deep" / "notes.md").read_text("utf-8")
    assert "](../../film.mp4#t=" in (lecture / "notes.md").read_text("utf-8")
    (here / "deep" / "notes.md").unlink()
    assert cli.main([*asked, "--out", "deep/notes.md"]) == 0
    assert (here / "deep" / "notes.md").exists()


def test_media_may_be_a_url_that_is_linked_and_not_opened(
    here: Path, lecture: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    asked = ("make", str(MINUTE), "--name", "talk", *ECHO)
    assert cli.main([*asked, "--media", "https://youtu.be/abc"]) == 0
    assert "](https://youtu.be/abc?t=40s)" in (lecture / "notes.md").read_text("utf-8")


def test_show(lecture: Path, capsys: pytest.CaptureFixture[str]) -> None:
    markdown = (lecture / "notes.md").read_text("utf-8")
    assert stdout_of(capsys, "show", "talk") == markdown
    assert stdout_of(capsys, "show", str(lecture)) == markdown
    notes = (lecture / "notes.json").read_text("utf-8")
    assert one_document(stdout_of(capsys, "show", "talk", "--json")) == one_document(notes)


def test_list(lecture: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert stdout_of(capsys, "list").startswith("talk\t")
    (row,) = one_document(stdout_of(capsys, "list", "--json"))
    assert (row["name"], row["complete"]) == ("talk", True)
    assert row["title"]
    (lecture / "notes.json").rename(lecture.parent.parent / "away.json")
    assert cli.main(["show", "talk", "--json"]) == 2
    assert "has no notes yet" in capsys.readouterr().err


def test_list_of_nothing(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["list"]) == 0
    printed = capsys.readouterr()
    assert printed.out == ""
    assert str(here / "indexes") in printed.err
    assert one_document(stdout_of(capsys, "list", "--json")) == []


@pytest.mark.parametrize("name", ["nope", "../talk", "/", "no/where", "..", "a\0b"])
def test_an_unknown_lecture(here: Path, capsys: pytest.CaptureFixture[str], name: str) -> None:
    assert cli.main(["show", name]) == 2
    printed = capsys.readouterr()
    assert printed.out == ""
    assert len(printed.err.splitlines()) == 1
    assert printed.err.startswith("rag-notes: ")


def test_models(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    lines = stdout_of(capsys, "models").splitlines()
    rows = one_document(stdout_of(capsys, "models", "--json"))
    assert [line.split()[0] for line in lines] == [row["name"] for row in rows]
    assert not any(row["present"] for row in rows)
    assert {row["kind"] for row in rows} >= {"gguf", "embedder", "whisper"}
    assert all(row["path"].startswith(str(here / "models")) for row in rows)


def test_models_fetch_offline_ends_at_once(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["models", "fetch", "minilm-l6-v2"]) == 2
    printed = capsys.readouterr()
    assert printed.out == ""
    assert printed.err.splitlines()[-1].startswith("rag-notes: model 'minilm-l6-v2' is not here")


def test_doctor_says_what_was_found(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["doctor"]) in (0, 2)
    printed = capsys.readouterr()
    assert printed.err == ""
    assert len(printed.out.splitlines()) >= 4
    cli.main(["doctor", "--json"])
    assert one_document(capsys.readouterr().out)


def test_version(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as left:
        cli.main(["--version"])
    assert left.value.code == 0
    assert capsys.readouterr().out == f"rag-notes {version('rag-notes')}\n"


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["make"],
        ["nonsense"],
        ["make", "a.srt", "--nonsense"],
        ["make", "a.srt", "--preset", "huge"],
        ["list", "more"],
        ["models", "list"],
    ],
)
def test_a_wrong_call_is_2(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as left:
        cli.main(arguments)
    assert left.value.code == 2
    printed = capsys.readouterr()
    assert printed.out == ""
    assert "rag-notes" in printed.err


def test_names_without_fetch_are_a_wrong_call(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    done = runs.command(here, "models", "minilm-l6-v2")
    assert (done.returncode, done.stdout) == (2, "")


def test_debug_shows_where_an_error_comes_from(here: Path) -> None:
    done = runs.command(here, "make", "nowhere.srt", "--debug", *ECHO)
    assert done.returncode == 2
    assert "Traceback" in done.stderr
    assert done.stderr.splitlines()[-1].startswith("rag-notes: source: no such file")


def test_a_reader_that_goes_away_is_no_error(lecture: Path, here: Path) -> None:
    process = subprocess.Popen(
        [sys.executable, "-m", "rag_notes", "show", "talk"],
        env=runs.environment(here),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    assert process.stdout is not None
    assert process.stderr is not None
    process.stdout.close()
    said = process.stderr.read()
    assert process.wait(timeout=runs.SECONDS) == 0
    assert said == b""


@pytest.mark.parametrize("moment", ["transcript.json", "chroma", "replies"])
def test_ctrl_c_ends_at_once_and_the_same_command_goes_on(here: Path, moment: str) -> None:
    lecture = here / "indexes" / "first_minute"
    process = runs.start(here, "make", MINUTE, *ECHO)
    waited = time.monotonic()
    while not (lecture / moment).exists():
        assert time.monotonic() - waited < runs.SECONDS
        time.sleep(0.002)
    process.send_signal(signal.SIGINT)
    asked = time.monotonic()
    out, err = process.communicate(timeout=runs.SECONDS)
    assert time.monotonic() - asked < 2.0
    assert (process.returncode, out) == (130, "")
    assert err.splitlines()[-1] == "interrupted; the same command goes on from here"
    assert "Traceback" not in err
    assert cli.main(["make", str(MINUTE), *ECHO]) == 0
    assert (lecture / "notes.md").exists()
