"""The sub-heading a statement goes under follows from the words it was said in."""

import pytest

from rag_notes.schema import BlockKind
from rag_notes.write.kinds import kind_of, settle_kinds

SAID: list[tuple[str, str, BlockKind]] = [
    (
        "A filter cannot say yes.",
        "They think that it can. Many students confuse this.",
        "confusion",
    ),
    ("It is no cache.", "A common mistake is to use it as a cache.", "confusion"),
    ("Apple sets three bits.", "For example, we insert the word apple.", "example"),
    ("Sixteen bits are used.", "Let us say we have sixteen bits.", "example"),
    ("The hash values are computed.", "First, compute the hash values.", "procedure"),
    ("The bits are set to one.", "Then set the bits to one.", "procedure"),
    ("The curve falls.", "In this figure, the curve falls.", "visual"),
    ("Use a fast hash in the code.", "In practice, use a fast hash in the code.", "implementation"),
    ("A filter stores bits.", "A filter stores bits.", "explanation"),
    ("Bits come first.", "The first is an array of bits.", "explanation"),
]


@pytest.mark.parametrize(("statement", "spoken", "kind"), SAID)
def test_a_speaker_announces_the_kind(statement: str, spoken: str, kind: BlockKind) -> None:
    assert kind_of(statement, spoken) == kind


def settled(*kinds: BlockKind) -> tuple[BlockKind, ...]:
    return settle_kinds(kinds, ["Ten bits." for _ in kinds])


def test_a_gap_in_a_procedure_or_example_is_closed() -> None:
    assert settled("procedure", "explanation", "procedure") == ("procedure",) * 3
    assert settled("example", "explanation", "example") == ("example",) * 3
    apart: tuple[BlockKind, ...] = ("confusion", "explanation", "confusion")
    assert settled(*apart) == apart


def test_one_step_is_no_procedure() -> None:
    assert settled("explanation", "procedure", "visual") == ("explanation", "explanation", "visual")
    assert settled("procedure") == ("explanation",)


def test_every_statement_keeps_a_place() -> None:
    assert settled() == ()
    kinds: tuple[BlockKind, ...] = ("visual", "procedure", "procedure", "confusion", "explanation")
    assert settled(*kinds) == kinds


def test_an_example_goes_on_while_its_things_are_spoken_of() -> None:
    said = [
        "We insert apple at position seven.",
        "Position seven is set for apple.",
        "Unlike that.",
    ]
    kinds: list[BlockKind] = ["example", "explanation", "explanation"]
    assert settle_kinds(kinds, said) == ("example", "example", "explanation")


def test_a_lone_example_without_values_is_an_explanation() -> None:
    said = ["The filter is small.", "The loop goes over the keys.", "It is fast."]
    assert settle_kinds(["explanation", "example", "explanation"], said)[1] == "explanation"
    said[1] = "The loop goes over 12 keys."
    assert settle_kinds(["explanation", "example", "explanation"], said)[1] == "example"


def test_a_statement_that_tells_several_steps_is_a_procedure_alone() -> None:
    said = ["To insert a key, first, hash it; second, set its bits."]
    assert settle_kinds(["procedure"], said) == ("procedure",)
    assert settle_kinds(["procedure"], ["Then hash it."]) == ("explanation",)


def test_what_was_said_in_one_breath_is_not_parted() -> None:
    kinds: list[BlockKind] = ["explanation", "procedure", "procedure"]
    said = ["Take ten keys.", "Then hash them.", "Then set ten bits."]
    assert settle_kinds(kinds, said, follows=[False, False, True])[1:] == ("procedure",) * 2
    assert settle_kinds(kinds, said, follows=[False, True, True])[1:] == ("explanation",) * 2
    said[1] = "First, hash them."  # it says itself that it begins
    assert settle_kinds(kinds, said, follows=[False, True, True])[1:] == ("procedure",) * 2


def test_advice_stays_with_what_it_is_on() -> None:
    kinds: list[BlockKind] = ["explanation", "implementation", "explanation"]
    said = ["The loop goes over all keys.", "You should avoid that.", "Keys are short."]
    apart = settle_kinds(kinds, said, follows=[False, False, False])
    assert apart[1] == "implementation"
    assert settle_kinds(kinds, said, follows=[False, True, False])[1] == "explanation"
    assert settle_kinds(kinds, said, follows=[False, False, True])[1] == "explanation"


def test_an_example_goes_on_over_sentences_that_are_not_told() -> None:
    said = [
        "To insert a key, first, hash it; second, set its bits.",
        "We insert apple at positions 2 and 7.",
        "Bit 3 is 0, so cherry was never inserted.",
        "All 3 bits are 1; but we never inserted grape.",
        "A filter says no or maybe.",
    ]
    kinds: list[BlockKind] = [
        "procedure",
        "example",
        "explanation",
        "explanation",
        "explanation",
    ]
    follows = [False, False, False, False, True]
    settled = settle_kinds(kinds, said, follows=follows)
    assert settled == ("procedure", "example", "example", "example", "explanation")
