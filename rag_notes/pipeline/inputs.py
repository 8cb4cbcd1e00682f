"""The files a user gives to what was said and shown.

In: a request and the plan of engines; out: a Transcript and Slides, each with lines that say what
of the input was lost. Writes nothing.
"""

from typing import TYPE_CHECKING

from rag_notes import models
from rag_notes.config import Config
from rag_notes.errors import InputError, LostInputError
from rag_notes.pipeline.engines import Plan, threads
from rag_notes.pipeline.request import MakeRequest
from rag_notes.protocols import Progress
from rag_notes.schema import Slides, Transcript

if TYPE_CHECKING:
    from rag_notes.ingest.media import MediaInfo


def look(request: MakeRequest) -> tuple[Slides, list[str]]:
    """Read the slides, if any.

    Raises InputError where the file is none that can be read.
    """
    path = request.slides
    if path is None:
        return Slides(), []
    from rag_notes.ingest.slides import read_slides

    lost: list[str] = []

    def note(page: int) -> None:
        lost.append(f"{path.name}: page {page} could not be read")

    return read_slides(path, lost=note), lost


def hear(
    request: MakeRequest, plan: Plan, config: Config, *, slides: Slides, progress: Progress
) -> tuple[Transcript, list[str]]:
    """Read the captions, or recognise the speech; slides tell the recogniser their terms.

    Raises InputError, ModelError.
    """
    if request.is_media:
        return _transcribe(request, plan, config, slides=slides, progress=progress)
    from rag_notes.ingest.captions import read_captions

    return read_captions(request.source, request.speech_language), []


def probe(request: MakeRequest) -> "MediaInfo":
    """Look into the recording.

    Raises InputError where it is none, or has no sound and comes without slides.
    """
    from rag_notes.ingest import media

    info = media.probe(request.source)
    if not info.has_audio and request.slides is None:
        raise InputError(f"{request.source}: this file has no sound; give its slides too")
    return info


def _transcribe(
    request: MakeRequest, plan: Plan, config: Config, *, slides: Slides, progress: Progress
) -> tuple[Transcript, list[str]]:
    from rag_notes.ingest.terms import slide_terms
    from rag_notes.ingest.transcribe import WhisperTranscriber

    name = request.source.name
    info = probe(request)
    nothing = Transcript(request.speech_language or "en", (), info.duration)
    if not info.has_audio:
        return nothing, [f"{name}: no sound; these are notes of the slides"]
    lost: list[str] = []

    def note(span: tuple[float, float]) -> None:
        lost.append(f"{name}: nothing could be read from {span[0]:.1f} s to {span[1]:.1f} s")

    transcriber = WhisperTranscriber(
        models.find(plan.transcriber, config),
        name=models.title(plan.transcriber, "whisper"),
        threads=threads(config),
        terms=slide_terms(slides),
        lost=note,
    )
    try:
        heard = transcriber.transcribe(
            request.source, language=request.speech_language, progress=progress
        )
    except LostInputError as error:
        if request.slides is None:
            raise InputError(f"{error}; give its slides too, or check the file") from error
        silent = f"{name}: no speech was found in this file"
        return nothing, [*lost, f"{silent}; these are notes of the slides"]
    return heard, lost
