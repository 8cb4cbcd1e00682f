"""The only part that knows the order of the stages: `make_notes`."""

from rag_notes.pipeline.make import Made, MakeRequest, make_notes
from rag_notes.pipeline.report import Reporter, SilentReporter

__all__ = ["Made", "MakeRequest", "Reporter", "SilentReporter", "make_notes"]
