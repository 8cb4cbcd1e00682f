"""A recording to a Transcript in the player's time, part by part.

In: a media file and a Recogniser. Out: segments with word times and probabilities. The sound is
read in parts of about five minutes that end at pauses, so memory does not grow with the file, and
each part is kept as soon as it is heard, so a run that was killed loses at most one.

Voice activity detection marks the speech; windows of it are heard several at a time. What is then
hard to believe (see suspect.py), and speech in which no word was heard, is heard again with all
checks; what is still hard to believe is written as "[unclear]".
"""

import itertools
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TypeAlias

import numpy as np

from rag_notes.errors import InputError, LostInputError
from rag_notes.ingest.blocks import RATE, Block
from rag_notes.ingest.channels import channels_apart
from rag_notes.ingest.media import (
    Listening,
    MediaInfo,
    ReportLost,
    Say,
    decode_audio,
    probe,
    sample_audio,
)
from rag_notes.ingest.segments import merge, segments_of
from rag_notes.ingest.suspect import UNCLEAR, repeated, why_suspect
from rag_notes.ingest.whisper import find_speech
from rag_notes.ingest.windows import (
    Window,
    clamped,
    holes,
    joined,
    onset,
    quiet_place,
    windows_of,
)
from rag_notes.protocols import PartStore, Progress, Recogniser, Samples
from rag_notes.schema import Heard, Part, Segment, SpanSeconds, Transcript, Word

_PART_SECONDS = 300.0
_OPEN_SECONDS = 30.0  # a window that ends so near the end of a part is left to the next one
_EDGE_SECONDS = 10.0  # of a part's end, in which a quiet place is looked for
_PLACES = 5  # of a recording at which its language is told
_PLACE_EVERY = 120.0  # seconds of recording for each of them
_CLIP_SECONDS = 30.0
_ENOUGH = 2.0  # seconds of speech at one of them
_HALVED_SECONDS = 6.0  # a clip that is shorter is heard whole to the last
_SAME_GAP = 3.0  # seconds of silence between two marks of one stretch that was not understood

FindSpeech: TypeAlias = Callable[[Samples], Sequence[SpanSeconds]]


@dataclass(frozen=True, slots=True)
class ToHear:
    """What is to be heard of a file: a track (from 1, None the default one), in which language.

    `apart`: each channel on its own rather than all of them mixed; `terms` that are listened for.
    """

    path: Path
    track: int | None = None
    apart: bool = False
    language: str | None = None
    terms: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Told:
    """Who is told what: spans that cannot be read, what a user should know, seconds done."""

    lost: ReportLost = lambda _span: None
    say: Say = lambda _line: None
    progress: Progress = lambda _done, _total: None


def transcribe(
    wanted: ToHear,
    recogniser: Recogniser,
    *,
    parts: PartStore | None = None,
    told: Told | None = None,
) -> Transcript:
    """Hear a recording; parts that `parts` holds are taken from there, others kept in it.

    Raises InputError if the file is not media or the language not the recogniser's, LostInputError
    if there is no sound or no speech in it.
    """
    told = told or Told()
    info = probe(wanted.path, wanted.track)
    _check_language(recogniser, wanted.language)
    channels = _channels(wanted, told)
    heard: list[Part] = []
    for number, channel in enumerate(channels):
        ear = _Ear(wanted, recogniser, info, told, channel=channel, before=(number, len(channels)))
        heard += ear.hear(parts)
    duration = max([_declared(info), *(part.end for part in heard)])
    segments = merge([part.segments for part in heard])
    if not any(word.text != UNCLEAR for segment in segments for word in segment.words):
        raise LostInputError(f"{wanted.path}: no speech was heard in this recording")
    _tell_of_unclear(wanted.path.name, segments, told.say)
    return Transcript(_language_of(heard), segments, duration=duration)


def _check_language(recogniser: Recogniser, language: str | None) -> None:
    if language is None or language in (known := recogniser.languages):
        return
    hears = ", ".join(known) if len(known) < 5 else f"{len(known)} languages"
    raise InputError(
        f"model {recogniser.name!r} does not hear {language!r} (it hears {hears}); "
        "give a two-letter code such as 'en', or choose another model"
    )


def _channels(wanted: ToHear, told: Told) -> tuple[int | None, ...]:
    """Channels to be heard one after the other; None stands for all of them mixed."""
    if not wanted.apart:
        return (None,)
    apart = channels_apart(Listening(wanted.path, wanted.track))
    for notice in apart.notices:
        told.say(f"{wanted.path.name}: {notice}")
    return apart.channels


def _declared(info: MediaInfo) -> float:
    return 0.0 if info.is_guess else info.duration or 0.0


def _language_of(parts: Sequence[Part]) -> str:
    """Language of most of what was said."""
    words: dict[str, int] = {}
    for part in parts:
        if part.language:
            said = sum(len(segment.words) for segment in part.segments)
            words[part.language] = words.get(part.language, 0) + said
    return max(words, key=lambda code: words[code], default="en")


def _tell_of_unclear(name: str, segments: Sequence[Segment], say: Say) -> None:
    marks = [s.start or 0.0 for s in segments for word in s.words if word.text == UNCLEAR]
    if marks:
        first = ", ".join(f"{at // 60:.0f}:{at % 60:02.0f}" for at in marks[:5])
        more = ", …" if len(marks) > 5 else ""
        say(f"{name}: stretches that could not be made out: {len(marks)} ({first}{more})")


# --- one channel ---------------------------------------------------------------------------------


class _Ear:
    """Hears one channel (or the mix) of a recording, from its start to its end."""

    def __init__(  # noqa: PLR0913 - what is heard, by whom, who is told
        self,
        wanted: ToHear,
        recogniser: Recogniser,
        info: MediaInfo,
        told: Told,
        *,
        channel: int | None,
        before: tuple[int, int],
    ) -> None:
        """`before`: channels that were heard before this one, and channels in all."""
        self._wanted = wanted
        self._recogniser = recogniser
        self._told = told
        self._channel = channel or 0
        self._sound = Listening(wanted.path, wanted.track, channel)
        self._duration = info.duration or 0.0
        self._before = before
        self._language = wanted.language
        self._part_samples = max(_PART_SECONDS, (recogniser.at_once + 2) * _CLIP_SECONDS) * RATE

    def hear(self, kept: PartStore | None) -> list[Part]:
        """Every part of the channel, those that are kept taken from there."""
        parts: list[Part] = []
        position = 0.0
        if self._language is None:
            self._language = self._tell_language()
        while kept and (part := kept.find(self._channel, position)) and part.end > position:
            parts.append(part)
            position = part.end
            self._language = self._language or part.language
        self._advance(position)
        lost = self._told.lost if self._before[0] == 0 else None
        say = self._told.say if self._before[0] == 0 else None
        blocks = decode_audio(self._sound, lost=lost, say=say)
        for part in self._parts(_from(blocks, position), position):
            if kept:
                kept.save(part)
            parts.append(part)
            self._advance(part.end)
        return parts

    def _advance(self, second: float) -> None:
        done, channels = self._before
        whole = max(self._duration, second)
        self._told.progress(done * whole + second, channels * whole)

    def _parts(self, blocks: Iterator[Samples], position: float) -> Iterator[Part]:
        held: list[Samples] = []
        count = 0
        for samples in itertools.chain(blocks, [None]):
            if samples is not None:
                held.append(samples)
                count += len(samples)
            is_last = samples is None
            if (is_last and not count) or (not is_last and count < self._part_samples):
                continue
            whole = np.concatenate(held)
            part, used = self._part(whole, position, is_last=is_last)
            yield part
            position = part.end
            held, count = [whole[used:]], len(whole) - used

    def _part(self, samples: Samples, start: float, *, is_last: bool) -> tuple[Part, int]:
        """Hear the beginning of `samples`, up to a pause; and how many of them that is."""
        speech = find_speech(samples)
        windows = windows_of(speech)
        used = len(samples)
        if not is_last:
            used = _end_of_part(samples, windows, self._recogniser.at_once)
        windows = [window for window in windows if window.start * RATE < used]
        if windows and self._language is None:
            clips = (window.cut(samples) for window in windows[:: max(1, len(windows) // 3)])
            self._language = self._likeliest(clips)
        words = self._words(samples, joined(speech), windows, start) if windows else []
        end = start + used / RATE
        segments = tuple(segments_of(words, channel=self._channel))
        return Part(self._channel, start, end, self._language, segments), used

    def _words(
        self,
        samples: Samples,
        speech: Sequence[SpanSeconds],
        windows: Sequence[Window],
        start: float,
    ) -> list[list[Word]]:
        """Words of each window, in seconds of the recording."""
        assert self._language is not None
        clips = [window.cut(samples) for window in windows]
        found = self._recogniser.hear(clips, self._language)
        words = []
        for window, clip, first in zip(windows, clips, found, strict=True):
            own = [window.place(word) for word in self._believed(clip, first)]
            for hole in holes(own, speech, window):
                missed = Window((hole,))
                own += [missed.place(word) for word in self._heard_again(missed.cut(samples))]
            own = [onset(clamped(word, speech), samples) for word in own]
            own = _joined_marks(sorted(own, key=lambda word: word.start))
            words.append([_shifted(word, start) for word in own])
            self._advance(start + window.end)
        return words

    # --- what can be believed --------------------------------------------------------------------

    def _believed(self, clip: Samples, first: Sequence[Heard]) -> list[Word]:
        """Words of a clip: as first heard, or heard again where that is hard to believe."""
        seconds = len(clip) / RATE
        if not any(self._why(heard, seconds) for heard in first):
            return [word for heard in first for word in heard.words]
        return self._heard_again(clip)

    def _heard_again(self, clip: Samples) -> list[Word]:
        """Words of a clip with all checks on; in halves and without terms where that fails too."""
        assert self._language is not None
        heard = self._recogniser.hear_again(clip, self._language)
        if not any(self._doubts(heard, clip)):
            return [word for one in heard for word in one.words]
        words: list[Word] = []
        for start, half in _halves(clip):
            heard = self._recogniser.hear_again(half, self._language, with_terms=False)
            for one, doubted in zip(heard, self._doubts(heard, half), strict=True):
                kept = _unclear(one.words) if doubted else one.words
                words += [_shifted(word, start) for word in kept]
        return words

    def _doubts(self, heard: Sequence[Heard], clip: Samples) -> list[bool]:
        """Whether each of several stretches is hard to believe, by itself or as a repetition."""
        doubts = [bool(self._why(one, _seconds_of(one, len(clip) / RATE))) for one in heard]
        return [a or b for a, b in zip(doubts, repeated(heard), strict=True)]

    def _why(self, heard: Heard, seconds: float) -> str | None:
        return why_suspect(heard, seconds, self._wanted.terms)

    # --- language --------------------------------------------------------------------------------

    def _tell_language(self) -> str | None:
        """Language of what is said at several places; None where too little is said there."""
        if len(self._recogniser.languages) == 1:
            return self._recogniser.languages[0]
        count = min(_PLACES, 1 + int(self._duration // _PLACE_EVERY))
        places = [self._duration * (n + 0.5) / count for n in range(count)]
        if count == 1:
            places = [0.0]
        return self._likeliest(_spoken(sample_audio(self._sound, places, 2 * _CLIP_SECONDS)))

    def _likeliest(self, clips: Iterator[Samples]) -> str | None:
        chances: dict[str, float] = {}
        winners: list[str] = []
        for clip in clips:
            told = self._recogniser.tell_language(clip)
            winners.append(max(told, key=lambda code: told[code]))
            for code, p in told.items():
                chances[code] = chances.get(code, 0.0) + p
        if not winners:
            return None
        best = max(chances, key=lambda code: chances[code])
        if others := sorted(set(winners) - {best}):
            self._told.say(
                f"{self._wanted.path.name}: heard as {best!r}, though {', '.join(others)} seems to "
                "be spoken too; --speech-language chooses"
            )
        return best


def _from(blocks: Iterator[Block], second: float) -> Iterator[Samples]:
    """Yield the sound from a second on."""
    skipped = round(second * RATE)
    for block in blocks:
        begin = round(block.start * RATE)
        if begin + len(block.samples) > skipped:
            yield block.samples[max(0, skipped - begin) :]


def _spoken(clips: Iterator[Samples]) -> Iterator[Samples]:
    """Yield the speech of each clip that has some, up to what Whisper hears at once."""
    for clip in clips:
        speech = find_speech(clip)
        if sum(end - start for start, end in speech) >= _ENOUGH:
            whole = Window(tuple(speech)).cut(clip)
            yield whole[: round(_CLIP_SECONDS * RATE)]


def _end_of_part(samples: Samples, windows: Sequence[Window], at_once: int) -> int:
    """Sample at which a part ends: before a window that may go on, else where it is quiet.

    Windows that would not fill a batch are left to the next part too.
    """
    if not windows or len(samples) / RATE - windows[-1].end > _OPEN_SECONDS:
        return quiet_place(samples, _EDGE_SECONDS)
    closed = len(windows) - 1
    closed -= closed % at_once if closed > at_once else 0
    following = windows[closed]
    if following.start < _OPEN_SECONDS:
        return quiet_place(samples, _EDGE_SECONDS)
    before = windows[closed - 1].end if closed else following.start - 1.0
    return round((max(before, following.start - 1.0) + following.start) / 2 * RATE)


def _seconds_of(heard: Heard, seconds: float) -> float:
    """How long the words took, where that is known."""
    if not heard.words:
        return seconds
    return min(seconds, max(word.end for word in heard.words) - heard.words[0].start)


def _halves(clip: Samples) -> Iterator[tuple[float, Samples]]:
    """Yield (start in seconds, sound) of a clip's halves, parted where it is quiet."""
    if len(clip) < _HALVED_SECONDS * RATE:
        yield 0.0, clip
        return
    third = len(clip) // 3
    cut = third + quiet_place(clip[third : 2 * third], third / RATE)
    yield 0.0, clip[:cut]
    yield cut / RATE, clip[cut:]


def _unclear(words: Sequence[Word]) -> list[Word]:
    """One mark in the place of words that cannot be believed."""
    if not words:
        return []
    return [Word(words[0].start, max(word.end for word in words), UNCLEAR, 0.0)]


def _joined_marks(words: Sequence[Word]) -> list[Word]:
    """Words with one mark for marks that follow each other."""
    joined: list[Word] = []
    for word in words:
        last = joined[-1] if joined else None
        if last and last.text == word.text == UNCLEAR and word.start - last.end < _SAME_GAP:
            joined[-1] = replace(last, end=max(last.end, word.end))
        else:
            joined.append(word)
    return joined


def _shifted(word: Word, seconds: float) -> Word:
    return replace(word, start=round(word.start + seconds, 3), end=round(word.end + seconds, 3))
