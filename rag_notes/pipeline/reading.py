"""The lecture's words as prompts and the gate read them: terms as the slides spell them.

In: passages; out: the corrections and functions that apply them. Passages, quotes and the
transcript stay as they were heard.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from itertools import accumulate, pairwise

from rag_notes.ingest.misheard import find_corrections, reader
from rag_notes.schema import Chunk, Correction, Hit


@dataclass(frozen=True, slots=True)
class Reading:
    """What was corrected, and `read`, which reads a text so."""

    corrections: tuple[Correction, ...]
    read: Callable[[str], str]

    def hits(self, hits: Sequence[Hit]) -> list[Hit]:
        """Hits for a prompt."""
        return [replace(hit, chunk=self._chunk(hit.chunk)) for hit in hits]

    def _chunk(self, chunk: Chunk) -> Chunk:
        if chunk.kind == "slide" or self.read(chunk.text) == chunk.text:
            return chunk
        sentences = [
            self.read(chunk.sentence(number)).split() for number in range(len(chunk.sentences))
        ]
        edges = accumulate(map(len, sentences), initial=0)
        return replace(
            chunk,
            text=" ".join(word for sentence in sentences for word in sentence),
            sentences=tuple(pairwise(edges)),
            times=(),
            doubtful=(),
        )


def read_with_slides(chunks: Sequence[Chunk]) -> Reading:
    """Find what the slides correct in the speech."""
    corrections = find_corrections(chunks)
    return Reading(corrections, reader(corrections))
