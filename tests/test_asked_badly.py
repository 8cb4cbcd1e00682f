"""Questions in another language, indexes that cannot be used: said, and answered all the same."""

import json
import os
import shutil
from collections.abc import Iterator, Sequence
from pathlib import Path

import msgspec
import pytest

from rag_notes import open_lecture
from rag_notes.answers import Answer
from rag_notes.config import load_config
from rag_notes.llm.echo import EchoLLM
from rag_notes.pipeline.report import SilentReporter
from rag_notes.schema import Prompt, Reply
from tests import lectures
from tests.doubles import step

QUESTION = "What does the filter not store?"


class Translator(EchoLLM):
    """Translates every question into one that the lecture answers."""

    def generate(self, prompts: Sequence[Prompt]) -> Iterator[Reply]:
        """Yield one reply per prompt, in order."""
        for prompt in prompts:
            if step(prompt) == "search_query":
                yield Reply(json.dumps(QUESTION), "stop")
            else:
                yield from super().generate([prompt])


class Told(SilentReporter):
    """Keeps what it is told."""

    def __init__(self) -> None:
        self.said: list[str] = []

    def say(self, text: str) -> None:
        self.said.append(text)


@pytest.fixture
def lecture(here: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A lecture's folder that a test may change."""
    made = lectures.finished("captions and slides", "echo", tmp_path_factory)
    return Path(shutil.copytree(made.folder, here / "indexes" / "week-1"))


def ask(lecture: Path, question: str) -> tuple[Answer, list[str]]:
    told = Told()
    with open_lecture(lecture, load_config(llm="echo:"), told) as opened:
        return opened.ask(question), told.said


@pytest.mark.parametrize(
    "question", ["Was speichert der Filter nicht?", "Que ne stocke pas le filtre ?", "什么不存储?"]
)
def test_a_question_in_another_language_is_translated_and_it_is_said(
    lecture: Path, monkeypatch: pytest.MonkeyPatch, question: str
) -> None:
    monkeypatch.setattr("rag_notes.llm.echo.EchoLLM", Translator)
    answer, _ = ask(lecture, question)
    expected, _ = ask(lecture, QUESTION)
    assert answer.question == question
    assert answer.reading == f"in English: {QUESTION}"
    assert any("The lecture is in English" in one for one in answer.notices)
    assert answer.answered
    assert [one.text for one in answer.claims] == [one.text for one in expected.claims]
    assert expected.reading is None
    assert expected.notices == ()


def marker(lecture: Path) -> Path:
    return lecture / "chroma" / "index.json"


@pytest.mark.parametrize("fault", ["another version", "a damaged file", "none at all"])
def test_an_index_that_cannot_be_used_is_rebuilt(lecture: Path, fault: str) -> None:
    before, _ = ask(lecture, QUESTION)
    if fault == "another version":
        said = msgspec.json.decode(marker(lecture).read_bytes())
        marker(lecture).write_bytes(msgspec.json.encode({**said, "chroma": "0.1.0"}))
    elif fault == "a damaged file":
        (lecture / "chroma" / "chroma.sqlite3").write_bytes(b"junk")
    else:
        shutil.rmtree(lecture / "chroma")
    answer, told = ask(lecture, QUESTION)
    assert any("rebuilt" in one for one in told)
    assert answer.claims == before.claims
    assert ask(lecture, QUESTION)[1] == []


def test_an_index_of_another_embedder_stays_as_it_is(lecture: Path) -> None:
    notes = json.loads((lecture / "notes.json").read_text("utf-8"))
    notes["provenance"]["embedder"] = "another"
    (lecture / "notes.json").write_text(json.dumps(notes), encoding="utf-8")
    kept = marker(lecture).read_bytes()
    answer, _ = ask(lecture, QUESTION)
    assert answer.answered
    assert marker(lecture).read_bytes() == kept


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_lecture_that_may_only_be_read_is_answered(lecture: Path) -> None:
    shutil.rmtree(lecture / "chroma")
    lecture.chmod(0o500)
    try:
        answer, told = ask(lecture, QUESTION)
    finally:
        lecture.chmod(0o700)
    assert answer.answered
    assert any("embedded again" in one for one in told)
