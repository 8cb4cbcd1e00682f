"""Asking for a translation: what the LLM is shown, and which replies are no good."""

import json

import pytest

from rag_notes.schema import Prompt, Reply
from rag_notes.write.translate import NAMES, translate
from tests.doubles import Scripted, cut_off

SENTENCE = "A Bloom filter stores bits and no keys at all."
GERMAN = "Ein Bloom-Filter speichert Bits und keine Schlüssel."


def replied(reply: Reply | str, sentence: str = SENTENCE) -> str | None:
    (found,) = translate([sentence], "de", Scripted(lambda _: reply))
    return found


@pytest.mark.parametrize("code", sorted(NAMES))
def test_each_sentence_is_shown_alone_with_the_language(code: str) -> None:
    asked: list[Prompt] = []

    def script(prompt: Prompt) -> str:
        asked.append(prompt)
        return json.dumps(f"{len(asked)}.")

    done: list[float] = []
    found = translate(
        ["One.", "Two."], code, Scripted(script), progress=lambda n, _: done.append(n)
    )
    assert found == ("1.", "2.")
    assert done == [1, 2]
    assert [prompt.user for prompt in asked] == ["Sentence: One.", "Sentence: Two."]
    for prompt in asked:
        assert NAMES[code] in prompt.system
        assert len(prompt.turns) == 3
        assert all(json.loads(answer) for _, answer in prompt.turns)


def test_a_usable_reply_is_one_line() -> None:
    assert replied(json.dumps(f" {GERMAN}\n")) == GERMAN


@pytest.mark.parametrize(
    "reply",
    [
        cut_off(),
        "no JSON",
        '""',
        '["Ein Filter"]',
        json.dumps("Ein Wort " * 12),
        json.dumps(GERMAN * 3),
        json.dumps("Mehr Hefe macht den Teig nicht besser."),
    ],
    ids=["cut off", "no JSON", "empty", "a list", "a loop", "too long", "the worked example"],
)
def test_an_unusable_reply_is_none(reply: Reply | str) -> None:
    assert replied(reply) is None


def test_a_lecture_on_the_subject_of_the_example_is_translated_too() -> None:
    said = "More yeast makes the dough rise faster."
    assert replied(json.dumps("Mehr Hefe lässt den Teig schneller aufgehen."), said)
