"""Recognised words to segments, and the segments of several parts and channels to one row.

In: the words of each window in the order of time; out: segments that end at sentences and pauses,
numbered s0001, … Knows nothing of sound.
"""

import itertools
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from rag_notes.ingest.sentences import ends_sentence
from rag_notes.ingest.suspect import UNCLEAR
from rag_notes.schema import Segment, Word

_PAUSE = 0.8  # seconds of silence that part two segments
_WORDS = 40


def segments_of(windows: Iterable[Sequence[Word]], *, channel: int = 0) -> Iterator[Segment]:
    """Yield one segment per sentence or stretch between pauses; no time runs backwards."""
    number = 0
    latest = 0.0
    for words in windows:
        held: list[Word] = []
        for word, following in itertools.zip_longest(words, words[1:]):
            start = max(latest, word.start)
            latest = start
            held.append(replace(word, start=start, end=max(start, word.end)))
            if following is None or _parts(held, following):
                number += 1
                yield _segment(number, tuple(held), channel)
                held = []


def merge(parts: Sequence[Sequence[Segment]]) -> tuple[Segment, ...]:
    """All segments in the order of time, numbered anew."""
    ordered = sorted(
        itertools.chain.from_iterable(parts), key=lambda s: (s.start or 0.0, s.channel)
    )
    return tuple(replace(s, id=f"s{number:04d}") for number, s in enumerate(ordered, start=1))


def _parts(held: Sequence[Word], following: Word) -> bool:
    word = held[-1]
    return (
        following.start - word.end > _PAUSE
        or len(held) >= _WORDS
        or UNCLEAR in (word.text, following.text)
        or ends_sentence(word.text, following.text, is_first=len(held) == 1)
    )


def _segment(number: int, words: tuple[Word, ...], channel: int) -> Segment:
    known = [word.p for word in words if word.p is not None]
    return Segment(
        id=f"s{number:04d}",
        text=" ".join(word.text for word in words),
        start=words[0].start,
        end=words[-1].end,
        channel=channel,
        confidence=round(sum(known) / len(known), 4) if known else None,
        words=words,
    )
