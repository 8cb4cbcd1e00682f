"""Cases answered as the product answers them, and what that is worth.

In: cases, an embedder, an LLM. Out: for each whether it was answered, with which citations and how
soon; tables of refusing, citations and times. Where the cases come from is not known here.
"""

import itertools
import statistics
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from evaluation.asking import Case, Talk
from evaluation.judges import sentences_of
from evaluation.searchers import HeldVectors
from evaluation.statistics import Share
from evaluation.tables import table
from evaluation.vectors import KeptEmbedder
from rag_notes.config import Config
from rag_notes.ground.answerable import likelihood
from rag_notes.ground.sentences import embed_sentences
from rag_notes.pipeline import answering, state
from rag_notes.pipeline.answering import Means, answer_from, signs_of
from rag_notes.replies import CachedLLM
from rag_notes.schema import Chunk, Citation, Claim, Hit, Prompt, Reply
from rag_notes.search.retrieve import Retriever

_REPLICATES = 2000
_TOLD = 20  # cases between two lines of progress
_BARS = {"meetings": "0.80", "course": "0.80", "near misses": "0.65", "own chapter": ""}


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a case: the claims, the passages found, what retrieval alone would say.

    `first` and `whole` are seconds until the first claim and until the end, the LLM's taken from
    when its replies were made.
    """

    case: Case
    claims: tuple[Claim, ...]
    hits: tuple[Hit, ...]
    retrieval_says: bool
    first: float | None
    whole: float

    @property
    def answered(self) -> bool:
        """Whether anything was answered."""
        return bool(self.claims)


def answer_all(
    cases: Sequence[Case], embedder: KeptEmbedder, llm: CachedLLM, config: Config
) -> list[Outcome]:
    """Ask every case's question as `ask` does."""
    retrievers = {one.talk.name: _retriever(one.talk, embedder) for one in cases}
    found = {
        (one.question, one.talk.name): retrievers[one.talk.name].search(
            one.question, answering.SEARCHED
        )
        for one in cases
    }
    passages = {hit.chunk for hits in found.values() for hit in hits}
    embedder.prepare([text for chunk in passages for text in sentences_of(chunk)])
    outcomes: list[Outcome] = []
    known: dict[tuple[str, str], Outcome] = {}  # a question may stand in two kinds of cases
    for number, case in enumerate(cases, start=1):
        key = (case.question, case.talk.name)
        known[key] = known.get(key) or _answer(case, found[key], embedder, llm, config)
        outcomes.append(replace(known[key], case=case))
        if number % _TOLD == 0:
            print(f"{number} of {len(cases)} questions asked", file=sys.stderr)
    return outcomes


def _retriever(talk: Talk, embedder: KeptEmbedder) -> Retriever:
    vectors = embedder.embed([chunk.text for chunk in talk.chunks])
    return Retriever(talk.chunks, HeldVectors(talk.chunks, vectors), embedder)


def _answer(
    case: Case, hits: tuple[Hit, ...], embedder: KeptEmbedder, llm: CachedLLM, config: Config
) -> Outcome:
    clocked = _Clocked(llm)
    passages = [hit.chunk for hit in hits]
    sentences = embed_sentences(passages, embedder)
    opinion = state.second_opinion(clocked, config)
    own = config.own_wording
    means = Means(sentences, embedder, clocked, opinion, case.talk.chunks, own_wording=own)
    first: list[float] = []
    found = answer_from(
        case.question,
        hits,
        means,
        ids=itertools.count(1),
        on_claim=lambda _: first.append(clocked.seconds()),
    )
    whole = clocked.seconds()
    vector = embedder.embed_query(case.question)[0]
    signs = signs_of(case.question, vector, passages, sentences, means)
    says = likelihood(signs) >= answering.ENOUGH
    return Outcome(case, found.claims, hits, says, first[0] if first else None, whole)


class _Clocked:
    """An LLM with the seconds it worked, and those of the processor that went by beside it."""

    def __init__(self, llm: CachedLLM) -> None:
        self._llm = llm
        self._started = time.process_time()
        self._inside = self._worked = 0.0
        self.name, self.context, self.parallel = llm.name, llm.context, llm.parallel

    def count_tokens(self, text: str) -> int:
        """Tokens of `text`."""
        return self._llm.count_tokens(text)

    def generate(self, prompts: Sequence[Prompt]) -> Iterator[Reply]:
        """Yield one reply per prompt; what a kept one took when it was made counts as well."""
        for prompt in prompts:
            before = time.process_time()
            (reply,) = self._llm.generate([prompt])
            self._inside += time.process_time() - before
            self._worked += reply.seconds_reading + reply.seconds_writing
            yield reply

    def seconds(self) -> float:
        """Seconds since the start: the LLM's by the clock, the rest of a processor."""
        return time.process_time() - self._started - self._inside + self._worked


# --- refusing ------------------------------------------------------------------------------------


def refusal_table(outcomes: Sequence[Outcome]) -> str:
    """Table of how well each kind of question is told apart, and what retrieval alone would do."""
    head = (
        "asked",
        "",
        "answerable, answered",
        "not answerable, answered",
        "F1 of answering and refusing, averaged",
        "wanted",
    )
    rows = []
    for kind in dict.fromkeys(one.case.kind for one in outcomes):
        of_kind = [one for one in outcomes if one.case.kind == kind]
        ways: Mapping[str, Callable[[Outcome], bool]] = {
            "rag-notes": lambda one: one.answered,
            "retrieval alone": lambda one: one.retrieval_says,
            "always an answer": lambda _: True,
        }
        for way, says in ways.items():
            bar = f"{_BARS[kind]}, wrong at most 15 %" if way == "rag-notes" else ""
            rows.append((kind, way, *_told_apart(of_kind, says), bar if _BARS[kind] else ""))
    return table(head, rows)


def _told_apart(
    outcomes: Sequence[Outcome], says: Callable[[Outcome], bool]
) -> tuple[str, str, str]:
    labels = [one.case.answered for one in outcomes]
    predicted = [says(one) for one in outcomes]
    shares = []
    for side in (True, False):
        of_side = [p for label, p in zip(labels, predicted, strict=True) if label == side]
        shares.append(str(Share(sum(of_side), len(of_side))))
    groups = [one.case.group for one in outcomes]
    low, high = _f1_interval(labels, predicted, groups)
    mean = mean_f1(labels, predicted)
    return shares[0], shares[1], f"{mean:.2f} ({low:.2f}-{high:.2f})"


def mean_f1(labels: Sequence[bool], predicted: Sequence[bool]) -> float:
    """Mean of the F1 of both sides, each 0 where nothing of it was found."""
    return sum(_f1(labels, predicted, side) for side in (True, False)) / 2


def _f1(labels: Sequence[bool], predicted: Sequence[bool], side: bool) -> float:
    right = sum(a == b == side for a, b in zip(labels, predicted, strict=True))
    both = sum(a == side for a in labels) + sum(b == side for b in predicted)
    return 2 * right / both if both else 0.0


def _f1_interval(
    labels: Sequence[bool], predicted: Sequence[bool], groups: Sequence[str]
) -> tuple[float, float]:
    """95 % interval of `mean_f1` when whole groups are drawn again and again."""
    names = sorted(set(groups))
    places = {name: [at for at, one in enumerate(groups) if one == name] for name in names}
    random = np.random.default_rng(0)
    values = []
    for _ in range(_REPLICATES):
        drawn = [at for name in random.choice(names, len(names)) for at in places[str(name)]]
        values.append(mean_f1([labels[at] for at in drawn], [predicted[at] for at in drawn]))
    low, high = np.quantile(values, [0.025, 0.975])
    return float(low), float(high)


# --- citations -----------------------------------------------------------------------------------


def citation_table(outcomes: Sequence[Outcome]) -> str:
    """Table of what the citations of answers about meetings overlap."""
    answered = [one for one in outcomes if one.case.gold and one.answered]
    ours = [
        _overlaps(citation, one.case)
        for one in answered
        for claim in one.claims
        for citation in claim.citations
    ]
    firsts = [_overlaps(one.claims[0].citations[0], one.case) for one in answered]
    top = [_holds_gold(one.hits[0].chunk, one.case) for one in answered]
    quoted = [sum(_turn_is_gold(one.hits[0].chunk, one.case)) for one in answered]
    words = sum(len(one.hits[0].chunk.text.split()) for one in answered)
    return table(
        ("answers about meetings", "share", "wanted"),
        [
            ("citations that overlap a gold span", str(Share(sum(ours), len(ours))), "70 %"),
            ("first citations of an answer that do", str(Share(sum(firsts), len(firsts))), ""),
            ("control: top passages that hold a gold word", str(Share(sum(top), len(top))), ""),
            (
                "control: words of the top passages that are gold",
                str(Share(sum(quoted), words)),
                "",
            ),
        ],
    )


def _overlaps(citation: Citation, case: Case) -> bool:
    """Whether a quote has a word of a gold turn."""
    chunk = next(one for one in case.talk.chunks if one.id == citation.chunk)
    text = " ".join(chunk.text.split())
    first = text[: text.index(citation.quote)].count(" ")
    gold = _turn_is_gold(chunk, case)
    return any(gold[first : first + len(citation.quote.split())])


def _holds_gold(chunk: Chunk, case: Case) -> bool:
    return any(_turn_is_gold(chunk, case))


def _turn_is_gold(chunk: Chunk, case: Case) -> list[bool]:
    return [turn in case.gold for turn in case.talk.turns[chunk.id]]


# --- times ---------------------------------------------------------------------------------------


def time_table(outcomes: Sequence[Outcome]) -> str:
    """Table of how long an answer takes once the models are loaded."""
    unique = {(one.case.question, one.case.talk.name): one for one in outcomes}.values()
    first = [one.first for one in unique if one.first is not None]
    whole = [one.whole for one in unique if one.answered]
    declined = [one.whole for one in unique if not one.answered]
    rows = [
        ("first claim", *_spread(first), "15 s"),
        ("whole answer", *_spread(whole), "45 s"),
        ("to decline", *_spread(declined), ""),
    ]
    return table(("seconds until", "answers", "median", "95 % under", "wanted"), rows)


def _spread(seconds: Sequence[float]) -> tuple[str, str, str]:
    if not seconds:
        return "0", "", ""
    high = float(np.quantile(seconds, 0.95))
    return str(len(seconds)), f"{statistics.median(seconds):.1f} s", f"{high:.1f} s"
