"""Texts to keyword scores: BM25 over word stems; the only importer of bm25s.

In: texts and their languages; out: a score of every text for a query, float64 (n,). Knows neither
vectors nor passages.
"""

import logging
import re
from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

# Languages (ISO 639-1) for which PyStemmer has an algorithm, and its name there.
_STEMMERS = {
    "ar": "arabic", "ca": "catalan", "cs": "czech", "da": "danish", "de": "german", "el": "greek",
    "en": "english", "eo": "esperanto", "es": "spanish", "et": "estonian", "eu": "basque",
    "fa": "persian", "fi": "finnish", "fr": "french", "ga": "irish", "hi": "hindi",
    "hu": "hungarian", "hy": "armenian", "id": "indonesian", "it": "italian", "lt": "lithuanian",
    "ne": "nepali", "nl": "dutch", "no": "norwegian", "pl": "polish", "pt": "portuguese",
    "ro": "romanian", "ru": "russian", "sr": "serbian", "sv": "swedish", "ta": "tamil",
    "tr": "turkish", "yi": "yiddish",
}  # fmt: skip
_STOPWORDS = {
    "da": "DANISH", "de": "GERMAN", "en": "EN", "es": "SPANISH", "fr": "FRENCH", "it": "ITALIAN",
    "ko": "KOREAN", "nl": "DUTCH", "no": "NORWEGIAN", "pt": "PORTUGUESE", "ru": "RUSSIAN",
    "sv": "SWEDISH", "tr": "TURKISH", "zh": "CHINESE",
}  # fmt: skip
_SAME = {"nb": "no", "nn": "no"}
_WORD = re.compile(r"\w+")  # words of one letter count: "k", "3"
# Scripts that write no blanks between words: Thai, Lao, Burmese, Khmer, kana, Han.
_UNSPACED = re.compile(r"[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff]+")


class Keywords:
    """BM25 of many texts, each stemmed in its own language; a query in all of these."""

    def __init__(self, texts: Sequence[str], languages: Sequence[str]) -> None:
        """Index `texts`; `languages` are their ISO 639-1 codes."""
        import bm25s

        logging.getLogger("bm25s").setLevel(logging.WARNING)  # it sets itself to DEBUG
        self._count = len(texts)
        self._readers = {language: _Reader(language) for language in dict.fromkeys(languages)}
        numbers: dict[str, int] = {}
        rows = [
            [numbers.setdefault(word, len(numbers)) for word in self._readers[language].words(text)]
            for text, language in zip(texts, languages, strict=True)
        ]
        self._numbers = numbers
        self._bm25 = bm25s.BM25()
        if numbers:  # it cannot be built of nothing
            self._bm25.index((rows, numbers), show_progress=False)

    def scores(self, query: str) -> NDArray[np.float64]:
        """BM25 of every text (n,); zeros where it has no word of the query."""
        words = dict.fromkeys(w for reader in self._readers.values() for w in reader.words(query))
        known = [word for word in words if word in self._numbers]
        if not known:
            return np.zeros(self._count)
        return np.asarray(self._bm25.get_scores(known), np.float64)


class _Reader:
    """Text of one language to the stems of its words, stop words left out."""

    def __init__(self, language: str) -> None:
        import Stemmer
        from bm25s import stopwords

        language = _SAME.get(base := re.split("[-_]", language.lower())[0], base)
        algorithm = _STEMMERS.get(language)
        self._stem = Stemmer.Stemmer(algorithm).stemWord if algorithm else str
        name = _STOPWORDS.get(language)
        self._stop = frozenset(getattr(stopwords, f"STOPWORDS_{name}")) if name else frozenset()

    def words(self, text: str) -> list[str]:
        found = _WORD.findall(text.lower())
        return [self._stem(w) for w in _parted(found) if w not in self._stop]


def _parted(words: Iterable[str]) -> Iterable[str]:
    """Yield the words; what is written without blanks in overlapping pairs of characters.

    Pairs are what Lucene's CJK analyzer takes where there is no dictionary.
    """
    for word in words:
        if word.isascii() or not (run := _UNSPACED.search(word)):
            yield word
            continue
        before, inside, after = word[: run.start()], run[0], word[run.end() :]
        if before:
            yield before
        yield from (inside[at : at + 2] for at in range(max(1, len(inside) - 1)))
        if after:
            yield from _parted([after])
