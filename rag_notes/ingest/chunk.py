"""A lecture to passages, the units that are embedded, retrieved and cited.

In: transcript and slides; out: speech passages in the order of time, then slide passages. Every
word stands in exactly one. A word's time is the one it came with, or that of its whole caption cue:
none is interpolated. So the passage of a single cue of more than 90 s is longer than 90 s. Knows
nothing of files, vectors or models.
"""

import itertools
import re
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass

from rag_notes.config import Config
from rag_notes.ingest.doubt import bare, doubtful_words, word_ranges
from rag_notes.ingest.sentences import Joint, WordRange, split_sentences
from rag_notes.ingest.turns import listened
from rag_notes.schema import Chunk, Lecture, Page, Segment, Slides, SpanSeconds, Transcript

_TURN = 0.2  # what the wording of a sentence is worth: a pause of two seconds
_OPENS = frozenset("now okay ok next let today here another first finally suppose imagine".split())
_GOES_ON = frozenset("second third fourth then and but or also because which it that this".split())


@dataclass(frozen=True, slots=True)
class Spoken:
    """One word of the transcript: seconds, its segment's number, its probability if it has one."""

    text: str
    start: float
    end: float
    segment: int
    p: float | None


@dataclass(frozen=True, slots=True)
class _Limits:
    """Words and seconds that a passage may have, and the words it should have."""

    least: int
    most: int
    target: int
    seconds: float


def make_chunks(lecture: Lecture, config: Config) -> tuple[Chunk, ...]:
    """Cut speech and slides into passages numbered c0001, c0002, …; none where nothing is said.

    Slides alone give passages too.
    """
    limits = _Limits(
        least=config.chunk_min_words,
        most=config.chunk_max_words,
        target=config.chunk_target_words,
        seconds=config.chunk_max_seconds,
    )
    known = set(shown_words(lecture.slides))
    chunks = list(_speech_chunks(lecture.transcript, limits, known))
    for page in lecture.slides.pages:
        chunks.extend(_page_chunks(page, limits, first_number=len(chunks) + 1))
    return tuple(chunks)


def shown_words(slides: Slides) -> Iterator[str]:
    """Yield every word of the slides, bare."""
    for page in slides.pages:
        yield from map(bare, re.findall(r"[\w'’-]+", f"{page.title} {page.text}"))


def spoken_sentences(transcript: Transcript) -> Iterator[tuple[Spoken, ...]]:
    """Yield the words of each sentence of the speech; times are 0 where untimed."""
    words = list(_spoken(transcript.segments))
    joints = _joints(words, transcript.segments)
    for first, last in split_sentences([word.text for word in words], joints):
        yield tuple(words[first:last])


# --- speech --------------------------------------------------------------------------------------


def _speech_chunks(
    transcript: Transcript, limits: _Limits, known: Collection[str]
) -> Iterator[Chunk]:
    segments = transcript.segments
    timed = transcript.timed and all(s.start is not None and s.end is not None for s in segments)
    words = list(_spoken(segments))
    joints = _joints(words, segments)
    sentences = split_sentences([word.text for word in words], joints)
    if timed:
        sentences = tuple(_shortened(sentences, words, limits.seconds))
    gains = _gains(words, joints, sentences)
    seconds = _measure(words, sentences) if timed else None
    doubts = doubtful_words([word.text for word in words], [word.p for word in words], known)
    aside = listened(segments)
    listens = [word.segment in aside for word in words]
    for number, (low, high) in enumerate(_pack(sentences, gains, limits, seconds), start=1):
        ranges = sentences[low:high]
        first, last = ranges[0][0], ranges[-1][1]
        held = words[first:last]
        numbers = dict.fromkeys(word.segment for word in held)
        yield Chunk(
            id=_chunk_id(number),
            kind="speech",
            text=" ".join(word.text for word in held),
            start=_edges(held, segments)[0] if timed else None,
            end=_edges(held, segments)[1] if timed else None,
            segments=tuple(segments[n].id for n in numbers),
            paragraph=None if timed else number,
            sentences=tuple((a - first, b - first) for a, b in ranges),
            times=tuple((word.start, word.end) for word in held) if timed else (),
            doubtful=word_ranges(doubts[first:last]),
            listeners=word_ranges(listens[first:last]),
        )


def _edges(words: Sequence[Spoken], segments: Sequence[Segment]) -> SpanSeconds:
    """When the first of some words begins and the last ends, of all channels."""
    firsts = {segments[word.segment].channel: word.start for word in reversed(words)}
    lasts = {segments[word.segment].channel: word.end for word in words}
    return min(firsts.values()), max(lasts.values())


def _spoken(segments: Sequence[Segment]) -> Iterator[Spoken]:
    """Yield every word; a time that runs backwards is moved up to the one before it.

    People on different channels may speak at once: each channel has a clock of its own.
    """
    clocks: dict[int, float] = {}
    for number, segment in enumerate(segments):
        for text, start, end, p in _timed_words(segment):
            latest = max(clocks.get(segment.channel, 0.0), start)
            clocks[segment.channel] = latest
            yield Spoken(text, latest, max(latest, end), number, p)


def _timed_words(segment: Segment) -> Iterator[tuple[str, float, float, float | None]]:
    """Yield text, start, end and probability: the word's own, else those of the segment."""
    texts = segment.text.split()
    split = [(part, word) for word in segment.words for part in word.text.split()]
    if texts == [part for part, _ in split]:
        yield from ((part, word.start, word.end, word.p) for part, word in split)
    else:
        start, end = segment.start or 0.0, segment.end or 0.0
        yield from ((text, start, end, segment.confidence) for text in texts)


def _joints(words: Sequence[Spoken], segments: Sequence[Segment]) -> list[Joint]:
    joints = [Joint()] * min(1, len(words))
    for before, word in itertools.pairwise(words):
        who, other = segments[before.segment], segments[word.segment]
        joints.append(
            Joint(
                pause=max(0.0, word.start - before.end),
                new_segment=word.segment != before.segment,
                new_speaker=(who.channel, who.speaker) != (other.channel, other.speaker),
            )
        )
    return joints


def _measure(
    words: Sequence[Spoken], sentences: Sequence[WordRange]
) -> Callable[[int, int], float]:
    """Return a function that gives the seconds which sentences low to high (exclusive) span."""

    def seconds(low: int, high: int) -> float:
        return _span(words, sentences[low][0], sentences[high - 1][1])

    return seconds


def _span(words: Sequence[Spoken], first: int, last: int) -> float:
    """Seconds of the words first to last (exclusive); 0 within one cue, which cannot be divided."""
    start, end = words[first], words[last - 1]
    if (start.start, start.end) == (end.start, end.end):
        return 0.0
    return end.end - start.start


def _shortened(
    sentences: Sequence[WordRange], words: Sequence[Spoken], seconds: float
) -> Iterator[WordRange]:
    """Yield the sentences, those of more than `seconds` cut at their longest pauses."""
    todo = list(reversed(sentences))
    while todo:
        first, last = todo.pop()
        cuts = [n for n in range(first + 1, last) if words[n].start > words[n - 1].start]
        if not cuts or _span(words, first, last) <= seconds:
            yield first, last
            continue
        cut = max(
            cuts,
            key=lambda n: (words[n].start - words[n - 1].end, -abs(2 * n - first - last)),
        )
        todo += [(cut, last), (first, cut)]


# --- slides --------------------------------------------------------------------------------------


def _page_chunks(page: Page, limits: _Limits, *, first_number: int) -> Iterator[Chunk]:
    lines = [line.split() for line in page.text.splitlines()]
    title = page.title.split()
    if title and [w for line in lines for w in line][: len(title)] != title:
        lines.insert(0, title)
    lines += [line.split() for line in page.notes.splitlines()]
    words = [word for line in lines for word in line]
    sentences = list(_line_ranges([len(line) for line in lines], limits.most))
    whole = _Limits(least=0, most=limits.most, target=limits.most, seconds=0.0)
    packed = _pack(sentences, [0.0] * len(sentences), whole, None)
    for number, (low, high) in enumerate(packed, start=first_number):
        ranges = sentences[low:high]
        first = ranges[0][0]
        yield Chunk(
            id=_chunk_id(number),
            kind="slide",
            text=" ".join(words[first : ranges[-1][1]]),
            page=page.number,
            sentences=tuple((a - first, b - first) for a, b in ranges),
        )


def _line_ranges(lengths: Sequence[int], most: int) -> Iterator[WordRange]:
    """Yield one word range per line; a line of more than `most` words gives several."""
    at = 0
    for length in lengths:
        for first in range(at, at + length, most):
            yield first, min(first + most, at + length)
        at += length


# --- packing -------------------------------------------------------------------------------------


def _pack(
    sentences: Sequence[WordRange],
    gains: Sequence[float],
    limits: _Limits,
    seconds: Callable[[int, int], float] | None,
) -> list[tuple[int, int]]:
    """Group sentences into passages at the least total cost, by dynamic programming.

    The upper limits hold always (a single sentence that breaks one stands alone); the lower one
    gives way where the seconds do not allow it.
    """
    best: list[float] = [0.0]
    cut_from: list[int] = [0]
    for high in range(1, len(sentences) + 1):
        choices: list[tuple[float, int]] = []
        for low in range(high - 1, -1, -1):
            words = sentences[high - 1][1] - sentences[low][0]
            too_long = seconds is not None and seconds(low, high) > limits.seconds
            if low < high - 1 and (words > limits.most or too_long):
                break
            choices.append((best[low] + _cost(words, limits) - gains[low], low))
        cost, low = min(choices)
        best.append(cost)
        cut_from.append(low)
    passages: list[tuple[int, int]] = []
    high = len(sentences)
    while high > 0:
        passages.append((cut_from[high], high))
        high = cut_from[high]
    return passages[::-1]


def _cost(words: int, limits: _Limits) -> float:
    """Cost of a passage: its distance from the target, and far more below the least."""
    distance = (words - limits.target) / limits.target
    shortage = 1000.0 + 100.0 * (limits.least - words) if words < limits.least else 0.0
    return 0.05 + distance**2 + shortage


def _gains(
    words: Sequence[Spoken], joints: Sequence[Joint], sentences: Sequence[WordRange]
) -> list[float]:
    """How good it is to begin a passage with each sentence.

    A pause before it, a question that it asks and a signpost are good; what answers a question or
    goes on with a list stays with what comes before.
    """
    gains = []
    for first, last in sentences:
        pause = joints[first].pause if first else 0.0
        opener = words[first].text.lower().strip(".,:;!?")
        good = words[last - 1].text.endswith("?") + (opener in _OPENS)
        bad = (first > 0 and words[first - 1].text.endswith("?")) + (opener in _GOES_ON)
        gains.append(0.1 * min(pause, 3.0) + _TURN * (good - bad))
    return gains


def _chunk_id(number: int) -> str:
    return f"c{number:04d}"
