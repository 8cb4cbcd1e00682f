"""The only part that knows the order of the stages: make notes, ask, verify."""

from rag_notes.pipeline.ask import OpenLecture, open_lecture
from rag_notes.pipeline.make import Made, make_notes
from rag_notes.pipeline.report import Reporter, SilentReporter
from rag_notes.pipeline.request import MakeRequest
from rag_notes.pipeline.verify import VerifyRequest, verdict_table, verify_notes

__all__ = [
    "Made",
    "MakeRequest",
    "OpenLecture",
    "Reporter",
    "SilentReporter",
    "VerifyRequest",
    "make_notes",
    "open_lecture",
    "verdict_table",
    "verify_notes",
]
