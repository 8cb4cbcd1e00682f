"""Goals to test oneself on: made of reasons and meanings, without what fits any lecture."""

import pytest

from rag_notes.ground.goals import (
    goals_of,
    questions_of,
    results_of,
    sharpened,
    spoken_of,
)
from rag_notes.schema import Claim


def made(*statements: str) -> tuple[str, int] | None:
    return next(goals_of(statements, weigh=lambda text: float(len(text))), None)


def test_a_reason_is_asked_for_before_a_meaning() -> None:
    assert made(
        "A filter is an array of bits that stands for a set.",
        "The compression ratio is low because every byte is a token.",
    ) == ("Explain why the compression ratio is low.", 1)


def test_the_number_of_a_subject_is_that_of_its_head() -> None:
    said = "The number of bits is small because keys share them."
    assert made(said) == ("Explain why the number of bits is small.", 0)


def test_a_meaning_is_asked_for() -> None:
    said = "Tokenization is the process of taking raw text and turning it into integers."
    assert made("We use tokenization.", said) == ("Say what tokenization is.", 1)
    assert made("Models read PPO.", "PPO is an algorithm for instruction tuning.") == (
        "Say what PPO is.",
        1,
    )


@pytest.mark.parametrize(
    "said",
    [
        "It is slow because the disk is read.",  # of what, another sentence says
        "There is a filter in front of the table.",
        "The goal is a filter that never lies.",
        "The filter reads the disk.",
        "No filter is a table that holds all of its keys.",
        "Filters are not fast because of the hash but because of the memory.",
        "",
    ],
)
def test_no_goal_is_made_of_what_gives_neither(said: str) -> None:
    assert made(said) is None


@pytest.mark.parametrize(
    ("goal", "kept"),
    [
        ("Explain the importance of tokens and their role.", "Explain tokens."),
        ("Explain the relationship between cost and speed.", "Explain cost and speed."),
        ("Explain how a filter works and provide examples of it.", "Explain how a filter works."),
        ("Compare filters and tables.", "Compare filters and tables."),
        ("Explain the benefits of using a filter.", "Explain the benefits of using a filter."),
    ],
)
def test_what_fits_any_lecture_is_left_out(goal: str, kept: str) -> None:
    assert sharpened(goal) == kept


def test_questions_turn_a_statement_around() -> None:
    said = [
        "A filter is an array of bits that stands for a set.",
        "Deletion is impossible because clearing a bit might erase another element.",
        "The sequences can get long because every byte is a token.",
        "The filter reads the disk.",
    ]
    found = list(questions_of(said, weigh=lambda text: float(len(text))))
    assert found == [
        ("Why is deletion impossible?", 1),
        ("Why can the sequences get long?", 2),
        ("What is a filter?", 0),
    ]


def test_a_clause_within_a_subject_is_not_turned_around() -> None:
    said = ["The rate at which bits are set is low because the array is large."]
    assert list(questions_of(said, weigh=lambda _: 1.0)) == []


def test_a_result_is_asked_for() -> None:
    said = ["If the array has too few bits, the rate of errors climbs.", "It climbs."]
    found = list(results_of(said, weigh=lambda _: 1.0))
    assert found == [("What happens if the array has too few bits?", 0)]


def test_a_goal_is_about_the_claims_that_say_its_words() -> None:
    texts = (
        "Hello is text.",
        "Kneading makes a network of gluten.",
        "Yeast makes gas.",
        "Gluten traps it.",
    )
    said = [Claim(f"k{at}", text, (), 1.0) for at, text in enumerate(texts)]
    assert spoken_of("Describe the gluten network.", said) == [said[1], said[3]]
    assert spoken_of("Describe the oven.", said) == []
