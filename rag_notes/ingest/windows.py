"""Speech to windows that a recogniser hears at once, and times in them back to the recording.

In: spans of speech in seconds of some sound; out: windows of up to 29.9 s of it, in which silence
of more than a second is left out, and the places in the sound of words heard in them. A word lies
within speech: nothing else is in a window.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from rag_notes.ingest.blocks import RATE
from rag_notes.protocols import Samples
from rag_notes.schema import SpanSeconds, Word

_SECONDS = 29.9  # Whisper hears 30
_KEPT_SILENCE = 1.0  # seconds of silence that stay as they are; of more nothing stays
_LONGEST_SILENCE = 15.0  # between two stretches of one window
_TOUCHING = 0.01  # seconds
_SPAN = 60.0  # seconds from the start to the end of a window, silence included
_UNHEARD = 2.5  # seconds of speech without a word
_LONG_WORD = 0.35  # seconds; a longer word may begin in silence
_FRAME = RATE // 50
_LOUD = 0.1  # of the loudest level in a word
_PAUSE_FRAMES = 8  # frames of quiet that part a word from a breath or click before it: 0.16 s


@dataclass(frozen=True, slots=True)
class Window:
    """Stretches of sound that are heard together, in seconds of the sound they are cut from."""

    stretches: tuple[SpanSeconds, ...]

    @property
    def start(self) -> float:
        """Where its first stretch starts."""
        return self.stretches[0][0]

    @property
    def end(self) -> float:
        """Where its last stretch ends."""
        return self.stretches[-1][1]

    @property
    def seconds(self) -> float:
        """How much sound it holds."""
        return sum(end - start for start, end in self.stretches)

    def cut(self, samples: Samples) -> Samples:
        """Its sound, end to end."""
        return np.concatenate([samples[_at(a) : _at(b)] for a, b in self.stretches])

    def place(self, word: Word) -> Word:
        """Put a word of the window's sound where it lies in the sound that was cut from.

        One that seems to lie in two stretches is in the one that holds more of it.
        """
        best, most = replace(word, start=self.end, end=self.end), -1.0
        before = 0.0
        for start, end in self.stretches:
            first = min(max(word.start - before, 0.0), end - start)
            last = min(max(word.end - before, 0.0), end - start)
            inside = before <= word.start < before + end - start
            held = last - first + (1e-6 if inside else 0.0)
            if held > most:
                best, most = replace(word, start=start + first, end=start + last), held
            before += end - start
        return best


def windows_of(speech: Sequence[SpanSeconds]) -> list[Window]:
    """Join neighbouring stretches of speech as far as they fit into one window."""
    windows: list[Window] = []
    held: list[SpanSeconds] = []
    for start, end in speech:
        joined = _joined(held, (start, end))
        fits = (
            held
            and sum(b - a for a, b in joined) <= _SECONDS
            and start - held[-1][1] < _LONGEST_SILENCE
            and end - held[0][0] <= _SPAN
        )
        if held and not fits:
            windows.append(Window(tuple(held)))
        held = joined if fits else [(start, end)]
    return [*windows, Window(tuple(held))] if held else []


def _joined(held: Sequence[SpanSeconds], span: SpanSeconds) -> list[SpanSeconds]:
    if held and span[0] - held[-1][1] <= _KEPT_SILENCE:
        return [*held[:-1], (held[-1][0], span[1])]
    return [*held, span]


def joined(speech: Sequence[SpanSeconds]) -> list[SpanSeconds]:
    """Stretches of speech, those that touch taken for one."""
    found: list[SpanSeconds] = []
    for start, end in speech:
        if found and start - found[-1][1] < _TOUCHING:
            found[-1] = (found[-1][0], end)
        else:
            found.append((start, end))
    return found


def holes(
    words: Sequence[Word], speech: Sequence[SpanSeconds], window: Window
) -> Iterator[SpanSeconds]:
    """Yield stretches between the words of a window that hold speech but no word."""
    starts = [*(word.start for word in words), window.end]
    ends = [window.start, *(word.end for word in words)]
    for start, end in zip(ends, starts, strict=True):
        spoken = [(max(a, start), min(b, end)) for a, b in speech if a < end and b > start]
        if sum(b - a for a, b in spoken) > _UNHEARD:
            yield spoken[0][0], spoken[-1][1]


def clamped(word: Word, speech: Sequence[SpanSeconds]) -> Word:
    """Cut a word that reaches into silence down to the stretch of speech that holds most of it."""
    touched = [(a, b) for a, b in speech if a < word.end and b > word.start]
    if not touched:
        return word
    start, end = max(touched, key=lambda span: min(span[1], word.end) - max(span[0], word.start))
    return replace(word, start=max(word.start, start), end=min(word.end, end))


def onset(word: Word, samples: Samples) -> Word:
    """Move the start of a word that begins in silence to where its sound begins.

    Whisper lets the first word after a pause begin early, up to a second.
    """
    if word.end - word.start <= _LONG_WORD:
        return word
    first, last = _at(word.start), _at(word.end)
    held = samples[first : first + (last - first) // _FRAME * _FRAME]
    if not len(held):
        return word
    level = np.sqrt(np.square(held.reshape(-1, _FRAME)).mean(axis=1))
    loud = level > _LOUD * level.max()
    # The word is the last run of sound before its end; a breath or click before it is not.
    quiet = np.convolve(~loud, np.ones(_PAUSE_FRAMES), mode="full")[: len(loud)] >= _PAUSE_FRAMES
    late = (int(np.flatnonzero(quiet)[-1]) + 1) * _FRAME / RATE if quiet.any() else 0.0
    return replace(word, start=word.start + late) if word.start + late < word.end - 0.02 else word


def quiet_place(samples: Samples, seconds: float) -> int:
    """Middle (as a sample) of the quietest half second of the last `seconds`."""
    frame = RATE // 10
    first = max(0, len(samples) - round(seconds * RATE))
    frames = samples[first : first + (len(samples) - first) // frame * frame].reshape(-1, frame)
    if len(frames) < 5:
        return len(samples)
    energy = np.convolve(np.square(frames).mean(axis=1), np.ones(5), mode="valid")
    return first + (int(energy.argmin()) * frame) + 5 * frame // 2


def _at(seconds: float) -> int:
    return round(seconds * RATE)
