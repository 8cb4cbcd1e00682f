"""Where the passages of a lecture lie: what comes before and after, what was on screen when.

In: passages in the lecture's order and its slides; out: passages by time, by page, and to be read
together. Knows no query. Where nothing is known of when a page was on screen, a page is its slide
passages alone.
"""

from collections.abc import Sequence

from rag_notes.schema import Chunk, Hit, Reading, Slides, SpanSeconds


class Timeline:
    """Passages of one lecture by their place in it."""

    def __init__(self, chunks: Sequence[Chunk], slides: Slides = Slides()) -> None:  # noqa: B008 - frozen
        self.chunks = tuple(chunks)
        self._position = {chunk.id: at for at, chunk in enumerate(self.chunks)}
        self._shown = {page.number: page.shown for page in slides.pages}
        self.runs = _runs(self.chunks)  # the same number for passages that follow each other

    def is_within(self, chunk: Chunk, span: SpanSeconds) -> bool:
        """Whether it is spoken, or on screen, at some moment of `span` (seconds)."""
        return any(start < span[1] and end > span[0] for start, end in self._spans(chunk))

    def is_on_page(self, chunk: Chunk, page: int) -> bool:
        """Whether it stands on the page, or is spoken while that is on screen."""
        if chunk.kind == "slide":
            return chunk.page == page
        return any(self.is_within(chunk, span) for span in self._shown.get(page, ()))

    def within(self, span: SpanSeconds) -> tuple[Chunk, ...]:
        """Passages spoken or shown in `span` (seconds), in the lecture's order."""
        return tuple(chunk for chunk in self.chunks if self.is_within(chunk, span))

    def on_page(self, page: int) -> tuple[Chunk, ...]:
        """Passages of a page and what is said while it is on screen, in the lecture's order."""
        return tuple(chunk for chunk in self.chunks if self.is_on_page(chunk, page))

    def read(self, hits: Sequence[Hit], *, before: int = 1, after: int = 1) -> tuple[Reading, ...]:
        """Read hits with their neighbours, best first; those that meet are read together."""
        wanted: set[int] = set()
        for hit in hits:
            at = self._position[hit.chunk.id]
            near = range(max(0, at - before), min(len(self.chunks), at + after + 1))
            wanted.update(n for n in near if self.runs[n] == self.runs[at])
        rank = {hit.chunk.id: number for number, hit in enumerate(hits)}
        readings = [self._reading(part, hits) for part in self._stretches(sorted(wanted))]
        return tuple(sorted(readings, key=lambda one: rank[one.hits[0].chunk.id]))

    def _stretches(self, positions: Sequence[int]) -> list[list[int]]:
        parts: list[list[int]] = []
        for at in positions:
            follows = parts and parts[-1][-1] == at - 1 and self.runs[at - 1] == self.runs[at]
            if follows:
                parts[-1].append(at)
            else:
                parts.append([at])
        return parts

    def _reading(self, positions: Sequence[int], hits: Sequence[Hit]) -> Reading:
        chunks = tuple(self.chunks[at] for at in positions)
        ids = {chunk.id for chunk in chunks}
        spans = [span for chunk in chunks if chunk.kind == "speech" for span in self._spans(chunk)]
        slides = (
            chunk
            for chunk in self.chunks
            if chunk.kind == "slide" and any(self.is_within(chunk, span) for span in spans)
        )
        return Reading(chunks, tuple(hit for hit in hits if hit.chunk.id in ids), tuple(slides))

    def _spans(self, chunk: Chunk) -> tuple[SpanSeconds, ...]:
        if chunk.kind == "slide":
            return self._shown.get(chunk.page or 0, ())
        if chunk.start is None or chunk.end is None:
            return ()
        return ((chunk.start, chunk.end),)


def _runs(chunks: Sequence[Chunk]) -> tuple[int, ...]:
    runs: list[int] = []
    for at, chunk in enumerate(chunks):
        new = bool(at) and chunk.kind != chunks[at - 1].kind
        runs.append((runs[-1] if runs else 0) + new)
    return tuple(runs)
