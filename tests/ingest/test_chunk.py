"""Passages: nothing lost, bounds held, times never backwards, for any transcript."""

import itertools
from dataclasses import replace
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from rag_notes.config import Config
from rag_notes.ingest.chunk import make_chunks
from rag_notes.schema import Chunk, Lecture, Page, Segment, Slides, Transcript, Word

CONFIG = Config(indexes=Path("indexes"), models=Path("models"))


def spoken(texts: list[str], *, start: float = 0.0, each: float = 0.4) -> tuple[Word, ...]:
    return tuple(
        Word(start + n * each, start + (n + 1) * each, text) for n, text in enumerate(texts)
    )


def segment(words: tuple[Word, ...], number: int = 1) -> Segment:
    text = " ".join(word.text for word in words)
    return Segment(f"s{number:04d}", text, words[0].start, words[-1].end, words=words)


def cue(number: int, text: str, start: float, end: float) -> Segment:
    return Segment(f"s{number:04d}", text, start, end)


def chunks_of(*segments: Segment, timed: bool = True, slides: Slides | None = None) -> list[Chunk]:
    transcript = Transcript("en", segments, timed=timed)
    return list(make_chunks(Lecture("T", transcript, slides or Slides()), CONFIG))


def words_of(segments: tuple[Segment, ...] | list[Segment]) -> list[str]:
    return [word for s in segments for word in s.text.split()]


def assert_sound(chunks: list[Chunk], segments: list[Segment]) -> None:
    """What must hold for every speech passage of every transcript."""
    assert [w for c in chunks for w in c.text.split()] == words_of(segments)
    assert [c.id for c in chunks] == [f"c{n:04d}" for n in range(1, len(chunks) + 1)]
    for chunk in chunks:
        count = len(chunk.text.split())
        assert 1 <= count <= 180
        edges = [0, *itertools.chain.from_iterable(chunk.sentences), count]
        assert edges[0::2] == edges[1::2]
        assert all(first < last for first, last in chunk.sentences)
        if chunk.times:
            assert len(chunk.times) == count
            starts = [start for start, _ in chunk.times]
            assert starts == sorted(starts)
            assert all(start <= end for start, end in chunk.times)
            assert (chunk.start, chunk.end) == (chunk.times[0][0], chunk.times[-1][1])
        edges = [edge for pair in chunk.doubtful for edge in pair]
        assert edges == sorted(set(edges))
        assert edges[-1:] <= [count]
    starts = [c.start for c in chunks if c.start is not None]
    assert starts == sorted(starts)
    named = [i for c in chunks for i in c.segments]
    assert set(named) == {s.id for s in segments if s.text.split()}
    assert named == sorted(named)


texts = st.sampled_from(
    ["so", "the", "filter", "and", "Okay.", "done.", "right?", "e.g.", "1.25", "GPT-4.", "but",
     "...", "Dr.", "well,", "Bits", "I", "好。", "B."]
)  # fmt: skip
gaps = st.sampled_from([0.0, 0.0, 0.0, 0.3, 1.0, 5.0, 100.0])
lengths = st.sampled_from([0.0, 0.2, 0.5, 3.0])


@st.composite
def word_segments(draw: st.DrawFn) -> list[Segment]:
    at = 0.0
    segments = []
    for number in range(1, draw(st.integers(1, 25)) + 1):
        words = []
        for text in draw(st.lists(texts, min_size=1, max_size=60)):
            at += draw(gaps)
            length = draw(lengths)
            words.append(Word(at, at + length, text))
            at += length
        segments.append(segment(tuple(words), number))
    return segments


@st.composite
def cue_segments(draw: st.DrawFn) -> list[Segment]:
    at = 0.0
    segments = []
    for number in range(1, draw(st.integers(1, 60)) + 1):
        at += draw(gaps)
        length = draw(st.sampled_from([0.0, 2.0, 6.0, 30.0, 200.0]))
        text = " ".join(draw(st.lists(texts, max_size=30)))
        segments.append(cue(number, text, at, at + length))
        at += length * draw(st.sampled_from([1.0, 1.0, 0.5]))  # some cues overlap
    return segments


@settings(max_examples=60, deadline=None)
@given(word_segments())
def test_passages_of_timed_words_are_sound(segments: list[Segment]) -> None:
    chunks = chunks_of(*segments)
    assert_sound(chunks, segments)
    assert all(c.end is not None and c.start is not None for c in chunks)
    assert all((c.end or 0) - (c.start or 0) <= 90 + 1e-6 for c in chunks)
    for before, after in itertools.pairwise(chunks):
        assert (before.end or 0) <= (after.start or 0) + 1e-9


def test_people_on_two_channels_keep_their_times() -> None:
    """One says a word into the other's long sentence."""
    lecturer = spoken([f"w{n}" for n in range(60)], start=0.0)
    student = spoken(["Really?"], start=5.0)
    first = segment(lecturer)
    (chunk,) = chunks_of(first, replace(segment(student, 2), channel=1))
    times = dict(zip(chunk.text.split(), chunk.times, strict=True))
    assert times["Really?"] == (5.0, 5.4)
    assert times["w59"] == (lecturer[-1].start, lecturer[-1].end)
    assert (chunk.start, chunk.end) == (0.0, lecturer[-1].end)


@settings(max_examples=60, deadline=None)
@given(cue_segments())
def test_passages_of_cues_are_sound(segments: list[Segment]) -> None:
    chunks = chunks_of(*segments)
    assert_sound(chunks, segments)
    spans = {(s.start, s.end) for s in segments}
    assert all(time[0] in {start for start, _ in spans} for c in chunks for time in c.times)


@settings(max_examples=40, deadline=None)
@given(st.lists(st.lists(texts, max_size=80), min_size=1, max_size=12))
def test_untimed_passages_count_paragraphs(groups: list[list[str]]) -> None:
    segments = [Segment(f"s{n:04d}", " ".join(g)) for n, g in enumerate(groups, start=1)]
    if not words_of(segments):
        return
    chunks = chunks_of(*segments, timed=False)
    assert_sound(chunks, segments)
    assert [c.paragraph for c in chunks] == list(range(1, len(chunks) + 1))
    assert all(c.start is None and c.end is None and not c.times for c in chunks)
    if len(words_of(segments)) >= 40:
        assert all(len(c.text.split()) >= 40 for c in chunks)


def test_passages_keep_between_40_and_180_words() -> None:
    text = ["This", "is", "a", "sentence", "of", "eight", "plain", "words."] * 150
    chunks = chunks_of(segment(spoken(text)))
    sizes = [len(c.text.split()) for c in chunks]
    assert min(sizes) >= 40
    assert 80 <= sum(sizes) / len(sizes) <= 140
    assert all(c.text.endswith("words.") for c in chunks)


def test_a_short_last_passage_is_balanced() -> None:
    text = (["word"] * 9 + ["end."]) * 12
    sizes = [len(c.text.split()) for c in chunks_of(segment(spoken(text)))]
    assert sum(sizes) == 120
    assert min(sizes) >= 40


def test_very_short_lecture_is_one_passage() -> None:
    (chunk,) = chunks_of(segment(spoken(["Hello.", "That", "is", "all."])))
    assert chunk.text == "Hello. That is all."
    assert [chunk.sentence(n) for n in range(2)] == ["Hello.", "That is all."]


def test_500_words_without_punctuation() -> None:
    words = [f"w{n}" for n in range(500)]
    chunks = chunks_of(segment(spoken(words)))
    assert_sound(chunks, [segment(spoken(words))])
    assert all(last - first <= 45 for c in chunks for first, last in c.sentences)


def test_ten_thousand_one_word_segments() -> None:
    segments = [cue(n, "no.", n * 0.5, n * 0.5 + 0.4) for n in range(1, 10_001)]
    chunks = chunks_of(*segments)
    assert [w for c in chunks for w in c.text.split()] == ["no."] * 10_000
    assert all(40 <= len(c.text.split()) <= 180 for c in chunks)


def test_boundaries_prefer_long_pauses() -> None:
    first = spoken((["word"] * 9 + ["end."]) * 8, each=0.4)
    second = spoken((["word"] * 9 + ["end."]) * 8, start=first[-1].end + 4, each=0.4)
    chunks = chunks_of(segment(first, 1), segment(second, 2))
    assert [c.segments for c in chunks] == [("s0001",), ("s0002",)]


def test_cue_times_are_never_interpolated() -> None:
    (chunk,) = chunks_of(cue(1, "one two", 3.0, 5.0), cue(2, "three.", 5.5, 6.0))
    assert chunk.times == ((3.0, 5.0), (3.0, 5.0), (5.5, 6.0))
    assert (chunk.start, chunk.end) == (3.0, 6.0)


def test_words_that_do_not_fit_their_segment_give_cue_times() -> None:
    odd = Segment("s0001", "one two three", 1.0, 4.0, words=(Word(1.0, 2.0, "one"),))
    (chunk,) = chunks_of(odd)
    assert chunk.text == "one two three"
    assert set(chunk.times) == {(1.0, 4.0)}


def test_slow_speech_keeps_to_90_seconds() -> None:
    chunks = chunks_of(segment(spoken(["slow"] * 100, each=5.0)))
    assert all((c.end or 0) - (c.start or 0) <= 90 for c in chunks)


def test_slide_passages_follow_with_their_page() -> None:
    slides = Slides((
        Page(1, "Bloom filters\nAn array of m bits\nk hash functions", title="Bloom filters"),
        Page(2, ""),
        Page(3, "\n".join(f"line {n} of many words here" for n in range(100)), title="Long page"),
    ))  # fmt: skip
    speech, one, *long = chunks_of(segment(spoken(["word."] * 50)), slides=slides)
    assert speech.kind == "speech"
    assert (one.id, one.kind, one.page, one.start, one.end) == ("c0002", "slide", 1, None, None)
    assert [one.sentence(n) for n in range(3)] == [
        "Bloom filters", "An array of m bits", "k hash functions"]  # fmt: skip
    assert {c.page for c in long} == {3}
    assert len(long) == 4
    assert all(len(c.text.split()) <= 180 for c in long)
    assert long[0].sentence(0) == "Long page"
    assert sum(len(c.text.split()) for c in long) == 602


def test_an_empty_transcript_gives_no_passages() -> None:
    assert not chunks_of()


def test_improbable_words_are_marked_unless_a_slide_has_them() -> None:
    words = tuple(
        replace(word, p=0.3 if word.text in ("Majulo", "Bloom") else 0.9)
        for word in spoken("the Bloom filter takes it Majulo m".split())
    )
    slides = Slides((Page(1, "A Bloom filter"),))
    (one, _) = chunks_of(segment(words), slides=slides)
    assert one.doubtful == ((5, 6),)
    assert one.text == "the Bloom filter takes it Majulo m"


def test_a_segment_of_low_confidence_is_doubtful_where_its_words_say_nothing() -> None:
    sure, unsure = cue(1, "A clear sentence.", 0, 2), cue(2, "Some mumbled thing.", 2, 4)
    (one,) = chunks_of(replace(sure, confidence=0.9), replace(unsure, confidence=0.4))
    assert one.doubtful == ((3, 6),)
