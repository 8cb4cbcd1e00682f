"""How a run looks on a terminal (bars) and elsewhere (plain lines), all on stderr."""

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from rag_notes.pipeline.report import Reporter
from rag_notes.protocols import Progress as Advance

if TYPE_CHECKING:
    from rich.progress import Progress

_EVERY_SECONDS = 30.0  # between two plain lines of one stage
_LEAST_DONE = 0.05  # of a stage, before what is left can be told from its speed
_HEARD = "transcript"  # the stage whose progress is in seconds of the recording


@contextmanager
def reporter() -> Iterator[Reporter]:
    """A Reporter for stderr: rich bars on a terminal, plain lines elsewhere."""
    if sys.stderr.isatty():
        from rich.console import Console
        from rich.progress import (
            BarColumn,
            Progress,
            TaskProgressColumn,
            TextColumn,
            TimeElapsedColumn,
            TimeRemainingColumn,
        )

        bars = Progress(
            TextColumn("{task.description:12}"),
            BarColumn(),
            TaskProgressColumn(),
            TimeElapsedColumn(),
            TextColumn("left"),
            TimeRemainingColumn(),
            console=Console(stderr=True),
        )
        with bars:
            yield _Bars(bars)
    else:
        yield _Lines()


class _Bars:
    def __init__(self, bars: "Progress") -> None:
        self._bars = bars

    @contextmanager
    def stage(self, name: str) -> Iterator[Advance]:
        task = self._bars.add_task(name, total=None)

        def advance(done: float, total: float) -> None:
            self._bars.update(task, completed=done, total=total)

        yield advance
        self._bars.update(task, total=1, completed=1)

    def say(self, text: str) -> None:
        self._bars.console.print(text, markup=False, highlight=False)


class _Lines:
    @contextmanager
    def stage(self, name: str) -> Iterator[Advance]:
        started = last = time.monotonic()
        began: tuple[float, float] | None = None  # when it was first told, and what was done then
        _print(f"{name} …")

        def advance(done: float, total: float) -> None:
            nonlocal last, began
            now = time.monotonic()
            began = began or (now, done)
            since, before = began  # an earlier run, and a model that loads, are no speed
            if now - last < _EVERY_SECONDS or not total or done <= before:
                return
            last = now
            share = f"{100 * done / total:3.0f} %"
            if name == _HEARD:
                share = f"{_clock(done)} of {_clock(total)},{share}"
            left = (now - since) * (total - done) / (done - before)
            known = done - before >= _LEAST_DONE * total
            _print(f"{name} {share}" + (f", about {_clock(left)} left" if known else ""))

        yield advance
        _print(f"{name} done in {time.monotonic() - started:.1f} s")

    def say(self, text: str) -> None:
        _print(text)


def _clock(seconds: float) -> str:
    """Hours, minutes and seconds."""
    whole = round(seconds)
    return f"{whole // 3600}:{whole // 60 % 60:02}:{whole % 60:02}"


def _print(text: str) -> None:
    sys.stderr.write(f"{text}\n")
    sys.stderr.flush()
