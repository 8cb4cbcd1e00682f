"""A conversation with a lecture, kept in its folder: `chat.jsonl`, one answer a line.

In: what a user types; out: answers. A follow-up is first made a question of its own. The file only
grows, a whole line at a time: a crash loses at most the answer in flight, and two conversations at
once do not harm each other.
"""

import logging
import os
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from rag_notes import codec, store
from rag_notes.answers import Answer
from rag_notes.config import Config
from rag_notes.errors import InputError, RagNotesError
from rag_notes.export.answers import Printer, to_conversation
from rag_notes.pipeline import opened
from rag_notes.pipeline.answering import OnClaim
from rag_notes.pipeline.ask import OpenLecture

FILE, EXPORT = "chat.jsonl", "chat.md"
_log = logging.getLogger(__name__)


class Chat:
    """A conversation with an open lecture, gone on with where it was left."""

    def __init__(self, lecture: OpenLecture, folder: Path) -> None:
        """Read what was said before in `folder`."""
        self._lecture = lecture
        self._path = folder / FILE
        self._turns = list(_read(self._path))
        self._is_kept = True

    @property
    def turns(self) -> Sequence[Answer]:
        """Questions and answers so far, the oldest first."""
        return tuple(self._turns)

    def as_own_question(self, typed: str) -> str:
        """Make a question of a follow-up that is understood without what came before.

        Raises InputError where it is empty.
        """
        before = self._turns[-1] if self._turns else None
        return self._lecture.as_own_question(typed, before)

    def ask(self, typed: str, question: str, *, on_claim: OnClaim | None = None) -> Answer:
        """Answer `question`, made of what was `typed`, and keep the answer."""
        answer = self._lecture.ask(question, on_claim=on_claim)
        now = datetime.now(UTC).isoformat(timespec="seconds")
        answer = replace(answer, asked=" ".join(typed.split()), at=now)
        self._turns.append(answer)
        self._keep(answer)
        return answer

    def forget(self) -> None:
        """Delete the conversation."""
        self._turns.clear()
        self._path.unlink(missing_ok=True)

    def export(self, file: Path | None = None) -> Path:
        """Write the conversation as Markdown, by default to `chat.md` in its folder.

        Raises InputError where there is none, or `file` is there already.
        """
        if not self._turns:
            raise InputError("there is no conversation to write down yet")
        if file is not None and file.exists():
            raise InputError(f"{file}: there already; choose another name")
        path = file or self._path.with_name(EXPORT)
        places = self._lecture.places(path.resolve().parent)
        title = ", ".join(self._lecture.lectures)
        text = to_conversation(title, self._turns, Printer(places, "markdown"))
        store.write_atomic(path, text)
        return path

    def _keep(self, answer: Answer) -> None:
        """Write an answer down; where that cannot be, say so once and go on without."""
        if not self._is_kept:
            return
        try:
            _append(self._path, codec.encode_answer(answer, indent=0))
        except RagNotesError as error:
            self._is_kept = False
            _log.warning("this conversation is not kept: %s", error)


def chat_folder(lecture: str | Path, config: Config) -> Path:
    """Folder in which a conversation is kept: the lecture's, or that of several lectures.

    Raises UnknownLectureError where there is neither.
    """
    folders = opened.find_folders(str(lecture), config)
    return folders[0] if len(folders) == 1 else folders[0].parent


def _read(path: Path) -> tuple[Answer, ...]:
    """The answers kept in a file; a line that a crash tore or that is damaged is passed over."""
    try:
        lines = path.read_bytes().split(b"\n")
    except FileNotFoundError:
        return ()
    answers, damaged = [], 0
    for line in lines:
        try:
            answers += [codec.decode_answer(line)] if line.strip() else []
        except InputError:
            damaged += 1
    if damaged:
        _log.warning("%s: %d lines are damaged and were passed over", path, damaged)
    return tuple(answers)


def _append(path: Path, line: bytes) -> None:
    """Add a line in one write, after the end of a torn one."""
    try:
        flags = os.O_RDWR | os.O_APPEND | os.O_CREAT
        descriptor = os.open(path, flags, 0o600)
        try:
            size = os.fstat(descriptor).st_size
            if size:
                os.lseek(descriptor, size - 1, os.SEEK_SET)
                line = line if os.read(descriptor, 1) == b"\n" else b"\n" + line
            os.write(descriptor, line)
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
    except OSError as error:
        raise store.explained(error, path) from error
