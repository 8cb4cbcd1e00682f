"""One OpenAI-compatible server over HTTP: requests in, completions out, with patience.

The only importer of openai. It waits, asks again where that may help, and says in a ModelError what
a user can do where it does not. It does not know what prompts ask nor what form a reply must have.
"""

import asyncio
import math
import threading
import time
import weakref
from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Any, TypeVar

from rag_notes.errors import ModelError
from rag_notes.llm.address import ServerAddress
from rag_notes.llm.dialect import Request
from rag_notes.llm.wire import BrokenError, Card, Completion, Pieces, read_cards

if TYPE_CHECKING:
    from concurrent.futures import Future

    from openai import APIStatusError, AsyncOpenAI, OpenAIError
    from tenacity import RetryCallState

_T = TypeVar("_T")

_NO_KEY = "none"  # the client wants one; servers without keys read none
_QUOTED = 300  # characters of what a server says that are passed on
_BUSY = (408, 409, 429)  # statuses that pass, beside those of 500 and more
_NEVER = 501  # what it does not do it will not do later


@dataclass(frozen=True, slots=True)
class Patience:
    """Seconds that a server is given, and how often it is asked.

    `read` is the longest silence: a first word waits for the replies before it, `whole` is for one
    reply with all attempts. Before the n-th attempt comes a random pause of up to
    `pause` * 2**(n-2), at most `longest`, or what the server asks for.
    """

    connect: float = 10.0
    read: float = 300.0
    whole: float = 1200.0
    attempts: int = 6
    pause: float = 1.0
    longest: float = 60.0


class RefusedError(ModelError):
    """The server understood a request and will not do it: asking the same again is of no use."""

    def __init__(self, where: str, status: int, said: str, named: str) -> None:
        super().__init__(f"{where} refused a request ({status}): {said}")
        self.status = status
        self.said = said
        self.named = named  # all that was told, codes and names of parameters included


class Connection:
    """A client with a thread of its own, in which all its requests run side by side."""

    def __init__(self, address: ServerAddress, *, key: str | None, patience: Patience) -> None:
        self._where = f"the server {address.host}"
        self._model = address.model
        self._key = key
        self._patience = patience
        self._met = False  # whether it ever answered: then a failure to connect may pass
        self._client = _client(address, key, patience)
        self._loop = asyncio.new_event_loop()
        threading.Thread(target=_run, args=(self._loop,), daemon=True, name="server").start()
        self._end = weakref.finalize(self, _stop, self._loop, self._client)

    def submit(self, work: Coroutine[Any, Any, _T]) -> "Future[_T]":
        """Start work in the connection's thread; to cancel its future ends its request."""
        return asyncio.run_coroutine_threadsafe(work, self._loop)

    async def models(self) -> tuple[Card, ...] | None:
        """What the server offers; None where it has no list.

        Raises ModelError where it cannot be reached or refuses the key.
        """
        try:
            return read_cards(
                await self._patiently(lambda: self._client.get("/models", cast_to=object))
            )
        except RefusedError:
            return None

    async def complete(self, request: Request) -> Completion:
        """Have one reply written.

        Raises RefusedError, and ModelError where the server cannot be reached, refuses the key, is
        too busy or too slow, or breaks off again and again.
        """
        return await self._patiently(lambda: self._stream(request))

    # --- one attempt -----------------------------------------------------------------------------

    async def _stream(self, request: Request) -> Completion:
        began = time.monotonic()
        messages: Any = request.messages
        stream = await self._client.chat.completions.create(
            model=self._model, messages=messages, stream=True, extra_body=request.options
        )
        self._met = True
        reply = Pieces(began)
        async with stream:
            try:
                async for chunk in stream:
                    reply.add(chunk.to_dict(warnings=False))
            except (ValueError, TypeError, AttributeError) as error:  # no JSON, or another shape
                raise BrokenError(f"it is not in the form of the protocol: {error}") from error
        return reply.whole()

    # --- attempts --------------------------------------------------------------------------------

    async def _patiently(self, attempt: Callable[[], Awaitable[_T]]) -> _T:
        import openai
        import tenacity

        patience = self._patience
        retrying = tenacity.AsyncRetrying(
            stop=tenacity.stop_after_attempt(patience.attempts),
            wait=self._pause,
            retry=tenacity.retry_if_exception(self._may_pass),
            reraise=True,
        )

        async def once() -> _T:
            return await attempt()

        try:
            async with asyncio.timeout(patience.whole):
                return await retrying(once)
        except TimeoutError as error:
            raise ModelError(
                f"{self._where} gave no whole reply in {patience.whole:g} s; "
                "is it overloaded, or the model too large for it?"
            ) from error
        except (openai.OpenAIError, BrokenError) as error:
            # The text of a client's error may hold the key: what is passed on is cleaned.
            raise self._explained(error) from None

    def _pause(self, state: "RetryCallState") -> float:
        from tenacity import wait_random_exponential

        patience = self._patience
        error = state.outcome.exception() if state.outcome else None
        pause = wait_random_exponential(multiplier=patience.pause, max=patience.longest)(state)
        return max(pause, _asked_to_wait(error) or 0.0)

    def _may_pass(self, error: BaseException) -> bool:
        """Whether the same request may do better a little later."""
        import openai

        if isinstance(error, openai.APIStatusError):
            status = error.status_code
            wait = _asked_to_wait(error) or 0.0
            passing = status in _BUSY or (status >= 500 and status != _NEVER)
            return passing and wait <= self._patience.whole
        if isinstance(error, openai.APIConnectionError):
            return self._met
        return isinstance(error, openai.APIError | BrokenError)

    # --- what went wrong -------------------------------------------------------------------------

    def _explained(self, error: "OpenAIError | BrokenError") -> ModelError:
        import openai

        where, patience = self._where, self._patience
        times = f"{patience.attempts} times" if self._met else "once"
        cause = error.__cause__ or error
        waited = isinstance(error, openai.APITimeoutError) and "Connect" not in type(cause).__name__
        if waited:
            return ModelError(
                f"{where} was silent for {patience.read:g} s, {times}; "
                "is it overloaded, or still loading the model?"
            )
        if isinstance(error, openai.APIConnectionError):
            said = self._quoted(cause) or type(cause).__name__
            return ModelError(
                f"{where} cannot be reached ({said}); is it running, and is its address right?"
            )
        if isinstance(error, openai.APIStatusError):
            return self._explained_status(error)
        said = self._quoted(error)
        return ModelError(f"{where} broke off its reply, {times}: {said}")

    def _explained_status(self, error: "APIStatusError") -> ModelError:
        where, status, said = self._where, error.status_code, self._quoted(_said(error))
        if status in (401, 403):
            had = "RAG_NOTES_API_KEY or OPENAI_API_KEY" if self._key else "no key, none is set"
            return ModelError(
                f"{where} refused the key ({status}; it was given {had}): {said}; "
                "set RAG_NOTES_API_KEY to one that it knows"
            )
        if 300 <= status < 400:
            return ModelError(
                f"{where} sends on to another address ({status}), which is not followed; "
                "give the address that answers itself"
            )
        if status == 429:
            wait = _asked_to_wait(error)
            asks = f", and asks to wait {wait:.0f} s" if wait else ""
            return ModelError(f"{where} is too busy{asks}: {said}; run again later")
        return RefusedError(where, status, said, f"{error} {error.body}")

    def _quoted(self, said: object) -> str:
        """What was said, in one line, shortened and without the key."""
        text = " ".join(str(said).split())
        if self._key:
            text = text.replace(self._key, "…")
        return text if len(text) <= _QUOTED else f"{text[:_QUOTED]}…"


# --- the client and its thread -------------------------------------------------------------------


def _client(address: ServerAddress, key: str | None, patience: Patience) -> "AsyncOpenAI":
    """A client that talks to this address and nowhere else: it follows no redirect.

    A proxy is not asked for this machine's own addresses.
    """
    import openai

    limits = openai.Timeout(patience.read, connect=patience.connect)
    client = openai.AsyncOpenAI(
        api_key=key or _NO_KEY,
        base_url=address.base_url,
        max_retries=0,
        timeout=limits,
        http_client=openai.DefaultAsyncHttpxClient(
            follow_redirects=False, trust_env=not address.is_loopback, timeout=limits
        ),
    )
    # Read from the environment for openai.com; no other server needs to know them.
    client.organization = client.project = None
    return client


def _run(loop: asyncio.AbstractEventLoop) -> None:
    loop.run_forever()
    loop.close()


def _stop(loop: asyncio.AbstractEventLoop, client: "AsyncOpenAI") -> None:
    closing = asyncio.run_coroutine_threadsafe(client.close(), loop)
    closing.add_done_callback(lambda _: loop.call_soon_threadsafe(loop.stop))


def _said(error: "APIStatusError") -> str:
    """The message of a refusal, wherever a server puts it."""
    body = error.body
    if isinstance(body, dict):
        body = next((body[key] for key in ("message", "detail", "error") if body.get(key)), body)
    return str(body or error)


def _asked_to_wait(error: BaseException | None) -> float | None:
    """Seconds of a Retry-After, which is a number or a date."""
    response = getattr(error, "response", None)
    text = response.headers.get("retry-after", "") if response is not None else ""
    try:
        seconds = float(text)
    except ValueError:
        try:
            until = parsedate_to_datetime(text)
        except ValueError:
            return None
        seconds = (until.replace(tzinfo=until.tzinfo or UTC) - datetime.now(UTC)).total_seconds()
    return max(0.0, seconds) if math.isfinite(seconds) else None
