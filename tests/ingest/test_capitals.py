"""Capitals: stretches become small, nothing else changes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag_notes.ingest.capitals import small_letters

words = st.sampled_from(
    ["so", "the", "GPU", "AND", "THEN", "WE", "MET", "Ann.", "ANN", "I", "I'M", "A", "3", "—", "?"]
)


@given(st.lists(st.lists(words, max_size=9).map(" ".join), max_size=9))
def test_no_word_is_lost_and_a_second_time_changes_nothing(texts: list[str]) -> None:
    written = small_letters(texts)
    assert [text.lower() for text in written] == [text.lower() for text in texts]
    assert small_letters(written) == written


@pytest.mark.parametrize(
    ("said", "written"),
    [
        ("STOP! Do not go on.", "STOP! Do not go on."),
        ("use the HTTP API of NASA now", "use the HTTP API of NASA now"),
        ("AND THEN I SAID THAT I'LL GO. SO I WENT.", "And then I said that I'll go. So I went."),
        ("WE USE BERT, GPT-4 AND A TLS CERTIFICATE", "We use bert, GPT-4 and a TLS certificate"),
    ],
)
def test_small_letters(said: str, written: str) -> None:
    assert small_letters([said]) == [written]


def test_names_are_written_as_elsewhere() -> None:
    texts = ["As Percy said, Unicode is", "WHAT PERCY CALLS UNICODE AND WHAT PERCY LIKES"]
    assert small_letters(texts)[1] == "what Percy calls Unicode and what Percy likes"
