"""What of a lecture is worth a note: stretches of sentences, chosen before a word is written.

In: passages, and how to clean a sentence and tell whether it stands alone. Out: spans of one to
three sentences, each passage's most informative ones in the order they were said. Selecting first
makes the citation follow from the choice, as in "Attribute First, then Generate" (ACL 2024, arXiv
2403.17104). Does not know the LLM.
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
    r"(?:(?:and|so|but|or) )?(?:it|its|this|that|they|them|these|those|which|such)\b",
    re.IGNORECASE,
)
_NUMBER = re.compile(r"\d|\b(?:hundred|thousand|million|billion|percent)\b", re.IGNORECASE)
_NAME = re.compile(r"(?<=[a-z,;] )(?:[A-Z][\w-]+|[\w-]*[A-Z][\w-]*[A-Z\d][\w-]*)")
_WORD = re.compile(r"[^\W\d_]{4,}")
_DEFINES = re.compile(r"\b(?:is|are|means|called|refers to|consists of)\b (?:a|an|the|that)\b")
_STANDING = 3.0  # what standing alone is worth beside words, numbers and definitions

Clean: TypeAlias = Callable[[str], str]
Judge: TypeAlias = Callable[[str], bool]


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


def choose(
    chunks: Sequence[Chunk], *, clean: Clean, stands_alone: Judge, is_filler: Judge
) -> tuple[Span, ...]:
    """Choose spans of every passage, in the order they were said."""
    spans: list[Span] = []
    for chunk in chunks:
        sentences = [clean(chunk.sentence(number)) for number in range(len(chunk.sentences))]
        said = [text if text and not is_filler(text) else "" for text in sentences]
        found = _spans(chunk.id, said, stands_alone=stands_alone)
        most = max(1, round(len(chunk.text.split()) / WORDS_A_SPAN))
        best = sorted(found, key=_worth, reverse=True)[:most]
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
        joins = held and held[-1] == number - 1 and _LEANS.match(text)
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


def _worth(span: Span) -> float:
    """Rate how much a span says: its longer words, names, numbers and definitions."""
    words = {word.lower() for word in _WORD.findall(span.text)}
    return (
        min(len(words), 14)
        + 3.0 * bool(_NUMBER.search(span.text))
        + 3.0 * bool(_DEFINES.search(span.text))
        + min(2, len(_NAME.findall(span.text)))
        + _STANDING * (not span.loose)
    )
