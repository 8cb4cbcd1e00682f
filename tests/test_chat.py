"""`rag-notes chat` through a pipe: questions, commands, and a conversation that is gone on with."""

import io
import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from rag_notes import cli, codec
from rag_notes.pipeline.chat import EXPORT, FILE
from tests import lectures

ECHO = ("--llm", "echo:")
QUESTION = "What does the filter not store?"
NOT_SAID = "Who won the football match in Brazil?"


@pytest.fixture
def lecture(here: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Folder of a lecture with slides that nobody has talked with."""
    made = lectures.finished("captions and slides", "echo", tmp_path_factory)
    return Path(shutil.copytree(made.folder, here / "indexes" / "week-1"))


class Pipe:
    """Conversations that are typed into a pipe."""

    def __init__(
        self, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], lecture: Path
    ) -> None:
        self._monkeypatch, self._capsys, self._lecture = monkeypatch, capsys, lecture

    def chat(self, *typed: str, flags: tuple[str, ...] = ()) -> tuple[str, str]:
        """What is printed and what is said to these lines."""
        self._monkeypatch.setattr("sys.stdin", io.StringIO("".join(f"{one}\n" for one in typed)))
        assert cli.main(["chat", str(self._lecture), *flags, *ECHO]) == 0
        out, said = self._capsys.readouterr()
        return out, said

    def answers(self, *typed: str) -> list[dict[str, Any]]:
        """The answers to these lines."""
        return [json.loads(line) for line in self.chat(*typed, flags=("--json",))[0].splitlines()]


@pytest.fixture
def pipe(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], lecture: Path
) -> Pipe:
    return Pipe(monkeypatch, capsys, lecture)


def kept(lecture: Path) -> list[str]:
    """What was asked, as it is kept in the lecture's folder."""
    lines = (lecture / FILE).read_bytes().splitlines()
    return [codec.decode_answer(line).asked or "" for line in lines]


def test_a_question_is_answered_and_kept(pipe: Pipe, lecture: Path) -> None:
    out, said = pipe.chat(f"  {QUESTION} ", "", "/quit", "never asked")
    assert "the elements" in out
    assert "slides.pdf#page=3" in out
    assert said == ""
    assert kept(lecture) == [QUESTION]


def test_the_end_of_the_input_ends_the_conversation(pipe: Pipe, lecture: Path) -> None:
    assert pipe.chat() == ("", "")
    assert not (lecture / FILE).exists()


def test_sources_are_the_words_that_were_said(pipe: Pipe) -> None:
    answer, *_ = pipe.answers(QUESTION)
    out, _ = pipe.chat("/sources")
    for claim in answer["claims"]:
        for one in claim["citations"]:
            assert f"“{one['quote']}”" in out


def test_sources_of_no_answer_are_the_nearest_passages(pipe: Pipe) -> None:
    answer, *_ = pipe.answers(NOT_SAID)
    assert not answer["answered"]
    out, _ = pipe.chat("/sources")
    for one, line in zip(answer["nearest"], out.splitlines(), strict=True):
        assert f"“{one['quote']}”" in line


def test_a_conversation_is_gone_on_with(pipe: Pipe, lecture: Path) -> None:
    (first,) = pipe.answers(QUESTION)
    more, claim = pipe.answers("tell me more", "the first one")
    assert (more["asked"], more["question"]) == ("tell me more", QUESTION)
    assert more["claims"] == first["claims"]
    assert first["claims"][0]["text"].rstrip(".") in claim["question"]
    assert kept(lecture) == [QUESTION, "tell me more", "the first one"]


def test_how_a_follow_up_was_read_is_shown(pipe: Pipe) -> None:
    out, _ = pipe.chat(QUESTION, "tell me more")
    assert f"(Read as: {QUESTION})" in out.splitlines()


def test_a_time_stands_alone_in_a_conversation(pipe: Pipe) -> None:
    _, answer = pipe.answers(QUESTION, "what is said in the last minute of it?")
    assert answer["reading"] == "what is said from 00:04:42 to 00:05:42"


def test_what_is_forgotten_is_gone(pipe: Pipe, lecture: Path) -> None:
    pipe.chat(QUESTION)
    out, said = pipe.chat("/forget", "/sources")
    assert "forgotten" in out
    assert "nothing has been asked yet" in said
    assert not (lecture / FILE).exists()
    (answer,) = pipe.answers("tell me more")
    assert answer["question"] == "tell me more"


def test_a_conversation_is_written_down(pipe: Pipe, lecture: Path, here: Path) -> None:
    out, _ = pipe.chat(QUESTION, NOT_SAID, "/export talk.md", "/export")
    assert out.splitlines()[-2:] == ["talk.md", str(lecture / EXPORT)]
    text = (here / "talk.md").read_text(encoding="utf-8")
    headings = [line for line in text.splitlines() if line.startswith("#")]
    assert headings == ["# week-1", f"## {QUESTION}", f"## {NOT_SAID}"]
    assert "The lecture does not answer this question." in text


def test_no_file_is_written_over(pipe: Pipe, here: Path) -> None:
    (here / "mine.md").write_text("mine", encoding="utf-8")
    _, said = pipe.chat("/export mine.md", QUESTION, "/export mine.md")
    assert said.splitlines() == [
        "there is no conversation to write down yet",
        "mine.md: there already; choose another name",
    ]
    assert (here / "mine.md").read_text(encoding="utf-8") == "mine"


def test_what_is_no_command_is_said_and_the_conversation_goes_on(pipe: Pipe, lecture: Path) -> None:
    out, said = pipe.chat("/bogus", "?!", QUESTION, "/help")
    assert said.splitlines()[0] == "there is no /bogus; /help says what there is"
    assert "question is empty" in said.splitlines()[1]
    assert "/forget" in out
    assert kept(lecture) == [QUESTION]


def test_a_line_that_a_crash_tore_harms_no_other(pipe: Pipe, lecture: Path) -> None:
    pipe.chat(QUESTION)
    with (lecture / FILE).open("ab") as file:
        file.write(b'{"question": "What is')
    (more,) = pipe.answers("tell me more")
    assert more["question"] == QUESTION
    lines = (lecture / FILE).read_bytes().splitlines()
    assert len(lines) == 3
    assert codec.decode_answer(lines[2]).question == QUESTION


def test_a_conversation_with_a_folder_of_lectures_is_kept_in_it(
    lecture: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    minute = lectures.finished("a minute", "echo", tmp_path_factory)
    shutil.copytree(minute.folder, lecture.parent / "week-2")
    pipe = Pipe(monkeypatch, capsys, lecture.parent)
    (answer,) = pipe.answers(QUESTION)
    assert {one["lecture"] for claim in answer["claims"] for one in claim["citations"]} == {
        "week-1"
    }
    assert kept(lecture.parent) == [QUESTION]
    assert not (lecture / FILE).exists()
