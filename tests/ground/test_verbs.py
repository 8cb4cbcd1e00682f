"""Which sentences have a verb of their own, in whatever field."""

import pytest

from rag_notes.ground.verbs import has_verb


@pytest.mark.parametrize(
    "sentence",
    [
        "We like free trade as economists.",
        "What that argument misses is the income of the farmers.",
        "The supply curve for child labor shifts inwards.",
        "The fact that they sell it abroad increases the demand.",
        "Rice farmers sell the rice abroad.",
        "The court strikes the law down.",
        "Enzymes speed up reactions.",
        "Judges weigh the evidence.",
        "The treaty ends the war.",
        "People who cast a vote are counted.",
        "Animals that lay the eggs are not mammals.",
    ],
)
def test_a_word_that_is_a_noun_as_well_may_be_the_verb(sentence: str) -> None:
    assert has_verb(sentence)


@pytest.mark.parametrize(
    "text",
    [
        "As an inward shift in the supply of child labor.",
        "The huge divergence in property between North and South.",
        "People like the mayor.",
        "A set of rules for the court.",
        "The supply curve of rice farmers.",
        "New laws on labor.",
        "The men who work in the mines.",
        "The belief that women who read were dangerous.",
        "A rule under which men who own land could vote.",
    ],
)
def test_names_are_no_sentence(text: str) -> None:
    assert not has_verb(text)
