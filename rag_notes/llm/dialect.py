"""Which parts of the OpenAI protocol a server understands, and what it is asked accordingly.

A server says no to a part by refusing the request. Then the next request goes without that part: a
JSON schema becomes JSON mode, that becomes plain text with the schema in the prompt.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal, TypeAlias

from rag_notes import prompts
from rag_notes.llm.chat import Message, inert, messages
from rag_notes.llm.shape import closed, read_schema
from rag_notes.schema import Prompt

Mode: TypeAlias = Literal["schema", "json", "text"]

SHAPE = "shape.v1"
_ALTERNATIVES = 20  # tokens whose probability is asked for, where a prompt has choices
_FORM = re.compile(r"response_format|json_(schema|object)|grammar|structured")
_NAME = re.compile(r"[^A-Za-z0-9_-]")
# What a request may go without, and words of a refusal that mean it. Thinking eats the few tokens
# of a reply: llama-server and vLLM are told by the first parameter not to, Ollama by the second.
_OPTIONAL = {
    "chat_template_kwargs": ("chat_template_kwargs", "enable_thinking"),
    "reasoning_effort": ("reasoning", "think"),
    "stream_options": ("stream_options", "include_usage"),
    "logprobs": ("logprobs",),
}
_WITH = {"logprobs": ("logprobs", "top_logprobs")}


@dataclass(frozen=True, slots=True)
class Request:
    """What is sent: the messages, and the other parameters of a chat completion."""

    messages: list[Message]
    options: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Mended:
    """A reply that was not in its form, and what was wrong with it."""

    reply: str
    fault: str


@dataclass(frozen=True, slots=True)
class Dialect:
    """How a server is held to a schema whose root is an object, or else; what it does not know."""

    objects: Mode = "schema"
    others: Mode = "schema"
    unknown: frozenset[str] = frozenset()

    def mode(self, prompt: Prompt) -> Mode:
        """How the reply to this prompt is held to its schema."""
        return self.objects if _is_object(prompt) else self.others

    def looser(self, prompt: Prompt) -> "Dialect | None":
        """The next way to hold such a reply to its schema; None after the last.

        JSON mode gives objects alone.
        """
        if self.mode(prompt) == "text":
            return None
        if not _is_object(prompt):
            return replace(self, others="text")
        return replace(self, objects="json" if self.objects == "schema" else "text")

    def without(
        self, request: Request, prompt: Prompt, refusal: str, *, guess: bool
    ) -> "Dialect | None":
        """What to speak after a refusal; None where nothing is left to go without.

        The part that the refusal names is left out. Where it names none, a `guess` is the form of
        the reply, which is refused most often, then the next part.
        """
        left = [name for name in _OPTIONAL if name in request.options]
        said = refusal.lower()
        for name in left:
            if any(word in said for word in _OPTIONAL[name]):
                return replace(self, unknown=self.unknown | {name})
        if "response_format" in request.options and (guess or _FORM.search(said)):
            return self.looser(prompt)
        return replace(self, unknown=self.unknown | {left[0]}) if left and guess else None


def make_request(prompt: Prompt, dialect: Dialect, mended: Mended | None = None) -> Request:
    """The request for a prompt; after a reply in a wrong form, that reply and what was wrong."""
    mode = dialect.mode(prompt)
    said = messages(prompt)
    shape = prompts.render(
        SHAPE,
        schema=prompt.schema,
        max_tokens=prompt.max_tokens,
        form=prompt.schema,
        fault=mended.fault if mended else "",
    )
    if mode != "schema" and not prompt.choices:
        said[0]["content"] += f"\n\n{shape.system}"
    if mended:
        said += [
            {"role": "assistant", "content": inert(mended.reply)},
            {"role": "user", "content": inert(shape.user)},
        ]
    options = {
        "max_tokens": prompt.max_tokens,
        "temperature": 0,
        "stream_options": {"include_usage": True},
        "chat_template_kwargs": {"enable_thinking": False},
        "reasoning_effort": "none",
        **(_odds() if prompt.choices else _form(prompt, mode)),
    }
    gone = {part for name in dialect.unknown for part in _WITH.get(name, (name,))}
    return Request(said, {name: part for name, part in options.items() if name not in gone})


def _odds() -> Mapping[str, Any]:
    """Of a choice the first token tells all, and a form would hide what the model thinks of it."""
    return {"logprobs": True, "top_logprobs": _ALTERNATIVES}


def _form(prompt: Prompt, mode: Mode) -> Mapping[str, Any]:
    if mode == "text":
        return {}
    if mode == "json":
        return {"response_format": {"type": "json_object"}}
    schema = {
        "name": _NAME.sub("_", prompt.name),
        "strict": True,
        "schema": closed(read_schema(prompt.schema)),
    }
    return {"response_format": {"type": "json_schema", "json_schema": schema}}


def _is_object(prompt: Prompt) -> bool:
    return read_schema(prompt.schema).get("type") == "object"
