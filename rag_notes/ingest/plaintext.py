"""A plain text transcript to cues.

In: the text of a file; out: a cue per time stamp where it has stamps, else one untimed cue a
sentence, each with the number of the `Channel N:` header above it and the speaker whom a label
before it names.
"""

import itertools
import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from rag_notes.ingest.clean import is_direction, is_latin, pieces_of, plain, sounds_in
from rag_notes.ingest.cues import Cue, Read, original_of
from rag_notes.ingest.sentences import split_sentences
from rag_notes.ingest.turns import take_label

_ENDS = (".", "?", "!", "…")

_CHANNEL = re.compile(r"^\s*Channel\s+(\d{1,3})\s*:[ \t]*", re.IGNORECASE | re.MULTILINE)
_CLOCK = r"(?:(\d{1,2}):)?(\d{1,2}):(\d{2})(?:[.,](\d{1,3}))?"
_BRACKET_STAMP = re.compile(rf"[\[(]{_CLOCK}(?:\s*(?:-->|-|–)\s*[\d:.,]+)?[\])]")
_LINE_STAMP = re.compile(
    rf"^[ \t]*{_CLOCK}(?:\s*(?:-->|-|–)\s*[\d:.,]+)?[ \t:]*(?=\s|$)", re.MULTILINE
)


def read_txt(text: str) -> Read:
    """Read plain text."""
    latin = is_latin(text)
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
                lines = [line for line in piece.splitlines() if not is_direction(line)]
                speaker, lines[:1] = _labelled(lines[:1])
                said = " ".join(
                    line for part in lines if (line := plain(_silent(part), latin=latin))
                )
                begin = 0.0 if start is None else start
                original = original_of(piece, said)
                cues.append(Cue(said, begin, None, channel, original=original, speaker=speaker))
            else:
                cues += _untimed(piece.splitlines(), channel, latin=latin)
    return Read(cues)


def _labelled(lines: Sequence[str]) -> tuple[str | None, list[str]]:
    """The speaker whom the first of some lines names, and the lines without that."""
    if not lines:
        return None, []
    speaker, said = take_label(lines[0])
    return speaker, [said, *lines[1:]]


def _silent(text: str) -> str:
    """A text without the sounds that it describes: "(Laughter)"."""
    for first, last in reversed(sounds_in(text)):
        text = f"{text[:first]} {text[last:]}"
    return text


def _untimed(lines: Sequence[str], channel: int, *, latin: bool) -> Iterator[Cue]:
    """Yield a cue for each sentence of some lines; a line that ends one may end a turn."""
    ended = True
    for line in lines:
        if not line.strip() or is_direction(line):
            ended = True
            continue
        speaker, said = take_label(line)
        cues = list(_sentences(said, line, channel, latin=latin))
        if cues:
            yield replace(cues[0], speaker=speaker, new_turn=speaker is None and ended)
            yield from cues[1:]
            ended = cues[-1].text.rstrip("\"'”’)]")[-1:] in _ENDS


def _sentences(line: str, raw_line: str, channel: int, *, latin: bool) -> Iterator[Cue]:
    """Yield a cue for each sentence of a paragraph; the first keeps the label that it had."""
    pieces = _heard(pieces_of(line, latin=latin))
    label = raw_line[: len(raw_line) - len(line)]
    for first, last in split_sentences([word for word, _ in pieces]):
        said = " ".join(word for word, _ in pieces[first:last])
        raw = " ".join(raw for _, raw in pieces[first:last])
        yield Cue(
            said, channel=channel, original=original_of(f"{'' if first else label} {raw}", said)
        )


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
