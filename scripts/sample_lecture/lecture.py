"""Read `lecture.toml`: what each page shows and what the speaker says to it."""

import re
import tomllib
from dataclasses import dataclass
from pathlib import Path

PAGE_SIZE = (960, 540)
"""Width and height of a slide in points (16:9)."""


@dataclass(frozen=True, slots=True)
class Page:
    """One slide and the talk that belongs to it."""

    number: int
    layout: str
    title: str
    lines: tuple[str, ...]
    formulas: tuple[str, ...]
    table: tuple[tuple[str, ...], ...]
    paragraphs: tuple[tuple[str, ...], ...]
    """Spoken sentences, by paragraph."""


@dataclass(frozen=True, slots=True)
class Lecture:
    """The whole talk, and the respelling of words that the voice would read wrongly."""

    title: str
    say: dict[str, str]
    pages: tuple[Page, ...]


@dataclass(frozen=True, slots=True)
class Word:
    """One spoken word with the punctuation after it; times in seconds."""

    start: float
    end: float
    text: str


@dataclass(frozen=True, slots=True)
class Span:
    """The time that one page is on screen, in seconds."""

    number: int
    start: float
    end: float


def read_lecture(path: Path) -> Lecture:
    """Read the lecture from its TOML file."""
    raw = tomllib.loads(path.read_text(encoding="utf-8"))
    pages = tuple(
        Page(
            number=number,
            layout=entry["layout"],
            title=entry["title"],
            lines=tuple(entry["lines"]),
            formulas=tuple(entry.get("formulas", ())),
            table=tuple(tuple(row) for row in entry.get("table", ())),
            paragraphs=_paragraphs(entry["spoken"]),
        )
        for number, entry in enumerate(raw["page"], start=1)
    )
    return Lecture(title=raw["title"], say=dict(raw["say"]), pages=pages)


def respell(word: str, say: dict[str, str]) -> str:
    """Write one word as the voice must read it; its punctuation stays."""
    return re.sub(r"[\w']+", lambda found: say.get(found.group(), found.group()), word)


def _paragraphs(spoken: str) -> tuple[tuple[str, ...], ...]:
    blocks = re.split(r"\n\s*\n", spoken.strip())
    return tuple(tuple(line.strip() for line in block.splitlines()) for block in blocks)
