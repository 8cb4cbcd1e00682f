"""WiCE: how well the gate tells supported claims from the rest, by labels of other people.

In: claims with 1-3 oracle chunks, and an embedder. Out: a table of balanced accuracies by five-fold
cross-validation, and of milliseconds. A claim's score on a chunk is `score_support` with all of the
chunk's sentences as evidence; the best chunk counts. Only the threshold is chosen, never on the
fold that it is applied to.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import zip_longest
from pathlib import Path
from typing import TypeAlias

import numpy as np

from evaluation.articles import Article, read_articles
from evaluation.clock import Clock, Taken
from evaluation.judges import Gatekeeper, overlap, sentences_of
from evaluation.statistics import (
    Share,
    balanced_accuracy,
    bootstrap_interval,
    folds_by_group,
    held_out,
)
from evaluation.tables import table
from evaluation.vectors import KeptEmbedder
from rag_notes.ground.support import ENOUGH, Support, score_support
from rag_notes.protocols import Embedder
from rag_notes.schema import Chunk

SEED = 0
FOLDS = 5
_NEAREST = 3
_BATCH = 16  # texts that are embedded at a time, as `verify` does
_BAR = "at least 0.70"
_QUICK = "under 50 ms"
Judge: TypeAlias = Callable[[str, Chunk], Support]


@dataclass(frozen=True, slots=True)
class Scored:
    """A way to judge with its score for each claim (the best chunk's) and its fixed threshold."""

    name: str
    scores: tuple[float, ...]
    shipped: float | None = None
    bar: str = ""


def measure_wice(data: Path, embedder: KeptEmbedder, fresh: Embedder) -> str:
    """Tables of balanced accuracies and of the time a claim takes; `fresh` keeps no vectors."""
    articles = read_articles(data / "wice" / "oracle_chunks_claim_dev.jsonl")
    texts = [text for one in articles for chunk in one.chunks for text in sentences_of(chunk)]
    embedder.prepare(texts + [one.text for one in articles])
    gate = Gatekeeper(embedder)
    whole, scoring = _timed(articles, lambda text, chunk: whole_chunk(text, chunk, embedder))
    found, citing = _timed(articles, lambda text, chunk: gate.support(text, (chunk,)))
    ways = [
        Scored("the gate's score on a whole chunk", _best(whole), ENOUGH, _BAR),
        Scored("the same on what the gate would cite of it", _best(found), ENOUGH),
        Scored("word overlap alone", _overlaps(articles)),
        Scored("word overlap with number and name locks", _overlaps(articles, whole)),
    ]
    embedding = _embedding([one.text for one in articles], fresh)
    evidence = _embedding(texts, fresh).times(len(texts) / len(articles))
    tables = (
        accuracy_table(articles, ways),
        shipped_table(articles, ways),
        time_table(scoring, citing, embedding, evidence),
    )
    return "\n\n".join((f"{_size(articles)}:", *tables))


def _size(articles: Sequence[Article]) -> str:
    supported = sum(one.supported for one in articles)
    titles = len({one.title for one in articles})
    return f"{len(articles)} claims of {titles} articles, {supported} of them supported"


def whole_chunk(claim: str, chunk: Chunk, embedder: Embedder) -> Support:
    """Score a claim on all sentences of a chunk.

    Its similarity is that of the nearest sentence, or of the sum of the nearest three where that is
    nearer, as the gate has it for the sentences that it cites.
    """
    sentences = sentences_of(chunk)
    vectors, (vector,) = embedder.embed(sentences), embedder.embed([claim])
    near = vectors @ vector
    together = vectors[np.argsort(-near)[:_NEAREST]].sum(axis=0)
    joint = float(together @ vector) / (float(np.linalg.norm(together)) or 1.0)
    return score_support(claim, sentences, max(float(near.max()), joint))


def accuracy_table(articles: Sequence[Article], ways: Sequence[Scored]) -> str:
    """Balanced accuracy of each way over all held-out claims, with the thresholds chosen."""
    labels = [one.supported for one in articles]
    titles = [one.title for one in articles]
    folds = folds_by_group(titles, FOLDS, SEED)
    rows = []
    for way in ways:
        predicted, cuts = held_out(labels, way.scores, folds)
        chosen = f"{min(cuts):.2f}-{max(cuts):.2f}"
        rows.append([way.name, _accuracy(labels, predicted, titles), chosen, way.bar])
    return table(["", "balanced accuracy, held out", "thresholds chosen", "wanted"], rows)


def shipped_table(articles: Sequence[Article], ways: Sequence[Scored]) -> str:
    """What the shipped threshold does, of each way that has one."""
    labels = [one.supported for one in articles]
    titles = [one.title for one in articles]
    rows = []
    for way in ways:
        if way.shipped is not None:
            predicted = [score >= way.shipped for score in way.scores]
            accuracy = _accuracy(labels, predicted, titles)
            sides = [str(_found(labels, predicted, side=side)) for side in (True, False)]
            rows.append([way.name, f"{way.shipped:.2f}", accuracy, *sides])
    head = ["", "shipped", "balanced accuracy", "supported, accepted", "the rest, rejected"]
    return table(head, rows)


def _accuracy(labels: Sequence[bool], predicted: Sequence[bool], titles: Sequence[str]) -> str:
    low, high = bootstrap_interval(labels, predicted, titles, SEED)
    return f"{balanced_accuracy(labels, predicted):.3f} ({low:.3f}-{high:.3f})"


def _found(labels: Sequence[bool], predicted: Sequence[bool], *, side: bool) -> Share:
    of_side = [one == side for label, one in zip(labels, predicted, strict=True) if label == side]
    return Share(sum(of_side), len(of_side))


# --- scores and seconds --------------------------------------------------------------------------


def _timed(articles: Sequence[Article], judge: Judge) -> tuple[list[list[Support]], Taken]:
    """Every claim on every chunk of its own, and the time that a claim took."""
    clock = Clock()
    found = [[judge(one.text, chunk) for chunk in one.chunks] for one in articles]
    return found, clock.taken().times(1 / max(1, len(articles)))


def _best(found: Sequence[Sequence[Support]]) -> tuple[float, ...]:
    return tuple(max(one.score for one in of_claim) for of_claim in found)


def _overlaps(
    articles: Sequence[Article], found: Sequence[Sequence[Support]] | None = None
) -> tuple[float, ...]:
    """Best word overlap of each claim; with `found`, 0 where a number or a name is not said."""
    scores = []
    for at, one in enumerate(articles):
        shares = [overlap(one.text, sentences_of(chunk)) for chunk in one.chunks]
        locked = [bool(each.numbers or each.names) for each in found[at]] if found else []
        scores.append(max(0.0 if lock else share for share, lock in zip_longest(shares, locked)))
    return tuple(scores)


def _embedding(texts: Sequence[str], embedder: Embedder) -> Taken:
    """Time for one text when as many as `verify` takes are embedded at once; best of five."""
    sample = texts[:: max(1, len(texts) // _BATCH)][:_BATCH]
    embedder.embed(sample)  # the first call warms up
    taken = []
    for _ in range(5):
        clock = Clock()
        embedder.embed(sample)
        taken.append(clock.taken().times(1 / max(1, len(sample))))
    return min(taken, key=lambda one: one.wall)


def time_table(scoring: Taken, citing: Taken, embedding: Taken, evidence: Taken) -> str:
    """Milliseconds of a claim, and what its parts take."""
    rows = [
        ("embedding the claim", embedding, ""),
        ("scoring it on its chunks", scoring, ""),
        ("both together", embedding + scoring, _QUICK),
        ("finding what to cite in them, with embedding", embedding + citing, _QUICK),
        ("embedding its evidence, which a lecture needs once, not once a claim", evidence, ""),
    ]
    cells = [[name, *taken.milliseconds(), bar] for name, taken, bar in rows]
    return table(["of one claim", "by the clock", "of a processor", "wanted"], cells)
