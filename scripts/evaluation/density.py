"""How densely notes are written and what they cost: statements a minute, seconds, tokens.

In: finished lectures and, of some, the one-prompt control timed. Out: two tables. What a statement
is worth is not known here.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import median

from benchmarks.figures import count

from evaluation.finished import Lecture
from evaluation.oneprompt import Timed
from evaluation.statistics import Share
from evaluation.tables import table

WORDS_A_MINUTE = 140  # of speech whose length nobody wrote down: 11,334 words in 80 minutes
BAR = "20-40 s"
TIME_BAR = 1.25  # times the control

_STAGES = ("transcribe", "slides", "chunks", "index")


@dataclass(frozen=True, slots=True)
class Seconds:
    """Where the time of a run went; `llm` is reading and writing, replies of a cache included."""

    before: float
    notes: float
    llm: float

    @property
    def whole(self) -> float:
        """What an unbroken run takes: replies that a cache gave took their time once."""
        return self.before + max(self.notes, self.llm)


def density_table(lectures: Sequence[Lecture]) -> str:
    """A row for each lecture."""
    head = (
        "lecture",
        "minutes",
        "statements",
        "one each",
        "words each (median)",
        "5-minute windows without",
        "extractive",
        "repeating",
        "speech cited",
    )
    rows = [_row(one) for one in lectures]
    return table(head, [*rows, ["wanted", "", "", BAR, "", "0", "20 %", "40 %", ""]])


def _row(lecture: Lecture) -> list[str]:
    figures = count(lecture.finished.notes, lecture.finished.chunks)
    minutes = minutes_of(lecture)
    windows = lecture.finished.notes.coverage.windows
    lengths = [len(text.split()) for text in lecture.statements]
    each = f"{60 * minutes / figures.statements:.0f} s" if figures.statements else "none"
    return [
        f"`{lecture.name}`",
        f"{minutes:.1f}",
        str(figures.statements),
        each,
        f"{median(lengths):.0f}" if lengths else "none",
        str(Share(sum(not one.claims for one in windows), len(windows))),
        f"{Share(figures.extractive, figures.statements).value:.0%}",
        f"{Share(figures.repeating, figures.statements).value:.0%}",
        f"{lecture.finished.notes.coverage.cited:.0%}",
    ]


def minutes_of(lecture: Lecture) -> float:
    """Length of the speech: its duration, or its words at `WORDS_A_MINUTE`."""
    if lecture.finished.duration:
        return lecture.finished.duration / 60
    return sum(len(text.split()) for text in lecture.sentences) / WORDS_A_MINUTE


def time_table(lectures: Sequence[Lecture], timed: Mapping[str, Timed]) -> str:
    """Seconds by stage and tokens of each lecture; the control's where it was `timed` (by name)."""
    head = (
        "lecture",
        "speech, slides, index",
        "notes, by the clock",
        "LLM reading and writing",
        "whole",
        "calls",
        "tokens read (kept)",
        "tokens written",
        "one prompt",
        f"ours over it (at most {TIME_BAR})",
    )
    return table(head, [_time_row(one, timed.get(one.name)) for one in lectures])


def _time_row(lecture: Lecture, control: Timed | None) -> list[str]:
    made = lecture.finished.notes.provenance
    tokens = dict(made.tokens)
    spent = seconds_of(dict(made.seconds))
    row = [f"`{lecture.name}`", *(f"{one:.0f} s" for one in (spent.before, spent.notes))]
    row += [f"{spent.llm:.0f} s", f"{spent.whole:.0f} s", str(tokens.get("calls", 0))]
    row += [f"{tokens.get('read', 0)} ({tokens.get('cached', 0)})", str(tokens.get("written", 0))]
    if control is None:
        return [*row, "not timed", ""]
    took = f"{control.seconds:.0f} s, {control.read} read, {control.written} written"
    return [*row, took, f"{spent.whole / control.seconds:.2f}"]


def seconds_of(stages: Mapping[str, float]) -> Seconds:
    """Read the seconds of a run by their names in notes.json."""
    return Seconds(
        sum(stages.get(name, 0.0) for name in _STAGES),
        stages.get("notes", 0.0),
        stages.get("llm_reading", 0.0) + stages.get("llm_writing", 0.0),
    )
