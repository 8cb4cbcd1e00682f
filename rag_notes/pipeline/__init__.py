"""The only part that knows the order of the stages: `make_notes`, `verify_notes`."""

from rag_notes.pipeline.make import Made, make_notes
from rag_notes.pipeline.report import Reporter, SilentReporter
from rag_notes.pipeline.request import MakeRequest
from rag_notes.pipeline.verify import VerifyRequest, verdict_table, verify_notes

__all__ = [
    "Made",
    "MakeRequest",
    "Reporter",
    "SilentReporter",
    "VerifyRequest",
    "make_notes",
    "verdict_table",
    "verify_notes",
]
