"""Values of schema.py to and from the JSON files of one lecture's folder, and to what is printed.

In: frozen values; out: UTF-8 bytes, and back. Reading is strict: a file that is not of the shape
that shapes.py draws is refused with the field's name; fields that a later version may add are
passed over. Floats keep 3 decimals. Knows no paths and opens no files.
"""

import math
from collections.abc import Sequence
from typing import TypeVar

import msgspec
from msgspec import Struct

from rag_notes.answers import Answer, Verification
from rag_notes.errors import InputError
from rag_notes.schema import (
    Chunk,
    Citation,
    Claim,
    Coverage,
    Notes,
    Outline,
    Provenance,
    Section,
    Slides,
    Transcript,
    Window,
)
from rag_notes.shapes import (
    AnswerFile,
    CheckedClaimFile,
    ChunkFile,
    CitationFile,
    ClaimFile,
    CountsFile,
    CoverageFile,
    NotesFile,
    OutlineFile,
    PageFile,
    ProvenanceFile,
    SectionFile,
    SegmentFile,
    SlidesFile,
    TopicFile,
    TranscriptFile,
    VerificationFile,
    WindowFile,
    unique,
)

T = TypeVar("T")
# Control characters that JSON allows and a terminal obeys.
_CONTROLS = {code: f"\\u{code:04x}" for code in range(0x7F, 0xA0)}


# --- one pair of functions per file --------------------------------------------------------------


def encode_transcript(transcript: Transcript) -> bytes:
    """Write `transcript.json`."""
    segments = _recast(transcript.segments, tuple[SegmentFile, ...])
    file = TranscriptFile(1, transcript.language, transcript.duration, transcript.timed, segments)
    return _encode(file, "transcript.json")


def decode_transcript(data: bytes) -> Transcript:
    """Read `transcript.json`.

    Raises InputError where it is not one.
    """
    return _recast(_decode(data, TranscriptFile, "transcript.json"), Transcript)


def encode_slides(slides: Slides) -> bytes:
    """Write `slides.json`."""
    pages = _recast(slides.pages, tuple[PageFile, ...])
    return _encode(SlidesFile(1, pages, slides.is_related, slides.timed_by), "slides.json")


def decode_slides(data: bytes) -> Slides:
    """Read `slides.json`.

    Raises InputError where it is not one.
    """
    return _recast(_decode(data, SlidesFile, "slides.json"), Slides)


def encode_chunks(chunks: Sequence[Chunk]) -> bytes:
    """Write `chunks.jsonl`, one passage a line."""
    lines = [_json(_recast(chunk, ChunkFile), "chunks.jsonl") for chunk in chunks]
    data = b"".join(line + b"\n" for line in lines)
    decode_chunks(data)  # what cannot be read is never written
    return data


def decode_chunks(data: bytes) -> tuple[Chunk, ...]:
    """Read `chunks.jsonl`.

    Raises InputError where a line is not a passage, or two have one id.
    """
    chunks = tuple(
        _recast(_decode(line, ChunkFile, f"chunks.jsonl, line {number}"), Chunk)
        for number, line in enumerate(data.split(b"\n"), start=1)
        if line.strip()
    )
    try:
        unique("chunks", (chunk.id for chunk in chunks))
    except ValueError as error:
        raise InputError(f"chunks.jsonl: {error}") from error
    return chunks


def encode_outline(outline: Outline) -> bytes:
    """Write `outline.json`."""
    return _encode(OutlineFile(1, _recast(outline.topics, tuple[TopicFile, ...])), "outline.json")


def decode_outline(data: bytes) -> Outline:
    """Read `outline.json`.

    Raises InputError where it is not one.
    """
    return _recast(_decode(data, OutlineFile, "outline.json"), Outline)


def encode_notes(notes: Notes) -> bytes:
    """Write `notes.json`."""
    file = NotesFile(
        version=1,
        title=notes.title,
        query=notes.query,
        language=notes.language,
        sections=_recast(notes.sections, tuple[SectionFile, ...]),
        coverage=_coverage_to_file(notes.coverage),
        rejected=notes.rejected,
        provenance=_provenance_to_file(notes.provenance),
        query_reading=notes.query_reading,
        corrections=notes.corrections,
        translated_from=notes.translated_from,
    )
    return _encode(file, "notes.json")


def decode_notes(data: bytes) -> Notes:
    """Read `notes.json`.

    Raises InputError where it is not one.
    """
    file = _decode(data, NotesFile, "notes.json")
    return Notes(
        title=file.title,
        language=file.language,
        sections=_recast(file.sections, tuple[Section, ...]),
        coverage=_coverage_from_file(file.coverage),
        provenance=Provenance(
            rag_notes=file.provenance.rag_notes,
            transcriber=file.provenance.transcriber,
            embedder=file.provenance.embedder,
            llm=file.provenance.llm,
            prompts=tuple(file.provenance.prompts.items()),
            seconds=tuple(file.provenance.seconds.items()),
            tokens=tuple(file.provenance.tokens.items()),
        ),
        query=file.query,
        query_reading=file.query_reading,
        rejected=file.rejected,
        corrections=file.corrections,
        translated_from=file.translated_from,
    )


def encode_verification(found: Verification) -> bytes:
    """Write what `verify --json` prints."""
    claims = _recast(found.claims, tuple[CheckedClaimFile, ...])
    counts = CountsFile(
        claims=len(found.claims),
        supported=found.supported,
        unsupported=found.unsupported,
        unsaid_numbers=found.unsaid_numbers,
    )
    data = _encode(VerificationFile(claims, counts), "verification")
    return data.decode().translate(_CONTROLS).encode()


def encode_answer(answer: Answer, *, indent: int = 1) -> bytes:
    """Write what `ask --json` prints, or a line of `chat.jsonl` with an `indent` of 0."""
    file = AnswerFile(
        question=answer.question,
        answered=answer.answered,
        claims=_recast(answer.claims, tuple[ClaimFile, ...]),
        nearest=_recast(answer.nearest, tuple[CitationFile, ...]),
        seconds=dict(answer.seconds),
        reading=answer.reading,
        notices=answer.notices,
        asked=answer.asked,
        at=answer.at,
    )
    data = _encode(file, "answer")
    data = data if indent else msgspec.json.format(data, indent=-1) + b"\n"
    return data.decode().translate(_CONTROLS).encode()


def decode_answer(data: bytes) -> Answer:
    """Read an answer.

    Raises InputError where it is none.
    """
    file = _decode(data, AnswerFile, "answer")
    return Answer(
        question=file.question,
        answered=file.answered,
        claims=_recast(file.claims, tuple[Claim, ...]),
        nearest=_recast(file.nearest, tuple[Citation, ...]),
        seconds=tuple(file.seconds.items()),
        reading=file.reading,
        notices=file.notices,
        asked=file.asked,
        at=file.at,
    )


# --- where the file's shape is not the value's ---------------------------------------------------


def _coverage_to_file(coverage: Coverage) -> CoverageFile:
    if coverage.timed:
        windows = tuple(
            WindowFile(start=w.start, end=w.end, claims=w.claims, reason=w.reason)
            for w in coverage.windows
        )
        return CoverageFile(cited_seconds=coverage.cited, windows=windows, pages=coverage.pages)
    windows = tuple(
        WindowFile(first=round(w.start), last=round(w.end), claims=w.claims, reason=w.reason)
        for w in coverage.windows
    )
    return CoverageFile(cited_words=coverage.cited, windows=windows, pages=coverage.pages)


def _coverage_from_file(file: CoverageFile) -> Coverage:
    timed = file.cited_seconds is not None
    cited = file.cited_seconds if timed else file.cited_words
    assert cited is not None  # CoverageFile sees to it
    windows = []
    for window in file.windows:
        start, end = (window.start, window.end) if timed else (window.first, window.last)
        assert start is not None  # the same
        assert end is not None
        windows.append(Window(float(start), float(end), window.claims, window.reason))
    return Coverage(cited=cited, timed=timed, windows=tuple(windows), pages=file.pages)


def _provenance_to_file(made: Provenance) -> ProvenanceFile:
    for name in ("prompts", "seconds", "tokens"):
        try:
            unique(f"provenance.{name}", (key for key, _ in getattr(made, name)))
        except ValueError as error:
            raise InputError(f"notes.json: {error}") from error
    return ProvenanceFile(
        rag_notes=made.rag_notes,
        transcriber=made.transcriber,
        embedder=made.embedder,
        llm=made.llm,
        prompts=dict(made.prompts),
        seconds=dict(made.seconds),
        tokens=dict(made.tokens),
    )


# --- bytes ---------------------------------------------------------------------------------------


def _encode(file: Struct, name: str) -> bytes:
    data = msgspec.json.format(_json(file, name), indent=1) + b"\n"
    _decode(data, type(file), name)  # what cannot be read is never written
    return data


def _json(file: Struct, name: str) -> bytes:
    try:
        return msgspec.json.encode(_rounded(msgspec.to_builtins(file), name))
    except UnicodeEncodeError as error:
        raise InputError(f"{name}: a text is not Unicode: {error}") from error


def _decode(data: bytes, shape: type[T], name: str) -> T:
    try:
        return msgspec.json.decode(data, type=shape)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise InputError(
            f"{name}: {error}; it is damaged or not of version 1, make the lecture again"
        ) from error


def _recast(value: object, shape: type[T]) -> T:
    """Copy the fields into another type."""
    try:
        return msgspec.convert(value, shape, from_attributes=True)
    except msgspec.ValidationError as error:
        raise InputError(f"not a value of the lecture's files: {error}") from error


def _rounded(value: object, name: str) -> object:
    if isinstance(value, float):
        if not math.isfinite(value):
            raise InputError(f"{name}: {value} cannot be written, expected a finite number")
        return round(value, 3)
    if isinstance(value, dict):
        return {key: _rounded(item, name) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_rounded(item, name) for item in value]
    return value
