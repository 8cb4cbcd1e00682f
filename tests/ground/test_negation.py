"""Claims that deny what was said, or say what was denied, and paraphrases that do neither."""

import pytest

from rag_notes.ground.negation import negation_conflict


@pytest.mark.parametrize(
    ("claim", "sentence"),
    [
        (
            "The model does not transfer any bias.",
            "The model transfers its knowledge and any bias.",
        ),
        (
            "Pretraining requires human annotations.",
            "Pretraining doesn't require human annotations.",
        ),
        (
            "Padding is never applied to short inputs.",
            "Padding is applied to all the short inputs.",
        ),
        ("Dynamic padding is slower on GPUs.", "Dynamic padding is faster on GPUs."),
        ("One must read the whole file into memory.", "It works without reading the whole file."),
        ("The rate should not be decayed to zero.", "It's not constant: decay the rate to zero."),
        ("Longer training decreases the loss.", "Longer training increases the loss."),
        (
            "Misspelled words cannot be tokenized correctly.",
            "It can correctly tokenize misspelled words, rather than discarding them.",
        ),
        # "does not" denies what came before the comma
        ("At scale the effect does not get lost.", "At scale it does not, it gets lost."),
    ],
)
def test_the_opposite_is_a_conflict(claim: str, sentence: str) -> None:
    assert negation_conflict(claim, [sentence])


@pytest.mark.parametrize(
    ("claim", "sentence"),
    [
        (
            "Characters hold less information than words.",
            "Characters do not hold as much information.",
        ),
        ("The step is not necessary here.", "The step is unnecessary."),
        ("The model also transfers bias.", "The model does not only transfer knowledge, but bias."),
        (
            "Small models have a lower loss.",
            "Large models are no better, small models have less loss.",
        ),
        ("It requires no labels.", "It doesn't require labels."),
        ("Attention does not scale to long texts.", "Attention fails to scale to long texts."),
        ("Tokens are merged.", "Something else is not done."),
        (
            "The loss says nothing about how good the model is.",
            "The loss doesn't really tell you anything about how well your model does.",
        ),
        (
            "The index is not written into the files.",
            "This prevents the index of the frame from being included in the files.",
        ),
        (
            "It predicts whether one sentence follows another.",
            "It predicts whether a sentence follows the other sentence or not.",
        ),
    ],
)
def test_the_same_in_other_words_is_no_conflict(claim: str, sentence: str) -> None:
    assert negation_conflict(claim, [sentence]) is None


def test_one_sentence_on_the_claims_side_settles_a_conflict() -> None:
    sentences = ["The tokenizer does not merge pairs.", "Later the tokenizer merges pairs."]
    assert negation_conflict("The tokenizer merges pairs.", sentences[:1])
    assert negation_conflict("The tokenizer merges pairs.", sentences) is None


# --- planted in and taken from statements of lectures

SAID = [
    "A Bloom filter does not store the keys.",
    "A lookup never misses a key that was added.",
    "The attention of long sequences cannot be computed cheaply.",
    "There is no bias in the linear layers.",
    "The tokenizer works without a fixed vocabulary.",
    "Gradient checkpointing reduces the memory of training.",
    "The optimizer keeps two moments for every parameter.",
    "Smaller batches lead to higher variance of the gradient.",
]


@pytest.mark.parametrize(
    ("claim", "at"),
    [
        ("A Bloom filter stores the keys.", 0),
        ("A lookup misses a key that was added.", 1),
        ("The attention of long sequences can be computed cheaply.", 2),
        ("There is bias in the linear layers.", 3),
        ("The tokenizer works with a fixed vocabulary.", 4),
        ("Gradient checkpointing does not reduce the memory of training.", 5),
        ("Gradient checkpointing increases the memory of training.", 5),
        ("The optimizer never keeps two moments for every parameter.", 6),
        ("Smaller batches lead to lower variance of the gradient.", 7),
        ("Larger batches lead to higher variance of the gradient.", 7),
    ],
)
def test_a_planted_opposite_is_caught(claim: str, at: int) -> None:
    assert negation_conflict(claim, [SAID[at]])


@pytest.mark.parametrize("sentence", SAID)
def test_a_sentence_never_conflicts_with_itself(sentence: str) -> None:
    assert negation_conflict(sentence, [sentence]) is None
    assert negation_conflict(sentence, SAID) is None


@pytest.mark.parametrize(
    ("claim", "at"),
    [
        ("Bloom filters don't store keys.", 0),
        ("No keys are stored by a Bloom filter.", 0),
        ("A lookup does not miss any key that was added.", 1),
        ("Attention of long sequences is not cheap to compute.", 2),
        ("The linear layers have no bias.", 3),
        ("The linear layers lack a bias.", 3),
        ("The tokenizer does not need a fixed vocabulary.", 4),
        ("Training takes less memory with gradient checkpointing.", 5),
        ("Two moments are kept by the optimizer.", 6),
    ],
)
def test_an_innocent_paraphrase_passes(claim: str, at: int) -> None:
    assert negation_conflict(claim, [SAID[at]]) is None


def test_a_double_negation_is_no_denial_of_its_middle() -> None:
    said = "Padding lets the batch be formed without dropping any of the tokens."
    assert negation_conflict("The batch is formed without dropping tokens.", [said]) is None
    assert negation_conflict("The cache does not avoid work.", ["The cache avoids the work."])


def test_unnecessary_is_not_necessary() -> None:
    assert negation_conflict("The step is not necessary.", ["The step is unnecessary."]) is None
    assert negation_conflict("The step is unnecessary.", ["The step is not necessary."]) is None


def test_without_evidence_a_denial_stands_alone() -> None:
    assert negation_conflict("The filter does not store keys.", [])
    assert negation_conflict("The filter stores keys.", []) is None
    assert negation_conflict("", SAID) is None
