"""A topic's overview, goal and questions: asked in pieces, and asked again where a reply is bad."""

import json

import pytest

from rag_notes.schema import Claim, Prompt, Reply
from rag_notes.write.section import STATEMENTS, TopicTexts, arrange, write_topic
from tests.build import claim
from tests.doubles import Scripted, cut_off

SAID = ("A filter stores only bits.", "Each hash function gives a position.")


def reply(count: int, *, goal: str = "Explain how a filter stores bits.") -> str:
    """A good reply about `count` statements."""
    return json.dumps(
        {
            "overview": [{"text": "A filter stores bits at positions.", "from": [1, count]}],
            "goal": goal,
            "questions": [
                {"question": "What is stored?", "answer": 1},
                {"question": "What gives a position?", "answer": count},
            ],
        }
    )


def counted(prompt: Prompt) -> int:
    number = json.loads(prompt.schema)["properties"]["questions"]["items"]["properties"]["answer"]
    assert number["enum"] == list(range(1, len(number["enum"]) + 1))
    return len(number["enum"])


def test_statements_are_named_by_their_position() -> None:
    texts = write_topic("Bits", SAID, Scripted(lambda prompt: reply(counted(prompt))))
    assert [(one.text, one.of) for one in texts.overview] == [
        ("A filter stores bits at positions.", (0, 1))
    ]
    assert [one.of for one in texts.questions] == [(0,), (1,)]
    assert texts.goal == "Explain how a filter stores bits."


def test_the_schema_offers_the_numbers_shown_and_no_other() -> None:
    llm = Scripted(lambda prompt: reply(counted(prompt)))
    write_topic("Bits", SAID, llm)
    (prompt,) = llm.asked
    assert counted(prompt) == 2
    assert all(f"{number}. {text}" in prompt.user for number, text in enumerate(SAID, start=1))


def test_a_long_topic_is_asked_in_pieces_with_places_in_the_whole() -> None:
    many = [f"Statement {n} about bits holds." for n in range(STATEMENTS + 5)]
    llm = Scripted(lambda prompt: reply(counted(prompt)))
    texts = write_topic("Bits", many, llm)
    assert len(llm.asked) == 2
    assert {at for one in texts.questions for at in one.of} == {
        *(0, STATEMENTS - 1),
        *(STATEMENTS, STATEMENTS + 4),
    }
    asked = "\n".join(prompt.user for prompt in llm.asked)
    assert all(statement in asked for statement in many)


BAD: dict[str, Reply | str] = {
    "cut off": cut_off(reply(2)[:90]),
    "no JSON": "An overview",
    "empty": "",
    "in a loop": json.dumps(
        {"overview": [], "goal": "Explain the bits and the bits and " * 6, "questions": []}
    ),
}


@pytest.mark.parametrize("kind", BAD)
def test_a_bad_reply_is_asked_for_again_over_half(kind: str) -> None:
    many = [f"Statement {n} about bits holds." for n in range(8)]

    def script(prompt: Prompt) -> Reply | str:
        return BAD[kind] if len(llm.asked) == 1 else reply(counted(prompt))

    llm = Scripted(script)
    texts = write_topic("Bits", many, llm)
    assert [counted(prompt) for prompt in llm.asked] == [8, 4]
    assert texts.overview
    assert len(texts.questions) == 2


@pytest.mark.parametrize("kind", BAD)
def test_a_reply_bad_twice_leaves_no_invented_text(kind: str) -> None:
    llm = Scripted(lambda _: BAD[kind])
    texts = write_topic("Bits", SAID, llm)
    assert len(llm.asked) == 2
    assert texts in (TopicTexts(), TopicTexts(goal="Explain Bits."))


def test_a_question_that_asks_nothing_is_left_out() -> None:
    text = reply(2).replace("What is stored?", "Bits are stored.")
    texts = write_topic("Bits", SAID, Scripted(lambda _: text))
    assert [one.text for one in texts.questions] == ["What gives a position?"]


def test_blocks_stand_in_the_order_of_the_format_and_keep_the_order_of_time() -> None:
    claims = [claim(number, f"Claim {number}.") for number in range(6)]
    kinds = ("question", "explanation", "confusion", "overview", "explanation", "procedure")
    blocks = arrange(zip(kinds, claims, strict=True))  # type: ignore[arg-type]
    assert [block.kind for block in blocks] == [
        *("overview", "explanation", "procedure", "confusion", "question")
    ]
    assert texts_of(blocks[1].claims) == ["Claim 1.", "Claim 4."]
    assert arrange([]) == ()


def texts_of(claims: tuple[Claim, ...]) -> list[str]:
    return [claim.text for claim in claims]


def test_a_goal_that_names_the_worked_example_is_replaced() -> None:
    goal = "Explain why attention layers matter and why more yeast does not make better bread."
    said = json.dumps({"overview": [], "goal": goal, "questions": []})
    texts = write_topic(
        "Attention Layers", ["Attention layers matter more."], Scripted(lambda _: said)
    )
    assert texts.goal == "Explain Attention Layers."
