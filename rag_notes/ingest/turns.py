"""Who speaks: the labels that a transcript puts before what somebody says, and who only listens.

In: lines, cues and segments. Out: the speaker of each, where the file names one, and the segments
that people say who listen to the lecture: what a student asks, or answers wrongly, is not what the
lecture says. Knows no file format.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import groupby

from rag_notes.ingest.cues import Cue
from rag_notes.schema import Segment

_LISTENS = r"student|audience|participant|attendee|listener"
_SPEAKS = r"instructor|narrator|professor|teacher|lecturer|speaker|host|presenter|man|woman"
_WHO = rf"{_SPEAKS}|{_LISTENS}"
# As in "PROFESSOR: Why?", "Student 2: Why?", "Instructor (Ada King): Why?", "[Student] Why?".
_LABEL = re.compile(
    rf"^\s*(?:\[\s*(?P<bracket>(?i:{_WHO})(?![a-z])[^\[\]]{{0,20}})\](?::|\s)\s*"
    r"|(?P<name>(?:PROFESSOR|AUDIENCE|STUDENTS?|INSTRUCTOR|LECTURER|SPEAKER|Speaker|Professor"
    r"|Lecturer|Students?|Audience|Instructor)"
    r"(?: (?:[A-Z\d][\w.]{0,15}|[Mm]ember|MEMBER)| \([^()]{1,40}\))?):(?:\s+|(?=\S)))",
)
_LISTENER = re.compile(rf"(?:{_LISTENS})s?\b", re.IGNORECASE)
_OTHER = re.compile(r"^\s*(?:[-–—]|>{2,})\s+(?=\S)|^\s*>{2,}\s*")  # another person begins
_MOST_WORDS = 120  # of a listener whose turn nothing ends: 50 seconds
_MAIN = 0.8  # share of the words that make one speaker the lecturer
_SHARE, _TURN = 0.1, 150  # most words of a listener: of all, and of one turn: a minute


def take_label(line: str) -> tuple[str | None, str]:
    """Whom a line names as its speaker, and what they say.

    >>> take_label("Student 2: Is it full?")
    ('Student 2', 'Is it full?')
    """
    found = _LABEL.match(line)
    if not found:
        return None, line
    return " ".join((found["bracket"] or found["name"]).split()), line[found.end() :]


def take_dash(line: str) -> tuple[bool, str]:
    """Whether a line begins with a dash or ">>", as that of another person, and what they say."""
    said = _OTHER.sub("", line)
    return said != line, said


def is_listener(speaker: str | None) -> bool:
    """Whether a label is that of somebody who listens."""
    return bool(speaker and _LISTENER.match(speaker))


def with_speakers(cues: Iterable[Cue]) -> Iterator[Cue]:
    """Yield cues in their order with their speakers: a label holds until the next.

    A listener's turn ends as well where somebody else begins, or when it gets too long for one.
    """
    now: str | None = None
    lecturer: str | None = None
    words = 0
    for cue in cues:
        if cue.speaker:
            now, words = cue.speaker, 0
        elif is_listener(now) and (cue.new_turn or words >= _MOST_WORDS):
            now = lecturer
        lecturer = lecturer if is_listener(now) else now
        words += len(cue.text.split())
        yield replace(cue, speaker=now)


def listened(segments: Sequence[Segment]) -> frozenset[int]:
    """Places of the segments that people say who listen.

    These are named so, or speak little beside one who speaks nearly all the time.
    """
    named = frozenset(at for at, one in enumerate(segments) if is_listener(one.speaker))
    sizes = [len(one.text.split()) for one in segments]
    if 2 * sum(sizes[at] for at in named) > sum(sizes):
        return frozenset()  # a student presents
    quiet = _quiet(segments)
    return named | {at for at, one in enumerate(segments) if one.speaker in quiet}


def _quiet(segments: Sequence[Segment]) -> set[str | None]:
    """Speakers that say little where one person, or nobody named, says nearly all."""
    said: dict[str | None, int] = defaultdict(int)
    longest: dict[str | None, int] = defaultdict(int)
    for speaker, turn in groupby(segments, key=lambda one: one.speaker):
        words = sum(len(one.text.split()) for one in turn)
        said[speaker] += words
        longest[speaker] = max(longest[speaker], words)
    total = sum(said.values())
    if not said or max(said.values()) < _MAIN * total:
        return set()
    few = {one for one, words in said.items() if words < _SHARE * total and longest[one] < _TURN}
    return few - {None}
