"""What a server says, as far as it is needed: the pieces of a reply, a list of models.

Servers differ in what they tell beside the text; nothing but the end of a reply is counted on.
"""

import math
import time
from dataclasses import dataclass, field
from typing import Literal

import msgspec


@dataclass(frozen=True, slots=True)
class Completion:
    """What a server wrote; `first` are the tokens that might have come first, with log-probability.

    `thought` says that it wrote thoughts as well, which are not in `text`.
    """

    text: str
    finish: Literal["stop", "length"]
    thought: bool = False
    first: tuple[tuple[str, float], ...] = ()
    read: int = 0
    cached: int = 0
    written: int = 0
    seconds_reading: float = 0.0
    seconds_writing: float = 0.0


@dataclass(frozen=True, slots=True)
class Card:
    """A model that a server offers; `context` is in tokens, None where it does not tell."""

    name: str
    context: int | None


class BrokenError(Exception):
    """A reply ended before it was finished, or is not in the form of the protocol."""


class _Token(msgspec.Struct):
    token: str = ""
    logprob: float = -math.inf
    top_logprobs: list["_Token"] | None = None


class _Logprobs(msgspec.Struct):
    content: list[_Token] | None = None


class _Delta(msgspec.Struct):
    content: str | None = None
    reasoning_content: str | None = None
    reasoning: str | None = None


class _Choice(msgspec.Struct):
    delta: _Delta | None = None
    finish_reason: str | None = None
    logprobs: _Logprobs | None = None


class _Details(msgspec.Struct):
    cached_tokens: int | None = None


class _Usage(msgspec.Struct):
    prompt_tokens: int | None = None
    completion_tokens: int | None = None
    prompt_tokens_details: _Details | None = None


class _Timings(msgspec.Struct):  # llama-server's
    prompt_ms: float = 0.0
    predicted_ms: float = 0.0


class _Chunk(msgspec.Struct):
    choices: list[_Choice] | None = None
    usage: _Usage | None = None
    timings: _Timings | None = None


class _Meta(msgspec.Struct):
    n_ctx: int | None = None


class _ModelCard(msgspec.Struct):
    """A model of the list, with the names that servers have for its context."""

    id: str
    max_model_len: int | None = None  # vLLM
    meta: _Meta | None = None  # llama-server
    context_length: int | None = None
    max_context_length: int | None = None


class _ModelList(msgspec.Struct):
    data: list[_ModelCard]


def read_cards(found: object) -> tuple[Card, ...] | None:
    """Read a list of models; None for what is no such list."""
    try:
        cards = msgspec.convert(found, _ModelList).data
    except msgspec.ValidationError:
        return None
    return tuple(
        Card(
            one.id,
            one.max_model_len
            or (one.meta.n_ctx if one.meta else None)
            or one.context_length
            or one.max_context_length,
        )
        for one in cards
    )


@dataclass(slots=True)
class Pieces:
    """A reply as it comes, piece by piece."""

    began: float
    texts: list[str] = field(default_factory=list)
    thought: bool = False
    tokens: list[_Token] = field(default_factory=list)
    finish: str | None = None
    usage: _Usage = field(default_factory=_Usage)
    timings: _Timings | None = None
    first: float | None = None  # when the first piece came

    def add(self, raw: object) -> None:
        """Take a piece; msgspec.ValidationError, a ValueError, where it is of another shape."""
        chunk = msgspec.convert(raw, _Chunk)
        self.usage = chunk.usage or self.usage
        self.timings = chunk.timings or self.timings
        for choice in (chunk.choices or [])[:1]:
            delta = choice.delta or _Delta()
            self.thought = self.thought or bool(delta.reasoning_content or delta.reasoning)
            if delta.content or self.thought:
                self.first = self.first or time.monotonic()
            self.texts.append(delta.content or "")
            self.tokens += (choice.logprobs.content if choice.logprobs else None) or []
            self.finish = choice.finish_reason or self.finish

    def whole(self) -> Completion:
        """The reply, once it has ended."""
        if self.finish is None:
            raise BrokenError("it ended before it was finished")
        ended = time.monotonic()
        first = self.first or ended
        usage = self.usage
        cached = (usage.prompt_tokens_details or _Details()).cached_tokens or 0
        told = self.timings
        return Completion(
            text="".join(self.texts),
            finish="length" if self.finish == "length" else "stop",
            thought=self.thought,
            first=_first_of(self.tokens),
            read=max(0, (usage.prompt_tokens or 0) - cached),
            cached=cached,
            written=usage.completion_tokens or sum(map(bool, self.texts)),
            seconds_reading=told.prompt_ms / 1000 if told else first - self.began,
            seconds_writing=told.predicted_ms / 1000 if told else ended - first,
        )


def _first_of(tokens: list[_Token]) -> tuple[tuple[str, float], ...]:
    """What might have stood in the place of the first token that is a word's."""
    for token in tokens:
        if any(character.isalnum() for character in token.token):
            return tuple((one.token, one.logprob) for one in token.top_logprobs or [])
    return ()
