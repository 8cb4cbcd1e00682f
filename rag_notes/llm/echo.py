"""The deterministic double: replies with the prompt's own words, in the shape of its schema.

It loads nothing and knows no prompt by name. Tests use it to run everything around a model.
"""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from rag_notes.errors import ModelError
from rag_notes.schema import Prompt, Reply

_LABELLED = re.compile(r"[A-Z][a-z]+: (.+)")


class EchoLLM:
    """Says words of the call back; a word is a token.

    A reply that is one text is the last line with a label ("Part: "), which names what is asked
    about, or the first line where none has one.
    """

    name = "echo"
    context = 8192
    parallel = 1

    def count_tokens(self, text: str) -> int:
        """Words of `text`."""
        return len(text.split())

    def generate(self, prompts: Sequence[Prompt]) -> Iterator[Reply]:
        """Yield one reply per prompt, in order.

        Raises ModelError where a prompt is longer than the context.
        """
        for prompt in prompts:
            read = self.count_tokens(f"{prompt.system} {prompt.user}")
            if read > self.context:
                raise ModelError(
                    f"echo: a prompt of {read} words is longer than the context of {self.context}"
                )
            schema = json.loads(prompt.schema)
            said = _asked_about(prompt.user) if schema.get("type") == "string" else prompt.user
            filled = json.dumps(_fill(schema, _Words(said)))
            words = (prompt.choices[0] if prompt.choices else filled).split(" ")
            yield Reply(
                " ".join(words[: prompt.max_tokens]),
                "stop" if len(words) <= prompt.max_tokens else "length",
                tokens_read=read,
                tokens_written=min(len(words), prompt.max_tokens),
                p=1.0 if prompt.choices else None,
            )


def _asked_about(text: str) -> str:
    """The last labelled line of a call, without its label; all of a call that has none."""
    labelled = [found[1] for line in text.splitlines() if (found := _LABELLED.match(line))]
    return labelled[-1] if labelled else text


class _Words:
    """The lines of a prompt, handed out one after the other."""

    def __init__(self, text: str) -> None:
        lines = [line.lstrip("0123456789. ") for line in text.splitlines() if line.strip()]
        self._lines = lines or [""]
        self._next = 0

    def take(self, limit: int) -> str:
        line = self._lines[self._next % len(self._lines)]
        self._next += 1
        return line[:limit].rsplit(" ", 1)[0] if len(line) > limit else line


def _fill(schema: Mapping[str, Any], words: _Words) -> Any:  # noqa: ANN401 (JSON)
    """Smallest value that fits the part of JSON Schema our prompts use."""
    if "enum" in schema:
        return schema["enum"][0]
    if schema["type"] == "string":
        return words.take(schema.get("maxLength", 200))
    if schema["type"] == "array":
        return [_fill(schema["items"], words) for _ in range(max(1, schema.get("minItems", 1)))]
    if schema["type"] == "object":
        return {key: _fill(part, words) for key, part in schema["properties"].items()}
    if schema["type"] == "boolean":
        return True
    raise ValueError(f"no echo for schema type {schema['type']!r}")
