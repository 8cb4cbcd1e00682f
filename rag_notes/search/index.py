"""Chunks and their vectors to a Chroma index on disk; the only importer of chromadb.

In: chunks and float32 (n, d); out: a folder, and an open Index that answers with ids and cosines.
The index is a cache that can be rebuilt from the two: built in a private folder by one process,
closed, renamed and never changed after. Chroma writes into a folder even when it only reads, and a
damaged one can end the process, so `open_index` first compares every file with the hash taken when
it was built and then works on a private copy. Knows no texts and no embedder.
"""

import errno
import hashlib
import logging
import os
import shutil
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Literal, Self

import msgspec
import numpy as np

from rag_notes.errors import InputError, SpaceError, StaleIndexError
from rag_notes.protocols import Vectors
from rag_notes.schema import Chunk

if TYPE_CHECKING:
    from chromadb.api import ClientAPI

EXACT = 2000  # vectors up to which a search looks at all of them; a lecture has a hundred

_MARKER = "index.json"
_COLLECTION = "passages"
_BATCH = 1000  # Chroma takes at most 5,461 at once
_SAME = 1e-3  # cosine distance under which a vector has found itself (or its twin)


@dataclass(frozen=True, slots=True)
class _Marker:
    """What `index.json` says: who built the index, of what size, the sha256 of each file.

    `embedder` is the name of what made the vectors, "" in an index of before it was written down.
    """

    chroma: str
    count: int
    dimension: int
    files: dict[str, str]
    embedder: str = ""
    version: Literal[1] = 1


class Index:
    """An open index; works on a private copy that goes when it is closed."""

    def __init__(
        self, folder: Path, copy: tempfile.TemporaryDirectory[str], marker: _Marker
    ) -> None:
        self._folder = folder
        self._copy = copy
        self._marker = marker
        self._client, self._collection = _open_collection(Path(copy.name))

    @property
    def embedder(self) -> str:
        """Name of what made the vectors, "" where that is not on record."""
        return self._marker.embedder

    def __len__(self) -> int:
        """Return the number of vectors."""
        return self._marker.count

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

    def close(self) -> None:
        """Let go of the files; may be called twice."""
        self._client.close()
        self._copy.cleanup()

    def query(self, vector: Vectors, k: int) -> list[tuple[str, float]]:
        """Ids and cosines of the `k` chunks nearest to `vector` (1, d), best first.

        Exact where the index holds at most `EXACT` vectors.

        Raises StaleIndexError where the vector is of another dimension than the index.
        """
        k = min(k, len(self))
        if k < 1:
            return []
        if vector.shape != (1, self._marker.dimension):
            wanted = f"has vectors of {self._marker.dimension} dimensions"
            raise StaleIndexError(self._folder, f"{wanted}, the query {vector.shape}")
        found = self._ask(query_embeddings=vector, n_results=k, include=["distances"])
        pairs = zip(found["ids"][0], found["distances"][0], strict=True)
        return [(id_, 1.0 - float(distance)) for id_, distance in pairs]

    def vectors(self, ids: Sequence[str]) -> Vectors:
        """Vectors of the chunks named, float32 (n, d), in the order of `ids`.

        Raises StaleIndexError where one is not there.
        """
        rows: dict[str, Any] = {}
        for start in range(0, len(ids), _BATCH):
            found = self._collection.get(
                ids=list(dict.fromkeys(ids[start : start + _BATCH])), include=["embeddings"]
            )
            rows.update(zip(found["ids"], found["embeddings"], strict=True))
        lacking = next((id_ for id_ in ids if id_ not in rows), None)
        if lacking is not None:
            raise StaleIndexError(self._folder, f"holds no passage {lacking!r}")
        shape = (len(ids), self._marker.dimension)
        return np.array([rows[id_] for id_ in ids], np.float32).reshape(shape)

    def _ask(self, **query: Any) -> Any:  # noqa: ANN401 - handed on to Chroma as they are
        from chromadb.errors import ChromaError

        try:
            return self._collection.query(**query)
        except ChromaError as error:
            raise StaleIndexError(self._folder, f"does not answer ({error})") from error


def build_index(
    chunks: Sequence[Chunk], vectors: Vectors, folder: Path, *, embedder: str = ""
) -> None:
    """Build the index of `chunks` with their `vectors` (n, d), and put it in place of `folder`.

    `embedder` is the name of what made the vectors.

    Raises InputError where vectors and chunks do not fit, SpaceError where the disk is full.
    """
    if vectors.ndim != 2 or len(vectors) != len(chunks) or not np.isfinite(vectors).all():
        raise InputError(f"expected {len(chunks)} finite vectors, found shape {vectors.shape}")
    if len({chunk.id for chunk in chunks}) != len(chunks):
        raise InputError("expected passages with ids of their own, found one id twice")
    from chromadb.errors import ChromaError

    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".tmp-", dir=folder.parent) as private:
        built, old = Path(private, "new"), Path(private, "old")
        try:
            built.mkdir()
            _fill(chunks, vectors, built)
            _mark(built, vectors, embedder)
            if folder.exists():
                folder.rename(old)
            built.rename(folder)
        except OSError as error:
            if error.errno in (errno.ENOSPC, errno.EDQUOT):
                raise SpaceError(folder.parent) from error
            raise
        except ChromaError as error:
            if "full" in str(error):  # SQLite's "database or disk is full"
                raise SpaceError(folder.parent) from error
            raise


def open_index(folder: Path, *, embedder: str = "") -> Index:
    """Open the index in `folder` for reading; `embedder` is the name of what will ask it.

    Raises StaleIndexError where it is missing, damaged, of another version or another embedder's.
    """
    marker = _read_marker(folder)
    if embedder and marker.embedder and marker.embedder != embedder:
        raise StaleIndexError(folder, f"has vectors of {marker.embedder}, not of {embedder}")
    copy = tempfile.TemporaryDirectory(prefix="rag-notes-index-", ignore_cleanup_errors=True)
    try:
        shutil.copytree(folder, copy.name, dirs_exist_ok=True)
        found = _hashes(Path(copy.name))  # of the copy, so that what is checked is what is read
    except OSError as error:  # shutil.Error is one
        copy.cleanup()
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise SpaceError(copy.name) from error
        raise StaleIndexError(folder, f"cannot be read ({error})") from error
    if found != marker.files:
        copy.cleanup()
        damaged = sorted(n for n in found | marker.files if found.get(n) != marker.files.get(n))
        raise StaleIndexError(folder, f"damaged: {', '.join(damaged)}")
    return Index(folder, copy, marker)


def _fill(chunks: Sequence[Chunk], vectors: Vectors, folder: Path) -> None:
    """Write one collection, and make sure that every vector finds itself in it."""
    hnsw = {
        "space": "cosine",
        "max_neighbors": 32,
        "ef_construction": 200,
        "ef_search": min(max(100, len(chunks)), EXACT),
    }
    client = _connect(folder)
    try:
        collection = client.create_collection(
            _COLLECTION, embedding_function=None, configuration={"hnsw": hnsw}
        )
        for start in range(0, len(chunks), _BATCH):
            part, rows = chunks[start : start + _BATCH], vectors[start : start + _BATCH]
            collection.add(
                ids=[chunk.id for chunk in part],
                embeddings=rows.astype(np.float32),
            )
        for start in range(0, len(chunks), _BATCH):
            rows = vectors[start : start + _BATCH].astype(np.float32)
            found = collection.query(query_embeddings=rows, n_results=1, include=["distances"])
            if any(not near or near[0] > _SAME for near in found["distances"]):
                raise StaleIndexError(folder, "a vector does not find itself")
    finally:
        client.close()


def _connect(folder: Path) -> "ClientAPI":
    for name in ("chromadb", "posthog", "opentelemetry"):
        logging.getLogger(name).setLevel(logging.CRITICAL)
    import chromadb
    from chromadb.config import Settings

    # without _env_file, Chroma would take settings from a .env in the folder we are run in
    settings = Settings(_env_file=None, anonymized_telemetry=False, is_persistent=True)
    return chromadb.PersistentClient(path=str(folder), settings=settings)


def _open_collection(folder: Path) -> tuple["ClientAPI", Any]:
    client = _connect(folder)
    try:
        return client, client.get_collection(_COLLECTION, embedding_function=None)
    except BaseException:
        client.close()
        raise


def _mark(folder: Path, vectors: Vectors, embedder: str) -> None:
    """Put the finished files on the disk for good and write down their hashes."""
    count, dimension = vectors.shape
    marker = _Marker(version("chromadb"), count, dimension, _hashes(folder), embedder)
    (folder / _MARKER).write_bytes(msgspec.json.encode(marker))
    for path in folder.rglob("*"):
        if path.is_file():
            with path.open("rb+") as file:
                os.fsync(file.fileno())


def _read_marker(folder: Path) -> _Marker:
    try:
        marker = msgspec.json.decode((folder / _MARKER).read_bytes(), type=_Marker)
    except OSError as error:
        raise StaleIndexError(folder, "missing or unfinished") from error
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise StaleIndexError(folder, f"{_MARKER} is damaged ({error})") from error
    if marker.chroma != version("chromadb"):
        raise StaleIndexError(folder, f"built by Chroma {marker.chroma}")
    return marker


def _hashes(folder: Path) -> dict[str, str]:
    """SHA-256 of every file but the marker, by its path in the folder."""
    found = {}
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        if path.is_file() and name != _MARKER:
            with path.open("rb") as file:
                found[name] = hashlib.file_digest(file, "sha256").hexdigest()
    return found
