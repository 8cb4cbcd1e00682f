"""The files a user gives to what was said.

In: a request, the plan of engines and the slides; out: a Transcript; what of the input was lost and
what a user should know is told on the way. Writes nothing.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rag_notes.config import Config
from rag_notes.errors import InputError, LostInputError
from rag_notes.pipeline.engines import Plan, find_model, hearing, threads
from rag_notes.pipeline.presets import model_title
from rag_notes.pipeline.request import MakeRequest
from rag_notes.protocols import PartStore, Progress
from rag_notes.schema import Slides, SpanSeconds, Transcript

if TYPE_CHECKING:
    from rag_notes.ingest.media import MediaInfo


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked for, with what it is done, who is told in lines what was lost or repaired."""

    request: MakeRequest
    plan: Plan
    config: Config
    lost: Callable[[str], None]
    say: Callable[[str], None]
    progress: Progress


def hear(asked: Asked, slides: Slides, kept: PartStore) -> Transcript:
    """Read the captions, or recognise the speech; slides tell the recogniser their terms.

    Parts of recognised speech are taken from `kept`, and kept there as soon as they are heard.

    Raises InputError, ModelError.
    """
    if asked.request.is_media:
        return _transcribe(asked, slides, kept)
    from rag_notes.ingest.captions import read_captions

    request = asked.request
    return read_captions(request.source, request.speech_language, say=asked.say, lost=asked.lost)


def probe(request: MakeRequest) -> "MediaInfo":
    """Look into the recording.

    Raises InputError where it is none, or has no sound and comes without slides.
    """
    from rag_notes.ingest import media

    info = media.probe(request.source, request.track)
    if not info.has_audio and not request.has_slides:
        raise InputError(f"{request.source}: this file has no sound; give its slides too")
    return info


def _transcribe(asked: Asked, slides: Slides, kept: PartStore) -> Transcript:
    from rag_notes.ingest.terms import slide_terms
    from rag_notes.ingest.transcribe import ToHear, Told, transcribe
    from rag_notes.ingest.whisper import WhisperRecogniser

    request, plan = asked.request, asked.plan
    name = request.source.name
    info = probe(request)
    nothing = Transcript(request.speech_language or "en", (), info.duration)
    has_text = any(page.text for page in slides.pages)
    if not info.has_audio and not has_text:
        raise InputError(f"{request.source}: no sound, and no text on its slides to make notes of")
    if not info.has_audio:
        asked.lost(f"{name}: no sound; these are notes of the slides")
        return nothing
    if len(info.tracks) > 1 and request.track is None:
        tracks = "; ".join(map(str, info.tracks))
        asked.say(f"{name}: audio track {info.track} is heard of {tracks}; --track chooses")
    terms = slide_terms(slides)
    run_on = hearing(plan)
    recogniser = WhisperRecogniser(
        find_model(plan.transcriber, asked.config),
        name=model_title(plan.transcriber),
        threads=threads(asked.config),
        terms=terms,
        device=run_on.device,
        compute_type=run_on.compute_type,
        batch_size=run_on.batch_size,
    )
    wanted = ToHear(
        request.source,
        request.track,
        apart=request.channels == "split",
        language=request.speech_language,
        terms=terms,
    )

    def note(span: SpanSeconds) -> None:
        asked.lost(f"{name}: nothing could be read from {span[0]:.1f} s to {span[1]:.1f} s")

    try:
        told = Told(note, asked.say, asked.progress)
        return transcribe(wanted, recogniser, parts=kept, told=told)
    except LostInputError as error:
        if not has_text:
            raise InputError(f"{error}; give its slides too, or check the file") from error
        asked.lost(f"{name}: no speech was found in this file; these are notes of the slides")
        return nothing
