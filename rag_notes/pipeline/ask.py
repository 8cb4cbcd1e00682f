"""Questions to finished lectures, answered with claims that cite a moment or a page.

In: a lecture's name or folder, or a folder of lectures, and questions. Out: answers.
"""

from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Self

from rag_notes.answers import Answer
from rag_notes.config import Config, load_config
from rag_notes.errors import InputError, LockedError
from rag_notes.export.answers import Printer, Style
from rag_notes.export.cite import Places
from rag_notes.pipeline import opened
from rag_notes.pipeline.answering import OnClaim
from rag_notes.pipeline.asked import Question, cleaned
from rag_notes.pipeline.library import Library
from rag_notes.pipeline.report import Reporter, SilentReporter
from rag_notes.write.question import read_question
from rag_notes.write.rephrase import as_own_question

__all__ = ["OpenLecture", "Printer", "open_lecture", "printer_of", "will_read"]


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

    def as_own_question(self, typed: str, before: Answer | None) -> str:
        """Make a question that is understood alone of one that goes on from an answer.

        Raises InputError where it is empty.
        """
        text, _ = cleaned(typed)
        only = self._library.only
        asked = read_question(text, duration=only.duration() if only else None)
        if before is None or (asked.about != "subject" and not asked.subject):
            return text
        return as_own_question(text, before, self._library.llm)

    def places(self, beside: Path) -> Mapping[str | None, Places]:
        """What citations link to from a file in the folder `beside`, by the lecture they name."""
        lectures = self._library.lectures
        found: dict[str | None, Places] = {n: one.places(beside) for n, one in lectures.items()}
        if self._library.only:
            found[None] = found[self._library.only.name]
        return found

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
    lecture: str | Path,
    config: Config | None = None,
    report: Reporter | None = None,
    *,
    read_ahead: bool = False,
) -> OpenLecture:
    """Open a finished lecture by its name or folder, or all that are finished in a folder.

    With `read_ahead` the LLM reads its instructions while the rest is loaded.

    Raises UnknownLectureError, InputError where it is unfinished or damaged, LockedError where it
    is still being made, ModelError where a model is missing.
    """
    config = config or load_config()
    report = report or SilentReporter()
    folders = opened.find_folders(str(lecture), config)
    if len(folders) == 1:
        finished = [opened.open_finished(folders[0])]
        return OpenLecture(Library(finished, config, report, read_ahead=read_ahead))
    found = []
    for folder in folders:
        try:
            found.append(opened.open_finished(folder))
        except (InputError, LockedError) as error:
            report.say(f"left out: {error}")
    if not found:
        raise InputError(f"{lecture}: none of its {len(folders)} lectures is finished yet")
    return OpenLecture(Library(found, config, report, read_ahead=read_ahead))


def will_read(question: str) -> bool:
    """Whether the LLM will be asked: not for what is said at a time, on a page or in all.

    Raises InputError where the question is empty.
    """
    asked = read_question(cleaned(question)[0], duration=None)
    return asked.about == "subject" or (asked.about in ("span", "page") and bool(asked.subject))


def printer_of(lecture: OpenLecture, *, beside: Path, in_terminal: bool) -> Printer:
    """What prints answers, with links that hold from the folder `beside`."""
    style: Style = "terminal" if in_terminal else "plain"
    return Printer(lecture.places(beside), style, beside)
