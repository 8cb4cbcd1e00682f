from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag_notes.ground.numbers import read_numbers, said_numbers, unsaid_numbers


@pytest.mark.parametrize(
    ("written", "spoken"),
    [
        ("3e-4", "three e minus four"),
        ("3e-4", "3 × 10^-4"),
        ("5e-5", "5 by 10 to the minus 5"),
        ("0.0003", "three times ten to the minus four"),
        ("1e-3", "10⁻³"),
        ("28B", "twenty-eight billion"),
        ("28B", "28 billion"),
        ("1.4 billion", "one point four billion"),
        ("1.2 million", "1.2 millions"),
        ("1994", "nineteen ninety-four"),
        ("1994", "'94"),
        ("2017", "TWENTY SEVENTEEN"),
        ("2017", "two thousand and seventeen"),
        ("1904", "nineteen oh four"),
        ("32 H100s", "thirty-two h one hundred"),
        ("CS336", "CS 3-3-6"),
        ("CS336", "c s three three six"),
        ("CS 224", "cs two twenty four"),
        ("GPT-2", "gpt two"),
        ("50%", "fifty percent"),
        ("50%", "half"),
        ("75%", "three quarters"),
        ("1,117,320,768", "1117320768"),
        ("150,000", "one hundred fifty thousand"),
        ("1.25 MB", "one and a quarter megabytes"),
        ("2.5 million", "two and a half million"),
        ("500,000", "half a million"),
        ("2/3", "two thirds"),
        ("1/3", "a third of the data"),
        ("100", "a hundred"),
        ("12", "a dozen"),
        ("3rd", "third"),
        ("10x", "ten times"),
        ("10×", "tenfold"),
        ("16-bit", "sixteen bit"),
        ("ln 2", "the log of two"),
        ("2^10", "two to the ten"),
        ("2^10", "two to the tenth power"),
        ("2**10", "two to the power of ten"),
        ("1024", "2^10"),
        ("O(n^2)", "n squared"),
        ("x²", "quadratic in x"),
        ("10-20", "ten to twenty"),
        ("10 billion to 20 billion", "10 to 20 billion"),
        ("10% to 20%", "between 10 and 20 percent"),
        ("$5", "five dollars"),
        ("5:30", "five thirty"),
        ("0 to 15", "zero to fifteen"),
        ("-1", "minus one"),
        ("m - 1", "m minus one"),
        ("2x", "twice as fast"),
        ("0.01", "point oh one"),
        ("256", "２５６"),
    ],
)
def test_written_and_spoken_forms_are_one_number(written: str, spoken: str) -> None:
    assert unsaid_numbers(written, [spoken]) == ()
    assert unsaid_numbers(spoken, [written]) == ()


@pytest.mark.parametrize(
    ("claim", "passage", "unsaid"),
    [
        ("It has 50000 tokens.", "It has 5000 tokens.", ("50000",)),
        ("It has 12,288 units.", "It has many units.", ("12288",)),
        ("A rate of 3e-4.", "A rate of three e minus five.", ("0.0003",)),
        ("28B tokens.", "28 million tokens.", ("28000000000",)),
        ("28 tokens.", "28 billion tokens.", ("28",)),
        ("It grew by 50%.", "It grew by 50 people.", ("50",)),
        ("It grew by 0.5%.", "It grew by half.", ("0.5",)),
        ("It takes 1.6 bytes.", "It takes 16 bytes.", ("1.6",)),
        ("There are three kinds.", "There are two kinds.", ("3",)),
        ("It doubles.", "It triples.", ("2",)),
        ("The value is -1.", "The value is 1.", ("-1",)),
        ("GPT-4 is large.", "GPT-3 is large.", ("4",)),
        ("4 and 5 and 4.", "five", ("4",)),
        ("It is 10 times lower.", "It is 5 by 10 to the minus 5, 20 times lower.", ("10",)),
        ("9" * 60, "9" * 59, ("9" * 60,)),
    ],
)
def test_a_changed_number_is_unsaid(claim: str, passage: str, unsaid: tuple[str, ...]) -> None:
    assert unsaid_numbers(claim, [passage]) == unsaid


@pytest.mark.parametrize(
    "claim",
    [
        "One can merge pairs.",
        "No one knows it.",
        "This is one of the reasons.",
        "First, it splits the text.",
        "In the second step it merges.",
        "The two words differ.",
        "It runs this quarter.",
        "Half-precision saves memory.",
        "Double-check the loss.",
        "Third, it decodes.",
        "Both are fast.",
    ],
)
def test_words_that_count_nothing_need_no_source(claim: str) -> None:
    assert unsaid_numbers(claim, ["nothing of the kind"]) == ()


@pytest.mark.parametrize(
    ("claim", "unsaid"),
    [
        ("It has two metrics: accuracy and F1.", ()),
        ("It has three metrics: accuracy, recall, and F1.", ()),
        ("It has three metrics: accuracy and F1.", ("3",)),
        ("It has two metrics.", ("2",)),
        ("It has two thousand metrics: accuracy and F1.", ("2000",)),
    ],
)
def test_a_count_of_what_a_claim_lists_needs_no_source(claim: str, unsaid: tuple[str, ...]) -> None:
    assert unsaid_numbers(claim, ["There's accuracy, recall and also F1."]) == unsaid


def test_a_count_is_no_matter_of_listing_where_the_passage_counts() -> None:
    claim = "It has two metrics: accuracy and F1."
    assert unsaid_numbers(claim, ["It has three metrics: accuracy, recall and F1."]) == ("2",)


def test_a_number_may_stand_in_any_cited_passage() -> None:
    assert unsaid_numbers("16 by 128", ["sixteen rows", "of length 128"]) == ()


def test_one_percent_sign_counts_for_a_whole_table() -> None:
    assert unsaid_numbers("It reaches 86%.", ["accuracy (%): 70 86"]) == ()


def test_positions_and_surfaces_are_those_of_the_text() -> None:
    text = "about one point four billion ones, minus ２ and 1,024"
    numbers = read_numbers(text)
    assert [number.value for number in numbers] == ["1400000000", "-2", "1024"]
    assert [text[number.start : number.end] for number in numbers][0::2] == [
        "one point four billion",
        "1,024",
    ]


@pytest.mark.parametrize(
    "text",
    [
        *(
            "2^" * 3000,
            "9" * 50_000,
            "point " + "one " * 5000,
            "million " * 999,
            "1 to the " * 2000,
        ),
        *("1e999^300", "1/0", "0^-1", "9^9^9^9", "1e-999 × 10^-300 percent", "⅐²", "①", "2⁹⁹⁹⁹"),
    ],
)
def test_hostile_text_is_read_without_error(text: str) -> None:
    read_numbers(text)


@given(st.integers(min_value=0, max_value=10**30))
def test_separators_do_not_matter(value: int) -> None:
    assert unsaid_numbers(f"{value:,}", [str(value)]) == ()
    assert unsaid_numbers(str(value), [f"x {value + 1}."]) == (str(value),)


@given(st.integers(min_value=-999, max_value=999), st.integers(min_value=-9, max_value=9))
def test_scientific_and_plain_notation_agree(mantissa: int, exponent: int) -> None:
    value = Fraction(mantissa) * Fraction(10) ** exponent
    plain = f"{value.numerator / value.denominator:.9f}"
    assert unsaid_numbers(f"of {mantissa}e{exponent}", [f"of {plain}"]) == ()


@given(st.text(max_size=60))
def test_a_text_says_its_own_numbers(text: str) -> None:
    assert unsaid_numbers(text, [text]) == ()


MIX = (
    "one two ten twenty hundred million point e minus to the power of and a half third % 10 3.5 ^"
    " × / - , . oh B ² '94 first negative dozen"
)


@given(st.lists(st.sampled_from(sorted(set(MIX.split()))), max_size=10))
def test_any_mix_of_number_words_says_itself(words: list[str]) -> None:
    text = " ".join(words)
    assert unsaid_numbers(text, [text]) == ()
    assert all(form.isascii() for form in said_numbers(text))


@pytest.mark.parametrize(
    ("claim", "said"),
    [
        ("It dates from 1994.", "a very old algorithm from 94 that still works"),
        ("Gage made it in 1994.", "by Philip Gage in ninety-four for data compression"),
        ("It was trained on 45 million links.", "the content of 45 millions links"),
        ("It took more than ten years.", "dating over a decade ago"),
        ("The two halves share no weights.", "its two parts often do not share weights"),
    ],
)
def test_short_years_plural_scales_and_decades_are_said(claim: str, said: str) -> None:
    assert unsaid_numbers(claim, [said]) == ()


def test_a_short_year_does_not_swallow_its_scale() -> None:
    assert unsaid_numbers("It has 50 million rows.", ["in 50 million rows"]) == ()
    assert unsaid_numbers("It was in 1950.", ["in 50 million rows"]) == ("1950",)
