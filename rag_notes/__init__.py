"""Study notes from a lecture, every sentence citing the moment or slide that says it.

The product in pipeline order: a `MakeRequest` names the files, `make_notes` turns them into a
lecture's folder with `Notes`, and `load_config` says where lectures and models lie. `verify_notes`
holds notes that are already written, by anyone, against a lecture.

>>> from rag_notes import MakeRequest, load_config, make_notes  # doctest: +SKIP
>>> made = make_notes(MakeRequest(Path("lecture.mp4"), slides=Path("slides.pdf")), load_config())
>>> print(made.markdown.read_text())
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rag_notes.answers import Answer, CheckedClaim, Verification
    from rag_notes.config import Config, load_config
    from rag_notes.errors import RagNotesError
    from rag_notes.pipeline import (
        Made,
        MakeRequest,
        OpenLecture,
        VerifyRequest,
        make_notes,
        open_lecture,
        verify_notes,
    )
    from rag_notes.schema import Citation, Claim, Notes, Section

__all__ = [
    "Answer",
    "CheckedClaim",
    "Citation",
    "Claim",
    "Config",
    "Made",
    "MakeRequest",
    "Notes",
    "OpenLecture",
    "RagNotesError",
    "Section",
    "Verification",
    "VerifyRequest",
    "load_config",
    "make_notes",
    "open_lecture",
    "verify_notes",
]

_HOMES = {
    "Config": "config",
    "load_config": "config",
    "RagNotesError": "errors",
    "Answer": "answers",
    "Made": "pipeline",
    "OpenLecture": "pipeline",
    "open_lecture": "pipeline",
    "MakeRequest": "pipeline",
    "VerifyRequest": "pipeline",
    "make_notes": "pipeline",
    "verify_notes": "pipeline",
    "CheckedClaim": "answers",
    "Citation": "schema",
    "Claim": "schema",
    "Notes": "schema",
    "Section": "schema",
    "Verification": "answers",
}


def __getattr__(name: str) -> object:
    """Import a public name from its home when it is first asked for (PEP 562)."""
    from importlib import import_module

    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"rag_notes.{_HOMES[name]}"), name)
