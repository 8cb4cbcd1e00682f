"""Vectors that are computed once and kept in a file of the user's cache.

In: an embedder; out: one that looks up what it has seen. Embedding the evidence of a benchmark
takes minutes on two cores, judging it seconds. Knows neither claims nor passages.
"""

import hashlib
import os
import sys
import zipfile
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from rag_notes.protocols import Embedder, Vectors

_BATCH = 512  # texts between two looks at the progress


class KeptEmbedder:
    """An embedder behind a file of vectors, keyed by the hash of the text.

    The file is named after the embedder; weights that change under one name need a new file.
    """

    def __init__(self, embedder: Embedder, folder: Path) -> None:
        """Read what `folder` keeps of this embedder; a damaged file counts as none."""
        self._embedder = embedder
        self._file = folder / f"vectors-{embedder.name.replace('/', '-')}.npz"
        self._known = _read(self._file)

    @property
    def name(self) -> str:
        """The name of the embedder behind it."""
        return self._embedder.name

    def embed(self, texts: Sequence[str]) -> Vectors:
        """Vectors of passages, float32 (n, d); new ones are embedded and kept in memory."""
        if not texts:
            return self._embedder.embed(texts)
        keys = [_key(text) for text in texts]
        new = {key: text for key, text in zip(keys, texts, strict=True) if key not in self._known}
        if new:
            self._known.update(zip(new, self._embedder.embed(list(new.values())), strict=True))
        return np.stack([self._known[key] for key in keys])

    def embed_query(self, text: str) -> Vectors:
        """Vector of one query, float32 (1, d); not kept."""
        return self._embedder.embed_query(text)

    def prepare(self, texts: Sequence[str]) -> None:
        """Embed many texts ahead, telling how far it is, and keep all vectors in the file."""
        wanted = {_key(text): text for text in texts}
        new = sorted((text for key, text in wanted.items() if key not in self._known), key=len)
        for first in range(0, len(new), _BATCH):
            print(f"embedding {first} of {len(new)} texts", file=sys.stderr)
            self.embed(new[first : first + _BATCH])
        if new:
            _write(self._file, self._known)


def cache_folder() -> Path:
    """Where vectors are kept: `$XDG_CACHE_HOME/rag-notes/evaluation`."""
    named = os.environ.get("XDG_CACHE_HOME")
    cache = Path(named).expanduser() if named else Path.home() / ".cache"
    return cache / "rag-notes" / "evaluation"


def _key(text: str) -> bytes:
    return hashlib.blake2b(text.encode(errors="replace"), digest_size=16).digest()


def _read(file: Path) -> dict[bytes, Vectors]:
    try:
        with np.load(file, allow_pickle=False) as found:
            keys, vectors = found["keys"], found["vectors"]
    except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile):
        return {}
    return {key.tobytes(): row for key, row in zip(keys, vectors, strict=True)}


def _write(file: Path, known: dict[bytes, Vectors]) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    fresh = file.with_name(f"{file.stem}.{os.getpid()}.npz")
    keys = np.frombuffer(b"".join(known), np.uint8).reshape(len(known), -1)
    np.savez(fresh, keys=keys, vectors=np.stack(list(known.values())).astype(np.float32))
    fresh.replace(file)
