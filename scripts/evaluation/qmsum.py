"""QMSum's queries against the passages of their own meeting: the product and the plain methods.

In: meetings and an embedder. Out: a table for the half of the meetings that settings were chosen
on, one for the other, and one in which each half has the setting that the other half chooses.
Intervals are over meetings.
"""

import itertools
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from evaluation.meetings import Half, Meeting, Query, halves, read_meetings
from evaluation.ranking import hit, mean_by_group, ndcg, reciprocal_rank
from evaluation.searchers import Search, product, single_methods
from evaluation.tables import table
from evaluation.vectors import KeptEmbedder
from rag_notes.schema import Hit
from rag_notes.search.keywords import Keywords
from rag_notes.search.question import content_of
from rag_notes.search.rank import FUSION, Fusion, rank
from rag_notes.search.timeline import Timeline

_READ = 1000  # words
_HEAD = ("", "hit@5", "hit@10", "MRR", "nDCG@10", f"gold words in the first {_READ:,} read")
_BARS = ("wanted of rag-notes", "0.74", "0.88", "0.59", "0.45", "")
_OURS = "rag-notes"
# What a half may choose from.
_GRID = tuple(
    Fusion(dense, sharpness, neighbours)
    for dense, sharpness, neighbours in itertools.product(
        (0.5, 0.6, 0.7, 0.75, 0.8, 0.9),
        (1.0, 1.5, 2.0),
        ((), (0.1,), (0.1, 0.1), (0.2, 0.1), (0.1, 0.1, 0.1, 0.1)),
    )
)


@dataclass(frozen=True, slots=True)
class Judged:
    """Figures of one query with one method, in the order of the table."""

    meeting: str
    half: Half
    method: str
    figures: tuple[float, ...]


def measure_qmsum(data: Path, embedder: KeptEmbedder) -> str:
    """Tables of both halves, and of each with the setting that the other chooses."""
    meetings = read_meetings(data / "qmsum" / "val.jsonl")
    embedder.prepare([c.text for m in meetings for c in (*m.plain, *m.named)])
    half = halves(meetings)
    judged = [one for m in meetings for one in _judge(m, half[m.name], embedder)]
    reported = [one for one in judged if one.half == "reported"]
    chose = [one for one in judged if one.half == "chosen on"]
    crossed = _crossed(meetings, half, embedder)
    return "\n\n".join(
        (
            f"{_counted(reported)} that chose nothing:",
            _figures_table(reported, (_BARS,)),
            f"{_counted(chose)} that the shipped setting was chosen on:",
            _figures_table(chose),
            f"{_counted(crossed)}, each with the setting that the other half chooses:",
            _figures_table(crossed, (_BARS,)),
        )
    )


def _judge(meeting: Meeting, half: Half, embedder: KeptEmbedder) -> list[Judged]:
    searches: dict[str, Search] = {}
    for suffix, chunks in (("", meeting.plain), (", speakers named", meeting.named)):
        for name, search in single_methods(chunks, embedder).items():
            searches[name + suffix] = search
    searches[_OURS] = product(meeting.named, embedder)
    return [
        Judged(meeting.name, half, name, figures_of(search(query.text), meeting, query))
        for query in meeting.queries
        for name, search in searches.items()
    ]


# --- one ranking ---------------------------------------------------------------------------------


def figures_of(hits: Sequence[Hit], meeting: Meeting, query: Query) -> tuple[float, ...]:
    """Figures of one ranking of all passages, in the order of the table."""
    relevant = dict(zip((c.id for c in meeting.plain), meeting.relevant(query), strict=True))
    order = [relevant[one.chunk.id] for one in hits]
    return (*_ranked(order), gold_words_read(hits, meeting, query))


def _ranked(order: Sequence[bool]) -> tuple[float, ...]:
    return hit(order, 5), hit(order, 10), reciprocal_rank(order), ndcg(order, 10)


def gold_words_read(hits: Sequence[Hit], meeting: Meeting, query: Query) -> float:
    """Share of the gold words among the first 1,000 words read: hits in order, with neighbours."""
    words = _words_of(meeting)
    timeline = Timeline(meeting.plain)
    read: dict[int, None] = {}
    for one in hits:
        for chunk in timeline.read([one])[0].chunks:
            read.update(dict.fromkeys(words[chunk.id]))
        if len(read) >= _READ:
            break
    return sum(query.gold[word] for word in list(read)[:_READ]) / sum(query.gold)


def _words_of(meeting: Meeting) -> Mapping[str, range]:
    """Numbers of the meeting's words that each passage holds."""
    ends = list(itertools.accumulate(len(chunk.text.split()) for chunk in meeting.plain))
    starts = [0, *ends[:-1]]
    ids = (chunk.id for chunk in meeting.plain)
    return dict(zip(ids, map(range, starts, ends), strict=True))


# --- each half with the other's choice -----------------------------------------------------------


class _Case:
    """A query with the two kinds of scores that are fused."""

    def __init__(self, meeting: Meeting, query: Query, embedder: KeptEmbedder) -> None:
        self.meeting = meeting
        self.query = query
        self._embedder = embedder

    def order(self, fusion: Fusion) -> list[int]:
        """Positions of all passages, best first."""
        cosines, keywords = self._scores
        shares = rank(cosines, keywords, np.zeros(len(cosines), np.int64), fusion)
        return [int(at) for at in np.argsort(-shares, kind="stable")]

    @cached_property
    def relevant(self) -> tuple[bool, ...]:
        return self.meeting.relevant(self.query)

    @cached_property
    def _scores(self) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        texts = [chunk.text for chunk in self.meeting.named]
        content = content_of(self.query.text)
        cosines = self._embedder.embed(texts) @ self._embedder.embed_query(content)[0]
        keywords = Keywords(texts, ["en"] * len(texts)).scores(content)
        return np.asarray(cosines, np.float64), keywords


def _crossed(
    meetings: Iterable[Meeting], half: Mapping[str, Half], embedder: KeptEmbedder
) -> list[Judged]:
    cases = [_Case(meeting, query, embedder) for meeting in meetings for query in meeting.queries]
    judged = []
    for side in ("reported", "chosen on"):
        own = [case for case in cases if half[case.meeting.name] == side]
        others = [case for case in cases if half[case.meeting.name] != side]
        fusion = max(_GRID, key=lambda one, of=others: _worth(of, one))  # type: ignore[misc]
        for case in own:
            hits = [Hit(case.meeting.named[at], 0.0) for at in case.order(fusion)]
            figures = figures_of(hits, case.meeting, case.query)
            judged.append(Judged(case.meeting.name, half[case.meeting.name], _OURS, figures))
    return judged


def _worth(cases: Sequence[_Case], fusion: Fusion) -> float:
    """What a half chooses by: the mean of hit@5, hit@10, MRR and nDCG@10."""
    rows = [_ranked([case.relevant[at] for at in case.order(fusion)]) for case in cases]
    return float(np.mean(rows))


# --- the tables ----------------------------------------------------------------------------------


def _counted(judged: Sequence[Judged]) -> str:
    methods = len({one.method for one in judged})
    meetings = len({one.meeting for one in judged})
    return f"{len(judged) // methods} queries over the {meetings} meetings"


def _figures_table(judged: Sequence[Judged], bars: Sequence[Sequence[str]] = ()) -> str:
    rows = []
    for method in dict.fromkeys(one.method for one in judged):
        of_method = [one for one in judged if one.method == method]
        groups = [one.meeting for one in of_method]
        columns = zip(*(one.figures for one in of_method), strict=True)
        rows.append((method, *(str(mean_by_group(column, groups)) for column in columns)))
    return table(_HEAD, [*rows, *bars])


def shipped() -> str:
    """What the tables are of."""
    return (
        f"cosines {FUSION.dense:g}, keywords {1 - FUSION.dense:g}, sharpness "
        f"{FUSION.sharpness:g}, neighbours {', '.join(map(str, FUSION.neighbours))}"
    )
