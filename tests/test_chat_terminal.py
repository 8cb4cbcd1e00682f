"""`rag-notes chat` on a terminal of its own: a prompt, Ctrl-C, Ctrl-D, what was asked before."""

import os
import select
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests import lectures, runs

pytestmark = pytest.mark.skipif(not hasattr(os, "openpty"), reason="needs a pseudo-terminal")

# The echo LLM, made to wait before it replies: time to press Ctrl-C.
_SLOW = """
import sys, time
from rag_notes.llm.echo import EchoLLM
from rag_notes import cli
real = EchoLLM.generate
def slow(self, prompts):
    time.sleep(float(sys.argv[1]))
    yield from real(self, prompts)
EchoLLM.generate = slow
sys.exit(cli.main(sys.argv[2:]))
"""
QUESTION = "What does the filter not store?"


class Terminal:
    """A child on a pseudo-terminal."""

    def __init__(self, here: Path, lecture: Path, *, waits: float = 0.0) -> None:
        self._ours, theirs = os.openpty()
        asked = ["chat", str(lecture), "--llm", "echo:"]
        self.process = subprocess.Popen(
            [sys.executable, "-c", _SLOW, str(waits), *asked],
            env=runs.environment(here) | {"TERM": "dumb"},
            stdin=theirs,
            stdout=theirs,
            stderr=theirs,
            start_new_session=True,
        )
        os.close(theirs)
        self.shown = ""

    def type(self, text: str) -> None:
        os.write(self._ours, text.encode())

    def wait_for(self, text: str) -> None:
        """Read until `text` is shown after what was waited for before."""
        end = time.monotonic() + runs.SECONDS
        while text not in self.shown:
            ready, _, _ = select.select([self._ours], [], [], max(0.0, end - time.monotonic()))
            assert ready, f"no {text!r} in {self.shown!r}"
            self.shown += os.read(self._ours, 65536).decode(errors="replace")
        self.shown = self.shown.partition(text)[2]

    def interrupt(self) -> None:
        os.kill(self.process.pid, signal.SIGINT)

    def close(self) -> None:
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        os.close(self._ours)


@pytest.fixture
def terminals(here: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator["list[Terminal]"]:
    opened: list[Terminal] = []
    yield opened
    for one in opened:
        one.close()


@pytest.fixture
def lecture(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Folder of a lecture."""
    return lectures.finished("captions and slides", "echo", tmp_path_factory).folder


def test_a_question_is_answered_and_ctrl_d_leaves(
    here: Path, lecture: Path, terminals: list[Terminal]
) -> None:
    terminal = Terminal(here, lecture)
    terminals.append(terminal)
    terminal.wait_for("/help")
    terminal.wait_for("> ")
    terminal.type(f"{QUESTION}\n")
    terminal.wait_for("]\x1b")
    terminal.wait_for("> ")
    terminal.type("\x04")
    assert terminal.process.wait(timeout=runs.SECONDS) == 0
    (lecture / "chat.jsonl").unlink()


def test_ctrl_c_stops_the_answer_and_not_the_program(
    here: Path, lecture: Path, terminals: list[Terminal]
) -> None:
    terminal = Terminal(here, lecture, waits=5.0)
    terminals.append(terminal)
    terminal.wait_for("> ")
    terminal.type(f"{QUESTION}\n")
    time.sleep(1.0)
    terminal.interrupt()
    terminal.wait_for("(stopped)")
    terminal.wait_for("> ")
    terminal.interrupt()
    terminal.wait_for("Ctrl-D or /quit leaves")
    terminal.wait_for("> ")
    terminal.type("what is on slide 3?\n")
    terminal.wait_for("p. 3]")
    terminal.wait_for("> ")
    terminal.type("/quit\n")
    assert terminal.process.wait(timeout=runs.SECONDS) == 0
    kept = (lecture / "chat.jsonl").read_text("utf-8")
    assert kept.count("\n") == 1
    (lecture / "chat.jsonl").unlink()


def test_what_was_asked_before_is_remembered(
    here: Path, lecture: Path, terminals: list[Terminal]
) -> None:
    for opening in ("> ", "remembered from before: 1"):
        terminal = Terminal(here, lecture)
        terminals.append(terminal)
        terminal.wait_for(opening)
        if opening == "> ":
            terminal.type("what is on slide 3?\n")
            terminal.wait_for("p. 3]")
        terminal.wait_for("> ")
        terminal.type("/quit\n")
        assert terminal.process.wait(timeout=runs.SECONDS) == 0
    (lecture / "chat.jsonl").unlink()
