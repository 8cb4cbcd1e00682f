"""Spans to statements: each span of a lecture is said again in plain English, clear by itself.

In: spans and an LLM; out: one draft or two per span. The LLM sees the passage around a span, since
speech says "these" and "it" for what was named before; what it writes is of the span alone, so the
citation follows from the call and the LLM names no source. Does not judge what is true.
"""

import json
from collections.abc import Mapping, Sequence

from rag_notes import prompts
from rag_notes.protocols import LLM, Progress
from rag_notes.schema import Draft, Prompt, Reply
from rag_notes.write.choose import Span
from rag_notes.write.sentences import is_repetitive, leaks, split_clauses, split_reply

PROMPT = "condense.v4"
_REPLY_TOKENS = 90
_LEAST, _LIMIT = 90, 320  # characters of a statement: no longer than what was said,
_NAME = 30  # but for the name of what that speaks of
_READABLE = 2400  # characters of a span: more in 50 words is no speech, and could fill the context


def condense(
    spans: Sequence[Span], llm: LLM, *, progress: Progress | None = None
) -> Mapping[Span, tuple[Draft, ...]]:
    """Drafts by span; none where there is nothing to learn. `progress` counts spans.

    A span that the LLM made nothing usable of gives its own words, unless it is loose.
    """
    drafts: dict[Span, tuple[Draft, ...]] = {}
    replies = iter(llm.generate([_prompt(span) for span in spans if _is_readable(span)]))
    for span in spans:
        statement = _statement(next(replies), span) if _is_readable(span) else None
        drafts[span] = _own_words(span) if statement is None else _drafts(statement, span)
        if progress:
            progress(len(drafts), len(spans))
    return drafts


def _is_readable(span: Span) -> bool:
    return len(span.text) <= _READABLE


def _limit(span: Span) -> int:
    return min(_LIMIT, max(_LEAST, len(span.text) + _NAME))


def _prompt(span: Span) -> Prompt:
    schema = json.dumps({"type": "string", "maxLength": _limit(span)})
    passage = span.passage if len(span.passage) <= _READABLE else span.text
    return prompts.render(
        PROMPT,
        schema=schema,
        max_tokens=_REPLY_TOKENS,
        passage=passage or span.text,
        part=span.text,
    )


def _own_words(span: Span) -> tuple[Draft, ...]:
    """A span as it was said, which stands alone; nothing of a loose one."""
    return () if span.loose else (Draft(span.text, span.sources, extractive=True),)


def _statement(reply: Reply, span: Span) -> str | None:
    """The sentence replied; "" where there is nothing to learn; None where the reply is no good."""
    text = prompts.read_json(reply)
    if not isinstance(text, str) or is_repetitive(text):
        return None
    kept = " ".join(split_reply(text, limit=_limit(span)))
    if text.strip() and not kept:
        return None
    return None if leaks(kept, [span.text, span.passage]) else kept


def _drafts(statement: str, span: Span) -> tuple[Draft, ...]:
    return tuple(
        Draft(clause, span.sources)
        for sentence in split_reply(statement, limit=_LIMIT + 2)
        for clause in split_clauses(sentence)
    )
