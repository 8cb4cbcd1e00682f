"""Replies of a batch held to their schemas while they are written, token by token.

In: a tokenizer and the schema of each row. Out: what `generate` of transformers asks at each step:
which tokens each row may take next, and which rows are done. The only importer of llguidance; the
model itself is not known here.
"""

import json
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np

from rag_notes.errors import ModelError
from rag_notes.llm.shape import closed, read_schema

if TYPE_CHECKING:
    from llguidance._lib import JsonCompileOptions
    from torch import Tensor

Tokenizer: TypeAlias = Any  # transformers' fast tokenizer; its home has no types
Matcher: TypeAlias = Any  # llguidance.LLMatcher

# One blank at most between the parts of JSON: a small model writes line breaks for ever. llama.cpp
# is held to the same.
_SPACES: "JsonCompileOptions" = {"whitespace_flexible": True, "whitespace_pattern": "[ ]?"}
_SCHEMAS = 64  # compiled ones that are kept


class Grammars:
    """JSON schemas as matchers over the tokens of one model."""

    def __init__(self, tokenizer: Tokenizer, ends: Sequence[int]) -> None:
        """Prepare the vocabulary; `ends` are the tokens that may end a reply.

        Raises ModelError for a tokenizer that is not a fast one.
        """
        from llguidance.hf import from_tokenizer

        try:
            self._tokens = from_tokenizer(tokenizer, eos_token=list(ends))
        except ValueError as error:
            raise ModelError(f"its tokenizer cannot hold replies to a schema: {error}") from error
        self.vocabulary = int(self._tokens.vocab_size)
        self._compiled = lru_cache(_SCHEMAS)(self._compile)

    def matcher(self, schema: str) -> Matcher:
        """A matcher at the beginning of a reply that fits `schema` (JSON text).

        Raises ModelError for a schema that cannot be enforced.
        """
        return self._compiled(schema).deep_copy()

    def _compile(self, schema: str) -> Matcher:
        from llguidance import LLMatcher

        # an open object could go on with keys that nobody asked for
        told = json.dumps(closed(read_schema(schema)))
        grammar = LLMatcher.grammar_from_json_schema(told, overrides=_SPACES)
        found = LLMatcher(self._tokens, grammar, log_level=0)
        if found.is_error():
            raise ModelError(f"a schema cannot be enforced ({found.get_error()}): {schema[:200]}")
        return found


@dataclass(slots=True)
class Row:
    """One reply as it grows, of at most `limit` tokens; without a matcher it is free."""

    matcher: Matcher | None
    limit: int
    tokens: list[int] = field(default_factory=list)
    ended: bool = False  # by the schema or by the model, not by a limit

    @property
    def done(self) -> bool:
        """Whether nothing is added any more."""
        return self.ended or len(self.tokens) >= self.limit

    def take(self, token: int, ends: frozenset[int]) -> None:
        """Add the next token."""
        if token in ends:
            self.ended = self.matcher is None or self.matcher.is_accepting()
            self.limit = min(self.limit, len(self.tokens))
            return
        self.tokens.append(token)
        if self.matcher is not None:
            self.matcher.consume_token(token)
            # A matcher that met a limit of its own is stopped too: its reply is a cut-off one.
            self.ended = self.matcher.is_stopped() and not self.matcher.is_error()
            if self.matcher.is_error():
                self.limit = len(self.tokens)


class Rows:
    """The replies of one batch: `hold` before a token is chosen, `take` after."""

    def __init__(self, rows: Sequence[Row], ends: Sequence[int], *, vocabulary: int) -> None:
        """Begin with `rows`; a matcher knows `vocabulary` tokens, the model may have more."""
        self.rows = tuple(rows)
        self._words = (vocabulary + 31) // 32
        self.began = 0.0  # time.monotonic() when the prompts had been read
        self._ends = frozenset(ends)

    def hold(self, scores: "Tensor") -> "Tensor":
        """Scores (rows, vocabulary) in which tokens that a row may not take are minus infinity."""
        import torch

        if not self.began:
            if scores.is_cuda:
                torch.cuda.synchronize(scores.device)
            self.began = time.monotonic()
        scores[:, 32 * self._words :] = float("-inf")  # no token of the tokenizer's
        held = [(at, one.matcher) for at, one in enumerate(self.rows) if not one.done]
        if all(matcher is None for _, matcher in held):
            return scores
        bits = np.full((len(self.rows), self._words), -1, np.int32)
        for at, matcher in held:
            if matcher is not None:
                matcher.unsafe_compute_mask_ptr(bits[at].ctypes.data, bits[at].nbytes)
        known = scores[:, : 32 * self._words]
        allowed = _unpacked(torch.from_numpy(bits).to(scores.device), known.shape[1])
        known.masked_fill_(~allowed, float("-inf"))
        return scores

    def take(self, tokens: Sequence[int]) -> list[bool]:
        """Add the token chosen for each row, padding for those that are done; say which are now."""
        for row, token in zip(self.rows, tokens, strict=True):
            if not row.done:
                row.take(token, self._ends)
        return [row.done for row in self.rows]


def _unpacked(bits: "Tensor", width: int) -> "Tensor":
    """Bits of int32 (rows, words) as bool (rows, width), the lowest bit first."""
    import torch

    places = torch.arange(32, dtype=torch.int32, device=bits.device)
    return ((bits.unsqueeze(-1) >> places) & 1).flatten(1)[:, :width].bool()


@dataclass(frozen=True, slots=True)
class Hold:
    """A batch as the logits processor that `generate` takes."""

    rows: Rows

    def __call__(self, _ids: "Tensor", scores: "Tensor") -> "Tensor":
        """Mask the scores (rows, vocabulary) of the next tokens."""
        return self.rows.hold(scores)


@dataclass(frozen=True, slots=True)
class Take:
    """A batch as the stopping criterion that `generate` takes."""

    rows: Rows

    def __call__(self, ids: "Tensor", _scores: object, **_: object) -> "Tensor":
        """Add the last tokens of `ids` (rows, length); bool (rows,): which are done."""
        import torch

        return torch.tensor(self.rows.take(ids[:, -1].tolist()), device=ids.device)
