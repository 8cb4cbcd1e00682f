"""From notes and a lecture to verdicts: the stages in their order.

In: the notes' file, ours or anyone's, and what they are of; out: each claim with its verdict.
Writes nothing and needs no model but the one that embeds.
"""

import re
from dataclasses import dataclass, replace
from pathlib import Path

from rag_notes import codec, store
from rag_notes.answers import Statement, Verification
from rag_notes.config import Config
from rag_notes.errors import InputError, MissingFileError
from rag_notes.pipeline.engines import load_embedder, plan_engines, require_models
from rag_notes.pipeline.reading import read_with_slides
from rag_notes.pipeline.report import Reporter, SilentReporter
from rag_notes.schema import Chunk, Lecture, Notes

_NOTES_MIB = 4
_JSON = re.compile(r'\s*\{\s*"')  # no Markdown begins so
_FILES = (".srt", ".vtt", ".json", ".txt", ".md", ".pdf")  # endings of files, not of lectures


@dataclass(frozen=True, slots=True)
class VerifyRequest:
    """Notes as Markdown or notes.json; `against` is a lecture's name or folder, or a transcript."""

    notes: Path
    against: str


def verify_notes(
    request: VerifyRequest, config: Config, report: Reporter | None = None
) -> Verification:
    """Say of every claim of the notes whether the lecture carries it.

    Raises InputError where one of the two cannot be read or holds nothing to verify, ModelError.
    """
    from rag_notes.export.cite import label
    from rag_notes.ground.gate import Gate
    from rag_notes.ground.sentences import embed_sentences
    from rag_notes.ground.verdicts import check_notes, check_statements

    report = report or SilentReporter()
    # Only the embedder is needed, and that not for long: no GPU is looked for.
    plan = plan_engines(config if config.preset == "tiny" else replace(config, preset="cpu"))
    found = _read_notes(request.notes)
    chunks = _passages(request.against, config, report)
    require_models(plan.search_models, config, report)
    with report.stage("embed"):
        embedder = load_embedder(plan, config)
        read = read_with_slides(chunks).read
        gate = Gate(embed_sentences(chunks, embedder, read=read), embedder)
    with report.stage("verify") as progress:
        if isinstance(found, Notes):
            claims = check_notes(found, gate, chunks, label, progress)
        else:
            claims = check_statements(found, gate, chunks, progress)
    if not claims:
        raise InputError(f"{request.notes}: there is nothing in these notes to verify")
    return Verification(claims)


def verdict_table(found: Verification, *, width: int) -> str:
    """Text of a verification in lines of at most `width` characters."""
    from rag_notes.export.verdicts import to_table

    return to_table(found, width=width)


def _read_notes(path: Path) -> Notes | tuple[Statement, ...]:
    """Notes of ours where the file holds such, else the statements of its Markdown."""
    from rag_notes.export.notices import LEFT_OUT_HEADING, NOTICES
    from rag_notes.ingest.statements import read_statements
    from rag_notes.ingest.textfile import read_text

    text = read_text(path, "notes", expected="Markdown or a notes.json", most_mib=_NOTES_MIB)
    try:
        if path.suffix.lower() == ".json" or _JSON.match(text):
            return codec.decode_notes(text.encode())
        return read_statements(text, notices=NOTICES, end=LEFT_OUT_HEADING)
    except InputError as error:
        raise InputError(f"{path}: {error}") from error


def _passages(against: str, config: Config, report: Reporter) -> tuple[Chunk, ...]:
    """Passages of a transcript file, else of a lecture; what was repaired in it is reported."""
    path = Path(against).expanduser()
    if path.is_file():
        from rag_notes.ingest.captions import read_captions
        from rag_notes.ingest.chunk import make_chunks

        read = read_captions(path, say=report.say, lost=report.say)
        chunks = make_chunks(Lecture(path.stem, read), config)
    elif path.suffix.lower() in _FILES and not path.is_dir():
        raise MissingFileError(path, "--against")
    else:
        folder = store.find_lecture(against, config)
        file = folder / "chunks.jsonl"
        if not file.is_file():
            raise InputError(
                f"{folder.name} has no passages yet; run its `rag-notes make` again to finish it"
            )
        chunks = codec.decode_chunks(file.read_bytes())
    if not chunks:
        raise InputError(f"{against}: there are no words in it to hold the notes against")
    return chunks
