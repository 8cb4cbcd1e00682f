"""Whisper: clips of speech to words, and where in some sound there is speech.

In: weights (CTranslate2) and 16 kHz sound. Out: spans of speech, and what was heard in a clip with
the recogniser's own doubts. The only importer of faster_whisper. Judges nothing, knows no files.

Several clips at a time take half the time of one by one on two cores, but skip Whisper's checks
(compression, probability, silence); heard again, a clip goes through all of them. Always at
temperature 0: what is drawn at random would differ when a run that was broken off goes on.
"""

import itertools
import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np

from rag_notes.errors import ModelMissingError
from rag_notes.ingest.blocks import RATE
from rag_notes.protocols import Samples
from rag_notes.schema import Heard, SpanSeconds, Word

_BEAM = 5
_SILENCE = 2.0  # seconds of silence around a word that make it doubtful to Whisper
_LONGEST_SPEECH = 27.0  # seconds after which a speech span is cut at its next short pause
_CJK = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\u0e00-\u0e7f]")

_Model: TypeAlias = Any  # faster_whisper.WhisperModel; its home has no types
_Found: TypeAlias = Any  # faster_whisper.transcribe.Segment


def find_speech(samples: Samples) -> list[SpanSeconds]:
    """Stretches of speech in seconds, each at most 27 s, by Silero's voice activity detection."""
    from faster_whisper.vad import VadOptions, get_speech_timestamps

    options = VadOptions(
        max_speech_duration_s=_LONGEST_SPEECH,
        min_speech_duration_ms=100,  # no word is shorter; a tone may seem speech for so long
        min_silence_duration_ms=200,  # fine enough to fill windows well
        speech_pad_ms=200,
    )
    spans = get_speech_timestamps(samples, options)
    return [(span["start"] / RATE, span["end"] / RATE) for span in spans]


class WhisperRecogniser:
    """A Recogniser (see protocols) that listens for `terms`."""

    def __init__(  # noqa: PLR0913 - weights, what they run on, what they listen for
        self,
        folder: Path,
        *,
        name: str,
        threads: int = 0,
        terms: Sequence[str] = (),
        device: str = "cpu",
        compute_type: str = "int8",
        batch_size: int = 4,
    ) -> None:
        """Use the weights in `folder`; `threads` 0 leaves their number to CTranslate2.

        Raises ModelMissingError if `folder` holds no weights.
        """
        if not (folder / "model.bin").is_file():
            raise ModelMissingError(name, [f"no model.bin in {folder}"])
        self._folder = folder
        self._name = name
        self._threads = threads
        self._device = device
        self._compute_type = compute_type
        self._batch_size = batch_size
        # Whisper goes on in the style of its prompt: a list with commas gave 40 words a sentence.
        self._terms = " ".join(f"{term[0].upper()}{term[1:]}." for term in terms if term) or None
        self._loaded: _Model = None

    @property
    def name(self) -> str:
        """Weights and compute type, for provenance."""
        return f"{self._name} ({self._compute_type})"

    @property
    def languages(self) -> Sequence[str]:
        """Codes of the languages that the weights were trained for."""
        return tuple(map(str, self._model.supported_languages))

    @property
    def at_once(self) -> int:
        """Clips of one batch."""
        return self._batch_size

    def hear(self, clips: Sequence[Samples], language: str) -> Iterator[tuple[Heard, ...]]:
        """Yield what is said in each clip, in order."""
        from faster_whisper import BatchedInferencePipeline

        if not clips:
            return
        ends = list(itertools.accumulate(len(clip) for clip in clips))
        starts = [end - len(clip) for clip, end in zip(clips, ends, strict=True)]
        found, _ = BatchedInferencePipeline(self._model).transcribe(
            np.concatenate(clips),
            language=language,
            hotwords=self._terms,
            word_timestamps=True,
            vad_filter=False,
            clip_timestamps=[
                {"start": start / RATE, "end": end / RATE}
                for start, end in zip(starts, ends, strict=True)
            ],
            batch_size=self._batch_size,
            beam_size=_BEAM,
        )
        # A segment bears the frame at which its clip starts, and clips come in their order.
        frames = [int(start / RATE * self._model.frames_per_second) for start in starts]
        waiting = 0
        held: list[Heard] = []
        for segment in found:
            number = bisect_right(frames, int(segment.seek) + 1) - 1
            while waiting < number:
                yield tuple(held)
                held = []
                waiting += 1
            held.append(_heard(segment, starts[number] / RATE, len(clips[number]) / RATE))
        while waiting < len(clips):
            yield tuple(held)
            held = []
            waiting += 1

    def hear_again(
        self, clip: Samples, language: str, *, with_terms: bool = True
    ) -> tuple[Heard, ...]:
        """Hear one clip by sequential decoding with all of Whisper's checks."""
        found, _ = self._model.transcribe(
            clip,
            language=language,
            hotwords=self._terms if with_terms else None,
            word_timestamps=True,
            vad_filter=False,
            condition_on_previous_text=False,
            hallucination_silence_threshold=_SILENCE,
            beam_size=_BEAM,
            temperature=0.0,
        )
        return tuple(_heard(segment, 0.0, len(clip) / RATE) for segment in found)

    def tell_language(self, clip: Samples) -> Mapping[str, float]:
        """Probability of each language; English where the weights know no other."""
        if not self._model.model.is_multilingual:
            return {"en": 1.0}
        _, _, chances = self._model.detect_language(clip, language_detection_segments=1)
        return {str(code): float(p) for code, p in chances}

    @property
    def _model(self) -> _Model:
        if self._loaded is None:
            from faster_whisper import WhisperModel

            self._loaded = WhisperModel(
                str(self._folder),
                device=self._device,
                compute_type=self._compute_type,
                cpu_threads=self._threads,
                local_files_only=True,
            )
        return self._loaded


def _heard(segment: _Found, start: float, seconds: float) -> Heard:
    """Our value of a segment of a clip that starts at `start` and lasts `seconds`."""
    words = (_within(word, start, seconds) for word in _words(segment.words or ()))
    return Heard(
        words=tuple(words),
        logprob=float(segment.avg_logprob),
        compression=float(segment.compression_ratio),
        no_speech=float(segment.no_speech_prob),
    )


def _within(word: Word, start: float, seconds: float) -> Word:
    first = min(max(0.0, word.start - start), seconds)
    return replace(word, start=first, end=min(max(first, word.end - start), seconds))


def _words(found: Iterable[_Found]) -> list[Word]:
    """Our words of Whisper's; a part without a space before it belongs to the word before."""
    words: list[Word] = []
    for part in found:
        text = "".join(part.word.split())
        if not text:
            continue
        start, end = float(part.start), max(float(part.start), float(part.end))
        joins = words and not part.word[:1].isspace() and not _CJK.match(text)
        if joins:
            last = words[-1]
            words[-1] = Word(last.start, max(end, last.end), last.text + text, last.p)
        else:
            words.append(Word(start, end, text, float(part.probability)))
    return words
