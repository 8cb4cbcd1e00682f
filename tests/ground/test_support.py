import pytest

from rag_notes.ground.names import unsaid_names
from rag_notes.ground.negation import negation_conflict
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


@pytest.mark.parametrize(
    ("claim", "said"),
    [
        ("It uses RMSNorm.", "it uses r m s norm"),
        ("It uses BPE.", "it uses byte pair encoding"),
        ("The Mini-Batch is small.", "the minibatch is small"),
        ("Then AdamW updates it.", "then adam w updates it"),
        ("They rent H100s.", "they rent h one hundred chips"),
        ("The GPUs wait.", "the gpu waits"),
        ("We thank Mitzenmacher.", "we thank mitzenmacker"),
        ("Swiglu(x) is used.", "SwiGLU is used"),
        ("In March, Percy teaches.", "percy teaches in the spring"),
    ],
)
def test_a_name_may_be_said_in_another_form(claim: str, said: str) -> None:
    assert unsaid_names(claim, said) == ()


@pytest.mark.parametrize(
    ("claim", "said", "name"),
    [
        ("The data center is in Berlin.", "the data center is in mumbai", "Berlin"),
        ("Google also studied the bias.", "openai also studied the bias", "Google"),
        ("It calls model.fit on the data.", "it calls the model on the data", "model.fit"),
        ("It reports the F1 score.", "it reports the loss", "F1"),
        ("It is trained with DPO.", "it is trained with ppo", "DPO"),
    ],
)
def test_a_name_that_nobody_said_is_found(claim: str, said: str, name: str) -> None:
    assert unsaid_names(claim, said) == (name,)


def test_a_subject_that_nobody_mentioned_locks_the_claim() -> None:
    evidence = ["And this has been studied quite extensively in a series of papers from OpenAI."]
    support = score_support("Gradient descent has been studied by OpenAI.", evidence, 0.8)
    assert support.reason == 'its subject "Gradient descent" stands in no cited passage'


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
    ],
)
def test_the_same_in_other_words_is_no_conflict(claim: str, sentence: str) -> None:
    assert negation_conflict(claim, [sentence]) is None


def test_one_sentence_on_the_claims_side_settles_a_conflict() -> None:
    sentences = ["The tokenizer does not merge pairs.", "Later the tokenizer merges pairs."]
    assert negation_conflict("The tokenizer merges pairs.", sentences[:1])
    assert negation_conflict("The tokenizer merges pairs.", sentences) is None


def test_without_words_or_vectors_nothing_breaks() -> None:
    assert score_support("", [], None).reason
    assert score_support("Tokens are merged.", [], None).reason
    assert score_support("词 元 化", ["词 元 化"], 0.9).names == ()
