"""Passages to statements: all is read, bits tile, and a reply that is no good is made good."""

import json
import re
from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rag_notes.ground.prose import clean_sentence
from rag_notes.llm.echo import EchoLLM
from rag_notes.schema import Chunk, Draft, Prompt, Reply, Source
from rag_notes.write.condense import BIT_MAX_WORDS, BIT_MIN_WORDS, TURNS, condense, make_bits
from tests.doubles import Scripted, cut_off


def chunk(number: int, sentences: Sequence[str], *, kind: str = "speech") -> Chunk:
    spans, at = [], 0
    for sentence in sentences:
        spans.append((at, at + len(sentence.split())))
        at = spans[-1][1]
    return Chunk(
        id=f"c{number:04}",
        kind="slide" if kind == "slide" else "speech",
        text=" ".join(sentences),
        page=number if kind == "slide" else None,
        sentences=tuple(spans),
    )


def spoken(number: int, words: int) -> str:
    """A sentence of its own words, none of which the cleaning takes out."""
    return " ".join(["Filter"] + [f"w{number}x{at}" for at in range(words - 1)]) + "."


def passage(number: int, *lengths: int) -> Chunk:
    return chunk(number, [spoken(number * 100 + at, n) for at, n in enumerate(lengths)])


LONG = passage(1, 14, 14, 14, 14, 14, 14)


def drafts_of(chunk: Chunk, llm: EchoLLM) -> tuple[Draft, ...]:
    return condense([chunk], llm, clean=clean_sentence)[chunk.id]


# --- bits


@settings(max_examples=200)
@given(st.lists(st.integers(1, 90), min_size=1, max_size=15))
def test_bits_tile_the_sentences(lengths: list[int]) -> None:
    whole = passage(1, *lengths)
    bits = make_bits(whole, str)
    assert bits[0].first == 0
    assert bits[-1].last == len(whole.sentences)
    assert all(bit.first < bit.last for bit in bits)
    assert [bit.last for bit in bits[:-1]] == [bit.first for bit in bits[1:]]


@settings(max_examples=200)
@given(st.lists(st.integers(4, 30), min_size=2, max_size=15))
def test_bits_of_plain_sentences_have_the_size_they_should(lengths: list[int]) -> None:
    bits = make_bits(passage(1, *lengths), str)
    sizes = [sum(lengths[bit.first : bit.last]) for bit in bits]
    assert all(size <= BIT_MAX_WORDS + BIT_MIN_WORDS // 2 for size in sizes)
    assert all(size >= BIT_MIN_WORDS // 2 for size in sizes) or len(bits) == 1


def test_the_text_of_a_bit_is_its_cleaned_sentences() -> None:
    (bit,) = make_bits(chunk(1, ["Um, so the filter stores bits.", "It has no keys."]), str.upper)
    assert bit.text == "UM, SO THE FILTER STORES BITS. IT HAS NO KEYS."
    assert bit.sources == (Source("c0001", 0), Source("c0001", 1))


def test_a_bit_of_nothing_but_fillers_keeps_its_words() -> None:
    (bit,) = make_bits(chunk(1, ["Um, uh."]), lambda _: "")
    assert bit.text == "Um, uh."


# --- every passage is read


@settings(max_examples=20)
@given(st.lists(st.lists(st.integers(1, 60), min_size=1, max_size=8), min_size=1, max_size=4))
def test_every_sentence_of_every_passage_stands_in_a_prompt(lengths: list[list[int]]) -> None:
    passages = [passage(number, *of) for number, of in enumerate(lengths, start=1)]
    llm = Scripted(lambda _: '""')
    condense(passages, llm, clean=clean_sentence)
    asked = " ".join(prompt.user for prompt in llm.asked)
    for one in passages:
        for number in range(len(one.sentences)):
            assert clean_sentence(one.sentence(number)).rstrip(".") in asked


def test_each_bit_is_asked_once_where_replies_are_good() -> None:
    llm = Scripted(lambda prompt: json.dumps(f"Statement {hash(prompt.user)} holds."))
    condense([LONG, passage(2, 20, 20, 20)], llm, clean=str)
    bits = [*make_bits(LONG, str), *make_bits(passage(2, 20, 20, 20), str)]
    assert [prompt.user for prompt in llm.asked] == [bit.text for bit in bits]


def test_a_conversation_remembers_what_was_said_and_ends() -> None:
    llm = Scripted(lambda prompt: json.dumps(prompt.user.split(".")[0] + "."))
    condense([passage(n, 20, 20, 20) for n in range(1, 8)], llm, clean=str)
    examples = min(len(prompt.turns) for prompt in llm.asked)
    said = [len(prompt.turns) - examples for prompt in llm.asked]
    assert max(said) < TURNS
    assert said[0] == 0
    assert said.count(0) >= len(said) // TURNS
    for before, prompt in zip(llm.asked, llm.asked[1:], strict=False):
        if len(prompt.turns) > examples:
            assert prompt.turns[-1][0] == before.user


def test_progress_counts_passages() -> None:
    seen: list[tuple[float, float]] = []
    passages = [passage(n, 20, 20) for n in range(1, 4)]
    condense(passages, EchoLLM(), clean=str, progress=lambda done, all_: seen.append((done, all_)))
    assert seen[-1] == (3, 3)
    assert [done for done, _ in seen] == sorted(done for done, _ in seen)


# --- replies


def test_a_statement_cites_the_sentences_it_was_made_from() -> None:
    replies = iter(["First statement.", "Second statement.", "Third.", "Fourth."])
    drafts = drafts_of(LONG, Scripted(lambda _: json.dumps(next(replies))))
    bits = make_bits(LONG, str)
    assert [draft.sources for draft in drafts] == [bit.sources for bit in bits]
    assert not any(draft.extractive for draft in drafts)


def test_an_empty_statement_is_none() -> None:
    assert drafts_of(LONG, Scripted(lambda _: '""')) == ()


def test_two_sentences_are_two_drafts_of_the_same_sources() -> None:
    short = chunk(1, ["The filter stores bits.", "It has no keys."])
    drafts = drafts_of(short, Scripted(lambda _: '"A filter stores bits. Keys are not stored."'))
    assert [draft.text for draft in drafts] == ["A filter stores bits.", "Keys are not stored."]
    assert len({draft.sources for draft in drafts}) == 1


BAD: dict[str, Reply | str] = {
    "cut off": cut_off(),
    "no JSON": "A filter",
    "empty": "",
    "another type": "[1, 2]",
    "in a loop": json.dumps("the filter stores the bits and " * 8),
}


@pytest.mark.parametrize("kind", BAD)
def test_a_bad_reply_is_asked_for_once_more_in_a_smaller_piece(kind: str) -> None:
    def script(prompt: Prompt) -> Reply | str:
        return BAD[kind] if len(llm.asked) == 1 else json.dumps(f"Answer {len(llm.asked)} holds.")

    llm = Scripted(script)
    short = chunk(1, ["A filter stores only bits.", "A table stores the keys too."])
    drafts = drafts_of(short, llm)
    whole, *again = [prompt.user for prompt in llm.asked]
    assert again == ["A filter stores only bits.", "A table stores the keys too."]
    assert whole == " ".join(again)
    assert [draft.text for draft in drafts] == ["Answer 2 holds.", "Answer 3 holds."]
    assert [draft.sources for draft in drafts] == [(Source("c0001", 0),), (Source("c0001", 1),)]
    assert not any(draft.extractive for draft in drafts)


@pytest.mark.parametrize("kind", BAD)
def test_what_fails_twice_becomes_the_passage_s_own_sentences(kind: str) -> None:
    llm = Scripted(lambda _: BAD[kind])
    short = chunk(1, ["Um, a filter stores only bits.", "A table stores the keys too."])
    drafts = drafts_of(short, llm)
    assert len(llm.asked) == 3
    assert all(draft.extractive for draft in drafts)
    said = short.text.lower()
    assert [draft.text.lower().rstrip(".") in said for draft in drafts] == [True] * len(drafts)
    assert "stores only bits" in drafts[0].text
    assert "stores the keys too" in drafts[-1].text
    assert {source for draft in drafts for source in draft.sources} == {
        Source("c0001", 0),
        Source("c0001", 1),
    }


@pytest.mark.parametrize("kind", BAD)
def test_nothing_of_a_long_passage_is_lost_where_every_reply_is_bad(kind: str) -> None:
    drafts = drafts_of(LONG, Scripted(lambda _: BAD[kind]))
    assert all(draft.extractive for draft in drafts)
    kept = " ".join(draft.text for draft in drafts)
    for number in range(len(LONG.sentences)):
        assert LONG.sentence(number).rstrip(".") in kept


def test_a_statement_said_before_is_not_taken_again() -> None:
    drafts = drafts_of(LONG, Scripted(lambda _: '"A filter stores bits."'))
    good = [draft.text for draft in drafts if not draft.extractive]
    assert good.count("A filter stores bits.") == 1


def test_slides_are_condensed_as_speech_is() -> None:
    page = chunk(3, ["Two parts", "An array of m bits", "A set of k hash functions"], kind="slide")
    drafts = drafts_of(page, Scripted(lambda _: '"A Bloom filter has an array and functions."'))
    assert {source.chunk for draft in drafts for source in draft.sources} == {"c0003"}


def test_a_parallel_engine_gets_as_many_prompts_as_it_takes() -> None:
    sizes: list[int] = []

    class Wide(EchoLLM):
        parallel = 3

        def generate(self, prompts: Sequence[Prompt]):  # type: ignore[no-untyped-def]  # noqa: ANN202
            sizes.append(len(prompts))
            return super().generate(prompts)

    passages = [passage(n, 20, 20, 20, 20) for n in range(1, 8)]
    wide = condense(passages, Wide(), clean=str)
    assert max(sizes) == 3
    assert wide == condense(passages, EchoLLM(), clean=str)


def test_the_prompt_shows_no_other_passage_s_number() -> None:
    llm = Scripted(lambda _: '""')
    condense([LONG], llm, clean=str)
    assert not any(re.search(r"c\d{4}", prompt.user) for prompt in llm.asked)
