"""Finished sentences in another language, one call each.

In: sentences and a language; out: what the LLM made of each, or None where the reply is no good.
Does not judge whether a translation is right.
"""

import json
from collections.abc import Mapping, Sequence

from rag_notes import prompts
from rag_notes.protocols import LLM, Progress
from rag_notes.schema import Prompt
from rag_notes.write import language
from rag_notes.write.sentences import is_repetitive, leaks

PROMPT = "translate.v1"
# What the prompt calls a language, by its ISO 639-1 code.
NAMES: Mapping[str, str] = {
    code: language.NAMES[code] for code in ("en", "de", "fr", "es", "it", "pt", "nl")
}
_LEAST, _RATIO = 60, 1.9  # characters of a translation at most: by the sentence's, and at least
_TOKENS_PER_CHARACTER, _MORE_TOKENS = 0.6, 40  # more than any language needs


def translate(
    sentences: Sequence[str], target: str, llm: LLM, *, progress: Progress | None = None
) -> tuple[str | None, ...]:
    """Each sentence in the language `target`, a code of NAMES; `progress` counts sentences."""
    found: list[str | None] = []
    replies = llm.generate([_prompt(sentence, target) for sentence in sentences])
    for sentence, reply in zip(sentences, replies, strict=True):
        text = prompts.read_json(reply)
        found.append(_usable(text, sentence) if isinstance(text, str) else None)
        if progress:
            progress(len(found), len(sentences))
    return tuple(found)


def _usable(text: str, sentence: str) -> str | None:
    line = " ".join(text.split())
    cut = len(line) >= _limit(sentence) - 1
    own = leaks(sentence, ())  # the lecture itself is about the subject of the worked example
    if not line or cut or is_repetitive(line) or (leaks(line, ()) and not own):
        return None
    return line


def _limit(sentence: str) -> int:
    return max(_LEAST, round(_RATIO * len(sentence)))


def _prompt(sentence: str, target: str) -> Prompt:
    limit = _limit(sentence)
    return prompts.render(
        PROMPT,
        schema=json.dumps({"type": "string", "maxLength": limit}),
        max_tokens=round(_TOKENS_PER_CHARACTER * limit) + _MORE_TOKENS,
        language=NAMES[target],
        statement=" ".join(sentence.split()),
    )
