"""An answer is one sentence of a reply that can be used, or there is none."""

import json

import pytest

from rag_notes.schema import Prompt, Reply
from rag_notes.write.answer import how_likely, whether, write_answer
from tests.doubles import Scripted, cut_off

QUESTION = "What does a filter store?"
PASSAGE = "A filter stores only the bits of its keys. No key is ever stored."


def answered(reply: Reply | str) -> str | None:
    return write_answer(QUESTION, PASSAGE, Scripted(lambda _: reply))


def test_question_and_passage_are_in_the_prompt() -> None:
    asked: list[Prompt] = []

    def reply(prompt: Prompt) -> str:
        asked.append(prompt)
        return '"A filter stores bits."'

    assert write_answer(QUESTION, PASSAGE, Scripted(reply)) == "A filter stores bits."
    (prompt,) = asked
    asked_before, _ = prompt.turns[-1]  # whether the passage says it, so that this is read once
    assert QUESTION in asked_before
    assert PASSAGE in asked_before
    assert json.loads(prompt.schema)["type"] == "string"


def test_the_first_sentence_answers() -> None:
    assert answered('"A filter stores bits. It stores no key."') == "A filter stores bits."


@pytest.mark.parametrize(
    "reply",
    [
        cut_off(),
        '""',
        "no JSON",
        '["A filter stores bits."]',
        json.dumps("the bits of the filter are the bits of the filter " * 6),
        '"Kneading links two proteins of the flour into gluten."',
    ],
)
def test_a_reply_that_is_no_good_is_no_answer(reply: Reply | str) -> None:
    assert answered(reply) is None


def test_the_probability_is_that_of_yes() -> None:
    prompt = whether(QUESTION, PASSAGE)
    assert prompt.choices == ("yes", "no")
    sure = Scripted(lambda _: Reply("yes", "stop", p=0.7))
    assert how_likely(QUESTION, PASSAGE, sure) == pytest.approx(0.7)


@pytest.mark.parametrize(("text", "likely"), [("yes", 1.0), ("no", 0.0)])
def test_an_engine_that_gives_no_probability_is_taken_at_its_word(text: str, likely: float) -> None:
    assert how_likely(QUESTION, PASSAGE, Scripted(lambda _: Reply(text, "stop"))) == likely
