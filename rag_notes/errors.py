"""Errors that a user can act on.

Each is also the builtin that fits, and says what was expected, what was found, what to do::

    RagNotesError                   exit code
    ├── InputError (ValueError)         2   a file or argument is not what it should be
    │   ├── MissingFileError (FileNotFoundError)
    │   ├── PasswordError
    │   ├── LectureNameError
    │   └── UnknownLectureError (LookupError)
    ├── ModelError (RuntimeError)       2   weights are not here, or not what they claim to be
    │   ├── ModelMissingError
    │   └── ModelHashError
    ├── StaleIndexError (RuntimeError)  2   an index is damaged or of another version: rebuild it
    ├── SpaceError (OSError)            2   the disk is full
    ├── LostInputError (RuntimeError)   3   a part of the input could not be read
    └── LockedError (RuntimeError)      4   another process holds the lecture
"""

from pathlib import Path


class RagNotesError(Exception):
    """Base of all errors this package raises on purpose."""

    exit_code = 2


class InputError(RagNotesError, ValueError):
    """An argument or a file is not what it should be."""


class MissingFileError(InputError, FileNotFoundError):
    """A file that was named does not exist."""

    def __init__(self, path: Path, what: str) -> None:
        super().__init__(f"{what}: no such file: {path}")

    def __str__(self) -> str:
        return str(self.args[0])


class PasswordError(InputError):
    """A file is protected by a password that was not given, or by another than the one given."""

    def __init__(self, path: Path, *, was_given: bool) -> None:
        self.path = path
        found = "by another password than the one given" if was_given else "by a password"
        super().__init__(
            f"{path}: protected {found}; set RAG_NOTES_SLIDES_PASSWORD to the right one"
        )


class LectureNameError(InputError):
    """A lecture's name would leave the indexes folder or cannot be a folder's name."""

    def __init__(self, name: str) -> None:
        super().__init__(
            f"not a lecture name: {name!r}; use letters, digits, '-', '_' and '.', "
            "not starting with a dot, at most 100"
        )


class UnknownLectureError(InputError, LookupError):
    """No lecture of that name in the indexes folder."""

    def __init__(self, name: str, indexes: Path) -> None:
        super().__init__(f"no lecture {name!r} in {indexes}; `rag-notes list` shows what is there")


class ModelError(RagNotesError, RuntimeError):
    """Weights are not here, or not what they claim to be."""


class ModelMissingError(ModelError):
    """A model is not on this machine and could not be fetched."""

    def __init__(self, model: str, reasons: list[str]) -> None:
        tried = "; ".join(reasons) or "no source was tried"
        super().__init__(
            f"model {model!r} is not here ({tried}); run `rag-notes models fetch {model}`"
        )


class ModelHashError(ModelError):
    """A file's sha256 is not the one on record; it was removed."""

    def __init__(self, file: str, *, expected: str, found: str) -> None:
        super().__init__(
            f"{file}: sha256 is {found[:16]}…, expected {expected[:16]}…; "
            "the file was removed, fetch it again"
        )


class StaleIndexError(RagNotesError, RuntimeError):
    """An index is missing, damaged or of another version: it is rebuilt, never repaired."""

    def __init__(self, folder: Path, found: str) -> None:
        super().__init__(f"index {folder}: {found}; it has to be rebuilt from the passages")


class SpaceError(RagNotesError, OSError):
    """The disk is full."""

    def __init__(self, where: Path | str) -> None:
        super().__init__(f"no space left on the disk of {where}; free some and run again")

    def __str__(self) -> str:
        return str(self.args[0])


class LostInputError(RagNotesError, RuntimeError):
    """A part of the input could not be read."""

    exit_code = 3


class LockedError(RagNotesError, RuntimeError):
    """Another process holds the lecture."""

    exit_code = 4

    def __init__(self, name: str) -> None:
        super().__init__(f"lecture {name!r} is being made by another process; try again later")
