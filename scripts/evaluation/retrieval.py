"""`scripts/evaluate retrieval`: whether the right passages are found, how soon, at what memory.

In: meetings with gold spans, a course with quiz questions, an 80-minute transcript. Out: the tables
of docs/EVALUATION.md about retrieval. No LLM is asked.
"""

import argparse
import sys

from evaluation.bench import Bench, Table, open_bench, print_tables
from evaluation.qmsum import measure_qmsum
from evaluation.quiz import measure_quiz, read_questions
from evaluation.speed import measure_speed

HELP = "whether search finds the right passages, and how soon; MiniLM must be here"
TABLES: tuple[str, ...] = ("qmsum", "quiz", "search-speed")

_ASKED = (1, 2)  # chapters whose quiz questions are asked to measure speed


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options of this measurement."""
    parser.add_argument(
        "--only",
        metavar="PARTS",
        default=",".join(TABLES),
        help=f"some of {','.join(TABLES)}",
    )


def run(arguments: argparse.Namespace) -> int:
    """Measure the parts asked for and print them; 2 for a part that there is not."""
    wanted = arguments.only.split(",")
    if unknown := set(wanted) - set(TABLES):
        print(f"scripts/evaluate: no part {min(unknown)!r}; there are {TABLES}", file=sys.stderr)
        return 2
    bench = open_bench()
    tables = [one for one in _tables(bench) if one.part in wanted]
    print_tables(bench, tables, write=arguments.write)
    return 0


def _tables(bench: Bench) -> tuple[Table, ...]:
    meetings, course = bench.data / "qmsum", bench.data / "hf_course"
    return (
        Table("qmsum", "qmsum", meetings, "val.jsonl", _qmsum),
        Table("quiz", "quiz", course, "subtitles/*.srt", _quiz),
        Table("search-speed", "search-speed", bench.data, "cs336_01/transcript.txt", _speed),
    )


def _qmsum(bench: Bench) -> str:
    return measure_qmsum(bench.data, bench.embedder)


def _quiz(bench: Bench) -> str:
    return measure_quiz(bench.data, bench.embedder, bench.config)


def _speed(bench: Bench) -> str:
    course = bench.data / "hf_course"
    questions = [one.text for chapter in _ASKED for one in read_questions(course, chapter)]
    transcript = bench.data / "cs336_01" / "transcript.txt"
    return measure_speed(transcript, questions, bench.single, bench.config)
