"""Numbers that a claim gives to another thing than its passage does."""

import pytest

from rag_notes.ground.binding import exchanged
from rag_notes.ground.support import score_support

TRAINED = "With one point four billion parameters, train it on twenty-eight billion tokens."


@pytest.mark.parametrize(
    ("claim", "said"),
    [
        ("A model of 28 billion parameters is trained on 1.4 billion tokens.", TRAINED),
        (
            "The model outputs 384 vectors of 9 dimensions.",
            "The output has 9 vectors, and each has 384 dimensions.",
        ),
    ],
)
def test_an_exchange_is_found(claim: str, said: str) -> None:
    assert exchanged(claim, [said])
    support = score_support(claim, [said])
    assert support.locked
    assert "the passage to" in str(support.reason)


@pytest.mark.parametrize(
    ("claim", "said"),
    [
        ("A model of 1.4 billion parameters is trained on 28 billion tokens.", TRAINED),
        ("28 billion tokens train 1.4 billion parameters.", TRAINED),
        ("Twelve layers have 768 units.", "It has 12 layers. Each layer has 768 hidden units."),
        ("It starts at 5e-5, 20 times lower.", "It is 20 times lower, at 5e-5."),
        ("Two sentences have 16 tokens.", "The two inputs are sentences of 16 tokens each."),
    ],
)
def test_the_same_in_another_order_is_none(claim: str, said: str) -> None:
    assert exchanged(claim, [said]) is None


def test_a_number_in_a_row_counts_nothing_of_the_next_column() -> None:
    assert (
        exchanged("Bits: 10; Keys: 7", ["| Bits | Keys |", "10 bits and 7 keys; 10 keys a row"])
        is None
    )
