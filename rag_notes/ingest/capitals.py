"""Stretches in CAPITALS to small letters, as the rest of the transcript writes the same words.

In: texts in their order; out: the same texts with such stretches made small. A name keeps the form
that it has elsewhere in the transcript; one that stands in capitals only becomes small. A shouted
word or two, and abbreviations, stay.
"""

import itertools
import re
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

_LEAST_WORDS = 5  # in a row
_LEAST_LETTERS = 15
_EDGE_WORDS = 3  # fewer words of a text at the edge of a stretch are not of it
_LETTERS = re.compile(r"[^\W\d_]+")
_ENDS = re.compile(r"[.?!…][\"'”’)\]]*$")
_I = re.compile(r"^i(?:['’](?:m|ve|ll|d))?$")
_VOWEL = re.compile(r"[aeiouyäöüàâéèêëîïôûáíóúñåæø]", re.IGNORECASE)
_WORD = re.compile(r"[^\W_]+(?:['’-][^\W_]+)*")


def small_letters(texts: Sequence[str]) -> list[str]:
    """Write stretches of at least five words in capitals small, across the borders of texts."""
    words = [word for text in texts for word in text.split()]
    starts = list(itertools.accumulate((len(text.split()) for text in texts), initial=0))
    loud = [
        stretch
        for found in _stretches(words)
        if _is_loud(words, stretch := _trimmed(found, starts))
    ]
    if not loud:
        return list(texts)
    inside = {at for first, last in loud for at in range(first, last)}
    forms = _forms(words, inside)
    for at in inside:
        begins = at == 0 or bool(_ENDS.search(words[at - 1]))
        words[at] = _small(words[at], forms, begins=begins)
    rest = iter(words)
    return [" ".join(next(rest) for _ in text.split()) for text in texts]


def _stretches(words: Sequence[str]) -> Iterator[tuple[int, int]]:
    """Yield half-open ranges of words in capitals; words without letters go along."""
    at = 0
    while at < len(words):
        first = at
        while at < len(words) and words[at] == words[at].upper():
            at += 1
        yield first, at
        at = max(at, first + 1)


def _trimmed(stretch: tuple[int, int], starts: Sequence[int]) -> tuple[int, int]:
    """Leave out a word or two of a text that are in capitals by chance: "… the GPU." before it."""
    first, last = stretch
    after = starts[bisect_left(starts, first)]
    before = starts[bisect_right(starts, last) - 1]
    first = after if 0 < after - first < _EDGE_WORDS else first
    last = before if 0 < last - before < _EDGE_WORDS else last
    return first, max(first, last)


def _is_loud(words: Sequence[str], stretch: tuple[int, int]) -> bool:
    letters = ["".join(_LETTERS.findall(word)) for word in words[slice(*stretch)]]
    said = [word for word in letters if word]
    return len(said) >= _LEAST_WORDS and sum(map(len, said)) >= _LEAST_LETTERS


def _forms(words: Sequence[str], inside: set[int]) -> Mapping[str, str]:
    """How words outside the stretches are written where they begin no sentence, by small form."""
    counts: dict[str, Counter[str]] = {}
    for at, word in enumerate(words):
        if at in inside or at == 0 or _ENDS.search(words[at - 1]):
            continue
        for form in _WORD.findall(word):
            counts.setdefault(form.lower(), Counter())[form] += 1
    return {small: forms.most_common(1)[0][0] for small, forms in counts.items()}


def _small(word: str, forms: Mapping[str, str], *, begins: bool) -> str:
    written = _WORD.sub(lambda match: _form(match[0], forms), word)
    if begins:
        first = _LETTERS.search(written)
        at = first.start() if first else 0
        written = written[:at] + written[at : at + 1].upper() + written[at + 1 :]
    return written


def _form(word: str, forms: Mapping[str, str]) -> str:
    small = word.lower()
    if small in forms:
        return forms[small]
    if _I.match(small):
        return small.capitalize()
    is_short_form = len(word) > 1 and not _VOWEL.search(word) and "'" not in word
    return word if is_short_form or any(c.isdigit() for c in word) else small
