"""Whether a Markdown file of notes parses and renders: headings, tables, fences, formulas.

In: the text of `notes.md`. Out: what is wrong with it, one line each. CommonMark with tables by
markdown-it-py, `$…$` by its dollarmath plugin, formulas by latex2mathml. Knows no notes.
"""

import re
from collections.abc import Iterator, Sequence
from functools import cache
from itertools import pairwise
from typing import TYPE_CHECKING

from rag_notes.errors import InputError

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.token import Token

_PARTS = (
    "## Answer to your question",
    "## 1) Learning Goals",
    "## 2) The Story in One Page",
    "## 3) Main Notes",
    "## 4) Glossary",
    "## 5) Summary Checklist",
    "## 6) Numbers and Hyperparameters",
    "## What these notes leave out",
)
_ALWAYS = _PARTS[1:4]
BLOCKS = (
    "Overview",
    "Detailed Explanation",
    "Procedure",
    "Worked Example",
    "Implementation Notes",
    "Visual Takeaway",
    "Common Confusions",
    "Check Yourself",
)
_CELLS = re.compile(r"(?<!\\)\|")
_BRACE = re.compile(r"\\[{}]|([{}])")
_COMMAND = re.compile(r">\s*\\[A-Za-z]+")  # one that the converter does not know is left as it was
_TAG = re.compile(r"</?(details|summary)\b")


def faults_of(text: str) -> tuple[str, ...]:
    """Everything wrong with a file, in the order of the checks."""
    tokens = _parser().parse(text)
    return tuple(
        fault
        for check in (_headings, _fences, _tables, _dollars, _formulas, _details)
        for fault in check(tokens, text.splitlines())
    )


@cache
def _parser() -> "MarkdownIt":
    from markdown_it import MarkdownIt

    try:
        from mdit_py_plugins.dollarmath import dollarmath_plugin
    except ModuleNotFoundError as error:
        raise InputError(
            f"{error.name} is not installed; run ./scripts/test once, which installs it"
        ) from None
    parser = MarkdownIt("commonmark").enable("table")
    parser.use(dollarmath_plugin, allow_space=False, allow_digits=True)
    return parser.disable("text_join")  # it would join an escaped dollar with what stands around


def _headings(tokens: Sequence["Token"], _lines: Sequence[str]) -> Iterator[str]:
    """Parts in their order, `### 3.N` counted through, blocks of a topic in theirs."""
    found = [
        (len(token.markup), inline.content)
        for token, inline in pairwise(tokens)
        if token.type == "heading_open"
    ]
    if [level for level, _ in found].count(1) != 1 or found[0][0] != 1:
        yield "not one title at the top"
    parts = [f"## {text}" for level, text in found if level == 2]
    yield from (f"heading {part!r} is none of the format" for part in parts if part not in _PARTS)
    yield from (f"heading {part!r} is missing" for part in _ALWAYS if part not in parts)
    if _out_of_order([_PARTS.index(part) for part in parts if part in _PARTS]):
        yield "parts are not in their order"
    topics = [text for level, text in found if level == 3]
    for number, text in enumerate(topics, start=1):
        if not re.match(rf"3\.{number} \S", text):
            yield f"topic {number} is headed {text!r}"
    blocks: list[int] = []
    for level, text in [*found, (3, "")]:
        if level < 4:
            if _out_of_order(blocks):
                yield f"blocks before {text!r} are not in their order"
            blocks = []
        elif level == 4 and text not in BLOCKS:
            yield f"block heading {text!r} is none of the format"
        elif level == 4:
            blocks.append(BLOCKS.index(text))


def _out_of_order(places: Sequence[int]) -> bool:
    return any(one >= two for one, two in pairwise(places))


def _fences(tokens: Sequence["Token"], lines: Sequence[str]) -> Iterator[str]:
    for token in tokens:
        if token.type == "fence" and token.map:
            last = lines[token.map[1] - 1].strip()
            if token.map[1] - token.map[0] < 2 or not last.startswith(token.markup):
                yield f"code fence of line {token.map[0] + 1} is not closed"


def _tables(tokens: Sequence["Token"], lines: Sequence[str]) -> Iterator[str]:
    """Rows with more or fewer cells than their head: the parser fills or cuts them."""
    for token in tokens:
        if token.type == "table_open" and token.map:
            first, last = token.map
            rows = [lines[at].strip().strip("|") for at in range(first, last)]
            counts = [len(_CELLS.findall(row)) for row in rows]
            for at, count in enumerate(counts):
                if count != counts[0]:
                    yield f"row of line {first + at + 1} has {count + 1} cells, not {counts[0] + 1}"
        if token.type == "inline" and re.search(r"^\|.*\|$", token.content, re.MULTILINE):
            yield f"line {token.map[0] + 1 if token.map else '?'} is a table row outside a table"


def _dollars(tokens: Sequence["Token"], _lines: Sequence[str]) -> Iterator[str]:
    for token in tokens:
        if any(child.type == "text" and "$" in child.content for child in token.children or ()):
            yield f"a $ opens no formula: {token.content[:60]!r}"


def _formulas(tokens: Sequence["Token"], _lines: Sequence[str]) -> Iterator[str]:
    for formula in formulas_of(tokens):
        why = why_not_rendered(formula)
        if why:
            yield f"formula {formula!r} does not render: {why}"


def _details(tokens: Sequence["Token"], _lines: Sequence[str]) -> Iterator[str]:
    html = "".join(
        child.content
        for token in tokens
        for child in (token, *(token.children or ()))
        if child.type in {"html_block", "html_inline"}
    )
    tags = [("/" if match[0].startswith("</") else "") + match[1] for match in _TAG.finditer(html)]
    for name in ("details", "summary"):
        if tags.count(name) != tags.count(f"/{name}"):
            yield f"<{name}> is opened {tags.count(name)} times, closed {tags.count(f'/{name}')}"


def formulas_of(tokens: Sequence["Token"]) -> Iterator[str]:
    """The formulas of a file in their order, without their dollars."""
    for token in tokens:
        for one in (token, *(token.children or ())):
            if one.type in {"math_inline", "math_block", "math_inline_double"}:
                yield one.content.strip()


def why_not_rendered(formula: str) -> str | None:
    """Why a formula is no LaTeX that a page can show; None where it is."""
    from latex2mathml import exceptions
    from latex2mathml.converter import convert

    depth = 0
    for brace in _BRACE.findall(formula):
        depth += {"{": 1, "}": -1}.get(brace, 0)
        if depth < 0:
            return "a brace is closed that was not opened"
    if depth:
        return "a brace is not closed"
    errors = tuple(
        one
        for one in vars(exceptions).values()
        if isinstance(one, type) and issubclass(one, Exception)
    )
    try:
        shown = convert(formula)
    except errors as error:
        return type(error).__name__
    unknown = _COMMAND.search(shown)
    return f"unknown command {unknown[0].lstrip('> ')}" if unknown else None
