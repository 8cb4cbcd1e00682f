"""What a topic asks of a student: its goal and its questions, each resting on a statement.

In: a topic's claims and what the LLM wrote about them. Out: claims that restate them. Questions
made of claims by rule are answered by them; those of the LLM come second, where a claim answers
them.
"""

import itertools
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from rag_notes.ground import goals
from rag_notes.ground.restate import matching_answer, restate
from rag_notes.protocols import Embedder
from rag_notes.schema import Chunk, Claim
from rag_notes.write.section import Restated, TopicTexts

_QUESTIONS = 2  # of a topic


@dataclass(frozen=True, slots=True)
class SelfTest:
    """What goals and questions are made with; `weigh` says how much of the subject a text tells."""

    chunks: Mapping[str, Chunk]
    embedder: Embedder
    weigh: Callable[[str], float]
    ids: Iterator[int]

    def goal(
        self, texts: TopicTexts, overview: Sequence[Claim], said: Sequence[Claim]
    ) -> Claim | None:
        """What a student should be able to do afterwards; None where that cannot be told."""
        made = goals.goal_of([claim.text for claim in said], weigh=self.weigh)
        if made:
            return self._restate(made[0], [said[made[1]]])
        text = goals.sharpened(texts.goal)
        of = list(overview) or goals.spoken_of(text, said)
        return self._restate(text, of) if text and of else None

    def questions(self, texts: TopicTexts, said: Sequence[Claim]) -> list[Claim]:
        """Questions with their answers, no answer and no question twice."""
        found: list[Claim] = []
        used: set[str] = set()
        stated = [claim.text for claim in said]
        made = goals.questions_of(stated, weigh=self.weigh)
        results = goals.results_of(stated, weigh=self.weigh)
        asked = itertools.chain(
            ((text, said[at]) for text, at in made),
            self._asked(texts.questions, said),
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
            answer = matching_answer(one.text, said, chosen=one.of[0], embedder=self.embedder)
            if answer and goals.is_answered(one.text, answer.text):
                yield one.text, answer

    def _restate(self, text: str, of: Sequence[Claim]) -> Claim | None:
        return restate(text, of, self.chunks, id=self._id())

    def _id(self) -> str:
        return f"k{next(self.ids):04d}"
