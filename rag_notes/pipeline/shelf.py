"""Finished lectures on disk, opened to be searched: one, several, or a whole indexes folder.

In: folders of lectures and the Embedder that their indexes were built with. Out: an open Index, a
Retriever, a Course. An index that is missing, damaged or of another version is rebuilt from the
passages.
"""

from collections.abc import Iterable, Sequence
from pathlib import Path

from rag_notes import codec, store
from rag_notes.errors import InputError, StaleIndexError
from rag_notes.pipeline.report import Reporter
from rag_notes.protocols import Embedder, Vectors
from rag_notes.schema import Chunk, Slides
from rag_notes.search.course import Course
from rag_notes.search.index import Index, build_index, open_index
from rag_notes.search.retrieve import Retriever


class ShelvedLecture:
    """One lecture's folder, read when asked."""

    def __init__(self, folder: Path, embedder: Embedder, report: Reporter) -> None:
        """Open nothing yet.

        Raises InputError where the lecture has no passages yet.
        """
        self._folder = folder
        self._embedder = embedder
        self._report = report
        if not self._passages.is_file():
            raise InputError(
                f"{folder.name} has no passages yet; run its `rag-notes make` again to finish it"
            )

    @property
    def name(self) -> str:
        """The folder's name."""
        return self._folder.name

    @property
    def language(self) -> str:
        """ISO 639-1 code of what is spoken, "en" where it is not on record."""
        manifest = store.load_manifest(self._folder)
        return (manifest.language if manifest else None) or "en"

    def chunks(self) -> tuple[Chunk, ...]:
        """Read its passages."""
        return codec.decode_chunks(self._passages.read_bytes())

    def slides(self) -> Slides:
        """Read its slides."""
        path = self._folder / "slides.json"
        return codec.decode_slides(path.read_bytes()) if path.is_file() else Slides()

    def vectors(self, ids: Sequence[str]) -> Vectors:
        """Read the vectors of these passages from its index."""
        with self.index() as index:
            return index.vectors(ids)

    def index(self) -> Index:
        """Open its index, rebuilt where it cannot be used.

        Raises LockedError where it has to be rebuilt while another process holds the lecture.
        """
        place = self._folder / "chroma"
        try:
            return open_index(place)
        except StaleIndexError as error:
            self._report.say(str(error))
        chunks = self.chunks()
        with store.lock(self._folder), self._report.stage("index"):
            build_index(chunks, self._embedder.embed([chunk.text for chunk in chunks]), place)
        return open_index(place)

    def retriever(self, index: Index) -> Retriever:
        """Make it searchable through its open index, which must stay open."""
        return Retriever(
            self.chunks(), index, self._embedder, language=self.language, slides=self.slides()
        )

    @property
    def _passages(self) -> Path:
        return self._folder / "chunks.jsonl"


def open_course(folders: Iterable[Path], embedder: Embedder, report: Reporter) -> Course:
    """Make several lectures searchable at once; each is read when the course is first searched.

    Raises InputError where one has no passages yet, or two have one name.
    """
    lectures = [ShelvedLecture(folder, embedder, report) for folder in folders]
    names = [lecture.name for lecture in lectures]
    if twice := {name for name in names if names.count(name) > 1}:
        raise InputError(f"expected lectures of different names, found {min(twice)!r} twice")
    return Course(lectures, embedder)


def lectures_in(folder: Path) -> tuple[Path, ...]:
    """Folders of the lectures in `folder` that have passages, by name."""
    manifests = folder.glob(f"*/{store.MANIFEST}") if folder.is_dir() else ()
    found = (manifest.parent for manifest in manifests)
    return tuple(sorted(one for one in found if (one / "chunks.jsonl").is_file()))
