"""The words of the slides that a recogniser should listen for.

In: Slides; out: names first, then long words, few enough for Whisper's prompt. In our sample
Whisper base hears "balloon filter" and "Majulo"; with these words "Bloom filter" and "modulo".
"""

import re
from collections import Counter

from rag_notes.schema import Slides

MAX_CHARACTERS = 400  # about 120 of the 224 tokens that Whisper takes
_WORD = re.compile(r"[^\W\d_][\w'’-]*[\w]")
_FOLLOWS = re.compile(r" [a-z]{4,}\b")
_LONG = 6  # letters of a plain word worth giving


def slide_terms(slides: Slides) -> tuple[str, ...]:
    """Names and long words of the slides, the most frequent first, each once.

    A name keeps the word after it: "Bloom filter" is heard where "Bloom" alone is not.
    """
    names: Counter[str] = Counter()
    plain: Counter[str] = Counter()
    for page in slides.pages:
        for line in page.text.splitlines():
            words = list(_WORD.finditer(line))
            headline = sum(word.group()[0].isupper() for word in words) > len(words) / 2
            for at, word in enumerate(words):
                if _is_name(word.group(), first=at == 0 or headline):
                    follows = _FOLLOWS.match(line, word.end())
                    names[word.group() + (follows.group() if follows else "")] += 1
                elif len(word.group()) >= _LONG:
                    plain[word.group().lower()] += 1
    known = {part for name in names for part in name.lower().split()}
    ordered = [*_ranked(names), *(word for word in _ranked(plain) if word not in known)]
    terms: list[str] = []
    for term in ordered:
        if sum(len(one) + 2 for one in terms) + len(term) > MAX_CHARACTERS:
            break
        terms.append(term)
    return tuple(terms)


def _is_name(word: str, *, first: bool) -> bool:
    inner = sum(letter.isupper() for letter in word[1:])
    return bool(inner) or (word[0].isupper() and not first and len(word) > 2)


def _ranked(counts: Counter[str]) -> list[str]:
    return sorted(counts, key=lambda word: -counts[word])
