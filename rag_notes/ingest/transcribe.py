"""Speech in a media file to a transcript with a time for every word.

In: a media file and a folder of Whisper weights (CTranslate2). Out: a Transcript in the player's
time. The only importer of faster_whisper.

The sound is read in pieces of about five minutes, cut at pauses, so memory does not grow with the
file. Voice activity detection marks the speech; windows of up to 28 s of it are recognised four at
a time (half the time of one by one on two cores). A batch skips Whisper's own checks, so each
window is checked here: one that loops, is unlikely or leaves speech without words is heard again
one by one.
"""

import dataclasses
import itertools
import re
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np

from rag_notes.errors import InputError, LostInputError, ModelMissingError
from rag_notes.ingest.media import RATE, ReportLost, Samples, decode_audio, probe
from rag_notes.ingest.sentences import ends_sentence
from rag_notes.protocols import Progress
from rag_notes.schema import Segment, SpanSeconds, Transcript, Word

_PIECE_SECONDS = 300.0
_WINDOW_SECONDS = 28.0  # Whisper hears 30
_WINDOW_GAP = 3.0  # seconds of silence that part two windows
_BATCH = 4
_BEAM = 5
_LOOPING = 2.4  # compression ratio of text that repeats itself (Whisper's own threshold)
_UNLIKELY = -1.0  # mean log probability (Whisper's own threshold)
_NO_SPEECH = 0.6
_UNHEARD = 2.5  # seconds of detected speech without a word
_SEGMENT_PAUSE = 0.8  # seconds of silence that part two segments
_SEGMENT_WORDS = 40
_LOOP_TURNS = 4  # a phrase said more often than this in a row is the recogniser's

_Model: TypeAlias = Any  # faster_whisper.WhisperModel; its home has no types
_Found: TypeAlias = Any  # faster_whisper.transcribe.Segment
_Window: TypeAlias = SpanSeconds  # from, to in seconds of a piece
_CJK = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\u0e00-\u0e7f]")


class WhisperTranscriber:
    """Whisper on the CPU in 8-bit integers."""

    def __init__(
        self,
        folder: Path,
        *,
        name: str,
        threads: int = 0,
        terms: Sequence[str] = (),
        lost: ReportLost | None = None,
    ) -> None:
        """Use the weights in `folder`, listening for `terms`; `lost` is told what cannot be read.

        Raises ModelMissingError if `folder` holds no weights.
        """
        if not (folder / "model.bin").is_file():
            raise ModelMissingError(name, [f"no model.bin in {folder}"])
        self._folder = folder
        self._name = name
        self._threads = threads
        # Whisper goes on in the style of its prompt: a list with commas gave 40 words a sentence.
        self._terms = " ".join(f"{term[0].upper()}{term[1:]}." for term in terms if term) or None
        self._lost = lost
        self._loaded: _Model = None

    @property
    def name(self) -> str:
        """Weights and compute type, for provenance."""
        return f"{self._name} (int8)"

    def transcribe(
        self, media: Path, *, language: str | None = None, progress: Progress | None = None
    ) -> Transcript:
        """Recognise the speech of `media`; `progress` is told seconds done and in all.

        Raises InputError if the file is not media or the language not the model's, LostInputError
        if there is no sound or no speech in it.
        """
        duration = probe(media).duration
        model = self._model()
        self._check_language(model, language)
        end = 0.0
        words: list[list[Word]] = []
        for start, samples in _pieces(media, self._lost):
            end = start + len(samples) / RATE
            speech = _speech(samples)
            if speech:
                language = language or self._detect(model, samples, speech)
                heard = _hear(_Ear(model, language, self._terms), samples, speech)
                words.extend(_shifted(_unlooped(part), start) for part in heard)
            if progress is not None:
                progress(end, max(end, duration or 0.0))
        segments = tuple(_segments(words))
        if not segments:
            raise LostInputError(f"{media}: no speech was heard in this recording")
        return Transcript(language or "en", segments, duration=max(end, duration or 0.0))

    def _model(self) -> _Model:
        if self._loaded is None:
            from faster_whisper import WhisperModel

            self._loaded = WhisperModel(
                str(self._folder),
                device="cpu",
                compute_type="int8",
                cpu_threads=self._threads,
                local_files_only=True,
            )
        return self._loaded

    def _check_language(self, model: _Model, language: str | None) -> None:
        known = model.supported_languages
        if language is not None and language not in known:
            hears = ", ".join(known) if len(known) < 5 else f"{len(known)} languages"
            raise InputError(
                f"model {self._name!r} does not hear {language!r} (it hears {hears}); "
                "give a two-letter code such as 'en', or choose another model"
            )

    @staticmethod
    def _detect(model: _Model, samples: Samples, speech: Sequence[SpanSeconds]) -> str:
        if not model.model.is_multilingual:
            return "en"
        spoken = np.concatenate([_cut(samples, span) for span in speech[:20]])
        language, _, _ = model.detect_language(spoken[: 60 * RATE], language_detection_segments=2)
        return str(language)


# --- sound to windows ----------------------------------------------------------------------------


def _pieces(media: Path, lost: ReportLost | None) -> Iterator[tuple[float, Samples]]:
    """Yield (start in seconds, samples) of some minutes each, cut where it is quiet."""
    start = 0.0
    held: list[Samples] = []
    count = 0
    for block in decode_audio(media, lost=lost):
        held.append(block.samples)
        count += len(block.samples)
        if count >= _PIECE_SECONDS * RATE:
            joined = np.concatenate(held)
            cut = _quiet_place(joined)
            yield start, joined[:cut]
            held, count = [joined[cut:]], len(joined) - cut
            start += cut / RATE
    if count:
        yield start, np.concatenate(held)


def _quiet_place(samples: Samples) -> int:
    """Middle of the quietest half second of the last half minute."""
    frame = RATE // 10
    first = max(0, len(samples) - 30 * RATE)
    frames = samples[first : first + (len(samples) - first) // frame * frame].reshape(-1, frame)
    energy = np.convolve(np.square(frames).mean(axis=1), np.ones(5), mode="valid")
    return first + (int(energy.argmin()) * frame) + 5 * frame // 2


def _speech(samples: Samples) -> list[SpanSeconds]:
    """Stretches of speech, each at most as long as a window."""
    from faster_whisper.vad import VadOptions, get_speech_timestamps

    options = VadOptions(
        max_speech_duration_s=_WINDOW_SECONDS - 1, min_silence_duration_ms=300, speech_pad_ms=200
    )
    spans = get_speech_timestamps(samples, options)
    return [(span["start"] / RATE, span["end"] / RATE) for span in spans]


def _windows(speech: Sequence[SpanSeconds]) -> list[_Window]:
    """Join neighbouring stretches of speech as far as they fit into one window."""
    windows: list[_Window] = []
    for start, end in speech:
        if (
            windows
            and end - windows[-1][0] <= _WINDOW_SECONDS
            and start - windows[-1][1] < _WINDOW_GAP
        ):
            windows[-1] = (windows[-1][0], end)
        else:
            windows.append((start, end))
    return windows


def _cut(samples: Samples, span: SpanSeconds) -> Samples:
    return samples[round(span[0] * RATE) : round(span[1] * RATE)]


# --- windows to words ----------------------------------------------------------------------------


@dataclasses.dataclass(frozen=True, slots=True)
class _Ear:
    """A model, the language it is to hear, the words it is to listen for."""

    model: _Model
    language: str
    terms: str | None


def _hear(ear: _Ear, samples: Samples, speech: Sequence[SpanSeconds]) -> list[list[Word]]:
    """Words of each window, in seconds of `samples`."""
    from faster_whisper import BatchedInferencePipeline

    windows = _windows(speech)
    found, _ = BatchedInferencePipeline(ear.model).transcribe(
        samples,
        language=ear.language,
        hotwords=ear.terms,
        word_timestamps=True,
        vad_filter=False,
        clip_timestamps=[{"start": start, "end": end} for start, end in windows],
        batch_size=_BATCH,
        beam_size=_BEAM,
    )
    by_window: list[list[_Found]] = [[] for _ in windows]
    for segment in found:
        by_window[_window_of(segment, windows)].append(segment)
    heard = []
    for window, segments in zip(windows, by_window, strict=True):
        doubtful = any(_is_doubtful(segment) for segment in segments)
        words = _hear_again(ear, samples, window) if doubtful else _words(segments)
        for hole in _holes(words, speech, window):
            words = [*words, *_hear_again(ear, samples, hole)]
        heard.append(_onset(sorted(words, key=lambda word: word.start), samples))
    return heard


def _window_of(segment: _Found, windows: Sequence[_Window]) -> int:
    """Find the window that holds the middle of `segment`, whose edges may lie outside."""
    middle = (float(segment.start) + float(segment.end)) / 2
    return min(
        range(len(windows)),
        key=lambda n: max(windows[n][0] - middle, middle - windows[n][1]),
    )


def _hear_again(ear: _Ear, samples: Samples, window: _Window) -> list[Word]:
    """Words of one window by Whisper's sequential decoding with all its checks."""
    found, _ = ear.model.transcribe(
        _cut(samples, window),
        language=ear.language,
        hotwords=ear.terms,
        word_timestamps=True,
        vad_filter=False,
        condition_on_previous_text=False,
        hallucination_silence_threshold=2.0,
        beam_size=_BEAM,
    )
    kept = [s for s in found if not (s.no_speech_prob > _NO_SPEECH and s.avg_logprob < _UNLIKELY)]
    return _shifted(_words(kept), window[0])


def _is_doubtful(segment: _Found) -> bool:
    return bool(segment.compression_ratio > _LOOPING or segment.avg_logprob < _UNLIKELY)


def _holes(
    words: Sequence[Word], speech: Sequence[SpanSeconds], window: _Window
) -> list[SpanSeconds]:
    """Stretches between the words of a window that hold speech but no word."""
    holes: list[SpanSeconds] = []
    starts = [*(word.start for word in words), window[1]]
    ends = [window[0], *(word.end for word in words)]
    for start, end in zip(ends, starts, strict=True):
        spoken = [(max(a, start), min(b, end)) for a, b in speech if a < end and b > start]
        if sum(b - a for a, b in spoken) > _UNHEARD:
            holes.append((spoken[0][0], spoken[-1][1]))
    return holes


def _words(segments: Iterable[_Found]) -> list[Word]:
    """Our words of Whisper's; a part without a space before it belongs to the word before."""
    words: list[Word] = []
    for found in itertools.chain.from_iterable(segment.words or () for segment in segments):
        text = "".join(found.word.split())
        if not text:
            continue
        start, end = float(found.start), max(float(found.start), float(found.end))
        joins = words and not found.word[:1].isspace() and not _CJK.match(text)
        if joins:
            last = words[-1]
            text, start = last.text + text, last.start
            words[-1] = Word(start, max(end, last.end), text, last.p)
        else:
            words.append(Word(start, end, text, float(found.probability)))
    return words


def _onset(words: Sequence[Word], samples: Samples) -> list[Word]:
    """Move the start of a word that begins in silence to where the sound begins.

    Whisper lets the first word after a pause begin early, up to a second.
    """
    frame = RATE // 50
    out: list[Word] = []
    for word in words:
        first, last = round(word.start * RATE), round(word.end * RATE)
        held = samples[first : first + (last - first) // frame * frame]
        moved = word
        if word.end - word.start > 0.35 and len(held):
            level = np.sqrt(np.square(held.reshape(-1, frame)).mean(axis=1))
            loud = level > 0.1 * level.max()
            # The word is the last run of sound before its end; a breath or click before it is not.
            quiet = np.convolve(~loud, np.ones(8), mode="full")[: len(loud)] >= 8  # 0.16 s
            onset = (int(np.flatnonzero(quiet)[-1]) + 1) * frame / RATE if quiet.any() else 0.0
            if word.start + onset < word.end - 0.02:
                moved = dataclasses.replace(word, start=word.start + onset)
        out.append(moved)
    return out


def _unlooped(words: Sequence[Word]) -> list[Word]:
    """Cut a phrase of up to 12 words that is said over and over to its first turn."""
    kept: list[Word] = list(words)
    for length in range(1, 13):
        at = 0
        while at + length <= len(kept):
            phrase = [w.text.lower() for w in kept[at : at + length]]
            turns = 1
            while [w.text.lower() for w in kept[at + turns * length :][:length]] == phrase:
                turns += 1
            if turns > _LOOP_TURNS:
                del kept[at + length : at + turns * length]
            at += 1
    return kept


def _shifted(words: Iterable[Word], seconds: float) -> list[Word]:
    return [
        dataclasses.replace(w, start=round(w.start + seconds, 3), end=round(w.end + seconds, 3))
        for w in words
    ]


# --- words to segments ---------------------------------------------------------------------------


def _segments(windows: Iterable[Sequence[Word]]) -> Iterator[Segment]:
    """Yield one segment per sentence or stretch between pauses."""
    number = 0
    latest = 0.0
    for words in windows:
        held: list[Word] = []
        for word, following in itertools.zip_longest(words, words[1:]):
            start = max(latest, word.start)
            latest = start
            held.append(dataclasses.replace(word, start=start, end=max(start, word.end)))
            if following is None or _parts(held, following):
                number += 1
                yield _segment(number, tuple(held))
                held = []


def _parts(held: Sequence[Word], following: Word) -> bool:
    word = held[-1]
    return (
        following.start - word.end > _SEGMENT_PAUSE
        or len(held) >= _SEGMENT_WORDS
        or ends_sentence(word.text, following.text, is_first=len(held) == 1)
    )


def _segment(number: int, words: tuple[Word, ...]) -> Segment:
    known = [word.p for word in words if word.p is not None]
    return Segment(
        id=f"s{number:04d}",
        text=" ".join(word.text for word in words),
        start=words[0].start,
        end=words[-1].end,
        confidence=round(sum(known) / len(known), 4) if known else None,
        words=words,
    )
