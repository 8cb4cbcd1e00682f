"""The values that flow from stage to stage; no logic beyond derived properties.

Seconds are floats counted from the start of the media as a player shows it; `None` where a
transcript came without times. Pages and paragraphs count from 1. A higher score is better. A "word"
is what stands between white space.
"""

from dataclasses import dataclass
from typing import Literal, TypeAlias

SpanSeconds: TypeAlias = tuple[float, float]
ChunkKind: TypeAlias = Literal["speech", "slide"]
SectionKind: TypeAlias = Literal[
    "goals", "story", "topic", "glossary", "checklist", "numbers", "answer"
]
BlockKind: TypeAlias = Literal[
    "goal",
    "story",
    "outline",
    "overview",
    "explanation",
    "procedure",
    "example",
    "implementation",
    "visual",
    "confusion",
    "question",
    "term",
    "check",
    "number",
    "answer",
]
Verdict: TypeAlias = Literal["supported", "unsupported"]


# Reason of a claim that passed all checks and that the user's instruction leaves out.
LEFT_OUT = "left out by your instruction"
INSTRUCTION = "an instruction"  # how the reading of a query speaks of one


# --- what was said and shown ---------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Word:
    """One spoken word with the recogniser's probability (0-1, None where it came from captions)."""

    start: float
    end: float
    text: str
    p: float | None = None


@dataclass(frozen=True, slots=True)
class Segment:
    """A stretch of transcript as it came: a caption cue, a recognised phrase, a paragraph.

    `original` is its text before it was cleaned, None where that changed nothing. `speaker` is whom
    the transcript names, as it does.
    """

    id: str
    text: str
    start: float | None = None
    end: float | None = None
    channel: int = 0
    confidence: float | None = None
    words: tuple[Word, ...] = ()
    original: str | None = None
    speaker: str | None = None


@dataclass(frozen=True, slots=True)
class Heard:
    """What a recogniser made of some sound; its words are in seconds of that sound.

    `logprob` is the mean log probability of its tokens, `compression` how many times smaller its
    text packs, `no_speech` the probability (0-1) that nobody speaks.
    """

    words: tuple[Word, ...]
    logprob: float = 0.0
    compression: float = 1.0
    no_speech: float = 0.0


@dataclass(frozen=True, slots=True)
class Part:
    """The speech of one stretch of a recording, kept while the rest is heard.

    The next part of the same channel starts at `end`; `language` is None as long as nobody spoke.
    """

    channel: int
    start: float
    end: float
    language: str | None
    segments: tuple[Segment, ...] = ()


@dataclass(frozen=True, slots=True)
class Transcript:
    """All segments in the order of time; `timed` is False where no times were given."""

    language: str
    segments: tuple[Segment, ...]
    duration: float | None = None
    timed: bool = True


@dataclass(frozen=True, slots=True)
class Page:
    """One slide page; `shown` lists when it was on screen."""

    number: int
    text: str
    title: str = ""
    notes: str = ""
    source: Literal["text", "ocr"] = "text"
    shown: tuple[SpanSeconds, ...] = ()


@dataclass(frozen=True, slots=True)
class Slides:
    """The pages of a slide file in order.

    `timed_by` is what told when they were shown. Slides that are not `is_related` to what is said
    are not cited.
    """

    pages: tuple[Page, ...] = ()
    is_related: bool = True
    timed_by: Literal["frames", "words"] | None = None


@dataclass(frozen=True, slots=True)
class Lecture:
    """Everything that was ingested: a title, the speech, the slides."""

    title: str
    transcript: Transcript
    slides: Slides = Slides()


# --- what is indexed and found -------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Chunk:
    """A passage: the unit that is embedded, retrieved and cited.

    `sentences` are half-open ranges of word numbers that tile `text.split()`; `times` has one
    (start, end) in seconds per word and is empty for slides and untimed speech. `paragraph` is the
    passage's number among the speech passages of an untimed transcript, else None. `doubtful` are
    half-open ranges of words that may be misheard, `listeners` of those that people say who listen.
    """

    id: str
    kind: ChunkKind
    text: str
    start: float | None = None
    end: float | None = None
    segments: tuple[str, ...] = ()
    page: int | None = None
    paragraph: int | None = None
    sentences: tuple[tuple[int, int], ...] = ()
    times: tuple[SpanSeconds, ...] = ()
    doubtful: tuple[tuple[int, int], ...] = ()
    listeners: tuple[tuple[int, int], ...] = ()

    def is_listened(self, number: int) -> bool:
        """Whether somebody who listens says sentence `number`, or a part of it."""
        if not self.listeners:
            return False
        first, last = self.sentences[number]
        return any(a < last and first < b for a, b in self.listeners)

    def sentence(self, number: int) -> str:
        """Text of sentence `number`, counted from 0."""
        first, last = self.sentences[number]
        return " ".join(self.text.split()[first:last])


@dataclass(frozen=True, slots=True)
class Hit:
    """A passage found for a query.

    `score` is the share (0-1) of all evidence for the query, over everything that was searched,
    that lies at this passage: scores of one search can be compared, those of two cannot. `cosine`
    is how near passage and query are in meaning (-1 to 1), which can.
    """

    chunk: Chunk
    score: float
    cosine: float = 0.0


@dataclass(frozen=True, slots=True)
class Reading:
    """Passages to be read together: `hits`, best first, what comes before and after, the slides.

    `chunks` are consecutive passages of one kind in the order of the lecture, the hits' own among
    them; `slides` are the slide passages on screen meanwhile.
    """

    chunks: tuple[Chunk, ...]
    hits: tuple[Hit, ...]
    slides: tuple[Chunk, ...] = ()


@dataclass(frozen=True, slots=True)
class Topic:
    """A run of speech passages, positions `first` to `last` inclusive, with its title."""

    id: str
    title: str
    query: str
    first: int
    last: int
    span: SpanSeconds | None = None


@dataclass(frozen=True, slots=True)
class Outline:
    """The topics of a lecture in the order of time."""

    topics: tuple[Topic, ...]


@dataclass(frozen=True, slots=True)
class Correction:
    """Words of the speech that are read as slide page `page` spells them; heard `count` times."""

    heard: str
    read: str
    page: int
    count: int


# --- what is written -----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Source:
    """One sentence of one passage, as the LLM chose it from a numbered list."""

    chunk: str
    sentence: int


@dataclass(frozen=True, slots=True)
class Draft:
    """A statement as written, before any check: text and the sentences it was made from."""

    text: str
    sources: tuple[Source, ...]
    kind: BlockKind = "explanation"
    extractive: bool = False
    term: str | None = None
    value: str | None = None


@dataclass(frozen=True, slots=True)
class Citation:
    """The moment, page or paragraph that says it; `quote` stands verbatim in passage `chunk`.

    `confidence` (0-1) is the share of what the quote says of the claim that was heard clearly; None
    where that is enough. `lecture` is its name in an answer from several lectures.
    """

    chunk: str
    kind: ChunkKind
    quote: str
    start: float | None = None
    end: float | None = None
    page: int | None = None
    paragraph: int | None = None
    confidence: float | None = None
    lecture: str | None = None


@dataclass(frozen=True, slots=True)
class Claim:
    """A sentence of the notes with its citations; `of` names the claims that it restates.

    `original` is the sentence in the lecture's language where `text` is its translation.
    """

    id: str
    text: str
    citations: tuple[Citation, ...]
    support: float
    verdict: Verdict = "supported"
    extractive: bool = False
    term: str | None = None
    value: str | None = None
    of: tuple[str, ...] = ()
    answer: "Claim | None" = None
    original: str | None = None


@dataclass(frozen=True, slots=True)
class Block:
    """Claims under one sub-heading."""

    kind: BlockKind
    claims: tuple[Claim, ...]
    title: str | None = None


@dataclass(frozen=True, slots=True)
class Section:
    """A part of the notes: what it was asked (`query`), what was `retrieved`, what it says.

    `original` is the title in the lecture's language where `title` is its translation.
    """

    id: str
    kind: SectionKind
    title: str
    blocks: tuple[Block, ...]
    span: SpanSeconds | None = None
    query: str | None = None
    retrieved: tuple[str, ...] = ()
    answered: bool | None = None
    nearest: tuple[Citation, ...] = ()
    original: str | None = None


@dataclass(frozen=True, slots=True)
class Rejected:
    """A statement that was not printed, and why."""

    text: str
    section: str
    reason: str


@dataclass(frozen=True, slots=True)
class Window:
    """Claims per stretch of the lecture: `start`-`end` in seconds, or in paragraphs if untimed."""

    start: float
    end: float
    claims: int
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class PageCoverage:
    """Claims that cite a slide page."""

    number: int
    claims: int
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class Coverage:
    """What the notes cite: `cited` is the share (0-1) of speech time, or of words if untimed.

    It is that of the sentences in which a claim's quotes stand.
    """

    cited: float
    timed: bool
    windows: tuple[Window, ...] = ()
    pages: tuple[PageCoverage, ...] = ()


@dataclass(frozen=True, slots=True)
class Provenance:
    """What made the notes: versions, models, prompt hashes, seconds and tokens per stage."""

    rag_notes: str
    transcriber: str
    embedder: str
    llm: str
    prompts: tuple[tuple[str, str], ...] = ()
    seconds: tuple[tuple[str, float], ...] = ()
    tokens: tuple[tuple[str, int], ...] = ()


@dataclass(frozen=True, slots=True)
class Notes:
    """The notes of one lecture; everything exports are made from.

    `translated_from` is the lecture's language where `language` is another.
    """

    title: str
    language: str
    sections: tuple[Section, ...]
    coverage: Coverage
    provenance: Provenance
    query: str | None = None
    query_reading: str | None = None
    rejected: tuple[Rejected, ...] = ()
    corrections: tuple[Correction, ...] = ()
    translated_from: str | None = None


# --- what an LLM is asked and replies ------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Prompt:
    """One LLM call: texts, the JSON schema (as JSON text) the reply must fit, the token limit.

    `name` is the prompt's file name without `.jinja` ("condense.v2"). `turns` are the exchanges
    (user, assistant) before `user`: worked examples first, then what was said so far. `choices`
    are two words, one of which is the whole reply: then the reply says how likely the first is.
    """

    name: str
    system: str
    user: str
    schema: str
    max_tokens: int
    turns: tuple[tuple[str, str], ...] = ()
    choices: tuple[str, str] | None = None


@dataclass(frozen=True, slots=True)
class Reply:
    """What came back: `finish` is "length" where the token limit cut it off.

    Else `text` fits the prompt's schema, or is empty where the engine could not get one that does.
    `p` is the probability (0-1) of the first of the prompt's two choices against the other, None
    where the prompt had none or the engine does not tell.
    """

    text: str
    finish: Literal["stop", "length"]
    tokens_read: int = 0
    tokens_cached: int = 0
    tokens_written: int = 0
    seconds_reading: float = 0.0
    seconds_writing: float = 0.0
    p: float | None = None
