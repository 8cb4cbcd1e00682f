"""Captions and the numbered transcript (test_captions is the name of the test of ingest)."""

import re
from dataclasses import replace

import pytest
import webvtt
from hypothesis import given
from hypothesis import strategies as st

from rag_notes.errors import InputError
from rag_notes.export.captions import UNCLEAR_WORDS, to_transcript_markdown, to_vtt
from rag_notes.export.escape import escape_markdown, plain
from rag_notes.schema import Chunk, Segment, Transcript
from tests.build import chunks, segment, transcript, untimed_chunks, untimed_transcript
from tests.readback import html_of, parser, targets
from tests.snapshots import assert_snapshot

LONG = " ".join(f"word{n}" for n in range(60)) + "."


def spoken(vtt: str) -> str:
    return " ".join(cue.text for cue in webvtt.from_string(vtt)).replace("\n", " ")


def test_snapshots() -> None:
    assert_snapshot("captions.vtt", to_vtt(transcript()))
    assert_snapshot("transcript.md", to_transcript_markdown(chunks(), "Binary search"))


def test_captions_keep_every_word_and_time() -> None:
    vtt = to_vtt(transcript())
    assert spoken(vtt) == " ".join(s.text for s in transcript().segments)
    assert "00:00:01.250 --> 00:00:05.250" in vtt


def test_long_segments_are_cut_where_words_have_times() -> None:
    vtt = to_vtt(Transcript("en", (segment(1, LONG, start=10.0, words=True),)))
    cues = list(webvtt.from_string(vtt))
    assert spoken(vtt) == LONG
    assert len(cues) > 1
    assert all(len(cue.text) <= 84 for cue in cues)
    assert [cue.start for cue in cues] == sorted(cue.start for cue in cues)
    for cue in cues:  # a word stands in the cue of its own time
        first = int(re.findall(r"\d+", cue.text)[0])
        assert cue.start_in_seconds == int(10 + first / 2)


def test_long_segments_without_words_stay_whole() -> None:
    vtt = to_vtt(Transcript("en", (segment(1, LONG, start=0.0),)))
    assert len(list(webvtt.from_string(vtt))) == 1


def test_words_that_are_not_the_text_do_not_replace_it() -> None:
    one = replace(segment(1, LONG, start=0.0, words=True), text=LONG + " And more.")
    assert spoken(to_vtt(Transcript("en", (one,)))) == LONG + " And more."


def test_channels_are_named_where_there_are_several() -> None:
    first, second = transcript().segments
    vtt = to_vtt(replace(transcript(), segments=(first, replace(second, channel=1))))
    assert [cue.voice for cue in webvtt.from_string(vtt)] == ["Channel 0", "Channel 1"]
    assert "<v" not in to_vtt(transcript())


def test_a_cue_without_length_is_still_shown() -> None:
    vtt = to_vtt(Transcript("en", (Segment("s1", "So.", 3600.0, 3600.0),)))
    assert "01:00:00.000 --> 01:00:00.001" in vtt


def test_captions_need_times() -> None:
    with pytest.raises(InputError, match="need times"):
        to_vtt(untimed_transcript())


@given(st.text(max_size=40) | st.text(st.sampled_from("<>-&;: \nNOTEWVT01a"), max_size=40))
def test_any_text_stays_one_cue(text: str) -> None:
    vtt = to_vtt(Transcript("en", (Segment("s1", text, 0.0, 1.0),)))
    head, *cues = vtt.removesuffix("\n").split("\n\n")
    assert head == "WEBVTT"
    assert len(cues) == (1 if plain(text) else 0)
    for cue in cues:
        timing, *lines = cue.split("\n")
        assert timing == "00:00:00.000 --> 00:00:01.000"
        assert len(lines) == 1
        assert "<" not in lines[0]
        assert "-->" not in lines[0]


def test_paragraphs_are_numbered_with_anchors() -> None:
    timed = to_transcript_markdown(chunks(), "Binary search")
    assert '<a id="p1"></a>**¶ 1 · 00:00:01** Binary search halves' in timed
    assert "O(log n)" not in timed  # slides are no speech
    untimed = to_transcript_markdown(untimed_chunks(), "")
    assert '\n<a id="p2"></a>**¶ 2** It needs a sorted list.\n' in untimed


def test_doubtful_words_are_marked_and_the_mark_explained() -> None:
    first = replace(chunks()[0], doubtful=((1, 3), (12, 13)))
    text = to_transcript_markdown((first,), "Binary search")
    assert "** Binary \\[?search halves?\\] the range" in text
    assert text.endswith(r"sorted \[?list.?\]" + "\n")
    assert f"> {escape_markdown(UNCLEAR_WORDS)}\n" in text
    assert "\\[?" not in to_transcript_markdown(chunks(), "Binary search")


@given(st.lists(st.text(st.sampled_from("ab*[]#<1.?"), min_size=1), min_size=1), st.data())
def test_marks_lose_no_word_and_break_no_anchor(words: list[str], data: st.DataObject) -> None:
    first = data.draw(st.integers(0, len(words) - 1))
    last = data.draw(st.integers(first + 1, len(words)))
    chunk = Chunk("c1", "speech", " ".join(words), paragraph=1, doubtful=((first, last),))
    markdown = to_transcript_markdown((chunk,), "")
    assert html_of(markdown) == ['<a id="p1">', "</a>"]
    assert targets(markdown) == []
    last_line = parser().enable("text_join").parse(markdown)[-2].children or []
    seen = "".join(c.content for c in last_line if c.type == "text")
    marked = [*words[:first], f"[?{' '.join(words[first:last])}?]", *words[last:]]
    assert seen == f"¶ 1 {' '.join(marked)}"


def test_an_untimed_passage_keeps_its_number() -> None:
    text = to_transcript_markdown(untimed_chunks()[1:], "Binary search")
    assert html_of(text) == ['<a id="p2">', "</a>"]


@given(st.text(), st.text(min_size=1))
def test_any_speech_is_shown_as_it_is(title: str, text: str) -> None:
    first = replace(untimed_chunks()[0], text=text)
    markdown = to_transcript_markdown((first,), title)
    assert html_of(markdown) == ['<a id="p1">', "</a>"]
    assert targets(markdown) == []
    kinds = [token.type for token in parser().parse(markdown) if token.type.endswith("_open")]
    assert kinds == ["heading_open", "paragraph_open"]
    html = parser().enable("text_join").parse(markdown)[-2].children or []
    seen = "".join(c.content for c in html if c.type == "text")
    assert seen.strip() == f"¶ 1 {plain(text)}".strip()
