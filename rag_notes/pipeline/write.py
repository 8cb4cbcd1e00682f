"""From an indexed lecture to the sections of its notes.

Every passage is condensed into statements; statements that their passages support become the claims
of topics; overview, goals, story and the rest restate accepted claims. Each section keeps its
outline query and what that retrieved, and cites nothing else.
"""

import itertools
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

import numpy as np

from rag_notes.ground.objections import with_objections
from rag_notes.ground.page import cite_page, on_screen
from rag_notes.ground.repeats import stands_in
from rag_notes.ground.restate import moment_of
from rag_notes.ground.sentences import embed_sentences
from rag_notes.pipeline import answering, state, steer
from rag_notes.pipeline.material import Material, Written
from rag_notes.pipeline.numbering import in_reading_order
from rag_notes.pipeline.reading import read_with_slides
from rag_notes.pipeline.retell import Retelling, TopicNotes, sources_of_all
from rag_notes.pipeline.selftest import SelfTest
from rag_notes.pipeline.state import Found, Group, Stated
from rag_notes.pipeline.titles import announced_title, title_of, title_of_part
from rag_notes.protocols import Progress
from rag_notes.schema import (
    Block,
    Chunk,
    Claim,
    Draft,
    Rejected,
    Section,
    SectionKind,
    SpanSeconds,
    Topic,
)
from rag_notes.write import outline, section, story
from rag_notes.write.salience import Salience
from rag_notes.write.steer import Steering, read_query

_NEAREST = 3
_NOT_SAID = ("question", "overview")  # blocks of what the notes make of statements
_STORY_WORK = 0.5  # of that, for its part of the story
_TOPIC_WORK = 3  # passages whose condensing takes as long as the rest of a topic


def prompt_names() -> tuple[str, ...]:
    """Prompts that the notes depend on."""
    steps = (outline.PROMPT, section.PROMPT, section.BRIEF, story.PROMPT)
    return (*state.prompt_names(), *steps, *answering.prompt_names())


def write_notes(material: Material, *, query: str | None) -> Written:
    """Write all sections of a lecture's notes."""
    return _Writer(material).write(query)


class _Writer:
    """The lecture, and counters that run through all its sections."""

    def __init__(self, material: Material) -> None:
        self._m = material
        self._by_id = {chunk.id: chunk for chunk in material.chunks}
        self._vector = dict(zip(self._by_id, material.vectors, strict=True))
        self._ids = itertools.count(1)
        self._reading = read_with_slides(material.chunks)
        self._sentences = embed_sentences(
            material.chunks, material.embedder, read=self._reading.read
        )
        self._salience = Salience([chunk.text for chunk in material.chunks])
        self._gate = state.make_gate(self._sentences, material, salience=self._salience)
        self._test = SelfTest(self._by_id, material.embedder, self._salience.weigh, self._ids)
        self._rejected: list[Rejected] = []

    def write(self, query: str | None) -> Written:
        main, pages = self._main_passages()
        spans = self._spans(main)
        homes = self._homes(main, pages, spans)
        total = len(main) + 2 * _TOPIC_WORK * (len(spans) + 1)
        drafts = state.draft_statements(
            main,
            self._m.llm,
            read=self._reading.read,
            salience=self._salience,
            progress=lambda done, of: self._m.progress(len(main) * done / max(1, of), total),
        )
        # All titles, then all sections: the LLM remembers the instructions of its last prompt only.
        founds: list[Found] = []
        groups, aside = state.group(main, spans, drafts, self._salience)
        self._rejected += [Rejected(draft.text, "3", state.LOGISTICS) for draft in aside]
        for group in groups:
            listed = len(self._rejected)
            found = self._find(f"3.{len(founds) + 1}", group, homes, before=founds)
            if found and founds and state.is_slight(found) and not founds[-1].plain:
                founds[-1] = state.absorb(founds[-1], found)
                here = founds[-1].topic.id
                self._rejected[listed:] = [
                    replace(r, section=here) for r in self._rejected[listed:]
                ]
            elif found:
                founds.append(found)
            self._m.progress(len(main) + _TOPIC_WORK * len(founds), total)
        steering = read_query(query)
        chosen = steer.choose(founds, steering, self._m.embedder)
        founds, self._rejected = list(chosen.founds), list(chosen.renumbered(self._rejected))
        before = len(main) + _TOPIC_WORK * len(founds)
        left = total - before - _STORY_WORK * len(founds)
        texts = self._texts(
            founds, lambda done, of: self._m.progress(before + left * done / of, total)
        )
        topics = [self._topic(*one) for one in zip(founds, texts, strict=True)]
        sections, pruned = steer.prune(self._sections(topics, steering), steering)
        left_out = [*chosen.left, *pruned]
        self._m.progress(total, total)
        return Written(
            title=self._lecture_title(topics),
            topics=tuple(one.topic for one in topics),
            sections=on_screen(in_reading_order(sections), self._m.slides),
            rejected=(*self._rejected, *steer.listed(left_out)),
            chunks=tuple(self._m.chunks),
            query_reading=chosen.reading,
            corrections=self._reading.corrections,
            left_out=tuple(claim for _, claim in left_out),
        )

    # --- topics ----------------------------------------------------------------------------------

    def _main_passages(self) -> tuple[list[Chunk], list[Chunk]]:
        """The passages that topics are made of, and slide passages that join them."""
        speech = [chunk for chunk in self._m.chunks if chunk.kind == "speech"]
        pages = [chunk for chunk in self._m.chunks if chunk.kind == "slide"]
        return (speech, pages) if speech else (pages, [])

    def _spans(self, main: Sequence[Chunk]) -> tuple[tuple[int, int], ...]:
        config = self._m.config
        return outline.find_spans(
            main,
            np.stack([self._vector[chunk.id] for chunk in main]),
            seconds=config.topic_seconds,
            words=config.topic_words,
            minimum=config.topics_min,
        )

    def _homes(
        self, main: Sequence[Chunk], pages: Sequence[Chunk], spans: Sequence[tuple[int, int]]
    ) -> Mapping[tuple[int, int], list[Chunk]]:
        """Each slide passage with the topic whose nearest passage is nearest to it."""
        homes: dict[tuple[int, int], list[Chunk]] = {span: [] for span in spans}
        speech = np.stack([self._vector[chunk.id] for chunk in main])
        for page in pages:
            near = speech @ self._vector[page.id]
            best = max(spans, key=lambda span: float(near[span[0] : span[1] + 1].max()))
            homes[best].append(page)
        return homes

    def _find(
        self,
        id: str,
        group: Group,
        homes: Mapping[tuple[int, int], Sequence[Chunk]],
        *,
        before: Sequence[Found],
    ) -> Found | None:
        """Judge a topic's statements, name it, retrieve its passages; None where nothing passed."""
        own = group.own
        earlier = [one.claim for found in before for one in found.said]
        verdicts = self._judge(group.drafts, own, section=id, earlier=earlier, condensed=True)
        said = state.sort_out(group.drafts, verdicts, self._by_id)
        if group.title:
            said = self._weightiest(said, state.MOST_LOGISTICS, section=id)
        if not said:
            return None
        texts = [one.claim.text for one in said]
        taken = [one.topic.title for one in before]
        spoken = [chunk.text for chunk in own]
        lecture = [chunk.text for chunk in self._m.chunks]
        title = group.title or title_of(texts, [*spoken, *texts], lecture, taken, self._m.llm)
        terms = outline.key_terms(spoken, lecture)
        query = outline.outline_query(title, terms)
        pages = () if group.title else homes[group.first, group.last]
        retrieved = self._retrieve(query, own, pages, [one.claim for one in said])
        near = [chunk for chunk in retrieved if chunk.kind == "slide" and chunk not in own]
        said = [replace(one, claim=cite_page(one.claim, near)) for one in said]
        return Found(
            topic=Topic(id, title, query, group.first, group.last, _seconds(own)),
            said=(*said, *self._shown(id, pages, [one.claim for one in said])),
            retrieved=tuple(retrieved),
            plain=bool(group.title),
        )

    def _weightiest(self, said: Sequence[Stated], most: int, *, section: str) -> list[Stated]:
        """Those that say most of the subject, in their order; the others are listed."""
        best = sorted(said, key=lambda one: -self._salience.weigh(one.claim.text))[:most]
        left = [one for one in said if one not in best]
        self._rejected += [Rejected(one.claim.text, section, state.LOGISTICS) for one in left]
        return [one for one in said if one in best]

    def _shown(self, id: str, pages: Sequence[Chunk], said: Sequence[Claim]) -> list[Stated]:
        """What only the slides of a topic state: nothing that was said as well."""
        cited = [one.quote for claim in said for one in claim.citations if one.kind == "slide"]
        drafts = [
            draft
            for draft in state.shown_statements(pages)
            if draft.value or not any(stands_in(draft.text, quote) for quote in cited)
        ]
        verdicts = self._judge(
            drafts, pages, section=id, earlier=said, mend=False, ask=False, listed=False
        )
        found = (replace(one, value=None) for one in verdicts if isinstance(one, Claim))
        return [Stated("visual", one, shown=True) for one in found]

    def _texts(self, founds: Sequence[Found], progress: Progress) -> list[section.TopicTexts]:
        """Have each topic's statements summed up and asked about, but for plain topics.

        An LLM that may use no words of its own sums up nothing.
        """
        asked = [
            (one.topic.title, [stated.claim.text for stated in one.said if not stated.shown])
            for one in founds
            if not one.plain
        ]
        weigh = None if self._m.config.own_wording else self._salience.weigh
        texts = iter(section.write_topics(asked, self._m.llm, weigh=weigh, progress=progress))
        return [section.TopicTexts() if one.plain else next(texts) for one in founds]

    def _topic(self, found: Found, texts: section.TopicTexts) -> TopicNotes:
        """Lay out a topic's section."""
        topic, said = found.topic, found.said
        overview = self._overview(topic.id, texts, said, found.retrieved)
        stated = [one.claim for one in said]
        questions = [] if found.plain else self._test.questions(texts, stated)
        blocks = section.arrange(
            [("overview", one) for one in overview]
            + [(one.kind, one.claim) for one in said if not one.shown]
            + [("question", one) for one in questions],
            shown=[one.claim for one in said if one.shown],
            name=title_of_part,
        )
        claims = tuple(one.claim for one in said)
        return TopicNotes(
            topic=topic,
            claims=claims,
            told=tuple(one.claim for one in said if not one.shown) or claims,
            overview=tuple(overview),
            goals=self._test.goals(topic.title, texts, overview, claims),
            section=Section(
                id=topic.id,
                kind="topic",
                title=topic.title,
                blocks=tuple(self._printed(one) for one in blocks),
                span=topic.span,
                query=topic.query,
                retrieved=tuple(chunk.id for chunk in found.retrieved),
            ),
        )

    def _printed(self, block: Block) -> Block:
        """A block of what was said, whose statements object to each other as they were said to."""
        if block.kind in _NOT_SAID or block.title == section.SHOWN_TITLE:
            return block
        return replace(block, claims=with_objections(block.claims, self._by_id))

    def _retrieve(
        self, query: str, own: Sequence[Chunk], pages: Sequence[Chunk], said: Sequence[Claim]
    ) -> list[Chunk]:
        """What a topic's query finds, its own passages first, and what its claims were found in."""
        config = self._m.config
        hits = self._m.retriever.for_section(
            query, own, config.retrieve_rest, config.retrieve_slides
        )
        return self._with_cited((*(hit.chunk for hit in hits), *pages), said)

    def _with_cited(self, passages: Iterable[Chunk], claims: Iterable[Claim]) -> list[Chunk]:
        """Passages, then what else the claims cite: support found elsewhere in the lecture."""
        cited = [self._by_id[one.chunk] for claim in claims for one in claim.citations]
        return list({chunk.id: chunk for chunk in (*passages, *cited)}.values())

    def _judge(  # noqa: PLR0913 - what the gate is told of a section
        self,
        drafts: Sequence[Draft],
        passages: Sequence[Chunk],
        *,
        section: str,
        earlier: Sequence[Claim] = (),
        condensed: bool = False,
        mend: bool = True,
        ask: bool = True,
        listed: bool = True,
    ) -> list[Claim | Rejected]:
        verdicts = self._gate.judge(
            drafts,
            [chunk.id for chunk in passages],
            section=section,
            ids=self._ids,
            earlier=earlier,
            enough=state.ENOUGH,
            condensed=condensed,
            mend=mend,
            ask=ask,
        )
        self._rejected += state.failures(drafts, verdicts, section) if listed else ()
        return verdicts

    # --- what restates claims --------------------------------------------------------------------

    def _overview(
        self,
        id: str,
        texts: section.TopicTexts,
        said: Sequence[Stated],
        retrieved: Sequence[Chunk],
    ) -> list[Claim]:
        drafts = [
            Draft(
                one.text,
                sources_of_all([said[at].claim for at in one.of], self._by_id),
                kind="overview",
            )
            for one in texts.overview
        ]
        stated = [one.claim for one in said]
        verdicts = self._judge(drafts, retrieved, section=id, earlier=stated, mend=False, ask=False)
        return [one for one in verdicts if isinstance(one, Claim)]

    def _restated(self, drafts: Sequence[Draft], passages: Sequence[Chunk]) -> list[Claim]:
        """Sentences of the story that hold; others are listed."""
        verdicts = self._judge(drafts, passages, section="2", mend=False, ask=False)
        return [one for one in verdicts if isinstance(one, Claim)]

    # --- the other sections ----------------------------------------------------------------------

    def _sections(self, topics: Sequence[TopicNotes], steering: Steering) -> list[Section]:
        claims = [claim for one in topics for claim in one.claims]
        values = [claim for one in topics for claim in one.values]
        taught = [one for one in topics if one.section.title != state.LOGISTICS_TITLE]
        taught = taught or list(topics)
        retrieved = tuple(dict.fromkeys(id for one in topics for id in one.section.retrieved))
        again = Retelling(
            self._by_id,
            self._m.embedder,
            self._m.llm if self._m.config.own_wording else None,
            self._salience.weigh,
            self._ids,
            self._restated,
        )
        told = again.story(taught) if steer.wants("story", steering) else []
        named: list[Section | None] = [
            self._answer(steering.question) if steering.question else None,
            _section("1", "goals", "Learning Goals", again.goals(taught), retrieved),
            _section("2", "story", "The Story in One Page", told, retrieved),
            *(one.section for one in topics),
            _section("4", "glossary", "Glossary", again.glossary(claims), retrieved),
            _section("5", "checklist", "Summary Checklist", again.checklist(taught), retrieved),
            _section(
                "6", "numbers", "Numbers and Hyperparameters", again.numbers(values), retrieved
            ),
        ]
        return [one for one in named if one is not None]

    def _answer(self, query: str) -> Section:
        hits = self._m.retriever.search(query, answering.SEARCHED)
        passages = [hit.chunk for hit in hits]
        means = answering.Means(
            self._sentences,
            self._m.embedder,
            self._m.llm,
            state.second_opinion(self._m.llm, self._m.config),
            self._m.chunks,
            own_wording=self._m.config.own_wording,
        )
        found = answering.answer_from(query, hits, means, ids=self._ids)
        self._rejected += found.rejected
        claims = found.claims
        return Section(
            id="answer",
            kind="answer",
            title="Answer to your question",
            blocks=(Block("answer", claims),) if claims else (),
            query=query,
            retrieved=tuple(chunk.id for chunk in self._with_cited(passages, claims)),
            answered=bool(claims),
            nearest=() if claims else tuple(moment_of(chunk) for chunk in passages[:_NEAREST]),
        )

    def _lecture_title(self, topics: Sequence[TopicNotes]) -> str:
        shown = self._m.slides.pages[0].title if self._m.slides.pages else ""
        if shown:
            return " ".join(shown.split())
        said = announced_title(self._m.chunks[0].text if self._m.chunks else "")
        if said:
            return said
        firsts = [claim.text for one in topics for claim in (one.overview or one.told)[:1]]
        spoken = [chunk.text for chunk in self._m.chunks]
        return title_of(firsts, spoken, spoken, (), self._m.llm)


def _seconds(chunks: Sequence[Chunk]) -> SpanSeconds | None:
    start, end = chunks[0].start, chunks[-1].end
    return (start, end) if start is not None and end is not None else None


def _section(
    id: str, kind: SectionKind, title: str, blocks: Sequence[Block], retrieved: tuple[str, ...]
) -> Section | None:
    return Section(id, kind, title, tuple(blocks), retrieved=retrieved) if blocks else None
