"""A ready transcript to our Transcript.

In: .srt, .vtt, Whisper or WhisperX .json, our own transcript.json, or .txt. Out: segments s0001, …
in the order of time with clean text, the original beside it where that was another. A word has a
time of its own only where the file gives it one. Knows nothing of sound.

Where cues of one speaker overlap, the earlier one ends where the next begins; out-of-order cues are
sorted. What was repaired is said, and so is what could not be read.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from rag_notes.errors import InputError
from rag_notes.ingest.capitals import small_letters
from rag_notes.ingest.cues import Cue, Read, Say
from rag_notes.ingest.plaintext import read_txt
from rag_notes.ingest.subtitles import read_srt, read_vtt
from rag_notes.ingest.textfile import read_text
from rag_notes.ingest.turns import is_channel, with_speakers
from rag_notes.ingest.whisperjson import read_json, time_of
from rag_notes.schema import Segment, Transcript

SUFFIXES = (".srt", ".vtt", ".json", ".txt")

_MOST_MIB = 64
_EXPECTED = f"a transcript ({', '.join(SUFFIXES)})"
_ROUNDING = 0.05  # seconds by which cues may overlap without a word about it
_ENGLISH = frozenset(
    "the and of to a in is that it you we this for so with are be on not have".split()
)


def read_captions(
    path: Path, language: str | None = None, *, say: Say | None = None, lost: Say | None = None
) -> Transcript:
    """Read a transcript file; `language` overrides what the file says.

    `say` is told in one line each what was repaired, `lost` what could not be read.

    Raises MissingFileError, or InputError where the file is not a transcript or holds no words.
    """
    say = say or _ignore
    text = read_text(path, "transcript", expected=_EXPECTED, most_mib=_MOST_MIB, say=say)
    read = _small(_read(path, text))
    mended = _mend(list(with_speakers(read.cues, read.guests)))
    if not mended.cues:
        raise InputError(
            f"{path}: no words in this transcript; expected what was said in the lecture"
        )
    for repair in (*read.repairs, *mended.repairs):
        say(f"{path.name}: {repair}")
    for loss in (*read.losses, *mended.losses):
        (lost or _ignore)(f"{path.name}: {loss}")
    timed = mended.cues[0].start is not None
    ends = [cue.end for cue in mended.cues if cue.end is not None]
    return Transcript(
        language=language or read.language or _guess_language(mended.cues),
        segments=tuple(_segment(number, cue) for number, cue in enumerate(mended.cues, start=1)),
        duration=max([*ends, read.duration or 0.0]) if timed else read.duration,
        timed=timed,
    )


def _ignore(_line: str) -> None:
    pass


def _read(path: Path, text: str) -> Read:
    suffix = path.suffix.lower()
    if suffix == ".json" or (suffix not in SUFFIXES and text.lstrip().startswith("{")):
        return read_json(path, text)
    if suffix == ".txt":
        return read_txt(text)
    if suffix not in (".vtt", ".srt") and not text.lstrip().startswith("WEBVTT"):
        raise InputError(
            f"{path}: expected one of {', '.join(SUFFIXES)}, found {suffix or 'no ending'}"
        )
    is_vtt = suffix == ".vtt" or text.lstrip().startswith("WEBVTT")
    read = read_vtt(text) if is_vtt else read_srt(text)
    if not read.cues and not read.losses and not text.lstrip().startswith("WEBVTT"):
        raise InputError(
            f"{path}: no cues, so not a readable {'.vtt' if is_vtt else '.srt'} file; "
            "expected lines like 00:00:01,000 --> 00:00:04,000"
        )
    return read


def _small(read: Read) -> Read:
    """Write what stands in capitals small, in the cues and in their words."""
    written = small_letters([cue.text for cue in read.cues])
    cues = [
        cue if text == cue.text else _rewritten(cue, text)
        for cue, text in zip(read.cues, written, strict=True)
    ]
    changed = sum(cue.text != text for cue, text in zip(read.cues, written, strict=True))
    repair = f"cues or sentences in capitals, written small: {changed}"
    return replace(read, cues=cues, repairs=(*read.repairs, repair) if changed else read.repairs)


def _rewritten(cue: Cue, text: str) -> Cue:
    words = cue.words
    if words:
        words = tuple(replace(w, text=t) for w, t in zip(words, text.split(), strict=True))
    return replace(cue, text=text, words=words, original=cue.original or cue.text)


# --- cues to segments ----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Mended:
    """Cues that say something, in the order of time and without overlaps; what was done to them."""

    cues: Sequence[Cue]
    repairs: tuple[str, ...] = ()
    losses: tuple[str, ...] = ()


def _mend(found: Sequence[Cue]) -> _Mended:
    cues = _with_channels([cue for cue in found if cue.text])
    if not cues or cues[0].start is None:
        return _Mended(cues)
    kept = [cue for cue in cues if time_of(cue.start) is not None]
    ordered = sorted(kept, key=lambda cue: cue.start or 0.0)
    unsorted = sum(a is not b for a, b in zip(kept, ordered, strict=True))
    backwards = sum(cue.end is not None and cue.end < (cue.start or 0.0) for cue in kept)
    mended: list[Cue] = []
    overlapping = 0
    followers: dict[int, Cue] = {}
    for cue in reversed(ordered):
        following = followers.get(cue.channel)
        limit = following.start if following is not None else None
        end = _end(cue, limit)
        overlapping += cue.end is not None and end is not None and cue.end - end > _ROUNDING
        mended.append(replace(cue, end=end))
        followers[cue.channel] = cue
    repairs = (
        ("cues not in the order of time, sorted", unsorted),
        ("cues with an end before their start, given no length", backwards),
        ("cues that overlapped the next, ended where that begins", overlapping),
    )
    lost = len(cues) - len(kept)
    return _Mended(
        mended[::-1],
        tuple(f"{what}: {number}" for what, number in repairs if number),
        (f"cues at no possible time, left out: {lost}",) if lost else (),
    )


def _with_channels(cues: Sequence[Cue]) -> list[Cue]:
    """Give each of several named speakers a channel, in the order in which they first speak."""
    names = list(dict.fromkeys(cue.speaker for cue in cues if cue.speaker))
    if len(names) < 2:
        return list(cues)
    numbers = {name: _channel_of(name, at) for at, name in enumerate(names)}
    if len(set(numbers.values())) < len(names):
        numbers = {name: at for at, name in enumerate(names)}
    return [
        replace(
            one,
            channel=numbers[one.speaker] if one.speaker else 0,
            speaker=None if is_channel(one.speaker) else one.speaker,
        )
        for one in cues
    ]


def _channel_of(name: str, at: int) -> int:
    """Number in "Channel 1", as our own captions name them; else the speaker's place."""
    return int(name.partition(" ")[2]) if is_channel(name) else at


def _end(cue: Cue, limit: float | None) -> float | None:
    """End of a cue: not before its start, not after the start of the next of its channel."""
    assert cue.start is not None
    end = cue.end if cue.end is not None else limit
    end = cue.start if end is None else max(cue.start, end)
    return end if limit is None or limit <= cue.start or cue.words else min(end, limit)


def _segment(number: int, cue: Cue) -> Segment:
    return Segment(
        id=f"s{number:04d}",
        text=cue.text,
        start=cue.start,
        end=cue.end,
        channel=cue.channel,
        confidence=cue.confidence,
        words=cue.words,
        original=cue.original,
        speaker=cue.speaker,
    )


def _guess_language(cues: Sequence[Cue]) -> str:
    """Return "en" where one word in twelve is an English function word, else "und"."""
    words = [word.lower() for cue in cues for word in cue.text.split()]
    return "en" if sum(word in _ENGLISH for word in words) * 12 >= len(words) else "und"
