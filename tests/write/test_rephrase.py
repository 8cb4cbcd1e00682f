"""A follow-up becomes a question of its own, and says nothing that nobody said."""

import json

import pytest

from rag_notes.answers import Answer
from rag_notes.schema import Claim
from rag_notes.write.rephrase import as_own_question, needs_context, translated
from tests.doubles import Scripted, cut_off

ASKED = "Why do we need a hash function?"
TOLD = ("It spreads keys over the bits.", "A fast hash is enough.")


def before(*claims: str) -> Answer:
    said = tuple(Claim(f"k{n}", text, (), 1.0) for n, text in enumerate(claims, start=1))
    return Answer(ASKED, bool(said), said)


def replying(text: object) -> Scripted:
    return Scripted(lambda _: json.dumps(text))


SILENT = Scripted(lambda _: pytest.fail("the LLM was asked"))


@pytest.mark.parametrize(
    "question",
    [
        "and why is that?",
        "why?",
        "How does it work?",
        "the second one?",
        "tell me more",
        "what about ten bits?",
        "Which of them is faster?",
    ],
)
def test_what_leans_on_the_answer_before(question: str) -> None:
    assert needs_context(question)


@pytest.mark.parametrize(
    "question",
    [
        "What is a Bloom filter?",
        "What is this lecture about?",
        "What does the second layer do?",
        "What does she say of caches?",
        "So what is dropout used for in training networks at scale?",
    ],
)
def test_what_stands_alone_is_left_as_it_is(question: str) -> None:
    assert not needs_context(question)
    assert as_own_question(question, before(*TOLD), SILENT) == question


def test_more_is_the_same_question() -> None:
    assert as_own_question("tell me more", before(*TOLD), SILENT) == ASKED


@pytest.mark.parametrize(
    ("followup", "at"), [("the second one?", 1), ("what about the first?", 0), ("and the last?", 1)]
)
def test_an_ordinal_means_a_claim(followup: str, at: int) -> None:
    question = as_own_question(followup, before(*TOLD), SILENT)
    assert TOLD[at].rstrip(".") in question


def test_the_llm_is_shown_the_answer_and_its_question_is_taken() -> None:
    llm = replying("Why is a fast hash enough for the keys?")
    question = as_own_question("and why is that?", before(*TOLD), llm)
    assert question == "Why is a fast hash enough for the keys?"
    (prompt,) = llm.asked
    assert all(text in prompt.user for text in (ASKED, *TOLD, "and why is that?"))


@pytest.mark.parametrize(
    "reply",
    [
        "Why do penguins need cryptography?",  # nobody spoke of them
        "Why is it so?",  # it leans as much as before
        "",
        7,
    ],
)
def test_a_bad_rewriting_gives_way_to_both_questions(reply: object) -> None:
    question = as_own_question("and why is that?", before(*TOLD), replying(reply))
    assert question == "Why do we need a hash function: and why is that?"
    broken = Scripted(lambda _: cut_off())
    assert as_own_question("and why is that?", before(*TOLD), broken) == question


def test_a_translation_is_one_line_or_none() -> None:
    assert translated("Was?", "en", replying(" What  is\nit? ")) == "What is it?"
    assert translated("Was?", "en", replying("")) is None
    assert translated("Was?", "en", Scripted(lambda _: cut_off())) is None
