"""The deterministic double: replies with the prompt's own words, in the shape of its schema.

It loads nothing and knows no prompt by name. Tests use it to run everything around a model.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from rag_notes.schema import Prompt, Reply


class EchoLLM:
    """Says the first words of the call back."""

    name = "echo"
    context = 8192
    parallel = 1

    def count_tokens(self, text: str) -> int:
        """Words of `text`."""
        return len(text.split())

    def generate(self, prompts: Sequence[Prompt]) -> Iterator[Reply]:
        """Yield one reply per prompt, in order."""
        for prompt in prompts:
            filled = json.dumps(_fill(json.loads(prompt.schema), _Words(prompt.user)))
            text = prompt.choices[0] if prompt.choices else filled
            read = self.count_tokens(prompt.system + " " + prompt.user)
            written = self.count_tokens(text)
            p = 1.0 if prompt.choices else None
            yield Reply(text, "stop", tokens_read=read, tokens_written=written, p=p)


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
