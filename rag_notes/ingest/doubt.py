"""Which words of a transcript may be misheard.

In: words in the order they were said, with the recogniser's probabilities where it gives any, and
words that are known to be right; out: for each word whether it is doubtful. Changes no word.

A recogniser's word is doubtful where its probability is low and the same word is neither known nor
heard clearly elsewhere in the lecture; so is a run in which most words are improbable. Without
probabilities only what garbles text can be seen: loops, broken or foreign letters, and the marks
that people set where they heard nothing. Words in CAPITALS are as good as others.

`python scripts/measure_doubt.py` counts how that fits, with Whisper base on the 945 words of our
sample lecture, as it is and under white noise (words heard wrongly, words marked, share of the
marked that are wrong, share of the wrong content words that are marked):

    alone              26 wrong    21 marked   precision 0.38   recall 0.38
    with its slides    16 wrong    13 marked   precision 0.15   recall 0.10
    noise 8 dB below   68 wrong    27 marked   precision 0.56   recall 0.28
    noise as loud     280 wrong   215 marked   precision 0.61   recall 0.55

So a mark is a reason to listen, not a verdict, and most of what is misheard has none: Whisper is
sure of "balloon" (0.99). What is known from slides is mended by misheard.py.
"""

import re
from collections.abc import Collection, Iterator, Sequence

from rag_notes.ingest.clean import UNHEARD
from rag_notes.ingest.sentences import WordRange

UNLIKELY = 0.6  # a word of less is doubtful, unless
CLEAR = 0.8  # it was heard elsewhere with at least this
_GARBLED = 0.5  # a run of words of less is doubtful whatever they are:
_RUN, _LOW_IN_RUN = 5, 3  # so many words, so many of them low
_LOOP_TURNS = 3  # a phrase said so often in a row is a stutter or the recogniser's loop
_LOOP_WORDS = 5  # words of the longest phrase that loops
_SAID_IN_ROWS = frozenset(
    "very really so no yes yeah okay ok ha much many far long la blah zero one two three four five "
    "six seven eight nine ten oh".split()
)
_FEW = 10  # of so many words one may be foreign; where more are, it is the text's own script
_BROKEN = re.compile(r"\ufffd|[ÃÂâ][\u0080-\u00bf€™œ]|[ÃÂ]\W*$")
# Letters that no English lecture holds; Greek ones and mathematical alphabets it does.
_FOREIGN = re.compile(r"[\u0400-\u1dff\u2c00-\u2dff\u2e80-\ud7ff\uf900-\ufaff\ufb1d-\ufeff]")
_EDGES = re.compile(r"^\W+|\W+$")


def bare(word: str) -> str:
    """Lower-case word without the punctuation around it."""
    return _EDGES.sub("", word).lower()


def doubtful_words(
    words: Sequence[str], chances: Sequence[float | None], known: Collection[str] = ()
) -> tuple[bool, ...]:
    """Whether each word is doubtful; `chances` are 0-1, `known` words bare."""
    names = [bare(word) for word in words]
    clear = {name for name, p in zip(names, chances, strict=True) if p is not None and p >= CLEAR}
    right = clear.union(known)
    doubtful = [
        p is not None and p < UNLIKELY and name not in right
        for name, p in zip(names, chances, strict=True)
    ]
    for first, last in (*_garbled(chances), *_loops(names), *_unheard(words), *_odd(words)):
        doubtful[first:last] = [True] * (last - first)
    return tuple(doubtful)


def word_ranges(marks: Sequence[bool]) -> tuple[WordRange, ...]:
    """Half-open ranges of the words marked, as long as they are."""
    edges = [at for at in range(len(marks) + 1) if _at(marks, at) != _at(marks, at - 1)]
    return tuple(zip(edges[::2], edges[1::2], strict=True))


def _at(marks: Sequence[bool], at: int) -> bool:
    return 0 <= at < len(marks) and marks[at]


def _garbled(chances: Sequence[float | None]) -> Iterator[WordRange]:
    """Yield runs from the first to the last low word where most of a few words are low."""
    low = [at for at, p in enumerate(chances) if p is not None and p < _GARBLED]
    for first, last in zip(low, low[_LOW_IN_RUN - 1 :], strict=False):
        if last - first < _RUN:
            yield first, last + 1


def _loops(names: Sequence[str]) -> Iterator[WordRange]:
    """Yield phrases that are said over and over, but for numbers and what people do repeat."""
    for length in range(1, _LOOP_WORDS + 1):
        at = 0
        while at + length < len(names):
            same = at + length
            while same < len(names) and names[same] == names[same - length]:
                same += 1
            turns = (same - at) // length
            if turns >= _LOOP_TURNS and _is_loop(names[at : at + length]):
                yield at, at + turns * length
                at += turns * length
            else:
                at = max(at + 1, same - length)


def _is_loop(phrase: Sequence[str]) -> bool:
    return all(name.isalpha() and len(name) > 1 for name in phrase) and not (
        _SAID_IN_ROWS.issuperset(phrase)
    )


def _unheard(words: Sequence[str]) -> Iterator[WordRange]:
    """Yield marks such as "[inaudible]" and "[student unclear]"."""
    text = " ".join(words)
    for mark in UNHEARD.finditer(text):
        first = text.count(" ", 0, mark.start())
        yield first, first + mark[0].count(" ") + 1


def _odd(words: Sequence[str]) -> Iterator[WordRange]:
    """Yield words of broken letters, and of foreign ones where they are few."""
    foreign = {at for at, word in enumerate(words) if _FOREIGN.search(word)}
    few = len(foreign) * _FEW < len(words)
    for at, word in enumerate(words):
        if _BROKEN.search(word) or (few and at in foreign):
            yield at, at + 1
