"""The lecture as one page: one sentence per topic, connected.

In: each topic's title and what its overview says; out: one sentence per topic, or nothing usable.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass

from rag_notes import prompts
from rag_notes.protocols import LLM
from rag_notes.schema import Prompt
from rag_notes.write.sentences import is_repetitive, leaks, split_reply

PROMPT = "story.v1"
PARTS = 10  # of one call; a longer lecture is told in pieces
_TOKENS_PER_PART = 60
_LIMIT = 260  # characters


@dataclass(frozen=True, slots=True)
class Part:
    """A topic's title and the text of its overview."""

    title: str
    text: str


def tell_story(parts: Sequence[Part], llm: LLM) -> tuple[tuple[str, ...], ...]:
    """A sentence or two per part, none where the LLM gave none that can be used."""
    told: list[tuple[str, ...]] = []
    for first in range(0, len(parts), PARTS):
        piece = parts[first : first + PARTS]
        middle = (len(piece) + 1) // 2
        whole = _ask(piece, llm)
        told += whole or [
            *(_ask(piece[:middle], llm) or [()] * middle),
            *(_ask(piece[middle:], llm) or [()] * (len(piece) - middle)),
        ]
    return tuple(told)


def _ask(parts: Sequence[Part], llm: LLM) -> list[tuple[str, ...]] | None:
    if not parts:
        return None
    (reply,) = llm.generate([_prompt(parts)])
    found = prompts.read_json(reply)
    if not found:
        return None
    replied = [
        split_reply(text.removeprefix(f"{part.title}: "), limit=_LIMIT)
        for text, part in zip(found["story"], parts, strict=False)
    ]
    known = [f"{part.title} {part.text}" for part in parts]
    used: set[str] = set()
    told = []
    for sentences in replied:
        fit = (s for s in sentences[:2] if not is_repetitive(s) and not leaks(s, known))
        told.append(tuple(sentence for sentence in fit if sentence not in used))
        used.update(sentences)
    return told


def _prompt(parts: Sequence[Part]) -> Prompt:
    story = {
        "type": "array",
        "items": {"type": "string", "maxLength": _LIMIT},
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
