"""How much a sentence says of its lecture's subject, without a model.

In: the texts of a lecture, then single sentences. Out: a weight to choose by, and whether there is
enough to be worth a note. On 354 labelled statements about an 80-minute lecture, this drops 30 % of
the empty ones and 3 % of the fully supported. Knows English stop words only.
"""

import math
import re
from collections import Counter
from collections.abc import Sequence

from rag_notes.write.phrases import subject_words

LEAST = 5  # words of the subject, those that the lecture comes back to counted twice
_RETURNS = 3  # times that it says these
_NUMBERS = 3  # words that a number counts for
_SHORT, _RETURNS_IN_SHORT = 1500, 2  # words of a lecture that comes back to little
_SENTENCE = 4  # words between spaces: languages that have fewer of them are not judged here
_NUMBER = re.compile(r"\d[\d.,]*")


class Salience:
    """The words that a lecture comes back to."""

    def __init__(self, lecture: Sequence[str]) -> None:
        """Count the words of the passages of a `lecture`."""
        self._counts = Counter(word for text in lecture for word in subject_words(text))
        size = sum(len(text.split()) for text in lecture)
        self._returns = _RETURNS if size > _SHORT else _RETURNS_IN_SHORT

    def weigh(self, text: str) -> float:
        """Sum over the subject's words of how often the lecture says them, on a log scale."""
        return sum(math.log1p(self._counts[word]) for word in set(subject_words(text)))

    def is_enough(self, text: str, *, least: int = LEAST) -> bool:
        """Whether a sentence says enough of the subject to be worth a note."""
        if len(text.split()) < _SENTENCE:
            return True
        words = set(subject_words(text))
        returning = sum(self._counts[word] >= self._returns for word in words)
        return len(words) + returning + _NUMBERS * len(_NUMBER.findall(text)) >= least
