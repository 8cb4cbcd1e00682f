"""A GGUF model in process through llama.cpp: prompts in, replies held to their schema out.

The only importer of xllamacpp. It does not know what the prompts ask.
"""

import json
import queue
import re
import secrets
import threading
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, TypeAlias

from rag_notes.errors import ModelError
from rag_notes.llm.chat import count_tokens, messages, share
from rag_notes.schema import Prompt, Reply

Answer: TypeAlias = dict[str, Any]  # JSON of llama.cpp's server

# States kept side by side, of 117 MB each with the default model. A prompt goes to the one that
# begins most like it: else judging, rewriting and naming in turn read their instructions anew.
_SLOTS = 5
_ALTERNATIVES = 20  # tokens whose probability is asked for, where a prompt has choices
_SPACE = re.compile(r"^space ::= .*$", re.MULTILINE)


class EmbeddedLLM:
    """A loaded GGUF model; temperature 0, one prompt after the other.

    llama.cpp keeps the state of the last prompt of each of `_SLOTS` kinds: what the next of its
    kind shares with it from the start (instructions, examples) is not read again.
    """

    def __init__(self, weights: Path, *, name: str, context: int, threads: int) -> None:
        import xllamacpp

        params = xllamacpp.CommonParams()
        params.model.path = str(weights)
        params.n_ctx = context * _SLOTS
        params.n_parallel = _SLOTS
        params.kv_unified = False  # each slot keeps its own prompt, however long the others are
        params.cpuparams.n_threads = threads
        params.cpuparams_batch.n_threads = threads
        # The library's own server listens on a port of this machine: others may not use it.
        params.api_keys = [secrets.token_urlsafe(32)]
        params.verbosity = -1
        params.warmup = False
        params.cache_ram_mib = 0  # states of other prompts: they cost memory and are not met again
        try:
            self._server = xllamacpp.Server(params)
        except RuntimeError as error:
            raise ModelError(f"{weights.name}: llama.cpp cannot load it ({error})") from error
        self._to_grammar = xllamacpp.json_schema_to_grammar
        self._lock = threading.Lock()
        self.name = name
        self.context = context
        self.parallel = 1

    def count_tokens(self, text: str) -> int:
        """Over-estimate of the tokens of `text`."""
        return count_tokens(text)

    def generate(self, prompts: Sequence[Prompt]) -> Iterator[Reply]:
        """Yield one reply per prompt, in order.

        Raises ModelError where llama.cpp refuses a prompt.
        """
        for prompt in prompts:
            with self._lock:
                answer = _beside(self._server.handle_chat_completions, self._request(prompt))
            yield _reply(answer, prompt.choices)

    def _request(self, prompt: Prompt) -> dict[str, Any]:
        grammar = self._to_grammar(prompt.schema)
        if prompt.choices:  # the bare words, and what the model thought of each
            grammar = "root ::= " + " | ".join(json.dumps(word) for word in prompt.choices)
        return {
            "messages": messages(prompt),
            "max_tokens": prompt.max_tokens,
            "temperature": 0,
            "cache_prompt": True,
            **({"logprobs": True, "top_logprobs": _ALTERNATIVES} if prompt.choices else {}),
            # the converter allows line breaks and indents, which a small model writes for ever
            "grammar": _SPACE.sub('space ::= " "?', grammar),
        }


def _beside(call: Callable[[Answer], Answer], request: Answer) -> Answer:
    """Make a call in a thread and wait for it: a wait ends at Ctrl-C, llama.cpp does not."""
    answers: queue.SimpleQueue[Answer | BaseException] = queue.SimpleQueue()

    def run() -> None:
        try:
            answers.put(call(request))
        except BaseException as error:  # noqa: BLE001 (raised again by whoever waits)
            answers.put(error)

    threading.Thread(target=run, daemon=True, name="llama.cpp").start()
    answer = answers.get()
    if isinstance(answer, BaseException):
        raise answer
    return answer


def _reply(answer: Answer, choices: tuple[str, str] | None) -> Reply:
    if "choices" not in answer:
        raise ModelError(f"llama.cpp refused a prompt: {json.dumps(answer)[:300]}")
    choice, timings = answer["choices"][0], answer.get("timings", {})
    return Reply(
        text=choice["message"]["content"] or "",
        finish="length" if choice["finish_reason"] == "length" else "stop",
        tokens_read=int(timings.get("prompt_n", 0)),
        tokens_cached=int(timings.get("cache_n", 0)),
        tokens_written=int(timings.get("predicted_n", 0)),
        seconds_reading=timings.get("prompt_ms", 0.0) / 1000,
        seconds_writing=timings.get("predicted_ms", 0.0) / 1000,
        p=share(_alternatives(choice), *choices) if choices else None,
    )


def _alternatives(choice: Answer) -> list[tuple[str, float]]:
    """The tokens that might have come first, with their log-probabilities."""
    content = (choice.get("logprobs") or {}).get("content") or [{}]
    return [(one["token"], one["logprob"]) for one in content[0].get("top_logprobs", ())]
