"""Spoken to written English: what says nothing goes, what means something stays."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rag_notes.ground.numbers import read_numbers
from rag_notes.ground.prose import clean_sentence
from rag_notes.ground.written import as_written, to_written


@pytest.mark.parametrize(
    ("spoken", "written"),
    [
        ("They can't store keys.", "They cannot store keys."),
        ("Can't the filter store keys?", "Cannot the filter store keys?"),
        ("The model won\u2019t scale.", "The model will not scale."),
        ("The keys aren't there.", "The keys are not there."),
        ("It's small.", "It is small."),
        ("It's been shown.", "It has been shown."),
        ("You're gonna lose the keys.", "You are going to lose the keys."),
        ("We're first going to count the pairs here.", "We first count the pairs."),
        ("We're going to talk about pairs.", "We are going to talk about pairs."),
        ("Here you implement a filter.", "You implement a filter."),
        ("Keys are shown here.", "Keys are shown here."),
        ("So far the bits are zero.", "So far the bits are zero."),
        ("We've set the bits, and they'll stay.", "We have set the bits, and they will stay."),
        ("The model's weights are large.", "The model's weights are large."),
    ],
)
def test_contractions_are_written_out(spoken: str, written: str) -> None:
    assert to_written(spoken) == written


@pytest.mark.parametrize(
    ("spoken", "written"),
    [
        ("It's basically, in some sense, a filter.", "It is a filter."),
        ("A filter is, I think, small.", "A filter is small."),
        ("You may store keys, check out the documentation linked below.", "You may store keys."),
        ("The filter, it's confidence isn't high.", "The filter, its confidence is not high."),
        ("It's confidence isn't high.", "Its confidence is not high."),
        ("The reason it's slow is the disk.", "The reason it is slow is the disk."),
        ("For example, of course, a filter is small.", "A filter is small."),
        ("Now, notice that the filter just stores bits.", "The filter stores bits."),
        ("Keys are strings, or something.", "Keys are strings."),
        ("In other words, first of all, the filter is small.", "The filter is small."),
        ("Remember that for instance the filter is small.", "The filter is small."),
        ("Remember, the filter is small.", "The filter is small."),
        ("Note that and remember that the filter is small.", "The filter is small."),
        ("Finally and intuitively a filter is small.", "A filter is small."),
        ("A filter is small, if you will, so to speak.", "A filter is small."),
        ("Caches and so on and so forth are small.", "Caches are small."),
        (
            "There is this known filter that stores bits.",
            "There is a known filter that stores bits.",
        ),
        ("There is this old filter.", "There is an old filter."),
        ("The filter, which we will see more of in this class, is small.", "The filter is small."),
        ("It is a filter, which is something that we'll discuss later.", "It is a filter."),
        ("We can teach you how filters store bits.", "Filters store bits."),
        ("Here's a simple example: filters store bits.", "Filters store bits."),
        ("The answer here is ten bits.", "The answer is ten bits."),
        ("Because the filter is small.", "The filter is small."),
        ("As you can see, np.array holds bits.", "np.array holds bits."),
        ("As we've seen before, the filter is small.", "The filter is small."),
        ("As we said the filter is small.", "The filter is small."),
        ("Which is that, if you count, you see the bits.", "If you count, you see the bits."),
        ("I think that the filter is small.", "The filter is small."),
        ("I would say that there is a filter.", "There is a filter."),
        ("We'll start by counting the bits.", "We start by counting the bits."),
        ("We will then set the bit.", "We then set the bit."),
        ("We will briefly discuss the bits.", "We will briefly discuss the bits."),
        ("We will run out of bits by 2028.", "We will run out of bits by 2028."),
        ("We will send out the bits.", "We will send out the bits."),
        ("We will see how it is set.", "We will see how it is set."),
        ("We will not set the bit.", "We will not set the bit."),
        ("So x_1 is the first bit.", "x_1 is the first bit."),
        ("The basic idea is: we count the bits.", "We count the bits."),
        ("The goal is you want to count the bits.", "You want to count the bits."),
    ],
)
def test_what_only_speech_has_is_left_out(spoken: str, written: str) -> None:
    assert to_written(spoken) == written


@pytest.mark.parametrize(
    "text",
    [
        "It is not really fast.",
        "If the key is here, it is a black one.",
        "Hopefully the filter is small.",
        "It answers with yes or whatever it thinks is near.",
        "We take a look at the array of bits.",
        "You clone the repository, check out the branch and build it.",
        "If you find a lump, have a look at the skin above it.",
        "It is not just a filter.",
        "They cannot simply drop the keys.",
        "It is just as good.",
        "The filter may store keys.",
        "Because keys are lost, the filter is small.",
        "We can teach you how to store bits.",
        "There is this.",
    ],
)
def test_what_carries_meaning_stays(text: str) -> None:
    assert to_written(text) == text


def test_fillers_stay_after_a_denial_that_was_spoken() -> None:
    assert to_written("It doesn't really help.") == "It does not really help."
    assert to_written("It isn't actually fast.") == "It is not actually fast."


@pytest.mark.parametrize(
    ("spoken", "written"),
    [
        ("It has twenty-eight billion tokens.", "It has 28 billion tokens."),
        ("It has one hundred thousand keys.", "It has 100,000 keys."),
        ("It was described in nineteen seventy.", "It was described in 1970."),
        ("It takes fifty percent of zero point five.", "It takes 50% of 0.5."),
        ("The rate is three e minus four.", "The rate is 0.0003."),
        ("It takes three bits for ten keys.", "It takes three bits for ten keys."),
        ("The first half needs twice the third.", "The first half needs twice the third."),
        ("It sets bits four, seven, and fourteen.", "It sets bits 4, 7, and 14."),
        ("It has three hashes and fifty keys.", "It has three hashes and 50 keys."),
        ("It has 28 layers.", "It has 28 layers."),
        ("One of the filters is small.", "One of the filters is small."),
    ],
)
def test_spoken_numbers_become_digits_where_they_read_better(spoken: str, written: str) -> None:
    assert to_written(spoken) == written


# --- laws

NUMBERS = [
    "twenty-eight billion",
    "one point four billion",
    "nineteen ninety four",
    "three e minus four",
    "zero point eight percent",
    "two hundred and fifty six",
    "one hundred thousand",
    "ten",
    "half",
    "a quarter",
    "the twenty first",
    "seventeen thirds",
    "3e-4",
    "1,024",
    "28B",
    "fifty to sixty",
    "one or two",
    "twelve by sixteen",
]
WORDS = [
    "the filter", "keys", "bits", "basically", "actually", "just", "really", "I think", "of course",
    "it's", "is", "are", "they're", "stores", "and", "of", ",", "so", "now", "per layer",
]  # fmt: skip
DENIALS = ["not", "never", "no", "isn't", "doesn't", "can't", "won't", "without", "nor"]


COUNTED = st.tuples(st.sampled_from(NUMBERS), st.sampled_from(["keys", "bits", "layers"]))


@settings(max_examples=500)
@given(
    st.lists(
        st.one_of(COUNTED.map(" ".join), st.sampled_from(WORDS + DENIALS)), min_size=1, max_size=12
    )
)
def test_numbers_keep_their_values(parts: list[str]) -> None:
    """Two numbers with nothing but a filler between them are no English, and may run together."""
    text = _sentence(parts)
    before = [number.value for number in read_numbers(text)]
    assert [number.value for number in read_numbers(to_written(text))] == before


@settings(max_examples=300)
@given(st.lists(st.sampled_from(WORDS + DENIALS), min_size=1, max_size=12))
def test_denials_and_content_words_stay(parts: list[str]) -> None:
    text = _sentence(parts)
    assert _denials(to_written(text)) == _denials(text)
    for word in ("filter", "keys", "bits", "stores", "layer"):
        assert to_written(text).lower().count(word) == text.lower().count(word)


@settings(max_examples=300)
@given(
    st.lists(
        st.one_of(COUNTED.map(" ".join), st.sampled_from(WORDS + DENIALS)), min_size=1, max_size=12
    )
)
def test_what_is_written_is_left_alone(parts: list[str]) -> None:
    parts = [part for part in parts if part != "just"]  # "just one point four" is "just 1.4"
    once = to_written(_sentence(parts))
    assert to_written(once) == once


@given(st.text(max_size=60))
def test_any_text_is_taken(text: str) -> None:
    assert isinstance(to_written(text), str)


def _sentence(parts: list[str]) -> str:
    return f"The rate {' '.join(parts)} here.".replace(" ,", ",")


def _denials(text: str) -> int:
    return len(re.findall(r"n't\b|\b(?:not|cannot|never|no|without|nor)\b", text, re.IGNORECASE))


def test_behind_another_sentence_an_example_stays_one() -> None:
    assert as_written("Here, the bits are saved.", alone=False) == "Here, the bits are saved."
    assert as_written("Here, the bits are saved.") == "The bits are saved."
    said = "And for instance, a key is lost."
    assert as_written(said, alone=False) == "For example, a key is lost."
    assert as_written(said) == "A key is lost."
    assert as_written("Another key is lost.", alone=False) == "Another key is lost."


def test_now_that_gives_a_reason_and_stays() -> None:
    said = "Now that we have a filter, we don't need the table."
    assert to_written(said) == "Now that we have a filter, we do not need the table."
    assert to_written("Now we build a filter.") == "We build a filter."


def test_what_was_seen_before_is_not_told() -> None:
    said = "As we have seen in the last chapter, the model outputs logits."
    assert to_written(said) == "The model outputs logits."
    # what "it" stands for was named there
    assert to_written("As we saw with the decoder, it can act.").startswith("As we saw")


def test_a_unit_names_what_its_goal_is_of() -> None:
    said = "Unit 3 is scaling laws, and here the goal is to predict the loss."
    assert to_written(said) == "In scaling laws, the goal is to predict the loss."


def test_what_holds_of_nearly_all_is_not_said_of_all() -> None:
    assert to_written("It's basically all models.") == "It is basically all models."
    assert to_written("It's basically a model.") == "It is a model."


@pytest.mark.parametrize(
    "said",
    [
        "As we saw unless the king agreed, no law was passed.",
        "As we have seen only in mammals, the heart has four chambers.",
        "As I said in 1990 the wall had fallen, but Germany was divided.",
        "Section 2 is unconstitutional, and the question is whether the act survives.",
        "Chapter 4 is wrong, and the point is that nobody noticed.",
        "Part one is 3 minutes long, and the idea is to rest the dough.",
    ],
)
def test_a_frame_that_says_something_stays(said: str) -> None:
    told = re.sub(r"^As (?:we saw|we have seen|I said) ", "", said)
    assert to_written(said).lower().endswith(told.lower())


@pytest.mark.parametrize(
    ("said", "printed"),
    [
        ("The (music) industry collapsed.", "The (music) industry collapsed."),
        ("The [pause] button stops the oven.", "The [pause] button stops the oven."),
        ("He wrote f(pause) in the score.", "He wrote f(pause) in the score."),
        ("(indistinct) The oven is hot.", "The oven is hot."),
        ("The oven is hot. [music]", "The oven is hot."),
    ],
)
def test_words_in_brackets_are_words(said: str, printed: str) -> None:
    assert clean_sentence(said) == printed
