"""Statements that say again what an earlier one said, and those that say more."""

import numpy as np
import pytest

from rag_notes.ground.repeats import is_within, repeats
from rag_notes.schema import Claim


def twin(text: str, earlier: str, *, near: float) -> bool:
    """Whether a text repeats an earlier one whose vector has this cosine with its own."""
    vector = np.array([1.0, 0.0], dtype=np.float32)
    other = np.array([near, (1 - near**2) ** 0.5], dtype=np.float32)
    return repeats(text, vector, [Claim("k0001", earlier, (), 1.0)], [other]) is not None


@pytest.mark.parametrize(
    ("text", "earlier", "near"),
    [
        (
            "BPE is an old algorithm from 94 for data compression.",
            "BPE is an old 1994 algorithm of data compression.",
            0.9,
        ),
        ("Tokens hold bytes of text.", "Tokens hold many bytes of text in a sequence.", 0.8),
        ("We filter the data.", "Data come first — we filter the data, not the keys.", 0.1),
    ],
)
def test_the_same_again_is_a_repeat(text: str, earlier: str, near: float) -> None:
    assert twin(text, earlier, near=near)


@pytest.mark.parametrize(
    ("text", "earlier", "near"),
    [
        ("BPE is an algorithm from 95.", "BPE is an algorithm from 1994.", 0.99),
        ("BPE is no algorithm of compression.", "BPE is an algorithm of compression.", 0.99),
        ("They were held in 2024.", "They were held in 1924.", 0.99),
        ("A batch has 48 tokens.", "A batch has 2048 tokens.", 0.99),
        ("The loss falls to 2.", "The loss falls to 2.5 after one epoch of data.", 0.1),
        ("Larger models need data.", "It is a myth that larger models need data.", 0.1),
        ("Some tokens represent bytes.", "Every token represents 1.6 bytes of data.", 0.6),
    ],
)
def test_what_says_something_else_is_none(text: str, earlier: str, near: float) -> None:
    assert not twin(text, earlier, near=near)


@pytest.mark.parametrize(
    ("text", "longer", "within"),
    [
        ("Keys that are read stay warm.", "Keys that are read stay warm; others do not.", True),
        ("Keys that are read stay warm.", "No key is lost; keys that are read stay warm.", True),
        ("Keys that are read stay warm.", "It is not so that keys that are read stay warm.", False),
        ("Keys that are read stay warm.", "Some keys are read.", False),
        (
            "Prices fall to that cost.",
            "Suppose all cost the same; prices fall to that cost.",
            False,
        ),
        ("The sun goes around us.", "Ptolemy had it wrong; the sun goes around us.", False),
        ("Prices fall.", "Demand does not rise; prices fall.", False),
    ],
)
def test_what_stands_in_another_statement(text: str, longer: str, *, within: bool) -> None:
    assert is_within(text, longer) is within
