"""Finished lectures on disk, opened to be searched: one, several, or a whole indexes folder.

In: folders of lectures and the plan of a run. Out: an open Index, a Retriever, a Course. An index
that is missing, damaged, of another version or of another embedder is rebuilt from the passages.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path

from rag_notes import codec, store
from rag_notes.config import Config
from rag_notes.errors import InputError, StaleIndexError
from rag_notes.pipeline.engines import Plan, fit_searcher, fusion_for, load_searcher
from rag_notes.pipeline.report import Reporter, SilentReporter
from rag_notes.protocols import Embedder, Vectors
from rag_notes.schema import Chunk, Slides
from rag_notes.search.course import Course
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
        return _language(self._folder) or "en"

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


def open_lecture(
    folder: Path, plan: Plan, config: Config, report: Reporter | None = None
) -> ShelvedLecture:
    """Make a lecture searchable by the embedder that knows its language, where that is here.

    Raises InputError where it has no passages yet, ModelMissingError.
    """
    report = report or SilentReporter()
    fitted = fit_searcher(plan, _language(folder), config, report, fetch=False)
    return ShelvedLecture(folder, load_searcher(fitted, config), report)


def open_course(
    folders: Iterable[Path], plan: Plan, config: Config, report: Reporter | None = None
) -> Course:
    """Make several lectures searchable at once; each is read when the course is first searched.

    One embedder asks them all, that of most; lectures indexed by another are searched by words.
    Raises InputError where one has no passages yet, or two have one name, ModelMissingError.
    """
    report = report or SilentReporter()
    folders = tuple(folders)
    names = [folder.name for folder in folders]
    if twice := {name for name in names if names.count(name) > 1}:
        raise InputError(f"expected lectures of different names, found {min(twice)!r} twice")
    plans = [
        fit_searcher(plan, _language(folder), config, report, fetch=False) for folder in folders
    ]
    common = max(Counter(plans).items(), key=lambda pair: pair[1])[0] if plans else plan
    embedder = load_searcher(common, config)
    lectures = []
    for folder, fitted in zip(folders, plans, strict=True):
        is_common = fitted.index_embedder == common.index_embedder
        if not is_common:
            report.say(f"{folder.name} is in another language and is searched by its words alone")
        lectures.append(ShelvedLecture(folder, embedder if is_common else None, report))
    return Course(lectures, embedder)


def lectures_in(folder: Path) -> tuple[Path, ...]:
    """Folders of the lectures in `folder` that have passages, by name."""
    manifests = folder.glob(f"*/{store.MANIFEST}") if folder.is_dir() else ()
    found = (manifest.parent for manifest in manifests)
    return tuple(sorted(one for one in found if (one / "chunks.jsonl").is_file()))


def _language(folder: Path) -> str | None:
    manifest = store.load_manifest(folder)
    return manifest.language if manifest else None
