"""SubRip and WebVTT to cues.

In: the text of a file; out: its cues in its order, with the speakers it names and the word times
that automatic captions carry, and what of it has no times that can be read. Both formats are read
by one tolerant reader: two well-known libraries pass over a cue with a damaged time, and its words,
in silence. Roll-up captions, which repeat the line before, are taken once.
"""

import html
import itertools
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from rag_notes.ingest.clean import is_latin, spoken
from rag_notes.ingest.cues import MAX_SECONDS, Cue, Read, original_of
from rag_notes.ingest.turns import in_turns, names_somebody, take_dash, take_label
from rag_notes.schema import Word

_CLOCK = r"(?:(\d{1,3}):)?(\d{1,2}):(\d{1,2})(?:[.,](\d{1,9}))?"
_TIMING = re.compile(rf"^\s*{_CLOCK}\s*-{{1,3}}>\s*{_CLOCK}(?!\d)")
_BROKEN = re.compile(r"^\s*\d{1,3}:[\d:.,]*\s*-{1,3}>|-->\s*\d{1,3}:\d")
_NUMBER = re.compile(r"^\s*\d{1,6}\s*$")
_STAMP = re.compile(rf"<{_CLOCK}>")
_VOICE = re.compile(r"<v(?:\.[^\s>]*)?\s+([^>]{1,80})>", re.IGNORECASE)
_VOICE_END = re.compile(r"</v>", re.IGNORECASE)
_BLOCK = re.compile(r"^(?:NOTE|STYLE|REGION)(?:\s|$)")
_HEADER_LANGUAGE = re.compile(r"^Language:\s*([A-Za-z]{2,3})\b", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class _Raw:
    """A cue as it stands in the file: its lines, and the number of its line of times."""

    lines: tuple[str, ...]
    start: float
    end: float
    line: int


def read_srt(text: str) -> Read:
    """Read SubRip."""
    raw, broken = _raw_cues(text.split("\n"), keeps_blank_lines=True)
    return _read(raw, broken, language=None)


def read_vtt(text: str) -> Read:
    """Read WebVTT, with or without its header."""
    lines = text.split("\n")
    first = next((n for n, line in enumerate(lines) if "-->" in line or "->" in line), len(lines))
    header = "\n".join(lines[:first])
    language = _HEADER_LANGUAGE.search(header)
    raw, broken = _raw_cues(lines, keeps_blank_lines=False)
    return _read(raw, broken, language=language[1].lower() if language else None)


# --- lines to cues -------------------------------------------------------------------------------


def _raw_cues(
    lines: Sequence[str], *, keeps_blank_lines: bool
) -> tuple[list[_Raw], list[tuple[int, str]]]:
    """Cues, and (line, text) of those whose times cannot be read."""
    timed = [n for n, line in enumerate(lines) if _TIMING.match(line) or _BROKEN.search(line)]
    raw: list[_Raw] = []
    broken: list[tuple[int, str]] = []
    followers = [*timed[1:], len(lines)][: len(timed)]
    for at, following in zip(timed, followers, strict=True):
        shown, strays = _payload(lines, at + 1, following, keeps_blank_lines=keeps_blank_lines)
        timing = _TIMING.match(lines[at])
        start, end = (_seconds(timing.groups()[k : k + 4]) for k in (0, 4)) if timing else (0, 0)
        if timing is None or start is None or end is None or max(start, end) > MAX_SECONDS:
            broken.append((at + 1, " ".join(shown)))
        else:
            raw.append(_Raw(tuple(shown), start, end, at + 1))
        broken += strays
    return raw, broken


def _payload(
    lines: Sequence[str], first: int, last: int, *, keeps_blank_lines: bool
) -> tuple[list[str], list[tuple[int, str]]]:
    """Text of a cue between two lines of times, and text that belongs to none."""
    end = last
    if last < len(lines):  # the number or name of the next cue stands right above its times
        named = end - 1
        if named >= first and lines[named].strip():
            is_apart = named == first or not lines[named - 1].strip()
            if _NUMBER.match(lines[named]) or (is_apart and not keeps_blank_lines):
                end = named
    block = list(lines[first:end])
    if keeps_blank_lines:
        return [line for line in block if line.strip()], []
    blank = next((n for n, line in enumerate(block) if not line.strip()), len(block))
    if not any(line.strip() for line in block[:blank]):  # roll-up captions begin with such a line
        blank = next((n for n in range(blank + 1, len(block)) if not block[n].strip()), len(block))
    strays = _strays(block[blank:], first + blank)
    return [line for line in block[:blank] if line.strip()], strays


def _strays(lines: Sequence[str], first: int) -> list[tuple[int, str]]:
    """(line, text) of each block that is neither a cue nor a note, a style or a region."""
    found: list[tuple[int, str]] = []
    held: list[str] = []
    for number, line in enumerate([*lines, ""], start=first):
        if line.strip():
            held.append(line)
            continue
        if held and not _BLOCK.match(held[0]):
            found.append((number - len(held) + 1, " ".join(held)))
        held = []
    return found


def _seconds(parts: Sequence[str | None]) -> float | None:
    """Seconds of a clock's hours, minutes, seconds and fraction; None where it is no time."""
    hours, minutes, seconds = (int(part or 0) for part in parts[:3])
    if seconds > 59 or (parts[0] is not None and minutes > 59):
        return None
    return hours * 3600 + minutes * 60 + seconds + float(f"0.{parts[3] or 0}")


# --- cues to what was said -----------------------------------------------------------------------


def _read(raw: Sequence[_Raw], broken: Sequence[tuple[int, str]], *, language: str | None) -> Read:
    unrolled = _unrolled(raw)
    repeated = sum(len(one.lines) for one in raw) - sum(len(one.lines) for one in unrolled)
    latin = is_latin(" ".join(line for one in unrolled for line in one.lines))
    cues = [cue for one in unrolled for cue in _cues(one, latin=latin)]
    words = [(line, text) for line, text in broken if spoken(_STAMP.sub("", text), latin=latin)]
    losses = [
        f"line {line}: a cue without times that can be read: {text[:60]}" for line, text in words
    ]
    rolled = f"lines that roll-up captions repeat, taken once: {repeated}"
    return Read(cues, language, repairs=(rolled,) if repeated else (), losses=tuple(losses))


def _cues(raw: _Raw, *, latin: bool) -> Iterator[Cue]:
    """Yield what each voice of a cue says."""
    text = "\n".join(raw.lines)
    parts = _VOICE.split(_VOICE_END.sub("", text))
    turns = [
        (voice or label, new, lines)
        for voice, said in zip([None, *parts[1::2]], parts[0::2], strict=True)
        for label, new, lines in _turns(said)
        if said.strip() or len(parts) == 1
    ]
    for speaker, new_turn, said in turns:
        clean = spoken(_STAMP.sub("", said), latin=latin)
        words = tuple(_words(said, raw, latin=latin))
        yield Cue(
            text=clean,
            start=raw.start,
            end=raw.end,
            words=words if [word.text for word in words] == clean.split() else (),
            original=original_of(text, clean) if clean else None,
            speaker=" ".join(html.unescape(speaker).split()) if speaker else None,
            new_turn=new_turn,
        )


def _turns(said: str) -> Iterator[tuple[str | None, bool, str]]:
    """Yield (whom a label names, whether somebody begins, lines) for each that speaks in a cue."""
    turns: list[tuple[str | None, bool, list[str]]] = []
    for line in in_turns(said) or [""]:
        begins, bare = take_dash(line)
        named, rest = take_label(bare)
        begins = begins or (named is None and names_somebody(bare))
        labelled = named or (begins and turns and turns[-1][0])  # behind one whom a label names
        if labelled or not turns:
            turns.append((named, begins, []))
        turns[-1][2].append(rest)
    for speaker, new_turn, lines in turns:
        yield speaker, new_turn, "\n".join(lines)


def _words(said: str, raw: _Raw, *, latin: bool) -> Iterator[Word]:
    """Yield the words of automatic captions, which have a stamp before each but the first."""
    stamps = list(_STAMP.finditer(said))
    times = [_seconds(stamp.groups()) for stamp in stamps]
    starts = [raw.start, *(time if time is not None else -1.0 for time in times)]
    if not stamps or starts != sorted(starts) or starts[-1] > max(raw.start, raw.end):
        return
    pieces = [said[a:b] for a, b in itertools.pairwise(_edges(said, stamps))]
    for piece, start, end in zip(pieces, starts, [*starts[1:], raw.end], strict=True):
        for word in spoken(piece, latin=latin).split():
            yield Word(start, max(start, end), word)


def _edges(said: str, stamps: Sequence["re.Match[str]"]) -> list[int]:
    return [0, *(stamp.end() for stamp in stamps), len(said)]


def _unrolled(raw: Sequence[_Raw]) -> list[_Raw]:
    """Take the lines of roll-up captions once; captions that do not roll stay as they are."""
    lines = [[_bare(line) for line in one.lines] for one in raw]
    pairs = [(a, b) for a, b in itertools.pairwise(lines) if a and b]
    rolling = sum(1 for a, b in pairs if a[-1] == b[0])
    if rolling * 10 < len(pairs) * 3 or rolling < 2:
        return list(raw)
    taken = []
    before: list[str] = []
    for one, shown in zip(raw, lines, strict=True):
        repeated = next((n for n in range(len(shown), 0, -1) if before[-n:] == shown[:n]), 0)
        taken.append(_Raw(one.lines[repeated:], one.start, one.end, one.line))
        before = shown or before
    return taken


def _bare(line: str) -> str:
    """Return a line without stamps and classes, as it is repeated in the next cue."""
    return " ".join(re.sub(r"</?c[^>]*>", "", _STAMP.sub("", line)).split())
