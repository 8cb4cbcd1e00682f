"""Transcript files of every kind, tidy and untidy."""

import json
import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag_notes.errors import InputError, MissingFileError
from rag_notes.ingest.captions import read_captions
from rag_notes.ingest.clean import plain, spoken
from rag_notes.schema import Transcript

DATA = Path(os.environ.get("RAG_NOTES_DATA", Path(__file__).parents[2].parent / "shared" / "data"))
SAMPLE = Path(__file__).parents[1] / "data" / "sample"


def read(folder: Path, name: str, content: str | bytes) -> Transcript:
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return read_captions(path)


def texts(transcript: Transcript) -> list[str]:
    return [segment.text for segment in transcript.segments]


SRT = """\ufeff1
00:00:01,000 --> 00:00:03,500
- [Instructor] How to add
two numbers?

2
00:00:03,000 --> 00:00:05,000
(air whooshing)

3
00:00:04,500 --> 00:00:06,250
Use <i>model.add()</i> (which is fast) (mumbles) now.
"""


def test_srt(tmp_path: Path) -> None:
    read_one = read(tmp_path, "a.srt", SRT.replace("\n", "\r\n"))
    assert texts(read_one) == ["How to add two numbers?", "Use model.add() (which is fast) now."]
    assert [(s.id, s.start, s.end) for s in read_one.segments] == [
        ("s0001", 1.0, 3.5),
        ("s0002", 4.5, 6.25),
    ]
    assert (read_one.timed, read_one.duration) == (True, 6.25)


def test_unsorted_and_overlapping_cues_are_repaired(tmp_path: Path) -> None:
    cues = [("00:00:08,000", "00:00:09,000", "third"), ("00:00:01,000", "00:00:05,000", "first"),
            ("00:00:04,000", "00:00:02,000", "second")]  # fmt: skip
    srt = "\n".join(f"{n}\n{a} --> {b}\n{t}\n" for n, (a, b, t) in enumerate(cues))
    segments = read(tmp_path, "a.srt", srt).segments
    assert [(s.text, s.start, s.end) for s in segments] == [
        ("first", 1.0, 4.0), ("second", 4.0, 4.0), ("third", 8.0, 9.0)]  # fmt: skip


def test_vtt_voices_and_fractions(tmp_path: Path) -> None:
    vtt = (
        "WEBVTT\n\nNOTE a note\n\n00:01.500 --> 00:02.250 align:start\n<v Bob>Hi &amp; <b>all</b>."
    )
    (segment,) = read(tmp_path, "a.vtt", vtt).segments
    assert (segment.text, segment.start, segment.end) == ("Hi & all.", 1.5, 2.25)


def test_roll_up_captions_are_taken_once(tmp_path: Path) -> None:
    said = ["so today we talk", "about bloom filters", "and what they are", "good for in practice"]
    vtt = "WEBVTT\n"
    for n, line in enumerate(said):
        before = said[n - 1] if n else " "
        vtt += f"\n00:00:{2 * n:02}.000 --> 00:00:{2 * n + 1:02}.990\n{before}\n{line}\n"
        vtt += f"\n00:00:{2 * n + 1:02}.990 --> 00:00:{2 * n + 2:02}.000\n{line}\n"
    assert texts(read(tmp_path, "a.vtt", vtt)) == said


def test_a_speaker_may_repeat_himself(tmp_path: Path) -> None:
    srt = "".join(
        f"{n}\n00:00:0{n},000 --> 00:00:0{n},900\n{t}\n\n"
        for n, t in enumerate(["Okay.", "Okay.", "It is one.", "No, two.", "Good.", "So it is."])
    )
    assert texts(read(tmp_path, "a.srt", srt))[:2] == ["Okay.", "Okay."]


def test_whisper_json(tmp_path: Path) -> None:
    whisper = {
        "text": " Hello there.",
        "language": "de",
        "segments": [
            {"id": 0, "seek": 0, "start": 0.5, "end": 2.0, "text": " Hello there.",
             "avg_logprob": -0.2,
             "words": [{"word": " Hello", "start": 0.5, "end": 1.0, "probability": 0.9},
                       {"word": " there.", "start": 1.0, "end": 2.0, "probability": 0.8}]}],
    }  # fmt: skip
    found = read(tmp_path, "a.json", json.dumps(whisper))
    assert found.language == "de"
    (segment,) = found.segments
    assert [(w.text, w.start, w.end, w.p) for w in segment.words] == [
        ("Hello", 0.5, 1.0, 0.9), ("there.", 1.0, 2.0, 0.8)]  # fmt: skip


def test_whisperx_number_without_a_time_lies_between_its_neighbours(tmp_path: Path) -> None:
    words = [{"word": "about", "start": 1.0, "end": 1.4, "score": 0.9}, {"word": "256"},
             {"word": "bits", "start": 2.0, "end": 2.4, "score": 0.7}]  # fmt: skip
    whisperx = {"segments": [{"start": 1.0, "end": 2.4, "text": "about 256 bits", "words": words}],
                "word_segments": words, "language": "en"}  # fmt: skip
    (segment,) = read(tmp_path, "a.json", json.dumps(whisperx)).segments
    assert [(w.start, w.end) for w in segment.words] == [(1.0, 1.4), (1.4, 2.0), (2.0, 2.4)]


def test_our_own_transcript(tmp_path: Path) -> None:
    own = {"version": 1, "language": "en", "duration": 9.5, "timed": True, "segments": [
        {"id": "s0001", "start": 0.0, "end": 4.2, "text": "Hi you",
         "channel": 1, "confidence": 0.93,
         "words": [{"start": 0.0, "end": 0.3, "text": "Hi", "p": 0.98},
                   {"start": 0.3, "end": 4.2, "text": "you", "p": 0.88}]}]}  # fmt: skip
    found = read(tmp_path, "transcript.json", json.dumps(own))
    (segment,) = found.segments
    assert (found.duration, segment.channel, segment.confidence) == (9.5, 1, 0.93)
    assert segment.words[0].p == 0.98
    untimed = own | {"timed": False, "segments": [{"start": None, "end": None, "text": "Hi you"}]}
    assert not read(tmp_path, "transcript.json", json.dumps(untimed)).timed


def test_plain_text_is_untimed_sentences(tmp_path: Path) -> None:
    text = "\ufeffChannel 0:\nOkay，and I know。嗯。And then we go. It costs 1，000？Yes.\n"
    text += "Channel 1:\nNo."
    found = read(tmp_path, "a.txt", text)
    assert texts(found) == [
        "Okay, and I know.", "And then we go.", "It costs 1,000?", "Yes.", "No."]  # fmt: skip
    assert [s.channel for s in found.segments] == [0, 0, 0, 0, 1]
    assert not found.timed
    assert all(s.start is None and s.end is None for s in found.segments)


@pytest.mark.parametrize(
    "text",
    [
        "[00:00:05] First words here.\n[00:01:10] Second words.\n",
        "[0:05] First words here. [1:10] Second words.",
        "0:05\nFirst words here.\n1:10\nSecond words.\n",
        "00:05 First words here.\n01:10 Second words.\n",
        "(00:05) First words here.\n(01:10) Second words.",
    ],
)
def test_stamped_text_is_timed(tmp_path: Path, text: str) -> None:
    segments = read(tmp_path, "a.txt", text).segments
    assert [(s.text, s.start, s.end) for s in segments] == [
        ("First words here.", 5.0, 70.0), ("Second words.", 70.0, 70.0)]  # fmt: skip


def test_a_clock_time_in_a_sentence_is_no_stamp(tmp_path: Path) -> None:
    found = read(tmp_path, "a.txt", "We meet at 10:30 today.\n12:15 is lunch. The ratio is 3:45.")
    assert not found.timed
    assert "12:15 is lunch." in texts(found)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_encodings(tmp_path: Path, encoding: str) -> None:
    text = "Das Gefäß ist groß. Die Größe wächst über Nacht, sagt der Müller. Schöne Grüße!"
    assert texts(read(tmp_path, "a.txt", text.encode(encoding)))[0] == "Das Gefäß ist groß."


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("a.srt", b"", "empty"),
        ("a.srt", b"  \n\n", "empty"),
        ("a.srt", b"no cues at all", "no cues"),
        ("a.srt", b"1\n00:00:01,000 --> 00:00:02,000\n(music)\n", "no words"),
        ("a.vtt", b"WEBVTT\n", "no words"),
        ("a.vtt", b"nothing\nof the kind", "vtt"),
        ("a.json", b'{"a": 1}', "segments"),
        ("a.json", b"[" * 100_000, "not a transcript"),
        ("a.json", b'{"segments": [{"text": 3}]}', "not a transcript"),
        ("a.txt", b"\x00\x01\x02" * 50, "not a text file"),
        ("a.txt", b"Channel 0:\n", "no words"),
        ("a.docx", b"PK hello", "expected one of"),
    ],
)
def test_what_is_no_transcript_is_said_in_one_line(
    tmp_path: Path, name: str, content: bytes, says: str
) -> None:
    with pytest.raises(InputError, match=says) as caught:
        read(tmp_path, name, content)
    assert "\n" not in str(caught.value)


def test_missing_file(tmp_path: Path) -> None:
    with pytest.raises(MissingFileError):
        read_captions(tmp_path / "none.srt")


@given(st.text(max_size=300))
def test_cleaning_keeps_every_ascii_word(text: str) -> None:
    cleaned = plain(text)
    assert plain(cleaned) == cleaned
    ascii_words = [w for w in text.split() if w.isascii() and w.isalnum()]
    left = cleaned.split()
    assert all(word in left for word in ascii_words)


@pytest.mark.parametrize(
    ("said", "left"),
    [
        ("- Hello.\n- Hi.", "Hello. Hi."),
        (">> Hello [Music] there", "Hello there"),
        ("♪ la la la ♪", ""),
        ("PROFESSOR: So, today.", "So, today."),
        ("a list[int] of f(x) tokens [CLS]", "a list[int] of f(x) tokens [CLS]"),
        ("{\\an8}Up <c.yellow>here</c>", "Up here"),
        ("a - b is not b - a", "a - b is not b - a"),
    ],
)
def test_spoken(said: str, left: str) -> None:
    assert spoken(said) == left


def test_our_sample_captions() -> None:
    found = read_captions(SAMPLE / "first_minute.srt")
    assert found.language == "en"
    assert found.segments[0].text == "Hello, and welcome."


@pytest.mark.skipif(not DATA.is_dir(), reason="shared data are not beside the checkout")
def test_whole_lecture_without_times() -> None:
    found = read_captions(DATA / "cs336_01" / "transcript.txt")
    said = " ".join(texts(found))
    assert 11_300 < len(said.split()) < 11_400
    assert not any(mark in said for mark in "，。？：嗯")


@pytest.mark.skipif(not DATA.is_dir(), reason="shared data are not beside the checkout")
def test_course_videos() -> None:
    for path in sorted((DATA / "hf_course" / "subtitles").glob("*.srt")):
        found = read_captions(path)
        assert found.timed
        assert found.language == "en"
        assert "whoosh" not in " ".join(texts(found))
