"""What a statement needs of the sentences beside it, printed together with it.

In: the case of a statement that passed, the sentences it tells, those that the notes tell already.
Out: the same statement behind the sentence that it goes on from ("Instead, …", "such bits"), or
before the one that limits it ("But …", "This is because …"), with the evidence. A true sentence
torn from these reads as more than was said. Judges no draft.
"""

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass

from rag_notes.ground import cues
from rag_notes.ground.evidence import Case, Evidence, is_quoted, names_another, passages_of
from rag_notes.ground.joined import as_told, can_follow, inner, says_nothing
from rag_notes.ground.pointing import leanings, names_all, wants_lead
from rag_notes.ground.prose import points_outside
from rag_notes.ground.quote import MAX_CITATIONS, sentence_spans
from rag_notes.ground.standalone import is_logistics, stands_alone
from rag_notes.ground.words import content_stems
from rag_notes.ground.written import as_example, as_written, is_example
from rag_notes.schema import Source

_MOST_WORDS = 55  # of a statement, all its sentences together
_MOST_MERGED = 70  # of two that would tell one sentence twice
_THOUGHT = 3  # sentences that a thought may take
_DISOWNED = 2  # sentences after which what was told is called wrong
_FAR = 3  # sentences that may say nothing between two
_MOST_BEFORE = 2  # sentences that a statement is printed behind
_SHORT = 25  # words of a sentence that nothing asks for
_FEWEST = 2  # content words of a sentence beside another: "But these are the main three"


@dataclass(frozen=True, slots=True)
class Statement:
    """A statement that passed, and the sentences of one stretch that it tells, as spoken."""

    case: Case
    own: Sequence[Source]

    @property
    def is_sentence(self) -> bool:
        """Whether it is one: no row of a table, and told from somewhere."""
        draft = self.case.draft
        return bool(self.own) and not (draft.term or draft.value)


@dataclass(frozen=True, slots=True)
class Told:
    """What the notes tell of a lecture whose passages are in this `order`.

    `informs` says of a text whether it says enough of the subject.
    """

    sources: Collection[Source]
    order: Sequence[str]
    informs: Callable[[str], bool] = bool


def completed(one: Statement, told: Told) -> Iterator[tuple[Case, Evidence]]:
    """Yield a statement with what it needs of the sentences beside it, most first."""
    if not one.is_sentence:
        return
    case, own, draft = one.case, one.own, one.case.draft
    before = [*_before(case, own[0], told), ()]
    after = [*_after(case, own[-1], told), ()]
    for first, last in [(head, tail) for head in before for tail in after if head or tail]:
        sources = (*first, *own, *last)
        if len(sources) > max(MAX_CITATIONS, len(own) + _MOST_BEFORE):
            continue
        around = " ".join(passages_of(case, sources))
        opens = [case.sentences.text(source) for source in first]
        said = case.sentences.text(own[0])
        text = _opened(opens, cues.as_behind(draft.text, said) if first else draft.text, around)
        for source in last:
            text += _behind(case.sentences.text(source), around)
        yield from _told(case, f"{text}.", sources)


def _opened(opens: Sequence[str], statement: str, around: str) -> str:
    """A statement behind the sentences that open it, or behind the question that it answers."""
    if len(opens) == 1 and cues.asks_of_case(opens[0]):
        asked = cues.asked(opens[0])
        return f"{asked[:1].upper()}{asked[1:]} {statement.rstrip('.!')}"
    said = (as_written(one, alone=not at) for at, one in enumerate(opens))
    return _in_one([*said, statement], around)


def _in_one(parts: Sequence[str], around: str) -> str:
    """Sentences as one, without its stop."""
    first, *rest = parts
    joint = " " if first.endswith(":") else "; "
    behind = "; ".join(inner(part, around) for part in rest)
    return joint.join([first.rstrip(".!"), behind]) if rest else first.rstrip(".!")


def goes_between(one: Statement, lead: Statement, told: Told) -> Iterator[tuple[Case, Evidence]]:
    """Yield the statement before with the leaning sentence that was said between it and this one.

    It leans itself, and reads well behind the statement before.
    """
    if not (one.is_sentence and lead.is_sentence):
        return
    case = one.case
    between = _beside(case, one.own[0], -1, told.order)
    if between is None or between in told.sources:
        return
    said = as_written(case.sentences.text(between), alone=False)
    if names_another(case, between, told.sources) or cues.supposes(said):
        return
    if not (_goes_on(case, one.own[0], told) or told.informs(said)):
        return
    follows = _beside(case, between, -1, told.order) == lead.own[-1]
    leans = bool(leanings(said)) or points_outside(said)
    if follows and leans and can_follow(said, least=_FEWEST):
        around = " ".join(passages_of(case, [between]))
        text = _in_one([lead.case.draft.text, said], around)
        yield from _told(lead.case, f"{text}.", (*lead.own, between))


def goes_with(one: Statement, lead: Statement) -> Iterator[tuple[Case, Evidence]]:
    """Yield the statement before with what this one adds, where both tell the same sentence.

    "A; B" and "A; C" are "A; B; C".
    """
    added = [source for source in one.own if source not in lead.own]
    if not (one.is_sentence and lead.is_sentence and 0 < len(added) < len(one.own)):
        return
    if one.own[0] != lead.own[-1] or list(one.own[1:]) != added:
        return
    said = [as_written(one.case.sentences.text(source), alone=False) for source in added]
    if all(can_follow(text, least=_FEWEST) for text in said):
        text = _in_one([lead.case.draft.text, *said], " ".join(passages_of(one.case, added)))
        yield from _told(lead.case, f"{text}.", (*lead.own, *added), most=_MOST_MERGED)


def says_why(one: Statement, lead: Statement, told: Told) -> Iterator[tuple[Case, Evidence]]:
    """Yield the statement before with this one, said as its reason or limit: "This is because"."""
    if not (one.is_sentence and lead.is_sentence) or len(one.own) > 1:
        return
    said = one.case.sentences.text(one.own[0])
    follows = _beside(one.case, one.own[0], -1, told.order) == lead.own[-1]
    if cues.gives_reason(said) and follows:
        behind = _behind(said, " ".join(passages_of(one.case, one.own)))
        text = f"{lead.case.draft.text.rstrip('.!')}{behind}."
        yield from _told(lead.case, text, (*lead.own, *one.own))


def is_taken_back(one: Statement, told: Told) -> bool:
    """Whether the speaker takes a statement back in what comes next, and the notes do not."""
    at = one.own[-1] if one.is_sentence else None
    for step in range(_DISOWNED):
        at = _beside(one.case, at, 1, told.order) if at else None
        if at is None or at in told.sources:
            return False
        after = one.case.sentences.text(at)
        if cues.disowns(after) or (not step and cues.is_corrected_by(after)):
            return True
    return False


def stands_on_untold(one: Statement, told: Told) -> bool:
    """Whether a statement holds of an example before it that the notes do not tell.

    Or speaks of "the goal" of something that they do not name, or quotes nobody whom they name.
    """
    if not one.is_sentence:
        return False
    said = one.case.sentences.text(one.own[0])
    before = _beside(one.case, one.own[0], -1, told.order)
    lead = one.case.sentences.text(before) if before else ""
    here = cues.holds_here(said)
    if _is_value_of_example(one, told):
        return True
    of_lead = cues.is_of_list(said, lead) or cues.spells_out(said, lead)
    of_lead = of_lead or cues.binds(lead) or cues.holds_in_case(said)
    of_lead = of_lead or _is_thought(one, told.order)
    quoted = is_quoted(one.case, one.own[0]) or cues.replies(said)
    if not (here or of_lead or quoted or wants_lead(one.case.draft.text)):
        return False
    if before and not here and lead.rstrip().endswith("?"):
        before = _beside(one.case, before, -1, told.order)  # "What is the problem with it?"
    if before is None:
        return here or quoted or of_lead or _answers(one, told.order)
    return before not in told.sources


def _is_thought(one: Statement, order: Sequence[str]) -> bool:
    """Whether a statement may belong to a thought that the sentences before it tell."""
    at: Source | None = one.own[0]
    for _ in range(_THOUGHT):
        at = _beside(one.case, at, -1, order) if at else None
        if at and cues.tells_thought(one.case.sentences.text(at)):
            return True
    return False


def _answers(one: Statement, order: Sequence[str]) -> bool:
    """Whether a statement follows what somebody said who listens."""
    chunks, first = one.case.sentences.chunks, one.own[0]
    if first.sentence:
        return chunks[first.chunk].is_listened(first.sentence - 1)
    place = order.index(first.chunk)
    chunk = chunks.get(order[place - 1]) if place else None
    return bool(chunk and chunk.sentences and chunk.is_listened(len(chunk.sentences) - 1))


def without_first(one: Statement, told: Told) -> Iterator[tuple[Case, Evidence]]:
    """Yield what a statement says behind its first sentence, where that can be told alone."""
    case, rest = one.case, tuple(one.own[1:])
    said = [case.sentences.text(source) for source in rest]
    written = [as_written(text, alone=not at) for at, text in enumerate(said)]
    if not written or not stands_alone(written[0]) or not told.informs(written[0]):
        return
    if names_all(written) and all(can_follow(text, least=_FEWEST) for text in written[1:]):
        text = _in_one(written, " ".join(passages_of(case, rest)))
        yield from _told(case, f"{text}.", rest)


def _is_value_of_example(one: Statement, told: Told) -> bool:
    """Whether a number of a statement is what an example, in the sentence before, came to."""
    first = one.own[0]
    before = Source(first.chunk, first.sentence - 1)  # as short as it may be
    if before in told.sources or before not in one.case.sentences.at:
        return False
    said = one.case.sentences.text(first)
    return cues.concludes_value(said, one.case.sentences.text(before))


def unnumbered(
    one: Statement, after: Statement | None, told: Told
) -> Iterator[tuple[Case, Evidence]]:
    """Yield a "first" step without that word where neither its list nor its second is told."""
    rest = cues.first_step(one.case.draft.text) if one.is_sentence else None
    before = _beside(one.case, one.own[0], -1, told.order) if rest else None
    if not rest or (before and before in told.sources):
        return
    if after and after.is_sentence and cues.counts_on(after.case.sentences.text(after.own[0])):
        return
    yield from _told(one.case, f"{rest[0].upper()}{rest[1:]}", tuple(one.own))


def exemplified(one: Statement, lead: Statement, told: Told) -> Iterator[tuple[Case, Evidence]]:
    """Yield a statement as the example that it was said as, of the one that it is printed after."""
    if not (one.is_sentence and lead.is_sentence):
        return
    case, before = one.case, one.own[0]
    if not is_example(case.sentences.text(before)) or is_example(case.draft.text):
        return
    for _ in range(_MOST_BEFORE):
        at = _beside(case, before, -1, told.order)
        if at is None:
            return
        if at in lead.own:
            yield from _told(case, as_example(case.draft.text), tuple(one.own))
            return
        if not is_example(case.sentences.text(at)):
            return
        before = at


def _told(
    case: Case, text: str, sources: tuple[Source, ...], *, most: int = _MOST_WORDS
) -> Iterator[tuple[Case, Evidence]]:
    """Yield a text as a draft of its own sources, where they carry it and it can be read."""
    known = all(one in case.sentences.at for one in sources)  # support may be sought elsewhere
    if known and len(text.split()) <= most and not cues.is_half_list(text):
        yield from as_told(case, text, sources, extractive=case.draft.extractive)


def _before(case: Case, first: Source, told: Told) -> Iterator[tuple[Source, ...]]:
    """Yield the sentences that a statement is to be printed behind.

    It goes on from them, or the one right before it is short and says something of the subject.
    """
    asked = _beside(case, first, -1, told.order)
    if asked and asked not in told.sources and cues.asks_of_case(case.sentences.text(asked)):
        yield (asked,)
        return
    goes_on = _goes_on(case, first, told)
    behind: list[Source] = []
    at: Source | None = first
    for _ in range(_MOST_BEFORE):
        at = _beside(case, at, -1, told.order) if at else None
        if at is None or at in told.sources:
            return
        text = as_written(case.sentences.text(at))
        if not can_follow(text, least=_FEWEST) or is_logistics(text):
            return
        if not (goes_on or (_share(text, case.draft.text) and told.informs(text))):
            return
        behind.insert(0, at)
        if stands_alone(text):
            yield tuple(behind)
            return


def _share(text: str, statement: str) -> bool:
    """Whether a short sentence, that supposes nothing, names what a statement names."""
    shared = set(content_stems(text)) & set(content_stems(statement))
    return bool(shared) and len(text.split()) <= _SHORT and not cues.supposes(text)


def _goes_on(case: Case, one: Source, told: Told) -> bool:
    """Whether a sentence goes on from the one before it, or quotes whom that names."""
    if is_quoted(case, one):
        return True
    before = _beside(case, one, -1, told.order)
    return cues.goes_on(case.sentences.text(one), case.sentences.text(before) if before else "")


def _after(case: Case, last: Source, told: Told) -> Iterator[tuple[Source, ...]]:
    """Yield the sentence that limits a statement, if one does."""
    at = _beside(case, last, 1, told.order)
    if at and is_example(case.sentences.text(at)):  # the limit may stand behind an example
        behind = _beside(case, at, 1, told.order)
        at = behind if behind and cues.objects(case.sentences.text(behind)) else at
    if at is None or at in told.sources:
        return
    said = case.sentences.text(at)
    before = case.sentences.text(last)
    if cues.condition_of(said):
        yield (at,)
    elif names_another(case, at, told.sources) or cues.speaks_of_question(said, before):
        return
    elif cues.limits(said) and can_follow(as_written(said), least=_FEWEST):
        yield (at,)
    elif cues.takes_up(said) and can_follow(as_written(said)):
        named, pointed = set(content_stems(before)), leanings(as_written(said))
        bare = cues.is_bare(said) and not points_outside(said)  # "It takes years to …"
        if pointed and not bare and all(stems <= named for stems in pointed):
            yield (at,)


def _behind(said: str, around: str) -> str:
    """What limits a statement, as it stands behind that."""
    part = cues.condition_of(said)
    if part:
        return f", {part[0].lower()}{part[1:].rstrip('.!')}"
    but = "but " if cues.objects(said) else ""
    return f"; {but}{inner(as_written(said, alone=False), around)}"


def _beside(case: Case, one: Source, step: int, order: Sequence[str]) -> Source | None:
    """The next sentence before (-1) or behind (1) another that says something, None if too far."""
    chunk, at = one.chunk, one.sentence
    for _ in range(_FAR):
        at += step
        size = len(sentence_spans(case.sentences.chunks[chunk]))
        if not 0 <= at < size:
            place = order.index(chunk) + step
            if not 0 <= place < len(order) or order[place] not in case.sentences.chunks:
                return None
            if case.sentences.chunks[order[place]].kind != case.sentences.chunks[chunk].kind:
                return None
            chunk = order[place]
            at = 0 if step > 0 else len(sentence_spans(case.sentences.chunks[chunk])) - 1
        found = Source(chunk, at)
        if found not in case.sentences.at:
            return None
        if not says_nothing(case.sentences.text(found)):
            return found
    return None
