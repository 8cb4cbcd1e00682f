"""How notes are built: sections, their order and titles, and whether their Markdown renders.

In: a finished lecture. Out: faults by kind with where they are, and the shares that are no faults.
Reads `notes.json` and renders it; the file beside it must say the same. Judges no truth.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from evaluation.finished import Lecture, claims_in
from evaluation.lectures import uncited_numbers
from evaluation.markdown import BLOCKS, faults_of
from evaluation.statistics import Share
from evaluation.tables import table
from rag_notes.errors import InputError
from rag_notes.export.markdown import BLOCK_HEADINGS, to_markdown
from rag_notes.ground.words import content_stems
from rag_notes.pipeline.state import LOGISTICS_TITLE
from rag_notes.schema import Notes, Section

MOST_ITEMS = 15  # statements under one heading
MOST_WORDS = 400  # under one heading
_SAME = 0.6  # of a section's statements that stand in another one too
_TITLE_WORDS = range(2, 9)
_INTRODUCTION = re.compile(r"^(?:an? )?(?:introduction|overview|lecture)\b", re.IGNORECASE)
_WORD_LIST = re.compile(r"^\w[\w-]*(?:, \w[\w-]*)+$")
# Kinds of fault, in the order of the table.
KINDS = (
    "section without a statement",
    "section twice",
    "heading with too much under it",
    "topic out of the order of time",
    "title twice",
    "title too short or long",
    "title that names no subject",
    "Markdown that does not render",
    "notes.md says other than notes.json",
    "number that no cited passage says",
)


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong, by its kind, and where."""

    kind: str
    where: str


@dataclass(frozen=True, slots=True)
class Structure:
    """Faults of one lecture's notes, the headings in use, the title words that are borne out."""

    name: str
    faults: tuple[Fault, ...]
    blocks: tuple[str, ...]
    titles: Share


def examine(lecture: Lecture) -> Structure:
    """All that is wrong with the form of a lecture's notes."""
    topics = lecture.topics
    found = [*_sizes(topics), *_copies(topics), *_order(topics, lecture), *_titles(topics)]
    found += [Fault(KINDS[7], fault) for fault in _rendering(lecture.finished.notes)]
    found += [Fault(KINDS[8], fault) for fault in _on_disk(lecture)]
    found += [Fault(KINDS[9], number) for number in uncited_numbers(lecture.finished)]
    used = {block.kind for one in topics for block in one.blocks if block.claims}
    blocks = tuple(heading for kind, heading in BLOCK_HEADINGS.items() if kind in used)
    return Structure(lecture.name, tuple(found), blocks, _title_words(topics))


def structure_table(found: Sequence[Structure]) -> str:
    """Counts of each kind of fault per lecture, then the faults themselves."""
    head = ("", *(f"`{one.name}`" for one in found))
    rows = [
        [kind, *(str(sum(fault.kind == kind for fault in one.faults)) for one in found)]
        for kind in KINDS
    ]
    rows.append(["words of topic titles that the topic says", *(str(one.titles) for one in found)])
    rows.append([f"headings in use of {len(BLOCKS)}", *(str(len(one.blocks)) for one in found)])
    return table(head, rows)


# --- sections ------------------------------------------------------------------------------------


def _sizes(topics: Sequence[Section]) -> Iterator[Fault]:
    for section in topics:
        if not claims_in(section):
            yield Fault(KINDS[0], section.title)
        for kind, title in dict.fromkeys((block.kind, block.title) for block in section.blocks):
            blocks = [
                block for block in section.blocks if (block.kind, block.title) == (kind, title)
            ]
            claims = [one for block in blocks for one in block.claims]
            words = sum(len(one.text.split()) for one in claims)
            if len(claims) > MOST_ITEMS or words > MOST_WORDS:
                where = f"{section.title}, {kind}: {len(claims)} statements, {words} words"
                yield Fault(KINDS[2], where)


def _copies(topics: Sequence[Section]) -> Iterator[Fault]:
    texts = [{claim.text for claim in claims_in(section)} for section in topics]
    for later, section in enumerate(topics):
        for earlier in range(later):
            shared = len(texts[earlier] & texts[later])
            if shared and shared >= _SAME * min(len(texts[earlier]), len(texts[later])):
                yield Fault(KINDS[1], f"{topics[earlier].title} / {section.title}")


def _order(topics: Sequence[Section], lecture: Lecture) -> Iterator[Fault]:
    """By where a topic begins; where that is not known, by the middle of what it cites.

    What is said of the running of the course is gathered from all of the lecture.
    """
    place = {chunk.id: at for at, chunk in enumerate(lecture.finished.chunks)}
    begun: list[tuple[float, str]] = []
    for section in topics:
        cited = [
            place[one.chunk]
            for claim in claims_in(section)
            for one in claim.citations
            if one.kind == "speech" and one.chunk in place
        ]
        if section.title == LOGISTICS_TITLE or not (section.span or cited):
            continue
        begins = section.span[0] if section.span else float(median(cited))
        begun.append((begins, section.title))
    kept = _longest_rise([begins for begins, _ in begun])
    yield from (Fault(KINDS[3], title) for at, (_, title) in enumerate(begun) if at not in kept)


def _longest_rise(values: Sequence[float]) -> frozenset[int]:
    """Places of the longest run of values that never fall, others left out."""
    best: list[tuple[int, ...]] = [()]
    for at, value in enumerate(values):
        before = [run for run in best if not run or values[run[-1]] <= value]
        longest = max(before, key=len)
        best.append((*longest, at))
    rise = max(best, key=len)
    return frozenset(rise)


# --- titles --------------------------------------------------------------------------------------


def _titles(topics: Sequence[Section]) -> Iterator[Fault]:
    seen: set[str] = set()
    for title in (section.title for section in topics):
        if title.casefold() in seen:
            yield Fault(KINDS[4], title)
        seen.add(title.casefold())
        if len(title.split()) not in _TITLE_WORDS:
            yield Fault(KINDS[5], title)
        if _INTRODUCTION.search(title) or _WORD_LIST.search(title):
            yield Fault(KINDS[6], title)


def _title_words(topics: Sequence[Section]) -> Share:
    said = total = 0
    for section in topics:
        words = set(content_stems(section.title))
        text = " ".join(claim.text for claim in claims_in(section))
        said += len(words & set(content_stems(text)))
        total += len(words)
    return Share(said, total)


# --- files ---------------------------------------------------------------------------------------


def _rendering(notes: Notes) -> tuple[str, ...]:
    return faults_of(to_markdown(notes, media=None, slides=None))


def _on_disk(lecture: Lecture) -> Iterator[str]:
    """Where the file beside notes.json lacks a claim of it or does not render, or is not there."""
    file = lecture.folder / "notes.md"
    if not file.is_file():
        yield "no notes.md"
        return
    letters = re.compile(r"[\W_]+")
    there = letters.sub("", _without_links(file))
    claims = [claim for one in lecture.topics for claim in claims_in(one)]
    lost = [one.id for one in claims if letters.sub("", one.text) not in there]
    if lost:
        yield f"{len(lost)} of {len(claims)} statements stand in notes.json alone, as {lost[0]}"


def _without_links(file: Path) -> str:
    try:
        text = file.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise InputError(f"{file}: expected UTF-8, found {error.reason}; export it again") from None
    return re.sub(r"\]\([^)]*\)", "]", text).replace("&lt;", "<").replace("&#124;", "|")
