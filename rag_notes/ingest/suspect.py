"""What a recogniser made up rather than heard.

In: what was heard in one clip; out: the reason to disbelieve it, or None. Words that are merely
uncertain are none of its business (see doubt.py): here is what Whisper writes over music, noise and
silence, and where it loses its way: loops, lists of the terms it was given, words faster than
anyone speaks.
"""

import itertools
import re
from collections.abc import Iterator, Sequence

from rag_notes.schema import Heard, Word

UNCLEAR = "[unclear]"  # as people write it in transcripts; clean.py and doubt.py know it

_LOOPING = 2.4  # compression ratio of text that repeats itself (Whisper's own threshold)
_UNLIKELY = -1.0  # mean log probability (Whisper's own threshold)
# Speech under noise as loud as itself had 0.2 and -0.6 at worst, crowds 0.4 and -0.5 at best.
_NO_SPEECH = 0.4  # probability that nobody speaks, and
_UNSURE = -0.5  # mean log probability that is not enough then
_LETTERS_A_SECOND = 32.0  # the fastest talkers reach 25
_LEAST_SECONDS = 1.0
_CROWD, _CROWD_SECONDS = 8, 0.6  # words in a row that start within so few seconds
_BACKWARDS = 0.5  # seconds by which a word may start before the one before it
_PHRASE = 12  # words of the longest phrase that loops
_TURNS = 4  # a phrase said more often than this in a row is the recogniser's
_LEAST_PHRASE = 3  # words that nobody says four times in a row, one sentence each
_WORD_TURNS = 7  # a single word: people do say "no" six times
_ECHO = 5  # terms in the order in which they were given
_EDGES = re.compile(r"^\W+|\W+$")


def why_suspect(heard: Heard, seconds: float, terms: Sequence[str] = ()) -> str | None:
    """Say why not to believe what was heard in `seconds` of speech; None where there is no reason.

    `terms` are those that the recogniser listened for.
    """
    names = [bare(word.text) for word in heard.words]
    if not names:
        return None
    found = (
        ("it repeats itself", heard.compression > _LOOPING or any(loops(heard.words))),
        ("it is unlikely", heard.logprob < _UNLIKELY),
        ("nobody seems to speak", heard.no_speech > _NO_SPEECH and heard.logprob < _UNSURE),
        ("it is faster than anyone speaks", _is_too_fast(heard.words, seconds)),
        ("its times run backwards", _runs_backwards(heard.words)),
        ("it lists the terms given", _echoes(names, terms)),
    )
    return next((reason for reason, holds in found if holds), None)


def repeated(heard: Sequence[Heard]) -> list[bool]:
    """Whether each of several stretches in a row only says again what the ones before it said."""
    said = [tuple(bare(word.text) for word in one.words) for one in heard]
    marks = [False] * len(said)
    at = 0
    while at < len(said):
        same = at + 1
        while same < len(said) and said[same] == said[at]:
            same += 1
        if same - at >= _TURNS and len(said[at]) >= _LEAST_PHRASE:
            marks[at + 1 : same] = [True] * (same - at - 1)
        at = same
    return marks


def loops(words: Sequence[Word]) -> Iterator[tuple[int, int, int]]:
    """Yield (first word, words of the phrase, turns) of each phrase that is said over and over."""
    names = [bare(word.text) for word in words]
    at = 0
    while at < len(names):
        found = next(_turns(names, at), None)
        if found is None:
            at += 1
        else:
            length, turns = found
            yield at, length, turns
            at += length * turns


def bare(word: str) -> str:
    """Lower-case word without the punctuation around it."""
    return _EDGES.sub("", word).lower()


def _turns(names: Sequence[str], at: int) -> Iterator[tuple[int, int]]:
    """Yield (words, turns) of the phrases that loop from word `at` on, the shortest first."""
    for length in range(1, _PHRASE + 1):
        phrase = names[at : at + length]
        turns = 1
        while names[at + turns * length :][:length] == phrase:
            turns += 1
        if turns > (_TURNS if length > 1 else _WORD_TURNS) and any(phrase):
            yield length, turns


def _is_too_fast(words: Sequence[Word], seconds: float) -> bool:
    letters = sum(len(bare(word.text)) for word in words)
    if seconds >= _LEAST_SECONDS and letters / seconds > _LETTERS_A_SECOND:
        return True
    crowds = zip(words, words[_CROWD - 1 :], strict=False)
    return any(last.start - first.start < _CROWD_SECONDS for first, last in crowds)


def _runs_backwards(words: Sequence[Word]) -> bool:
    pairs = itertools.pairwise(words)
    return any(after.start < before.start - _BACKWARDS for before, after in pairs)


def _echoes(names: Sequence[str], terms: Sequence[str]) -> bool:
    """Whether several terms stand in a row as they were given."""
    given = [bare(part) for term in terms for part in term.split()]
    runs = {tuple(given[at : at + _ECHO]) for at in range(len(given) - _ECHO + 1)}
    said = (tuple(names[at : at + _ECHO]) for at in range(len(names) - _ECHO + 1))
    return any(run in runs for run in said)
