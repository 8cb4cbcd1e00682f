"""Whether passages hold the answer to a question, and where in them.

In: a question with its vector, sentences that may answer it, what an LLM found. Out: stretches to
read, nearest first, and a probability. A small LLM says yes too easily and a cosine knows no
question, so neither decides alone. Does not know the LLM, retrieval or the answer.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from rag_notes.ground.quote import sentence_spans
from rag_notes.ground.sentences import Sentences
from rag_notes.ground.words import content_stems
from rag_notes.protocols import Vectors
from rag_notes.schema import Chunk, Source

_LEAST_WORDS = 4  # of a sentence that is worth reading
_STRETCH_WORDS = 45  # from which a stretch is not lengthened
_MOST_WORDS = 110
# Weights beside a cosine. On half of QMSum's meetings the best sentence is then in a gold span for
# 46 of 100 queries, by the cosine alone for 38; words matter more where a lecture has one subject.
_OF_PASSAGE = 0.1  # of the logarithm of a passage's share
_OF_WORDS = 0.3
_PASSAGES = 3  # best passages whose words count as found


@dataclass(frozen=True, slots=True)
class Stretch:
    """Neighbouring sentences of one passage; `core` is the one nearest to the question."""

    core: Source
    sources: tuple[Source, ...]
    text: str


@dataclass(frozen=True, slots=True)
class Signs:
    """What speaks for an answer.

    `nearest` is the cosine of the nearest sentence, None from an embedder whose cosines have not
    been calibrated; `said` the share (0-1) of the question's rare words in the best passages;
    `likely` the highest probability that an LLM gave a stretch, None where it was not asked.
    """

    said: float
    nearest: float | None = None
    likely: float | None = None


def likelihood(signs: Signs) -> float:
    """Probability (0-1) that the passages answer the question."""
    at, weights = _WEIGHTS[signs.nearest is not None, signs.likely is not None]
    likely = 0.5 if signs.likely is None else min(max(signs.likely, 0.01), 0.99)
    values = (signs.nearest or 0.0, signs.said, math.log(likely / (1 - likely)))
    total = at + sum(weight * value for weight, value in zip(weights, values, strict=True))
    return 1 / (1 + math.exp(-total))


def rarity(question: str, among: Sequence[Chunk]) -> Mapping[str, float]:
    """Weight of each content stem of a question, the rarer in the passages the heavier; sum 1.

    BM25's (Robertson and Zaragoza 2009).
    """
    stems = [set(content_stems(chunk.text)) for chunk in among]
    weights = {}
    for word in content_stems(question):
        count = sum(word in of_passage for of_passage in stems)
        weights[word] = math.log1p((len(stems) - count + 0.5) / (count + 0.5))
    total = sum(weights.values()) or 1.0
    return {word: weight / total for word, weight in weights.items()}


def share_said(weights: Mapping[str, float], best: Sequence[Chunk]) -> float:
    """Share (0-1) of the words with these weights that the best passages hold."""
    held = {stem for chunk in best[:_PASSAGES] for stem in content_stems(chunk.text)}
    return sum(weight for word, weight in weights.items() if word in held)


def best_stretches(
    vector: Vectors,
    sentences: Sentences,
    *,
    shares: Mapping[str, float],
    weights: Mapping[str, float],
    most: int,
) -> tuple[Stretch, ...]:
    """Find the `most` stretches that are best to read; none overlap.

    A sentence is as good as its cosine with the question's `vector` (d,), as the share (0-1) of the
    evidence that search found in its passage, and as the question's words it holds, by `weights`.
    """
    scores = [
        nearness(vector, one, sentences, weights)
        + _OF_PASSAGE * math.log(shares.get(one.chunk, 0.0) + 1e-9)
        for one in sentences.sources
    ]
    found: list[Stretch] = []
    taken: set[Source] = set()
    for at in np.argsort(-np.array(scores), kind="stable"):
        core = sentences.sources[at]
        if len(found) == most:
            break
        if core in taken or len(sentences.text(core).split()) < _LEAST_WORDS:
            continue
        sources = _around(core, sentences, taken)
        taken.update(sources)
        found.append(Stretch(core, sources, " ".join(map(sentences.text, sources))))
    return tuple(found)


def nearness(
    vector: Vectors, source: Source, sentences: Sentences, weights: Mapping[str, float]
) -> float:
    """How near a sentence is to a question: its cosine, and the question's words that it holds."""
    at = sentences.at[source]
    held = sum(weights.get(word, 0.0) for word in set(content_stems(sentences.texts[at])))
    return float(sentences.vectors[at] @ vector) + _OF_WORDS * held


def nearest_cosine(vector: Vectors, sentences: Sentences) -> float:
    """Cosine of the sentence nearest to `vector` (d,), those of a word or two apart."""
    places = [at for at, text in enumerate(sentences.texts) if len(text.split()) >= _LEAST_WORDS]
    return float((sentences.vectors[places] @ vector).max()) if places else 0.0


def _around(core: Source, sentences: Sentences, taken: set[Source]) -> tuple[Source, ...]:
    """The sentence with its neighbours, one on each side in turn, until that is enough to read."""
    last = len(sentence_spans(sentences.chunks[core.chunk])) - 1
    low = high = core.sentence
    words = len(sentences.text(core).split())
    open_sides = {-1, 1}
    side = -1
    while words < _STRETCH_WORDS and open_sides:
        side = -side if -side in open_sides else side
        at = low - 1 if side < 0 else high + 1
        source = Source(core.chunk, at)
        more = len(sentences.text(source).split()) if 0 <= at <= last else _MOST_WORDS
        aside = 0 <= at <= last and source not in sentences.at  # of one who listens
        if source in taken or aside or words + more > _MOST_WORDS:
            open_sides.discard(side)
            continue
        low, high, words = min(low, at), max(high, at), words + more
    return tuple(Source(core.chunk, number) for number in range(low, high + 1))


# Intercept and weights of (nearest, said, log odds of likely), by which of the first and the last
# are known. Logistic regression on 136 questions about meetings and course videos (half of each
# set of `scripts/evaluate answers`, so that the other half measures it), the LLM a 1.5B model.
_WEIGHTS: Mapping[tuple[bool, bool], tuple[float, tuple[float, float, float]]] = {
    (True, True): (-6.6, (7.5, 6.8, 1.5)),
    (True, False): (-10.0, (20.3, 4.3, 0.0)),
    (False, True): (-3.0, (0.0, 7.8, 2.0)),
    (False, False): (-3.6, (0.0, 11.0, 0.0)),
}
