"""What the pipeline tells whoever runs it; how that looks is theirs."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Protocol

from rag_notes.protocols import Progress


class Reporter(Protocol):
    """Told of each stage and of what a user should know."""

    @contextmanager
    def stage(self, name: str) -> Iterator[Progress]:
        """Enclose the work of one stage; the value given is told (done, total)."""
        ...

    def say(self, text: str) -> None:
        """Take note of a decision or a warning, one line."""
        ...


class SilentReporter:
    """Says nothing."""

    @contextmanager
    def stage(self, name: str) -> Iterator[Progress]:  # noqa: ARG002 (the protocol's)
        """Enclose nothing."""
        yield lambda _done, _total: None

    def say(self, text: str) -> None:
        """Drop the line."""
