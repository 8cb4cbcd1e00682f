"""`scripts/evaluate answers`: whether questions are answered where they can be, and declined else.

In: meetings, a course with its quiz, student questions about other lectures; the LLM that is
shipped. Out: the tables of docs/EVALUATION.md about answers. Replies are kept in the user's cache
by the hash of their prompt, so that a second run asks nothing again.
"""

import argparse
from collections.abc import Sequence
from dataclasses import dataclass

from evaluation.asking import Case, course_cases, draw, meeting_cases
from evaluation.bench import Bench, Table, open_bench, print_tables
from evaluation.refusing import Outcome, answer_all, citation_table, refusal_table, time_table
from evaluation.vectors import cache_folder
from rag_notes.pipeline.engines import cached_llm, plan_engines
from rag_notes.pipeline.plan import as_trusted

HELP = "whether questions are answered, cited and declined; asks the LLM"
TABLES: tuple[str, ...] = ("refusing", "answer-citations", "answer-times")

_SAMPLE = 60


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options of this measurement."""
    size = parser.add_mutually_exclusive_group()
    size.add_argument(
        "--sample",
        type=int,
        metavar="N",
        default=_SAMPLE,
        help=f"questions of each kind that are answered, and as many that are not ({_SAMPLE})",
    )
    size.add_argument("--full", action="store_true", help="all questions")
    parser.add_argument(
        "--half",
        choices=["reported", "chosen on"],
        default="reported",
        help="the half of the questions: by default the one that nothing was fitted on",
    )


def run(arguments: argparse.Namespace) -> int:
    """Measure and print."""
    bench = open_bench()
    answers = _Answers(bench, None if arguments.full else arguments.sample, arguments.half)
    meetings = bench.data / "qmsum"
    tables = (
        Table("answers", "refusing", meetings, "val.jsonl", answers.refusing),
        Table("answers", "answer-citations", meetings, "val.jsonl", answers.citations),
        Table("answers", "answer-times", meetings, "val.jsonl", answers.times),
    )
    print_tables(bench, tables, write=arguments.write)
    return 0


@dataclass(slots=True)
class _Answers:
    """Outcomes of the drawn cases, computed when first asked for."""

    bench: Bench
    sample: int | None
    half: str
    _outcomes: Sequence[Outcome] | None = None

    def refusing(self, _: Bench) -> str:
        """Table of what is answered and what is declined."""
        return refusal_table(self.outcomes())

    def citations(self, _: Bench) -> str:
        """Table of what is cited."""
        return citation_table(self.outcomes())

    def times(self, _: Bench) -> str:
        """Table of how long it takes."""
        return time_table(self.outcomes())

    def outcomes(self) -> Sequence[Outcome]:
        """What came of the drawn cases."""
        if self._outcomes is None:
            cases = [one for one in self._cases() if one.half == self.half]
            drawn = draw(cases, self.sample)
            config, embedder = self.bench.config, self.bench.embedder
            talks = {one.talk.name: one.talk for one in drawn}
            embedder.prepare([chunk.text for talk in talks.values() for chunk in talk.chunks])
            plan = plan_engines(config)
            llm = cached_llm(plan, config, cache_folder())
            self._outcomes = answer_all(drawn, embedder, llm, as_trusted(config, plan))
        return self._outcomes

    def _cases(self) -> list[Case]:
        data, config = self.bench.data, self.bench.config
        questions = data / "eduvidqa" / "questions.csv"
        return [
            *meeting_cases(data / "qmsum" / "val.jsonl", config),
            *course_cases(data / "hf_course", questions, config),
        ]
