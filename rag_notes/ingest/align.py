"""When each page of the slides was on screen.

In: the pages, and a film of the screen or the words that were said; out: for each page its
stretches of time, or that the slides do not belong to the lecture. Either way every moment is
weighed against every page, and the likeliest course through the pages is found by dynamic
programming (Viterbi, 1967): mostly one goes on to the next page, seldom back, at times to none.
Knows nothing of files.
"""

import math
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from rag_notes.ingest import likeness
from rag_notes.ingest.chunk import spoken_sentences
from rag_notes.ingest.frames import Film
from rag_notes.protocols import Embedder
from rag_notes.schema import Page, SpanSeconds, Transcript

Shown: TypeAlias = Mapping[int, tuple[SpanSeconds, ...]]  # by the page's number
Worth: TypeAlias = NDArray[np.float32]  # (moments, pages)

NONE = -1  # in a path: no page

_UNPARTED = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff\u0e00-\u0e7f]")

_ON_SCREEN = 0.04  # share of a film in which pages must be seen
_STANDS = 5.0  # seconds that a picture counts for at most
_STATED = 25  # words of a part of a sentence
_KNOWN = 0.15  # weight of a page's words against those of the whole lecture
_SHARPNESS = 0.07  # cosine that weighs as much as a word that is e times more frequent on a page
_SILENT = 2.0  # worth of no page for a sentence: as much as a weak match
# Worth of a sentence on its page, on average: of lectures and slides of another field 2.0 to 2.1,
# of the same field 2.1 to 3.9, of a lecture and its own 3.8 to 4.6.
_RELATED, _TIMED = 2.2, 3.3
_FEWEST = 8  # sentences by which that can be judged
_FEW_PAGES = 3  # up to which pages cannot be weighed against each other
_LONG, _SAID_OF = 5, 0.25  # then this share of their words of so many letters must be said
_READ_ALIKE = 0.5  # share of the words of a shot that a page must have


@dataclass(frozen=True, slots=True)
class Moves:
    """What it costs to go from a page to the next, further on, back, to none and from none."""

    onward: float
    forward: float
    back: float
    away: float
    home: float


_SEEN = Moves(0.4, 0.4, 0.4, 0.4, 0.4)  # two seconds of likeness outweigh a change
_SAID = Moves(2.5, 3.5, 4.5, 7.0, 2.0)


@dataclass(frozen=True, slots=True)
class Said:
    """What the words tell: when pages were shown, and whether they belong to what is said."""

    shown: Shown
    is_related: bool


def align_film(film: Film, pictures: Mapping[int, likeness.Grey]) -> Shown:
    """Find when the pages, by their pictures, are seen in a film; empty where hardly ever."""
    if not pictures:
        return {}
    like = likeness.compare(list(film.pictures), list(pictures.values()))
    lasting = np.array([min(end - start, _STANDS) for start, end in film.spans], np.float32)
    path = best_path((like - likeness.LIKE) * lasting[:, None], none=0.0, moves=_SEEN)
    shown = _shown(path, film.spans, list(pictures))
    seconds = sum(end - start for spans in shown.values() for start, end in spans)
    return shown if seconds >= _ON_SCREEN * film.end else {}


def align_readings(
    readings: Sequence[tuple[str, Sequence[SpanSeconds]]], pages: Sequence[Page]
) -> Shown:
    """Find the page of each text that was read on screen, by its words."""
    texts = [_words(f"{page.title} {page.text}") for page in pages]
    rare = _rarity(texts)
    shown: dict[int, list[SpanSeconds]] = defaultdict(list)
    for text, spans in readings:
        words = set(_words(text))
        shares = [_share(words, set(known), rare, math.log(len(texts) + 1)) for known in texts]
        best = max(range(len(pages)), key=shares.__getitem__, default=NONE)
        if best != NONE and shares[best] >= _READ_ALIKE:
            shown[pages[best].number] += spans
    return {number: tuple(sorted(spans)) for number, spans in sorted(shown.items())}


def align_words(transcript: Transcript, pages: Sequence[Page], embedder: Embedder) -> Said:
    """Find when the pages are spoken of; `embedder` tells how near a sentence is to a page."""
    pages = [page for page in pages if f"{page.title}{page.text}".strip()]
    texts = [f"{page.title}\n{page.text}" for page in pages]
    stated = list(_stated(transcript))
    if len(stated) < _FEWEST or not pages:
        return Said({}, is_related=True)
    around = [
        " ".join(one.text for one in stated[max(0, at - 1) : at + 2]) for at in range(len(stated))
    ]
    if len(pages) <= _FEW_PAGES:
        return Said({}, is_related=_spoken_of(texts, around) >= _SAID_OF)
    words = _likelihood([_words(one.text) for one in stated], [_words(text) for text in texts])
    nearness = embedder.embed(around) @ embedder.embed(texts).T / _SHARPNESS
    worth = _centred(words) + _centred(nearness)
    path = best_path(worth, none=_SILENT, moves=_SAID)
    average = _average(worth, path)
    spans = [one.span for one in stated if one.span is not None]
    if average < _TIMED or len(spans) < len(stated):
        return Said({}, is_related=average >= _RELATED)
    ends = [after[0] for _, after in pairwise(spans)] + [transcript.duration or spans[-1][1]]
    lasting = [(start, max(start, end)) for (start, _), end in zip(spans, ends, strict=True)]
    return Said(_shown(path, lasting, [page.number for page in pages]), is_related=True)


def best_path(worth: Worth, *, none: float, moves: Moves) -> list[int]:
    """Column of `worth` (moments, pages) to be at in each moment, or NONE, at the greatest total.

    Each moment is worth its cell, or `none`; each change of column costs what `moves` says.
    """
    moments, pages = worth.shape
    cells = np.concatenate([worth, np.full((moments, 1), none)], axis=1)  # the last is none
    total = cells[0].astype(np.float64)
    sources = np.zeros((moments, pages + 1), np.int32)
    for moment in range(1, moments):
        offers, origins = _offers(total, moves)
        kinds = offers.argmax(axis=0)
        sources[moment] = np.take_along_axis(origins, kinds[None], axis=0)[0]
        total = np.take_along_axis(offers, kinds[None], axis=0)[0] + cells[moment]
    path = [int(total.argmax())]
    for moment in range(moments - 1, 0, -1):
        path.append(int(sources[moment, path[-1]]))
    return [at if at < pages else NONE for at in reversed(path)]


def _offers(
    total: NDArray[np.float64], moves: Moves
) -> tuple[NDArray[np.float64], NDArray[np.intp]]:
    """What each state is reached with by each kind of move, and where from: two of (6, states)."""
    shown, pages = total[:-1], len(total) - 1
    offers = np.full((6, pages + 1), -np.inf)
    origins = np.zeros((6, pages + 1), np.intp)
    offers[0], origins[0] = total, np.arange(pages + 1)
    offers[1, :pages], origins[1] = total[pages] - moves.home, pages
    if pages:
        origins[2] = shown.argmax()
        offers[2, pages] = shown.max() - moves.away
        origins[3, 1:] = np.arange(pages)
        offers[3, 1:pages] = shown[:-1] - moves.onward
        origins[4, 1:] = earlier = _running_best(shown)
        offers[4, 1:pages] = shown[earlier[:-1]] - moves.forward
        origins[5, : pages - 1] = later = (pages - 1 - _running_best(shown[::-1]))[::-1][1:]
        offers[5, : pages - 1] = shown[later] - moves.back
    return offers, origins


def _running_best(values: NDArray[np.float64]) -> NDArray[np.intp]:
    """Index of the greatest value up to each place."""
    greatest = np.maximum.accumulate(values)
    return np.maximum.accumulate(np.where(values == greatest, np.arange(len(values)), 0))


# --- times ---------------------------------------------------------------------------------------


def _shown(path: Sequence[int], spans: Sequence[SpanSeconds], numbers: Sequence[int]) -> Shown:
    """Join the moments of each page that follow each other."""
    shown: dict[int, list[SpanSeconds]] = defaultdict(list)
    before = NONE
    for at, (start, end) in zip(path, spans, strict=True):
        if at != NONE:
            found = shown[numbers[at]]
            if at == before:
                found[-1] = (found[-1][0], end)
            else:
                found.append((start, end))
        before = at
    return {number: tuple(found) for number, found in sorted(shown.items())}


# --- words ---------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Stated:
    """A sentence or a part of one; `span` is None where untimed."""

    text: str
    span: SpanSeconds | None


def _stated(transcript: Transcript) -> Iterable[_Stated]:
    for sentence in spoken_sentences(transcript):
        parts = max(1, math.ceil(len(sentence) / _STATED))
        for part in np.array_split(np.arange(len(sentence)), parts):
            words = [sentence[at] for at in part]
            span = (words[0].start, words[-1].end) if transcript.timed else None
            yield _Stated(" ".join(word.text for word in words), span)


def _words(text: str) -> list[str]:
    """Words cut to six letters, stems in most languages; pairs where no spaces part them."""
    found: list[str] = []
    for word in re.findall(r"[^\W_]{2,}", text.lower()):
        is_run = bool(_UNPARTED.search(word))
        found += ["".join(pair) for pair in pairwise(word)] if is_run else [word[:6]]
    return found


def _likelihood(stated: Sequence[Sequence[str]], pages: Sequence[Sequence[str]]) -> Worth:
    """How much likelier each text's words are on a page than anywhere: a sum of logarithms.

    A word that the page does not have counts nothing, as speakers say far more than slides.
    """
    common = Counter(word for words in (*stated, *pages) for word in words)
    total = sum(common.values())
    worth = np.zeros((len(stated), len(pages)), np.float32)
    for column, words in enumerate(pages):
        gains = {
            word: math.log(1 + _KNOWN * (count / len(words)) / (common[word] / total))
            for word, count in Counter(words).items()
        }
        worth[:, column] = [sum(gains.get(word, 0.0) for word in said) for said in stated]
    return worth


def _centred(worth: NDArray[np.float32]) -> Worth:
    return np.asarray(worth - worth.mean(axis=1, keepdims=True), np.float32)


def _average(worth: Worth, path: Sequence[int]) -> float:
    return float(
        np.mean([_SILENT if at == NONE else worth[row, at] for row, at in enumerate(path)])
    )


def _spoken_of(pages: Sequence[str], stated: Sequence[str]) -> float:
    """Share of the longer words on pages that are said; 1 where there are none."""
    shown, said = (
        {word for text in texts for word in _words(text) if len(word) >= _LONG}
        for texts in (pages, stated)
    )
    return len(shown & said) / len(shown) if shown else 1.0


def _rarity(texts: Sequence[Sequence[str]]) -> Mapping[str, float]:
    """Weight of each word: the logarithm of how few of the texts have it."""
    counts = Counter(word for words in texts for word in set(words))
    return {word: math.log((len(texts) + 1) / count) for word, count in counts.items()}


def _share(words: set[str], known: set[str], rare: Mapping[str, float], unknown: float) -> float:
    """Share of `words`, by weight, that is `known`; one that no page has weighs `unknown`."""
    weights = {word: rare.get(word, unknown) for word in words}
    total = sum(weights.values())
    return (
        sum(weight for word, weight in weights.items() if word in known) / total if total else 0.0
    )
