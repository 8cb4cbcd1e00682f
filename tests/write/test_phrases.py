"""Key phrases of a stretch: what it says often, and the rest of the lecture does not."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rag_notes.write.phrases import key_phrases

HERE = [
    "A counting table keeps numbers. The counting table grows with each key.",
    "With a counting table we can delete. Hash functions give positions.",
    "So hash functions are cheap. A hash function is fast.",
]
REST = ["Hash functions are rules. We need hash functions, and a hash function is given."] * 8


def test_phrases_said_here_rather_than_elsewhere_come_first() -> None:
    assert key_phrases(HERE, [*HERE, *REST])[0] == "counting table"
    assert set(key_phrases(HERE, HERE)[:2]) == {"counting table", "hash functions"}


def test_a_phrase_said_more_often_comes_first() -> None:
    texts = ["the storage engine is used."] * 5 + ["a memory cache is used."] * 3
    assert key_phrases(texts, texts) == ("storage engine", "memory cache")


def test_several_words_are_worth_more_than_one() -> None:
    texts = ["the storage engine is of the kernel."] * 3
    assert key_phrases(texts, texts) == ("storage engine", "kernel")


def test_a_phrase_has_at_most_three_words() -> None:
    texts = ["large dense storage engine tables."] * 4
    assert key_phrases(texts, texts)
    assert all(len(one.split()) <= 3 for one in key_phrases(texts, texts))


@pytest.mark.parametrize(
    ("texts", "found"),
    [
        (["Kernels are fused.", "Kernels fuse.", "We fuse kernels."], "kernels"),
        (["RocksDB is an engine.", "We have RocksDB."], "RocksDB"),
        (["We know that Chinchilla is a rule.", "So it is in Chinchilla."], "Chinchilla"),
        (["GPUs are fast.", "GPUs wait."], "GPUs"),
        (["Storage engines read. Storage engines write."], "storage engines"),
    ],
)
def test_only_the_capital_that_opens_a_sentence_goes(texts: list[str], found: str) -> None:
    assert key_phrases(texts, texts)[0] == found


def test_a_word_is_said_three_times_and_a_name_or_several_words_twice() -> None:
    assert key_phrases(["the kernel waits.", "a kernel runs."], []) == ()
    assert key_phrases(["the kernel.", "a kernel.", "this kernel."], []) == ("kernel",)
    assert key_phrases(["the fused kernel.", "a fused kernel."], []) == ("fused kernel",)
    assert key_phrases(["the fused kernel."], []) == ()


def test_forms_of_a_number_are_one_phrase_in_the_form_said_most() -> None:
    texts = ["the hash function.", "some hash functions.", "all hash functions."]
    assert key_phrases(texts, texts) == ("hash functions",)


def test_stop_words_numbers_and_marks_end_a_phrase() -> None:
    texts = ["storage of the engine, kernel 16 cache; tile (stream)"] * 3
    assert set(key_phrases(texts, texts)) == {
        "storage", "engine", "kernel", "cache", "tile", "stream",
    }  # fmt: skip


def test_a_part_of_a_better_phrase_is_left_out() -> None:
    texts = [*["the storage engine has the log."] * 3, "an engine."]
    found = key_phrases(texts, texts)
    assert found == ("storage engine", "log")


def test_a_stutter_is_no_phrase() -> None:
    texts = ["the kernel kernel kernels is used."] * 2
    assert key_phrases(texts, texts) == ("kernel",)


@pytest.mark.parametrize("texts", [[], [""], ["...", "?"], ["It is what it is, so we go on."] * 9])
def test_where_nothing_is_said_there_are_no_phrases(texts: list[str]) -> None:
    assert key_phrases(texts, texts) == ()
    assert key_phrases(texts, REST) == ()


def test_no_more_are_given_than_asked_for() -> None:
    texts = ["kernel, cache, tile, stream, engine, filter, array, table"] * 3
    assert len(key_phrases(texts, texts)) == 6
    assert len(key_phrases(texts, texts, most=2)) == 2
    assert key_phrases(texts, texts, most=0) == ()


# --- laws

STOPS = ["the", "of", "and", "it", "we", "don't", "that’s", "So", "The"]
SAID = ["kernel", "kernels", "Kernel", "cache", "RocksDB", "hash", "class", "GPU", "16", "x"]
TEXTS = st.lists(
    st.lists(st.sampled_from([*STOPS, *SAID, ".", ",", "?"]), max_size=30).map(" ".join),
    max_size=6,
)


@settings(max_examples=200)
@given(TEXTS, TEXTS)
def test_phrases_are_said_and_share_no_word(here: list[str], rest: list[str]) -> None:
    found = key_phrases(here, [*here, *rest])
    assert found == key_phrases(list(here), [*here, *rest])
    words = [word.lower().rstrip("s") for one in found for word in one.split()]
    assert len(set(words)) == len(words)
    assert not {stop.lower() for stop in STOPS} & {w.lower() for one in found for w in one.split()}
    said = " ".join(here).lower()
    for one in found:
        assert 1 <= len(one.split()) <= 3
        assert said.count(one.lower()) >= 1


@given(st.text(max_size=200))
def test_any_text_is_taken(text: str) -> None:
    assert key_phrases([text] * 3, [text]) == key_phrases([text] * 3, [text])
