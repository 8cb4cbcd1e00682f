"""What of a lecture is worth a note: stretches of sentences, chosen before a word is written.

In: passages, how to clean a sentence and tell whether it stands alone, and how much a text says of
the subject. Out: spans of one to three sentences, each passage's weightiest ones in the order they
were said; none that say too little. Selecting first makes the citation follow from the choice, as
in "Attribute First, then Generate" (ACL 2024, arXiv 2403.17104). Does not know the LLM.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import TypeAlias

from rag_notes.schema import Chunk, Source

WORDS_A_SPAN = 30  # of speech, about 12 seconds, for each span of a passage at most
MOST_WORDS = 48  # of one span
MOST_SENTENCES = 3  # of one span: no more may be cited
_FEWEST_WORDS = 5  # of a span that needs its passage to be understood
_LEANS = re.compile(
    r"(?:(?:and|so|but|or) )?(?:(?:it|its|this|that|they|them|these|those|which|such)\b"
    # of what was announced: "It has two parts. The first is an array. The second is a set"
    r"|(?:the )?(?:first|second|third|fourth)(?:ly)?(?:,| (?:one|is|are)\b)"
    r"|the (?:last|final) (?:one|is|are)\b)",
    re.IGNORECASE,
)
_NUMBER = re.compile(r"\d|\b(?:hundred|thousand|million|billion|percent)\b", re.IGNORECASE)
_NAME = re.compile(r"(?<=[a-z,;] )(?:[A-Z][\w-]+|[\w-]*[A-Z][\w-]*[A-Z\d][\w-]*)")
_DEFINES = re.compile(r"\b(?:is|are|means|called|refers to|consists of)\b (?:a|an|the|that)\b")
_STANDING = 3.0  # what standing alone is worth beside words, numbers and definitions
# A full stop that breaks a sentence: what comes next goes on with it.
_OPEN_END = re.compile(r"\b(?:is|are|was|were|that|where|with|by|in|on|for|can|will|would|just)\.$")

Clean: TypeAlias = Callable[[str], str]
Judge: TypeAlias = Callable[[str], bool]
Weigh: TypeAlias = Callable[[str], float]


@dataclass(frozen=True, slots=True)
class Span:
    """Sentences `first` to `last` (half-open) of one passage, cleaned in `text`.

    `passage` is what the speaker said around it, cleaned, without chatter. A `loose` span needs it
    to be understood: its own words cannot be printed.
    """

    chunk: str
    first: int
    last: int
    text: str
    loose: bool = False
    passage: str = ""

    @property
    def sources(self) -> tuple[Source, ...]:
        """The sentences it consists of."""
        return tuple(Source(self.chunk, number) for number in range(self.first, self.last))


def choose(  # noqa: PLR0913 - what spans are chosen by comes in as functions
    chunks: Sequence[Chunk],
    *,
    clean: Clean,
    stands_alone: Judge,
    is_filler: Judge,
    informs: Judge,
    weigh: Weigh,
) -> tuple[Span, ...]:
    """Choose spans of every passage, in the order they were said; none of those who listen."""
    spans: list[Span] = []
    for chunk in chunks:
        sentences = [
            "" if chunk.is_listened(number) else clean(chunk.sentence(number))
            for number in range(len(chunk.sentences))
        ]
        said = [text if text and not is_filler(text) else "" for text in sentences]
        found = [
            span for span in _spans(chunk.id, said, stands_alone=stands_alone) if informs(span.text)
        ]
        most = max(1, round(len(chunk.text.split()) / WORDS_A_SPAN))
        best = sorted(found, key=lambda span: _worth(span, weigh), reverse=True)[:most]
        passage = " ".join(text for text in said if text)
        spans += [replace(span, passage=passage) for span in found if span in best]
    return tuple(spans)


def _spans(chunk: str, said: Sequence[str], *, stands_alone: Judge) -> list[Span]:
    """Every sentence in one span: one that leans on the sentence before it goes with that."""
    runs: list[list[int]] = []
    for number, text in enumerate(said):
        if not text:
            continue
        held = runs[-1] if runs else []
        follows = held and held[-1] == number - 1
        joins = follows and (_LEANS.match(text) or _OPEN_END.search(said[number - 1]))
        if joins and len(held) < MOST_SENTENCES and _words([*held, number], said) <= MOST_WORDS:
            held.append(number)
        else:
            runs.append([number])
    spans = []
    for run in runs:
        loose = not stands_alone(said[run[0]])
        if not loose or _words(run, said) >= _FEWEST_WORDS:
            text = " ".join(said[number] for number in run)
            spans.append(Span(chunk, run[0], run[-1] + 1, text, loose=loose))
    return spans


def _words(numbers: Sequence[int], sentences: Sequence[str]) -> int:
    return sum(len(sentences[number].split()) for number in numbers)


def _worth(span: Span, weigh: Weigh) -> float:
    """Rate how much a span says: words of the subject, names, numbers and definitions."""
    return (
        weigh(span.text)
        + 3.0 * bool(_NUMBER.search(span.text))
        + 3.0 * bool(_DEFINES.search(span.text))
        + min(2, len(_NAME.findall(span.text)))
        + _STANDING * (not span.loose)
    )
