"""`scripts/evaluate grounding`: what the gate catches, what the claims of finished notes are worth.

In: planted errors, labelled claims, finished lectures. Out: the tables of docs/EVALUATION.md about
them.
"""

import argparse
import sys
from pathlib import Path

from evaluation.bench import Bench, Table, open_bench, print_tables
from evaluation.lectures import measure_lectures, read_lectures
from evaluation.plants import measure_articles, measure_paraphrases
from evaluation.reference import measure_reference
from evaluation.second import measure_second
from evaluation.vectors import cache_folder
from evaluation.wice import measure_wice
from rag_notes.pipeline.engines import cached_llm, plan_engines

HELP = "the gate and the claims of finished notes; MiniLM must be here"
TABLES: tuple[str, ...] = (
    "paraphrases",
    "wice-plants",
    "wice",
    "wice-second",
    "lectures",
    "reference",
)

_PARTS = ("plants", "wice", "notes")
_ASKED = "second"  # a part that asks the LLM, measured only where it is named


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options of this measurement."""
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


def run(arguments: argparse.Namespace) -> int:
    """Measure the parts asked for and print them; 2 for a part that there is not."""
    wanted = arguments.only.split(",")
    if unknown := set(wanted) - {*_PARTS, _ASKED}:
        print(f"scripts/evaluate: no part {min(unknown)!r}; there are {_PARTS}", file=sys.stderr)
        return 2
    bench = open_bench(arguments.lectures)
    tables = [one for one in _tables(bench) if one.part in wanted]
    print_tables(bench, tables, write=arguments.write)
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
