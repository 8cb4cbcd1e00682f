"""Whether a reply has the form its prompt asks for: JSON of a schema, or one of two words.

A server that holds its model to a schema is checked all the same: some take the wish and ignore it.
"""

import json
import re
from collections.abc import Mapping
from functools import lru_cache
from typing import TYPE_CHECKING, Any, TypeAlias

if TYPE_CHECKING:
    from jsonschema.protocols import Validator

Schema: TypeAlias = Mapping[str, Any]

_THOUGHT = re.compile(r"^(?:\s*<think>)?.*?</think>", re.DOTALL)  # a template may open it
_FENCED = re.compile(r"^```\w*\n(.*?)\n?```$", re.DOTALL)
_LONGEST = 200  # characters of a fault: it may quote the reply
_ANY_WORD = re.compile(r"[^\W_]+")


class ReplyFormError(ValueError):
    """A reply is not in the form that was asked for; `is_json` tells whether it is JSON at all."""

    def __init__(self, fault: str, *, is_json: bool) -> None:
        short = fault if len(fault) <= _LONGEST else f"{fault[:_LONGEST]}…"
        super().__init__(" ".join(short.split()).rstrip("."))
        self.is_json = is_json


def read_schema(schema: str) -> Schema:
    """A prompt's schema, which is JSON text."""
    found: Schema = json.loads(schema)
    return found


def json_in(text: str, schema: str) -> str:
    """The JSON of a reply that fits `schema`; a fence or a thought around it is taken off.

    Where a text is wanted, one without quotes is taken as it stands.

    Raises ReplyFormError with what is wrong.
    """
    bare = _bare(text)
    try:
        found = json.loads(bare, parse_float=_number)
    except json.JSONDecodeError as error:
        if read_schema(schema).get("type") != "string" or not bare or bare[0] in "\"'{[":
            raise ReplyFormError(f"it is no JSON ({error})", is_json=False) from error
        found = bare
    from jsonschema.exceptions import best_match

    if fault := best_match(_validator(schema).iter_errors(found)):
        raise ReplyFormError(f"{fault.json_path}: {fault.message}", is_json=True)
    return json.dumps(found, ensure_ascii=False)


def _number(text: str) -> float:
    """A number as JSON Schema sees it: 3.0 is the integer 3, which names the third of a list."""
    number = float(text)
    return int(number) if number.is_integer() else number


def word_in(text: str, choices: tuple[str, str]) -> str:
    """The one of two words that a reply begins with.

    Raises ReplyFormError where it begins with another.
    """
    said = _ANY_WORD.search(_bare(text).lower())
    for word in choices:
        if said and said[0] == word.lower():
            return word
    raise ReplyFormError(f"one word alone is needed, {choices[0]} or {choices[1]}", is_json=False)


def closed(schema: Any) -> Any:  # noqa: ANN401 (JSON)
    """The schema with objects that have no other properties than it names: "strict" needs that."""
    if isinstance(schema, dict):
        inner = {key: closed(part) for key, part in schema.items()}
        return inner | {"additionalProperties": False} if "properties" in schema else inner
    return [closed(part) for part in schema] if isinstance(schema, list) else schema


def _bare(text: str) -> str:
    bare = _THOUGHT.sub("", text).strip()
    fenced = _FENCED.match(bare)
    return fenced[1].strip() if fenced else bare


@lru_cache(maxsize=64)
def _validator(schema: str) -> "Validator":
    from jsonschema import Draft202012Validator

    return Draft202012Validator(read_schema(schema))
