"""What a reply says, sentence by sentence, and the signs that it went wrong.

In: a reply of an LLM; out: its sentences, or that it is cut off, loops or leaks the prompt.
"""

import re
from collections.abc import Iterable

from rag_notes import prompts

_SENTENCE_END = re.compile(r"(?<=[.!?])(?<!\b[A-Z]\.)(?<!e\.g\.)(?<!i\.e\.)\s+(?=[A-Z\"'])")
_AND = re.compile(
    r", (?:and|but) (?=(?:[\w'’-]+ ){1,4}?"
    r"(?:is|are|was|were|has|have|can|cannot|will|must|should|does|do)\b)"
)
_LEANS = re.compile(
    r"(?:it|its|they|their|this|that|these|those|he|she|which|so|then|if|in|each|both|the "
    r"(?:same|other|first|second|former|latter|rest|result|space))\b",
    re.IGNORECASE,
)
_IN_LIST = re.compile(r",\s*\S+(?:\s\S+)?$")
_CLAUSE_WORDS = 5
_WORD = re.compile(r"[^\W\d_]{4,}")
_ROOT = 5  # letters that two forms of a word share


def split_reply(text: str, *, limit: int) -> tuple[str, ...]:
    """Sentences of a reply held to `limit` characters; one that the limit cut is left out."""
    text = " ".join(text.split())
    sentences = [one for one in _SENTENCE_END.split(text) if one]
    if len(text) >= limit - 1 and sentences and sentences[-1][-1] not in ".!?":
        sentences.pop()
    elif len(text) >= limit - 1 and sentences:
        sentences = sentences[:-1]  # the dot may have been put there to end in time
    return tuple(sentences)


def split_clauses(sentence: str) -> tuple[str, ...]:
    """Two full clauses that "and" or "but" glues, each as a sentence; else the sentence as it is.

    A small model joins matters that have nothing to do with each other; apart, each is judged and
    cited for itself. A clause that leans on the other ("and it is small") stays with it.
    """
    parts = _AND.split(sentence)
    if len(parts) != 2 or any(len(part.split()) < _CLAUSE_WORDS for part in parts):
        return (sentence,)
    first, second = parts
    if _LEANS.match(second) or _IN_LIST.search(first):
        return (sentence,)
    return f"{first.rstrip('.')}.", f"{second[0].upper()}{second[1:]}"


def is_repetitive(text: str) -> bool:
    """Whether a text runs in a loop: under 60 % of its three-word runs are different ones."""
    words = text.lower().split()
    runs = list(zip(words, words[1:], words[2:], strict=False))
    return len(runs) >= 10 and len(set(runs)) < 0.6 * len(runs)


def leaks(text: str, known: Iterable[str]) -> bool:
    """Whether a text names the subject of the prompts' worked example, and `known` does not."""
    subject = {word[:_ROOT] for word in prompts.example_subject()}
    said = {word[:_ROOT] for word in _WORD.findall(text.lower())} & subject
    return bool(said) and not said <= {
        word[:_ROOT] for one in known for word in _WORD.findall(one.lower())
    }


def share_known(text: str, known: Iterable[str], *, aside: frozenset[str] = frozenset()) -> float:
    """Share (0-1) of a text's longer words, those `aside` apart, whose root stands in `known`."""
    roots = {word[:_ROOT] for one in known for word in _WORD.findall(one.lower())}
    words = [word for word in _WORD.findall(text.lower()) if word not in aside]
    return sum(word[:_ROOT] in roots for word in words) / len(words) if words else 1.0
