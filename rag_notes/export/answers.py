"""Answers -> what a reader sees of them, in a terminal, a pipe or a Markdown file.

In: claims, answers and what their citations link to, by lecture. Out: text, a claim a line. Text of
the lecture, the LLM and the user is shown as text: nothing in it is obeyed by a terminal or by
Markdown.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, TypeAlias
from urllib.parse import urljoin

from rag_notes.answers import Answer
from rag_notes.export.cite import Places, label
from rag_notes.export.escape import escape_markdown, plain
from rag_notes.export.notices import NEAREST, NOT_ANSWERED, UNCLEAR
from rag_notes.schema import Citation, Claim

Style: TypeAlias = Literal["markdown", "plain", "terminal"]

READ_AS = "Read as: {reading}"
_LINK = "\x1b]8;;{target}\x1b\\{text}\x1b]8;;\x1b\\"  # OSC 8: a link that many terminals follow


@dataclass(frozen=True, slots=True)
class Printer:
    """Writes answers in one style; `places` are what citations link to, by lecture.

    `markdown` is what notes.md has. `plain` is the same without its escapes, `terminal` has links
    that do not show; both take their places from `folder`.
    """

    places: Mapping[str | None, Places]
    style: Style = "plain"
    folder: Path = Path()

    def claim(self, claim: Claim) -> str:
        """One claim with its citations."""
        unclear = claim.citations and all(one.confidence is not None for one in claim.citations)
        parts = (self._text(claim.text), self._cited(claim.citations), UNCLEAR if unclear else "")
        return " ".join(part for part in parts if part)

    def nearest(self, answer: Answer) -> list[str]:
        """What is said instead of an answer, line by line."""
        lines = [NOT_ANSWERED, *map(self._text, answer.notices)]
        if answer.nearest:
            lines.append(NEAREST)
        marked = "- " if self.style == "markdown" else "  "
        quoted = (f"{self._cited([one])} “{self._text(one.quote)}”" for one in answer.nearest)
        return [*lines, *(marked + one for one in quoted)]

    def answer(self, answer: Answer) -> list[str]:
        """All of an answer, line by line; the first one answers."""
        if not answer.answered:
            return self.nearest(answer)
        return [*map(self.claim, answer.claims), *map(self._text, answer.notices)]

    def sources(self, answer: Answer) -> list[str]:
        """What an answer rests on, each with the words that were said."""
        cited = [one for claim in answer.claims for one in claim.citations] or answer.nearest
        unique = {(one.lecture, one.chunk, one.quote): one for one in cited}
        return [f"{self._cited([one])} “{self._text(one.quote)}”" for one in unique.values()]

    def reading(self, reading: str) -> str:
        """How a question was read."""
        return READ_AS.format(reading=self._text(reading))

    def _text(self, text: str) -> str:
        return escape_markdown(text) if self.style == "markdown" else plain(text)

    def _cited(self, citations: Iterable[Citation]) -> str:
        return " ".join(dict.fromkeys(map(self._citation, citations)))

    def _citation(self, citation: Citation) -> str:
        of = f"{self._text(citation.lecture)} · " if citation.lecture else ""
        text = f"[{of}{label(citation)}]"
        target = self.places[citation.lecture].of(citation)
        if target is None:
            return text
        if self.style != "terminal":
            return f"{text}({target})"
        url = urljoin(f"{self.folder.resolve().as_uri()}/", target)
        return _LINK.format(target=url, text=text)


def to_conversation(title: str, turns: Sequence[Answer], printer: Printer) -> str:
    """Write a conversation as Markdown: each question is a heading, then its answer."""
    parts = [f"# {escape_markdown(title)}"]
    for turn in turns:
        parts.append(f"## {escape_markdown(turn.asked or turn.question)}")
        if turn.asked and turn.asked != turn.question:
            parts.append(printer.reading(turn.question))
        if turn.reading:
            parts.append(printer.reading(turn.reading))
        lines = printer.answer(turn)
        first, *rest = lines
        parts += [first, "\n".join(rest)] if not turn.answered and rest else lines
    return "\n\n".join(part for part in parts if part) + "\n"
