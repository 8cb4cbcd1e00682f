"""What a reply says, sentence by sentence, and the signs that it went wrong.

In: text of an LLM; out: its sentences, or the word that it is cut off, loops or leaks the prompt.
"""

import re
from collections.abc import Iterable

from rag_notes import prompts

_SENTENCE_END = re.compile(r"(?<=[.!?])(?<!\b[A-Z]\.)(?<!e\.g\.)(?<!i\.e\.)\s+(?=[A-Z\"'])")
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
