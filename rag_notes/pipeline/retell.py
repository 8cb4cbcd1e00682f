"""What restates the topics: the story with its outline, goals, checklist, glossary and numbers.

In: topics with their accepted claims. Out: blocks of claims that name what they restate. Where no
LLM may tell the story, sentences of the topics do.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from rag_notes.ground.restate import parts, restate, sources_of
from rag_notes.pipeline.selftest import Goals, telling
from rag_notes.protocols import LLM, Embedder
from rag_notes.schema import Block, BlockKind, Chunk, Claim, Draft, Section, Source, Topic
from rag_notes.write import aids, story

_FEWEST_GOALS = 3  # of a lecture, before those that say little are left out


@dataclass(frozen=True, slots=True)
class TopicNotes:
    """One topic: its claims in the order of time and what restates them.

    `told` are those that were said, all where only slides speak: rows of tables tell no story.
    """

    topic: Topic
    claims: tuple[Claim, ...]
    told: tuple[Claim, ...]
    overview: tuple[Claim, ...]
    goals: Goals
    section: Section

    def of_kind(self, kind: BlockKind) -> frozenset[str]:
        """The ids of its claims in blocks of a kind."""
        return frozenset(c.id for b in self.section.blocks if b.kind == kind for c in b.claims)

    @property
    def values(self) -> list[Claim]:
        """The claims whose numbers are of the subject: an example only counts along."""
        examples = self.of_kind("example")
        return [claim for claim in self.claims if claim.id not in examples]


@dataclass(frozen=True, slots=True)
class Retelling:
    """What topics are restated with.

    The `teller` may be none. `judge` keeps the drafts that their passages support.
    """

    chunks: Mapping[str, Chunk]
    embedder: Embedder
    teller: LLM | None
    weigh: Callable[[str], float]
    ids: Iterator[int]
    judge: Callable[[Sequence[Draft], Sequence[Chunk]], list[Claim]]

    def goals(self, topics: Sequence[TopicNotes]) -> list[Block]:
        """The goals of the topics; plain ones where there are few others."""
        told = [goal for one in topics for goal in one.goals.told]
        plain = [goal for one in topics for goal in one.goals.told or one.goals.plain]
        kept = told if len(told) >= _FEWEST_GOALS else plain
        return [Block("goal", tuple(kept))] if kept else []

    def story(self, topics: Sequence[TopicNotes]) -> list[Block]:
        """The lecture in one page, and its topics in their order."""
        parts = [(one, one.overview or self._telling(one)) for one in topics]
        sentences: list[Claim] = []
        for text, (one, of) in zip(self._told(parts), parts, strict=True):
            sentences += self._tell(text, of, one)
        named = (restate(one.topic.title, of, self.chunks, id=self._id()) for one, of in parts)
        items = [item for item in named if item]
        return [
            block
            for block in (Block("story", tuple(sentences)), Block("outline", tuple(items)))
            if block.claims
        ]

    def checklist(self, topics: Sequence[TopicNotes]) -> list[Block]:
        """What says most of each topic."""
        chosen = [c for one in topics for c in self._central(one.told, most=telling(len(one.told)))]
        return self._aid("check", [self._part(claim) for claim in chosen])

    def glossary(self, claims: Sequence[Claim]) -> list[Block]:
        """What is defined."""
        return self._aid("term", aids.terms(self._parts(claims)))

    def numbers(self, claims: Sequence[Claim]) -> list[Block]:
        """What is counted or measured."""
        return self._aid("number", aids.numbers(self._parts(claims)))

    def _parts(self, claims: Iterable[Claim]) -> Iterator[Claim]:
        """A table tells sentences one by one."""
        return (part for claim in claims for part in parts(claim, self.chunks))

    def _part(self, claim: Claim) -> Claim:
        """The sentence of a claim that says most, where it tells several together."""
        return max(parts(claim, self.chunks), key=lambda one: self.weigh(one.text))

    def _aid(self, kind: BlockKind, rows: Sequence[Claim]) -> list[Block]:
        claims = tuple(replace(row, id=self._id(), of=(row.id,)) for row in rows)
        return [Block(kind, claims)] if claims else []

    def _told(self, parts: Sequence[tuple[TopicNotes, Sequence[Claim]]]) -> Sequence[Sequence[str]]:
        if not self.teller:
            return [()] * len(parts)
        said = [story.Part(one.topic.title, " ".join(c.text for c in of)) for one, of in parts]
        return story.tell_story(said, self.teller)

    def _tell(self, told: Sequence[str], of: Sequence[Claim], one: TopicNotes) -> list[Claim]:
        """A topic's part of the story: as it was told, or what it should tell of."""
        passages = [self.chunks[id] for id in one.section.retrieved]
        sources = sources_of_all(of, self.chunks)
        kept = self.judge([Draft(text, sources, kind="story") for text in told], passages)
        return kept or [replace(claim, id=self._id(), of=(claim.id,)) for claim in of]

    def _telling(self, one: TopicNotes) -> tuple[Claim, ...]:
        """A sentence or two of a topic, those that explain and read well before others."""
        explains = one.of_kind("explanation")
        said = [claim for claim in one.told if claim.id in explains]
        well = [claim for claim in said if aids.is_told_well(claim.text)]
        return self._central(well or said or one.told, most=telling(len(one.told)))

    def _central(self, claims: Sequence[Claim], *, most: int) -> tuple[Claim, ...]:
        return aids.central(claims, self.embedder, most=most, weigh=self.weigh)

    def _id(self) -> str:
        return f"k{next(self.ids):04d}"


def sources_of_all(claims: Iterable[Claim], chunks: Mapping[str, Chunk]) -> tuple[Source, ...]:
    """The sentences that claims cite, each once."""
    found = [source for claim in claims for source in sources_of(claim, chunks)]
    return tuple(dict.fromkeys(found))
