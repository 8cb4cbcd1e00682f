"""Who speaks in a transcript, and who only listens."""

from pathlib import Path

import pytest

from rag_notes.codec import encode_transcript
from rag_notes.config import load_config
from rag_notes.export.captions import to_transcript_markdown, to_vtt
from rag_notes.ingest.captions import read_captions
from rag_notes.ingest.chunk import make_chunks
from rag_notes.ingest.turns import floor_of, listened, take_label
from rag_notes.schema import Lecture, Segment, Transcript


def read(folder: Path, text: str, name: str = "a.txt") -> Transcript:
    (folder / name).write_text(text, encoding="utf-8")
    return read_captions(folder / name)


def listeners_in(transcript: Transcript) -> list[str]:
    aside = listened(transcript.segments)
    return [one.text for at, one in enumerate(transcript.segments) if at in aside]


CLASS = """PROFESSOR: The filter has an array of bits. It starts at zero.

AUDIENCE: Can you delete a key? I think you clear its bits.

No, you cannot. Another key may share a bit. (Laughter)

STUDENT 2: So it never forgets?

Instructor (Ada King):Right. The array
fills up.

(Applause)
"""


def test_labels_name_who_speaks_and_are_not_said(tmp_path: Path) -> None:
    found = read(tmp_path, CLASS)
    assert [(one.speaker, one.text) for one in found.segments] == [
        ("PROFESSOR", "The filter has an array of bits."),
        ("PROFESSOR", "It starts at zero."),
        ("AUDIENCE", "Can you delete a key?"),
        ("AUDIENCE", "I think you clear its bits."),
        ("PROFESSOR", "No, you cannot."),
        ("PROFESSOR", "Another key may share a bit."),
        ("STUDENT 2", "So it never forgets?"),
        ("Instructor (Ada King)", "Right."),
        ("Instructor (Ada King)", "The array"),
        ("Instructor (Ada King)", "fills up."),
    ]
    assert found.segments[0].original == f"PROFESSOR: {found.segments[0].text}"
    assert found.segments[5].original == "Another key may share a bit. (Laughter)"


def test_a_label_may_stand_before_the_first_of_some_broken_lines(tmp_path: Path) -> None:
    found = read(tmp_path, "Student: I think the last\nbit is set.\nIt is not set here.\n")
    assert [one.speaker for one in found.segments] == ["Student", "Student", None]


@pytest.mark.parametrize(
    ("line", "named"),
    [
        ("[Instructor] How to add", "Instructor"),
        ("[Audience member]: Why?", "Audience member"),
        ("Professor B: Well.", "Professor B"),
        ("AUDIENCE MEMBER: Why?", "AUDIENCE MEMBER"),
        ("Students: they come from all over.", None),
        ("Students come at nine: all of them.", None),
        ("[speakers hum] loudly", None),
        ("Note: the array is full.", None),
        ("The professor: a portrait.", None),
    ],
)
def test_label(line: str, named: str | None) -> None:
    assert take_label(line)[0] == named


SRT = """1
00:00:01,000 --> 00:00:03,000
PROFESSOR: The array has ten bits.

2
00:00:03,000 --> 00:00:06,000
- Is it full?
- Not yet.

3
00:00:06,000 --> 00:00:08,000
<i>STUDENT:</i> What if it
is full?

4
00:00:08,000 --> 00:00:10,000
Does it then say yes?

5
00:00:10,000 --> 00:00:12,000
>> It says maybe to each key.
"""


def test_a_turn_of_captions_ends_where_another_begins(tmp_path: Path) -> None:
    found = read(tmp_path, SRT, "a.srt")
    assert listeners_in(found) == ["What if it is full?", "Does it then say yes?"]
    assert found.segments[-1].speaker == "PROFESSOR"
    assert "<v STUDENT>What if it is full?" in to_vtt(found)


def test_a_listener_without_an_end_does_not_take_the_lecture(tmp_path: Path) -> None:
    cue = "{0}\n00:00:{0:02},000 --> 00:00:{1:02},000\n{2}\n\n"
    said = ["STUDENT: Why?", *["The array has ten bits and a key sets three of them."] * 30]
    text = "".join(cue.format(at, at + 1, line) for at, line in enumerate(said, start=1))
    assert len(listeners_in(read(tmp_path, text, "a.srt"))) < 14


def talk(*turns: tuple[str | None, int]) -> tuple[Segment, ...]:
    return tuple(
        Segment(f"s{at}", "word " * words, speaker=name) for at, (name, words) in enumerate(turns)
    )


def test_who_says_little_beside_one_who_speaks_listens() -> None:
    lecture = talk(("A", 400), ("B", 10), ("A", 600), ("C", 20))
    assert listened(lecture) == {1, 3}
    assert listened(talk((None, 900), ("B", 10))) == {1}


def test_people_who_share_the_floor_all_speak() -> None:
    assert not listened(talk(("A", 400), ("B", 300), ("C", 20)))  # a meeting
    assert not listened(talk(("A", 4000), ("B", 300)))  # somebody else's part
    assert not listened(talk(("STUDENT", 400), ("PROFESSOR", 30)))  # a student presents
    assert not listened(talk((None, 400), ("A", 30))[:1])


def test_passages_know_the_sentences_of_listeners(tmp_path: Path) -> None:
    found = read(tmp_path, CLASS)
    (chunk,) = make_chunks(Lecture("A filter", found), load_config())
    held = [chunk.sentence(at) for at in range(len(chunk.sentences)) if chunk.is_listened(at)]
    assert held == [
        "Can you delete a key?",
        "I think you clear its bits.",
        "So it never forgets?",
    ]
    told = to_transcript_markdown([chunk], "A filter")
    assert r"\[«Can you delete a key? I think you clear its bits.»\]" in told
    assert r"\[« and »\]" in told


def cues(*texts: str) -> str:
    times = "{0}\n00:00:{0:02},000 --> 00:00:{1:02},000\n{2}\n\n"
    return "".join(times.format(at, at + 1, text) for at, text in enumerate(texts, start=1))


NAMED = "JOHN GUTTAG: The array of the filter has ten bits of memory."


@pytest.mark.parametrize(
    ("said", "listener"),
    [
        ((NAMED, "AUDIENCE: Is it full?", "JOHN GUTTAG: No, it never is."), "Is it full?"),
        ((NAMED, "AUDIENCE: Is it full?", "&gt;&gt; No, it never is."), "Is it full?"),
        ((NAMED, "AUDIENCE: Is it full?", "JOHN GUTTAG: [LAUGHTER]", "Never."), "Is it full?"),
        ((NAMED, "STUDENT: Is it full?\n- Not yet, it never is."), "Is it full?"),
        ((f"{NAMED} STUDENT: Is it full? JOHN GUTTAG: No.",), "Is it full?"),
        ((NAMED, "[audience laughing] So it never forgets a key."), None),
        ((NAMED, "[Student member]: Is it full?", "Jane Doe: No, it is not."), "Is it full?"),
    ],
)
def test_only_the_listener_listens(tmp_path: Path, said: list[str], listener: str | None) -> None:
    found = read(tmp_path, cues(*said), "a.srt")
    assert listeners_in(found) == ([listener] if listener else [])
    assert found.segments[0].text == NAMED.partition(": ")[2]


def test_dashes_in_tags_are_not_said(tmp_path: Path) -> None:
    said = ("<i>- Hello there.</i>", "<font color=a>- Is it full?</font>", "{\\an8}- Never.")
    found = read(tmp_path, cues(*said), "a.srt")
    assert [one.text for one in found.segments] == ["Hello there.", "Is it full?", "Never."]


@pytest.mark.parametrize(
    "text",
    [
        "PROFESSOR:\nThe array has ten bits of memory.\n\nSTUDENT:\nIs it full?\n",
        "PROFESSOR: The array has ten bits of memory. STUDENT: Is it full?",
        "[00:01] PROFESSOR: The array has ten bits of memory.\nSTUDENT: Is it full?",
    ],
)
def test_labels_stand_alone_within_a_line_and_under_a_time(tmp_path: Path, text: str) -> None:
    found = read(tmp_path, text)
    assert [one.speaker for one in found.segments] == ["PROFESSOR", "STUDENT"]
    assert listeners_in(found) == ["Is it full?"]


def test_brackets_that_are_said_stay(tmp_path: Path) -> None:
    said = "The proof is long.\n(It takes a chapter.)\nThe tone (music theory) matters.\n"
    found = read(tmp_path, said + "It ends. (Applause)\n")
    kept = [one.text for one in found.segments]
    assert kept[1:] == ["(It takes a chapter.)", "The tone (music theory) matters.", "It ends."]


def test_who_speaks_survives_our_own_files(tmp_path: Path) -> None:
    said = ("The array has ten bits of memory.", "STUDENT: Is it full?", ">> No, it never is.")
    first = read(tmp_path, cues(*said), "a.srt")
    (tmp_path / "transcript.json").write_bytes(encode_transcript(first))
    again = read_captions(tmp_path / "transcript.json")
    assert [one.speaker for one in again.segments] == [one.speaker for one in first.segments]
    assert listeners_in(again) == listeners_in(first) == ["Is it full?"]


def test_channels_and_lecturers_never_listen() -> None:
    assert not listened(talk(("Channel 0", 900), ("Channel 1", 10)))
    assert not listened(talk((None, 900), ("Instructor (Ada King)", 10)))
    assert not listened(talk(("PROFESSOR", 900), ("TA", 10)))


def test_sentences_of_two_people_stay_two(tmp_path: Path) -> None:
    said = ("The array of the filter has ten bits and", "STUDENT: but why did they keep it?")
    (chunk,) = make_chunks(Lecture("T", read(tmp_path, cues(*said), "a.srt")), load_config())
    assert len(chunk.sentences) == 2


HALL = """What is the point of a flute? Let me ask somebody in the hall, for it is not plain to all.

Peter: They should go to the best players. They play better.

So it is the players who get them, and that was what the old books said of it as well.

Charlie: Golf is no flute.

The court said that it is, and it said so in many words that I will read to you now.

Charlie: I still think so.

The dissent went the other way, as it says that the rules of a game have no reason at all.
"""


def test_guests_have_the_floor_for_a_paragraph(tmp_path: Path) -> None:
    found = read(tmp_path, HALL)
    assert {one.speaker for one in found.segments} == {None, "Peter", "Charlie"}
    guests = {one.text for one in found.segments if one.speaker}
    assert guests == {
        "They should go to the best players.",
        "They play better.",
        "Golf is no flute.",
        "I still think so.",
    }


def test_a_meeting_of_named_people_keeps_their_names(tmp_path: Path) -> None:
    text = "Anna: We need a shell.\nBen: Of wood?\nAnna: Of steel.\nNote: it rains.\n"
    found = read(tmp_path, text)
    assert next(one.text for one in found.segments) == "Anna: We need a shell."
    notes = ["Note: a.", "Long is what one says here.", "Note: b.", "And longer."]
    assert not floor_of(notes).names


def test_a_lecturer_may_be_named_by_initials() -> None:
    lecture = [
        "Ada Lovelace: Good day.",
        "word " * 40,
        "Bob: Why?",
        "AL: " + "word " * 40,
        "Bob: Ah.",
    ]
    assert floor_of(lecture).guests == {"Bob"}
    assert floor_of(lecture).names == {"Ada Lovelace", "Bob", "AL"}
    assert listened(talk((None, 400), ("Ada Lovelace", 3), ("AL", 400), ("Bob", 2))) == {3}
