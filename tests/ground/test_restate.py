"""What restates claims: their citations go with it, and a question needs an answer that tells."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest

from rag_notes.ground.quote import cite
from rag_notes.ground.restate import matching_answer, moment_of, parts, restate, sources_of
from rag_notes.protocols import Vectors
from rag_notes.schema import Chunk, Claim, Source

SENTENCES = (
    "A Bloom filter is an array of bits with a few hash functions.",
    "It takes 10 bits per key.",
    "Data movement is a bottleneck.",
)
_ENDS = np.cumsum([len(one.split()) for one in SENTENCES]).tolist()
CHUNK = Chunk(
    "c0001",
    "speech",
    " ".join(SENTENCES),
    0.0,
    float(_ENDS[-1]),
    sentences=tuple(zip([0, *_ENDS[:-1]], _ENDS, strict=True)),
    times=tuple((float(at), at + 0.5) for at in range(_ENDS[-1])),
)
CHUNKS = {CHUNK.id: CHUNK}


class Near:
    """All texts are one vector: only words decide."""

    name = "near"

    def embed(self, texts: Sequence[str]) -> Vectors:
        return np.ones((len(texts), 1), np.float32)

    def embed_query(self, text: str) -> Vectors:
        return self.embed([text])


def claim(text: str, *numbers: int, id: str = "k0001", support: float = 0.9) -> Claim:
    sources = tuple(Source(CHUNK.id, number) for number in numbers or (0,))
    return Claim(id, text, cite(text, sources, CHUNKS), support)


# --- restating


def test_a_restatement_has_the_citations_and_the_least_support_of_what_it_restates() -> None:
    one, two = claim(SENTENCES[0], 0), claim(SENTENCES[1], 1, id="k0002", support=0.7)
    found = restate("A filter is small.", [one, two, one], CHUNKS, id="k0009")
    assert found is not None
    assert (found.id, found.of) == ("k0009", ("k0001", "k0002", "k0001"))
    assert found.citations == one.citations + two.citations
    assert found.support == 0.7


def test_sentences_told_together_are_told_apart_with_their_own_citations() -> None:
    both = claim("A Bloom filter is an array of bits; data movement is a bottleneck.", 0, 2)
    first, second = parts(both, CHUNKS)
    assert (first.text, second.text) == (
        "A Bloom filter is an array of bits.",
        "Data movement is a bottleneck.",
    )
    assert [one.quote in SENTENCES[0] for one in (*first.citations, *second.citations)] == [
        True,
        False,
    ]
    assert first.id == second.id == both.id


@pytest.mark.parametrize(
    "text",
    [
        "A Bloom filter is an array of bits; it takes 10 bits per key.",  # "it" is the filter
        "A Bloom filter is an array of bits; but data movement is a bottleneck.",
        "A Bloom filter is an array (of bits; data movement is a bottleneck).",
        "A Bloom filter is an array of bits; bananas are yellow.",  # cited nowhere
        "A Bloom filter has three things: an array; bits; functions.",
        "If an array has bits, it is a Bloom filter; data movement is a bottleneck.",
    ],
)
def test_what_goes_on_from_a_sentence_stays_with_it(text: str) -> None:
    whole = claim(text, 0, 1)
    assert list(parts(whole, CHUNKS)) == [whole]


def test_a_row_of_a_table_is_told_whole() -> None:
    row = replace(claim("Array: bits; movement: a bottleneck.", 0, 2), value="bits")
    assert list(parts(row, CHUNKS)) == [row]


def test_a_restatement_says_no_number_of_its_own() -> None:
    of = [claim(SENTENCES[1], 1)]
    assert restate("Ten bits are taken by a key.", of, CHUNKS, id="k0009")
    assert restate("16 bits are taken by a key.", of, CHUNKS, id="k0009") is None


def test_what_restates_nothing_is_no_claim() -> None:
    assert restate("A filter is small.", [], CHUNKS, id="k0009") is None


def test_the_sentences_of_a_claim_are_found_by_its_quotes() -> None:
    for number in range(len(SENTENCES)):
        assert Source("c0001", number) in sources_of(claim(SENTENCES[number], number), CHUNKS)


def test_a_passage_is_pointed_at_by_its_opening_words() -> None:
    found = moment_of(CHUNK)
    assert CHUNK.text.startswith(found.quote)
    assert found.start == 0.0
    assert found.end == CHUNK.times[len(found.quote.split()) - 1][1]


# --- questions


def answered(question: str, *answers: str, chosen: int = 0) -> str | None:
    claims = [claim(text, id=f"k{at:04}") for at, text in enumerate(answers)]
    found = matching_answer(question, claims, chosen=chosen, embedder=Near())
    return found.text if found else None


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("What is a Bloom filter?", "A Bloom filter is an array of bits."),
        ("What is the Bloom filter?", "Bloom filters are arrays of bits with hash functions."),
        ("What are hash functions?", "Hash functions turn keys into positions."),
        ("What is FlashAttention?", "FlashAttention, a kernel, keeps tiles in fast memory."),
        ("What is data movement?", "Data movement is a bottleneck."),
    ],
)
def test_a_thing_is_defined_by_a_statement_about_it(question: str, answer: str) -> None:
    assert answered(question, answer) == answer


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("What is a bottleneck?", "Data movement is a bottleneck."),
        ("What is a bit?", "A Bloom filter is an array of bits."),
        ("What are hash functions?", "A Bloom filter has hash functions."),
        ("What is a filter?", "A filter."),
    ],
)
def test_a_statement_about_another_thing_defines_nothing(question: str, answer: str) -> None:
    assert answered(question, answer) is None


def test_an_answer_says_more_than_its_question() -> None:
    question = "Why does a Bloom filter never store a key?"
    assert answered(question, "A Bloom filter never stores a key.") is None
    assert answered(question, "A Bloom filter never stores a key in memory.") is None
    told = "A Bloom filter never stores a key, since it sets bits of an array."
    assert answered(question, told) == told


def test_an_answer_holds_most_words_of_its_question() -> None:
    assert answered("How do engines read tables?", "A Bloom filter sets bits of an array.") is None


def test_the_statement_chosen_is_preferred_among_near_ones() -> None:
    answers = ("A filter stores bits of keys on disk.", "A filter stores bits of keys in memory.")
    for at in (0, 1):
        asked = "What does a filter store bits of?"
        assert answered(asked, *answers, chosen=at) == answers[at]
