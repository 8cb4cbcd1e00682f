"""Rows of the glossary and of the numbers are claims, with the term or value they state."""

import pytest

from rag_notes.schema import Claim
from rag_notes.search.embed import HashEmbedder
from rag_notes.write.aids import central, numbers, terms
from tests.build import claim


def claims(*texts: str) -> list[Claim]:
    return [claim(number, text) for number, text in enumerate(texts, start=1)]


@pytest.mark.parametrize(
    ("text", "term"),
    [
        ("A Bloom filter is a data structure that tests membership.", "Bloom filter"),
        ("Hash functions are rules that turn elements into numbers.", "Hash functions"),
        ("An SSTable is a sorted table of strings on disk.", "SSTable"),
        ("The array size is the number of bits that it has.", "Array size"),
    ],
)
def test_a_claim_that_defines_a_term_becomes_its_row(text: str, term: str) -> None:
    (row,) = terms(claims(text))
    assert row.term == term
    assert (row.text, row.citations) == (text, claims(text)[0].citations)


@pytest.mark.parametrize(
    "text",
    [
        "This is a good idea.",
        "The key point is that bits are shared.",
        "It is a set of bits.",
        "They are the ones that count.",
        "We insert a word of five letters.",
        "What is a filter?",
        "Large filters are out of reach for us.",
        "The speaker is a fan of filters.",
    ],
)
def test_a_claim_that_defines_nothing_is_no_row(text: str) -> None:
    assert terms(claims(text)) == ()


def test_terms_stand_once_in_the_order_of_the_alphabet() -> None:
    rows = terms(
        claims(
            "Tables are lists that hold rows.",
            "Filters are sets that answer maybe.",
            "Filters are structures that answer maybe.",
        )
    )
    assert [row.term for row in rows] == ["Filters", "Tables"]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("The rate is about 0.8 percent with 10 bits per element.", "0.8 percent"),
        ("One read takes 10 milliseconds.", "10 milliseconds"),
        ("The filter takes 1.25 megabytes.", "1.25 megabytes"),
        ("It was described in 1970.", "1970"),
        ("A model has 1,500,000 weights.", "1,500,000"),
        ("The rate is 14 % at 2 million keys.", "14 %"),
        ("The ratio is 1:1 byte per token.", "1:1 byte per token"),
    ],
)
def test_a_claim_that_states_a_number_becomes_a_row(text: str, value: str) -> None:
    (row,) = numbers(claims(text))
    assert row.value is not None
    assert value in row.value
    assert all(part.strip() in text for part in row.value.split(", "))


@pytest.mark.parametrize("text", ["A filter stores bits.", "See page 12.", "This is step 2."])
def test_a_claim_without_a_value_is_no_row(text: str) -> None:
    assert numbers(claims(text)) == ()


def test_numbers_keep_the_order_given_and_stand_once() -> None:
    said = claims("It takes 40 seconds.", "It takes 20 seconds.", "It takes 40 seconds.")
    assert [row.value for row in numbers(said)] == ["40 seconds", "20 seconds"]


def test_the_central_claims_are_those_about_what_all_are_about() -> None:
    said = claims(
        "A Bloom filter stores bits in an array.",
        "The weather was fine on Monday.",
        "The array of a Bloom filter holds bits.",
        "Bits of the array are set by a Bloom filter.",
    )
    chosen = central(said, HashEmbedder(), most=2)
    assert len(chosen) == 2
    assert said[1] not in chosen
    assert [said.index(one) for one in chosen] == sorted(said.index(one) for one in chosen)
    assert central(said[:2], HashEmbedder(), most=2) == tuple(said[:2])


def test_what_says_little_is_not_central() -> None:
    said = claims("It is a Bloom filter.", "A Bloom filter stores bits.", "Bits are in the array.")
    weights = {said[0].text: 0.0, said[1].text: 3.0, said[2].text: 5.0}
    (chosen,) = central(said, HashEmbedder(), most=1, weigh=weights.__getitem__)
    assert chosen != said[0]


def test_a_row_is_told_by_its_last_value_and_a_year_says_only_when() -> None:
    texts = ("Bits: 5; Keys: 3; Rate: 9.2 %", "In 2007 models read 2 trillion tokens.", "In 1994.")
    rows = numbers([Claim(text, text, (), 1.0) for text in texts])
    assert [row.value for row in rows] == ["9.2 %", "2 trillion tokens", "1994"]
