"""Shapes of the JSON files of one lecture's folder, for codec.py alone.

With `omit_defaults`, a field without a default is always written, one with a default only where it
is set. Each shape checks what a type cannot say: times that run forwards, places that exist, names
that are unique. Knows no bytes.
"""

from collections.abc import Iterable
from typing import Annotated, Literal

from msgspec import Meta, Struct

from rag_notes.schema import (
    BlockKind,
    ChunkKind,
    Correction,
    PageCoverage,
    Rejected,
    SectionKind,
    Verdict,
)

Id = Annotated[str, Meta(min_length=1)]
Count = Annotated[int, Meta(ge=0)]
Ordinal = Annotated[int, Meta(ge=1)]
Share = Annotated[float, Meta(ge=0, le=1)]
Seconds = Annotated[float, Meta(ge=0, le=1e9)]  # the bound also keeps infinity out
Span = tuple[Seconds, Seconds]
Version = Literal[1]


def forwards(start: float | None, end: float | None) -> None:
    """Raise ValueError (msgspec adds the field's path) unless both are None, or in order."""
    if (start is None) != (end is None):
        raise ValueError(f"expected both `start` and `end` or neither, found {start} and {end}")
    if start is not None and end is not None and end < start:
        raise ValueError(f"time runs backwards: {start} to {end}")


def unique(what: str, names: Iterable[str]) -> None:
    """Raise ValueError where a name stands twice."""
    seen = set()
    for name in names:
        if name in seen:
            raise ValueError(f"`{what}` has {name!r} twice")
        seen.add(name)


class WordFile(Struct):
    """One spoken word."""

    start: Seconds
    end: Seconds
    text: str
    p: Share | None = None

    def __post_init__(self) -> None:
        """Check what the types cannot say."""
        forwards(self.start, self.end)


class SegmentFile(Struct, omit_defaults=True):
    """A segment of `transcript.json`."""

    id: Id
    start: Seconds | None
    end: Seconds | None
    text: str
    channel: int
    confidence: Share | None
    words: tuple[WordFile, ...]
    original: str | None = None
    speaker: str | None = None

    def __post_init__(self) -> None:
        """Check what the types cannot say."""
        forwards(self.start, self.end)


class TranscriptFile(Struct):
    """`transcript.json`."""

    version: Version
    language: str
    duration: Seconds | None
    timed: bool
    segments: tuple[SegmentFile, ...]

    def __post_init__(self) -> None:
        """Check what the types cannot say."""
        unique("segments", (segment.id for segment in self.segments))
        for number, segment in enumerate(self.segments):
            if self.timed and segment.start is None:
                raise ValueError(f"`segments[{number}].start` is null though `timed` is true")
            if not self.timed and (segment.start is not None or segment.words):
                raise ValueError(f"`segments[{number}]` has times though `timed` is false")


class PageFile(Struct):
    """A page of `slides.json`."""

    number: Ordinal
    text: str
    title: str = ""
    notes: str = ""
    source: Literal["text", "ocr"] = "text"
    shown: tuple[Span, ...] = ()

    def __post_init__(self) -> None:
        """Check what the types cannot say."""
        for start, end in self.shown:
            forwards(start, end)


class SlidesFile(Struct, omit_defaults=True):
    """`slides.json`."""

    version: Version
    pages: tuple[PageFile, ...]
    is_related: bool = True
    timed_by: Literal["frames", "words"] | None = None

    def __post_init__(self) -> None:
        """Check what the types cannot say."""
        unique("pages", (str(page.number) for page in self.pages))


class ChunkFile(Struct, omit_defaults=True):
    """A line of `chunks.jsonl`."""

    id: Id
    kind: ChunkKind
    text: str
    start: Seconds | None
    end: Seconds | None
    segments: tuple[str, ...]
    page: Ordinal | None
    paragraph: Ordinal | None = None
    sentences: tuple[tuple[Count, Count], ...] = ()
    times: tuple[Span, ...] = ()
    doubtful: tuple[tuple[Count, Count], ...] = ()
    listeners: tuple[tuple[Count, Count], ...] = ()

    def __post_init__(self) -> None:
        """Check what the types cannot say."""
        forwards(self.start, self.end)
        if self.kind == "slide" and (self.page is None or self.start is not None):
            raise ValueError("a slide passage has a `page`, and null for `start` and `end`")
        words = len(self.text.split())
        ends = [0, *(last for _, last in self.sentences)]
        tiled = all(a == b < c for (b, c), a in zip(self.sentences, ends, strict=False))
        if self.sentences and not (tiled and ends[-1] == words):
            raise ValueError(f"`sentences` do not tile the {words} words of `text`")
        if self.times and len(self.times) != words:
            raise ValueError(f"`times` has {len(self.times)} pairs for {words} words")
        for start, end in self.times:
            forwards(start, end)
        for name, pairs in (("doubtful", self.doubtful), ("listeners", self.listeners)):
            edges = [edge for pair in pairs for edge in pair]
            if edges != sorted(edges) or any(a == b for a, b in pairs) or edges[-1:] > [words]:
                raise ValueError(f"`{name}` are no ranges of the {words} words of `text`")


class TopicFile(Struct):
    """A topic of `outline.json`."""

    id: Id
    title: str
    query: str
    first: Count
    last: Count
    span: Span | None

    def __post_init__(self) -> None:
        """Check what the types cannot say."""
        if self.last < self.first:
            raise ValueError(f"`last` {self.last} is before `first` {self.first}")
        forwards(*(self.span or (None, None)))


class OutlineFile(Struct):
    """`outline.json`."""

    version: Version
    topics: tuple[TopicFile, ...]


class CitationFile(Struct, omit_defaults=True):
    """Where a claim of `notes.json` was said or shown."""

    chunk: Id
    kind: ChunkKind
    start: Seconds | None
    end: Seconds | None
    page: Ordinal | None
    quote: str
    paragraph: Ordinal | None = None
    confidence: Share | None = None
    lecture: str | None = None

    def __post_init__(self) -> None:
        """Check what the types cannot say."""
        forwards(self.start, self.end)
        if self.kind == "slide" and self.page is None:
            raise ValueError("a slide citation has a `page`, found null")
        if self.start is None and self.page is None and self.paragraph is None:
            raise ValueError("a citation has one of `start`, `page`, `paragraph`; found none")


class ClaimFile(Struct, omit_defaults=True):
    """A sentence of `notes.json`."""

    id: Id
    text: str
    citations: tuple[CitationFile, ...]
    support: Share
    verdict: Verdict
    extractive: bool = False
    term: str | None = None
    value: str | None = None
    of: tuple[str, ...] = ()
    answer: "ClaimFile | None" = None
    original: str | None = None


class BlockFile(Struct):
    """Claims of one kind."""

    kind: BlockKind
    title: str | None
    claims: tuple[ClaimFile, ...]


class SectionFile(Struct, omit_defaults=True):
    """A part of `notes.json`."""

    id: Id
    kind: SectionKind
    title: str
    span: Span | None
    query: str | None
    retrieved: tuple[str, ...]
    blocks: tuple[BlockFile, ...]
    answered: bool | None = None
    nearest: tuple[CitationFile, ...] = ()
    original: str | None = None

    def __post_init__(self) -> None:
        """Check what the types cannot say."""
        forwards(*(self.span or (None, None)))


class WindowFile(Struct, kw_only=True, omit_defaults=True, rename={"first": "from", "last": "to"}):
    """A stretch in seconds (`start`, `end`), or in paragraphs (`from`, `to`)."""

    start: Seconds | None = None
    end: Seconds | None = None
    first: Ordinal | None = None
    last: Ordinal | None = None
    claims: Count
    reason: str | None


class CoverageFile(Struct, kw_only=True, omit_defaults=True):
    """Shares of speech time, or of words where there are no times."""

    cited_seconds: Share | None = None
    cited_words: Share | None = None
    windows: tuple[WindowFile, ...]
    pages: tuple[PageCoverage, ...]

    def __post_init__(self) -> None:
        """Check what the types cannot say."""
        if (self.cited_seconds is None) == (self.cited_words is None):
            raise ValueError("coverage has one of `cited_seconds`, `cited_words`")
        timed = self.cited_seconds is not None
        names = ("start", "end") if timed else ("from", "to")
        for number, window in enumerate(self.windows):
            ends = (window.start, window.end) if timed else (window.first, window.last)
            if None in ends:
                raise ValueError(f"`windows[{number}]` lacks `{names[0]}` or `{names[1]}`")
            forwards(*ends)


class CheckedClaimFile(Struct):
    """A claim with its verdict, as `verify --json` prints it."""

    text: str
    line: Ordinal | None
    verdict: Verdict
    reason: str | None
    support: Share
    citations: tuple[CitationFile, ...]
    unsaid_numbers: tuple[str, ...]


class CountsFile(Struct):
    """Sums of a verification; a number nobody said counts once per claim."""

    claims: Count
    supported: Count
    unsupported: Count
    unsaid_numbers: Count


class VerificationFile(Struct):
    """What `verify --json` prints."""

    claims: tuple[CheckedClaimFile, ...]
    counts: CountsFile


class AnswerFile(Struct, omit_defaults=True):
    """What `ask --json` prints; a line of `chat.jsonl`."""

    question: str
    answered: bool
    claims: tuple[ClaimFile, ...]
    nearest: tuple[CitationFile, ...]
    seconds: dict[str, Seconds]
    reading: str | None = None
    notices: tuple[str, ...] = ()
    asked: str | None = None
    at: str | None = None

    def __post_init__(self) -> None:
        """Check what the types cannot say."""
        if self.answered != bool(self.claims):
            raise ValueError(f"`answered` is {self.answered} with {len(self.claims)} claims")


class ProvenanceFile(Struct):
    """What made `notes.json`."""

    rag_notes: str
    transcriber: str
    embedder: str
    llm: str
    prompts: dict[str, str] = {}
    seconds: dict[str, Seconds] = {}
    tokens: dict[str, Count] = {}


class NotesFile(Struct, omit_defaults=True):
    """`notes.json`."""

    version: Version
    title: str
    query: str | None
    language: str
    sections: tuple[SectionFile, ...]
    coverage: CoverageFile
    rejected: tuple[Rejected, ...]
    provenance: ProvenanceFile
    query_reading: str | None = None
    corrections: tuple[Correction, ...] = ()
    translated_from: str | None = None

    def __post_init__(self) -> None:
        """Check what the types cannot say."""
        claims = [claim for s in self.sections for block in s.blocks for claim in block.claims]
        unique("claims", (claim.id for claim in claims))
