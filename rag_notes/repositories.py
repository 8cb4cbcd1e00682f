"""Models of the hub that models.toml does not list: whole repositories, in the hub's own cache.

In: a name such as ORG/MODEL. Out: the folder of its files. No sha256 of ours stands for them: what
comes is what the hub has. Of weights only safetensors, and CTranslate2's `model.bin`, are taken.
"""

import json
import re
from pathlib import Path

from rag_notes import sources
from rag_notes.config import Config
from rag_notes.errors import ModelError, ModelMissingError

# Nothing else is fetched: pickled weights and Python files could run code.
_PATTERNS = ("*.safetensors", "*.json", "*.jinja", "*.txt", "*.model", "model.bin")
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,95}/[A-Za-z0-9][A-Za-z0-9._-]{0,95}")
_INDEX = "model.safetensors.index.json"


def is_repository(name: str) -> bool:
    """Whether a name is one of the hub, ORG/MODEL."""
    return bool(_NAME.fullmatch(name))


def title(name: str) -> str:
    """What a repository is called for people: the model's name without who published it."""
    return name.partition("/")[2]


def find(name: str) -> Path:
    """Folder of a repository that is here and whole; never touches the network.

    Raises ModelMissingError where it is not.
    """
    folder = _folder(name)
    if folder is None:
        raise ModelMissingError(name, ["it is not in the hub's cache on this machine"])
    if missing := _missing(folder):
        raise ModelMissingError(name, [f"{folder} lacks {missing}"])
    return folder


def problem(name: str) -> str | None:
    """Say why a repository cannot be found here, or None."""
    try:
        find(name)
    except ModelMissingError as error:
        return str(error)
    return None


def absence(name: str, config: Config) -> str | None:
    """Say why a repository can neither be found nor fetched, or None; may ask the hub."""
    if problem(name) is None:
        return None
    if config.offline:
        return f"{name} is not here and RAG_NOTES_OFFLINE is set"
    unreached = sources.hub_problem()
    return f"{name} is not here and the hub {unreached}" if unreached else None


def fetch(name: str, config: Config) -> Path:
    """Find a repository or get it from the hub.

    Raises ModelMissingError where it cannot be had, SpaceError.
    """
    if problem(name) is None:
        return find(name)
    if config.offline:
        raise ModelMissingError(name, ["RAG_NOTES_OFFLINE is set, nothing was fetched"])
    if unreached := sources.hub_problem():
        raise ModelMissingError(name, [f"hub: {unreached}"])

    try:
        sources.hub_snapshot(name, _PATTERNS)
    except ModelError as error:
        raise ModelMissingError(name, [f"hub: {error}"]) from error
    return find(name)


def _folder(name: str) -> Path | None:
    from huggingface_hub import snapshot_download
    from huggingface_hub.errors import LocalEntryNotFoundError

    try:
        return Path(snapshot_download(name, local_files_only=True))
    except LocalEntryNotFoundError:
        return None


def _missing(folder: Path) -> str | None:
    """The first file that a folder lacks: of weights in parts, its index names them all."""
    index = folder / _INDEX
    wanted = ["config.json"]
    if index.is_file():
        parts = json.loads(index.read_text(encoding="utf-8")).get("weight_map", {}).values()
        wanted += sorted(set(parts))
    elif not (folder / "model.bin").is_file():
        wanted.append("model.safetensors")
    return next((one for one in wanted if not (folder / one).is_file()), None)
