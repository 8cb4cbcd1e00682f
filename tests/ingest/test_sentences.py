"""Sentence ends in written and in spoken text."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag_notes.ingest.sentences import MAX_WORDS, Joint, split_sentences, split_text


@pytest.mark.parametrize(
    "sentences",
    [
        ["It costs 1.25 MB.", "Fine."],
        ["We use it, e.g. for caches.", "And more."],
        ["Dr. Smith et al. showed it.", "Yes."],
        ["Ask GPT-4.", "So it says."],
        ["It is fast vs. Slow ones.", "Okay?", "Right!"],
        ["well... maybe it is.", "Now."],
        ['He said "no."', "Then he left."],
        ["In the U.S. it is so.", "J. R. Smith knows."],
        ["This is a summary."],
        ["1. First we add.", "Then we stop."],
        ["we replace it with 256.", "Okay."],
        ["Pick option B.", "So it goes."],
        ["There is a layer which was. Developed in 2017.", "Fine."],
        ["It is an array of these. Units that add.", "Yes."],
        ["That is what it is.", "Now the rest."],
        ["And it becomes. Bound by memory.", "Yes."],
        ["There is the net that you can. Pipe into it.", "Yes."],
        ["That is all that you can.", "We do it so."],
        ["It is a way to. Build kernels.", "That is what we want to.", "Yes."],
        ["These are. Just the raw ones.", "Yes."],
        ["The line is straight. Which gives a rule.", "Yes."],
        ["The line is straight.", "Which one is it?"],
        ["It is the cost and inference. Is cost grows with use.", "Yes."],
        ["The line is straight.", "Is this right.", "Is the line straight?"],
        ["It is done when a function is called.", "The stack grows by one."],
        ["The constructor is called.", "It sets the fields."],
        ["It depends on how large it becomes.", "Small arrays are fast."],
        ["You know what these are.", "Filters store bits."],
        ["We do all that we can.", "Training helps a lot."],
        ["There are two of them.", "Which is better depends on the data."],
        ["It is high in both.", "Which layer you pick changes it."],
        ["The line is straight.", "Which of them is, we saw."],
    ],
)
def test_known_sentences(sentences: list[str]) -> None:
    assert list(split_text(" ".join(sentences))) == sentences


def test_pauses_end_sentences_where_punctuation_does_not() -> None:
    words = ["so"] * 10 + ["now"] * 10
    joints = [Joint(pause=1.0 if n == 10 else 0.05) for n in range(20)]
    assert split_sentences(words, joints) == ((0, 10), (10, 20))


def test_a_short_pause_does_not_break_a_punctuated_sentence() -> None:
    words = ["The", "answer", "is", "forty", "two.", "That", "is", "all", "we", "know."]
    joints = [Joint(pause=1.0 if n == 3 else 0.0) for n in range(len(words))]
    assert split_sentences(words, joints) == ((0, 5), (5, 10))


def test_a_new_speaker_ends_a_sentence() -> None:
    words = ["is", "it", "open", "yes", "it", "is."]
    joints = [Joint(new_speaker=n == 3) for n in range(len(words))]
    assert split_sentences(words, joints) == ((0, 3), (3, 6))


def test_long_sentences_are_split_at_clauses() -> None:
    words = ("we add the bit",) * 8
    text = " ".join(words) + ", but " + " ".join(words) + "."
    assert split_text(text)[1].startswith("but we add")


@given(st.lists(st.sampled_from(["a", "And", "b.", "c,", "3.", "...", "but", "E."]), max_size=300))
def test_sentences_tile_the_words(words: list[str]) -> None:
    ranges = split_sentences(words)
    assert [n for first, last in ranges for n in range(first, last)] == list(range(len(words)))
    assert all(0 < last - first <= MAX_WORDS for first, last in ranges)


def test_a_long_sentence_is_not_split_inside_a_name() -> None:
    said = (
        "And it is a fairly plain template that you can use for most of the divide and conquer"
        " methods we look at in this class with one case that we meet in the search for medians"
        " today that will give you the answer to the recurrence and it is not hard to read."
    )
    parts = split_text(said)
    assert len(parts) == 2
    assert all("divide and conquer" in one or "conquer" not in one for one in parts)


def test_a_count_alone_opens_the_next_sentence() -> None:
    text = "Second, look at the bits. Third. If one is zero, answer no. It comes from. The disk."
    assert split_text(text) == (
        "Second, look at the bits.",
        "Third. If one is zero, answer no.",
        "It comes from.",
        "The disk.",
    )
