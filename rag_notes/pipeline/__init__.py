"""The only part that knows the order of the stages: make notes, ask, verify."""

from rag_notes.pipeline.ask import OpenLecture, open_lecture
from rag_notes.pipeline.engines import fetch_models, plan_engines
from rag_notes.pipeline.make import Made, make_notes
from rag_notes.pipeline.presets import wanted_models
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
    "fetch_models",
    "make_notes",
    "open_lecture",
    "plan_engines",
    "verdict_table",
    "verify_notes",
    "wanted_models",
]
