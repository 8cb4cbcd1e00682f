"""From files to notes: the stages in their order, each finished once.

In: a request and a Config; out: a lecture's folder with notes. A stage runs when its key (what it
is made from) is not the recorded one; its outputs are renamed into place and then recorded, so a
run that was killed goes on where it was.
"""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from rag_notes import codec, prompts, store
from rag_notes.config import Config
from rag_notes.errors import InputError, RagNotesError, StaleIndexError
from rag_notes.ingest import ocr
from rag_notes.parts import KeptParts
from rag_notes.pipeline import export, inputs, pages, translate
from rag_notes.pipeline.assemble import Run, assemble
from rag_notes.pipeline.engines import (
    Plan,
    cached_llm,
    fit_searcher,
    fusion_for,
    give_back,
    hearing,
    load_embedder,
    load_searcher,
    meet_server,
    require_models,
    settle_hearing,
)
from rag_notes.pipeline.material import Material, Written
from rag_notes.pipeline.plan import plan_lecture
from rag_notes.pipeline.presets import model_title
from rag_notes.pipeline.report import Reporter, SilentReporter
from rag_notes.pipeline.request import MakeRequest
from rag_notes.pipeline.write import prompt_names, write_notes
from rag_notes.protocols import LLM, Embedder, Progress
from rag_notes.replies import Usage
from rag_notes.schema import Chunk, Lecture, Notes, Outline, Slides, Transcript

if TYPE_CHECKING:
    from rag_notes.search.index import Index
    from rag_notes.search.retrieve import Retriever


@dataclass(frozen=True, slots=True)
class Made:
    """A finished lecture; `lost` says what of the input could not be read.

    `notices` say what of it was repaired, chosen or not understood.
    """

    folder: Path
    notes: Notes
    markdown: Path
    lost: tuple[str, ...]
    stages_run: tuple[str, ...]
    notices: tuple[str, ...] = ()


def make_notes(request: MakeRequest, config: Config, report: Reporter | None = None) -> Made:
    """Make the notes of a lecture, or finish or find them where that was done before.

    Raises InputError, ModelError, SpaceError, LockedError; a first run that fails leaves no lecture
    behind, unless it holds work of the speech model or of the LLM.
    """
    report = report or SilentReporter()
    request.refuse()
    folder = store.lecture_folder(request.lecture, config)
    plan, config = plan_lecture(request, config, folder, report)
    given = [path for path, _ in request.files]
    export.check_out(request.out, inputs=given, folder=folder)
    with store.lock(folder):
        try:
            return _Run(request, config, plan, folder, report).make()
        except (RagNotesError, OSError):
            costly = ("transcript", "notes") if request.is_media else ("notes",)
            store.discard_if_unfinished(folder, costly=costly)
            raise


class _Run:
    """One `make`: what was asked, what is recorded, what has been run."""

    def __init__(
        self, request: MakeRequest, config: Config, plan: Plan, folder: Path, report: Reporter
    ) -> None:
        self._request = request
        self._config = config
        self._plan = plan
        self._folder = folder
        self._report = report
        self._manifest = store.load_manifest(folder) or store.Manifest(title=folder.name)
        self._ran: list[str] = []
        self._notices: list[str] = []  # of the stage that runs
        self._embedder: Embedder | None = None
        self._searcher: Embedder | None = None
        self._language = translate.target_language(request.language, request.query)

    # --- the order of the stages -----------------------------------------------------------------

    def make(self) -> Made:
        request, config = self._request, self._config
        self._describe_sources()
        hashes = {source.role: source.sha256 for source in self._manifest.sources}
        spoken = hashes.get("media") or hashes["captions"]
        heard_by = self._plan.transcriber if request.is_media else request.source.suffix.lower()
        seen_in = f"auto {spoken}" if request.finds_slides else hashes.get("slides", "")
        slides = self._key("slides", [seen_in, str(ocr.is_installed())])
        listens_for = [slides, str(request.track), request.channels] if request.is_media else []
        heard = [spoken, heard_by, request.speech_language or "", *listens_for]
        transcript = self._key("transcript", heard)
        sizes = [
            config.chunk_min_words,
            config.chunk_max_words,
            config.chunk_target_words,
            config.chunk_max_seconds,
        ]
        aligned = self._key("align", [transcript, slides, spoken, self._plan.embedder])
        chunks = self._key("chunks", [transcript, aligned, *map(str, sizes)])
        self._fit_searcher(self._manifest.language or request.speech_language, fetch=False)
        index, notes = self._search_keys(chunks)
        places = export.places(
            request.source, request.slides, request.media, is_media=request.is_media
        )
        if request.finds_slides:
            places = replace(places, pictures=str((self._folder / pages.PICTURES).resolve()))
        files = ["slides.read.json", *([pages.PICTURES] if request.has_slides else [])]
        self._stage("slides", slides, files, self._read_slides)
        self._require_models(transcript, index, notes)
        kept = KeptParts(self._folder, transcript)
        files = ["transcript.json"]
        self._stage("transcript", transcript, files, lambda told: self._transcribe(told, kept))
        kept.clear()
        self._stage("align", aligned, ["slides.json"], self._time_pages)
        self._stage("chunks", chunks, ["chunks.jsonl"], self._make_chunks)
        self._fit_searcher(self._manifest.language, fetch=True)
        index, notes = self._search_keys(chunks)
        exports = self._key("export", [notes, msgspec.json.encode(places).decode()])
        self._stage("index", index, ["chroma"], self._build_index)
        self._stage("notes", notes, ["outline.json", "notes.json"], self._write_notes)
        files = ["notes.md", "transcript.md"]
        self._stage("export", exports, files, lambda _: self._export(places))
        if request.out:
            export.write_copy(request.out, self._notes(), places, self._folder)
        return self._made()

    def _fit_searcher(self, language: str | None, *, fetch: bool) -> None:
        """Take the embedder that knows the language; what is indexed by another stays."""
        done = "index" in self._manifest.stages
        self._plan = fit_searcher(
            self._plan, language, self._config, self._report, fetch=fetch and not done
        )

    def _search_keys(self, chunks: str) -> tuple[str, str]:
        """Keys of the index and of the notes."""
        index = self._key("index", [chunks, self._plan.index_embedder])
        return index, self._key("notes", [index, *self._notes_parts()])

    def _notes_parts(self) -> list[str]:
        config = self._config
        return [
            self._plan.llm,
            self._request.query or "",
            *(prompts.sha256(name) for name in self._prompts()),
            *map(str, (config.topic_seconds, config.topic_words, config.topics_min)),
            *map(str, (config.retrieve_rest, config.retrieve_slides, config.context_tokens)),
            str(config.judge_least),
            str(config.own_wording),
            self._language or "",
        ]

    def _prompts(self) -> tuple[str, ...]:
        """Prompts that the notes depend on, that of translating where another language is asked."""
        return (*prompt_names(), *(translate.prompt_names() if self._language else ()))

    @staticmethod
    def _key(stage: str, parts: Sequence[str]) -> str:
        return store.stage_key(stage, [version("rag-notes"), *parts])

    def _stage(
        self, name: str, key: str, files: Sequence[str], run: Callable[[Progress], Sequence[str]]
    ) -> None:
        """Run a stage unless it is done; `run` returns what was lost of the input."""
        if store.is_done(self._folder, self._manifest, name, key):
            for notice in self._manifest.stages[name].notices:
                self._report.say(notice)
            return
        self._notices = []
        started = time.monotonic()
        with self._report.stage(name) as progress:
            lost = run(progress)
        files = list(files)
        if lost:
            store.write_atomic(self._folder / f"{name}.lost.json", msgspec.json.encode(list(lost)))
            files.append(f"{name}.lost.json")
        self._manifest = store.record(
            self._folder,
            self._manifest,
            name,
            key=key,
            files=files,
            seconds=time.monotonic() - started,
            notices=self._notices,
        )
        self._ran.append(name)

    def _say(self, notice: str) -> None:
        self._notices.append(notice)
        self._report.say(notice)

    def _require_models(self, transcript: str, index: str, notes: str) -> None:
        """Fail for want of a model before the first of them is used, not after an hour."""
        done = [
            store.is_done(self._folder, self._manifest, name, key)
            for name, key in (("transcript", transcript), ("index", index), ("notes", notes))
        ]
        request = self._request
        wanted = () if done[1] and done[2] else self._plan.models
        if request.is_media and not done[0] and inputs.probe(request).has_audio:
            wanted = (self._plan.transcriber, *wanted)
        if not done[2]:
            meet_server(self._plan, self._config)
        if wanted:
            require_models(wanted, self._config, self._report)
        if self._plan.transcriber in wanted:
            self._plan = settle_hearing(self._plan, self._config, self._report)

    # --- stages ----------------------------------------------------------------------------------

    def _describe_sources(self) -> None:
        request = self._request
        known = self._manifest
        durations = {source.role: source.duration for source in known.sources}
        described = tuple(
            store.describe_source(
                path, role, folder=self._folder, known=known, duration=durations.get(role)
            )
            for path, role in request.files
        )
        if request.name is None:
            self._refuse_other_lecture(described[0])
        versions = {"rag_notes": version("rag-notes")}
        named = export.places(request.source, None, request.media, is_media=False).media
        parts = self._plan.parts(self._config, known)
        self._manifest = replace(
            known, sources=described, versions=versions, media=named, parts=parts
        )

    def _refuse_other_lecture(self, found: store.SourceFile) -> None:
        """Keep two files of one name in two folders from becoming one lecture."""
        spoken = ("media", "captions")
        known = next((one for one in self._manifest.sources if one.role in spoken), None)
        if known and known.path != found.path and known.sha256 != found.sha256:
            raise InputError(
                f"lecture {self._folder.name!r} was made from {known.path}; "
                f"give the one of {found.path} another --name"
            )

    def _transcribe(self, progress: Progress, kept: KeptParts) -> Sequence[str]:
        lost: list[str] = []
        asked = inputs.Asked(
            self._request, self._plan, self._config, lost.append, self._say, progress
        )
        try:
            transcript = inputs.hear(asked, self._slides("slides.read.json"), kept)
        except InputError:  # not worth going on with: there is nothing to be heard
            kept.clear()
            raise
        give_back(self._plan)
        store.write_atomic(self._folder / "transcript.json", codec.encode_transcript(transcript))
        spoken, *others = self._manifest.sources
        self._manifest = replace(
            self._manifest,
            language=transcript.language,
            sources=(replace(spoken, duration=transcript.duration), *others),
        )
        return lost

    def _read_slides(self, progress: Progress) -> Sequence[str]:
        slides, lost = pages.look(self._request, self._folder, progress)
        store.write_atomic(self._folder / "slides.read.json", codec.encode_slides(slides))
        return lost

    def _time_pages(self, progress: Progress) -> Sequence[str]:
        timing = pages.Timing(self._request, self._folder, self._load_embedder, progress)
        read = self._slides("slides.read.json")
        slides, lost = pages.time_pages(timing, read, self._transcript())
        store.write_atomic(self._folder / "slides.json", codec.encode_slides(slides))
        return lost

    def _make_chunks(self, _: Progress) -> Sequence[str]:
        from rag_notes.ingest.chunk import make_chunks

        lecture = Lecture(self._folder.name, self._transcript(), self._slides())
        chunks = make_chunks(lecture, self._config)
        if not chunks:
            raise InputError(f"{self._request.source}: no words were found to make notes of")
        store.write_atomic(self._folder / "chunks.jsonl", codec.encode_chunks(chunks))
        return ()

    def _build_index(self, _: Progress) -> Sequence[str]:
        from rag_notes.search.index import build_index

        chunks = codec.decode_chunks((self._folder / "chunks.jsonl").read_bytes())
        searcher = self._load_searcher()
        vectors = searcher.embed([chunk.text for chunk in chunks])
        build_index(chunks, vectors, self._folder / "chroma", embedder=searcher.name)
        return ()

    def _write_notes(self, progress: Progress) -> Sequence[str]:
        from rag_notes.search.index import open_index

        chunks = codec.decode_chunks((self._folder / "chunks.jsonl").read_bytes())
        llm = cached_llm(self._plan, self._config, self._folder)
        embedder = self._load_embedder()
        try:
            index = open_index(self._folder / "chroma", embedder=self._plan.index_embedder)
        except StaleIndexError as error:
            self._report.say(str(error))
            self._build_index(progress)
            index = open_index(self._folder / "chroma")
        with index:
            material = Material(
                chunks=chunks,
                vectors=index.vectors([chunk.id for chunk in chunks]),
                slides=self._slides(),
                retriever=self._retriever(chunks, index),
                embedder=embedder,
                llm=llm,
                config=self._config,
                progress=progress,
            )
            started = time.monotonic()
            written = write_notes(material, query=self._request.query)
        written = self._translated(written, llm, progress)
        notes = self._notes_of(written, llm.usage, time.monotonic() - started)
        store.write_atomic(
            self._folder / "outline.json", codec.encode_outline(Outline(written.topics))
        )
        store.write_atomic(self._folder / "notes.json", codec.encode_notes(notes))
        self._manifest = replace(self._manifest, title=notes.title)
        return ()

    def _is_translated(self) -> bool:
        return translate.is_translated(self._language, self._transcript().language)

    def _translated(self, written: Written, llm: LLM, progress: Progress) -> Written:
        if not (self._is_translated() and self._config.judge_least):  # by what can judge
            return written
        sections = translate.translate_sections(
            written.sections,
            source=self._transcript().language,
            target=str(self._language),
            llm=llm,
            progress=progress,
        )
        return replace(written, sections=sections)

    def _notes_of(self, written: Written, usage: Usage, seconds: float) -> Notes:
        transcript = self._transcript()
        translated = self._is_translated()
        made = Run(
            transcriber=self._heard_by(transcript),
            embedder=self._plan.index_embedder,
            llm=self._plan.llm,
            prompts=self._prompts(),
            stages=self._manifest.stages,
            usage=usage,
            seconds=seconds,
        )
        notes = assemble(written, transcript, self._slides(), made)
        return replace(
            notes,
            title=written.title or self._folder.name,
            language=str(self._language) if translated else transcript.language,
            translated_from=transcript.language if translated else None,
            query=self._request.query,
        )

    def _heard_by(self, transcript: Transcript) -> str:
        if not transcript.segments:
            return "none"
        if not self._request.is_media:
            return "captions"
        return f"{model_title(self._plan.transcriber)} {hearing(self._plan).compute_type}"

    def _export(self, places: export.LinkPlaces) -> Sequence[str]:
        chunks = codec.decode_chunks((self._folder / "chunks.jsonl").read_bytes())
        export.write_markdown(self._folder, self._notes(), chunks, places)
        return ()

    # --- what is on disk -------------------------------------------------------------------------

    def _transcript(self) -> Transcript:
        return codec.decode_transcript((self._folder / "transcript.json").read_bytes())

    def _slides(self, name: str = "slides.json") -> Slides:
        """Slides that may be cited."""
        slides = codec.decode_slides((self._folder / name).read_bytes())
        return slides if slides.is_related else Slides()

    def _notes(self) -> Notes:
        return codec.decode_notes((self._folder / "notes.json").read_bytes())

    def _retriever(self, chunks: Sequence[Chunk], index: "Index") -> "Retriever":
        from rag_notes.search.retrieve import Retriever

        language = self._transcript().language
        return Retriever(
            chunks,
            index,
            self._load_searcher(),
            language=language,
            slides=self._slides(),
            fusion=fusion_for(self._plan.index_embedder, language),
        )

    def _load_searcher(self) -> Embedder:
        self._searcher = self._searcher or load_searcher(
            self._plan, self._config, self._load_embedder()
        )
        return self._searcher

    def _load_embedder(self) -> Embedder:
        self._embedder = self._embedder or load_embedder(self._plan, self._config)
        return self._embedder

    def _made(self) -> Made:
        lost: list[str] = []
        for stage in ("transcript", "slides", "align"):
            name = f"{stage}.lost.json"
            if name in self._manifest.stages[stage].files:
                lost += msgspec.json.decode((self._folder / name).read_bytes(), type=list[str])
        return Made(
            folder=self._folder,
            notes=self._notes(),
            markdown=self._request.out or self._folder / "notes.md",
            lost=tuple(lost),
            stages_run=tuple(self._ran),
            notices=tuple(
                notice for stage in self._manifest.stages.values() for notice in stage.notices
            ),
        )
