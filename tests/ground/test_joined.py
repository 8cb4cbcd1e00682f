"""Sentences told together with what was said right before them, and those that must not be."""

import itertools
from collections.abc import Sequence

import pytest

from rag_notes.ground.gate import Gate
from rag_notes.ground.sentences import embed_sentences
from rag_notes.schema import Chunk, Claim, Draft, Rejected, Source
from tests.ground.test_gate import StemEmbedder, passage

FILTER = "A Bloom filter is an array of bits that stands for a set of keys."
SUBJECT = "Counting filters keep a counter for each of their positions."


def told(
    *said: str, draft: int = -1, passages: Sequence[Chunk] = (), within: Sequence[str] = ("c0001",)
) -> list[str]:
    """Texts of what is printed where the first sentence and a later one have a draft each."""
    chunks = passages or [passage("c0001", *said)]
    embedder = StemEmbedder()
    gate = Gate(embed_sentences(chunks, embedder), embedder)
    one, other = chunks[0], chunks[-1]
    at = draft % len(other.sentences)
    drafts = [
        Draft(one.sentence(0), (Source(one.id, 0),)),
        Draft(other.sentence(at), (Source(other.id, at),)),
    ]
    verdicts = gate.judge(drafts, within, section="3.1", ids=itertools.count(1))
    assert all(isinstance(one, Claim | Rejected) for one in verdicts)
    return [one.text for one in verdicts if isinstance(one, Claim)]


def test_neighbours_are_one_statement() -> None:
    (one,) = told(SUBJECT, "They are lowered when a key is deleted.")
    assert one == f"{SUBJECT.rstrip('.')}; they are lowered when a key is deleted."


def test_a_sentence_is_clearer_behind_what_it_speaks_of() -> None:
    problem = "The problem is that each array needs four times the memory."
    (one,) = told(SUBJECT, problem)
    assert (
        one == f"{SUBJECT.rstrip('.')}; the problem is that each array needs four times the memory."
    )
    assert told(SUBJECT, "Cuckoo filters came later.", problem) == [SUBJECT]  # a problem of which?


def test_what_is_pointed_at_by_name_stands_in_the_statement_before() -> None:
    named = "Those positions are lowered when a key is deleted."
    assert told(SUBJECT, named) == [SUBJECT, named]
    assert told(SUBJECT, "Those fingerprints are lowered when a key is deleted.") == [SUBJECT]


@pytest.mark.parametrize(
    "between",
    [
        "What about cuckoo filters?",
        "Let's move on to cuckoo filters.",
        "Cuckoo filters came much later than that.",
        "I do not know whether you can see the plot.",
    ],
)
def test_another_subject_between_parts_them(between: str) -> None:
    second = "They were built to delete keys from the table without errors."
    assert FILTER in told(FILTER, between, second)
    assert not any(
        "A Bloom filter" in one and "cuckoo" in one for one in told(FILTER, between, second)
    )
    assert not any(
        "array of bits" in one and "they were built" in one for one in told(FILTER, between, second)
    )


@pytest.mark.parametrize("between", ["Okay.", "Any questions?", "Does that make sense?"])
def test_chatter_between_does_not(between: str) -> None:
    (one,) = told(SUBJECT, between, "They are lowered when a key is deleted.")
    assert one.endswith("; they are lowered when a key is deleted.")


@pytest.mark.parametrize(
    ("announced", "opens"),
    [
        ("Now we are going to talk about counting filters.", True),
        ("We will talk about counting filters later.", False),
        ("Now we are going to talk about how this works.", False),
        ("That was a long time ago.", False),
        ("Now we are going to talk about memory.", False),  # "these" is no memory
    ],
)
def test_what_is_announced_opens_what_follows_it_and_agrees(announced: str, *, opens: bool) -> None:
    said = told(FILTER, announced, "These were developed by Fan in 1998 for caches of the web.")
    opened = "Counting filters: these were developed by Fan in 1998 for caches of the web."
    assert said == ([FILTER, opened] if opens else [FILTER])


def test_an_announcement_of_before_last_opens_nothing() -> None:
    said = told(
        FILTER,
        "Now we are going to talk about counting filters.",
        "Cuckoo tables came some years later.",
        "They were developed by Fan in 1998 for caches of the web.",
    )
    assert not any(one.startswith("Counting filters") for one in said)


def test_passages_that_are_apart_in_the_lecture_are_not_joined() -> None:
    passages = [
        passage("c0001", SUBJECT),
        passage("c0002", "Cuckoo filters store fingerprints of keys."),
        passage("c0003", "They are lowered when a key is deleted."),
    ]
    assert told(passages=passages, within=("c0001", "c0003")) == [SUBJECT]
    assert len(told(passages=passages[::2], within=("c0001", "c0003"))[0]) > len(SUBJECT)


def test_every_sentence_of_a_joined_statement_is_quoted() -> None:
    first = (
        "A Bloom filter is an array of bits that stands for a set of keys and says of each key"
        " whether it may be in the set or is not in it."
    )
    second = "It answers a lookup of a missing key without a read of the slow disk."
    chunks = [passage("c0001", first, second)]
    embedder = StemEmbedder()
    gate = Gate(embed_sentences(chunks, embedder), embedder)
    drafts = [Draft(first, (Source("c0001", 0),)), Draft(second, (Source("c0001", 1),))]
    claim, _ = gate.judge(drafts, ["c0001"], section="3.1", ids=itertools.count(1))
    assert isinstance(claim, Claim)
    assert claim.text.endswith("of the slow disk.")
    assert len(claim.citations) == 2
    assert claim.citations[1].quote == second


def test_what_points_at_the_room_is_not_told() -> None:
    said = told(FILTER, "You can see it in the picture on the right side over here.")
    assert said == [FILTER]


@pytest.mark.parametrize(
    ("second", "printed"),
    [
        ("Without this array of bits you would read the disk each time.", True),
        ("Without this tree of pages you would read the disk each time.", False),
        ("Without that you would read the disk each time.", False),
        ("To avoid this, an array of bits is read before the disk.", False),
    ],
)
def test_what_is_pointed_at_by_name_was_named_before(second: str, *, printed: bool) -> None:
    long = " ".join(["A key is hashed and each of its positions is set in the array"] * 2)
    said = told(FILTER, long, second)
    assert (second in said) is printed
