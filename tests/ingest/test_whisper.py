"""Whisper on the sample lecture, and what it makes of sound without words."""

import difflib
import json
import re
from pathlib import Path

import numpy as np
import pytest
from evaluation.sounds import SOUNDS

from rag_notes.config import load_config
from rag_notes.errors import InputError, LostInputError, ModelMissingError
from rag_notes.ingest.transcribe import ToHear, transcribe
from rag_notes.ingest.whisper import WhisperRecogniser, find_speech
from rag_notes.schema import Transcript
from tests.sounds import silence, voice, write_wav

SAMPLE = Path(__file__).parents[1] / "data" / "sample"


def test_missing_weights(tmp_path: Path) -> None:
    with pytest.raises(ModelMissingError, match="models fetch"):
        WhisperRecogniser(tmp_path, name="whisper-tiny.en")


def test_speech_is_told_from_silence() -> None:
    spans = find_speech(np.concatenate([silence(5), voice()[: 5 * 16_000], silence(5)]))
    assert spans
    assert all(4.5 < start < end < 10.5 for start, end in spans)


@pytest.mark.parametrize("name", ["silence", "hum and hiss", "tones", "music", "applause"])
def test_no_speech_is_found_where_nobody_speaks(name: str) -> None:
    assert find_speech(SOUNDS[name](30.0, 5, voice())) == []


@pytest.fixture(scope="module")
def whisper() -> WhisperRecogniser:
    from rag_notes import models

    folder = models.find("whisper-tiny.en", load_config())
    return WhisperRecogniser(folder, name="whisper-tiny.en")


@pytest.fixture(scope="module")
def heard(whisper: WhisperRecogniser) -> Transcript:
    return transcribe(ToHear(SAMPLE / "lecture.mp4"), whisper)


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
def test_a_language_that_the_model_does_not_hear(whisper: WhisperRecogniser) -> None:
    with pytest.raises(InputError, match="'de'"):
        transcribe(ToHear(SAMPLE / "lecture.mp4", language="de"), whisper)


@pytest.mark.models
def test_a_crowd_says_nothing(whisper: WhisperRecogniser, tmp_path: Path) -> None:
    """The detector takes it for speech, so this is for Whisper and our checks of it."""
    crowd = SOUNDS["the crowd backwards"](30.0, 1, voice())
    assert find_speech(crowd)
    with pytest.raises(LostInputError, match="no speech"):
        transcribe(ToHear(write_wav(tmp_path / "crowd.wav", crowd)), whisper)


@pytest.mark.models
def test_the_same_clip_gives_the_same_words(whisper: WhisperRecogniser) -> None:
    clips = [voice()[: 10 * 16_000], voice()[10 * 16_000 : 25 * 16_000]]
    once = list(whisper.hear(clips, "en"))
    assert len(once) == 2
    assert once == list(whisper.hear(clips, "en"))
    assert whisper.hear_again(clips[0], "en") == whisper.hear_again(clips[0], "en")
    for clip, found in zip(clips, once, strict=True):
        seconds = len(clip) / 16_000
        assert all(0 <= w.start <= w.end <= seconds for one in found for w in one.words)
