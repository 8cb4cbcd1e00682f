"""Any OpenAI-compatible server (vLLM, llama-server, Ollama, LM Studio) as an LLM.

In: prompts, asked side by side; out: replies in the order of the prompts, each in the form of its
schema or empty. What of the protocol the server takes is found out by asking, and remembered.
"""

import asyncio
import logging
import re
from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from rag_notes.errors import ModelError
from rag_notes.llm.address import ServerAddress
from rag_notes.llm.chat import count_tokens, share
from rag_notes.llm.connection import Connection, Patience, RefusedError
from rag_notes.llm.dialect import Dialect, Mended, Request, make_request
from rag_notes.llm.shape import ReplyFormError, json_in, word_in
from rag_notes.llm.wire import Completion
from rag_notes.schema import Prompt, Reply

if TYPE_CHECKING:
    from concurrent.futures import Future

_log = logging.getLogger(__name__)

_AHEAD = 4  # times `parallel` prompts are under way or wait for the reply before theirs
_LISTED = 12  # models of a server that an error names
_ABOUT_REQUEST = (400, 422, 501)  # statuses of servers that do not know a parameter
_TOO_LONG = re.compile(
    r"context[ _](length|size|window)|maximum context|exceed_context|prompt is too long",
    re.IGNORECASE,
)
_NO_MODEL = re.compile(
    r"model_not_found|model\b.{0,120}\b(not found|not exist)|(unknown|no such|invalid) model\b"
    r"|try pulling it",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class _Read:
    """What was read of a completion; a choice is whole however it was cut off."""

    text: str
    p: float | None = None
    is_choice: bool = False


class ServerLLM:
    """A model of a server; temperature 0, up to `parallel` prompts at once over all threads.

    It meets the server when it is made: `context` is the server's where that tells, else as given.
    Raises ModelError where it cannot be reached, refuses the key or has no such model.
    """

    def __init__(
        self,
        address: ServerAddress,
        *,
        key: str | None,
        context: int,
        parallel: int = 8,
        patience: Patience | None = None,
    ) -> None:
        self._address = address
        self._where = f"the server {address.host}"
        self._connection = Connection(address, key=key, patience=patience or Patience())
        self._dialect = Dialect()
        self._open = asyncio.Semaphore(parallel)
        self._offered: tuple[str, ...] = ()
        self._warned: set[str] = set()
        self.name = address.name
        self.parallel = parallel
        self.context = self._connection.submit(self._meet(context)).result()

    def count_tokens(self, text: str) -> int:
        """Over-estimate of the tokens of `text`."""
        return count_tokens(text)

    def generate(self, prompts: Sequence[Prompt]) -> Iterator[Reply]:
        """Yield one reply per prompt, in order; one that kept to no form even when told is empty.

        Ended early, the requests under way are given up. Raises ModelError where the server cannot
        be reached, refuses a prompt, or fails again and again.
        """
        left = iter(prompts)
        waiting: deque[Future[Reply]] = deque()
        try:
            while True:
                while len(waiting) < _AHEAD * self.parallel and (prompt := next(left, None)):
                    waiting.append(self._connection.submit(self._reply(prompt)))
                if not waiting:
                    return
                reply = waiting[0].result()
                waiting.popleft()
                yield reply
        finally:
            for future in waiting:
                future.cancel()

    # --- the first meeting -----------------------------------------------------------------------

    async def _meet(self, context: int) -> int:
        """Ask for the models and for one token of ours; the context's size."""
        cards = await self._connection.models() or ()
        self._offered = tuple(card.name for card in cards)
        model = self._address.model
        try:
            hello = [{"role": "user", "content": "Hello"}]
            await self._connection.complete(Request(hello, {"max_tokens": 1}))
        except RefusedError as error:
            raise self._refusal(error) from error
        if cards and not any(_untagged(name) == _untagged(model) for name in self._offered):
            self._warn(
                "name", f"{self._where} does not list {model!r} but takes it: {self._listed()}"
            )
        told = next((one.context for one in cards if one.name == model or len(cards) == 1), None)
        if told and told < context:
            self._warn(
                "context",
                f"{self._where} has a context of {told} tokens; {context} are enough for every "
                "prompt, with fewer a long one may be refused",
            )
        return told or context

    # --- one prompt ------------------------------------------------------------------------------

    async def _reply(self, prompt: Prompt) -> Reply:
        async with self._open:
            dialect = self._dialect
            done = await self._ask(prompt, dialect)
            try:
                return _reply(done, _read(done, prompt))
            except ReplyFormError as error:
                return await self._mend(prompt, done, error)

    async def _mend(self, prompt: Prompt, done: Completion, fault: ReplyFormError) -> Reply:
        """Have a reply written once more; empty where that is not in its form either.

        A reply that was no JSON at all comes from a server that took the wish for a schema and did
        not hear it: then it is asked in another way, and is from then on if that helps.
        """
        dialect = self._dialect
        looser = None if fault.is_json or prompt.choices else dialect.looser(prompt)
        again = await self._ask(prompt, looser or dialect, Mended(done.text, str(fault)))
        both = _added(done, again)
        try:
            read = _read(again, prompt)
        except ReplyFormError as error:
            self._warn("form", f"{self.name} wrote a reply that is not in its form: {error}")
            return _reply(replace(both, finish="stop"), _Read(""))
        if looser:
            self._dialect = looser
        return _reply(both, read)

    async def _ask(
        self, prompt: Prompt, dialect: Dialect, mended: Mended | None = None
    ) -> Completion:
        """Ask in a dialect, or in what is left of it after what the server refuses."""
        spoken = dialect
        while True:
            request = make_request(prompt, spoken, mended)
            try:
                done = await self._connection.complete(request)
            except RefusedError as error:
                refusal = self._refusal(error)
                guess = error.status in _ABOUT_REQUEST
                fewer = spoken.without(request, prompt, error.named, guess=guess)
                if refusal is not error or fewer is None:
                    raise refusal from error
                spoken = fewer
                continue
            if spoken != dialect:
                self._dialect = spoken
            if done.finish == "length" and done.thought and not done.text:
                self._warn(
                    "thinking",
                    f"{self.name} thinks until its tokens are used up, and so replies nothing; "
                    "switch its thinking off, or take a model that does not think",
                )
            return done

    # --- what a user is told ---------------------------------------------------------------------

    def _refusal(self, error: RefusedError) -> ModelError:
        """What a refusal means, where it means a thing that the user can mend."""
        model = self._address.model
        if _TOO_LONG.search(error.named):
            return ModelError(
                f"{self._where}: a prompt is longer than the context of {model!r}: {error.said}; "
                "start the server with a larger one (vLLM: --max-model-len, llama-server: -c, "
                "Ollama: OLLAMA_CONTEXT_LENGTH); 4096 tokens for each prompt at a time are enough"
            )
        if _NO_MODEL.search(error.named):
            return ModelError(
                f"{self._where} has no model {model!r}: {error.said}; {self._listed()}"
            )
        if error.status in (404, 405):
            return ModelError(
                f"{self._address.base_url} takes no chat completions ({error.status}: "
                f"{error.said}); give the address that the server names, which mostly ends in /v1"
            )
        return error

    def _listed(self) -> str:
        names = ", ".join(self._offered[:_LISTED]) or "nothing that it tells of"
        more = f" and {len(self._offered) - _LISTED} more" if len(self._offered) > _LISTED else ""
        return f"it offers {names}{more}"

    def _warn(self, kind: str, text: str) -> None:
        """Say a thing of each kind once, however often it happens."""
        if kind not in self._warned:
            self._warned.add(kind)
            _log.warning("%s", text)


def _untagged(model: str) -> str:
    """A model's name without the tag that Ollama adds to it."""
    return model.partition(":")[0]


def _read(done: Completion, prompt: Prompt) -> _Read:
    """What a completion says in its prompt's form; one that was cut off is left as it is.

    Raises ReplyFormError.
    """
    if prompt.choices:
        p = share(done.first, *prompt.choices)
        if p is None:
            return _Read(word_in(done.text, prompt.choices), None, is_choice=True)
        return _Read(prompt.choices[0 if p >= 0.5 else 1], p, is_choice=True)
    if done.finish == "length":
        return _Read(done.text)
    return _Read(json_in(done.text, prompt.schema))


def _reply(done: Completion, read: _Read) -> Reply:
    return Reply(
        text=read.text,
        finish="stop" if read.is_choice else done.finish,
        tokens_read=done.read,
        tokens_cached=done.cached,
        tokens_written=done.written,
        seconds_reading=done.seconds_reading,
        seconds_writing=done.seconds_writing,
        p=read.p,
    )


def _added(first: Completion, second: Completion) -> Completion:
    """The second of two completions at the price of both."""
    return replace(
        second,
        read=first.read + second.read,
        cached=first.cached + second.cached,
        written=first.written + second.written,
        seconds_reading=first.seconds_reading + second.seconds_reading,
        seconds_writing=first.seconds_writing + second.seconds_writing,
    )
