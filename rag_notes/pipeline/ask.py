"""Questions to finished lectures, answered with claims that cite a moment or a page.

In: a lecture's name or folder, or a folder of lectures, and questions. Out: answers.
"""

from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Self

from rag_notes.config import Config, load_config
from rag_notes.errors import InputError, LockedError
from rag_notes.export.cite import Places
from rag_notes.pipeline import answering, opened
from rag_notes.pipeline.answering import OnClaim
from rag_notes.pipeline.asked import Question
from rag_notes.pipeline.library import Library
from rag_notes.pipeline.report import Reporter, SilentReporter
from rag_notes.schema import Answer


class OpenLecture:
    """A finished lecture, or all of a folder, open to be asked; a context manager."""

    def __init__(self, library: Library) -> None:
        """Ask what `library` holds; `open_lecture` makes one."""
        self._library = library

    @property
    def lectures(self) -> tuple[str, ...]:
        """Names of the lectures that are asked."""
        return tuple(self._library.lectures)

    def ask(self, question: str, *, on_claim: OnClaim | None = None) -> Answer:
        """Answer a question; `on_claim` is told each claim as soon as it is accepted.

        Raises InputError where the question is empty.
        """
        return Question(question, self._library, on_claim or (lambda _: None)).answer()

    def places(self, beside: Path) -> Mapping[str | None, Places]:
        """What citations link to from a file in the folder `beside`, by the lecture they name."""
        lectures = self._library.lectures
        found: dict[str | None, Places] = {n: one.places(beside) for n, one in lectures.items()}
        if self._library.only:
            found[None] = found[self._library.only.name]
        return found

    def read_ahead(self) -> None:
        """Load the LLM, and have it read its instructions while nothing is asked yet."""
        self._library.llm.read_ahead(answering.openings())

    def close(self) -> None:
        """Let go of the index; may be called twice."""
        self._library.close()

    def __enter__(self) -> Self:
        """Return itself."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Close."""
        self.close()


def open_lecture(
    lecture: str | Path, config: Config | None = None, report: Reporter | None = None
) -> OpenLecture:
    """Open a finished lecture by its name or folder, or all that are finished in a folder.

    Raises UnknownLectureError, InputError where it is unfinished or damaged, LockedError where it
    is still being made, ModelError where a model is missing.
    """
    config = config or load_config()
    report = report or SilentReporter()
    folders = opened.find_folders(str(lecture), config)
    if len(folders) == 1:
        return OpenLecture(Library([opened.open_finished(folders[0])], config, report))
    finished = []
    for folder in folders:
        try:
            finished.append(opened.open_finished(folder))
        except (InputError, LockedError) as error:
            report.say(f"left out: {error}")
    if not finished:
        raise InputError(f"{lecture}: none of its {len(folders)} lectures is finished yet")
    return OpenLecture(Library(finished, config, report))
