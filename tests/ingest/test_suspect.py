"""What Whisper makes up: loops, noise, lists of terms, words faster than speech."""

import pytest

from rag_notes.ingest.suspect import loops, repeated, why_suspect
from rag_notes.schema import Heard, Word

TERMS = ("Bloom filter", "Murmur hash", "false positive", "bit array")
SAID = "so today we look at one small data structure"


def words_of(text: str, each: float = 0.4) -> tuple[Word, ...]:
    return tuple(Word(n * each, (n + 1) * each, t, 0.8) for n, t in enumerate(text.split()))


def why(text: str, *, logprob: float = -0.2, no_speech: float = 0.0, each: float = 0.4) -> str:
    heard = Heard(words_of(text, each), logprob=logprob, no_speech=no_speech)
    return why_suspect(heard, len(heard.words) * each, TERMS) or ""


@pytest.mark.parametrize(
    "text",
    [
        SAID,
        "no no no it is not not that",
        "very very very very very good",
        "A Bloom filter and a Murmur hash give a false positive now and then",
        "",
    ],
)
def test_what_people_say_is_believed(text: str) -> None:
    assert why(text) == ""


def test_what_is_made_up_is_not() -> None:
    assert "repeats" in why("so we see " + "thank you very much " * 5)
    assert "repeats" in why("no " * 9)
    assert "unlikely" in why(SAID, logprob=-1.1)
    assert "nobody" in why("Thank you.", logprob=-0.6, no_speech=0.6)
    assert "lists" in why("Bloom filter. Murmur hash. False positive. Bit array.")


def test_speech_that_is_hard_to_hear_is_believed() -> None:
    """As measured of our sample under noise as loud as the speech."""
    assert why(SAID, logprob=-0.56, no_speech=0.18) == ""
    assert why(SAID, logprob=-0.3, no_speech=0.6) == ""


def test_words_faster_than_speech() -> None:
    assert "faster" in why(f"{SAID} " * 2, each=0.1)
    crowded = [*words_of(SAID), *(Word(20.0, 20.0, f"w{n}") for n in range(9))]
    assert why_suspect(Heard(tuple(crowded)), 30.0) == "it is faster than anyone speaks"


def test_times_that_run_backwards() -> None:
    words = (Word(0.0, 1.0, "one"), Word(5.0, 6.0, "two"), Word(3.0, 4.0, "three"))
    assert why_suspect(Heard(words), 10.0) == "its times run backwards"


def test_loops_are_found_where_they_begin() -> None:
    looped = words_of("so we see " + "thank you very much " * 9 + "and go on")
    assert list(loops(looped)) == [(3, 4, 9)]


def test_a_sentence_said_again_and_again_is_believed_once() -> None:
    said = ["so it is.", *["We can go on."] * 4, "Okay.", "Okay.", "Okay.", "Okay."]
    heard = [Heard(words_of(text)) for text in said]
    assert repeated(heard) == [False, False, True, True, True, False, False, False, False]
