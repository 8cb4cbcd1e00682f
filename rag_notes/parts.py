"""Parts of a transcript kept on disk, so that a run that was killed loses at most the one in work.

In: parts as they are heard; out: parts that were heard for the same key, one small file each in the
lecture's folder. Belongs to the store: when the transcript is whole they are removed.
"""

import shutil
from pathlib import Path

import msgspec

from rag_notes.schema import Part
from rag_notes.store import write_atomic

FOLDER = "parts"


class _Kept(msgspec.Struct):
    """A file: the part, and the key of the stage that it was heard for."""

    key: str
    part: Part


class KeptParts:
    """A PartStore (see protocols) under `folder/parts/`, for one key of the transcript's stage."""

    def __init__(self, folder: Path, key: str) -> None:
        self._folder = folder / FOLDER
        self._key = key

    def find(self, channel: int, start: float) -> Part | None:
        """Return the part that was kept; None where there is none of this key, or a damaged one."""
        try:
            kept = msgspec.json.decode(self._path(channel, start).read_bytes(), type=_Kept)
        except (FileNotFoundError, UnicodeDecodeError, msgspec.DecodeError):
            return None
        return kept.part if kept.key == self._key else None

    def save(self, part: Part) -> None:
        """Keep a part durably.

        Raises SpaceError where the disk is full.
        """
        path = self._path(part.channel, part.start)
        write_atomic(path, msgspec.json.encode(_Kept(self._key, part)))

    def clear(self) -> None:
        """Remove all parts, of other keys too."""
        shutil.rmtree(self._folder, ignore_errors=True)

    def _path(self, channel: int, start: float) -> Path:
        """File of a part, by its channel and the sample (at 16 kHz) at which it starts."""
        return self._folder / f"{channel}-{round(start * 16_000):010d}.json"
