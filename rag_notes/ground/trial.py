"""One draft on its way to a verdict: what it must be to be printed, and what it rests on.

In: the case of a draft. Out: its trial, with the reason against it or none; the words and passages
it rests on; its verdict. Mends nothing.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from rag_notes.ground.evidence import Case, Evidence, find_evidence, is_half, passages_of
from rag_notes.ground.pointing import leans_on_context
from rag_notes.ground.prose import is_filler, points_outside
from rag_notes.ground.quote import cite
from rag_notes.ground.repeats import repeats
from rag_notes.ground.standalone import is_torn
from rag_notes.ground.written import as_written, with_quotes_closed
from rag_notes.protocols import Vectors
from rag_notes.schema import Claim, Draft, Rejected, Source

# Words of the shortest sentence that is printed.
_SENTENCE = 3
_OTHER = re.compile(r"^Other (?=[a-z-]+s\b)")  # than what, only the passage says
EMPTY = "says nothing about the subject"
POINTS = "points at something that the notes do not show"
TORN = "is no full sentence"
BROKEN = "rests on a sentence that breaks off"
NOWHERE = "no passage of this section says it"
REPEATS = 'repeats "{}"'
TOLD_WITH = 'is told with "{}"'


@dataclass(slots=True)
class Trial:
    """A draft on its way: as written, the case it makes, the evidence, the reason against it."""

    draft: Draft
    case: Case
    evidence: Evidence | None = None
    reason: str | None = None
    final: bool = False  # nothing will mend it


def tidied(draft: Draft) -> Draft:
    """A draft as it would be printed."""
    labelled = draft.term or draft.value
    if labelled and draft.extractive:  # a row or a formula stands as it is
        return replace(draft, text=" ".join(draft.text.split()))
    text = _tidy(draft.text if labelled else as_written(draft.text))
    other = _OTHER.match(text)
    return replace(
        draft, text=text[other.end()].upper() + text[other.end() + 1 :] if other else text
    )


def _tidy(text: str) -> str:
    text = " ".join(text.split()).lstrip("-•* ")
    return text if not text or text[-1] in ".!?:…\"')]|`" else f"{text}."


def try_one(case: Case) -> Trial:
    """Hold a draft to what every statement must be, and to what supports it."""
    draft = case.draft
    if not draft.text or is_filler(draft.text):
        return Trial(draft, case, reason=EMPTY, final=True)
    whole = bool(draft.term or draft.value)  # a row of a table is no sentence
    if len(draft.text.split()) < _SENTENCE and not whole:
        return Trial(draft, case, reason=TORN, final=True)
    evidence = find_evidence(case)
    if case.own and not whole and evidence and is_half(case, evidence.sources):
        return Trial(draft, case, evidence, BROKEN)
    # What an answer speaks of is named in the question.
    leans = points_outside(draft.text) or leans_on_context(draft.text)
    if leans and draft.kind != "answer":
        return Trial(draft, case, evidence, POINTS)
    if not whole and is_torn(draft.text):
        return Trial(draft, case, evidence, TORN)
    reason = NOWHERE if evidence is None else evidence.support.reason
    return Trial(draft, case, evidence, reason)


def passage_of(trial: Trial) -> str:
    """The words a draft was made from, else those it rests on."""
    sources = trial.case.own or (trial.evidence.sources if trial.evidence else ())
    return _words(trial, sources or trial.case.ranked[:2])


def own_text(trial: Trial) -> str:
    """The sentences that a draft was made from or is cited from, in the order they were said."""
    return _words(trial, rests_on(trial))


def cited_passage(trial: Trial) -> str:
    """The passages that a draft would be printed with."""
    sources = trial.evidence.sources if trial.evidence else ()
    return " ".join(trial.case.sentences.read(text) for text in passages_of(trial.case, sources))


def _words(trial: Trial, sources: Sequence[Source]) -> str:
    """The words of sentences in the order they were said."""
    return " ".join(trial.case.sentences.text(one) for one in as_spoken(sources))


def rests_on(trial: Trial) -> tuple[Source, ...]:
    """The sentences that a draft was made from, and those that it is cited from."""
    return (*trial.case.own, *(trial.evidence.sources if trial.evidence else ()))


def printed(trial: Trial) -> tuple[Source, ...]:
    """The sentences that a trial would tell.

    The passage's own sentence may be another than the one that a draft was made from.
    """
    own = trial.case.draft.extractive and trial.evidence
    return trial.evidence.sources if own and trial.evidence else rests_on(trial)


def as_spoken(sources: Sequence[Source]) -> tuple[Source, ...]:
    """Sentences in the order they were said, each once."""
    return tuple(sorted(set(sources), key=lambda one: (one.chunk, one.sentence)))


def _claim(case: Case, found: Evidence) -> Claim:
    draft = case.draft
    return Claim(
        id="",
        text=with_quotes_closed(draft.text),
        citations=cite(draft.text, found.sources, case.sentences.chunks),
        support=found.support.score,
        extractive=draft.extractive,
        term=draft.term,
        value=draft.value,
    )


def verdict_of(
    trial: Trial, section: str, known: Sequence[Claim], seen: Sequence[Vectors]
) -> Claim | Rejected:
    """The claim that a trial gives, without its id; rejected with a reason, or as a repeat."""
    text = trial.draft.text
    if trial.reason or trial.evidence is None:
        return Rejected(text, section, trial.reason or NOWHERE)
    case = trial.case
    twin = repeats(case.draft.text, case.vector, known, seen)
    if twin:
        return Rejected(text, section, REPEATS.format(twin.text))
    return _claim(case, trial.evidence)
