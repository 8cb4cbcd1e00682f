"""Names that a claim holds and nobody said."""

import pytest

from rag_notes.ground.names import unsaid_names


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


@pytest.mark.parametrize(
    ("claim", "said"),
    [
        ("Low-rank adapters are small.", "adapters of low rank are small"),
        ("Tokenization is a step.", "the tokenizer takes a step"),
        ("Filters can grow.", "the filter can grow"),
        ("Kirsch and Mitzenmacher showed it.", "kirsch and mitzenmacher showed it"),
        ("How Filters Store Bits", "something else"),  # a title names nothing
        ("", ""),
    ],
)
def test_a_capital_may_mean_nothing(claim: str, said: str) -> None:
    assert unsaid_names(claim, said) == ()


def test_names_are_listed_once_in_order() -> None:
    claim = "In Berlin and in Paris it runs on BERT, and in Berlin again."
    assert sorted(unsaid_names(claim, "it runs again")) == ["BERT", "Berlin", "Paris"]
    assert len(unsaid_names(claim, "it runs in Paris on bert")) == 1
