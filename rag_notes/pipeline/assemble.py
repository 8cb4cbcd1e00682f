"""What was written, put together as `Notes`: with its coverage and with what made it.

In: the written sections, what was said and shown, and the run; out: Notes. Touches no file.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.metadata import version

from rag_notes import prompts
from rag_notes.pipeline.material import Written
from rag_notes.replies import Usage
from rag_notes.schema import Notes, Provenance, Slides, Transcript
from rag_notes.store import Stage

# Stages by the names that notes.json gives their seconds.
_TIMED = {"transcript": "transcribe"} | {
    name: name for name in ("slides", "align", "chunks", "index")
}


@dataclass(frozen=True, slots=True)
class Run:
    """What made the notes: parts by name, finished stages, what the LLM used, seconds."""

    transcriber: str
    embedder: str
    llm: str
    prompts: Sequence[str]
    stages: Mapping[str, Stage]
    usage: Usage
    seconds: float


def assemble(written: Written, transcript: Transcript, slides: Slides, run: Run) -> Notes:
    """Put notes together, in the language of the transcript."""
    from rag_notes.ground.coverage import measure_coverage

    return Notes(
        title=written.title,
        language=transcript.language,
        sections=written.sections,
        coverage=measure_coverage(
            written.sections,
            written.chunks,
            slides,
            duration=transcript.duration,
            rejected=written.rejected,
            left_out=written.left_out,
        ),
        provenance=_provenance(run),
        query_reading=written.query_reading,
        rejected=written.rejected,
        corrections=written.corrections,
    )


def _provenance(run: Run) -> Provenance:
    timed = ((_TIMED[name], run.stages[name].seconds) for name in run.stages if name in _TIMED)
    return Provenance(
        rag_notes=version("rag-notes"),
        transcriber=run.transcriber,
        embedder=run.embedder,
        llm=run.llm,
        prompts=tuple((name, prompts.sha256(name)) for name in run.prompts),
        seconds=(
            *timed,
            ("notes", round(run.seconds, 3)),
            ("llm_reading", round(run.usage.seconds_reading, 3)),
            ("llm_writing", round(run.usage.seconds_writing, 3)),
        ),
        tokens=(
            ("calls", run.usage.calls),
            ("read", run.usage.tokens_read),
            ("cached", run.usage.tokens_cached),
            ("written", run.usage.tokens_written),
        ),
    )
