"""Replies of the LLM kept on disk, so that a run that was killed loses at most the call in flight.

In: prompts; out: replies, from the cache where they are there, else from the engine, which is
loaded only when one is missing. Belongs to the store: one small file per reply in the lecture's
folder.
"""

import hashlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import astuple, dataclass
from pathlib import Path

import msgspec

from rag_notes.errors import ModelError
from rag_notes.protocols import LLM
from rag_notes.schema import Prompt, Reply
from rag_notes.store import write_atomic


@dataclass(frozen=True, slots=True)
class Usage:
    """What a run's replies cost when they were made; `replayed` of the `calls` came from the cache.

    Tokens and seconds are sums over all replies, those of the cache with their stored numbers, so
    that a resumed run reports what an unbroken one would.
    """

    calls: int = 0
    replayed: int = 0
    tokens_read: int = 0
    tokens_cached: int = 0
    tokens_written: int = 0
    seconds_reading: float = 0.0
    seconds_writing: float = 0.0

    def plus(self, reply: Reply, *, replayed: bool) -> "Usage":
        """Add one reply."""
        return Usage(
            calls=self.calls + 1,
            replayed=self.replayed + replayed,
            tokens_read=self.tokens_read + reply.tokens_read,
            tokens_cached=self.tokens_cached + reply.tokens_cached,
            tokens_written=self.tokens_written + reply.tokens_written,
            seconds_reading=self.seconds_reading + reply.seconds_reading,
            seconds_writing=self.seconds_writing + reply.seconds_writing,
        )


class ReplyCache:
    """Replies by key, one JSON file each under `folder/replies/`."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder / "replies"

    def get(self, key: str) -> Reply | None:
        """Return the reply kept for `key`; None where there is none or its file is damaged."""
        try:
            return msgspec.json.decode((self._folder / f"{key}.json").read_bytes(), type=Reply)
        except (FileNotFoundError, UnicodeDecodeError, msgspec.DecodeError):
            return None

    def put(self, key: str, reply: Reply) -> None:
        """Keep a reply durably.

        Raises SpaceError where the disk is full.
        """
        write_atomic(self._folder / f"{key}.json", msgspec.json.encode(reply))


def reply_key(engine: str, prompt: Prompt) -> str:
    """Key of a reply: the engine's name and everything it was asked."""
    return hashlib.sha256(msgspec.json.encode([engine, *astuple(prompt)])).hexdigest()


class CachedLLM:
    """An LLM (see protocols) that asks the engine behind `load` only what the cache lacks.

    `name`, `context`, `parallel` and `count_tokens` are the engine's, known without loading it;
    `count_tokens` may over-estimate.
    """

    def __init__(  # noqa: PLR0913 - each argument is a property of the engine not yet loaded
        self,
        load: Callable[[], LLM],
        cache: ReplyCache,
        *,
        name: str,
        context: int,
        count_tokens: Callable[[str], int],
        parallel: int = 1,
    ) -> None:
        self._load = load
        self._cache = cache
        self._name = name
        self._context = context
        self._count_tokens = count_tokens
        self._parallel = parallel
        self._engine: LLM | None = None
        self._usage = Usage()

    @property
    def name(self) -> str:
        """Weights and number format, for provenance and as a part of the keys."""
        return self._name

    @property
    def context(self) -> int:
        """Tokens that prompt and reply of one call may take together."""
        return self._context

    @property
    def parallel(self) -> int:
        """Prompts that are generated side by side."""
        return self._parallel

    @property
    def usage(self) -> Usage:
        """Totals of all replies so far."""
        return self._usage

    def count_tokens(self, text: str) -> int:
        """Tokens of `text`, exact or over-estimated."""
        return self._count_tokens(text)

    def generate(self, prompts: Sequence[Prompt]) -> Iterator[Reply]:
        """Yield one reply per prompt, in the order of the prompts; new ones are kept at once.

        Raises ModelError where the engine gives fewer replies than it was asked for.
        """
        keys = [reply_key(self._name, prompt) for prompt in prompts]
        replies = {key: reply for key in keys if (reply := self._cache.get(key))}
        missing = {k: p for k, p in zip(keys, prompts, strict=True) if k not in replies}
        fresh = self._ask(missing)
        for key in keys:
            replayed = key in replies
            if not replayed:
                replies[key] = next(fresh)
            self._usage = self._usage.plus(replies[key], replayed=replayed)
            yield replies[key]

    def _ask(self, missing: dict[str, Prompt]) -> Iterator[Reply]:
        """Have the engine answer, keeping each reply as it comes."""
        if not missing:
            return
        if self._engine is None:
            self._engine = self._load()
        replies = self._engine.generate(tuple(missing.values()))
        for number, key in enumerate(missing):
            reply = next(replies, None)
            if reply is None:
                raise ModelError(
                    f"{self._name}: expected {len(missing)} replies, found {number}; run again"
                )
            self._cache.put(key, reply)
            yield reply
