"""What the LLM is asked about statements: whether their passage says them, and to mend them once.

In: statements with the words they rest on, and an LLM. Out: the reason against each, or None; new
wordings, or None. The cheap checks come before and after: the LLM only ever takes away.
"""

import json
from collections.abc import Sequence

from rag_notes import prompts
from rag_notes.ground.gate import Doubt
from rag_notes.protocols import LLM
from rag_notes.schema import Prompt

JUDGE, REWRITE = "judge.v1", "rewrite.v1"
_CHOICES = ("yes", "no")
_CHOICE_SCHEMA = json.dumps({"enum": list(_CHOICES)})
_READABLE = 2800  # characters of what a statement rests on: more is no two passages of speech
_REPLY_TOKENS = 90
_LIMIT = 280  # characters


def doubt_each(doubts: Sequence[Doubt], llm: LLM, *, least: float) -> list[str | None]:
    """Ask whether each passage says all of its statement; a probability under `least` is a no.

    A passage too long to be read at once is not asked about.
    """
    return [
        f"a second reading does not find it there ({likely:.2f}, {least:.2f} needed)"
        if likely is not None and likely < least
        else None
        for likely in likelihoods(doubts, llm)
    ]


def likelihoods(doubts: Sequence[Doubt], llm: LLM) -> list[float | None]:
    """Probability (0-1) that a passage says all of its statement; None where it is too long."""
    found: list[float | None] = [None] * len(doubts)
    asked = [at for at, one in enumerate(doubts) if len(one.passage) <= _READABLE]
    replies = llm.generate([question(doubts[at]) for at in asked])
    for at, reply in zip(asked, replies, strict=True):
        found[at] = reply.p if reply.p is not None else float(reply.text.strip() == _CHOICES[0])
    return found


def rewrite_each(doubts: Sequence[Doubt], llm: LLM) -> list[str | None]:
    """Have each statement written once more from its passage; None where nothing came of it."""
    texts: list[str | None] = [None] * len(doubts)
    asked = [at for at, one in enumerate(doubts) if len(one.passage) <= _READABLE]
    replies = llm.generate([_order(doubts[at]) for at in asked])
    for at, reply in zip(asked, replies, strict=True):
        text = prompts.read_json(reply)
        if isinstance(text, str) and text.strip():
            texts[at] = " ".join(text.split())
    return texts


def question(doubt: Doubt) -> Prompt:
    """Prompt that asks whether a passage says all of a statement."""
    return prompts.render(
        JUDGE,
        schema=_CHOICE_SCHEMA,
        max_tokens=2,
        choices=_CHOICES,
        passage=doubt.passage,
        statement=doubt.text,
    )


def _order(doubt: Doubt) -> Prompt:
    return prompts.render(
        REWRITE,
        schema=json.dumps({"type": "string", "maxLength": _LIMIT}),
        max_tokens=_REPLY_TOKENS,
        passage=doubt.passage,
        statement=doubt.text,
        reason=doubt.reason,
    )
