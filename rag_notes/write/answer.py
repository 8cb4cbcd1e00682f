"""An answer from retrieved sentences, or the word that they do not hold one.

In: a question and hits; out: drafts whose sources are sentences of the hits.
"""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from rag_notes import prompts
from rag_notes.protocols import LLM
from rag_notes.schema import Draft, Hit, Prompt, Source
from rag_notes.write.sentences import leaks, split_reply

PROMPT = "answer.v1"
SENTENCES = 40
_REPLY_TOKENS = 300
_LIMIT = 280  # characters


def write_answer(question: str, hits: Sequence[Hit], llm: LLM) -> tuple[Draft, ...] | None:
    """Drafts that answer the question; None where the LLM says that the passages do not."""
    sources = [
        Source(hit.chunk.id, number) for hit in hits for number in range(len(hit.chunk.sentences))
    ]
    texts = {
        Source(hit.chunk.id, number): hit.chunk.sentence(number)
        for hit in hits
        for number in range(len(hit.chunk.sentences))
    }
    for most in (SENTENCES, SENTENCES // 2):
        shown = sources[:most]
        if not shown:
            return None
        (reply,) = llm.generate([_prompt(question, [texts[one] for one in shown])])
        found = prompts.read_json(reply)
        if isinstance(found, dict):
            return _drafts(found, shown, list(texts.values()))
    return None


def _drafts(
    found: Mapping[str, Any], shown: Sequence[Source], known: Sequence[str]
) -> tuple[Draft, ...] | None:
    if found["answered"] != "yes":
        return None
    return tuple(
        Draft(
            sentence,
            tuple(dict.fromkeys(shown[number - 1] for number in one["from"])),
            kind="answer",
        )
        for one in found["claims"]
        for sentence in split_reply(one["text"], limit=_LIMIT)
        if not leaks(sentence, known)
    )


def _prompt(question: str, sentences: Sequence[str]) -> Prompt:
    claim = {
        "type": "object",
        "properties": {
            "text": {"type": "string", "maxLength": _LIMIT},
            "from": {
                "type": "array",
                "items": {"enum": list(range(1, len(sentences) + 1))},
                "minItems": 1,
                "maxItems": 3,
            },
        },
        "required": ["text", "from"],
    }
    schema = {
        "type": "object",
        "properties": {
            "answered": {"enum": ["yes", "no"]},
            "claims": {"type": "array", "items": claim, "minItems": 0, "maxItems": 4},
        },
        "required": ["answered", "claims"],
    }
    return prompts.render(
        PROMPT,
        schema=json.dumps(schema),
        max_tokens=_REPLY_TOKENS,
        question=" ".join(question.split()),
        sentences=list(sentences),
    )
