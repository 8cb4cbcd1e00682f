"""A story of one person is told by the name, and no other's."""

import itertools

import pytest

from rag_notes.ground.gate import Gate
from rag_notes.ground.sentences import embed_sentences
from rag_notes.schema import Claim, Draft, Source
from tests.ground.test_gate import StemEmbedder, passage
from tests.ground.test_joined import told

TUBE = "Ada Thomson was interested in the cathode rays of a tube."
SHE = "She took two charged plates and put the plates beside the cathode rays."


def named(*said: str) -> list[str]:
    return [text for text in told(*said) if "Ada Thomson took" in text]


def test_she_is_who_the_story_is_of() -> None:
    (text,) = named(TUBE, SHE)
    assert text == SHE.replace("She", "Ada Thomson")


def test_what_says_nothing_of_others_may_stand_between() -> None:
    assert named(TUBE, "The tube was made of glass and held hydrogen.", SHE)


@pytest.mark.parametrize(
    "between",
    [
        "Her teacher had told her of the tube before.",
        "Somebody else in the city had seen the rays before.",
        "Marie Curie was interested in the rays as well.",
        "In a letter to Marie Curie the rays are called beams.",
        "He had seen the rays of the tube before.",
        "Then there was the one who first saw the rays.",
    ],
)
def test_where_another_comes_between_nobody_is_named(between: str) -> None:
    assert not named(TUBE, between, SHE)


def test_a_place_or_a_thing_is_nobody() -> None:
    assert not told("In New York there are many tubes with rays.", SHE)[1:]
    assert not told("The tubes with the rays were known in all of Europe.", SHE)[1:]


def test_a_name_may_stand_in_a_passage_of_another_section() -> None:
    leans = "It bent the rays of the tube towards the plates."
    chunks = [passage("c0001", TUBE), passage("c0002", SHE, leans)]
    embedder = StemEmbedder()
    gate = Gate(embed_sentences(chunks, embedder), embedder)
    drafts = [Draft(text, (Source("c0002", at),)) for at, text in enumerate((SHE, leans))]
    found = gate.judge(drafts, ["c0002"], section="3.2", ids=itertools.count(1))
    (claim, *_) = [one for one in found if isinstance(one, Claim)]
    assert claim.text.startswith("Ada Thomson took")
    assert {one.chunk for one in claim.citations} == {"c0001", "c0002"}
