"""Topics that say too little to be one are told with the one before."""

from rag_notes.pipeline.state import Found, Stated, absorb, is_slight
from rag_notes.schema import Chunk, Claim, Topic


def found(number: int, *said: str, plain: bool = False) -> Found:
    """A topic of one passage that states some sentences."""
    topic = Topic(f"3.{number}", f"Topic {number}", "query", number, number, (number, number + 1.0))
    stated = tuple(Stated("explanation", Claim(f"k{text}", text, (), 1.0)) for text in said)
    own = Chunk(f"c{number:04d}", "speech", "Bits.", paragraph=number)
    shared = Chunk("c9999", "speech", "Keys.", paragraph=9999)
    return Found(topic, stated, (own, shared), plain=plain)


def test_one_statement_makes_no_topic() -> None:
    assert is_slight(found(1, "Keys are lost."))
    assert not is_slight(found(1, "Keys are lost.", "Bits stay."))
    assert not is_slight(found(1, "Homework is due.", plain=True))


def test_a_topic_takes_what_the_next_says_and_all_that_may_be_cited_for_it() -> None:
    one = absorb(found(1, "Keys are lost.", "Bits stay."), found(2, "A filter is small."))
    assert [stated.claim.text for stated in one.said] == [
        "Keys are lost.",
        "Bits stay.",
        "A filter is small.",
    ]
    assert (one.topic.id, one.topic.title) == ("3.1", "Topic 1")
    assert (one.topic.first, one.topic.last, one.topic.span) == (1, 2, (1.0, 3.0))
    assert [chunk.id for chunk in one.retrieved] == ["c0001", "c9999", "c0002"]
