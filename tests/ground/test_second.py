"""What the LLM is asked about statements, and what its replies come to."""

import json

import pytest

from rag_notes.ground.gate import Doubt
from rag_notes.ground.second import doubt_each, rewrite_each
from rag_notes.llm.echo import EchoLLM
from rag_notes.schema import Reply
from tests.doubles import Scripted, cut_off, step

DOUBTS = [
    Doubt("A filter stores bits.", "The filter, it stores bits.", "support 0.40"),
    Doubt("A filter stores keys.", "It stores no keys.", "says what the passage denies"),
]


def said(p: float | None, text: str = "yes") -> Reply:
    return Reply(text, "stop", p=p)


@pytest.mark.parametrize(
    ("p", "least", "doubted"), [(0.79, 0.8, True), (0.8, 0.8, False), (1.0, 1.0, False)]
)
def test_a_probability_under_the_bar_is_a_reason(p: float, least: float, doubted: bool) -> None:
    (reason,) = doubt_each(DOUBTS[:1], Scripted(lambda _: said(p)), least=least)
    assert (reason is not None) == doubted
    if reason:
        assert "0.79, 0.80 needed" in reason


def test_the_probability_goes_before_the_word() -> None:
    assert doubt_each(DOUBTS[:1], Scripted(lambda _: said(0.9, "no")), least=0.8) == [None]
    (reason,) = doubt_each(DOUBTS[:1], Scripted(lambda _: said(0.1, "yes")), least=0.8)
    assert reason


@pytest.mark.parametrize(
    ("word", "doubted"), [("yes", False), (" yes\n", False), ("no", True), ("", True)]
)
def test_without_a_probability_the_word_counts(word: str, doubted: bool) -> None:
    (reason,) = doubt_each(DOUBTS[:1], Scripted(lambda _: said(None, word)), least=0.8)
    assert (reason is not None) == doubted


def test_each_statement_is_held_against_its_own_passage() -> None:
    llm = Scripted(lambda prompt: said(float("keys" not in prompt.user)))
    reasons = doubt_each(DOUBTS, llm, least=0.5)
    assert [reason is None for reason in reasons] == [True, False]
    for doubt, prompt in zip(DOUBTS, llm.asked, strict=True):
        assert step(prompt) == "judge"
        assert prompt.choices == ("yes", "no")
        assert json.loads(prompt.schema) == {"enum": ["yes", "no"]}
        assert doubt.text in prompt.user
        assert doubt.passage in prompt.user
        assert doubt.reason not in prompt.user


def test_the_echo_doubts_nothing() -> None:
    assert doubt_each(DOUBTS, EchoLLM(), least=1.0) == [None, None]


def test_a_rewriting_is_the_text_of_the_reply() -> None:
    llm = Scripted(lambda _: '"  A filter\\n stores bits. "')
    assert rewrite_each(DOUBTS, llm) == ["A filter stores bits."] * 2
    for doubt, prompt in zip(DOUBTS, llm.asked, strict=True):
        assert step(prompt) == "rewrite"
        assert prompt.choices is None
        for part in (doubt.text, doubt.passage, doubt.reason):
            assert part in prompt.user


@pytest.mark.parametrize("reply", ['""', '"  "', "[1]", "no JSON", "", cut_off()])
def test_a_rewriting_that_came_to_nothing_is_none(reply: Reply | str) -> None:
    assert rewrite_each(DOUBTS[:1], Scripted(lambda _: reply)) == [None]


def test_a_passage_without_end_is_cut() -> None:
    endless = Doubt("A filter stores bits.", "bits " * 5000, "none")
    llm = Scripted(lambda prompt: said(1.0) if step(prompt) == "judge" else '""')
    doubt_each([endless], llm, least=0.5)
    rewrite_each([endless], llm)
    assert all(len(prompt.user) < 2000 for prompt in llm.asked)


def test_without_doubts_nothing_is_asked() -> None:
    llm = Scripted(lambda _: said(1.0))
    assert doubt_each([], llm, least=0.5) == []
    assert rewrite_each([], llm) == []
    assert llm.asked == []
