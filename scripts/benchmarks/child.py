"""Run a command in a child process and measure it from outside.

In: arguments. Out: seconds, peak memory and exit code. What the command does is not known here.
"""

import resource
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import psutil

_POLL_SECONDS = 0.1


@dataclass(frozen=True, slots=True)
class Cost:
    """Wall seconds, peak resident bytes of the child and its own children, exit code."""

    seconds: float
    peak_bytes: int
    code: int


def measure(arguments: Sequence[str], environment: dict[str, str]) -> Cost:
    """Run `python ARGUMENTS` to its end; its output goes to our standard error."""
    started = time.monotonic()
    peak = 0
    with subprocess.Popen(
        [sys.executable, *arguments],
        stdin=subprocess.DEVNULL,
        stdout=sys.stderr,
        env=environment,
    ) as child:
        while child.poll() is None:
            peak = max(peak, _resident(child.pid))
            time.sleep(_POLL_SECONDS)
    seconds = time.monotonic() - started
    unit = 1 if sys.platform == "darwin" else 1024
    largest = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * unit
    return Cost(seconds, max(peak, largest), child.returncode)


def _resident(pid: int) -> int:
    """Resident bytes of a process and those below it; memory they share is counted for each."""
    total = 0
    try:
        parent = psutil.Process(pid)
        for process in (parent, *parent.children(recursive=True)):
            total += process.memory_info().rss
    except psutil.Error:  # one ended while we looked
        return total
    return total


def help_seconds(times: int = 5) -> float:
    """Shortest of some runs of `rag-notes --help`, as the installed command."""
    command = Path(sys.executable).with_name("rag-notes")
    words = [str(command)] if command.exists() else [sys.executable, "-m", "rag_notes"]
    taken = []
    for _ in range(times):
        started = time.monotonic()
        subprocess.run([*words, "--help"], check=True, capture_output=True)
        taken.append(time.monotonic() - started)
    return min(taken)
