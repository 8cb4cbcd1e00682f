"""A question put so that it can be searched for: a follow-up made whole, another language's.

In: a question and what was said before. Out: a question of its own; where no rule does it, the LLM
is asked, and what it adds that nobody said is not taken.
"""

import json
import re

from rag_notes import prompts
from rag_notes.answers import Answer
from rag_notes.protocols import LLM
from rag_notes.schema import Prompt
from rag_notes.write.language import NAMES
from rag_notes.write.sentences import leaks, share_known
from rag_notes.write.spans import TALK

FOLLOWUP, TRANSLATE = "followup.v1", "search_query.v1"
_REPLY_TOKENS = 90
_LIMIT = 280  # characters
_SHOWN = 3  # claims of the answer before
# Words a rewritten question may add; every other long one must have been said before.
_ASKING = frozenset(
    """about come does done happen happens have long many mean means much need said says should
    take tell that there they this used were what when where which will with would""".split()
)

_ORDINALS = ("first", "second", "third", "fourth", "fifth", "last")
_NTH = re.compile(
    r"^(?:and |what about |tell me (?:more )?about |explain |more (?:on|about) )*(?:the |number )?"
    rf"(?P<nth>{'|'.join(_ORDINALS)}|[1-9](?:st|nd|rd|th)?)"
    r"(?: (?:one|point|claim|answer|sentence|statement))?[ ?.!]*$",
    re.IGNORECASE,
)
_MORE = re.compile(
    r"^(?:(?:and |can you |please )*(?:tell me more|say more|more|go on|continue|what else"
    r"|anything else|more please|and\?|else\?)(?: about (?:it|that|this))?)[ ?.!]*$",
    re.IGNORECASE,
)
# Words that stand for something said before, and openings that go on from it.
_POINTS = re.compile(
    r"\b(?:it|its|they|them|their|theirs|these|those|such"
    rf"|this(?! {TALK})"
    r"|the (?:first|second|third|other|latter|former|same|next|last)(?: one)?(?=[ ?.!]*$))\b"
    r"|\bthat\b(?! (?:the|a|an|\w+s?) )|\b(?:one|ones)\b(?=[ ?.!]*$)",
    re.IGNORECASE,
)
_GOES_ON = re.compile(
    r"^(?:and|but|so|or|then|also|what about|how about|why|how so)\b", re.IGNORECASE
)
_FEW_WORDS = 3
_WORD = re.compile(r"[^\W_]+")


def needs_context(question: str) -> bool:
    """Whether a question leans on what was said before it."""
    words = _WORD.findall(question)
    if _POINTS.search(question) or _NTH.match(question) or _MORE.match(question):
        return True
    return bool(_GOES_ON.match(question)) and len(words) <= 2 * _FEW_WORDS


def as_own_question(followup: str, before: Answer, llm: LLM) -> str:
    """Rewrite a follow-up so that it is understood without the answer before it."""
    if not needs_context(followup):
        return followup
    if _MORE.match(followup):
        return before.question
    nth = _NTH.match(followup)
    if nth and before.claims:
        claim = before.claims[_position(nth["nth"], len(before.claims))]
        return f"What is said about this: {claim.text.rstrip('.')}?"
    answer = " ".join(claim.text for claim in before.claims[:_SHOWN]) or "The lecture does not say."
    (reply,) = llm.generate([_order(followup, before.question, answer)])
    text = prompts.read_json(reply)
    said = (followup, before.question, answer)
    if not isinstance(text, str) or not text.strip() or leaks(text, said):
        return _joined(followup, before.question)
    text = " ".join(text.split())
    if share_known(text, said, aside=_ASKING) < 1 or needs_context(text):
        return _joined(followup, before.question)
    return text


def translated(question: str, language: str, llm: LLM) -> str | None:
    """Put a question into `language` (ISO 639-1); None where nothing came of it."""
    prompt = prompts.render(
        TRANSLATE,
        schema=json.dumps({"type": "string", "maxLength": _LIMIT}),
        max_tokens=_REPLY_TOKENS,
        question=question,
        language=NAMES.get(language, language),
    )
    (reply,) = llm.generate([prompt])
    text = prompts.read_json(reply)
    return " ".join(text.split()) if isinstance(text, str) and text.strip() else None


def _position(nth: str, count: int) -> int:
    """Position of the claim that an ordinal names, the last one where there are fewer."""
    name = nth.lower()
    number = _ORDINALS.index(name) + 1 if name in _ORDINALS else int(name[0])
    return count - 1 if name == "last" else min(number, count) - 1


def _joined(followup: str, question: str) -> str:
    """Both questions as one: what is searched for then holds the words of both."""
    return f"{question.rstrip(' ?.!')}: {followup}"


def _order(followup: str, question: str, answer: str) -> Prompt:
    return prompts.render(
        FOLLOWUP,
        schema=json.dumps({"type": "string", "maxLength": _LIMIT}),
        max_tokens=_REPLY_TOKENS,
        question=question,
        answer=answer,
        followup=followup,
    )
