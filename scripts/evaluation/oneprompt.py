"""The control "one prompt over the whole transcript with the same model".

In: a transcript and the LLM that is shipped, or replies of it that were kept. Out: the statements
of its reply, and what the call took. Knows nothing of our notes.
"""

import json
import re
import tempfile
from dataclasses import dataclass, replace
from pathlib import Path

from evaluation.clock import Clock
from rag_notes import prompts
from rag_notes.config import Config
from rag_notes.pipeline.engines import cached_llm, plan_engines
from rag_notes.protocols import LLM
from rag_notes.replies import ReplyCache, reply_key
from rag_notes.schema import Prompt, Reply

PROMPT = "control.v1"
MOST_TOKENS = 1200
# Three forms were tried, by reading the replies. On one video a flat list made the 1.5B copy the
# transcript and Markdown made it stop after the heading; topics made it sum up there, but copy on a
# second one.
_TOPIC = {
    "type": "object",
    "properties": {
        "title": {"type": "string"},
        "notes": {"type": "array", "items": {"type": "string"}},
    },
    "required": ["title", "notes"],
    "additionalProperties": False,
}
_SCHEMA = json.dumps({"type": "array", "items": _TOPIC})
_TOKEN_BYTES = 3  # at least, of English; its tokens have about 4.5
_STEP = 4096  # tokens that the context is rounded up to
# A string that is neither a key nor a title.
_NOTE = re.compile(r'(?P<title>"title"\s*:\s*)?(?P<text>"(?:[^"\\]|\\.)*")(?P<key>\s*:)?')


@dataclass(frozen=True, slots=True)
class Timed:
    """A call that was timed: `seconds` by the clock with loading, tokens, how it ended."""

    seconds: float
    read: int
    written: int
    finish: str


class OnePrompt:
    """Replies of the shipped LLM to the one prompt, kept in `folder` by the hash of the prompt."""

    def __init__(self, config: Config, folder: Path, *, ask: bool) -> None:
        """Ask the LLM for what `folder` lacks only where `ask` is given."""
        self._config = config
        self._folder = folder
        self._ask = ask

    def statements(self, transcript: str) -> tuple[str, ...] | None:
        """What the reply says, one by one; None where it is neither kept nor asked for."""
        prompt = render(transcript)
        plan = plan_engines(self._config)
        kept = ReplyCache(self._folder).get(reply_key(plan.llm, prompt))
        if kept is None and self._ask:
            fitting = _with_context(self._config, prompt)
            kept = _reply(cached_llm(plan, fitting, self._folder), prompt)
        return None if kept is None else read_statements(kept.text)

    def time(self, transcript: str) -> Timed:
        """One call that no cache answers, loading the weights included."""
        prompt = render(transcript)
        fitting = _with_context(self._config, prompt)
        clock = Clock()
        with tempfile.TemporaryDirectory() as nowhere:
            llm = cached_llm(plan_engines(fitting), fitting, Path(nowhere))
            reply = _reply(llm, prompt)
        return Timed(clock.taken().wall, reply.tokens_read, reply.tokens_written, str(reply.finish))


def render(transcript: str) -> Prompt:
    """The prompt as it is sent."""
    return prompts.render(PROMPT, schema=_SCHEMA, max_tokens=MOST_TOKENS, transcript=transcript)


def read_statements(reply: str) -> tuple[str, ...]:
    """The notes of all topics, also of a reply that was cut off; what repeats stands once."""
    notes = (one["text"] for one in _NOTE.finditer(reply) if not (one["title"] or one["key"]))
    found = (json.loads(note, strict=False) for note in notes)
    return tuple(dict.fromkeys(" ".join(text.split()) for text in found if text.strip()))


def _reply(llm: LLM, prompt: Prompt) -> Reply:
    (reply,) = llm.generate([prompt])
    return reply


def _with_context(config: Config, prompt: Prompt) -> Config:
    """A configuration whose context holds the prompt and the reply."""
    tokens = len(f"{prompt.system}{prompt.user}".encode()) // _TOKEN_BYTES + MOST_TOKENS
    needed = -(-tokens // _STEP) * _STEP
    return replace(config, context_tokens=max(config.context_tokens, needed))
