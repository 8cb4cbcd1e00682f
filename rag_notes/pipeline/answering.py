"""A question and the passages found for it to the claims that answer it, or to none.

What notes answer first (`--query`) and what `ask` and `chat` answer goes this way: the stretches
nearest to the question are read by the LLM, one is put into a sentence at a time, and the gate
prints what its passage carries. Where no sentence passes, a passage's own takes its place.
"""

import itertools
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TypeAlias

from rag_notes.ground import answerable, second
from rag_notes.ground.answerable import Signs, Stretch
from rag_notes.ground.gate import Doubt, Gate, Opinion
from rag_notes.ground.sentences import Sentences
from rag_notes.ground.written import as_written
from rag_notes.pipeline import state
from rag_notes.protocols import LLM, Embedder, Vectors
from rag_notes.schema import Chunk, Claim, Draft, Hit, Prompt, Rejected
from rag_notes.write import answer

OnClaim: TypeAlias = Callable[[Claim], None]

SEARCHED = 10  # passages in which an answer is looked for
CALIBRATED = ("minilm-l6-v2",)  # embedders whose cosines `answerable` knows
ENOUGH = 0.5  # probability of an answer from which one is written
_SECTION = "answer"
_CLAIMS = 3  # of one answer
_READ = 4  # stretches that the LLM reads at most
# Below this the nearest words are so far from the question that the LLM is not asked.
_HOPELESS = 0.03
_SURE = 0.75  # probability of a stretch after which no other is read before the answer begins
_OF_TRIED = 0.5  # weight of an answer that failed, beside its question's, to choose a quote
_GOOD = 0.5  # probability that a stretch needs to be answered from
# Probability that it needs to add to an answer, from the passage next to it and from elsewhere. Of
# 70 questions about meetings, what is added lies in a gold span as often as the answer itself where
# it stands beside it, and in 4 of 10 where it does not.
_ALSO, _ELSEWHERE = 0.6, 0.85


@dataclass(frozen=True, slots=True)
class Means:
    """What answers are made with.

    `sentences` are of the passages that may be cited, `chunks` those of the whole lecture: they
    say which words are rare in it. `opinion` is what the gate asks of the LLM, if it does; without
    `own_wording` the LLM may shorten what was said, and no more.
    """

    sentences: Sentences
    embedder: Embedder
    llm: LLM
    opinion: Opinion | None
    chunks: Sequence[Chunk]
    own_wording: bool = True


@dataclass(frozen=True, slots=True)
class Answered:
    """The claims that answer a question, none where the passages do not, and what was rejected."""

    claims: tuple[Claim, ...] = ()
    rejected: tuple[Rejected, ...] = ()


def prompt_names() -> tuple[str, ...]:
    """Prompts that answers depend on, those of the gate apart."""
    return (answer.ANSWERABLE, answer.ANSWER)


def answer_from(
    question: str,
    hits: Sequence[Hit],
    means: Means,
    *,
    ids: Iterator[int],
    on_claim: OnClaim | None = None,
) -> Answered:
    """Answer a question from the passages found, best first; each claim is told at once."""
    return _Answer(question, hits, means, ids, on_claim).write()


class _Answer:
    """One question on its way."""

    def __init__(
        self,
        question: str,
        hits: Sequence[Hit],
        means: Means,
        ids: Iterator[int],
        on_claim: OnClaim | None,
    ) -> None:
        self._question = question
        self._found = [hit.chunk for hit in hits]
        self._shares = {hit.chunk.id: hit.score for hit in hits}
        self._places = {chunk.id: at for at, chunk in enumerate(means.chunks)}
        self._weights = answerable.rarity(question, means.chunks)
        self._means = means
        self._ids = ids
        self._tell = on_claim or (lambda _: None)
        self._claims: list[Claim] = []
        self._rejected: list[Rejected] = []
        self._tried: dict[Stretch, str] = {}

    def write(self) -> Answered:
        """Write the answer; empty where there is none."""
        means = self._means
        vector = means.embedder.embed_query(self._question)[0]
        sentences = means.sentences.within([chunk.id for chunk in self._found])
        signs = signs_of(self._question, vector, self._found, sentences, means)
        if answerable.likelihood(signs) < _HOPELESS:
            return Answered()
        stretches = answerable.best_stretches(
            vector, sentences, shares=self._shares, weights=self._weights, most=_READ
        )
        likely = self._read(stretches)
        signs = replace(signs, likely=max(likely.values(), default=0.0))
        best = sorted(likely, key=lambda one: -likely[one])
        good = [one for one in best if likely[one] >= _GOOD]
        if not good or answerable.likelihood(signs) < ENOUGH:
            return Answered()
        for one in good:
            if not self._claims or likely[one] >= self._needed(one):
                self._say(one)
        for one in good:
            if not self._claims:
                self._quote(one)
        for one in stretches:
            enough = one in likely or len(self._claims) >= _CLAIMS
            if not enough and self._how_likely(one) >= self._needed(one):
                self._say(one)
        return Answered(tuple(self._claims), tuple(self._rejected))

    def _read(self, stretches: Sequence[Stretch]) -> dict[Stretch, float]:
        """Have stretches read, best first, until one surely answers."""
        likely: dict[Stretch, float] = {}
        for one in stretches:
            likely[one] = self._how_likely(one)
            if likely[one] >= _SURE:
                break
        return likely

    def _needed(self, one: Stretch) -> float:
        """Probability that a stretch needs to add to what is answered already."""
        if not self._claims:
            return _ALSO
        first = self._claims[0].citations[0].chunk
        apart = abs(self._places.get(first, -2) - self._places.get(one.core.chunk, -9))
        return _ALSO if apart <= 1 else _ELSEWHERE

    def _how_likely(self, one: Stretch) -> float:
        return answer.how_likely(self._question, one.text, self._means.llm)

    def _say(self, one: Stretch) -> None:
        """Have a stretch put into a sentence, and keep it if the gate lets it pass."""
        text = answer.write_answer(self._question, one.text, self._means.llm)
        if text:
            self._tried[one] = text
            self._judge(Draft(text, one.sources, kind="answer"), one)

    def _quote(self, one: Stretch) -> None:
        """Keep the sentence nearest to the question and to the answer that failed, as it was said.

        The gate may refuse it as torn; a second reading need not find it where it stands.
        """
        question, tried = self._means.embedder.embed(
            [self._question, self._tried.get(one, self._question)]
        )
        wanted, said = question + _OF_TRIED * tried, self._means.sentences
        near = {at: answerable.nearness(wanted, at, said, self._weights) for at in one.sources}
        for at in sorted(near, key=lambda at: -near[at]):
            draft = Draft(as_written(said.text(at)), (at,), kind="answer", extractive=True)
            if self._judge(draft, one):
                return

    def _judge(self, draft: Draft, made_of: Stretch) -> bool:
        """Keep what passes. What fails is not mended: another sentence answers another question."""
        means = self._means
        gate = Gate(means.sentences, means.embedder, own_wording=means.own_wording)
        (verdict,) = gate.judge(
            [draft],
            [made_of.core.chunk],
            section=_SECTION,
            ids=itertools.count(1),
            earlier=self._claims,
            enough=state.ENOUGH,
            question=self._question,
            mend=False,
        )
        if isinstance(verdict, Claim) and means.opinion and not draft.extractive:
            # The stretch, not the sentences cited alone: "it" is clear from what stands beside.
            (doubt,) = means.opinion([Doubt(verdict.text, made_of.text)])
            verdict = Rejected(verdict.text, _SECTION, doubt) if doubt else verdict
        if isinstance(verdict, Rejected):
            self._rejected.append(verdict)
            return False
        claim = replace(verdict, id=f"k{next(self._ids):04d}")
        self._claims.append(claim)
        self._tell(claim)
        return True


def signs_of(
    question: str,
    vector: Vectors,
    passages: Sequence[Chunk],
    sentences: Sentences,
    means: Means,
) -> Signs:
    """What speaks for an answer before the LLM is asked; `vector` (d,) is the question's."""
    said = answerable.share_said(answerable.rarity(question, means.chunks), passages)
    nearest = answerable.nearest_cosine(vector, sentences)
    return Signs(said, nearest if means.embedder.name in CALIBRATED else None)


def openings() -> tuple[Prompt, ...]:
    """Prompts that begin as those of an answer do, to be read ahead."""
    doubt = Doubt("It rises.", "It rises.")
    return (answer.whether("Does it?", "It does."), second.question(doubt))
