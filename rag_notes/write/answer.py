"""Whether a passage answers a question, and its answer in one sentence.

In: a question and a passage of a few sentences. Out: a probability, or a sentence. Does not know
where the passage comes from.
"""

import json

from rag_notes import prompts
from rag_notes.protocols import LLM
from rag_notes.schema import Prompt
from rag_notes.write.sentences import is_repetitive, leaks, split_reply

ANSWERABLE, ANSWER = "answerable.v1", "answer.v2"
_CHOICES = ("yes", "no")
_REPLY_TOKENS = 90
_LIMIT = 280  # characters


def how_likely(question: str, passage: str, llm: LLM) -> float:
    """Probability (0-1) that a reader of the passage knows the answer, as the LLM sees it."""
    (reply,) = llm.generate([whether(question, passage)])
    return reply.p if reply.p is not None else float(reply.text.strip() == _CHOICES[0])


def write_answer(question: str, passage: str, llm: LLM) -> str | None:
    """One sentence that answers the question from the passage; None where nothing came of it."""
    (reply,) = llm.generate([_order(question, passage)])
    text = prompts.read_json(reply)
    if not isinstance(text, str):
        return None
    sentences = split_reply(text, limit=_LIMIT)
    if not sentences or is_repetitive(text) or leaks(text, (passage, question)):
        return None
    return sentences[0]


def whether(question: str, passage: str) -> Prompt:
    """Prompt that asks whether a passage holds the answer."""
    return prompts.render(
        ANSWERABLE,
        schema=json.dumps({"enum": list(_CHOICES)}),
        max_tokens=2,
        choices=_CHOICES,
        question=question,
        passage=passage,
    )


def _order(question: str, passage: str) -> Prompt:
    return prompts.render(
        ANSWER,
        schema=json.dumps({"type": "string", "maxLength": _LIMIT}),
        max_tokens=_REPLY_TOKENS,
        question=question,
        passage=passage,
    )
