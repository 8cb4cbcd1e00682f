"""Read notes.md back with a Markdown parser that is not ours: which sentences, which citations.

`read_notes` gives every sentence of the notes but the program's fixed notices; what stands under
"What these notes leave out" is no part of them and comes from `read_left_out`. The one notice that
stands among the sentences is in italics, as nothing else is: `unclear` gives what it follows.
"""

import re
from collections.abc import Iterator, Sequence

from markdown_it import MarkdownIt
from markdown_it.token import Token

from rag_notes.export.notices import LEFT_OUT_HEADING, NOTICES, UNCLEAR

Read = tuple[str, list[str]]  # text, labels of its citations

_LABEL = re.compile(r"\[((?:\d{2,}:\d\d:\d\d|p\. \d+|¶ \d+)(?: · (?:p\. \d+|¶ \d+))*)\]")
_SPAN = re.compile(rf"{_LABEL.pattern} – {_LABEL.pattern}")  # when a topic is spoken about
_CHECKBOX = "[ ] "
_ESCAPED = "\ue000"  # stands for a character that was escaped, which is never a mark


def parser() -> MarkdownIt:
    """CommonMark with tables, HTML let through; escaped characters stay tokens of their own."""
    return MarkdownIt("commonmark", {"html": True}).enable("table").disable("text_join")


def read_notes(markdown: str) -> list[Read]:
    """Sentences with the labels of their citations, in the order of the file."""
    main = _split(markdown)[0]
    return [item for item in _read(main) if not _is_notice(*item)]


def read_left_out(markdown: str) -> list[Read]:
    """Cells of the last part's tables."""
    return [item for item in _read(_split(markdown)[1]) if not _is_notice(*item)]


def unclear(markdown: str) -> list[str]:
    """Last label before each mark of what was heard unclearly."""
    found = []
    for token in parser().parse(markdown):
        children = token.children or ()
        for at, child in enumerate(children):
            if child.type == "em_open":
                assert children[at + 1].content == UNCLEAR
                found.append(_LABEL.findall(_flat(children[:at])[1])[-1])
    return found


def headings(markdown: str) -> list[str]:
    """Headings as `## text`, in order."""
    tokens = parser().parse(markdown)
    return [
        f"{tokens[i].markup} {_flat(tokens[i + 1].children or ())[0]}"
        for i in range(len(tokens))
        if tokens[i].type == "heading_open"
    ]


def html_of(markdown: str) -> list[str]:
    """Every piece of raw HTML."""
    tokens = parser().parse(markdown)
    found = [token.content.strip() for token in tokens if token.type == "html_block"]
    for token in tokens:
        found += [child.content for child in token.children or () if child.type == "html_inline"]
    return found


def targets(markdown: str) -> list[str]:
    """Every link's and image's target."""
    found = []
    for token in parser().parse(markdown):
        for child in token.children or ():
            target = child.attrGet("href") or child.attrGet("src")
            found += [str(target)] if target is not None else []
    return found


def _split(markdown: str) -> tuple[str, str]:
    main, _, rest = markdown.partition(f"\n{LEFT_OUT_HEADING}\n")
    return main, rest


def _read(markdown: str) -> Iterator[Read]:
    tokens = parser().parse(markdown)
    row: list[Read] | None = None
    head: list[str] = []
    for before, token in zip([None, *tokens], tokens, strict=False):
        if token.type == "thead_open":
            head = []
        elif token.type == "tbody_open":
            row = []
        elif token.type == "tr_close" and row:
            yield from _row(row, head)
            row = []
        elif token.type == "tbody_close":
            row = None
        elif token.type == "inline" and before is not None and before.type != "heading_open":
            if before.type == "td_open" and row is not None:
                row.append(_cell(token.children or ()))
            elif before.type == "th_open":
                head.append(_flat(token.children or ())[0])
            else:
                yield from _sentences(token.children or ())


def _row(cells: Sequence[Read], head: Sequence[str]) -> Iterator[Read]:
    """One row is one claim: what the cell before the citations says, or each under its column."""
    if list(head[:2]) in (["Term", "Meaning"], ["Value", "What it is"]) and cells[-1][1]:
        yield cells[1][0], cells[2][1]
    elif head and head[-1] == "Where" and cells[-1][1]:
        pairs = zip(head[:-1], cells[:-1], strict=True)
        yield "; ".join(f"{name}: {cell}" for name, (cell, _) in pairs), cells[-1][1]
    else:
        yield from cells


def _undone(text: str, mask: str) -> str:
    """A formula as it stood on its slide; any other text, dollar signs too, as it is."""
    if not re.fullmatch(r"\s*\$.+\$\s*", mask):
        return text
    plain = text[1:-1]
    for command, char in ((r"\text", ""), (r"\cdot ", "*"), (r"\lt ", "<"), (r"\gt ", ">")):
        plain = plain.replace(command, char)
    return re.sub(r"[\\{}]", "", plain)


def _cell(children: Sequence[Token]) -> Read:
    read = list(_sentences(children))
    return " ".join(text for text, _ in read), [label for _, labels in read for label in labels]


def _sentences(children: Sequence[Token]) -> Iterator[Read]:
    """Text up to a run of citations, with the run."""
    text, mask = _flat(children)
    if _SPAN.fullmatch(mask):
        return
    if mask.startswith(_CHECKBOX):
        text, mask = text.removeprefix(_CHECKBOX), mask.removeprefix(_CHECKBOX)
    last = 0
    pending: Read | None = None
    for match in _LABEL.finditer(mask):
        between = slice(last, match.start())
        said = _undone(text[between].strip(), mask[between])
        if said or pending is None:
            if pending:
                yield pending
            pending = (said, [])
        pending[1].append(match[1])
        last = match.end()
    if pending:
        yield pending
    if text[last:].strip():
        yield text[last:].strip(), []


def _flat(children: Sequence[Token]) -> tuple[str, str]:
    """Text as seen, and the same with escaped characters masked; links stand in brackets."""
    text, mask = "", ""
    in_italics = False
    for child in children:
        in_italics = {"em_open": True, "em_close": False}.get(child.type, in_italics)
        if in_italics:
            continue
        seen = {"softbreak": " ", "link_open": "[", "link_close": "]"}.get(
            child.type, child.content
        )
        if child.type == "html_inline":
            continue
        text += seen
        mask += _ESCAPED * len(seen) if child.type == "text_special" else seen
    return text, mask


def _is_notice(text: str, labels: Sequence[str]) -> bool:
    templates = (notice.replace("**", "") for notice in NOTICES)
    patterns = (re.sub(r"\\{\w+\\}", ".*", re.escape(template)) for template in templates)
    return not labels and any(re.fullmatch(pattern, text) for pattern in patterns)
