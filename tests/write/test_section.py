"""A topic's overview, goal and questions: asked in pieces, and asked again where a reply is bad."""

import json
from collections.abc import Iterator, Sequence

import pytest

from rag_notes.protocols import LLM
from rag_notes.schema import Claim, Prompt, Reply
from rag_notes.write.section import STATEMENTS, TopicTexts, arrange, write_topics
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


def write_topic(title: str, statements: Sequence[str], llm: LLM) -> TopicTexts:
    """What is written about one topic."""
    (texts,) = write_topics([(title, statements)], llm)
    return texts


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


class Waiting(Scripted):
    """Keeps how many prompts each call brings."""

    def __init__(self, *calls: str) -> None:
        super().__init__(lambda prompt: next(self._calls) or reply(counted(prompt)))
        self._calls = iter(calls)
        self.sizes: list[int] = []

    def generate(self, prompts: Sequence[Prompt]) -> Iterator[Reply]:
        """Yield one reply per prompt, in order."""
        self.sizes.append(len(prompts))
        yield from super().generate(prompts)


def test_all_topics_are_asked_about_in_one_call_and_the_bad_ones_in_another() -> None:
    many = [f"Statement {n} about bits holds." for n in range(STATEMENTS + 5)]
    llm = Waiting("", "no JSON", "", "", "")
    steps: list[tuple[float, float]] = []
    texts = write_topics(
        [("Bits", SAID), ("Many Bits", many), ("Positions", SAID)],
        llm,
        progress=lambda done, of: steps.append((done, of)),
    )
    assert llm.sizes == [4, 1]
    assert steps == [(1, 4), (2, 4), (3, 4), (4, 4)]
    assert [one.of for one in texts[0].questions] == [(0,), (1,)]
    asked_again = STATEMENTS // 2
    assert {at for one in texts[1].questions for at in one.of} == {
        *(0, asked_again - 1),
        *(STATEMENTS, STATEMENTS + 4),
    }
    assert texts[2] == texts[0]


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


def test_a_topic_is_asked_about_briefly_by_what_weighs_most() -> None:
    many = [f"{'Heavy' if n % 3 else 'Light'} statement {n} about bits." for n in range(15)]
    llm = Scripted(lambda prompt: reply(counted(prompt)))
    (texts,) = write_topics([("Bits", many)], llm, weigh=lambda text: text.startswith("Heavy"))
    (prompt,) = llm.asked
    assert "overview" not in json.loads(prompt.schema)["properties"]
    assert counted(prompt) == 10
    assert "Light" not in prompt.user.rpartition("Part: ")[2]
    assert [many[at] for one in texts.questions for at in one.of] == [many[1], many[14]]


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


def test_more_claims_than_one_heading_should_have_are_parted_and_named() -> None:
    claims = [claim(number, f"Claim {number}.") for number in range(26)]
    parts = arrange(
        [("explanation", one) for one in claims],
        name=lambda part, whole: "" if part[0] == whole[0] else f"From {part[0]}",
    )
    assert [len(block.claims) for block in parts] == [9, 8, 9]
    assert [block.title for block in parts] == ["Part 1", "From Claim 9.", "From Claim 17."]
    assert [one for block in parts for one in block.claims] == claims
    (alone,) = arrange([("explanation", one) for one in claims[:12]])
    assert alone.title is None


def texts_of(claims: tuple[Claim, ...]) -> list[str]:
    return [claim.text for claim in claims]


def test_a_goal_that_names_the_worked_example_is_replaced() -> None:
    goal = "Explain why attention layers matter and why more yeast does not make better bread."
    said = json.dumps({"overview": [], "goal": goal, "questions": []})
    texts = write_topic(
        "Attention Layers", ["Attention layers matter more."], Scripted(lambda _: said)
    )
    assert texts.goal == "Explain Attention Layers."
