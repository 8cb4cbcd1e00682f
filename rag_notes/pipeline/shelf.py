"""A finished lecture on disk, opened to be searched alone or among others.

In: its folder and an Embedder. Out: an open Index, a Retriever, what a Course wants of a lecture.
An index that is missing, damaged, of another version or of another embedder is rebuilt from the
passages.
"""

from collections.abc import Sequence
from pathlib import Path

from rag_notes import codec, store
from rag_notes.errors import InputError, StaleIndexError
from rag_notes.pipeline.engines import fusion_for
from rag_notes.pipeline.report import Reporter
from rag_notes.protocols import Embedder, Vectors
from rag_notes.schema import Chunk, Slides
from rag_notes.search.index import Index, build_index, open_index
from rag_notes.search.retrieve import Retriever


class ShelvedLecture:
    """One lecture's folder, read when asked.

    `embedder` is the one of its index; without one it can be read, but not searched by meaning.
    """

    def __init__(self, folder: Path, embedder: Embedder | None, report: Reporter) -> None:
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

    def vectors(self, ids: Sequence[str]) -> Vectors | None:
        """Read the vectors of these passages from its index; None where it has no embedder."""
        if self._embedder is None:
            return None
        with self.index() as index:
            return index.vectors(ids)

    def index(self) -> Index:
        """Open its index, rebuilt where it cannot be used.

        Raises LockedError where it has to be rebuilt while another process holds the lecture.
        """
        assert self._embedder
        place, name = self._folder / "chroma", self._embedder.name
        try:
            return open_index(place, embedder=name)
        except StaleIndexError as error:
            self._report.say(str(error))
        chunks = self.chunks()
        with store.lock(self._folder), self._report.stage("index"):
            vectors = self._embedder.embed([chunk.text for chunk in chunks])
            build_index(chunks, vectors, place, embedder=name)
        return open_index(place, embedder=name)

    def retriever(self, index: Index) -> Retriever:
        """Make it searchable through its open index, which must stay open."""
        assert self._embedder
        return Retriever(
            self.chunks(),
            index,
            self._embedder,
            language=self.language,
            slides=self.slides(),
            fusion=fusion_for(self._embedder.name, self.language),
        )

    @property
    def _passages(self) -> Path:
        return self._folder / "chunks.jsonl"
