"""Servers of an LLM: a real one with SmolLM2, and one that does as a test says, on this machine."""

import json
import os
import socket
import struct
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, TypeAlias

Asked: TypeAlias = dict[str, Any]  # the JSON of a request


@contextmanager
def real_server(weights: Path, *, context: int, parallel: int, key: str = "") -> Iterator[str]:
    """llama.cpp's own server with a model of the name smollm2; yields its base URL."""
    import xllamacpp

    params = xllamacpp.CommonParams()
    params.model.path = str(weights)
    params.model_alias = {"smollm2"}
    params.n_ctx = context * parallel
    params.n_parallel = parallel
    params.kv_unified = False
    params.cpuparams.n_threads = params.cpuparams_batch.n_threads = 1
    params.verbosity = -1
    params.warmup = False
    params.hostnames, params.port = ["127.0.0.1"], 0
    if key:
        params.api_keys = [key]
    server = xllamacpp.Server(params)  # it stops when nothing holds it
    yield f"{server.listening_address}/v1"


# --- a server that misbehaves --------------------------------------------------------------------


@dataclass(frozen=True)
class Refusal:
    """An answer with an error status."""

    status: int
    message: str = "no"
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes | None = None


@dataclass(frozen=True)
class Text:
    """A reply in pieces; `ends` False breaks the connection off in its midst."""

    text: str
    finish: str | None = "stop"
    ends: bool = True
    first: dict[str, float] = field(default_factory=dict)  # alternatives with log-probabilities
    thought: str = ""


@dataclass(frozen=True)
class Raw:
    """Bytes of a stream as they are."""

    data: bytes


@dataclass(frozen=True)
class Silence:
    """Nothing for so many seconds."""

    seconds: float


Answer: TypeAlias = Refusal | Text | Raw | Silence


def in_turn(*answers: Answer) -> Callable[[Asked], Answer]:
    """One answer after the other, the last for ever."""
    left = list(answers)

    def answer(_: Asked) -> Answer:
        return left.pop(0) if len(left) > 1 else left[0]

    return answer


class FakeServer:
    """An OpenAI-compatible server: `answer` says what to do with a request, `asked` keeps them.

    The one-token greeting of a client is answered apart, by `hello`, and not kept.
    """

    def __init__(self) -> None:
        self.answer: Callable[[Asked], Answer] = in_turn(Text('"yes"'))
        self.hello: Answer = Text("Hi", "length")
        self.models: Sequence[Asked] | Refusal = [{"id": "small", "object": "model"}]
        self.asked: list[Asked] = []
        self.headers: list[dict[str, str]] = []
        self.times: list[float] = []
        self.most_at_once = 0
        self._busy = 0
        self.lock = threading.Lock()
        outer = self

        class Handler(_Handler):
            fake = outer

        self._http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._http.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._http.server_port}/v1"
        threading.Thread(target=self._http.serve_forever, args=(0.01,), daemon=True).start()

    def close(self) -> None:
        """Stop listening."""
        self._http.shutdown()
        self._http.server_close()

    def take(self, asked: Asked, headers: dict[str, str]) -> Answer:
        """Note a request and choose its answer."""
        if asked["messages"][-1]["content"] == "Hello" and asked["max_tokens"] == 1:
            return self.hello
        with self.lock:
            self.asked.append(asked)
            self.headers.append(headers)
            self.times.append(time.monotonic())
            return self.answer(asked)

    @contextmanager
    def counted(self) -> Iterator[None]:
        """Count how many requests are answered at once."""
        with self.lock:
            self._busy += 1
            self.most_at_once = max(self.most_at_once, self._busy)
        try:
            yield
        finally:
            with self.lock:
                self._busy -= 1


class _Handler(BaseHTTPRequestHandler):
    fake: FakeServer
    protocol_version = "HTTP/1.1"

    def log_message(self, format: str, *arguments: object) -> None:  # noqa: A002 (http.server's)
        """Say nothing."""

    def do_GET(self) -> None:
        models = self.fake.models
        if isinstance(models, Refusal):
            self._refuse(models)
        else:
            self._send(200, json.dumps({"object": "list", "data": list(models)}).encode())

    def do_POST(self) -> None:
        asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        with self.fake.counted():
            answer = self.fake.take(asked, dict(self.headers))
            if isinstance(answer, Refusal):
                self._refuse(answer)
            elif isinstance(answer, Silence):
                time.sleep(answer.seconds)
                self.close_connection = True
            elif isinstance(answer, Raw):
                self._open()
                self.wfile.write(answer.data)
            else:
                self._say(answer)

    def _refuse(self, refusal: Refusal) -> None:
        told = json.dumps({"error": {"message": refusal.message, "code": refusal.status}}).encode()
        body = told if refusal.body is None else refusal.body
        self._send(refusal.status, body, refusal.headers)

    def _send(self, status: int, body: bytes, headers: dict[str, str] | None = None) -> None:
        self.send_response(status)
        for name, value in {"Content-Type": "application/json", **(headers or {})}.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def _open(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.send_header("Connection", "close")
        self.end_headers()
        self.close_connection = True

    def _say(self, said: Text) -> None:
        self._open()
        try:
            if said.thought:
                self._piece({"delta": {"reasoning_content": said.thought}})
            half = len(said.text) // 2
            odds = [{"token": token, "logprob": p} for token, p in said.first.items()]
            told = (
                {"content": [{"token": "x", "logprob": 0, "top_logprobs": odds}]} if odds else None
            )
            self._piece({"delta": {"content": said.text[:half]}, "logprobs": told})
            if not said.ends:
                linger = struct.pack("ii", 1, 0)  # with this a close is a reset, not an end
                self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
                os.close(self.connection.detach())
                return
            self._piece({"delta": {"content": said.text[half:]}})
            self._piece({"delta": {}, "finish_reason": said.finish})
            usage = {"prompt_tokens": 9, "completion_tokens": 3}
            self._event({"choices": [], "usage": usage})
            self.wfile.write(b"data: [DONE]\n\n")
        except OSError:
            return  # the client has gone, as some tests ask of it

    def _piece(self, choice: Asked) -> None:
        self._event({"choices": [{"index": 0, "finish_reason": None, **choice}]})

    def _event(self, data: Asked) -> None:
        self.wfile.write(f"data: {json.dumps(data)}\n\n".encode())
        self.wfile.flush()


@contextmanager
def fake_server() -> Iterator[FakeServer]:
    """A FakeServer, closed at the end."""
    server = FakeServer()
    try:
        yield server
    finally:
        server.close()
