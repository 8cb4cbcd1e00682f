"""Windows of speech, and words back in their place."""

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag_notes.ingest.blocks import RATE
from rag_notes.ingest.windows import Window, clamped, holes, onset, quiet_place, windows_of
from rag_notes.schema import SpanSeconds, Word


def test_windows_hold_neighbouring_speech_without_long_silence() -> None:
    speech = [(0.0, 10.0), (10.5, 20.0), (24.0, 30.0), (60.0, 61.0)]
    assert [w.stretches for w in windows_of(speech)] == [
        ((0.0, 20.0), (24.0, 30.0)),
        ((60.0, 61.0),),
    ]


stretches = st.lists(st.tuples(st.floats(0.0, 40.0), st.floats(0.3, 27.0)), min_size=1, max_size=40)


def laid_out(drawn: list[SpanSeconds]) -> list[SpanSeconds]:
    """Stretches of speech, from (pause before, length)."""
    spans, at = [], 0.0
    for pause, length in drawn:
        start = at + pause
        at = start + length
        spans.append((start, at))
    return spans


@given(stretches)
def test_every_stretch_is_in_one_window_that_can_be_heard_at_once(
    drawn: list[SpanSeconds],
) -> None:
    speech = laid_out(drawn)
    windows = windows_of(speech)
    assert all(window.seconds <= 29.9 + 1e-9 for window in windows)
    assert all(before.end <= after.start for before, after in itertools.pairwise(windows))
    inside = [span for window in windows for span in window.stretches]
    for start, end in speech:
        assert sum(a <= start and end <= b for a, b in inside) == 1


@given(stretches, st.floats(0.0, 1.0), st.floats(0.0, 2.0))
def test_a_word_lies_within_a_stretch(
    drawn: list[SpanSeconds], where: float, length: float
) -> None:
    for window in windows_of(laid_out(drawn)):
        start = where * window.seconds
        word = window.place(Word(start, start + length, "so"))
        assert any(a <= word.start <= word.end <= b for a, b in window.stretches)


def test_words_after_a_silence_that_was_left_out_are_late_by_it() -> None:
    window = Window(((2.0, 5.0), (9.0, 12.0)))
    assert window.place(Word(1.0, 1.5, "a")) == Word(3.0, 3.5, "a")
    assert window.place(Word(4.0, 4.5, "b")) == Word(10.0, 10.5, "b")
    assert window.place(Word(2.7, 3.1, "c")) == Word(4.7, 5.0, "c")
    assert window.place(Word(3.0, 3.0, "d")).start == 9.0


def test_a_window_is_cut_end_to_end() -> None:
    samples = np.arange(4 * RATE, dtype=np.float32)
    cut = Window(((0.0, 1.0), (3.0, 4.0))).cut(samples)
    assert (cut[0], cut[RATE - 1], cut[RATE], len(cut)) == (0, RATE - 1, 3 * RATE, 2 * RATE)


def test_speech_without_words_is_found() -> None:
    heard = [Word(0.0, 1.0, "a"), Word(9.0, 10.0, "b")]
    whole = Window(((0.0, 10.0),))
    assert list(holes(heard, [(0.0, 2.0), (4.0, 10.0)], whole)) == [(1.0, 9.0)]
    assert list(holes(heard, [(0.0, 1.2), (8.5, 10.0)], whole)) == []


def test_a_word_is_clamped_to_the_speech_that_holds_most_of_it() -> None:
    speech = [(0.0, 2.0), (3.0, 4.0)]
    assert clamped(Word(1.9, 3.6, "late"), speech) == Word(3.0, 3.6, "late")
    assert clamped(Word(1.5, 2.8, "early"), speech) == Word(1.5, 2.0, "early")
    assert clamped(Word(2.2, 2.8, "nowhere"), speech) == Word(2.2, 2.8, "nowhere")


def test_a_word_that_begins_in_silence_begins_at_its_sound() -> None:
    samples = np.zeros(3 * RATE, dtype=np.float32)
    samples[RATE : 2 * RATE] = 0.5
    moved = onset(Word(0.1, 1.4, "late"), samples)
    assert moved.start == pytest.approx(1.0, abs=0.05)
    assert moved.end == 1.4


def test_a_quiet_place_is_quiet() -> None:
    samples = np.ones(60 * RATE, dtype=np.float32)
    samples[45 * RATE : 46 * RATE] = 0
    assert 45 * RATE < quiet_place(samples, 30.0) < 46 * RATE
    assert quiet_place(samples[:100], 30.0) == 100
