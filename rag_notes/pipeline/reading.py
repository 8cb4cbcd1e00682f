"""The lecture's words as prompts and the gate read them: terms as the slides spell them.

In: passages; out: the corrections and a function that applies them. Passages, quotes and the
transcript stay as they were heard.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from rag_notes.ingest.misheard import article_reader, find_corrections, reader
from rag_notes.schema import Chunk, Correction


@dataclass(frozen=True, slots=True)
class Reading:
    """What was corrected, and `read`, which reads a text so."""

    corrections: tuple[Correction, ...]
    read: Callable[[str], str]


def read_with_slides(chunks: Sequence[Chunk]) -> Reading:
    """Find what the slides correct in the speech."""
    corrections = find_corrections(chunks)
    terms, articles = reader(corrections), article_reader(chunks)
    return Reading(corrections, lambda text: articles(terms(text)))
