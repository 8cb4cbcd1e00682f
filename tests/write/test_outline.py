"""Topics: borders from the passages, titles of their own, an outline query each."""

import json

import numpy as np
import pytest

from rag_notes.schema import Chunk, Reply
from rag_notes.search.embed import HashEmbedder
from rag_notes.write.outline import find_spans, key_terms, name_topic, outline_query
from tests.doubles import Scripted, cut_off

SAID = [
    "A Bloom filter stores bits in an array.",
    "Each hash function gives a position of the array.",
    "Bits of the array are never cleared.",
]


def passages(count: int, *, seconds: float | None) -> list[Chunk]:
    words = "filter array bits position table query"
    return [
        Chunk(
            f"c{n:04}",
            "speech",
            " ".join(f"{word}{n // 10}" for word in words.split() * 18),
            start=None if seconds is None else n * seconds,
            end=None if seconds is None else (n + 1) * seconds,
            paragraph=n + 1 if seconds is None else None,
        )
        for n in range(count)
    ]


def spans(chunks: list[Chunk]) -> tuple[tuple[int, int], ...]:
    vectors = HashEmbedder().embed([chunk.text for chunk in chunks])
    return find_spans(chunks, vectors, seconds=420.0, words=950, minimum=3)


@pytest.mark.parametrize(("minutes", "fewest", "most"), [(6, 3, 3), (80, 8, 14), (180, 22, 30)])
def test_a_lecture_has_the_topics_its_length_asks_for(minutes: int, fewest: int, most: int) -> None:
    found = spans(passages(minutes * 60 // 45, seconds=45.0))
    assert fewest <= len(found) <= most
    assert found[0][0] == 0
    assert [first for first, _ in found[1:]] == [last + 1 for _, last in found[:-1]]


def test_an_untimed_lecture_is_measured_in_words() -> None:
    chunks = passages(105, seconds=None)  # 11,340 words
    found = spans(chunks)
    assert 11_340 / 1200 <= len(found) <= 11_340 / 600
    assert found[-1][1] == 104


def test_vectors_of_one_passage_make_one_topic() -> None:
    assert find_spans(
        passages(1, seconds=45.0), np.ones((1, 4), np.float32), seconds=420, words=950, minimum=3
    ) == ((0, 0),)


# --- titles


PHRASES = ["Bloom filter", "hash function", "array of bits"]


def title(reply: Reply | str, taken: tuple[str, ...] = ()) -> str:
    return name_topic(SAID, PHRASES, taken, Scripted(lambda _: reply))


def test_a_good_title_is_taken() -> None:
    assert title('"Bloom Filter Bits"') == "Bloom Filter Bits"
    assert title('"bits of the array."') == "Bits of the array"


BAD: dict[str, Reply | str] = {
    "cut off": cut_off(),
    "no JSON": "Bits",
    "empty": '""',
    "says nothing": '"Introduction"',
    "an order": '"Set the bits"',
    "too long": json.dumps(" ".join(["bits"] * 12)),
}


@pytest.mark.parametrize("kind", BAD)
def test_a_bad_title_is_asked_for_again_and_then_made_of_phrases(kind: str) -> None:
    llm = Scripted(lambda _: BAD[kind])
    assert name_topic(SAID, PHRASES, [], llm) == "Bloom Filter and Hash Function"
    assert len(llm.asked) == 2


def test_without_phrases_a_title_is_made_of_frequent_words() -> None:
    made = name_topic(SAID, [], [], Scripted(lambda _: cut_off()))
    first, second = made.lower().split(" and ")
    assert {first, second} == {"bits", "array"}


def test_a_title_of_phrases_that_the_statements_lack_fits() -> None:
    asked = '"Double Hashing"'
    assert name_topic(SAID, ["double hashing"], [], Scripted(lambda _: asked)) == "Double Hashing"
    assert title(asked) != "Double Hashing"


def test_a_title_of_the_worked_example_is_a_leak() -> None:
    assert title('"Kneading and the Gluten Network"') == "Bloom Filter and Hash Function"


def test_a_title_that_is_taken_is_not_given_twice() -> None:
    taken = ("Bloom Filter Bits",)
    made = title('"bloom filter bits"', taken)
    assert made.lower() != taken[0].lower()
    again = title('"bloom filter bits"', (*taken, made))
    assert again.lower() not in (taken[0].lower(), made.lower())


def test_titles_given_are_told_to_the_llm() -> None:
    llm = Scripted(lambda _: '"Bloom Filter Bits"')
    name_topic(SAID, PHRASES, ["Why Ask First"], llm)
    assert "Why Ask First" in llm.asked[0].user


def test_phrases_and_statements_are_told_to_the_llm() -> None:
    llm = Scripted(lambda _: '"Bloom Filter Bits"')
    name_topic(SAID, PHRASES, [], llm)
    (prompt,) = llm.asked
    assert prompt.name == "title.v2"
    assert f"Phrases: {', '.join(PHRASES)}\n" in prompt.user
    assert all(f"- {one}" in prompt.user for one in SAID)


def test_a_topic_without_statements_is_named_without_the_llm() -> None:
    llm = Scripted(lambda _: '"Bits"')
    assert name_topic([], PHRASES, [], llm) == "Bloom Filter and Hash Function"
    assert name_topic([], [], ["Bits", "Keys"], llm) == "Part 3"
    assert llm.asked == []


def test_titles_of_phrases_go_on_where_they_are_taken() -> None:
    llm = Scripted(lambda _: cut_off())
    taken = ["bloom filter AND hash function"]
    for _ in range(3):
        taken.append(name_topic([], PHRASES, taken, llm))
    assert taken[1:] == [
        "Hash Function and Array of Bits",
        "Array of Bits",
        "Part 4",
    ]


# --- queries


def test_key_terms_set_a_topic_apart() -> None:
    here = [
        "The counter of a counting filter counts.",
        "A counter takes four bits, a counter grows.",
    ]
    everywhere = [*here, *["A filter stores bits in an array of bits."] * 20]
    terms = key_terms(here, everywhere)
    assert terms[0] == "counter"
    assert len(key_terms(here * 3, everywhere, most=2)) == 2
    assert key_terms([], []) == ()


def test_the_outline_query_is_the_title_with_terms_it_lacks() -> None:
    assert outline_query("Counting Filters", ["counter", "filter"]) == "Counting Filters: counter"
    assert outline_query("Counters", []) == "Counters"
