"""The course pages that people wrote around the videos: what each page says beside its video.

In: the pages (`chapters/*/*.mdx`) and the list of videos. Out: for each video that a page embeds
the prose sentences of its part of the page. A video's part is the section that it stands in: from
the heading above it to the next heading of the same or a higher level, without the sections in it
that other videos stand in. A whole page would hold one video to what another says. Of a branch
`{#if fw === 'pt'} … {:else} … {/if}` a video has its own, or the first. Judges nothing.
"""

import csv
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from rag_notes.ingest.sentences import split_text

if TYPE_CHECKING:
    from markdown_it.token import Token

CHAPTERS = (1, 2, 3, 4, 5)
LEAST_WORDS = 6  # of a statement
_TAG = re.compile(r"<Youtube\s+id=\"([\w-]+)\"\s*/>")
_MARK = re.compile(r"^VIDEO (\S+)$")
_COMPONENT = re.compile(r"^<[A-Z]\w*\b(?:.*?/>|[^>]*>)[ \t]*$", re.MULTILINE | re.DOTALL)
_BRANCH = re.compile(r"\{#if[^}]*\}(.*?)(?:\{:else[^}]*\}(.*?))?\{/if\}", re.DOTALL)
_ANCHOR = re.compile(r"\[\[[\w-]*\]\]")
_CALLOUT = re.compile(r"^\[!\w+\]\s*")
_WORD = re.compile(r"[^\W\d_]+")


@dataclass(frozen=True, slots=True)
class Video:
    """A video of the course: its YouTube id, its caption file, the prose of its part of a page."""

    id: str
    file: str
    page: str
    statements: tuple[str, ...]


def read_course(folder: Path) -> tuple[Video, ...]:
    """Every video that is here and that a page of `CHAPTERS` embeds, by the name of its file."""
    files = _files(folder / "subtitles")
    found: dict[str, Video] = {}
    for path in _pages(folder / "chapters"):
        page = f"{path.parent.name}/{path.name}"
        for id, statements in read_page(path.read_text(encoding="utf-8")).items():
            if id in files:
                found[id] = Video(id, files[id], page, statements)
    return tuple(sorted(found.values(), key=lambda one: one.file))


def _files(folder: Path) -> Mapping[str, str]:
    """Caption file by id; the list names folders that are not here."""
    with (folder / "metadata.csv").open(encoding="utf-8", newline="") as lines:
        named = {row["id"]: Path(row["srt_filename"]).name for row in csv.DictReader(lines)}
    return {id: name for id, name in named.items() if (folder / name).is_file()}


def _pages(folder: Path) -> Iterator[Path]:
    for number in CHAPTERS:
        yield from sorted((folder / f"chapter{number}").glob("*.mdx"))


# --- one page ------------------------------------------------------------------------------------


def read_page(source: str) -> Mapping[str, tuple[str, ...]]:
    """The statements of each video's part of a page, by the video's id."""
    from markdown_it import MarkdownIt

    found: dict[str, tuple[str, ...]] = {}
    for id in dict.fromkeys(_TAG.findall(source)):
        tokens = MarkdownIt("commonmark").enable("table").parse(_plain(source, id))
        found[id] = tuple(_statements(_part(tokens, id)))
    return found


def _plain(source: str, id: str) -> str:
    """Markdown without components, in the branches that video `id` is of."""

    def choose(match: re.Match[str]) -> str:
        branches = (match[1], match[2] or "")
        return next((one for one in branches if f'"{id}"' in one), branches[0])

    chosen = _BRANCH.sub(choose, source)
    marked = _TAG.sub(lambda match: f"\n\nVIDEO {match[1]}\n\n", chosen)
    return _COMPONENT.sub("", marked)


def _part(tokens: Sequence["Token"], id: str) -> list["Token"]:
    """Tokens of the section that the mark of `id` stands in, less those of other videos."""
    owners = _owners(tokens)
    mine = owners.get(id, -1)
    return [token for at, token in enumerate(tokens) if _owner(at, tokens, owners) == mine]


def _owners(tokens: Sequence["Token"]) -> Mapping[str, int]:
    """Place of the heading (-1: none) of the section that each video stands in."""
    heading = -1
    found: dict[str, int] = {}
    for at, token in enumerate(tokens):
        if token.type == "heading_open":
            heading = at
        mark = _MARK.match(token.content) if token.type == "inline" else None
        if mark:
            found[mark[1]] = heading
    return found


def _owner(at: int, tokens: Sequence["Token"], owners: Mapping[str, int]) -> int | None:
    """Heading of the innermost section with a video that token `at` is in; None outside all."""
    level = 7
    for place in range(at, -1, -1):
        token = tokens[place]
        if token.type != "heading_open" or int(token.tag[1]) >= level:
            continue
        level = int(token.tag[1])
        if place in owners.values():
            return place
    return -1 if -1 in owners.values() else None


def _statements(tokens: Sequence["Token"]) -> Iterator[str]:
    heading = quiet = 0
    for token in tokens:
        heading += (token.type == "heading_open") - (token.type == "heading_close")
        quiet += (token.type == "table_open") - (token.type == "table_close")
        if token.type != "inline" or heading or quiet or _MARK.match(token.content):
            continue
        for sentence in split_text(_CALLOUT.sub("", _prose(token.children or ()))):
            if len(_WORD.findall(sentence)) >= LEAST_WORDS:
                yield sentence


def _prose(children: Sequence["Token"]) -> str:
    parts = []
    for child in children:
        if child.type in {"text", "code_inline"}:
            parts.append(child.content)
        elif child.type in {"softbreak", "hardbreak"}:
            parts.append(" ")
    return _ANCHOR.sub("", "".join(parts)).strip()
