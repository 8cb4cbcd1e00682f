"""Notes in Markdown, by anyone, to the statements that can be held against a lecture.

In: the text of a file; out: sentences, table rows and lines of code, each with its line. What
claims nothing is left out: headings (lines all in bold or italics too), lead-ins ("Example:"),
questions, link targets, images, rules, front matter, comments, the numbering of rows, what the
notes themselves call a misconception, and of code every line without a number but 0, 1 and 2.
Judges nothing.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from html.parser import HTMLParser
from itertools import pairwise
from typing import TYPE_CHECKING

from rag_notes.answers import Statement
from rag_notes.errors import InputError
from rag_notes.ingest.clean import visible
from rag_notes.ingest.inline import Line, cell_text, read_lines, split_claims

if TYPE_CHECKING:
    from markdown_it.token import Token

_DEEPEST = 100  # levels; a list in a list is two, and the parser drops what lies deeper
_FRONT_MATTER = re.compile(
    r"\A---[ \t]*\n((?:[\w-]+[ \t]*:.*\n|[ \t#-].*\n|\n)+)(?:---|\.\.\.)[ \t]*\n"
)
_MOST_WORDS, _LONGEST_WORD = 150, 100  # what is longer is no sentence, but a list or a blob
_LEAD_IN = 6  # words of a line that ends in ":" and only announces what follows
_SENTENCE_END = re.compile(r"[.!?…][\"'”’)\]]*$")
_QUESTION = re.compile(r"[?？][\"'”’)\]]*$")
_MISCONCEPTION = re.compile(r"(?:common )?(?:misconceptions?|myth)\b[^:]{0,20}:", re.IGNORECASE)
_CORRECTION = re.compile(r"^correction:\s+(?=\S)", re.IGNORECASE)
_SECTION_NUMBER = re.compile(r"^\W*(?:[^\W\d_]+ )?\d+(?:\.\d+)*\b")
_SAYS = re.compile(r"[^\W_]{2,}|\d")
_CODE_NUMBER = re.compile(r"(?<![\w.])(?:\d[\d_]*(?:\.\d+)?|\.\d+)(?:[eE][-+]?\d+)?")
_OF_ANY_CODE = (0.0, 1.0, 2.0)  # indices, halves, squares
_VALUES, _VALUE_WORDS = 2, 3  # numbers beside the first cell of a row, and words of each at most
_COUNTS_ROWS = ("", "#", "no", "no.", "nr", "nr.", "step", "index")


def read_statements(
    markdown: str, *, notices: Sequence[str] = (), end: str | None = None
) -> tuple[Statement, ...]:
    """Statements of Markdown in their order.

    `notices` are paragraphs that claim nothing, with "{name}" where anything may stand; `end`
    is the heading from which nothing is read.

    Raises InputError where lists or quotes are nested deeper than can be read.
    """
    from markdown_it import MarkdownIt

    parser = MarkdownIt("commonmark", {"maxNesting": _DEEPEST}).enable("table")
    tokens = parser.parse(_FRONT_MATTER.sub(lambda m: "\n" * m[0].count("\n"), markdown))
    if any(token.level >= _DEEPEST - 1 for token in tokens):
        raise InputError(f"lists or quotes nested deeper than {_DEEPEST // 2} levels; flatten them")
    patterns = [_pattern(notice) for notice in notices]
    tokens = tokens[: _end(tokens, end)]
    found = (part for one in _statements(tokens, patterns) for part in _parts(one))
    return tuple(one for one in found if _claims_something(one))


def _pattern(notice: str) -> re.Pattern[str]:
    escaped = re.escape(notice.replace("**", ""))
    return re.compile(re.sub(r"\\{\w+\\}", ".*", escaped))


def _end(tokens: Sequence["Token"], heading: str | None) -> int | None:
    """Place of the heading from which nothing is read."""
    for at, token in enumerate(tokens[:-1]):
        if token.type == "heading_open" and heading:
            inline = tokens[at + 1]
            if f"{token.markup} {inline.content}" == heading:
                return at
    return None


def _parts(statement: Statement) -> Iterator[Statement]:
    """Yield a statement, in parts where it is longer than any sentence."""
    words = [
        word if len(word) <= _LONGEST_WORD else f"{word[:_LONGEST_WORD]}…"
        for word in statement.text.split(" ")
    ]
    for first in range(0, len(words), _MOST_WORDS):
        yield replace(statement, text=" ".join(words[first : first + _MOST_WORDS]))


def _claims_something(statement: Statement) -> bool:
    text = statement.text
    if statement.is_code:
        return True
    return bool(_SAYS.search(text)) and not _QUESTION.search(text)


# --- blocks --------------------------------------------------------------------------------------


def _statements(
    tokens: Sequence["Token"], notices: Sequence[re.Pattern[str]]
) -> Iterator[Statement]:
    in_table: list[Token] = []
    for before, token in zip([None, *tokens], tokens, strict=False):
        if in_table or token.type == "table_open":
            in_table.append(token)
            if token.type == "table_close":
                yield from _table(in_table)
                in_table = []
        elif token.type == "inline" and before is not None:
            yield from _paragraph(token, before, notices)
        elif token.type in ("fence", "code_block"):
            yield from _code(token)
        elif token.type == "html_block":
            yield from _html(token)


def _first_line(token: "Token") -> int:
    return (token.map[0] if token.map else 0) + 1


def _paragraph(
    token: "Token", opened: "Token", notices: Sequence[re.Pattern[str]]
) -> Iterator[Statement]:
    lines = list(read_lines(token.children or (), _first_line(token)))
    whole = " ".join(" ".join(line.text for line in lines).split())
    # "A sentence.\n---" makes a heading of the sentence, which nobody means.
    is_heading = opened.type == "heading_open" and not (
        opened.markup in ("-", "=") and _SENTENCE_END.search(whole)
    )
    if is_heading or any(notice.fullmatch(whole) for notice in notices):
        return
    run: list[Line] = []
    for line in lines:
        if _is_title(line) and not run:
            continue
        run.append(line)
        if line.ends_hard:
            yield from _sentences(run)
            run = []
    yield from _sentences(run)


def _sentences(lines: Sequence[Line]) -> Iterator[Statement]:
    for text, number in split_claims(lines):
        if text.endswith(":") and len(text.split()) <= _LEAD_IN:
            continue
        if not _MISCONCEPTION.match(text):
            yield Statement(_CORRECTION.sub("", text, count=1), number)


def _is_title(line: Line) -> bool:
    """Whether a line stands for a heading: all of it marked, no sentence and no number."""
    if not line.is_marked or _SENTENCE_END.search(line.text.strip()):
        return False
    return not re.search(r"\d", _SECTION_NUMBER.sub("", line.text))


# --- tables --------------------------------------------------------------------------------------


def _table(tokens: Sequence["Token"]) -> Iterator[Statement]:
    """Each row is one statement; the head too where it holds a number."""
    rows: list[tuple[int, list[str]]] = []
    for before, token in pairwise(tokens):
        if token.type == "tr_open":
            rows.append((_first_line(token), []))
        elif token.type == "inline" and before.type in ("td_open", "th_open"):
            rows[-1][1].append(cell_text(token.children or ()))
    if not rows:
        return
    (head_line, head), *body = rows
    if any(re.search(r"\d", cell) for cell in head):
        yield from _row(head_line, head)
    skip = 1 if _counts_rows(head, [cells for _, cells in body]) else 0
    for line, cells in body:
        yield from _named(line, head[skip:], cells[skip:]) or _row(line, cells[skip:])


def _counts_rows(head: Sequence[str], rows: Sequence[Sequence[str]]) -> bool:
    """Whether the first column only numbers the rows."""
    if head[0].lower() not in _COUNTS_ROWS:
        return False
    column = [cells[0].rstrip(".") for cells in rows]
    return any(column == [str(at + first) for at in range(len(rows))] for first in (0, 1))


def _named(line: int, head: Sequence[str], cells: Sequence[str]) -> list[Statement]:
    """A row of values under their columns, "Bits: 10; Rate: 1 %"; nothing for a row of text."""
    pairs = [(name, cell) for name, cell in zip(head, cells, strict=False) if _SAYS.search(cell)]
    values = [cell for _, cell in pairs[1:]]
    if len(values) < _VALUES or not all(re.search(r"[^\W\d_]", name) for name, _ in pairs):
        return []
    if any(len(cell.split()) > _VALUE_WORDS or not re.search(r"\d", cell) for cell in values):
        return []
    return [Statement("; ".join(f"{name.rstrip(':')}: {cell}" for name, cell in pairs), line)]


def _row(line: int, cells: Sequence[str]) -> Iterator[Statement]:
    said = [cell.rstrip(":") for cell in cells if re.search(r"\w", cell)]
    if said:
        first, rest = said[0], "; ".join(said[1:])
        yield Statement(f"{first}: {rest}" if rest else first, line)


# --- code and HTML -------------------------------------------------------------------------------


def _code(token: "Token") -> Iterator[Statement]:
    first = _first_line(token) + (token.type == "fence")
    for number, line in enumerate(token.content.split("\n"), start=first):
        found = (one[0].replace("_", "") for one in _CODE_NUMBER.finditer(line))
        if any(float(one) not in _OF_ANY_CODE for one in found):
            yield Statement(" ".join(visible(line).split()), number, is_code=True)


def _html(token: "Token") -> Iterator[Statement]:
    reader = _HtmlText(_first_line(token))
    reader.feed(token.content)
    reader.close()
    for text, number in reader.lines:
        yield from _sentences([Line(visible(text), number, is_marked=False, ends_hard=True)])


class _HtmlText(HTMLParser):
    """Text of HTML by the blocks it stands in, headings and scripts left out."""

    _SILENT = frozenset("script style title summary h1 h2 h3 h4 h5 h6 template".split())
    _WITHIN = frozenset("a abbr b code del em i ins kbd mark s small span strong sub sup u".split())

    def __init__(self, first: int) -> None:
        super().__init__()
        self._first = first
        self._silent = 0
        self._open = False
        self.lines: list[tuple[str, int]] = []

    def handle_starttag(self, tag: str, attrs: object) -> None:  # noqa: ARG002 (the parser's)
        self._silent += tag in self._SILENT
        self._open &= tag in self._WITHIN

    def handle_endtag(self, tag: str) -> None:
        self._silent = max(0, self._silent - (tag in self._SILENT))
        self._open &= tag in self._WITHIN

    def handle_data(self, data: str) -> None:
        if self._silent or not data.strip():
            return
        if self._open:
            text, number = self.lines.pop()
            self.lines.append((text + data, number))
        else:
            lead = len(data) - len(data.lstrip())
            number = self._first + self.getpos()[0] - 1 + data[:lead].count("\n")
            self.lines.append((data.lstrip(), number))
        self._open = True
