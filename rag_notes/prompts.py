"""Find, render and hash the prompt files.

A prompt is one Jinja file `prompts/STEP.vN.jinja` (in the wheel: `rag_notes/_prompts/`): a comment
that lists its variables, then parts headed `=== system`, `=== user`, `=== assistant`. The last
`user` part is the call itself; the pairs before it are worked examples. An undefined variable is an
error.
"""

import hashlib
import json
import re
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, StrictUndefined

from rag_notes.schema import Prompt, Reply

_SUBJECT = re.compile(r"^ *Subject of the example: (.*?)\.? #}", re.MULTILINE)
_PART = re.compile(r"^=== (system|user|assistant)\n", re.MULTILINE)


@cache
def folder() -> Path:
    """The folder of the prompt files: of the checkout, else of the installed wheel."""
    checkout = Path(__file__).resolve().parent.parent / "prompts"
    return checkout if checkout.is_dir() else Path(__file__).resolve().parent / "_prompts"


def names() -> tuple[str, ...]:
    """All prompts, such as "condense.v2"."""
    return tuple(sorted(path.stem for path in folder().glob("*.jinja")))


def sha256(name: str) -> str:
    """Hash of a prompt file's bytes, for provenance and for the keys of what it made."""
    return hashlib.sha256((folder() / f"{name}.jinja").read_bytes()).hexdigest()


@cache
def example_subject() -> frozenset[str]:
    """Words of the worked examples' subject: a reply that says one of them of its own is a leak."""
    texts = ((folder() / f"{name}.jinja").read_text(encoding="utf-8") for name in names())
    lines = (line for text in texts for line in _SUBJECT.findall(text))
    return frozenset(word for line in lines for word in line.split(", "))


def render(
    name: str,
    *,
    schema: str,
    max_tokens: int,
    choices: tuple[str, str] | None = None,
    **variables: object,
) -> Prompt:
    """Fill prompt `name`; with `choices` the reply is one of two words.

    Raises jinja2.UndefinedError where the file names a variable that is not given.
    """
    texts = [_environment().from_string(part).render(variables).strip() for part in _parts(name)]
    turns = tuple(zip(texts[1:-1:2], texts[2:-1:2], strict=True))
    return Prompt(
        name=name,
        system=texts[0],
        user=texts[-1],
        schema=schema,
        max_tokens=max_tokens,
        turns=turns,
        choices=choices,
    )


def read_json(reply: Reply) -> Any:  # noqa: ANN401 (JSON held to the prompt's schema)
    """What a reply holds; None where it was cut off or is no JSON."""
    if reply.finish == "length":
        return None
    try:
        return json.loads(reply.text)
    except json.JSONDecodeError:
        return None


@cache
def _environment() -> Environment:
    return Environment(
        undefined=StrictUndefined,
        autoescape=False,  # noqa: S701 (plain text for a model, never markup)
        trim_blocks=True,
        lstrip_blocks=True,
    )


@cache
def _parts(name: str) -> tuple[str, ...]:
    """Template sources of system, (user, assistant)…, user.

    The file is split before it is rendered: no text of a lecture can open a part of its own.
    """
    pieces = _PART.split((folder() / f"{name}.jinja").read_text(encoding="utf-8"))[1:]
    roles = pieces[::2]
    wanted = ["system", *["user", "assistant"] * ((len(roles) - 2) // 2), "user"]
    if roles != wanted:
        raise ValueError(f"{name}: parts are {roles}, expected system, (user, assistant)…, user")
    return tuple(pieces[1::2])
