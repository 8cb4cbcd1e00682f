"""Finished lectures as they are asked: what was made of each, and what finds passages in them.

In: a lecture's name or folder, or a folder of lectures. Out: their notes and passages, read once,
and what searches them. An index that cannot be used is rebuilt; one of another embedder
stays as it is, and the passages are embedded again in memory.
"""

from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TypeVar

import numpy as np

from rag_notes import codec, models, store
from rag_notes.config import Config
from rag_notes.errors import InputError, LectureNameError, LockedError, UnknownLectureError
from rag_notes.export.cite import Places
from rag_notes.pipeline import export
from rag_notes.pipeline.engines import fusion_for
from rag_notes.pipeline.pages import PICTURES
from rag_notes.pipeline.report import Reporter
from rag_notes.pipeline.shelf import ShelvedLecture
from rag_notes.protocols import Embedder, Vectors
from rag_notes.schema import Chunk, Notes, Slides
from rag_notes.search.course import Course
from rag_notes.search.retrieve import Retriever

T = TypeVar("T")
_KEPT = 32  # lectures whose files are held once read


@dataclass(frozen=True, slots=True)
class Opened:
    """A finished lecture; what was made of it is read when asked for."""

    folder: Path
    manifest: store.Manifest

    @property
    def name(self) -> str:
        """The folder's name."""
        return self.folder.name

    @property
    def language(self) -> str:
        """ISO 639-1 code of what is spoken."""
        return self.manifest.language or "en"

    def notes(self) -> Notes:
        """Read its notes.

        Raises InputError where the file is damaged, as those below.
        """
        return _read(self.folder / "notes.json", _notes)

    def chunks(self) -> tuple[Chunk, ...]:
        """Read its passages."""
        return _read(self.folder / "chunks.jsonl", _chunks)

    def slides(self) -> Slides:
        """Read its slides."""
        return _read(self.folder / "slides.json", _slides)

    def duration(self) -> float | None:
        """Seconds from start to end, None where the transcript has no times."""
        ends = [chunk.end for chunk in self.chunks() if chunk.end is not None]
        lengths = [one.duration for one in self.manifest.sources if one.duration is not None]
        return max([*ends, *lengths]) if ends else None

    def places(self, beside: Path) -> Places:
        """What its citations link to from a file in the folder `beside`."""
        roles = {one.role: str(self.folder / one.path) for one in self.manifest.sources}
        found = str(self.folder / PICTURES) if (self.folder / PICTURES).is_dir() else None
        links = export.LinkPlaces(
            self.manifest.media or roles.get("media"), roles.get("slides"), found
        )
        return export.places_beside(links, self.folder / "transcript.md", beside)


def find_folders(name_or_path: str, config: Config) -> tuple[Path, ...]:
    """Folder of a lecture, or those of all lectures in a folder.

    Raises UnknownLectureError where there is neither.
    """
    path = Path(name_or_path).expanduser()
    try:
        return (store.find_lecture(name_or_path, config),)
    except (UnknownLectureError, LectureNameError):
        inside = [] if "\0" in name_or_path else sorted(path.glob(f"*/{store.MANIFEST}"))
        if not inside:
            raise
        return tuple(manifest.parent for manifest in inside)


def open_finished(folder: Path) -> Opened:
    """See that a lecture is finished.

    Raises LockedError where it is still being made, InputError where nobody makes it.
    """
    if store.is_held(folder):
        raise LockedError(folder.name)
    manifest = store.load_manifest(folder)
    files = ("notes.json", "chunks.jsonl", "slides.json")
    recorded = manifest is not None and store.LAST_STAGE in manifest.stages
    if manifest is None or not recorded or not all((folder / name).is_file() for name in files):
        raise InputError(
            f"{folder.name} is not finished yet; run its `rag-notes make` again, then ask"
        )
    return Opened(folder, manifest)


def open_retriever(
    lecture: Opened, embedder: Embedder, report: Reporter, stack: ExitStack
) -> Retriever:
    """Make a lecture searchable; what has to be closed again goes onto `stack`."""
    if lecture.notes().provenance.embedder == embedder.name:
        shelved = ShelvedLecture(lecture.folder, embedder, report)
        try:
            return shelved.retriever(stack.enter_context(shelved.index()))
        except (InputError, LockedError) as error:  # it may only be read, or is being rebuilt
            report.say(f"{error}; the passages are embedded again for this once")
    return Retriever(
        lecture.chunks(),
        _Vectors(lecture.chunks(), embedder),
        embedder,
        language=lecture.language,
        slides=lecture.slides(),
        fusion=fusion_for(embedder.name, lecture.language),
    )


def open_course(lectures: Sequence[Opened], embedder: Embedder, report: Reporter) -> Course:
    """Make several lectures searchable as one.

    Those in a language that the embedder does not know are searched by their words alone.
    """

    def shelved(one: Opened) -> ShelvedLecture:
        if not models.knows(embedder.name, one.language):
            return ShelvedLecture(one.folder, None, report)
        if one.notes().provenance.embedder == embedder.name:
            return ShelvedLecture(one.folder, embedder, report)
        return _Reembedded(one, embedder, report)

    return Course([shelved(one) for one in lectures], embedder)


class _Vectors:
    """Vectors of passages made anew (see search.retrieve.DenseSearch)."""

    def __init__(self, chunks: Sequence[Chunk], embedder: Embedder) -> None:
        self._at = {chunk.id: at for at, chunk in enumerate(chunks)}
        self._vectors = embedder.embed([chunk.text for chunk in chunks])

    def query(self, vector: Vectors, k: int) -> list[tuple[str, float]]:
        """Ids and cosines of the `k` chunks nearest to `vector` (1, d)."""
        cosines = self._vectors @ vector[0]
        names = list(self._at)
        return [(names[at], float(cosines[at])) for at in np.argsort(-cosines, kind="stable")[:k]]

    def vectors(self, ids: Sequence[str]) -> Vectors:
        """Vectors of the chunks named, float32 (n, d)."""
        return self._vectors[[self._at[id_] for id_ in ids]]


class _Reembedded(ShelvedLecture):
    """A lecture of a course whose index is another embedder's."""

    def __init__(self, lecture: Opened, embedder: Embedder, report: Reporter) -> None:
        super().__init__(lecture.folder, embedder, report)
        self._lecture = lecture
        self._anew = embedder

    def vectors(self, ids: Sequence[str]) -> Vectors:
        """Vectors of the chunks named, float32 (n, d)."""
        return _Vectors(self._lecture.chunks(), self._anew).vectors(ids)


def _read(path: Path, read: Callable[[Path, int], T]) -> T:
    try:
        return read(path, path.stat().st_mtime_ns)
    except InputError as error:
        raise InputError(f"{path.parent.name}: {error}") from error
    except OSError as error:
        reason = error.strerror or str(error)
        raise InputError(f"{path}: cannot be read ({reason}); make the lecture again") from error


@lru_cache(maxsize=_KEPT)
def _notes(path: Path, _changed: int) -> Notes:
    return codec.decode_notes(path.read_bytes())


@lru_cache(maxsize=_KEPT)
def _chunks(path: Path, _changed: int) -> tuple[Chunk, ...]:
    return codec.decode_chunks(path.read_bytes())


@lru_cache(maxsize=_KEPT)
def _slides(path: Path, _changed: int) -> Slides:
    return codec.decode_slides(path.read_bytes())
