"""Prompts to the tokens of one model, by the chat template that its tokenizer brings.

In: a tokenizer of transformers and prompts. Out: tokens, how many of them are instructions that
other prompts share, and the tokens that begin two choices. The model itself is not known here.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, TypeAlias

from rag_notes.errors import ModelError
from rag_notes.llm import chat
from rag_notes.schema import Prompt

Tokenizer: TypeAlias = Any  # transformers' tokenizer; its home has no types
Tokens: TypeAlias = tuple[int, ...]

_SHARED_LEAST = 32  # tokens: a shorter beginning is read again
_KEPT = 64  # renderings of instructions and examples, and openings of choices


@dataclass(frozen=True, slots=True)
class Call:
    """A prompt as tokens: the first `shared` are its instructions and examples."""

    at: int  # its place among the prompts that were given
    prompt: Prompt
    tokens: Tokens
    shared: int
    limit: int  # tokens of the reply

    @property
    def kind(self) -> tuple[bool, Tokens]:
        """What the calls of one batch have in common: how they are answered, how they begin."""
        return bool(self.prompt.choices), self.tokens[: self.shared]


class Chat:
    """A model's chat: its template, its tokens, the marks that may not stand in a text."""

    def __init__(self, tokenizer: Tokenizer, end: int) -> None:
        """Take the template of `tokenizer`; `end` is the token that ends a reply."""
        self._tokenizer = tokenizer
        self._end = end
        self._marks = _marks(tokenizer)
        self._head = lru_cache(_KEPT)(self._head_tokens)
        self.openings = lru_cache(_KEPT)(self._openings)

    def encode(self, text: str) -> Tokens:
        """Tokens of a text as it stands."""
        return tuple(self._tokenizer(text, add_special_tokens=False)["input_ids"])

    def decode(self, tokens: Sequence[int]) -> str:
        """Text of tokens, exactly, without those that are marks."""
        text = self._tokenizer.decode(
            list(tokens), skip_special_tokens=True, clean_up_tokenization_spaces=False
        )
        return str(text)

    def call(self, at: int, prompt: Prompt, context: int) -> Call:
        """Read a prompt, of which prompt and reply may take `context` tokens together.

        Raises ModelError where the prompt alone takes as many.
        """
        tokens = self.encode(self._render(chat.messages(prompt), is_open=True))
        if len(tokens) >= context:
            raise ModelError(
                f"a prompt of {len(tokens)} tokens exceeds the context of {context}; split it"
            )
        shared = _common(tokens[:-1], self._head(prompt.system, prompt.turns))
        if prompt.choices:
            tokens += self.openings(*prompt.choices)[0]
        return Call(
            at=at,
            prompt=prompt,
            tokens=tokens,
            shared=shared if shared >= _SHARED_LEAST else 0,
            limit=max(1, min(prompt.max_tokens, context - len(tokens))),
        )

    def _head_tokens(self, system: str, turns: tuple[tuple[str, str], ...]) -> Tokens:
        """Tokens that prompts with these instructions and examples begin with."""
        opened = chat.messages(Prompt("", system, "", "", 1, turns=turns))[:-1]
        return self.encode(self._render(opened, is_open=False))

    def _openings(self, first: str, second: str) -> tuple[Tokens, Tokens, Tokens]:
        """Tokens that two words begin with alike, then those that begin each of them alone.

        Where they begin differently, a word counts however it is written: with a blank before it
        and with a capital letter too.
        """
        a, b = self.encode(first), self.encode(second)
        if alike := _common(a, b):
            return a[:alike], ((*a, self._end)[alike],), ((*b, self._end)[alike],)
        mine, other = set(self._begins(first)), set(self._begins(second))
        return (), tuple(sorted(mine - other)), tuple(sorted(other - mine))

    def _begins(self, word: str) -> Iterator[int]:
        for written in (word, word.capitalize(), word.upper()):
            for token in (self.encode(blank + written)[0] for blank in ("", " ")):
                text = self._tokenizer.decode([token]).strip().lower()
                if text and word.lower().startswith(text):
                    yield token

    def _render(self, messages: Sequence[dict[str, str]], *, is_open: bool) -> str:
        """Text of a chat by the model's own template; `is_open` where the model is to go on."""
        from jinja2 import TemplateError

        inert = [one | {"content": self._marks.sub(_parted, one["content"])} for one in messages]
        try:
            return self._apply(inert, is_open=is_open)
        except TemplateError:
            if len(inert) == 1:
                return ""
            # Gemma's template knows no system: its words go before the first question.
            told = f"{inert[0]['content']}\n\n{inert[1]['content']}"
            return self._apply([inert[1] | {"content": told}, *inert[2:]], is_open=is_open)

    def _apply(self, messages: list[dict[str, str]], *, is_open: bool) -> str:
        text = self._tokenizer.apply_chat_template(
            messages,
            tokenize=False,
            add_generation_prompt=is_open,
            enable_thinking=False,  # Qwen3's; other templates do not look at it
        )
        return str(text)


def _marks(tokenizer: Tokenizer) -> re.Pattern[str]:
    """What the tokenizer reads as one token wherever it stands: "<think>", "<file_sep>"."""
    added = {token.content for token in tokenizer.added_tokens_decoder.values()}
    marks = sorted((one for one in added if len(one) > 1), key=len, reverse=True)
    return re.compile("|".join(map(re.escape, marks)) if marks else r"(?!)")


def _parted(mark: re.Match[str]) -> str:
    return f"{mark[0][0]} {mark[0][1:]}"


def _common(a: Sequence[int], b: Sequence[int]) -> int:
    """How many tokens two sequences begin with alike."""
    for count, (one, other) in enumerate(zip(a, b, strict=False)):
        if one != other:
            return count
    return min(len(a), len(b))
