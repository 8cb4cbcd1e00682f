"""What of a lecture is worth a note: stretches of sentences, chosen before a word is written.

In: passages, and how to clean a sentence and tell whether it stands alone. Out: spans of one or two
sentences, each passage's most informative ones in the order they were said, and one loose span for
a passage without any. Selecting first makes the citation follow from the choice, as in "Attribute
First, then Generate" (ACL 2024, arXiv 2403.17104). Does not know the LLM.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from rag_notes.schema import Chunk, Source

WORDS_A_SPAN = 42  # of speech, about 17 seconds, for each span of a passage at most
MOST_WORDS = 48  # of one span
_LOOSE_WORDS = 20  # a loose span ends from here on
_LEANS = re.compile(r"(?:it|this|that|they|these|those|which|such)\b", re.IGNORECASE)
_NUMBER = re.compile(r"\d|\b(?:hundred|thousand|million|billion|percent)\b", re.IGNORECASE)
_WORD = re.compile(r"[^\W\d_]{4,}")
_DEFINES = re.compile(r"\b(?:is|are|means|called|refers to|consists of)\b (?:a|an|the|that)\b")

Clean: TypeAlias = Callable[[str], str]
Judge: TypeAlias = Callable[[str], bool]


@dataclass(frozen=True, slots=True)
class Span:
    """Sentences `first` to `last` (half-open) of one passage, cleaned in `text`.

    A `loose` span holds no sentence that stands alone: its own words cannot be printed.
    """

    chunk: str
    first: int
    last: int
    text: str
    loose: bool = False

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
        found = _standing(chunk.id, sentences, stands_alone=stands_alone, is_filler=is_filler)
        if found:
            most = max(1, round(len(chunk.text.split()) / WORDS_A_SPAN))
            best = sorted(found, key=_worth, reverse=True)[:most]
            spans += [span for span in found if span in best]
        else:
            spans += _loose(chunk.id, sentences, is_filler)
    return tuple(spans)


def _standing(
    chunk: str, sentences: Sequence[str], *, stands_alone: Judge, is_filler: Judge
) -> list[Span]:
    spans: list[Span] = []
    taken = 0
    for number, text in enumerate(sentences):
        if number < taken or not stands_alone(text):
            continue
        taken = number + 1
        following = sentences[taken] if taken < len(sentences) else ""
        joined = f"{text} {following}"
        goes_on = _LEANS.match(following) and not is_filler(following)
        if goes_on and len(joined.split()) <= MOST_WORDS and following.endswith("."):
            taken += 1
            spans.append(Span(chunk, number, taken, joined))
        else:
            spans.append(Span(chunk, number, taken, text))
    return spans


def _loose(chunk: str, sentences: Sequence[str], is_filler: Judge) -> list[Span]:
    """The longest run of sentences that are no chatter, cut to the size of a span."""
    best: list[int] = []
    run: list[int] = []
    for number, text in enumerate([*sentences, ""]):
        if text and not is_filler(text):
            run.append(number)
            continue
        best = max(best, _cut(run, sentences), key=lambda one: _words(one, sentences))
        run = []
    if not best:
        return []
    text = " ".join(sentences[number] for number in best)
    return [Span(chunk, best[0], best[-1] + 1, text, loose=True)]


def _cut(run: Sequence[int], sentences: Sequence[str]) -> list[int]:
    kept: list[int] = []
    for number in run:
        if kept and _words([*kept, number], sentences) > MOST_WORDS:
            break
        kept.append(number)
        if _words(kept, sentences) >= _LOOSE_WORDS:
            break
    return kept


def _words(numbers: Sequence[int], sentences: Sequence[str]) -> int:
    return sum(len(sentences[number].split()) for number in numbers)


def _worth(span: Span) -> float:
    """Rate how much a span says: its longer words, numbers and definitions."""
    words = {word.lower() for word in _WORD.findall(span.text)}
    return (
        min(len(words), 14)
        + 3.0 * bool(_NUMBER.search(span.text))
        + 3.0 * bool(_DEFINES.search(span.text))
    )
