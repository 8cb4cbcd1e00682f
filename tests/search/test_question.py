import pytest

from rag_notes.search.question import content_of


@pytest.mark.parametrize(
    ("question", "content"),
    [
        ("Summarize the discussion about scaling laws.", "the about scaling laws"),
        (
            "What did the lecturer say about byte-pair encoding?",
            "What did the about byte-pair encoding",
        ),
        ("What is dropout?", "What is dropout"),
        ("Was sagt er über Dropout?", "Was sagt er über Dropout"),
    ],
)
def test_words_of_asking_are_left_out(question: str, content: str) -> None:
    assert content_of(question) == content


@pytest.mark.parametrize("question", ["Please summarize!", "discuss", "?!", "", "\udc80"])
def test_where_nothing_would_be_left_the_question_stands(question: str) -> None:
    assert content_of(question) == question
