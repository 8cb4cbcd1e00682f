"""`scripts/evaluate notes`: whether a student would choose finished notes to study from.

In: finished lectures, a transcript and course pages of other people. Out: tables of
docs/EVALUATION.md about recall, filler, structure, density and time.
"""

import argparse
import hashlib
import sys
from functools import cached_property
from pathlib import Path

from evaluation import density, recall, structure
from evaluation.bench import Bench, Table, open_bench, print_tables
from evaluation.checked import Pair, draw, found_by_hand
from evaluation.course import read_course
from evaluation.finished import Lecture, read_finished
from evaluation.oneprompt import OnePrompt
from evaluation.reading import filler_of, filler_table
from evaluation.subjects import read_subjects
from evaluation.treated import measure_subjects
from evaluation.vectors import cache_folder

HELP = "what finished notes hold, lack and cost; MiniLM must be here"
TABLES: tuple[str, ...] = ("subjects", "recall", "filler", "structure", "density", "time")

_TRANSCRIPT = Path("cs336_01") / "transcript.txt"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options of this measurement."""
    parser.add_argument(
        "--only",
        metavar="TABLES",
        default=",".join(TABLES),
        help=f"some of {','.join(TABLES)}",
    )
    parser.add_argument(
        "--lectures",
        type=Path,
        metavar="DIR",
        help="folder of finished lectures, by default indexes/",
    )
    parser.add_argument(
        "--sample",
        type=int,
        metavar="N",
        default=recall.SAMPLE,
        help=f"course videos for recall, drawn with a fixed seed, by default {recall.SAMPLE}",
    )
    parser.add_argument("--full", action="store_true", help="all course videos that have notes")
    parser.add_argument(
        "--ask",
        action="store_true",
        help="ask the LLM for the one-prompt control where its reply is not kept",
    )
    parser.add_argument(
        "--time-control",
        metavar="NAMES",
        default="",
        help="lectures on which the one prompt is timed, uncached",
    )
    parser.add_argument(
        "--draw",
        type=Path,
        metavar="DIR",
        help="write verdicts and statements to check by hand, and what is missed or wrong",
    )


def run(arguments: argparse.Namespace) -> int:
    """Measure and print; 2 for a table that there is not."""
    wanted = arguments.only.split(",")
    if unknown := set(wanted) - set(TABLES):
        print(f"scripts/evaluate: no table {min(unknown)!r}; there are {TABLES}", file=sys.stderr)
        return 2
    bench = open_bench(arguments.lectures)
    tables = _Measured(bench, arguments).tables()
    print_tables(bench, [one for one in tables if one.name in wanted], write=arguments.write)
    return 0


class _Measured:
    """The tables of this measurement, with the lectures read once."""

    def __init__(self, bench: Bench, arguments: argparse.Namespace) -> None:
        self._bench = bench
        self._draw: Path | None = arguments.draw
        self._sample: int = arguments.sample
        self._full: bool = arguments.full
        self._timed = [name for name in arguments.time_control.split(",") if name]
        self._prompt = OnePrompt(bench.config, cache_folder(), ask=arguments.ask)

    @cached_property
    def _lectures(self) -> tuple[Lecture, ...]:
        return read_finished(self._bench.lectures)

    def tables(self) -> tuple[Table, ...]:
        """All of them, in the order of the document."""
        data, folder, notes = self._bench.data, self._bench.lectures, "*/notes.json"
        return (
            Table("subjects", "subjects", data / _TRANSCRIPT.parent, "*.txt", self._subjects),
            Table("recall", "recall", data / "hf_course" / "chapters", "*/*.mdx", self._recall),
            Table("filler", "filler", folder, notes, self._filler),
            Table("structure", "structure", folder, notes, self._structure),
            Table("density", "density", folder, notes, self._density),
            Table("time", "time", folder, notes, self._time),
        )

    def _subjects(self, bench: Bench) -> str:
        made = hashlib.sha256((bench.data / _TRANSCRIPT).read_bytes()).hexdigest()
        lecture = next((one for one in self._lectures if one.sha256 == made), None)
        if lecture is None:
            return f"No lecture in {bench.lectures.name}/ was made of {_TRANSCRIPT.name}."
        other = bench.data / _TRANSCRIPT.with_name("reference_notes.md")
        text, pairs = measure_subjects(read_subjects(), lecture, other, bench.embedder)
        self._to_check("subjects", pairs)
        return f"{text}\n\n{found_by_hand('subjects')}"

    def _recall(self, bench: Bench) -> str:
        lectures = {one.source: one for one in self._lectures}
        videos = read_course(bench.data / "hf_course")
        drawn, missing = recall.draw_videos(
            videos, lectures, size=None if self._full else self._sample
        )
        for name in missing:
            print(f"recall: {name} is of the draw and has no notes", file=sys.stderr)
        found = [
            recall.recall(video, lecture, bench.embedder, self._prompt.statements)
            for video, lecture in drawn
        ]
        self._to_check("recall", [pair for one in found for pair in one.pairs])
        lacking = f" Of the draw {len(missing)} have no notes here." if missing else ""
        return f"{recall.recall_table(found)}\n\n{found_by_hand('recall')}{lacking}"

    def _filler(self, bench: Bench) -> str:
        found = [filler_of(one, bench.embedder) for one in self._lectures]
        self._to_check("filler", [pair for one in found for pair in one.pairs])
        return f"{filler_table(found)}\n\n{found_by_hand('filler')}"

    def _structure(self, _bench: Bench) -> str:
        found = [structure.examine(one) for one in self._lectures]
        if self._draw:
            lines = [
                f"{one.name}\t{fault.kind}\t{fault.where}\n"
                for one in found
                for fault in one.faults
            ]
            _write(self._draw / "structure.tsv", lines)
        return structure.structure_table(found)

    def _density(self, _bench: Bench) -> str:
        return density.density_table(self._lectures)

    def _time(self, _bench: Bench) -> str:
        by_name = {one.name: one for one in self._lectures}
        timed = {
            name: self._prompt.time(" ".join(by_name[name].sentences))
            for name in self._timed
            if name in by_name
        }
        return density.time_table(self._lectures, timed)

    def _to_check(self, name: str, pairs: list[Pair]) -> None:
        if self._draw:
            file = self._draw / f"{name}.jsonl"
            print(f"{draw(pairs, file)} verdicts in {file}", file=sys.stderr)


def _write(file: Path, lines: list[str]) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text("".join(lines), encoding="utf-8")
