"""Passages to what they state: spans chosen, condensed and judged, topic by topic.

The first half of writing notes: every passage is read, what stands alone in it is said again by the
LLM, and what the gate accepts becomes the claims of a topic. Statements about the running of the
course are kept apart from those about its subject.
"""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from rag_notes.config import Config
from rag_notes.ground import second
from rag_notes.ground.gate import Doubt, Gate, Opinion
from rag_notes.ground.prose import is_filler
from rag_notes.ground.restate import sources_of
from rag_notes.ground.sentences import Sentences
from rag_notes.ground.standalone import is_logistics, names_course, stands_alone
from rag_notes.ground.verbs import has_verb
from rag_notes.ground.written import as_written
from rag_notes.pipeline.material import Material
from rag_notes.protocols import LLM, Progress
from rag_notes.schema import BlockKind, Chunk, Claim, Draft, Rejected, Topic
from rag_notes.write import choose, condense, kinds, shown
from rag_notes.write.salience import LEAST, Salience

_SOUGHT = 4  # passages of the whole lecture in which support is looked for
# Support that a statement of the LLM needs. The gate's own bar, 0.5, fits what people write; on the
# sample a 1.5B model's embellishments ("allowing for fast retrieval") scored 0.58-0.61.
ENOUGH = 0.65
LOGISTICS = "is about the running of the course"
LOGISTICS_TITLE = "Course Logistics"
_FEWEST_OF_TOPIC = 2  # statements
_FEWEST_LOGISTICS, MOST_LOGISTICS = 2, 12  # statements that make a topic, and that it has
_RICH = 9  # words of the subject from which a mention of "this class" is only that
_LOGISTICS = 3  # words of the subject: the running of a course names little of it
_RIGHT_AFTER = 2  # sentences between the beginnings of two statements: one may be left out
_REPLACED = "its passage's own sentence stands in for it"


@dataclass(frozen=True, slots=True)
class Stated:
    """An accepted claim with the kind of block it belongs in; `shown` where only slides say it."""

    kind: BlockKind
    claim: Claim
    shown: bool = False


@dataclass(frozen=True, slots=True)
class Group:
    """Drafts that belong together and the passages `first` to `last` that they come from."""

    first: int
    last: int
    own: tuple[Chunk, ...]
    drafts: tuple[Draft, ...]
    title: str = ""  # given, not asked of the LLM


@dataclass(frozen=True, slots=True)
class Found:
    """A named topic: what its passages state and what its query retrieved.

    No overview, goal or question is asked for where it is `plain`.
    """

    topic: Topic
    said: tuple[Stated, ...]
    retrieved: tuple[Chunk, ...]
    plain: bool = False


def prompt_names() -> tuple[str, ...]:
    """Prompts that statements depend on."""
    return (condense.PROMPT, second.JUDGE, second.REWRITE)


def make_gate(sentences: Sentences, material: Material, *, salience: Salience) -> Gate:
    """Make the gate of a lecture: it searches all of it, and asks the LLM where that is trusted."""

    def find(text: str) -> list[str]:
        return [hit.chunk.id for hit in material.retriever.search(text, _SOUGHT)]

    def rewrite(doubts: Sequence[Doubt]) -> list[str | None]:
        return second.rewrite_each(doubts, material.llm)

    opinion = second_opinion(material.llm, material.config)
    return Gate(
        sentences,
        material.embedder,
        find=find,
        opinion=opinion,
        rewrite=rewrite,
        informs=informing(salience),
        own_wording=material.config.own_wording,
    )


def informing(salience: Salience) -> Callable[[str], bool]:
    """Make what says of a text whether it says enough of the subject, or of the course."""

    def informs(text: str) -> bool:
        return salience.is_enough(text, least=_LOGISTICS if is_logistics(text) else LEAST)

    return informs


def second_opinion(llm: LLM, config: Config) -> Opinion | None:
    """Make what the gate asks of the LLM; None where its opinion is not trusted."""

    def opinion(doubts: Sequence[Doubt]) -> list[str | None]:
        return second.doubt_each(doubts, llm, least=config.judge_least)

    return opinion if config.judge_least > 0 else None


def draft_statements(
    chunks: Sequence[Chunk],
    llm: LLM,
    *,
    read: Callable[[str], str],
    salience: Salience,
    progress: Progress,
) -> Mapping[str, tuple[Draft, ...]]:
    """Drafts by passage, in the order they were said; `read` reads a sentence with the slides."""
    spans = choose.choose(
        chunks,
        clean=lambda sentence: as_written(read(sentence)),
        stands_alone=stands_alone,
        is_filler=is_filler,
        informs=informing(salience),
        weigh=salience.weigh,
    )
    drafts: dict[str, list[Draft]] = {chunk.id: [] for chunk in chunks}
    for span, found in condense.condense(spans, llm, progress=progress).items():
        drafts[span.chunk] += found
    return {name: tuple(found) for name, found in drafts.items()}


def shown_statements(pages: Sequence[Chunk]) -> tuple[Draft, ...]:
    """Drafts of what slides state by themselves."""
    return shown.shown_drafts(pages, states=lambda line: has_verb(line) and stands_alone(line))


def sort_out(
    drafts: Sequence[Draft], verdicts: Sequence[Claim | Rejected], chunks: Mapping[str, Chunk]
) -> list[Stated]:
    """Sort what passed by kind, in the order of time: that of the words which are cited."""
    accepted = [(d, v) for d, v in zip(drafts, verdicts, strict=True) if isinstance(v, Claim)]
    within = {one.chunk for draft, _ in accepted for one in draft.sources}
    accepted.sort(key=lambda pair: _place(pair[0], pair[1], within, chunks))
    sorts = [kinds.kind_of(claim.text, _spoken(draft, chunks)) for draft, claim in accepted]
    if not any(chunk.kind == "slide" for chunk in chunks.values()):
        sorts = ["explanation" if kind == "visual" else kind for kind in sorts]  # nothing to see
    places = [_place(draft, claim, within, chunks) for draft, claim in accepted]
    at = _numbered(chunks)
    follows = [False, *(at[other] - at[one] <= _RIGHT_AFTER for one, other in pairwise(places))]
    texts = [claim.text for _, claim in accepted]
    settled = kinds.settle_kinds(sorts, texts, follows=follows[: len(texts)])
    return [Stated(kind, claim) for kind, (_, claim) in zip(settled, accepted, strict=True)]


def _place(
    draft: Draft, claim: Claim, within: Collection[str], chunks: Mapping[str, Chunk]
) -> tuple[str, int]:
    """Where the first cited words of a claim stand; a claim from elsewhere stays at its draft."""
    cited = sources_of(claim, chunks)
    near = [one for one in cited if one.chunk in within] or draft.sources
    return min((one.chunk, one.sentence) for one in near)


def _numbered(chunks: Mapping[str, Chunk]) -> Mapping[tuple[str, int], int]:
    """The number of each sentence of a lecture, given its passages in their order."""
    every = ((name, at) for name, chunk in chunks.items() for at in range(len(chunk.sentences)))
    return {place: number for number, place in enumerate(every)}


def group(
    main: Sequence[Chunk],
    spans: Sequence[tuple[int, int]],
    drafts: Mapping[str, Sequence[Draft]],
    salience: Salience,
) -> tuple[list[Group], list[Draft]]:
    """Group the drafts of each topic, and those on the running of the course as one of their own.

    Where these are too few for a topic, and where nothing tells what of the course they are about,
    they are returned apart.
    """

    def is_aside(draft: Draft) -> bool:
        return is_logistics(draft.text, tells=lambda text: salience.is_enough(text, least=_RICH))

    groups: list[Group] = []
    aside: list[Draft] = []
    for first, last in spans:
        own = tuple(main[first : last + 1])
        written = [draft for chunk in own for draft in drafts[chunk.id]]
        subject: list[Draft] = []
        for draft in written:
            (aside if is_aside(draft) else subject).append(draft)
        groups.append(Group(first, last, own, tuple(subject)))
    named = [draft for draft in aside if names_course(draft.text)]
    if len(named) < _FEWEST_LOGISTICS:
        return groups, aside
    said_in = {source.chunk for draft in named for source in draft.sources}
    places = [at for at, chunk in enumerate(main) if chunk.id in said_in]
    own = tuple(main[at] for at in places)
    groups.append(Group(places[0], places[-1], own, tuple(named), title=LOGISTICS_TITLE))
    unnamed = [draft for draft in aside if draft not in named]
    return sorted(groups, key=lambda one: (one.first, not one.title)), unnamed


def is_slight(found: Found) -> bool:
    """Whether a topic says too little to be one."""
    return not found.plain and len(found.said) < _FEWEST_OF_TOPIC


def absorb(topic: Found, slight: Found) -> Found:
    """A topic with what the next one says."""
    span = topic.topic.span and slight.topic.span and (topic.topic.span[0], slight.topic.span[1])
    chunks = {chunk.id: chunk for chunk in (*topic.retrieved, *slight.retrieved)}
    return replace(
        topic,
        topic=replace(topic.topic, last=slight.topic.last, span=span),
        said=(*topic.said, *slight.said),
        retrieved=tuple(chunks.values()),
    )


def failures(
    drafts: Sequence[Draft], verdicts: Sequence[Claim | Rejected], section: str
) -> Iterator[Rejected]:
    """Yield what was not printed as written: rejections, and drafts that were replaced."""
    for draft, verdict in zip(drafts, verdicts, strict=True):
        if isinstance(verdict, Rejected):
            yield verdict
        elif verdict.extractive and not draft.extractive:
            yield Rejected(draft.text, section, _REPLACED)


def _spoken(draft: Draft, chunks: Mapping[str, Chunk]) -> str:
    return " ".join(chunks[one.chunk].sentence(one.sentence) for one in draft.sources)
