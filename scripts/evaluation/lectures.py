"""Finished lectures: valid citations, numbers that are cited, coverage, what `verify` supports.

In: a folder of lectures and an embedder. Out: a table with a row for our notes and one for each
control. Nothing here knows how notes are made.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from evaluation.controls import copy_top_passages, first_sentences
from evaluation.judges import sentences_of
from evaluation.statistics import Share
from evaluation.tables import table
from evaluation.vectors import KeptEmbedder
from rag_notes import codec
from rag_notes.export.cite import label
from rag_notes.ground.coverage import measure_coverage
from rag_notes.ground.gate import Gate
from rag_notes.ground.numbers import unsaid_numbers
from rag_notes.ground.sentences import embed_sentences
from rag_notes.ground.verdicts import check_notes
from rag_notes.schema import Chunk, Citation, Claim, Notes, Section

_ROUNDING = 0.001  # seconds; the files keep 3 decimals
_HEAD = (
    "lecture",
    "notes",
    "claims",
    "citations that are valid",
    "numbers not cited",
    "windows with a claim",
    "supported by `verify`",
)
_BARS = ("", "wanted", "", "100 %", "0", "", "")


@dataclass(frozen=True, slots=True)
class Finished:
    """A lecture that has notes, by the name of its folder; `duration` is in seconds."""

    name: str
    notes: Notes
    chunks: tuple[Chunk, ...]
    duration: float | None


@dataclass(frozen=True, slots=True)
class Figures:
    """Counts over some notes of a lecture."""

    claims: int
    valid: Share
    uncited_numbers: int
    windows: Share
    supported: Share

    def cells(self) -> list[str]:
        """Print form, in the order of the table."""
        counts = str(self.claims), str(self.valid), str(self.uncited_numbers)
        return [*counts, str(self.windows), str(self.supported)]


def measure_lectures(lectures: Sequence[Finished], embedder: KeptEmbedder) -> str:
    """Table of the figures of each lecture's notes and of two controls made of it."""
    rows = []
    for lecture in lectures:
        embedder.prepare([text for chunk in lecture.chunks for text in sentences_of(chunk)])
        gate = Gate(embed_sentences(lecture.chunks, embedder), embedder)
        size = sum(1 for _ in claims_of(lecture.notes))
        kinds = {
            "ours": lecture.notes,
            "copy the top passage": copy_top_passages(lecture.notes, lecture.chunks, embedder),
            f"first {size} sentences": first_sentences(lecture.notes, lecture.chunks, size),
        }
        for name, notes in kinds.items():
            figures = count_notes(notes, lecture.chunks, lecture.duration, gate)
            rows.append([f"`{lecture.name}`", name, *figures.cells()])
    return table(_HEAD, [*rows, _BARS])


def read_lectures(folder: Path) -> tuple[Finished, ...]:
    """Every lecture below `folder` whose notes are finished, by name."""
    files = sorted(folder.glob("*/notes.json")) if folder.is_dir() else []
    return tuple(_read(file.parent) for file in files)


def _read(folder: Path) -> Finished:
    transcript = codec.decode_transcript((folder / "transcript.json").read_bytes())
    return Finished(
        folder.name,
        codec.decode_notes((folder / "notes.json").read_bytes()),
        codec.decode_chunks((folder / "chunks.jsonl").read_bytes()),
        transcript.duration,
    )


def count_notes(
    notes: Notes, chunks: Sequence[Chunk], duration: float | None, gate: Gate
) -> Figures:
    """Count over all claims of the notes, those that restate others and answers included."""
    known = {chunk.id: chunk for chunk in chunks}
    claims = list(claims_of(notes))
    cited = [(section, one) for section, claim in claims for one in claim.citations]
    valid = sum(is_valid(one, section, known) for section, one in cited)
    windows = measure_coverage(notes.sections, chunks, duration=duration).windows
    verdicts = check_notes(notes, gate, chunks, label, lambda _done, _total: None)
    return Figures(
        claims=len(claims),
        valid=Share(valid, len(cited)),
        uncited_numbers=sum(len(_uncited(claim, known)) for _, claim in claims),
        windows=Share(sum(window.claims > 0 for window in windows), len(windows)),
        supported=Share(sum(one.verdict == "supported" for one in verdicts), len(verdicts)),
    )


def claims_of(notes: Notes) -> Iterator[tuple[Section, Claim]]:
    """Each claim with its section; a question claims nothing, its answer does."""
    for section in notes.sections:
        for block in section.blocks:
            for claim in block.claims:
                if block.kind != "question":
                    yield section, claim
                if claim.answer:
                    yield section, claim.answer


def is_valid(citation: Citation, section: Section, known: Mapping[str, Chunk]) -> bool:
    """Whether the passage exists, was retrieved, says the quote and is where the citation leads."""
    chunk = known.get(citation.chunk)
    if chunk is None or chunk.id not in section.retrieved:
        return False
    quoted = bool(citation.quote.strip()) and citation.quote in " ".join(chunk.text.split())
    return quoted and _leads_there(citation, chunk)


def uncited_numbers(lecture: Finished) -> tuple[str, ...]:
    """Numbers of the notes, claim by claim, that no passage cited there contains."""
    known = {chunk.id: chunk for chunk in lecture.chunks}
    return tuple(one for _, claim in claims_of(lecture.notes) for one in _uncited(claim, known))


def _leads_there(citation: Citation, chunk: Chunk) -> bool:
    if citation.kind != chunk.kind:
        return False
    if chunk.kind == "slide":
        return citation.page == chunk.page
    if chunk.start is None or chunk.end is None:
        return citation.start is None and citation.paragraph == chunk.paragraph
    if citation.start is None or citation.end is None:
        return False
    first, last = chunk.start - _ROUNDING, chunk.end + _ROUNDING
    return first <= citation.start <= citation.end <= last


def _uncited(claim: Claim, known: Mapping[str, Chunk]) -> tuple[str, ...]:
    """Numbers of a claim, its term and value included, that no passage it cites contains."""
    whole = " ".join(part for part in (claim.term, claim.value, claim.text) if part)
    cited = [known[one.chunk].text for one in claim.citations if one.chunk in known]
    return unsaid_numbers(whole, cited)
