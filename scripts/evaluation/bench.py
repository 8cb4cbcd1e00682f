"""What a measurement measures with, and how its tables come to paper.

In: the configuration, the data of other people, a part's tables. Out: Markdown on stdout and, with
`--write`, between the markers of docs/EVALUATION.md. Knows nothing of what is measured.
"""

import os
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path

from evaluation.tables import put_between
from evaluation.vectors import KeptEmbedder, cache_folder
from rag_notes.config import Config, load_config, usable_cores
from rag_notes.pipeline.engines import load_embedder, plan_engines, require_models
from rag_notes.pipeline.report import SilentReporter
from rag_notes.protocols import Embedder

CHECKOUT = Path(__file__).resolve().parents[2]
DOCUMENT = CHECKOUT / "docs" / "EVALUATION.md"


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


def open_bench(lectures: Path | None = None) -> Bench:
    """Bench on this machine's configuration and data; `lectures` is by default indexes/."""
    config = load_config()
    return Bench(config, _shared_data(), lectures or config.indexes)


def print_tables(bench: Bench, tables: Sequence[Table], *, write: bool) -> None:
    """Measure each table whose data is here, print it and, if asked to, write it down."""
    for one in tables:
        if not one.can_be_measured:
            print(f"{one.name}: skipped, no {one.needs} in {one.folder}", file=sys.stderr)
            continue
        text = f"{one.measure(bench)}\n\n{_measured()}"
        print(f"\n{text}", flush=True)
        if write:
            put_between(DOCUMENT, one.name, text)


def _shared_data() -> Path:
    named = os.environ.get("RAG_NOTES_DATA")
    return Path(named).expanduser() if named else CHECKOUT.parent / "shared" / "data"


def _measured() -> str:
    """What a figure holds for: the day, the state of the package, the machine."""
    commit = _git("log", "-1", "--format=%h", "--", "rag_notes") or "unknown"
    changed = " with changes" if _git("status", "--porcelain", "--", "rag_notes") else ""
    today = datetime.now(UTC).date().isoformat()
    cores = usable_cores()
    machine = f"{cores} core{'s' if cores > 1 else ''}"
    return f"Measured on {today}, rag_notes at {commit}{changed}, {machine}."


def _git(*arguments: str) -> str:
    done = subprocess.run(
        ["git", *arguments], cwd=CHECKOUT, capture_output=True, text=True, check=False
    )
    return done.stdout.strip()
