"""`rag-notes ask` from the command to its exit code, with the echo LLM on our own sample."""

import json
import shutil
import unicodedata
from pathlib import Path
from typing import Any

import pytest

from rag_notes import cli, open_lecture, store
from rag_notes.answers import Answer
from rag_notes.config import load_config
from rag_notes.pipeline import Made
from tests import lectures, runs

ECHO = ("--llm", "echo:")
NOT_SAID = "Who won the football match in Brazil?"


@pytest.fixture
def made(tmp_path_factory: pytest.TempPathFactory) -> Made:
    """A lecture with slides."""
    return lectures.finished("captions and slides", "echo", tmp_path_factory)


@pytest.fixture
def copied(made: Made, here: Path) -> Path:
    """A lecture's folder that a test may change."""
    return Path(shutil.copytree(made.folder, here / "indexes" / "week-1"))


@pytest.fixture
def course(copied: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of two lectures."""
    minute = lectures.finished("a minute", "echo", tmp_path_factory)
    shutil.copytree(minute.folder, copied.parent / "week-2")
    return copied.parent


def ask(lecture: Path | str, question: str) -> Answer:
    with open_lecture(lecture, load_config(llm="echo:")) as opened:
        return opened.ask(question)


def command(
    capsys: pytest.CaptureFixture[str], lecture: Path | str, question: str, *more: str
) -> tuple[int, str, str]:
    code = cli.main(["ask", str(lecture), question, *more, *ECHO])
    return code, *capsys.readouterr()


def one_line(text: str) -> bool:
    return text.startswith("rag-notes: ") and text.count("\n") == 1


def flat(text: str) -> str:
    return " ".join(text.split())


# --- what is answered, and from where ------------------------------------------------------------


@pytest.mark.parametrize(
    "question",
    [
        "What does the filter not store?",
        "what is on slide 3?",
        "around minute 1",
        "summarise the last minute",
        "where is double hashing explained?",
        "What is the lecture about?",
        "which topics are covered?",
    ],
)
def test_claims_cite_passages_in_which_their_quotes_stand(
    made: Made, here: Path, question: str
) -> None:
    chunks = runs.passages(made)
    answer = ask(made.folder, question)
    assert answer.answered
    assert answer.claims
    assert answer.nearest == ()
    for claim in answer.claims:
        assert claim.citations
        for one in claim.citations:
            chunk = chunks[one.chunk]
            assert one.kind == chunk.kind
            assert flat(one.quote) in flat(chunk.text)
            assert len(one.quote.split()) <= 30
    assert [one.id for one in answer.claims] == [
        f"k{number:04}" for number in range(1, len(answer.claims) + 1)
    ]


def test_claims_are_told_in_the_order_of_the_answer(made: Made, here: Path) -> None:
    told: list[object] = []
    with open_lecture(made.folder, load_config(llm="echo:")) as opened:
        answer = opened.ask("summarise the last minute", on_claim=told.append)
    assert tuple(told) == answer.claims


def test_a_slide_is_read_out(made: Made, here: Path) -> None:
    answer = ask(made.folder, "what is on slide 3?")
    assert {one.page for claim in answer.claims for one in claim.citations} == {3}
    assert "k hash functions" in {claim.text for claim in answer.claims}


@pytest.mark.parametrize(
    ("question", "low", "high"),
    [("around minute 1", 0.0, 180.0), ("summarise the last minute", 280.0, 345.0)],
)
def test_a_time_is_answered_from_what_was_said_then(
    made: Made, here: Path, question: str, low: float, high: float
) -> None:
    answer = ask(made.folder, question)
    starts = []
    for claim in answer.claims:
        within = [
            one.start
            for one in claim.citations
            if one.start is not None and low <= one.start < high
        ]
        assert within, claim.text
        starts.append(min(within))
    assert starts == sorted(starts)
    assert answer.reading
    assert answer.reading.startswith("what is said from 00:0")


def test_places_quote_what_is_said_there(made: Made, here: Path) -> None:
    answer = ask(made.folder, "where is double hashing explained?")
    assert all("hashing" in claim.text for claim in answer.claims[:2])
    assert all(claim.extractive for claim in answer.claims)


@pytest.mark.parametrize(
    ("question", "notice"),
    [
        ("what is on slide 99?", "The slides have 10 pages."),
        ("what is said in minute 50?", "The lecture ends at 00:05:4"),
        ("paragraph 9999", "There is no such paragraph in the transcript."),
    ],
)
def test_what_is_not_there_is_said(made: Made, here: Path, question: str, notice: str) -> None:
    answer = ask(made.folder, question)
    assert not answer.answered
    assert answer.notices[0].startswith(notice)


def test_a_lecture_without_times_is_asked_by_paragraph(
    here: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    plain = lectures.finished("plain text", "echo", tmp_path_factory)
    assert "has no times" in ask(plain.folder, "around minute 1").notices[0]
    answer = ask(plain.folder, "what is said in paragraph 2?")
    assert answer.claims
    chunks = runs.passages(plain)
    cited = {chunks[one.chunk].paragraph for claim in answer.claims for one in claim.citations}
    assert 2 in cited


# --- the command ---------------------------------------------------------------------------------


def test_json_has_the_shape_of_an_answer(
    made: Made, here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code, out, _ = command(capsys, made.folder, lectures.QUERY, "--json")
    answer: dict[str, Any] = json.loads(out)
    assert code == 0
    assert {"question", "answered", "claims", "nearest", "seconds"} <= set(answer)
    assert (answer["question"], answer["answered"]) == (lectures.QUERY, True)
    assert all(isinstance(took, float) for took in answer["seconds"].values())
    for claim in answer["claims"]:
        assert {"id", "text", "citations", "support", "verdict"} <= set(claim)
        assert claim["verdict"] == "supported"
        for one in claim["citations"]:
            assert {"chunk", "kind", "start", "end", "page", "quote"} <= set(one)


def test_what_the_lecture_does_not_say_is_an_answer(
    made: Made, here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code, out, _ = command(capsys, made.folder, NOT_SAID, "--json")
    answer = json.loads(out)
    assert (code, answer["answered"], answer["claims"]) == (0, False, [])
    assert 1 <= len(answer["nearest"]) <= 3
    assert all(one["quote"] for one in answer["nearest"])
    code, out, _ = command(capsys, made.folder, NOT_SAID)
    assert (code, out.splitlines()[0]) == (0, "The lecture does not answer this question.")


@pytest.mark.parametrize("question", ["", "  \n", "?!", "\x1b\u202e"])
def test_an_empty_question_is_refused(
    made: Made, here: Path, capsys: pytest.CaptureFixture[str], question: str
) -> None:
    code, out, said = command(capsys, made.folder, question)
    assert (code, out) == (2, "")
    assert one_line(said)
    assert "question is empty" in said


def test_a_question_that_is_too_long_is_cut_and_it_is_said(made: Made, here: Path) -> None:
    answer = ask(made.folder, "What does the filter not store? " + "filter " * 15_000)
    assert answer.question.startswith("What does the filter not store? filter")
    assert len(answer.question) <= 1000
    assert f"first {len(answer.question)} characters" in answer.notices[0]


def test_what_a_terminal_would_obey_is_taken_out_of_a_question(
    made: Made, here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    hostile = "What does\x1b]0;gone\x07 the filter\u202e not\x00 store\u2066?\r\n"
    code, out, said = command(capsys, made.folder, hostile, "--json")
    question = json.loads(out)["question"]
    assert code == 0
    assert question.startswith("What does")
    assert "filter" in question
    assert not [char for char in question if unicodedata.category(char) in ("Cc", "Cf")]
    assert "\x1b" not in out + said


def test_an_unknown_lecture_is_named(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, _, said = command(capsys, "week-9", "What is it?")
    assert code == 2
    assert one_line(said)
    assert "week-9" in said


@pytest.mark.parametrize("gone", ["notes.json", "chunks.jsonl", "lecture.json"])
def test_a_lecture_that_is_not_finished_is_told_from_one_that_is(
    copied: Path, capsys: pytest.CaptureFixture[str], gone: str
) -> None:
    (copied / gone).unlink()
    code, _, said = command(capsys, copied, "What is it?")
    assert code == 2
    assert one_line(said)
    assert "rag-notes make" in said or "no lecture" in said


def test_damaged_notes_are_told(copied: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (copied / "notes.json").write_text("{", encoding="utf-8")
    code, _, said = command(capsys, copied, "What is the lecture about?")
    assert code == 2
    assert one_line(said)
    assert "notes" in said


def test_a_lecture_that_is_being_made_is_not_asked(
    copied: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with store.lock(copied):
        code, _, said = command(capsys, "week-1", "What is it?")
    assert code == 4
    assert one_line(said)


# --- a folder of lectures ------------------------------------------------------------------------


def test_of_several_lectures_each_citation_names_its_own(course: Path) -> None:
    answer = ask(course, "How long does one random read on a spinning disk take?")
    cited = [one for claim in answer.claims for one in claim.citations] or list(answer.nearest)
    assert answer.answered
    for one in cited:
        assert one.lecture in ("week-1", "week-2")
        chunks = {
            chunk["id"]: chunk["text"]
            for chunk in map(
                json.loads, (course / one.lecture / "chunks.jsonl").read_text().splitlines()
            )
        }
        assert flat(one.quote) in flat(chunks[one.chunk])


def test_what_no_lecture_says_names_the_nearest_of_them(course: Path) -> None:
    answer = ask(course, NOT_SAID)
    assert not answer.answered
    assert {one.lecture for one in answer.nearest} <= {"week-1", "week-2"}


def test_the_gist_of_several_is_that_of_each(course: Path) -> None:
    answer = ask(course, "What is the lecture about?")
    lectures_cited = {one.lecture for claim in answer.claims for one in claim.citations}
    assert lectures_cited == {"week-1", "week-2"}


def test_an_unfinished_lecture_of_a_folder_is_left_out_and_named(
    course: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (course / "week-2" / "notes.json").unlink()
    code, out, said = command(capsys, course, lectures.QUERY, "--json")
    assert (code, json.loads(out)["answered"]) == (0, True)
    assert "left out: week-2 is not finished" in said
    (course / "week-1" / "notes.json").unlink()
    code, _, said = command(capsys, course, lectures.QUERY)
    assert code == 2
    assert "none of its 2 lectures is finished" in said
