"""`scripts/evaluate WHAT`: measure a part of the program, and print it as Markdown."""

import argparse
import sys
from collections.abc import Mapping
from typing import Protocol

from evaluation import answers, grounding, ingest, notes, retrieval
from rag_notes.errors import RagNotesError


class Measurement(Protocol):
    """A module that measures one part of the program.

    `TABLES` are the names of the markers in docs/EVALUATION.md between which it writes.
    """

    HELP: str
    TABLES: tuple[str, ...]

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        """Add its options; `--write` is there already."""
        ...

    def run(self, arguments: argparse.Namespace) -> int:
        """Measure and print; the exit code."""
        ...


MEASUREMENTS: Mapping[str, Measurement] = {
    "grounding": grounding,
    "retrieval": retrieval,
    "notes": notes,
    "ingest": ingest,
    "answers": answers,
}


def main() -> int:
    """Measure what was asked for, print it and, with --write, put it into the document."""
    arguments = _parser().parse_args()
    try:
        return MEASUREMENTS[arguments.what].run(arguments)
    except RagNotesError as error:
        print(f"scripts/evaluate: {error}", file=sys.stderr)
        return error.exit_code


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="scripts/evaluate", description="Measure what the program is worth."
    )
    subjects = parser.add_subparsers(dest="what", required=True, metavar="WHAT")
    for name, measurement in MEASUREMENTS.items():
        subject = subjects.add_parser(
            name, help=measurement.HELP, description=f"Measure {measurement.HELP}."
        )
        measurement.add_arguments(subject)
        subject.add_argument(
            "--write", action="store_true", help="put the tables into docs/EVALUATION.md"
        )
    return parser


if __name__ == "__main__":
    sys.exit(main())
