import pytest

from rag_notes.ground.support import ENOUGH, score_support

TOKENS = [
    "Word-based tokenization is the idea of splitting the raw text into words.",
    "Each word has a specific number or ID attributed to it.",
    "We take only the 10,000 most frequent words of the text.",
]


@pytest.mark.parametrize(
    "claim",
    [
        "Word-based tokenization splits raw text into words.",
        "Every word is attributed an ID.",
        "Only the 10,000 most frequent words are taken.",
    ],
)
def test_a_paraphrase_is_supported(claim: str) -> None:
    support = score_support(claim, TOKENS, 0.7)
    assert support.reason is None
    assert support.score >= ENOUGH


def test_what_was_not_said_is_not_supported() -> None:
    support = score_support("Dropout regularizes deep networks during training.", TOKENS, 0.1)
    assert support.score < 0.2
    assert support.reason


def test_a_changed_number_locks_the_claim_whatever_its_score() -> None:
    support = score_support("Only the 50,000 most frequent words are taken.", TOKENS, 0.99)
    assert support.numbers == ("50000",)
    assert support.reason == "number 50000 stands in no cited passage"


def test_a_number_elsewhere_in_the_passage_counts_only_beside_the_same_matter() -> None:
    claim = "The logits are an array of shape 408 by 3."
    evidence = ["The logits are an array of shape 408 by 2."]
    apart = score_support(claim, evidence, 0.9, passages=["It returns a tuple with three fields."])
    beside = score_support(claim, evidence, 0.9, passages=["Later the array has shape 408 by 3."])
    assert apart.numbers == ("3",)
    assert beside.reason is None


def test_labels_are_held_to_the_number_lock() -> None:
    claim, evidence = (
        "The vocabulary holds frequent words.",
        ["The vocabulary holds frequent words."],
    )
    assert score_support(claim, evidence, 0.9, labels="vocabulary 50k").numbers == ("50000",)


def test_a_subject_that_nobody_mentioned_locks_the_claim() -> None:
    evidence = ["And this has been studied quite extensively in a series of papers from OpenAI."]
    support = score_support("Gradient descent has been studied by OpenAI.", evidence, 0.8)
    assert support.reason == 'its subject "Gradient descent" stands in no cited passage'


def test_without_words_or_vectors_nothing_breaks() -> None:
    assert score_support("", [], None).reason
    assert score_support("Tokens are merged.", [], None).reason
    assert score_support("词 元 化", ["词 元 化"], 0.9).names == ()
