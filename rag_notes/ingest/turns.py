"""Who speaks: the labels that a transcript puts before what somebody says, and who only listens.

In: lines, cues and segments. Out: the speaker of each, where the file names one, and the segments
that people say who listen to the lecture: what a student asks, or answers wrongly, is not what the
lecture says. Knows no file format.
"""

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from rag_notes.ingest.cues import Cue
from rag_notes.schema import Segment

_LISTENS = "student|audience|participant|attendee|listener"
_SPEAKS = (
    "instructor|narrator|professor|prof|teacher|lecturer|speaker|host|presenter|interviewer"
    "|moderator|ta|man|woman"
)
_MARKUP = r"(?:<[^<>\n]*>|\{\\[^{}\n]*\}|\s)*"  # tags that may stand before what is said
_WHICH = r"(?:[ _]#?\d{1,3}| [A-Z](?![\w'’])| [Mm]ember| MEMBER)"
_BESIDE = r"(?: \([^()\n]{1,40}\))"
# As in "PROFESSOR: Why?", "Student 2: Why?", "Instructor (Ada King): Why?", "JOHN GUTTAG: Why?".
_NAME = (
    rf"(?:(?:[Mm]ale |MALE |[Ff]emale |FEMALE )?(?i:{_SPEAKS}|{_LISTENS})\.?(?:{_WHICH}){{0,2}}"
    r"|(?i:prof|professor|dr)\.?(?: [A-Z][\w.'’-]+){1,3}"
    rf"|[A-Z][A-Z.'’-]+(?: [A-Z][A-Z.'’-]*){{1,3}}){_BESIDE}?"
)
_LABEL = re.compile(
    rf"^(?P<markup>{_MARKUP})(?:\[\s*(?P<bracket>(?i:{_SPEAKS}|{_LISTENS})(?:{_WHICH}){{0,2}})\s*\]:?"
    rf"|(?P<name>(?=[A-Z]){_NAME}):)(?P<said>.*)",
    re.DOTALL,
)
# "… it is. STUDENT: Is it?" in the middle of a line; small words may stand in a sentence.
_WITHIN = re.compile(
    rf"(?<=[.?!…\])])\s+(?=(?:[A-Z][A-Z.'’-]+(?: (?:[A-Z][A-Z.'’-]*|#?\d+)){{0,3}}{_BESIDE}?"
    rf"|(?i:student|audience|professor|instructor)(?:{_WHICH}){{0,2}}):\s)"
)
_SMALL_NAME = re.compile(
    r"^\s*(?P<name>[A-Z][\w.'’-]+(?: [A-Z][\w.'’-]*){0,3})(?: \([^()]{1,40}\))?:\s+(?P<said>.*)",
    re.DOTALL,
)
# Words with a colon behind them that announce, and name nobody.
_ANNOUNCES = re.compile(
    r"(?:note|warning|example|question|answer|problem|solution|step|rule|definition|theorem|lemma"
    r"|proof|case|part|fact|claim|hint|goal|idea|point|result|reason|summary|conclusion|remember"
    r"|first|second|third|finally|title|chapter|section|figure|table|day|year|q|a)(?:s\b|\b)",
    re.IGNORECASE,
)
_TWICE = 2
_LECTURES = 0.2  # share of the words from which somebody is no guest
_LISTENER = re.compile(rf"(?:(?:fe)?male )?(?:{_LISTENS})\b", re.IGNORECASE)
_SPEAKER = re.compile(rf"(?:(?:fe)?male )?(?:{_SPEAKS})(?![a-z])", re.IGNORECASE)
_OTHER = re.compile(  # another person begins
    rf"^(?P<markup>{_MARKUP})(?:(?:[-–—]|(?:>|&gt;){{2,}})\s+(?=\S)|(?:>|&gt;){{2,}}\s*)"
)
_CHANNEL = re.compile(r"Channel \d{1,3}")  # how our own captions name one
_MOST_WORDS = 120  # of a listener whose turn nothing ends: 50 seconds
_MAIN = 0.8  # share of the words that make one speaker the lecturer
_SHARE, _TURN = 0.05, 80  # most words of a listener: of all, and of one turn: half a minute


@dataclass(frozen=True, slots=True)
class Floor:
    """Names that stand before paragraphs of a text, and those of them who are only guests."""

    names: frozenset[str] = frozenset()
    guests: frozenset[str] = frozenset()


def floor_of(lines: Sequence[str]) -> Floor:
    """Read who has the floor in a text in which one person, named or not, says nearly all.

    One of the names must stand twice: "Peter: They should." alone may be anything.
    """
    said: dict[str | None, int] = defaultdict(int)
    times: dict[str, int] = defaultdict(int)
    for line in lines:
        found = _SMALL_NAME.match(line)
        name = found["name"] if found and not _ANNOUNCES.match(found["name"]) else None
        said[name] += len(line.split())
        if name:
            times[name] += 1
    if max(times.values(), default=0) < _TWICE or _of_main(said) < _MAIN * sum(said.values()):
        return Floor()
    return Floor(frozenset(times), frozenset(times) - _lecturers(said))


def _of_main(said: Mapping[str | None, int]) -> int:
    """Words of who says most, with those that nobody is named for."""
    named = [words for name, words in said.items() if name]
    return said.get(None, 0) + max(named, default=0)


def _lecturers(said: Mapping[str | None, int]) -> set[str]:
    """Names of those who say much, and the whole names: "MS" is "Michael Sandel"."""
    least = _LECTURES * sum(said.values())
    many = {name for name, words in said.items() if name and words >= least}
    return many | {name for name in said if name and _initials(name) in many}


def _initials(name: str) -> str:
    return "".join(part[0] for part in name.split())


def take_label(line: str, names: Collection[str] = ()) -> tuple[str | None, str]:
    """Whom a line names as its speaker, and what they say; `names` are known to be of people.

    >>> take_label("Student 2: Is it full?")
    ('Student 2', 'Is it full?')
    """
    known = _SMALL_NAME.match(line) if names else None
    if known and known["name"] in names:
        return known["name"], known["said"]
    found = _LABEL.match(line)
    if not found:
        return None, line
    name, said = " ".join((found["bracket"] or found["name"]).split()), found["said"]
    if found["name"] and said.isupper() and not (is_listener(name) or _SPEAKER.match(name)):
        return None, line  # all is written in capitals: "WHAT MATTERS: TIME"
    return name, (found["markup"] + said).strip()


def in_turns(text: str) -> list[str]:
    """Lines of a text, broken as well where a label stands in the middle of one."""
    return [part for line in text.splitlines() for part in _WITHIN.split(line)]


def take_dash(line: str) -> tuple[bool, str]:
    """Whether a line begins with a dash or ">>", as that of another person, and what they say."""
    said = _OTHER.sub(r"\g<markup>", line)
    return said != line, said


def names_somebody(line: str) -> bool:
    """Whether a line may begin with somebody's name and a colon, so that another person speaks."""
    return bool(_SMALL_NAME.match(line))


def is_listener(speaker: str | None) -> bool:
    """Whether a label is that of somebody who listens."""
    return bool(speaker and _LISTENER.match(speaker))


def with_speakers(cues: Iterable[Cue], guests: Collection[str] = ()) -> Iterator[Cue]:
    """Yield cues in their order with their speakers: a label holds until the next.

    A turn of a listener, or of one of the `guests`, ends as well where somebody else begins, or
    when it gets too long for one.
    """
    now: str | None = None
    lecturer: str | None = None
    words = 0
    for cue in cues:
        if cue.speaker:
            now, words = cue.speaker, 0
        elif (is_listener(now) or now in guests) and (cue.new_turn or words >= _MOST_WORDS):
            now = lecturer
        lecturer = lecturer if is_listener(now) or now in guests else now
        words += len(cue.text.split())
        yield replace(cue, speaker=now)


def is_channel(speaker: str | None) -> bool:
    """Whether a voice is no name but the number of a channel: "Channel 1"."""
    return bool(speaker and _CHANNEL.fullmatch(speaker))


def listened(segments: Sequence[Segment]) -> frozenset[int]:
    """Places of the segments that people say who listen.

    These are named so, or say next to nothing beside one who speaks nearly all the time; who is
    called a lecturer, or has a channel alone, is none of them.
    """
    named = frozenset(at for at, one in enumerate(segments) if is_listener(one.speaker))
    sizes = [len(one.text.split()) for one in segments]
    if 2 * sum(sizes[at] for at in named) > sum(sizes):
        return frozenset()  # a student presents
    quiet = _quiet(segments)
    return named | {at for at, one in enumerate(segments) if one.speaker in quiet}


def _quiet(segments: Sequence[Segment]) -> set[str]:
    """Speakers that say little where one person, or nobody named, says nearly all."""
    said: dict[str | None, int] = defaultdict(int)
    longest: dict[str | None, int] = defaultdict(int)
    for speaker, turn in groupby(segments, key=lambda one: one.speaker):
        words = sum(len(one.text.split()) for one in turn)
        said[speaker] += words
        longest[speaker] = max(longest[speaker], words)
    total = sum(said.values())
    if _of_main(said) < _MAIN * total:
        return set()
    lecturers = _lecturers(said)
    return {
        one
        for one, words in said.items()
        if one
        and not (_SPEAKER.match(one) or is_channel(one) or one in lecturers)
        and words < _SHARE * total
        and longest[one] < _TURN
    }
