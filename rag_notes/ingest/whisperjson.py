"""Transcripts that recognisers write as JSON to cues.

In: the text of a file of Whisper or its kin (faster-whisper, WhisperX, the OpenAI API, whisper.cpp,
Transformers), or our own transcript.json. Out: its cues. A word has a time of its own only where
the file gives it one, or both its neighbours.
"""

import math
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import msgspec

from rag_notes.errors import InputError
from rag_notes.ingest.clean import is_latin, plain
from rag_notes.ingest.cues import MAX_SECONDS, Cue, Read, original_of
from rag_notes.schema import Word


class _JsonWord(msgspec.Struct):
    """A word of Whisper ("word", "probability"), WhisperX ("score") or ours ("text", "p")."""

    start: float | None = None
    end: float | None = None
    word: str | None = None
    text: str | None = None
    p: float | None = None
    probability: float | None = None
    score: float | None = None

    @property
    def said(self) -> str:
        """Its text, whatever it is called."""
        return self.word or self.text or ""


class _JsonSegment(msgspec.Struct):
    """A segment of any of them: `timestamp` is Transformers', `offsets` are whisper.cpp's."""

    text: str = ""
    start: float | None = None
    end: float | None = None
    words: list[_JsonWord] | None = None
    channel: int = 0
    confidence: float | None = None
    speaker: str | None = None
    original: str | None = None
    timestamp: tuple[float | None, float | None] | None = None
    offsets: dict[str, float] | None = None  # milliseconds


class _JsonTranscript(msgspec.Struct):
    """A transcript of any of them; the segments have one of three names."""

    segments: list[_JsonSegment] | None = None
    chunks: list[_JsonSegment] | None = None
    transcription: list[_JsonSegment] | None = None
    words: list[_JsonWord] | None = None
    language: str | None = None
    duration: float | None = None
    timed: bool = True


def read_json(path: Path, text: str) -> Read:
    """Read a transcript in JSON.

    Raises InputError where it is none.
    """
    try:
        found = msgspec.json.decode(text, type=_JsonTranscript)
    except (msgspec.DecodeError, RecursionError) as error:
        raise InputError(
            f"{path}: not a transcript as Whisper, WhisperX or rag-notes writes it ({error})"
        ) from error
    segments = next(
        (s for s in (found.segments, found.chunks, found.transcription) if s is not None), None
    )
    if segments is None:
        raise InputError(
            f"{path}: not a transcript as Whisper, WhisperX or rag-notes writes it "
            "(it has no `segments`)"
        )
    segments = [_timed(segment) for segment in segments]
    if found.words and not any(segment.words for segment in segments):
        _deal_out(found.words, segments)
    latin = is_latin(" ".join(segment.text for segment in segments))
    cues = [_cue(segment, latin=latin) for segment in segments]
    repairs: tuple[str, ...] = ()
    if not found.timed or any(c.start is None for c in cues if c.text):
        if found.timed and any(c.start is not None for c in cues if c.text):
            repairs = ("some segments have no times, so the others' were not used",)
        cues = [replace(cue, start=None, end=None, words=()) for cue in cues]
    language = found.language if found.language and len(found.language) <= 12 else None
    return Read(cues, language, time_of(found.duration), repairs)


def time_of(seconds: float | None) -> float | None:
    """Seconds where they are a time at all."""
    if seconds is None or not math.isfinite(seconds) or not 0 <= seconds <= MAX_SECONDS:
        return None
    return float(seconds)


def _timed(segment: _JsonSegment) -> _JsonSegment:
    """Give a segment of whisper.cpp or Transformers its start and end."""
    if segment.start is None and segment.timestamp is not None:
        segment.start, segment.end = segment.timestamp
    if segment.start is None and segment.offsets is not None:
        start, end = segment.offsets.get("from"), segment.offsets.get("to")
        segment.start = None if start is None else start / 1000
        segment.end = None if end is None else end / 1000
    return segment


def _deal_out(words: Sequence[_JsonWord], segments: Sequence[_JsonSegment]) -> None:
    """Give each segment its words, where a file keeps them apart and both say the same."""
    at = 0
    for segment in segments:
        letters = _letters(segment.text)
        own: list[_JsonWord] = []
        while at < len(words) and len(_letters("".join(w.said for w in own))) < len(letters):
            own.append(words[at])
            at += 1
        if _letters("".join(word.said for word in own)) != letters:
            return
        segment.words = _as_written(own, segment.text)


def _as_written(words: Sequence[_JsonWord], text: str) -> list[_JsonWord] | None:
    """Words as the text writes them, with its punctuation; None where they are other words."""
    written = text.split()
    if len(written) != len(words):
        return None
    return [
        _JsonWord(word.start, word.end, word=as_text)
        for word, as_text in zip(words, written, strict=True)
    ]


def _letters(text: str) -> str:
    return "".join(c for c in text.lower() if c.isalnum())


def _cue(segment: _JsonSegment, *, latin: bool) -> Cue:
    start, end = time_of(segment.start), time_of(segment.end)
    words = tuple(_words(segment, start, end, latin=latin))
    text = plain(segment.text, latin=latin)
    said = " ".join(word.text for word in words)
    if not words or (said.split() != text.split() and text):
        words = ()
    return Cue(
        text=text or said,
        start=start if start is not None or not words else words[0].start,
        end=end if end is not None or not words else words[-1].end,
        channel=segment.channel if 0 <= segment.channel < 1000 else 0,
        confidence=segment.confidence,
        words=words,
        original=segment.original or (original_of(segment.text, text) if text else None),
        speaker=segment.speaker,
        new_turn=segment.speaker is None,  # each names its own
    )


def _words(
    segment: _JsonSegment, start: float | None, end: float | None, *, latin: bool
) -> Iterator[Word]:
    """Yield the words; one without a time has that of the gap between its timed neighbours."""
    found = segment.words or []
    before = start
    for number, word in enumerate(found):
        text = plain(word.said, latin=latin)
        first, last = time_of(word.start), time_of(word.end)
        if first is None or last is None:
            after = (time_of(later.start) for later in found[number + 1 :])
            last = next((time for time in after if time is not None), end)
            first = before
        if first is None or last is None:
            return
        before = last = max(first, last)
        p = next((p for p in (word.p, word.probability, word.score) if p is not None), None)
        for part in text.split():
            yield Word(first, last, part, p)
