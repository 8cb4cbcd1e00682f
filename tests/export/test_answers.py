"""What a reader sees of answers: text that no terminal and no Markdown obeys, links that lead."""

import re
from dataclasses import replace
from pathlib import Path

from rag_notes.answers import Answer
from rag_notes.export.answers import Printer, to_conversation
from rag_notes.export.cite import Places
from rag_notes.schema import Citation, Claim

CITED = Citation("c0001", "speech", "It has *bits*.", 65.2, 70.0)
CLAIM = Claim("k0001", "A filter has *bits*\x1b[31m and <b>hashes</b>.", (CITED,), 0.9)
ANSWER = Answer("What has it?", True, (CLAIM,), notices=("The question was cut.",))
DECLINED = Answer("Who won?", False, (), (CITED,), notices=("The lecture ends at 00:05:00.",))
PLACES = {None: Places("talk 1.mp4", None), "week-2": Places("other.mp4", None)}


def test_plain_text_has_the_link_beside_the_moment() -> None:
    line = Printer(PLACES).claim(CLAIM)
    assert line == ("A filter has *bits*[31m and <b>hashes</b>. [00:01:05](talk%201.mp4#t=65)")


def test_markdown_is_escaped() -> None:
    line = Printer(PLACES, "markdown").claim(CLAIM)
    assert r"\*bits\*" in line
    assert "<b>" not in line


def test_a_terminal_gets_a_link_and_no_other_escape(tmp_path: Path) -> None:
    line = Printer(PLACES, "terminal", tmp_path).claim(CLAIM)
    (target,) = re.findall(r"\x1b\]8;;(file://[^\x1b]+)\x1b\\", line)
    assert target == f"{tmp_path.resolve().as_uri()}/talk%201.mp4#t=65"
    shown = re.sub(r"\x1b\]8;;[^\x1b]*\x1b\\", "", line)
    assert "\x1b" not in shown
    assert shown.endswith("[00:01:05]")


def test_a_link_of_a_terminal_has_no_detours(tmp_path: Path) -> None:
    places: dict[str | None, Places] = {None: Places("../films/talk.mp4", None)}
    (tmp_path / "here").mkdir()
    line = Printer(places, "terminal", tmp_path / "here").claim(CLAIM)
    assert f"{tmp_path.resolve().as_uri()}/films/talk.mp4#t=65" in line


def test_the_lecture_is_named_where_there_are_several() -> None:
    claim = replace(CLAIM, citations=(replace(CITED, lecture="week-2"),))
    assert Printer(PLACES).claim(claim).endswith("[week-2 · 00:01:05](other.mp4#t=65)")


def test_what_was_heard_unclearly_is_marked() -> None:
    claim = replace(CLAIM, citations=(replace(CITED, confidence=0.3),))
    assert Printer(PLACES).claim(claim).endswith("(heard unclearly)")


def test_the_first_line_answers() -> None:
    first, *rest = Printer(PLACES).answer(ANSWER)
    assert first.startswith("A filter has")
    assert rest == ["The question was cut."]
    first, *rest = Printer(PLACES).answer(DECLINED)
    assert first == "The lecture does not answer this question."
    assert rest[0] == "The lecture ends at 00:05:00."
    assert "It has *bits*." in rest[-1]


def test_sources_are_each_named_once() -> None:
    twice = replace(ANSWER, claims=(CLAIM, replace(CLAIM, id="k0002")))
    (line,) = Printer(PLACES).sources(twice)
    assert line == "[00:01:05](talk%201.mp4#t=65) “It has *bits*.”"
    assert Printer(PLACES).sources(DECLINED) == [line]


def test_a_conversation_is_markdown_with_a_heading_for_each_question() -> None:
    turns = [
        replace(ANSWER, asked="What has it?"),
        replace(DECLINED, question="Who won the match?", asked="# and *who*?"),
    ]
    text = to_conversation("week_1", turns, Printer(PLACES, "markdown"))
    headings = re.findall(r"^#+ .*$", text, re.MULTILINE)
    assert headings == ["# week_1", "## What has it?", r"## \# and \*who\*?"]
    assert "Read as: Who won the match?" in text
    assert text.count("Read as:") == 1
    assert text.endswith("\n")
