"""The lecture as one page: one sentence per topic, connected.

In: each topic's title and what its overview says; out: one sentence per topic, or nothing usable.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass

from rag_notes import prompts
from rag_notes.protocols import LLM
from rag_notes.schema import Prompt
from rag_notes.write.condense import is_repetitive

PROMPT = "story.v1"
PARTS = 10  # of one call; a longer lecture is told in pieces
_TOKENS_PER_PART = 60


@dataclass(frozen=True, slots=True)
class Part:
    """A topic's title and the text of its overview."""

    title: str
    text: str


def tell_story(parts: Sequence[Part], llm: LLM) -> tuple[str | None, ...]:
    """One sentence per part, None where the LLM gave none that can be used."""
    told: list[str | None] = []
    for first in range(0, len(parts), PARTS):
        piece = parts[first : first + PARTS]
        middle = (len(piece) + 1) // 2
        whole = _ask(piece, llm)
        told += whole or [
            *(_ask(piece[:middle], llm) or [None] * middle),
            *(_ask(piece[middle:], llm) or [None] * (len(piece) - middle)),
        ]
    return tuple(told)


def _ask(parts: Sequence[Part], llm: LLM) -> list[str | None] | None:
    if not parts:
        return None
    (reply,) = llm.generate([_prompt(parts)])
    if reply.finish == "length":
        return None
    try:
        sentences = [" ".join(text.split()) for text in json.loads(reply.text)["story"]]
    except json.JSONDecodeError:
        return None
    used: set[str] = set()
    told: list[str | None] = []
    for text in sentences:
        usable = text and text not in used and not is_repetitive(text)
        told.append(text if usable else None)
        used.add(text)
    return told


def _prompt(parts: Sequence[Part]) -> Prompt:
    story = {
        "type": "array",
        "items": {"type": "string", "maxLength": 240},
        "minItems": len(parts),
        "maxItems": len(parts),
    }
    return prompts.render(
        PROMPT,
        schema=json.dumps(
            {"type": "object", "properties": {"story": story}, "required": ["story"]}
        ),
        max_tokens=_TOKENS_PER_PART * len(parts) + 20,
        parts=list(parts),
    )
