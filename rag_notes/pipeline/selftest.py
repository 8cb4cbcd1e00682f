"""What a topic asks of a student: its goal and its questions, each resting on a statement.

In: a topic's claims and what the LLM wrote about them. Out: claims that restate them. Questions
made of claims by rule are answered by them; those of the LLM come second, where a claim answers
them.
"""

import itertools
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from rag_notes.ground import goals
from rag_notes.ground.restate import matching_answer, restate
from rag_notes.protocols import Embedder
from rag_notes.schema import Chunk, Claim
from rag_notes.write.section import Restated, TopicTexts

_QUESTIONS = 2  # of a topic
_RICH = 8  # statements: a topic of more is told by two


@dataclass(frozen=True, slots=True)
class Goals:
    """Goals of a topic; `plain` ones say hardly more than its title."""

    told: tuple[Claim, ...]
    plain: tuple[Claim, ...] = ()


def telling(statements: int) -> int:
    """How many of so many statements stand for their topic where a lecture has many."""
    return 2 if statements > _RICH else 1


@dataclass(frozen=True, slots=True)
class SelfTest:
    """What goals and questions are made with; `weigh` says how much of the subject a text tells."""

    chunks: Mapping[str, Chunk]
    embedder: Embedder
    weigh: Callable[[str], float]
    ids: Iterator[int]

    def goals(
        self, title: str, texts: TopicTexts, overview: Sequence[Claim], said: Sequence[Claim]
    ) -> Goals:
        """What a student should be able to do afterwards, as far as that can be told.

        What statements explain comes first; a goal of the LLM takes the place of what none
        explains, where it says more than the topic's title.
        """
        stated = [claim.text for claim in said]
        made: dict[int, str] = {}
        for text, at in goals.goals_of(stated, weigh=self.weigh):
            made.setdefault(at, text)
            if len(made) == telling(len(said)):
                break
        if made:
            return Goals(self._each((made[at], [said[at]]) for at in sorted(made)))
        text = goals.sharpened(texts.goal)
        written = self._each([(text, list(overview) or goals.spoken_of(text, said))])
        if not goals.only_names(text, title):
            return Goals(written)
        results = itertools.islice(goals.results_to_know(stated, weigh=self.weigh), 1)
        return Goals(self._each((result, [said[at]]) for result, at in results), written)

    def _each(self, wanted: Iterable[tuple[str, Sequence[Claim]]]) -> tuple[Claim, ...]:
        restated = (self._restate(text, of) for text, of in wanted if text and of)
        return tuple(claim for claim in restated if claim)

    def questions(self, texts: TopicTexts, said: Sequence[Claim]) -> list[Claim]:
        """Questions with their answers, no answer and no question twice."""
        found: list[Claim] = []
        used: set[str] = set()
        stated = [claim.text for claim in said]
        made = goals.questions_of(stated, weigh=self.weigh)
        facts = goals.facts_of(stated, weigh=self.weigh)
        results = goals.results_of(stated, weigh=self.weigh)
        asked = itertools.chain(
            ((text, said[at]) for text, at in made),
            self._asked(texts.questions, said),
            ((text, said[at]) for text, at in facts),
            ((text, said[at]) for text, at in results),
        )
        for text, answer in asked:
            if len(found) == _QUESTIONS:
                break
            if {answer.id, text} & used:
                continue
            question = self._restate(text, [answer])
            if question:
                used |= {answer.id, text}
                found.append(replace(question, answer=replace(answer, id=self._id())))
        return found

    def _asked(
        self, questions: Sequence[Restated], said: Sequence[Claim]
    ) -> Iterator[tuple[str, Claim]]:
        for one in questions:
            text = goals.single(one.text)
            answer = matching_answer(text, said, chosen=one.of[0], embedder=self.embedder)
            if answer:
                yield text, answer

    def _restate(self, text: str, of: Sequence[Claim]) -> Claim | None:
        return restate(text, of, self.chunks, id=self._id())

    def _id(self) -> str:
        return f"k{next(self.ids):04d}"
