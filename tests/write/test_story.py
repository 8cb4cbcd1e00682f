"""The story has one place per topic, in order, whatever the LLM replies."""

import json

import pytest

from rag_notes.schema import Prompt, Reply
from rag_notes.write.story import PARTS, Part, tell_story
from tests.doubles import Scripted, cut_off


def parts(count: int) -> list[Part]:
    return [Part(f"Topic {n}", f"Topic {n} is about bits.") for n in range(count)]


def count_of(prompt: Prompt) -> int:
    story = json.loads(prompt.schema)["properties"]["story"]
    assert story["minItems"] == story["maxItems"]
    return int(story["minItems"])


def told(prompt: Prompt) -> str:
    """A sentence per part, of that part's number."""
    lines = [line.partition(": ")[2] for line in prompt.user.splitlines() if ": " in line]
    return json.dumps({"story": [f"It goes on: {line}" for line in lines]})


@pytest.mark.parametrize("count", [1, 2, PARTS, PARTS + 1, 3 * PARTS])
def test_every_part_is_told_at_its_place(count: int) -> None:
    llm = Scripted(told)
    story = tell_story(parts(count), llm)
    assert len(story) == count
    for number, sentences in enumerate(story):
        assert any(f"Topic {number} " in sentence for sentence in sentences)
    assert sum(count_of(prompt) for prompt in llm.asked) == count


def test_no_part_is_no_story() -> None:
    assert tell_story([], Scripted(told)) == ()


BAD: dict[str, Reply | str] = {"cut off": cut_off(), "no JSON": "Once", "empty": ""}


@pytest.mark.parametrize("kind", BAD)
def test_a_bad_reply_is_asked_for_again_in_halves(kind: str) -> None:
    llm = Scripted(lambda prompt: BAD[kind] if count_of(prompt) > 3 else told(prompt))
    story = tell_story(parts(5), llm)
    assert [count_of(prompt) for prompt in llm.asked] == [5, 3, 2]
    assert len(story) == 5
    assert all(story)


@pytest.mark.parametrize("kind", BAD)
def test_bad_replies_tell_nothing(kind: str) -> None:
    story = tell_story(parts(5), Scripted(lambda _: BAD[kind]))
    assert len(story) == 5
    assert not any(story)


def test_a_sentence_twice_or_in_a_loop_is_told_once_or_never() -> None:
    loop = "the bits and the bits and the bits and the bits and the bits and the bits."
    texts = ["Bits are stored.", "Bits are stored.", loop]
    story = tell_story(parts(3), Scripted(lambda _: json.dumps({"story": texts})))
    assert [bool(sentences) for sentences in story] == [True, False, False]
