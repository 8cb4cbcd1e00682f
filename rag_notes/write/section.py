"""One topic's section: overview, goal and questions asked of the LLM, and blocks in order.

In: the topic's accepted claims; out: sentences that restate them, and the blocks. The LLM sees
statements, never raw transcript, and names them by number.
"""

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import reduce
from itertools import pairwise
from typing import Any

from rag_notes import prompts
from rag_notes.protocols import LLM, Progress
from rag_notes.schema import Block, BlockKind, Claim, Prompt
from rag_notes.write.sentences import is_repetitive, leaks, share_known, split_reply

PROMPT = "section.v1"
BRIEF = "study.v1"  # without an overview
SHOWN_TITLE = "On the slides"
_UNDER_HEADING = 12  # statements that a reader takes in under one heading
STATEMENTS = 30  # of one call; a longer topic is asked in pieces
_BRIEFLY = 10  # of the one call of a topic that is asked about briefly
_REPLY_TOKENS = 330
_OVERVIEW, _GOAL, _QUESTION = 280, 140, 160  # characters
_KNOWN = 0.6  # share of a goal's words that the statements must hold
_STUDY_WORDS = frozenset(
    """
    explain describe compare compute calculate define identify understand discuss summarize list
    state apply analyze evaluate show tell derive implement recognize distinguish concept concepts
    between difference differences purpose importance role work works used using with their they
    that this these which what when where from into about have will your properties benefits main
    """.split()
)
_ORDER: tuple[BlockKind, ...] = (
    "overview",
    "explanation",
    "procedure",
    "example",
    "implementation",
    "visual",
    "confusion",
    "question",
)


@dataclass(frozen=True, slots=True)
class Restated:
    """A sentence that sums up statements, named by their positions from 0."""

    text: str
    of: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class TopicTexts:
    """What the LLM wrote about a topic's statements; `of` of a question names its answer."""

    overview: tuple[Restated, ...] = ()
    goal: str = ""
    questions: tuple[Restated, ...] = ()


@dataclass(frozen=True, slots=True)
class _Piece:
    """Statements of one call: those of topic number `topic` at `places` of it; `brief` or not."""

    topic: int
    title: str
    places: Sequence[int]
    statements: Sequence[str]
    brief: bool

    @property
    def key(self) -> tuple[int, int]:
        """Topic and place of its first statement."""
        return self.topic, self.places[0]


def write_topics(
    topics: Sequence[tuple[str, Sequence[str]]],
    llm: LLM,
    *,
    weigh: Callable[[str], float] | None = None,
    progress: Progress | None = None,
) -> list[TopicTexts]:
    """Ask for overview, goal and questions of each topic, given by its title and statements.

    With `weigh` it is done briefly: no overview, and only the weightiest statements are read. An
    unusable reply is asked again over half as much. `progress` counts calls.
    """
    pieces = [
        _Piece(topic, title, at, [statements[one] for one in at], weigh is not None)
        for topic, (title, statements) in enumerate(topics)
        for at in _places(statements, weigh)
    ]
    found = _ask(pieces, llm, progress)
    failed = [piece for piece in pieces if piece.key not in found]
    found |= _ask([_half(piece) for piece in failed], llm)
    return [
        _fit(title, statements, [found[key] for key in sorted(found) if key[0] == topic])
        for topic, (title, statements) in enumerate(topics)
    ]


def _places(
    statements: Sequence[str], weigh: Callable[[str], float] | None
) -> Iterator[Sequence[int]]:
    """Yield the places of the statements of each call."""
    if weigh and statements:
        best = sorted(range(len(statements)), key=lambda at: -weigh(statements[at]))
        yield sorted(best[:_BRIEFLY])
        return
    for first in range(0, len(statements), STATEMENTS):
        yield range(first, min(first + STATEMENTS, len(statements)))


def _half(piece: _Piece) -> _Piece:
    half = (len(piece.places) + 1) // 2
    return replace(piece, places=piece.places[:half], statements=piece.statements[:half])


def _fit(title: str, statements: Sequence[str], pieces: Sequence[TopicTexts]) -> TopicTexts:
    """What was replied about a topic, without what its statements do not speak of."""
    texts = reduce(_joined, pieces, TopicTexts())
    known = [title, *statements]
    told = share_known(texts.goal, known, aside=_STUDY_WORDS) >= _KNOWN
    fits = told and not leaks(texts.goal, known)
    return replace(
        texts,
        overview=tuple(one for one in texts.overview if not leaks(one.text, known)),
        goal=texts.goal if texts.goal and fits else f"Explain {title}.",
        questions=tuple(one for one in texts.questions if not leaks(one.text, known)),
    )


def arrange(
    claims: Iterable[tuple[BlockKind, Claim]],
    *,
    shown: Sequence[Claim] = (),
    name: Callable[[Sequence[str], Sequence[str]], str] = lambda *_: "",
) -> tuple[Block, ...]:
    """Blocks in the order of FORMATS.md, claims within a block in the order given.

    More claims than one heading should have are parted evenly, each part under what `name` calls
    it, given its texts and those of all parts. What was only `shown` comes under a title of its
    own, where visual takeaways stand.
    """
    by_kind: dict[BlockKind, list[Claim]] = {kind: [] for kind in _ORDER}
    for kind, claim in claims:
        by_kind[kind].append(claim)
    blocks: list[Block] = []
    for kind, found in by_kind.items():
        blocks += _parted(kind, found, name) if found else []
        if kind == "visual" and shown:
            blocks.append(Block(kind, tuple(shown), title=SHOWN_TITLE))
    return tuple(blocks)


def _parted(
    kind: BlockKind, claims: Sequence[Claim], name: Callable[[Sequence[str], Sequence[str]], str]
) -> list[Block]:
    """One block, or several with a title each."""
    count = -(-len(claims) // _UNDER_HEADING)
    if count == 1:
        return [Block(kind, tuple(claims))]
    bounds = [round(at * len(claims) / count) for at in range(count + 1)]
    parts = [claims[first:last] for first, last in pairwise(bounds)]
    whole = [claim.text for claim in claims]
    titles: list[str] = []
    for number, part in enumerate(parts, start=1):
        title = name([claim.text for claim in part], whole)
        titles.append(title if title and title not in titles else f"Part {number}")
    return [
        Block(kind, tuple(part), title=title) for part, title in zip(parts, titles, strict=True)
    ]


def _ask(
    pieces: Sequence[_Piece], llm: LLM, progress: Progress | None = None
) -> dict[tuple[int, int], TopicTexts]:
    """What was replied, by topic and first position; nothing for a reply that is of no use."""
    found = {}
    replies = llm.generate([_prompt(piece) for piece in pieces])
    for done, (piece, reply) in enumerate(zip(pieces, replies, strict=True), start=1):
        read = prompts.read_json(reply)
        if read and not is_repetitive(reply.text):
            found[piece.key] = _moved(_texts(read), piece.places)
        if progress:
            progress(done, len(pieces))
    return found


def _texts(found: Any) -> TopicTexts:  # noqa: ANN401 (JSON held to the schema below)
    overview = [
        Restated(sentence, tuple(dict.fromkeys(n - 1 for n in one["from"])))
        for one in found.get("overview", ())
        for sentence in split_reply(one["text"], limit=_OVERVIEW)
    ]
    questions = [
        Restated(_line(one["question"]), (one["answer"] - 1,)) for one in found["questions"]
    ]
    return TopicTexts(
        overview=tuple({one.text: one for one in overview}.values()),
        goal=" ".join(split_reply(found["goal"], limit=_GOAL)[:1]),
        questions=tuple({one.of: one for one in questions if one.text.endswith("?")}.values()),
    )


def _line(text: str) -> str:
    return " ".join(text.split())


def _moved(texts: TopicTexts, places: Sequence[int]) -> TopicTexts:
    def move(parts: tuple[Restated, ...]) -> tuple[Restated, ...]:
        return tuple(Restated(one.text, tuple(places[at] for at in one.of)) for one in parts)

    return TopicTexts(move(texts.overview), texts.goal, move(texts.questions))


def _joined(first: TopicTexts, second: TopicTexts) -> TopicTexts:
    return TopicTexts(
        overview=first.overview + second.overview,
        goal=first.goal or second.goal,
        questions=first.questions + second.questions,
    )


def _prompt(piece: _Piece) -> Prompt:
    return prompts.render(
        BRIEF if piece.brief else PROMPT,
        schema=_schema(len(piece.statements), brief=piece.brief),
        max_tokens=_REPLY_TOKENS,
        title=piece.title,
        statements=list(piece.statements),
    )


def _schema(count: int, *, brief: bool) -> str:
    number = {"enum": list(range(1, count + 1))}
    overview = {
        "type": "object",
        "properties": {
            "text": {"type": "string", "maxLength": _OVERVIEW},
            "from": {"type": "array", "items": number, "minItems": 1, "maxItems": 4},
        },
        "required": ["text", "from"],
    }
    question = {
        "type": "object",
        "properties": {"question": {"type": "string", "maxLength": _QUESTION}, "answer": number},
        "required": ["question", "answer"],
    }
    fields: dict[str, Any] = {
        "overview": {"type": "array", "items": overview, "minItems": 1, "maxItems": 2},
        "goal": {"type": "string", "maxLength": _GOAL},
        "questions": {
            "type": "array",
            "items": question,
            "minItems": min(2, count),
            "maxItems": min(2, count),
        },
    }
    if brief:
        del fields["overview"]
    return json.dumps({"type": "object", "properties": fields, "required": list(fields)})
