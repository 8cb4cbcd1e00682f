"""How much a sentence says of its lecture's subject."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag_notes.write.salience import LEAST, Salience

LECTURE = (
    "A Bloom filter is an array of bits, and hash functions give the bits of a key.",
    "The filter sets the bits of the key; a filter with few bits is often wrong.",
    "Storage engines ask the filter before they read the disk for the key.",
)


@pytest.fixture
def salience() -> Salience:
    return Salience(LECTURE)


@pytest.mark.parametrize(
    "text",
    [
        "A filter sets the bits of each key.",
        "Hash functions give positions in an array of bits.",
        "The array has 16 bits.",
        "Cache misses cost the engines 100 nanoseconds.",
    ],
)
def test_what_names_the_subject_is_enough(salience: Salience, text: str) -> None:
    assert salience.is_enough(text)


@pytest.mark.parametrize(
    "text",
    [
        "You got two and a half out of three, which is pretty good for your buck.",
        "Everyone can study anything: it is possible.",
        "That is really a big deal for all of us.",
        "We will see more of that one later today.",
    ],
)
def test_talk_about_nothing_is_not(salience: Salience, text: str) -> None:
    assert not salience.is_enough(text)


def test_a_subject_the_lecture_comes_back_to_weighs_more(salience: Salience) -> None:
    assert salience.weigh("The filter has bits.") > salience.weigh("The engine has disks.") > 0
    assert salience.weigh("This is one of those.") == 0


def test_saying_a_word_twice_adds_nothing(salience: Salience) -> None:
    assert salience.weigh("Filter filters filter.") == salience.weigh("A filter.")


def test_fewer_words_are_asked_of_what_may_say_less(salience: Salience) -> None:
    text = "Every group submits the homework on Canvas."
    assert not salience.is_enough(text)
    assert salience.is_enough(text, least=LEAST - 2)


def test_languages_without_spaces_are_not_judged(salience: Salience) -> None:
    assert salience.is_enough("布隆过滤器是一个位数组。")


def test_in_a_long_lecture_a_word_must_come_back_more_often() -> None:
    filling = [f"Words of filling number{at} stand here beside others." for at in range(300)]
    text = "A kernel has a cache."
    twice = ["The kernel has a cache.", "A cache of the kernel."]
    assert not Salience([*filling, *twice]).is_enough(text, least=4)
    assert Salience([*filling, *twice, twice[0]]).is_enough(text, least=4)
    assert Salience(twice).is_enough(text, least=4)


@given(st.text(max_size=200))
def test_any_text_is_weighed(text: str) -> None:
    assert Salience(LECTURE).weigh(text) >= 0
