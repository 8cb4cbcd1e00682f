"""One paragraph or table cell of Markdown to its sentences.

In: the inline tokens of markdown-it; out: text with the line it stands on. Marks that say where
something was said ("[00:41:10](…)", "[p. 17]"), and how clearly, are cut off, and so are link
targets, images, tags and foot-note marks. Does not know blocks.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rag_notes.ingest.clean import visible
from rag_notes.ingest.sentences import ends_sentence

if TYPE_CHECKING:
    from markdown_it.token import Token

_PLACE = r"(?:(?:\d{1,2}:)?\d{1,2}:\d\d|pp?\. ?\d+|¶ ?\d+)"
_PLACES = rf"{_PLACE}(?: ?[·,–-] ?{_PLACE})*"
_LABEL = re.compile(_PLACES)
_CUT = re.compile(
    rf"(?P<place>\[{_PLACES}\])|\[\^[\w-]+\]:?|<?\bhttps?://[^\s<>]+>?|^\s*\[![A-Za-z]+\]"
)
_CITED, _HARD, _SOFT = "\x1f", "\v", "\n"  # where a citation stood, where a line ends
_CLAIM_END = re.compile(rf"\s*{_CITED}[\s{_CITED}]*(?=[^\Wa-z]|[\"“(]|\Z)")
_UNCLEAR = re.compile(rf"(?<=[\s{_CITED}])\(heard unclearly\)\s*")  # of our own notes
_TASK = re.compile(r"^\s*\[[ xX]\]\s+")
# Thin spaces inside a number ("50 000", "3 e-4", "30 k") are no blanks.
_THIN = "[\u00a0\u2007\u2009\u202f]"
_THOUSANDS = re.compile(rf"(?<=\d){_THIN}(?=\d{{3}}(?!\d))")
_EXPONENT = r"[eE][-−‐‑–+]?\d{1,3}"
_SCALE = re.compile(
    rf"(?<=\d)(?: (?=(?:{_EXPONENT}|[kK])(?![^\W_]))|{_THIN}(?=(?:{_EXPONENT}|[kKMBGT])(?![^\W_])))"
)
_BLANKS = re.compile(r"[^\S\u202f]+")


@dataclass(frozen=True, slots=True)
class Line:
    """A line as a reader sees it; `is_marked` where all of it is bold or italic.

    `ends_hard` is False where the paragraph merely runs on in the next line of the file.
    """

    text: str
    number: int
    is_marked: bool
    ends_hard: bool


def read_lines(children: Sequence["Token"], first: int) -> Iterator[Line]:
    """Yield the lines of a paragraph that begins on line `first`."""
    text, marks = _flat(children)
    start, number = 0, first
    for end in re.finditer(rf"[{_HARD}{_SOFT}]|\Z", text):
        said, marked = text[start : end.start()], marks[start : end.start()]
        shown = [mark for char, mark in zip(said, marked, strict=True) if char.isalnum()]
        yield Line(said, number, bool(shown) and all(shown), end.group() != _SOFT)
        start, number = end.end(), number + 1


def cell_text(children: Sequence["Token"]) -> str:
    """Text of a table cell or a heading, on one line."""
    return _tidy(_UNCLEAR.sub("", _CUT.sub(" ", _flat(children)[0])))


def split_claims(lines: Sequence[Line]) -> Iterator[tuple[str, int]]:
    """Yield the sentences that run through some lines, each with the line it begins on."""
    words: list[str] = []
    numbers: list[int] = []
    for line in lines:
        text = _CUT.sub(lambda cut: _CITED if cut["place"] else " ", _TASK.sub("", line.text))
        text = _UNCLEAR.sub("", text)
        for at, piece in enumerate(_CLAIM_END.split(text)):
            if at:
                yield from _sentences(words, numbers)
                words, numbers = [], []
            said = _tidy(piece).split(" ") if piece.strip() else []
            words += said
            numbers += [line.number] * len(said)
    yield from _sentences(words, numbers)


def _sentences(words: Sequence[str], numbers: Sequence[int]) -> Iterator[tuple[str, int]]:
    first = 0
    for at, word in enumerate(words):
        after = words[at + 1] if at + 1 < len(words) else None
        if after is None or ends_sentence(word, after, is_first=first == at):
            yield " ".join(words[first : at + 1]), numbers[first]
            first = at + 1


def _tidy(text: str) -> str:
    """One line with single blanks."""
    text = _SCALE.sub("", _THOUSANDS.sub("\u202f", text))
    return _BLANKS.sub(" ", text).strip()


def _flat(children: Sequence["Token"]) -> tuple[str, list[bool]]:
    """Text with its line ends, and for each character whether it is bold or italic."""
    text, depth = "", 0
    marks: list[bool] = []
    links: list[int] = []
    for child in children:
        depth += child.nesting if child.type.startswith(("strong_", "em_")) else 0
        seen = _seen(child)
        if child.type == "link_open":
            links.append(len(text))
        elif child.type == "link_close" and links:
            start = links.pop()
            if _LABEL.fullmatch(text[start:].strip()):
                text, seen = text[:start], _CITED
                del marks[start:]
        text += seen
        marks += [depth > 0] * len(seen)
    return text, marks


def _seen(child: "Token") -> str:
    if child.type in ("text", "text_special", "code_inline"):
        return visible(child.content)
    if child.type == "html_inline":
        return " " if child.content.lower().startswith("<br") else ""
    return {"softbreak": _SOFT, "hardbreak": _HARD}.get(child.type, "")
