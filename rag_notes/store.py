"""One lecture's folder: atomic, locked, resumable.

In: names, bytes, keys of stages; out: paths, the manifest `lecture.json`, the list of lectures.
What a stage's files say is not known here, only whether they are the ones that were recorded. A
crash at any moment leaves whole files and at most temporary ones (`.tmp-…`), which the next holder
of the lock removes.
"""

import errno
import hashlib
import json
import logging
import os
import re
import secrets
import shutil
import unicodedata
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal, TypeAlias

import msgspec

from rag_notes.config import Config
from rag_notes.errors import (
    InputError,
    LectureNameError,
    LockedError,
    MissingFileError,
    RagNotesError,
    SpaceError,
    UnknownLectureError,
)

Role: TypeAlias = Literal["media", "captions", "slides"]

MANIFEST = "lecture.json"
LAST_STAGE = "export"  # a lecture with this stage recorded is complete
# Stage name -> version of its code, raised with each change of what it makes; 1 where not named.
STAGE_VERSIONS: Mapping[str, int] = {
    "slides": 2,
    "transcript": 3,
    "chunks": 2,
    "index": 2,
    "notes": 5,
    "export": 4,
}
_TMP = ".tmp-"
_LOOK_SECONDS = 0.5  # for which another may hold a lecture only to see whether it is held
_NAME_CHARACTERS = 100
_NAME_BYTES = 240  # file systems stop at 255, and ".lock" is added
_HASHED_BYTES = 64 << 20  # outputs up to this size are hashed again when checked
_OURS = re.compile(
    r"lecture\.json|(transcript|slides|chunks|outline|notes)\b.*|chroma|pages|replies|parts|\.tmp-.*"
)

_log = logging.getLogger(__name__)

# --- names ---------------------------------------------------------------------------------------


def lecture_folder(name: str, config: Config) -> Path:
    """Folder of the lecture `name`, there or not.

    Raises LectureNameError where the name cannot be a folder's name.
    """
    folder = config.indexes / _checked(name)
    if folder.exists() and not folder.is_dir():
        raise LectureNameError(name)
    return folder


def find_lecture(name_or_path: str, config: Config) -> Path:
    """Folder of a finished or half-made lecture, by its name or by a path to it.

    Raises UnknownLectureError where there is none, LectureNameError where it is neither.
    """
    if "/" in name_or_path or os.sep in name_or_path:
        folder = Path(name_or_path).expanduser()
    else:
        folder = lecture_folder(name_or_path, config)
    if "\0" in name_or_path or not (folder / MANIFEST).is_file():
        raise UnknownLectureError(name_or_path, config.indexes)
    return folder


def default_name(source: Path) -> str:
    """Name for a lecture from its file's stem: "My Lecture (1).mp4" is "My-Lecture-1"."""
    stem = unicodedata.normalize("NFC", source.stem)
    slug = "".join(c if _is_allowed(c) else "-" for c in stem)
    slug = re.sub(r"-{2,}", "-", slug)[:_NAME_CHARACTERS]
    slug = slug.encode()[:_NAME_BYTES].decode(errors="ignore").strip("-._")
    return slug or "lecture"


def _checked(name: str) -> str:
    name = unicodedata.normalize("NFC", name)
    fits = 0 < len(name) <= _NAME_CHARACTERS and not name.startswith(".")
    if not fits or not all(map(_is_allowed, name)) or len(name.encode()) > _NAME_BYTES:
        raise LectureNameError(name)
    return name


def _is_allowed(character: str) -> bool:  # letters, their marks and digits of any script
    return character in "-_." or unicodedata.category(character)[0] in "LMN"


# --- writing and locking -------------------------------------------------------------------------


def write_atomic(path: Path, data: bytes | str) -> None:
    """Write `path` whole or not at all, and durably; makes its folder.

    Raises SpaceError where the disk is full, InputError where it may not be written.
    """
    content = data.encode() if isinstance(data, str) else data
    temporary = path.with_name(_TMP + secrets.token_hex(8))
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with temporary.open("xb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
        _sync_folder(path.parent)
    except OSError as error:
        raise explained(error, path) from error
    finally:
        with suppress(OSError):
            temporary.unlink(missing_ok=True)


@contextmanager
def lock(folder: Path) -> Iterator[None]:
    """Hold a lecture's folder against other processes, and clear away what a crash left in it.

    The lock file lies beside the folder, so that a failed run need leave no folder. It is the
    operating system's lock: it ends with the process, however that ends.

    Raises LockedError at once where another holds it.
    """
    import filelock

    folder = folder.resolve()
    path = folder.parent / ".locks" / f"{folder.name}.lock"
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        held = filelock.FileLock(path, timeout=0)
        held.acquire()
    except filelock.Timeout as error:
        raise LockedError(folder.name) from error
    except OSError as error:
        raise explained(error, path) from error
    try:
        _remove_leftovers(folder)
        yield
    finally:
        held.release()


def is_held(folder: Path) -> bool:
    """Whether a process holds the lecture just now; waits a moment, as others may look too."""
    import filelock

    folder = folder.resolve()
    path = folder.parent / ".locks" / f"{folder.name}.lock"
    if not path.exists():
        return False
    try:
        with filelock.FileLock(path, timeout=_LOOK_SECONDS):
            return False
    except filelock.Timeout:
        return True
    except OSError:  # of a course that this user may only read
        return False


def _remove_leftovers(folder: Path) -> None:
    for left in (*folder.glob(f"{_TMP}*"), *folder.glob(f"*/{_TMP}*")):
        if left.is_dir() and not left.is_symlink():
            shutil.rmtree(left, ignore_errors=True)
        else:
            left.unlink(missing_ok=True)


def _sync_folder(folder: Path) -> None:
    if os.name == "nt":  # a folder cannot be opened there
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def explained(error: OSError, path: Path) -> RagNotesError:
    """Turn a failed write into the error a user can act on."""
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return SpaceError(path.parent)
    reason = error.strerror or str(error)
    return InputError(
        f"cannot write {path}: {reason}; choose another place or mend its permissions"
    )


# --- the manifest --------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class SourceFile:
    """A file the lecture was made from; where it was is the lecture's folder / `path`."""

    name: str
    role: Role
    path: str
    sha256: str
    size: int
    mtime_ns: int
    duration: float | None = None


@dataclass(frozen=True, slots=True)
class Output:
    """A file or folder that a stage wrote; `sha256` is None for folders and very large files."""

    size: int
    sha256: str | None = None


@dataclass(frozen=True, slots=True)
class Stage:
    """A finished stage: the key it was made for, what it wrote, how long it took.

    `notices` are lines that a user should read: what was repaired, what could not be understood.
    """

    key: str
    files: Mapping[str, Output]
    seconds: float = 0.0
    notices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Manifest:
    """`lecture.json`: what a lecture was made from and which stages are finished.

    `created` is ISO 8601 in UTC; `versions` are those of the programs that took part, `parts` the
    models that the preset chose; `media` is what citations link to where the user named it, a URL
    or a full path.
    """

    title: str
    sources: tuple[SourceFile, ...] = ()
    language: str | None = None
    created: str = field(default_factory=lambda: datetime.now(UTC).isoformat(timespec="seconds"))
    versions: Mapping[str, str] = field(default_factory=dict)
    stages: Mapping[str, Stage] = field(default_factory=dict)
    media: str | None = None
    parts: Mapping[str, str] = field(default_factory=dict)
    version: Literal[1] = 1


def load_manifest(folder: Path) -> Manifest | None:
    """Read `lecture.json`; None where there is none, or (reported in the log) a damaged one."""
    path = folder / MANIFEST
    try:
        return msgspec.json.decode(path.read_bytes(), type=Manifest)
    except FileNotFoundError:
        return None
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError, IsADirectoryError) as error:
        _log.warning("%s is damaged (%s); the lecture is made again", path, error)
        return None


def save_manifest(folder: Path, manifest: Manifest) -> None:
    """Write `lecture.json`."""
    data = msgspec.json.format(msgspec.json.encode(manifest), indent=1) + b"\n"
    write_atomic(folder / MANIFEST, data)


def describe_source(
    path: Path, role: Role, *, folder: Path, known: Manifest | None = None, duration: float | None
) -> SourceFile:
    """Record a source file, hashed; `duration` in seconds where it has one.

    Raises MissingFileError where it is not there, InputError where it is no plain file.
    """
    sha256 = sha256_file(path, known, what=role if role == "slides" else "source")
    stat, full = path.stat(), path.resolve()
    inside = full.is_relative_to(folder.resolve())
    place = full.relative_to(folder.resolve()) if inside else full
    return SourceFile(
        name=_printable(path.name),
        role=role,
        path=_printable(str(place)),
        sha256=sha256,
        size=stat.st_size,
        mtime_ns=stat.st_mtime_ns,
        duration=duration,
    )


def sha256_file(path: Path, known: Manifest | None = None, *, what: str = "source") -> str:
    """SHA-256 of a file, taken from `known` where name, size and time of change are unchanged.

    Raises MissingFileError where it is not there, InputError where it is no plain file.
    """
    if not path.exists():
        raise MissingFileError(path, what)
    if not path.is_file():
        raise InputError(f"{what} {path}: expected a file, found a folder or a device")
    stat, name = path.stat(), _printable(path.name)
    for source in known.sources if known else ():
        same_place = Path(source.path).name == name and path.resolve().match(source.path)
        if same_place and (source.size, source.mtime_ns) == (stat.st_size, stat.st_mtime_ns):
            return source.sha256
    return _hash(path)


def _hash(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _printable(text: str) -> str:  # the bytes of a path need not be Unicode
    return text.encode(errors="replace").decode()


# --- stages --------------------------------------------------------------------------------------


def stage_key(name: str, parts: Sequence[str]) -> str:
    """Key of a stage's result: of the stage, the version of its code, and all it depends on.

    `parts` hold hashes of inputs, settings, models and prompts, and the keys of stages before it.
    """
    said = json.dumps([name, STAGE_VERSIONS.get(name, 1), *parts])
    return hashlib.sha256(said.encode()).hexdigest()


def is_done(folder: Path, manifest: Manifest | None, stage: str, key: str) -> bool:
    """Whether `stage` was finished for `key` and its outputs are still the ones it wrote."""
    recorded = manifest.stages.get(stage) if manifest else None
    if recorded is None or recorded.key != key:
        return False
    return all(_is_same(folder / name, output) for name, output in recorded.files.items())


def record(  # noqa: PLR0913 - each argument is a field of what is recorded
    folder: Path,
    manifest: Manifest,
    stage: str,
    *,
    key: str,
    files: Sequence[str],
    seconds: float = 0.0,
    notices: Sequence[str] = (),
) -> Manifest:
    """Save that `stage` is finished with these outputs, and return the new manifest.

    `files` are names in the folder. Records of later stages stay: their keys hold this one's key.
    """
    outputs = {name: _output(folder / name) for name in files}
    done = Stage(key, outputs, round(seconds, 3), tuple(notices))
    updated = replace(manifest, stages={**manifest.stages, stage: done})
    save_manifest(folder, updated)
    return updated


def discard_if_unfinished(folder: Path, *, costly: Collection[str] | None = None) -> None:
    """Remove a lecture in which no stage was finished; a folder holding foreign files stays.

    Where `costly` names stages, one without any of these, without replies of an LLM and without
    parts of a transcript is removed.
    """
    manifest = load_manifest(folder)
    damaged = manifest is None and (folder / MANIFEST).exists()
    if damaged or folder.is_symlink() or not folder.is_dir():
        return
    done = set(manifest.stages if manifest else ())
    if done if costly is None else done.intersection(costly) or _has_pieces(folder):
        return
    if all(_OURS.fullmatch(entry.name) for entry in folder.iterdir()):
        shutil.rmtree(folder)


def _has_pieces(folder: Path) -> bool:
    """Whether a model's work on an unfinished stage lies here."""
    return any(any((folder / kind).glob("*.json")) for kind in ("replies", "parts"))


def _is_same(path: Path, output: Output) -> bool:
    try:
        if output.sha256 is None or path.stat().st_size != output.size:
            return output.sha256 is None and _size(path) == output.size
        return _hash(path) == output.sha256
    except OSError:
        return False


def _output(path: Path) -> Output:
    size = _size(path)
    return Output(size, _hash(path) if path.is_file() and size <= _HASHED_BYTES else None)


def _size(path: Path) -> int:
    """Bytes of a file, or of all files under a folder."""
    if not path.is_dir():
        return path.stat().st_size
    return sum(file.stat().st_size for file in path.rglob("*") if file.is_file())


# --- all lectures --------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class LectureInfo:
    """A line of the list of lectures; `duration` in seconds, None where untimed."""

    name: str
    title: str
    duration: float | None
    created: str
    stages: tuple[str, ...]
    complete: bool


def list_lectures(indexes: Path) -> tuple[LectureInfo, ...]:
    """Name every lecture in the indexes folder, in the order of their names."""
    if not indexes.is_dir():
        return ()
    folders = sorted(f for f in indexes.iterdir() if f.is_dir() and not f.name.startswith("."))
    found = ((folder.name, load_manifest(folder)) for folder in folders)
    return tuple(_info(name, manifest) for name, manifest in found if manifest)


def _info(name: str, manifest: Manifest) -> LectureInfo:
    durations = (source.duration for source in manifest.sources if source.duration is not None)
    return LectureInfo(
        name=name,
        title=manifest.title,
        duration=next(durations, None),
        created=manifest.created,
        stages=tuple(manifest.stages),
        complete=LAST_STAGE in manifest.stages,
    )
