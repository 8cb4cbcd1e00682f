"""Which words may be misheard, by their probabilities and by what can be seen in any text."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag_notes.ingest.doubt import doubtful_words, word_ranges

texts = st.lists(st.sampled_from("a bit is set [inaudible] 0 na\ufffdve SET, привет 二 -".split()))


def doubtful(
    text: str, chances: dict[str, float] | None = None, known: tuple[str, ...] = ()
) -> str:
    """The doubtful words of a text; those with a chance are given, others have 0.95."""
    words = text.split()
    known_chances = [None if chances is None else chances.get(word, 0.95) for word in words]
    marks = doubtful_words(words, known_chances, known)
    return " ".join(itertools.compress(words, marks))


def test_an_improbable_word_is_doubtful() -> None:
    assert doubtful("a function Majulo m", {"Majulo": 0.38}) == "Majulo"
    assert doubtful("a function modulo m", {"modulo": 0.7}) == ""


def test_what_is_heard_clearly_elsewhere_or_shown_is_not() -> None:
    assert doubtful("the Filter. and the filter is", {"Filter.": 0.3}) == ""
    assert doubtful("a function modulo m", {"modulo": 0.3}, ("modulo",)) == ""


def test_a_run_of_improbable_words_is_doubtful_whatever_they_are() -> None:
    said = "so one two three four then one two three four"
    chances = [0.9] * 6 + [0.4, 0.3, 0.9, 0.2]
    marks = doubtful_words(said.split(), chances, said.split())
    assert word_ranges(marks) == ((6, 10),)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("it is is is a tree", "is is is"),
        ("thank you thank you thank you all", "thank you thank you thank you"),
        ("it is is a tree", ""),
        ("The decoder. The decoder uses it", ""),
        ("no no no, very very very deep", ""),
        ("zero zero zero one, 1 1 1 1", ""),
        ("CAPITALS ALL ALONG ARE FINE", ""),
        ("we take the [inaudible] of it", "[inaudible]"),
        ("we take (student unclear) of it", "(student unclear)"),
        ("the unclear part (which is BERT)", ""),
        ("a na\ufffdve way, Ã, to do it", "na\ufffdve Ã,"),
        ("the α of naïve Erdős is fine", ""),
        (
            "so the привет is 二 in a text of so many words that it is odd in all or most of it",
            "привет 二",
        ),
        ("всё это сказано по-русски", ""),
    ],
)
def test_what_text_alone_shows(text: str, found: str) -> None:
    assert doubtful(text) == found


@given(texts, st.data())
def test_ranges_are_those_of_the_marks(words: list[str], data: st.DataObject) -> None:
    chances = [data.draw(st.none() | st.floats(0, 1)) for _ in words]
    marks = doubtful_words(words, chances)
    assert len(marks) == len(words)
    ranges = word_ranges(marks)
    assert [at for a, b in ranges for at in range(a, b)] == [at for at, m in enumerate(marks) if m]
    edges = [edge for pair in ranges for edge in pair]
    assert edges == sorted(set(edges))
