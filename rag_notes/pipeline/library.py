"""What questions are answered from: opened lectures, what searches them, what reads and checks.

In: lectures and a config. Out: passages for a query, under ids that no two lectures share, and what
an answer from them is made with. Knows no question.
"""

from collections import Counter
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import replace

from rag_notes.config import Config
from rag_notes.ground.page import citations_on_screen
from rag_notes.ground.sentences import embed_sentences
from rag_notes.pipeline import state
from rag_notes.pipeline.answering import Means, openings
from rag_notes.pipeline.engines import (
    fit_searcher,
    live_llm,
    load_embedder,
    load_searcher,
    plan_engines,
    require_models,
)
from rag_notes.pipeline.opened import Opened, open_course, open_retriever
from rag_notes.pipeline.plan import as_trusted
from rag_notes.pipeline.reading import read_with_slides
from rag_notes.pipeline.report import Reporter
from rag_notes.schema import Chunk, Citation, Claim, Hit, SpanSeconds

_APART = "/"  # between a lecture's name, which has none, and a passage's id


class Library:
    """One lecture, or several of a course, with what answers questions about them."""

    def __init__(
        self,
        lectures: Sequence[Opened],
        config: Config,
        report: Reporter,
        *,
        read_ahead: bool = False,
    ) -> None:
        """Load what finds and checks; the LLM is loaded when first asked, or beside it.

        Raises ModelError where a model is missing, InputError where a lecture's file is damaged.
        """
        plan = plan_engines(config)
        require_models(plan.models, config, report)
        self.lectures = {one.name: one for one in lectures}
        self.llm = live_llm(plan, config)
        if read_ahead:
            self.llm.read_ahead(openings())
        self.embedder = load_embedder(plan, config)
        language = Counter(one.language for one in lectures).most_common(1)[0][0]
        plan = fit_searcher(plan, language, config, report, fetch=False)
        searcher = load_searcher(plan, config, self.embedder)
        self._config = as_trusted(config, plan)
        self._open = ExitStack()
        self._retriever = (
            open_retriever(self.only, searcher, report, self._open) if self.only else None
        )
        self._course = None if self.only else open_course(lectures, searcher, report)
        self._read = read_with_slides(self.only.chunks()).read if self.only else str

    @property
    def only(self) -> Opened | None:
        """The lecture, where there is one alone."""
        return next(iter(self.lectures.values())) if len(self.lectures) == 1 else None

    def close(self) -> None:
        """Let go of the index; may be called twice."""
        self._open.close()

    def find(
        self, query: str, k: int, *, span: SpanSeconds | None = None, page: int | None = None
    ) -> tuple[Hit, ...]:
        """Return the best `k` passages; `span` (seconds) and `page` count in one lecture alone."""
        if self._retriever:
            return self._retriever.search(query, k, span=span, page=page)
        assert self._course
        found = self._course.search(query, k)
        return tuple(
            replace(hit, chunk=replace(hit.chunk, id=_apart(name, hit.chunk.id)))
            for name, hit in found
        )

    def within(self, span: SpanSeconds) -> tuple[Chunk, ...]:
        """Passages of the one lecture in `span` (seconds), in its order."""
        return self._retriever.within(span) if self._retriever else ()

    def means(self, passages: Sequence[Chunk]) -> Means:
        """What an answer from these passages is made with."""
        return Means(
            embed_sentences(passages, self.embedder, read=self._read),
            self.embedder,
            self.llm,
            state.second_opinion(self.llm, self._config),
            self._all_around(passages),
            own_wording=self._config.own_wording,
        )

    def apart(self, lecture: str, claims: Sequence[Claim]) -> tuple[Claim, ...]:
        """Claims of one lecture's notes, under ids of passages that no two lectures share."""
        if self.only:
            return tuple(claims)
        return tuple(
            replace(
                claim,
                citations=tuple(
                    replace(one, chunk=_apart(lecture, one.chunk)) for one in claim.citations
                ),
            )
            for claim in claims
        )

    def located(self, claim: Claim) -> Claim:
        """The claim with citations that say what was on screen, and name their lecture."""
        shown = self._on_screen(claim.citations)
        return replace(claim, citations=tuple(map(self._named, shown)))

    def place(self, citation: Citation) -> Citation:
        """The citation with what was on screen and, where there are several, its lecture."""
        return self._named(self._on_screen([citation])[0])

    def _on_screen(self, citations: Sequence[Citation]) -> tuple[Citation, ...]:
        """Citations of one claim, those of one lecture together."""
        found: dict[Citation, Citation] = {}
        for name, lecture in self.lectures.items():
            own = [one for one in citations if self.only or one.chunk.startswith(_apart(name, ""))]
            found |= zip(own, citations_on_screen(own, lecture.slides()), strict=True)
        return tuple(found.get(one, one) for one in citations)

    def _named(self, citation: Citation) -> Citation:
        lecture, apart, chunk = citation.chunk.partition(_APART)
        return replace(citation, chunk=chunk, lecture=lecture) if apart else citation

    def _all_around(self, passages: Sequence[Chunk]) -> tuple[Chunk, ...]:
        """All passages of the lectures that these are of."""
        if self.only:
            return self.only.chunks()
        names = dict.fromkeys(chunk.id.partition(_APART)[0] for chunk in passages)
        return tuple(chunk for name in names for chunk in self.lectures[name].chunks())


def _apart(lecture: str, chunk: str) -> str:
    return f"{lecture}{_APART}{chunk}"
