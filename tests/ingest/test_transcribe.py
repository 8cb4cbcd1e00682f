"""Recognition: our own parts without weights, and the sample lecture through real Whisper."""

import difflib
import json
import re
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from rag_notes.config import load_config
from rag_notes.errors import InputError, LostInputError, ModelMissingError
from rag_notes.ingest.media import RATE
from rag_notes.ingest.transcribe import (
    WhisperTranscriber,
    _holes,
    _onset,
    _quiet_place,
    _segments,
    _unlooped,
    _windows,
)
from rag_notes.schema import Transcript, Word

SAMPLE = Path(__file__).parents[1] / "data" / "sample"


def words_of(text: str, each: float = 0.5) -> list[Word]:
    return [Word(n * each, (n + 1) * each, t, 0.8) for n, t in enumerate(text.split())]


def test_a_loop_is_cut_to_its_first_turn() -> None:
    looped = words_of("so we see " + "thank you very much " * 9 + "and go on")
    assert [w.text for w in _unlooped(looped)] == [
        "so",
        "we",
        "see",
        "thank",
        "you",
        "very",
        "much",
        "and",
        "go",
        "on",
    ]


def test_a_spoken_repetition_stays() -> None:
    said = words_of("no no no it is not not that")
    assert _unlooped(said) == said


def test_windows_hold_neighbouring_speech() -> None:
    speech = [(0.0, 10.0), (10.5, 20.0), (21.0, 30.0), (60.0, 61.0)]
    assert _windows(speech) == [(0.0, 20.0), (21.0, 30.0), (60.0, 61.0)]


def test_speech_without_words_is_found() -> None:
    heard = [Word(0.0, 1.0, "a"), Word(9.0, 10.0, "b")]
    assert _holes(heard, [(0.0, 2.0), (4.0, 10.0)], (0.0, 10.0)) == [(1.0, 9.0)]
    assert _holes(heard, [(0.0, 1.2), (8.5, 10.0)], (0.0, 10.0)) == []


def test_a_word_that_begins_in_silence_begins_at_its_sound() -> None:
    samples = np.zeros(3 * RATE, dtype=np.float32)
    samples[RATE : 2 * RATE] = 0.5
    (moved,) = _onset([Word(0.1, 1.4, "late")], samples)
    assert moved.start == pytest.approx(1.0, abs=0.05)
    assert moved.end == 1.4


def test_pieces_are_cut_where_it_is_quiet() -> None:
    samples = np.ones(60 * RATE, dtype=np.float32)
    samples[45 * RATE : 46 * RATE] = 0
    assert 45 * RATE < _quiet_place(samples) < 46 * RATE


def test_segments_end_at_sentences_and_pauses() -> None:
    said = words_of("It is small. Very small")
    said[-1] = replace(said[-1], start=9.0, end=9.5)
    found = list(_segments([said]))
    assert [s.text for s in found] == ["It is small.", "Very", "small"]
    assert [s.id for s in found] == ["s0001", "s0002", "s0003"]
    assert found[0].confidence == pytest.approx(0.8)


def test_missing_weights(tmp_path: Path) -> None:
    with pytest.raises(ModelMissingError, match="models fetch"):
        WhisperTranscriber(tmp_path, name="whisper-tiny.en")


@pytest.fixture(scope="module")
def whisper() -> WhisperTranscriber:
    from rag_notes import models

    folder = models.find("whisper-tiny.en", load_config())
    return WhisperTranscriber(folder, name="whisper-tiny.en")


@pytest.fixture(scope="module")
def heard(whisper: WhisperTranscriber) -> Transcript:
    return whisper.transcribe(SAMPLE / "lecture.mp4")


@pytest.mark.models
def test_words_stand_where_they_are_spoken(heard: Transcript) -> None:
    truth = json.loads((SAMPLE / "truth.json").read_text())["words"]
    found = [word for segment in heard.segments for word in segment.words]

    def key(text: str) -> str:
        return re.sub(r"\W", "", text.lower())

    matcher = difflib.SequenceMatcher(
        None, [key(w["text"]) for w in truth], [key(w.text) for w in found], autojunk=False
    )
    pairs = [
        (truth[a + n], found[b + n])
        for a, b, size in matcher.get_matching_blocks()
        for n in range(size)
    ]
    assert len(pairs) >= 0.8 * len(truth)
    near = [
        t for t, f in pairs if abs(t["start"] - f.start) <= 0.5 and abs(t["end"] - f.end) <= 0.5
    ]
    assert len(near) >= 0.95 * len(pairs)


@pytest.mark.models
def test_the_transcript_is_well_formed(heard: Transcript) -> None:
    assert heard.timed
    assert heard.language == "en"
    for segment in heard.segments:
        assert segment.text == " ".join(word.text for word in segment.words)
        assert (segment.start, segment.end) == (segment.words[0].start, segment.words[-1].end)
        assert segment.confidence is not None
        assert 0 < segment.confidence <= 1
    starts = [word.start for segment in heard.segments for word in segment.words]
    assert starts == sorted(starts)


@pytest.mark.models
def test_a_language_that_the_model_does_not_hear(whisper: WhisperTranscriber) -> None:
    with pytest.raises(InputError, match="'de'"):
        whisper.transcribe(SAMPLE / "lecture.mp4", language="de")


@pytest.mark.models
def test_silence_is_lost_input(whisper: WhisperTranscriber, tmp_path: Path) -> None:
    import wave

    with wave.open(str(tmp_path / "a.wav"), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(16_000)
        file.writeframes(bytes(64_000))
    with pytest.raises(LostInputError, match="no speech"):
        whisper.transcribe(tmp_path / "a.wav")
