"""Words to segments, and parts to one row."""

from dataclasses import replace

import pytest

from rag_notes.ingest.segments import merge, segments_of
from rag_notes.schema import Segment, Word


def words_of(text: str, each: float = 0.5, start: float = 0.0) -> list[Word]:
    return [
        Word(start + n * each, start + (n + 1) * each, t, 0.8) for n, t in enumerate(text.split())
    ]


def test_segments_end_at_sentences_and_pauses() -> None:
    said = words_of("It is small. Very small")
    said[-1] = replace(said[-1], start=9.0, end=9.5)
    found = list(segments_of([said], channel=1))
    assert [s.text for s in found] == ["It is small.", "Very", "small"]
    assert [s.id for s in found] == ["s0001", "s0002", "s0003"]
    assert [s.channel for s in found] == [1, 1, 1]
    assert found[0].confidence == pytest.approx(0.8)


def test_a_mark_stands_alone_and_lowers_no_confidence() -> None:
    said = words_of("it is [unclear] small")
    assert [s.text for s in segments_of([said])] == ["it is", "[unclear]", "small"]


def test_no_time_runs_backwards() -> None:
    windows = [words_of("one two three"), words_of("four five", start=1.2)]
    starts = [word.start for s in segments_of(windows) for word in s.words]
    assert starts == sorted(starts)


def test_channels_are_merged_in_the_order_of_time() -> None:
    left = [Segment("s0001", "Why?", 1.0, 2.0), Segment("s0002", "I see.", 9.0, 10.0)]
    right = [Segment("s0001", "Because.", 3.0, 8.0, channel=1)]
    merged = merge([left, right])
    assert [(s.id, s.text, s.channel) for s in merged] == [
        ("s0001", "Why?", 0),
        ("s0002", "Because.", 1),
        ("s0003", "I see.", 0),
    ]
