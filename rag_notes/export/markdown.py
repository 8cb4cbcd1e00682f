"""Notes -> `notes.md`: the headings and print forms of the notes that a student reads.

In: Notes and what its citations link to; out: one Markdown text that says what the notes say and,
but for the fixed notices below, no sentence more. Text of the lecture, the LLM and the user is
escaped.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence

from rag_notes import models
from rag_notes.export import notation
from rag_notes.export.cite import Places, is_url, label, stamp
from rag_notes.export.escape import escape_markdown, plain
from rag_notes.export.notices import (
    ASKED,
    BY_WORDS,
    CITED_SECONDS,
    CITED_WORDS,
    CORRECTED,
    HOW_TO_READ,
    HOW_TO_READ_UNCLEAR,
    LEFT_OUT_HEADING,
    MADE_FROM,
    MINI_OUTLINE,
    NEAREST,
    NOT_ANSWERED,
    NOTHING,
    PAGES_LEFT_OUT,
    QUESTION,
    READ_AS,
    REJECTED,
    STEERED,
    STEERED_AWAY,
    TRANSLATED,
    UNCLEAR,
    WINDOWS_LEFT_OUT,
    Say,
    in_language,
)
from rag_notes.schema import (
    INSTRUCTION,
    LEFT_OUT,
    Block,
    BlockKind,
    Citation,
    Claim,
    Correction,
    Coverage,
    Notes,
    Rejected,
    Section,
    SectionKind,
)

# Headings of blocks inside a topic, in the order of printing.
BLOCK_HEADINGS: dict[BlockKind, str] = {
    "overview": "Overview",
    "explanation": "Detailed Explanation",
    "procedure": "Procedure",
    "example": "Worked Example",
    "implementation": "Implementation Notes",
    "visual": "Visual Takeaway",
    "confusion": "Common Confusions",
    "question": "Check Yourself",
}

_PARAGRAPH = 4  # sentences
_IN_STEPS = re.compile(r"\bfirst,.*; second,", re.IGNORECASE)


def to_markdown(
    notes: Notes,
    *,
    media: str | None,
    slides: str | None,
    transcript: str | None = "transcript.md",
    pictures: str | None = None,
) -> str:
    """Write the notes as Markdown.

    `media`, `slides` and `transcript` are http(s) URLs or paths relative to where the text will
    lie, `pictures` is a folder; what is None is cited without a link.

    Raises InputError where a URL is none.
    """
    places, say = Places(media, slides, transcript, pictures), in_language(notes.language)
    nothing = say(STEERED_AWAY if _is_steered(notes) else NOTHING)
    parts = [
        _head(notes, places, say),
        _answer(notes, places, say),
        _part("## 1) Learning Goals", _sections(notes, "goals"), places, nothing),
        _part("## 2) The Story in One Page", _sections(notes, "story"), places, nothing),
        _topics(_sections(notes, "topic"), places, nothing),
        _part("## 4) Glossary", _sections(notes, "glossary"), places),
        _part("## 5) Summary Checklist", _sections(notes, "checklist"), places),
        _part("## 6) Numbers and Hyperparameters", _sections(notes, "numbers"), places),
        _left_out(notes, places, say),
    ]
    return "\n\n".join(paragraph for part in parts for paragraph in part) + "\n"


# --- parts: each is the list of its paragraphs ----------------------------------------------------


def _head(notes: Notes, places: Places, say: Say) -> list[str]:
    made = notes.provenance
    files = [_file_name(place) for place in (places.media, places.slides) if place]
    made_from = say(MADE_FROM).format(
        version=escape_markdown(made.rag_notes),
        files=" and ".join(files) or "a transcript",
        transcriber=escape_markdown(made.transcriber) or "none",
        embedder=escape_markdown(made.embedder) or "none",
        llm=escape_markdown(made.llm) or "none",
    )
    title = escape_markdown(notes.title) or "Lecture"
    lines = [made_from, say(HOW_TO_READ)]
    if any(_rests_on_doubt(claim.citations) for claim in _claims(notes)):
        lines.append(say(HOW_TO_READ_UNCLEAR))
    if notes.translated_from is not None:
        claims = list(_claims(notes))
        kept = sum(claim.original is None for claim in claims)
        lines.append(say(TRANSLATED).format(kept=kept, count=len(claims)))
    if _is_instruction(notes):
        lines += _asked(notes, say, ASKED)
    return [f"# {title}", "\n>\n".join(f"> {line}" for line in lines)]


def _asked(notes: Notes, say: Say, notice: str) -> list[str]:
    """What the user wrote and how it was read."""
    query, reading = escape_markdown(notes.query or ""), escape_markdown(notes.query_reading or "")
    asked = [say(notice).format(query=query)] if query else []
    return [*asked, say(READ_AS).format(reading=reading)] if reading else asked


def _is_steered(notes: Notes) -> bool:
    return INSTRUCTION in (notes.query_reading or "")


def _is_instruction(notes: Notes) -> bool:
    """Whether the query asks nothing that could be answered."""
    return (notes.query_reading or "").startswith(INSTRUCTION) and not _sections(notes, "answer")


def _answer(notes: Notes, places: Places, say: Say) -> list[str]:
    sections = _sections(notes, "answer")
    if (notes.query is None and not sections) or _is_instruction(notes):
        return []
    asked = _asked(notes, say, QUESTION)
    parts = ["## Answer to your question"]
    parts += ["\n>\n".join(f"> {line}" for line in asked)] if asked else []
    said = [text for section in sections for text in _blocks(section, places)]
    parts += said or [say(NOT_ANSWERED)]
    nearest = [
        f"- “{escape_markdown(citation.quote)}” {_links([citation], places)}"
        for section in sections
        for citation in section.nearest
    ]
    return [*parts, say(NEAREST), "\n".join(nearest)] if nearest else parts


def _part(
    heading: str, sections: Sequence[Section], places: Places, nothing: str = ""
) -> list[str]:
    said = [text for section in sections for text in _blocks(section, places)]
    if said:
        return [heading, *said]
    return [heading, nothing] if nothing else []


def _topics(sections: Sequence[Section], places: Places, nothing: str) -> list[str]:
    parts = ["## 3) Main Notes"]
    for number, section in enumerate(sections, start=1):
        parts.append(f"### 3.{number} {escape_markdown(section.title)}".rstrip())
        if section.span is not None:
            first, last = section.span
            parts.append(f"{_moment(first, places)} – {_moment(last, places)}")
        parts += _blocks(section, places, BLOCK_HEADINGS) or [nothing]
    return parts if sections else [*parts, nothing]


def _left_out(notes: Notes, places: Places, say: Say) -> list[str]:
    steered = [one for one in notes.rejected if one.reason == LEFT_OUT]
    failed = [one for one in notes.rejected if one.reason != LEFT_OUT]
    parts = [
        *_cited(notes.coverage, say),
        *_searched(notes, say),
        *_windows(notes.coverage, places, say),
        *_pages(notes.coverage, places, say),
        *_rejected(steered, say(STEERED), "Statements left out"),
        *_rejected(failed, say(REJECTED), "Rejected statements"),
        *_corrected(notes.corrections, places, say),
    ]
    return [LEFT_OUT_HEADING, *parts] if parts else []


def _cited(coverage: Coverage, say: Say) -> list[str]:
    if coverage.cited >= 1:
        return []
    notice = CITED_SECONDS if coverage.timed else CITED_WORDS
    return [say(notice).format(share=int(coverage.cited * 100))]


def _searched(notes: Notes, say: Say) -> list[str]:
    return [] if models.knows(notes.provenance.embedder, notes.language) else [say(BY_WORDS)]


def _windows(coverage: Coverage, places: Places, say: Say) -> list[str]:
    rows = []
    for window in coverage.windows:
        if window.claims:
            continue
        if coverage.timed:
            ends = [_moment(window.start, places), _moment(window.end, places)]
        else:
            ends = [_paragraph(int(end), places) for end in (window.start, window.end)]
        rows.append([*ends, escape_markdown(window.reason or "")])
    return [say(WINDOWS_LEFT_OUT), _table(("From", "To", "Why"), rows)] if rows else []


def _pages(coverage: Coverage, places: Places, say: Say) -> list[str]:
    rows = [
        [
            _link(f"p. {page.number}", places.page(page.number)),
            escape_markdown(page.reason or ""),
        ]
        for page in coverage.pages
        if not page.claims
    ]
    return [say(PAGES_LEFT_OUT), _table(("Page", "Why"), rows)] if rows else []


def _rejected(rejected: Sequence[Rejected], notice: str, summary: str) -> list[str]:
    rows = [
        [escape_markdown(item.text), escape_markdown(item.section), escape_markdown(item.reason)]
        for item in rejected
    ]
    if not rows:
        return []
    return [
        notice.format(count=len(rows)),
        f"<details><summary>{summary}</summary>",
        _table(("Statement", "Part", "Why"), rows),
        "</details>",
    ]


def _corrected(corrections: Sequence[Correction], places: Places, say: Say) -> list[str]:
    rows = [
        [
            escape_markdown(one.heard),
            escape_markdown(one.read),
            _link(f"p. {one.page}", places.page(one.page)),
            str(one.count),
        ]
        for one in corrections
    ]
    return [say(CORRECTED), _table(("Heard", "Read as", "Slide", "Times"), rows)] if rows else []


# --- blocks ---------------------------------------------------------------------------------------


def _blocks(
    section: Section, places: Places, headings: dict[BlockKind, str] | None = None
) -> list[str]:
    """Blocks in the order of `headings` (kinds without one last), each heading once."""
    order = list(headings or {})
    ranked = sorted(
        section.blocks, key=lambda b: order.index(b.kind) if b.kind in order else len(order)
    )
    parts: list[str] = []
    last = None
    for block in ranked:
        claims = [claim for claim in block.claims if plain(claim.text)]
        if not claims:
            continue
        if block.kind != last and headings and block.kind in headings:
            parts.append(f"#### {headings[block.kind]}")
        if block.kind != last and block.kind == "outline":
            parts.append(MINI_OUTLINE)
        last = block.kind
        parts += _block(block, claims, places, titled=headings is not None)
    return parts


def _block(block: Block, claims: Sequence[Claim], places: Places, *, titled: bool) -> list[str]:
    said = _STYLES.get(block.kind, _bullets)(claims, places)
    title = plain(block.title or "")
    if titled and title and title != BLOCK_HEADINGS.get(block.kind):
        return [f"##### {escape_markdown(title)}", *said]
    return said


def _paragraphs(claims: Sequence[Claim], places: Places) -> list[str]:
    count = -(-len(claims) // _PARAGRAPH)
    size = -(-len(claims) // count)
    return [
        " ".join(_sentence(claim, places) for claim in claims[first : first + size])
        for first in range(0, len(claims), size)
    ]


def _bullets(claims: Sequence[Claim], places: Places) -> list[str]:
    return [
        _rows(run, places)
        if run.columns
        else "\n".join(f"- {_sentence(claim, places)}" for claim in run.claims)
        for run in notation.runs(claims)
    ]


def _rows(run: notation.Run, places: Places) -> str:
    """Rows of a slide's table, under its columns."""
    rows = [
        [*map(escape_markdown, notation.cells(claim.text)), _where(claim, places)]
        for claim in run.claims
    ]
    return _table((*map(escape_markdown, run.columns), "Where"), rows)


def _checks(claims: Sequence[Claim], places: Places) -> list[str]:
    return ["\n".join(f"- [ ] {_sentence(claim, places)}" for claim in claims)]


def _procedure(claims: Sequence[Claim], places: Places) -> list[str]:
    """Numbered steps; where statements each tell several, they are no steps of one procedure."""
    told = any(_IN_STEPS.search(claim.text) for claim in claims)
    return (_bullets if told else _steps)(claims, places)


def _steps(claims: Sequence[Claim], places: Places) -> list[str]:
    numbered = enumerate(claims, start=1)
    return ["\n".join(f"{number}. {_sentence(claim, places)}" for number, claim in numbered)]


def _questions(claims: Sequence[Claim], places: Places) -> list[str]:
    return [
        "\n\n".join(
            _question(f"{number}. ", claim, places) for number, claim in enumerate(claims, start=1)
        )
    ]


def _question(marker: str, claim: Claim, places: Places) -> str:
    parts = [_sentence(claim, places)]
    if claim.answer is not None and plain(claim.answer.text):
        parts.append("<details><summary>Answer</summary>")
        parts.append(_sentence(claim.answer, places))
        parts.append("</details>")
    return marker + f"\n\n{' ' * len(marker)}".join(parts)


def _terms(claims: Sequence[Claim], places: Places) -> list[str]:
    rows = [[_bold(claim.term or claim.value), *_meaning(claim, places)] for claim in claims]
    return [_table(("Term", "Meaning", "Where"), rows)]


def _numbers(claims: Sequence[Claim], places: Places) -> list[str]:
    rows = [[_bold(claim.value or claim.term), *_meaning(claim, places)] for claim in claims]
    return [_table(("Value", "What it is", "Where"), rows)]


def _meaning(claim: Claim, places: Places) -> tuple[str, str]:
    return escape_markdown(claim.text), _where(claim, places)


_STYLES: dict[BlockKind, Callable[[Sequence[Claim], Places], list[str]]] = {
    "answer": _paragraphs,
    "story": _paragraphs,
    "overview": _paragraphs,
    "outline": _steps,
    "procedure": _procedure,
    "question": _questions,
    "term": _terms,
    "check": _checks,
    "number": _numbers,
}


# --- inline ---------------------------------------------------------------------------------------


def _sentence(claim: Claim, places: Places) -> str:
    formula = notation.latex(claim.text)
    text = escape_markdown(claim.text) if formula is None else f"${formula}$"
    return f"{text} {_where(claim, places)}".rstrip()


def _where(claim: Claim, places: Places) -> str:
    """Citations of a claim, marked where it rests on doubtful words alone."""
    mark = f" *{UNCLEAR}*" if _rests_on_doubt(claim.citations) else ""
    return f"{_links(claim.citations, places)}{mark}"


def _rests_on_doubt(citations: Sequence[Citation]) -> bool:
    return bool(citations) and all(one.confidence is not None for one in citations)


def _links(citations: Iterable[Citation], places: Places) -> str:
    return " ".join(dict.fromkeys(_cite(citation, places) for citation in citations))


def _cite(citation: Citation, places: Places) -> str:
    return _link(label(citation), places.of(citation))


def _moment(seconds: float, places: Places) -> str:
    return _link(stamp(seconds), places.moment(seconds))


def _paragraph(number: int, places: Places) -> str:
    return _link(f"¶ {number}", places.paragraph(number))


def _link(text: str, target: str | None) -> str:
    return f"[{text}]" if target is None else f"[{text}]({target})"


def _bold(text: str | None) -> str:
    escaped = escape_markdown(text or "")
    return f"**{escaped}**" if escaped else ""


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(cells) + " |" for cells in lines)


def _file_name(place: str) -> str:
    return escape_markdown(place if is_url(place) else place.replace("\\", "/").rsplit("/", 1)[-1])


def _sections(notes: Notes, kind: SectionKind) -> list[Section]:
    return [section for section in notes.sections if section.kind == kind]


def _claims(notes: Notes) -> Iterator[Claim]:
    for section in notes.sections:
        for block in section.blocks:
            for claim in block.claims:
                yield from (claim, claim.answer) if claim.answer else (claim,)
