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


def read(
    folder: Path,
    name: str,
    content: str | bytes,
    *,
    said: list[str] | None = None,
    lost: list[str] | None = None,
) -> Transcript:
    """Read a file; `said` and `lost` take the lines about it."""
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    noted = (said if said is not None else []).append
    return read_captions(path, say=noted, lost=(lost if lost is not None else []).append)


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
    said: list[str] = []
    segments = read(tmp_path, "a.srt", srt, said=said).segments
    assert [(s.text, s.start, s.end) for s in segments] == [
        ("first", 1.0, 4.0), ("second", 4.0, 4.0), ("third", 8.0, 9.0)]  # fmt: skip
    assert said == [
        "a.srt: cues not in the order of time, sorted: 3",
        "a.srt: cues with an end before their start, given no length: 1",
        "a.srt: cues that overlapped the next, ended where that begins: 1",
    ]


def test_tidy_captions_are_read_without_a_word(tmp_path: Path) -> None:
    said: list[str] = []
    lost: list[str] = []
    srt = "1\n00:00:01,000 --> 00:00:02,000\nOne.\n\n2\n00:00:02,000 --> 00:00:03,000\nTwo.\n"
    read(tmp_path, "a.srt", srt, said=said, lost=lost)
    assert (said, lost) == ([], [])


def test_vtt_voices_and_fractions(tmp_path: Path) -> None:
    vtt = (
        "WEBVTT\n\nNOTE a note\n\n00:01.500 --> 00:02.250 align:start\n<v Bob>Hi &amp; <b>all</b>."
    )
    (segment,) = read(tmp_path, "a.vtt", vtt).segments
    assert (segment.text, segment.start, segment.end) == ("Hi & all.", 1.5, 2.25)
    assert (segment.channel, segment.original) == (0, "<v Bob>Hi &amp; <b>all</b>.")


def test_voices_become_channels(tmp_path: Path) -> None:
    vtt = (
        "WEBVTT\n\n00:01.000 --> 00:02.000\n<v Ann>Why?\n\n"
        "00:02.000 --> 00:04.000\n<v.loud Bob>Because.</v> <v Ann>Oh.</v>\n"
    )
    found = read(tmp_path, "a.vtt", vtt).segments
    assert [(s.text, s.channel, s.start) for s in found] == [
        ("Why?", 0, 1.0), ("Because.", 1, 2.0), ("Oh.", 0, 2.0)]  # fmt: skip


def test_our_own_captions_keep_their_channels(tmp_path: Path) -> None:
    vtt = (
        "WEBVTT\n\n1\n00:01.000 --> 00:05.000\n<v Channel 1>So it is.\n\n"
        "2\n00:02.000 --> 00:03.000\n<v Channel 0>Yes.\n"
    )
    said: list[str] = []
    found = read(tmp_path, "a.vtt", vtt, said=said).segments
    assert [(s.text, s.channel, s.start, s.end) for s in found] == [
        ("So it is.", 1, 1.0, 5.0), ("Yes.", 0, 2.0, 3.0)]  # fmt: skip
    assert said == []  # two people may speak at once


def test_words_of_automatic_captions_have_their_times(tmp_path: Path) -> None:
    vtt = (
        "WEBVTT\nKind: captions\nLanguage: de\n\n"
        "00:00:00.160 --> 00:00:02.310 align:start position:0%\n \n"
        "so<00:00:00.480><c> today</c><00:00:00.719><c> we</c>\n\n"
        "00:00:02.310 --> 00:00:02.320 align:start position:0%\nso today we\n \n\n"
        "00:00:02.320 --> 00:00:04.550 align:start position:0%\nso today we\n"
        "talk<00:00:02.560><c> about</c><00:00:02.800><c> filters</c>\n\n"
        "00:00:04.550 --> 00:00:04.560 align:start position:0%\ntalk about filters\n \n"
    )
    said: list[str] = []
    found = read(tmp_path, "a.vtt", vtt, said=said)
    assert texts(found) == ["so today we", "talk about filters"]
    assert [(w.text, w.start, w.end) for w in found.segments[0].words] == [
        ("so", 0.16, 0.48), ("today", 0.48, 0.719), ("we", 0.719, 2.31)]  # fmt: skip
    assert found.language == "de"
    assert said == ["a.vtt: lines that roll-up captions repeat, taken once: 3"]


DAMAGED = """\
1
00:00:01,000 -> 00:00:02,000
one

2
00:00:xx,000 --> 00:00:04,000
two is lost

3
00:00:05.5 --> 00:00:06
three

00:00:07,000 --> 00:00:08,000
a blank line

goes on
4
00:09 --> 00:10
four
"""


def test_a_cue_whose_times_cannot_be_read_is_lost_aloud(tmp_path: Path) -> None:
    lost: list[str] = []
    found = read(tmp_path, "a.srt", DAMAGED, lost=lost)
    assert [(s.text, s.start, s.end) for s in found.segments] == [
        ("one", 1.0, 2.0), ("three", 5.5, 6.0), ("a blank line goes on", 7.0, 8.0),
        ("four", 9.0, 10.0)]  # fmt: skip
    assert lost == ["a.srt: line 6: a cue without times that can be read: two is lost"]


def test_stray_text_between_cues_is_lost_aloud(tmp_path: Path) -> None:
    vtt = (
        "WEBVTT\n\nNOTE\nnot said\n\nSTYLE\n::cue {}\n\n00:01.000 --> 00:02.000\none\n\n"
        "NOTE this neither\n\nstray words\n\nintro\n00:03.000 --> 00:04.000\ntwo\n"
    )
    lost: list[str] = []
    assert texts(read(tmp_path, "a.vtt", vtt, lost=lost)) == ["one", "two"]
    assert lost == ["a.vtt: line 14: a cue without times that can be read: stray words"]


def test_arrows_that_are_said_are_no_times(tmp_path: Path) -> None:
    srt = "1\n00:00:01,000 --> 00:00:02,000\nx -> 3 and\n4 --> 5\n"
    lost: list[str] = []
    assert texts(read(tmp_path, "a.srt", srt, lost=lost)) == ["x -> 3 and 4 --> 5"]
    assert lost == []


def test_capitals_are_written_small_and_kept(tmp_path: Path) -> None:
    lines = [
        "We met Ann at MIT and at the GPU.",
        "AND THEN ANN SAID THAT I'M AT THE GPU.",
        "IS IT THE HTTP OF MIT?",
        "NO! It was so.",
    ]
    srt = "".join(
        f"{n}\n00:00:0{n},000 --> 00:00:0{n},900\n{line}\n\n" for n, line in enumerate(lines, 1)
    )
    said: list[str] = []
    found = read(tmp_path, "a.srt", srt, said=said)
    assert texts(found) == [
        lines[0],
        "And then Ann said that I'm at the GPU.",
        "Is it the HTTP of MIT?",
        lines[3],
    ]
    assert [s.original for s in found.segments] == [None, lines[1], lines[2], None]
    assert said == ["a.srt: cues or sentences in capitals, written small: 2"]


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


def test_speakers_of_whisperx_become_channels(tmp_path: Path) -> None:
    said = [("SPEAKER_01", "Why?"), ("SPEAKER_00", "Because."), ("SPEAKER_01", "Oh.")]
    whisperx = {
        "segments": [
            {"start": n, "end": n + 1, "text": text, "speaker": speaker}
            for n, (speaker, text) in enumerate(said)
        ]
    }
    found = read(tmp_path, "a.json", json.dumps(whisperx))
    assert [s.channel for s in found.segments] == [0, 1, 0]


def test_words_that_stand_apart_are_dealt_out(tmp_path: Path) -> None:
    """As the OpenAI API writes them: without punctuation, below the segments."""
    verbose = {
        "task": "transcribe", "language": "english", "duration": 4.0,
        "segments": [{"start": 0.0, "end": 2.0, "text": " Hello, you."},
                     {"start": 2.0, "end": 4.0, "text": " It's me."}],
        "words": [{"word": w, "start": n, "end": n + 0.5}
                  for n, w in enumerate(["Hello", "you", "It's", "me"])],
    }  # fmt: skip
    found = read(tmp_path, "a.json", json.dumps(verbose))
    assert [[(w.text, w.start) for w in s.words] for s in found.segments] == [
        [("Hello,", 0.0), ("you.", 1.0)], [("It's", 2.0), ("me.", 3.0)]]  # fmt: skip


@pytest.mark.parametrize(
    "content",
    [
        {"chunks": [{"timestamp": [1.0, 2.5], "text": " Hi you"}]},
        {"transcription": [{"offsets": {"from": 1000, "to": 2500}, "text": " Hi you"}]},
    ],
)
def test_kin_of_whisper(tmp_path: Path, content: dict[str, object]) -> None:
    (segment,) = read(tmp_path, "a.json", json.dumps(content)).segments
    assert (segment.text, segment.start, segment.end) == ("Hi you", 1.0, 2.5)


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
    originals = [s.original for s in found.segments]
    assert originals == [
        "Okay， and I know。",
        "嗯。 And then we go.",
        "It costs 1，000？",
        None,
        None,
    ]
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


GERMAN = "Das Gefäß ist groß. Die Größe wächst über Nacht, sagt der Müller. Schöne Grüße!"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-32"])
def test_encodings(tmp_path: Path, encoding: str) -> None:
    said: list[str] = []
    found = read(tmp_path, "a.txt", GERMAN.encode(encoding), said=said)
    assert texts(found)[0] == "Das Gefäß ist groß."
    assert said == []


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be", "cp1252"])
def test_an_encoding_that_was_guessed_is_said(tmp_path: Path, encoding: str) -> None:
    said: list[str] = []
    found = read(tmp_path, "a.txt", GERMAN.encode(encoding), said=said)
    assert texts(found)[0] == "Das Gefäß ist groß."
    assert [line.partition("; ")[0] for line in said] == ["a.txt: not in UTF-8"]


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
        ("♪ la la la ♪", ""),
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
    assert "MACHINE TRANSLATION" not in said
    kept = " ".join(segment.original or segment.text for segment in found.segments)
    assert "IN THE CONTEXT OF MACHINE TRANSLATION" in kept


@pytest.mark.skipif(not DATA.is_dir(), reason="shared data are not beside the checkout")
def test_course_videos() -> None:
    for path in sorted((DATA / "hf_course" / "subtitles").glob("*.srt")):
        found = read_captions(path)
        assert found.timed
        assert found.language == "en"
        assert "whoosh" not in " ".join(texts(found))
