"""`scripts/evaluate`: measure what the notes' claims are worth, and print it as Markdown."""

import argparse
import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path

from evaluation.lectures import measure_lectures, read_lectures
from evaluation.plants import measure_articles, measure_paraphrases
from evaluation.reference import measure_reference
from evaluation.second import measure_second
from evaluation.tables import put_between
from evaluation.vectors import KeptEmbedder, cache_folder
from evaluation.wice import measure_wice
from rag_notes.config import Config, load_config, usable_cores
from rag_notes.errors import RagNotesError
from rag_notes.pipeline.engines import cached_llm, load_embedder, plan_engines, require_models
from rag_notes.pipeline.report import SilentReporter
from rag_notes.protocols import Embedder

_CHECKOUT = Path(__file__).resolve().parents[2]
_DOCUMENT = _CHECKOUT / "docs" / "EVALUATION.md"
_PARTS = ("plants", "wice", "notes")
_ASKED = "second"  # a part that asks the LLM, measured only where it is named


class Bench:
    """What the parts measure with; the embedder is loaded when first asked for."""

    def __init__(self, config: Config, data: Path, lectures: Path) -> None:
        """Measure on `data` (see RAG_NOTES_DATA) and the folder of `lectures`."""
        self.config = config
        self.data = data
        self.lectures = lectures

    @cached_property
    def embedder(self) -> KeptEmbedder:
        """The embedder that is shipped, behind a file of vectors."""
        return KeptEmbedder(self._load(self.config), cache_folder())

    @cached_property
    def single(self) -> Embedder:
        """The same on one thread, to be timed; all that is embedded later is, too."""
        return self._load(replace(self.config, threads=1))

    @staticmethod
    def _load(config: Config) -> Embedder:
        plan = plan_engines(config)
        require_models(plan.search_models, config, SilentReporter())
        return load_embedder(plan, config)


@dataclass(frozen=True, slots=True)
class Table:
    """A table of a part, by the name of its markers; skipped where nothing matches `needs`."""

    part: str
    name: str
    folder: Path
    needs: str
    measure: Callable[[Bench], str]

    @property
    def can_be_measured(self) -> bool:
        """Whether its data is here."""
        return self.folder.is_dir() and any(self.folder.glob(self.needs))


def main() -> int:
    """Measure what was asked for, print it and, with --write, put it into the document."""
    arguments = _parser().parse_args()
    try:
        return _run(arguments)
    except RagNotesError as error:
        print(f"scripts/evaluate: {error}", file=sys.stderr)
        return error.exit_code


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="scripts/evaluate",
        description="Measure the gate and finished notes; MiniLM must be here.",
    )
    parser.add_argument("what", choices=["grounding"], help="what to measure")
    parser.add_argument(
        "--only",
        metavar="PARTS",
        default=",".join(_PARTS),
        help=f"some of {','.join((*_PARTS, _ASKED))}; {_ASKED} asks the LLM",
    )
    parser.add_argument(
        "--lectures",
        type=Path,
        metavar="DIR",
        help="folder of finished lectures, by default indexes/",
    )
    parser.add_argument(
        "--write", action="store_true", help="put the tables into docs/EVALUATION.md"
    )
    return parser


def _run(arguments: argparse.Namespace) -> int:
    wanted = arguments.only.split(",")
    if unknown := set(wanted) - {*_PARTS, _ASKED}:
        print(f"scripts/evaluate: no part {min(unknown)!r}; there are {_PARTS}", file=sys.stderr)
        return 2
    config = load_config()
    bench = Bench(config, _shared_data(), arguments.lectures or config.indexes)
    for one in _tables(bench):
        if one.part not in wanted:
            continue
        if not one.can_be_measured:
            print(f"{one.name}: skipped, no {one.needs} in {one.folder}", file=sys.stderr)
            continue
        text = f"{one.measure(bench)}\n\n{_measured()}"
        print(f"\n{text}", flush=True)
        if arguments.write:
            put_between(_DOCUMENT, one.name, text)
    return 0


def _tables(bench: Bench) -> tuple[Table, ...]:
    captions, wice = bench.data / "hf_course" / "subtitles", bench.data / "wice"
    chunks = "oracle_chunks_claim_dev.jsonl"
    return (
        Table("plants", "paraphrases", captions, "*.srt", _paraphrases),
        Table(
            "plants", "wice-plants", wice, chunks, lambda at: measure_articles(at.data, at.embedder)
        ),
        Table(
            "wice", "wice", wice, chunks, lambda at: measure_wice(at.data, at.embedder, at.single)
        ),
        Table(_ASKED, "wice-second", wice, chunks, _second),
        Table("notes", "lectures", bench.lectures, "*/notes.json", _lectures),
        Table("notes", "reference", bench.data / "cs336_01", "*.md", _reference),
    )


def _second(bench: Bench) -> str:
    llm = cached_llm(plan_engines(bench.config), bench.config, cache_folder())
    return measure_second(bench.data, bench.embedder, llm)


def _paraphrases(bench: Bench) -> str:
    return measure_paraphrases(bench.data, bench.embedder, bench.config)


def _lectures(bench: Bench) -> str:
    return measure_lectures(read_lectures(bench.lectures), bench.embedder)


def _reference(bench: Bench) -> str:
    return measure_reference(bench.data / "cs336_01", bench.config)


def _shared_data() -> Path:
    named = os.environ.get("RAG_NOTES_DATA")
    return Path(named).expanduser() if named else _CHECKOUT.parent / "shared" / "data"


def _measured() -> str:
    """What a figure holds for: the day, the state of the package, the machine."""
    commit = _git("log", "-1", "--format=%h", "--", "rag_notes") or "unknown"
    changed = " with changes" if _git("status", "--porcelain", "--", "rag_notes") else ""
    today = datetime.now(UTC).date().isoformat()
    return f"Measured on {today}, rag_notes at {commit}{changed}, {usable_cores()} cores."


def _git(*arguments: str) -> str:
    done = subprocess.run(
        ["git", *arguments], cwd=_CHECKOUT, capture_output=True, text=True, check=False
    )
    return done.stdout.strip()


if __name__ == "__main__":
    sys.exit(main())
