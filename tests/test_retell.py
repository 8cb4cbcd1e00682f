"""The lecture told again: by the LLM where it may, else by the sentences that tell it best."""

import itertools
import json
from collections.abc import Sequence

import pytest

from rag_notes.pipeline.retell import Retelling, TopicNotes
from rag_notes.pipeline.selftest import Goals
from rag_notes.protocols import LLM
from rag_notes.schema import Block, Chunk, Citation, Claim, Draft, Section, Topic
from rag_notes.search.embed import HashEmbedder
from tests.doubles import Scripted

SAID = (
    "A Bloom filter is an array of bits and a few hash functions.",
    "If you clear the bits of a Bloom filter, the keys of the array are lost.",
    "We are going to count the bits of the Bloom filter in the assignment.",
    "Each hash function of a Bloom filter gives a position in the array of bits.",
)
CHUNK = Chunk("c0001", "speech", " ".join(SAID), paragraph=1, sentences=((0, 13),))


def topic(number: int, said: Sequence[str], title: str = "Bloom Filter") -> TopicNotes:
    """A topic that states some sentences, all of one passage."""
    quote = Citation("c0001", "speech", SAID[0], paragraph=1)
    claims = tuple(Claim(f"k{number}{at:03d}", text, (quote,), 1.0) for at, text in enumerate(said))
    named = Topic(f"3.{number}", title, "filters", 0, 0, None)
    blocks = (Block("explanation", claims),)
    section = Section(named.id, "topic", named.title, blocks, retrieved=("c0001",))
    return TopicNotes(named, claims, claims, (), Goals(claims[:1]), section)


def retelling(teller: LLM | None) -> Retelling:
    """What is judged good is all that is told."""

    def judge(drafts: Sequence[Draft], _: Sequence[Chunk]) -> list[Claim]:
        quote = Citation("c0001", "speech", SAID[0], paragraph=1)
        return [Claim("k9000", draft.text, (quote,), 1.0) for draft in drafts]

    ids = itertools.count(1)
    return Retelling({"c0001": CHUNK}, HashEmbedder(), teller, lambda _: 1.0, ids, judge)


def told(blocks: Sequence[Block]) -> list[str]:
    """Sentences of the story."""
    return [claim.text for block in blocks if block.kind == "story" for claim in block.claims]


def test_the_llm_tells_the_story_where_it_may() -> None:
    text = "A Bloom filter begins with an array of bits."
    teller = Scripted(lambda _: json.dumps({"story": [text]}))
    assert told(retelling(teller).story([topic(1, SAID)])) == [text]


@pytest.mark.parametrize("times", [1, 3])
def test_else_sentences_do_that_tell_neither_a_case_nor_a_plan(times: int) -> None:
    many = tuple(itertools.chain.from_iterable([SAID] * times))
    blocks = retelling(None).story([topic(1, many), topic(2, SAID[:1], "Hash Functions")])
    *first, last = told(blocks)
    assert len(first) == (2 if times > 2 else 1)  # a rich topic has two
    assert set(first) <= {SAID[0], SAID[3]}
    assert last == SAID[0]
    outline = [claim.text for block in blocks if block.kind == "outline" for claim in block.claims]
    assert outline == ["Bloom Filter", "Hash Functions"]


def test_a_topic_of_cases_alone_is_told_by_these() -> None:
    assert told(retelling(None).story([topic(1, SAID[1:3])])) in ([SAID[1]], [SAID[2]])


def test_what_is_restated_names_what_it_restates() -> None:
    (block,) = retelling(None).checklist([topic(1, SAID)])
    assert [one.of for one in block.claims] == [
        (claim.id,)
        for claim in topic(1, SAID).claims
        if claim.text in {c.text for c in block.claims}
    ]
