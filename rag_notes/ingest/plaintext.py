"""A plain text transcript to cues.

In: the text of a file; out: a cue per time stamp where it has stamps, else one untimed cue a
sentence, each with the number of the `Channel N:` header above it and the speaker whom a label
before it names.
"""

import itertools
import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace

from rag_notes.ingest.clean import is_latin, pieces_of, sounds_in
from rag_notes.ingest.cues import Cue, Read, original_of
from rag_notes.ingest.sentences import split_sentences
from rag_notes.ingest.turns import floor_of, in_turns, names_somebody, take_label

_ENDS = (".", "?", "!", "…")  # a line that ends so may end a turn

_CHANNEL = re.compile(r"^\s*Channel\s+(\d{1,3})\s*:[ \t]*", re.IGNORECASE | re.MULTILINE)
_CLOCK = r"(?:(\d{1,2}):)?(\d{1,2}):(\d{2})(?:[.,](\d{1,3}))?"
_BRACKET_STAMP = re.compile(rf"[\[(]{_CLOCK}(?:\s*(?:-->|-|–)\s*[\d:.,]+)?[\])]")
_LINE_STAMP = re.compile(
    rf"^[ \t]*{_CLOCK}(?:\s*(?:-->|-|–)\s*[\d:.,]+)?[ \t:]*(?=\s|$)", re.MULTILINE
)


def read_txt(text: str) -> Read:
    """Read plain text."""
    latin = is_latin(text)
    floor = floor_of(text.splitlines())
    stamps = _stamps(text)
    cues: list[Cue] = []
    channel = 0
    edges = [*stamps, (len(text), len(text), None)]
    texts: list[tuple[float | None, str]] = [(None, text[: edges[0][0]])]
    texts += [
        (s, text[after:before]) for (_, after, s), (before, _, _) in itertools.pairwise(edges)
    ]
    for start, stretch in texts:
        pieces = _CHANNEL.split(stretch)
        for number, piece in zip([None, *pieces[1::2]], pieces[0::2], strict=True):
            channel = channel if number is None else int(number)
            if stamps:
                begin = 0.0 if start is None else start
                cues += [
                    replace(cue, start=begin)
                    for cue in _turns(in_turns(piece), channel, floor.names, latin=latin)
                ]
            else:
                cues += _untimed(in_turns(piece), channel, floor.names, latin=latin)
    return Read(cues, guests=floor.guests)


def _turns(
    lines: Sequence[str], channel: int, names: Collection[str], *, latin: bool
) -> Iterator[Cue]:
    """Yield a cue for what each speaker says in some lines under one time stamp."""
    held: list[Cue] = []
    for cue in _untimed(lines, channel, names, latin=latin):
        if held and (cue.speaker or (cue.new_turn and held[0].speaker)):
            yield _one(held)
            held = []
        held.append(cue)
    if held:
        yield _one(held)


def _one(cues: Sequence[Cue]) -> Cue:
    """Cues of one speaker as one."""
    said = " ".join(cue.text for cue in cues)
    raw = " ".join(cue.original or cue.text for cue in cues)
    return replace(cues[0], text=said, original=original_of(raw, said))


def _untimed(
    lines: Sequence[str], channel: int, names: Collection[str], *, latin: bool
) -> Iterator[Cue]:
    """Yield a cue for each sentence of some lines; a line that ends one may end a turn."""
    ended = True
    waiting: str | None = None  # whom a line names that says nothing
    label = ""
    for line in lines:
        named, said = take_label(line, names)
        cues = list(_sentences(said, channel, latin=latin))
        if named:
            waiting, label = named, line[: max(0, len(line) - len(said))]
        if cues:
            first = cues[0]
            raw = f"{label} {first.original or first.text}"
            new_turn = waiting is None and (ended or names_somebody(line))
            original = original_of(raw, first.text)
            yield replace(first, speaker=waiting, new_turn=new_turn, original=original)
            yield from cues[1:]
            ended = cues[-1].text.rstrip("\"'”’)]")[-1:] in _ENDS
            waiting, label = None, ""
        elif not line.strip():
            ended = True


def _sentences(line: str, channel: int, *, latin: bool) -> Iterator[Cue]:
    """Yield a cue for each sentence of a paragraph."""
    pieces = _heard(pieces_of(line, latin=latin))
    for first, last in split_sentences([word for word, _ in pieces]):
        said = " ".join(word for word, _ in pieces[first:last])
        raw = " ".join(raw for _, raw in pieces[first:last])
        yield Cue(said, channel=channel, original=original_of(raw, said))


def _heard(pieces: Sequence[tuple[str, str]]) -> list[tuple[str, str]]:
    """Words with what they were, without sounds: what describes one goes with the next word."""
    text = " ".join(word for word, _ in pieces)
    sounds = sounds_in(text)
    kept: list[tuple[str, str]] = []
    waiting: list[str] = []
    at = 0
    for word, raw in pieces:
        waiting.append(raw)
        if not any(first < at + len(word) and at < last for first, last in sounds):
            kept.append((word, " ".join(waiting)))
            waiting = []
        at += len(word) + 1
    if waiting and kept:
        word, raw = kept.pop()
        kept.append((word, " ".join([raw, *waiting])))
    return kept


def _stamps(text: str) -> list[tuple[int, int, float | None]]:
    """(from, to, seconds) of each time stamp, in order; none unless they look like stamps."""
    for pattern, least in ((_BRACKET_STAMP, 1), (_LINE_STAMP, 2)):
        found = [
            (m.start(), m.end(), _seconds(*m.groups(default="0"))) for m in pattern.finditer(text)
        ]
        times = [seconds for *_, seconds in found]
        if (
            len(found) >= least
            and times == sorted(times)
            and not text[: found[0][0]].count(".") > 3
        ):
            return [(a, b, s) for a, b, s in found]
    return []


def _seconds(hours: str, minutes: str, seconds: str, fraction: str) -> float:
    return int(hours) * 3600 + int(minutes) * 60 + int(seconds) + float(f"0.{fraction}")
