"""QMSum's meetings as lectures: passages of 100 words, queries, and which passages answer them.

In: the file of the validation set (Zhong et al. 2021). Out: meetings with their queries; a split
into the half that settings are chosen on and the half that is reported. Does not search.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, TypeAlias

import numpy as np

from rag_notes.schema import Chunk

Half: TypeAlias = Literal["chosen on", "reported"]

_WORDS = 100  # of a passage
_SEED = 0


@dataclass(frozen=True, slots=True)
class Query:
    """A question about a meeting; `gold` says of each word of the meeting whether it answers it."""

    text: str
    gold: tuple[bool, ...]


@dataclass(frozen=True, slots=True)
class Meeting:
    """What was said in passages of 100 words, plain and with the name of each speaker."""

    name: str
    domain: str
    plain: tuple[Chunk, ...]
    named: tuple[Chunk, ...]
    queries: tuple[Query, ...]

    def relevant(self, query: Query) -> tuple[bool, ...]:
        """Which passages have at least half of their words in gold turns."""
        gold = [query.gold[at : at + _WORDS] for at in range(0, len(query.gold), _WORDS)]
        return tuple(2 * sum(words) >= len(words) for words in gold)


def read_meetings(file: Path) -> tuple[Meeting, ...]:
    """All meetings with those of their specific queries that have a relevant passage."""
    lines = file.read_text(encoding="utf-8").splitlines()
    return tuple(_meeting(f"m{n:02d}", json.loads(line)) for n, line in enumerate(lines, start=1))


def halves(meetings: Sequence[Meeting]) -> Mapping[str, Half]:
    """Half of each meeting by its name: of each domain, half are drawn with a fixed seed."""
    found: dict[str, Half] = {}
    for domain in sorted({meeting.domain for meeting in meetings}):
        names = [meeting.name for meeting in meetings if meeting.domain == domain]
        for place in np.random.default_rng(_SEED).permutation(len(names)):
            found[names[place]] = "chosen on" if len(found) % 2 == 0 else "reported"
    return found


def _meeting(name: str, data: Mapping[str, Any]) -> Meeting:
    turns = [(turn["speaker"], turn["content"].split()) for turn in data["meeting_transcripts"]]
    words = [(word, number) for number, (_, said) in enumerate(turns) for word in said]
    parts = [words[at : at + _WORDS] for at in range(0, len(words), _WORDS)]
    speakers = [speaker for speaker, _ in turns]
    meeting = Meeting(
        name=name,
        domain=domain_of(speakers),
        plain=tuple(_chunks(" ".join(word for word, _ in part) for part in parts)),
        named=tuple(_chunks(" ".join(_with_names(part, speakers)) for part in parts)),
        queries=tuple(_query(one, words) for one in data["specific_query_list"]),
    )
    answered = tuple(query for query in meeting.queries if any(meeting.relevant(query)))
    return Meeting(name, meeting.domain, meeting.plain, meeting.named, answered)


def _query(data: Mapping[str, Any], words: Sequence[tuple[str, int]]) -> Query:
    spans = [(int(first), int(last)) for first, last in data["relevant_text_span"]]
    gold = tuple(any(first <= turn <= last for first, last in spans) for _, turn in words)
    return Query(data["query"], gold)


def _chunks(texts: Iterator[str]) -> Iterator[Chunk]:
    for number, text in enumerate(texts, start=1):
        yield Chunk(f"c{number:04d}", "speech", text, paragraph=number)


def _with_names(part: Sequence[tuple[str, int]], speakers: Sequence[str]) -> Iterator[str]:
    """Yield the words of a passage, the speaker's name before each turn of it."""
    latest = -1
    for word, turn in part:
        if turn != latest:
            yield f"{speakers[turn]}:"
        latest = turn
        yield word


def domain_of(speakers: Sequence[str]) -> str:
    """Which of QMSum's three domains a meeting is of: product, academic, committee."""
    if {"Project Manager", "Marketing", "User Interface", "Industrial Designer"} & set(speakers):
        return "product"
    committee = any(" AM" in name or "Hon." in name for name in speakers)
    return "committee" if committee else "academic"
