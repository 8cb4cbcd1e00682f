"""Which weights there are: models.toml as values, checked.

In: models.toml. Out: models with their files and sources. What lies on a disk is not known here.
"""

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Literal, TypeAlias

import msgspec

from rag_notes.errors import ModelError

_PACKAGED = Path(__file__).with_name("models.toml")
_NAME = re.compile(r"[a-z0-9][a-z0-9._-]*")
_SHA256 = re.compile(r"[0-9a-f]{64}")
_PIN = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*==[A-Za-z0-9][A-Za-z0-9.+!]*")
_REPO = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*/[A-Za-z0-9][A-Za-z0-9._-]*")
_REVISION = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")

Kind: TypeAlias = Literal["gguf", "embedder", "whisper"]
ModelSet: TypeAlias = Literal["default", "tiny"]


@dataclass(frozen=True, slots=True)
class Part:
    """A member of a wheel that is a file, or the next bytes of one.

    `wheel` is a pin, `name==version`. Size and sha256 are None where the part is the whole file.
    """

    wheel: str
    member: str
    size: int | None = None
    sha256: str | None = None


@dataclass(frozen=True, slots=True)
class ModelFile:
    """A file of a model: path below the model's folder, size in bytes, sha256, parts in order."""

    path: str
    size: int
    sha256: str
    parts: tuple[Part, ...] = ()

    def expected(self, part: Part) -> tuple[int, str]:
        """Size and sha256 of a part; those of the file where the part is all of it."""
        return part.size or self.size, part.sha256 or self.sha256


@dataclass(frozen=True, slots=True)
class Hub:
    """A repository on the hub that holds a model's files under the same paths."""

    repo: str
    revision: str = "main"


@dataclass(frozen=True, slots=True)
class Prompts:
    """What an embedder was trained to see before a query and before a passage."""

    query: str = ""
    passage: str = ""


@dataclass(frozen=True, slots=True)
class Model:
    """One entry of models.toml; `title` is for people and for the provenance of notes.

    `languages` are the ISO 639-1 codes of those that an embedder knows, none where it knows many.
    """

    name: str
    kind: Kind
    title: str
    licence: str
    sets: tuple[ModelSet, ...]
    files: tuple[ModelFile, ...]
    hub: Hub | None = None
    languages: tuple[str, ...] = ()
    prompts: Prompts = Prompts()

    @property
    def size(self) -> int:
        """Bytes of all files."""
        return sum(file.size for file in self.files)

    @property
    def wheels(self) -> tuple[str, ...]:
        """Pins of the wheels that hold the parts, each once, in order."""
        return tuple(dict.fromkeys(part.wheel for file in self.files for part in file.parts))


def catalogue(path: Path = _PACKAGED) -> tuple[Model, ...]:
    """Read all models of models.toml.

    Raises: ModelError where the file is not what it should be.
    """
    try:
        with path.open("rb") as toml:
            models = msgspec.convert(tomllib.load(toml).get("model"), tuple[Model, ...])
    except (OSError, tomllib.TOMLDecodeError, UnicodeDecodeError, msgspec.ValidationError) as error:
        raise ModelError(f"{path}: not a list of models: {error}") from error
    if len({model.name for model in models}) < len(models):
        raise ModelError(f"{path}: two models have one name")
    for model in models:
        for fault in _faults(model):
            raise ModelError(f"{path}: model {model.name!r}: {fault}")
    return models


def _faults(model: Model) -> Iterator[str]:
    """Say what is wrong with an entry: nothing of it may leave the folder or become an option."""
    if not _NAME.fullmatch(model.name):
        yield "the name cannot be a folder's name"
    hub = model.hub
    if hub and not (_REPO.fullmatch(hub.repo) and _REVISION.fullmatch(hub.revision)):
        yield f"{hub.repo!r} at {hub.revision!r} is no repository"
    if not model.files or (model.kind == "gguf" and len(model.files) != 1):
        yield "a gguf is one file, any other model at least one"
    if len({bool(file.parts) for file in model.files}) > 1:
        yield "wheels hold only some of its files"
    for file in model.files:
        yield from (f"{file.path!r}: {fault}" for fault in _file_faults(file, model.wheels))


def _file_faults(file: ModelFile, wheels: tuple[str, ...]) -> Iterator[str]:
    path = PurePosixPath(file.path)
    if path.is_absolute() or not path.name or ".." in path.parts or set(file.path) & set("\\:\0"):
        yield "the path leaves the folder"
    sizes, hashes = [file.size], [file.sha256]
    for part in file.parts:
        size, sha256 = file.expected(part)
        sizes.append(size)
        hashes.append(sha256)
    if not all(_SHA256.fullmatch(sha256) for sha256 in hashes):
        yield "a sha256 is 64 hex digits"
    if min(sizes) <= 0 or (file.parts and sum(sizes[1:]) != file.size):
        yield "its parts do not make its size"
    if not all(_PIN.fullmatch(part.wheel) for part in file.parts):
        yield "a wheel is pinned as name==version"
    order = [wheels.index(part.wheel) for part in file.parts]
    if order != sorted(order):
        yield "its parts are not in the order of the wheels"
