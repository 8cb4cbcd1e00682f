"""A ready transcript to our Transcript.

In: .srt, .vtt, Whisper or WhisperX .json, our own transcript.json, or .txt. Out: segments s0001, …
in the order of time with clean text. A word has a time of its own only where the file gives it one.
Knows nothing of sound.

Where cues overlap, the earlier one ends where the next begins; out-of-order cues are sorted. The
roll-up lines of automatic captions, which repeat the line before, are taken once.
"""

import itertools
import math
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import msgspec

from rag_notes.errors import InputError
from rag_notes.ingest.clean import is_latin, plain, spoken
from rag_notes.ingest.sentences import split_text
from rag_notes.ingest.textfile import read_text
from rag_notes.schema import Segment, Transcript, Word

SUFFIXES = (".srt", ".vtt", ".json", ".txt")

_MOST_MIB = 64
_EXPECTED = f"a transcript ({', '.join(SUFFIXES)})"
_MAX_SECONDS = 100 * 3600.0
_CHANNEL = re.compile(r"^\s*Channel\s+(\d{1,3})\s*:[ \t]*", re.IGNORECASE | re.MULTILINE)
_CLOCK = r"(?:(\d{1,2}):)?(\d{1,2}):(\d{2})(?:[.,](\d{1,3}))?"
_BRACKET_STAMP = re.compile(rf"[\[(]{_CLOCK}(?:\s*(?:-->|-|–)\s*[\d:.,]+)?[\])]")
_LINE_STAMP = re.compile(
    rf"^[ \t]*{_CLOCK}(?:\s*(?:-->|-|–)\s*[\d:.,]+)?[ \t:]*(?=\s|$)", re.MULTILINE
)
_ENGLISH = frozenset(
    [
        "the",
        "and",
        "of",
        "to",
        "a",
        "in",
        "is",
        "that",
        "it",
        "you",
        "we",
        "this",
        "for",
        "so",
        "with",
        "are",
        "be",
        "on",
        "not",
        "have",
    ]
)


@dataclass(frozen=True, slots=True)
class _Cue:
    """One stretch of text as the file has it; seconds, None where it has none."""

    text: str
    start: float | None = None
    end: float | None = None
    channel: int = 0
    confidence: float | None = None
    words: tuple[Word, ...] = ()


def read_captions(path: Path, language: str | None = None) -> Transcript:
    """Read a transcript file; `language` overrides what the file says.

    Raises MissingFileError, or InputError where the file is not a transcript or holds no words.
    """
    text = read_text(path, "transcript", expected=_EXPECTED, most_mib=_MOST_MIB)
    suffix = path.suffix.lower()
    if suffix == ".json" or (suffix not in SUFFIXES and text.lstrip().startswith("{")):
        read = _read_json(path, text)
    elif suffix == ".vtt" or text.lstrip().startswith("WEBVTT"):
        read = _Read(_vtt_cues(path, text))
    elif suffix == ".srt":
        read = _Read(_srt_cues(path, text))
    elif suffix == ".txt":
        read = _Read(_txt_cues(text))
    else:
        raise InputError(
            f"{path}: expected one of {', '.join(SUFFIXES)}, found {suffix or 'no ending'}"
        )
    segments = _segments(read.cues)
    if not segments:
        raise InputError(
            f"{path}: no words in this transcript; expected what was said in the lecture"
        )
    timed = segments[0].start is not None
    ends = [segment.end for segment in segments if segment.end is not None]
    return Transcript(
        language=language or read.language or _guess_language(segments),
        segments=segments,
        duration=max([*ends, read.duration or 0.0]) if timed else read.duration,
        timed=timed,
    )


@dataclass(frozen=True, slots=True)
class _Read:
    cues: Sequence[_Cue]
    language: str | None = None
    duration: float | None = None


# --- text to cues --------------------------------------------------------------------------------


def _srt_cues(path: Path, text: str) -> list[_Cue]:
    import srt

    try:
        found = list(srt.parse(text, ignore_errors=True))
    except (srt.SRTParseError, ValueError, OverflowError) as error:
        raise InputError(f"{path}: not a readable .srt file ({error})") from error
    if not found:
        raise InputError(f"{path}: no cues; expected lines like 00:00:01,000 --> 00:00:04,000")
    timed = [(c.content, c.start.total_seconds(), c.end.total_seconds()) for c in found]
    return _said(_unrolled(timed))


def _vtt_cues(path: Path, text: str) -> list[_Cue]:
    import webvtt
    from webvtt.errors import MalformedCaptionError, MalformedFileError

    try:
        captions = list(webvtt.from_string(text))
    except (MalformedFileError, MalformedCaptionError) as error:
        raise InputError(
            f"{path}: not a readable .vtt file ({error or 'no WEBVTT header'})"
        ) from error
    timed = [(c.text, float(c.start_in_seconds), float(c.end_in_seconds)) for c in captions]
    exact = [
        (text, _clock_seconds(c.start, start), _clock_seconds(c.end, end))
        for c, (text, start, end) in zip(captions, timed, strict=True)
    ]
    return _said(_unrolled(exact))


def _clock_seconds(stamp: str, whole: float) -> float:
    """Seconds of "00:01:02.345"; webvtt gives whole seconds."""
    _, _, fraction = stamp.rpartition(".")
    return whole + int(fraction) / 1000 if fraction.isdigit() and len(fraction) == 3 else whole


def _unrolled(cues: Sequence[tuple[str, float, float]]) -> list[tuple[str, float, float]]:
    """Take the lines of roll-up captions once; captions that do not roll stay as they are."""
    lines = [
        [" ".join(line.split()) for line in text.splitlines() if line.strip()] for text, *_ in cues
    ]
    pairs = [(a, b) for a, b in itertools.pairwise(lines) if a and b]
    rolling = sum(1 for a, b in pairs if a[-1] == b[0])
    if rolling * 10 < len(pairs) * 3 or rolling < 2:
        return list(cues)
    taken = []
    before: list[str] = []
    for shown, (_, start, end) in zip(lines, cues, strict=True):
        repeated = next((n for n in range(len(shown), 0, -1) if before[-n:] == shown[:n]), 0)
        taken.append(("\n".join(shown[repeated:]), start, end))
        before = shown or before
    return taken


def _said(cues: Iterable[tuple[str, float, float]]) -> list[_Cue]:
    cues = list(cues)
    latin = is_latin(" ".join(text for text, *_ in cues))
    return [_Cue(spoken(text, latin=latin), start, end) for text, start, end in cues]


def _txt_cues(text: str) -> list[_Cue]:
    """Cues of plain text: by its stamps where it has them, else one untimed cue a sentence."""
    latin = is_latin(text)
    stamps = _stamps(text)
    cues: list[_Cue] = []
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
            said = [s for p in piece.splitlines() if (s := plain(p, latin=latin))]
            if stamps:
                cues.append(_Cue(" ".join(said), 0.0 if start is None else start, None, channel))
            else:
                cues += [_Cue(s, channel=channel) for line in said for s in split_text(line)]
    return cues


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


# --- JSON ----------------------------------------------------------------------------------------


class _JsonWord(msgspec.Struct):
    """A word of Whisper ("word", "probability"), WhisperX ("score") or ours ("text", "p")."""

    start: float | None = None
    end: float | None = None
    word: str | None = None
    text: str | None = None
    p: float | None = None
    probability: float | None = None
    score: float | None = None


class _JsonSegment(msgspec.Struct):
    """A segment of Whisper, WhisperX or ours."""

    text: str = ""
    start: float | None = None
    end: float | None = None
    words: list[_JsonWord] | None = None
    channel: int = 0
    confidence: float | None = None


class _JsonTranscript(msgspec.Struct):
    """A transcript of Whisper, WhisperX or ours."""

    segments: list[_JsonSegment]
    language: str | None = None
    duration: float | None = None
    timed: bool = True


def _read_json(path: Path, text: str) -> _Read:
    try:
        found = msgspec.json.decode(text, type=_JsonTranscript)
    except (msgspec.DecodeError, RecursionError) as error:
        raise InputError(
            f"{path}: not a transcript as Whisper, WhisperX or rag-notes writes it ({error})"
        ) from error
    latin = is_latin(" ".join(segment.text for segment in found.segments))
    cues = [_json_cue(segment, latin=latin) for segment in found.segments]
    if not found.timed or any(c.start is None for c in cues if c.text):
        cues = [replace(cue, start=None, end=None, words=()) for cue in cues]
    language = found.language if found.language and len(found.language) <= 12 else None
    return _Read(cues, language, _time(found.duration))


def _json_cue(segment: _JsonSegment, *, latin: bool) -> _Cue:
    start, end = _time(segment.start), _time(segment.end)
    words = tuple(_json_words(segment, start, end, latin=latin))
    text = plain(segment.text, latin=latin)
    said = " ".join(word.text for word in words)
    if not words or (said.split() != text.split() and text):
        words = ()
    return _Cue(
        text=text or said,
        start=start if start is not None or not words else words[0].start,
        end=end if end is not None or not words else words[-1].end,
        channel=segment.channel if 0 <= segment.channel < 1000 else 0,
        confidence=segment.confidence,
        words=words,
    )


def _json_words(
    segment: _JsonSegment, start: float | None, end: float | None, *, latin: bool
) -> Iterator[Word]:
    """Yield the words; one without a time has that of the gap between its timed neighbours."""
    found = segment.words or []
    before = start
    for number, word in enumerate(found):
        text = plain(word.word or word.text or "", latin=latin)
        first, last = _time(word.start), _time(word.end)
        if first is None or last is None:
            after = (_time(later.start) for later in found[number + 1 :])
            last = next((time for time in after if time is not None), end)
            first = before
        if first is None or last is None:
            return
        before = last = max(first, last)
        p = next((p for p in (word.p, word.probability, word.score) if p is not None), None)
        for part in text.split():
            yield Word(first, last, part, p)


def _time(seconds: float | None) -> float | None:
    """Seconds where they are a time at all."""
    if seconds is None or not math.isfinite(seconds) or not 0 <= seconds <= _MAX_SECONDS:
        return None
    return float(seconds)


# --- cues to segments ----------------------------------------------------------------------------


def _segments(cues: Iterable[_Cue]) -> tuple[Segment, ...]:
    """Return the cues that say something, numbered, in the order of time and without overlaps."""
    kept = [cue for cue in cues if cue.text]
    if kept and kept[0].start is not None:
        kept = [cue for cue in kept if _time(cue.start) is not None]
        kept.sort(key=lambda cue: cue.start or 0.0)
    followers = [*kept[1:], None][: len(kept)]
    return tuple(
        Segment(
            id=f"s{number:04d}",
            text=cue.text,
            start=cue.start,
            end=_end(cue, following),
            channel=cue.channel,
            confidence=cue.confidence,
            words=cue.words,
        )
        for number, (cue, following) in enumerate(zip(kept, followers, strict=True), start=1)
    )


def _end(cue: _Cue, following: _Cue | None) -> float | None:
    """End of a cue: not before its start, not after the start of the next."""
    if cue.start is None:
        return None
    limit = following.start if following is not None else None
    end = cue.end if cue.end is not None else limit
    end = cue.start if end is None else max(cue.start, end)
    return end if limit is None or limit <= cue.start or cue.words else min(end, limit)


def _guess_language(segments: Sequence[Segment]) -> str:
    """Return "en" where one word in twelve is an English function word, else "und"."""
    words = [word.lower() for segment in segments for word in segment.text.split()]
    return "en" if sum(word in _ENGLISH for word in words) * 12 >= len(words) else "und"
