"""Drafts to claims: what may be printed, with its citations, or the reason why not.

In: statements as written and the passages their section retrieved. Out: for each, a claim whose
citations support it or a rejection with a reason a reader can check. What fails is mended first:
better sentences are cited, from the section or from the whole lecture, then it is rewritten once,
then the passage's own cleaned sentence takes its place. Does not know the index, the engines or
the order of the pipeline: finding, a second opinion and rewriting come in as functions.
"""

import itertools
import re
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TypeAlias

from rag_notes.ground.evidence import Case, Evidence, find_evidence, open_case
from rag_notes.ground.faithful import is_shortened, strays
from rag_notes.ground.joined import Lead, follows, join, pointing_at
from rag_notes.ground.ownwords import own_words
from rag_notes.ground.prose import is_filler, points_outside
from rag_notes.ground.quote import cite
from rag_notes.ground.repeats import repeats
from rag_notes.ground.sentences import Sentences
from rag_notes.ground.standalone import is_torn, leans_on_context
from rag_notes.ground.support import ENOUGH, Support
from rag_notes.ground.written import as_written
from rag_notes.protocols import Embedder, Vectors
from rag_notes.schema import Citation, Claim, Draft, Rejected, Source

# Words of the shortest sentence that is printed.
_SENTENCE = 3
_OTHER = re.compile(r"^Other (?=[a-z-]+s\b)")  # than what, only the passage says
_IN_MIND = 4  # statements back that a reader remembers what "this efficiency" was
_EMPTY = "says nothing about the subject"
_POINTS = "points at something that the notes do not show"
_TORN = "is no full sentence"
_OTHERWISE = "says it in other words than the lecture, which this LLM is not trusted with"
_NOWHERE = "no passage of this section says it"


@dataclass(frozen=True, slots=True)
class Doubt:
    """A statement with the words it rests on: what a second opinion or a rewriting is asked for."""

    text: str
    passage: str
    reason: str = ""


Find: TypeAlias = Callable[[str], Collection[str]]  # a text -> ids of passages of the whole lecture
Opinion: TypeAlias = Callable[[Sequence[Doubt]], Sequence[str | None]]  # reasons against, or None
Rewrite: TypeAlias = Callable[[Sequence[Doubt]], Sequence[str | None]]  # new wordings, or None


@dataclass(frozen=True, slots=True)
class Checked:
    """A sentence held against passages as it stands: the support found and where."""

    support: Support
    citations: tuple[Citation, ...]


@dataclass(slots=True)
class _Trial:
    """A draft on its way: as written, the case it makes, the evidence, the reason against it."""

    draft: Draft
    case: Case
    evidence: Evidence | None = None
    reason: str | None = None
    final: bool = False  # nothing will mend it


class Gate:
    """The sentences of a lecture, against which statements are judged."""

    def __init__(  # noqa: PLR0913 - what it judges by comes in as functions
        self,
        sentences: Sentences,
        embedder: Embedder,
        *,
        find: Find | None = None,
        opinion: Opinion | None = None,
        rewrite: Rewrite | None = None,
        informs: Callable[[str], bool] = bool,
        own_wording: bool = True,
    ) -> None:
        """Judge by `sentences`; `informs` says of a text whether it says enough of the subject.

        Without `own_wording` a draft may shorten what was said, and no more.
        """
        self._sentences = sentences
        self._embedder = embedder
        self._find = find
        self._opinion = opinion
        self._rewrite = rewrite
        self._informs = informs
        self._own_wording = own_wording
        self._embedded: dict[str, Vectors] = {}  # claims of other sections, by their texts

    def judge(  # noqa: PLR0913 - what a section's drafts are judged by
        self,
        drafts: Sequence[Draft],
        within: Collection[str],
        *,
        section: str,
        ids: Iterator[int],
        earlier: Sequence[Claim] = (),
        enough: float = ENOUGH,
        condensed: bool = False,
        mend: bool = True,
        ask: bool = True,
        question: str = "",
    ) -> list[Claim | Rejected]:
        """Give each draft its verdict, in their order; claims are numbered from `ids`.

        `within` are the passages the section retrieved; a claim cites others only where it was
        found there when it failed here (`find`). `earlier` are claims already printed, which are
        not said again. A draft needs a support of `enough`; one from a writer that invents more
        needs more. Drafts that name sources must keep to their words; `condensed` ones must also
        keep most of them. Without `mend` what fails is rejected at once; without `ask` no second
        opinion is heard, as of what restates claims that had theirs. An answer may take over words
        of its `question` and begin with them.
        """
        sentences = self._sentences.within(within)
        trials = self._try(drafts, sentences, enough=enough)
        self._hold(trials, whole=condensed, question=question)
        if condensed:
            self._hold_to_subject(trials)
        if mend:
            self._seek(_failed(trials))
        if ask:
            self._ask([one for one in trials if not one.reason])
        if mend:
            self._reword([one for one in _failed(trials) if _is_told(one)], condensed=condensed)
            self._fall_back(_failed(trials))
            self._join(trials)
        return self._settle(trials, section, ids=ids, earlier=earlier)

    def check(self, drafts: Sequence[Draft]) -> list[Checked]:
        """Hold sentences as they stand against the lecture, or against the sources they name."""
        vectors = self._embedder.embed([draft.text or "." for draft in drafts]) if drafts else ()
        found = []
        for draft, vector in zip(drafts, vectors, strict=True):
            case = open_case(draft, vector, self._sentences, enough=ENOUGH)
            evidence = find_evidence(case, own_only=bool(draft.sources))
            found.append(self._checked(draft, evidence))
        return found

    def _checked(self, draft: Draft, evidence: Evidence | None) -> Checked:
        if evidence is None:
            nothing = Support(0.0, 0.0, 0.0, None, reason="no passage says it")
            return Checked(nothing, ())
        return Checked(evidence.support, cite(draft.text, evidence.sources, self._sentences.chunks))

    # --- trials ----------------------------------------------------------------------------------

    def _try(self, drafts: Sequence[Draft], sentences: Sentences, *, enough: float) -> list[_Trial]:
        tidy = [_tidied(draft) for draft in drafts]
        vectors = self._embedder.embed([draft.text or "." for draft in tidy]) if tidy else ()
        return [
            _try_one(open_case(draft, vector, sentences, enough=enough))
            for draft, vector in zip(tidy, vectors, strict=True)
        ]

    def _seek(self, failed: Sequence[_Trial]) -> None:
        """Look for what carries a failed draft in the whole lecture."""
        for trial in failed if self._find else ():
            carried = trial.evidence is not None and trial.evidence.support.reason is None
            if carried or trial.reason in (_POINTS, _TORN) or self._find is None:
                continue  # it fails for what it is, not for want of a place
            case = trial.case
            ids = self._find(case.draft.text)
            wider = self._sentences.within((*case.sentences.chunks, *ids))
            if len(wider.texts) == len(case.sentences.texts):
                continue
            again = open_case(case.draft, case.vector, wider, enough=case.enough)
            evidence = find_evidence(again)
            if evidence and evidence.support.reason is None:
                trial.case, trial.evidence, trial.reason = again, evidence, None

    def _hold(self, trials: Sequence[_Trial], *, whole: bool, question: str = "") -> None:
        """Fail what strays from its sources, or words them as this LLM may not."""
        _hold_to_sources(trials, whole=whole, question=question)
        if not (self._own_wording or question):
            _hold_to_wording(trials)

    def _hold_to_subject(self, trials: Sequence[_Trial]) -> None:
        """Fail what passed and yet says next to nothing of the subject."""
        for trial in trials:
            draft = trial.draft
            whole = draft.term or draft.value
            if not (trial.reason or whole or self._informs(draft.text)):
                trial.reason = _EMPTY

    def _ask(self, passed: Sequence[_Trial]) -> None:
        """Hear a second opinion on what passed, but for what was said and is only shortened."""
        passed = [one for one in passed if not is_shortened(one.case.draft.text, _own_text(one))]
        if not self._opinion or not passed:
            return
        doubts = [Doubt(one.case.draft.text, _cited_passage(one)) for one in passed]
        for trial, reason in zip(passed, self._opinion(doubts), strict=True):
            trial.reason = reason

    def _reword(self, failed: Sequence[_Trial], *, condensed: bool) -> None:
        """Have what failed written once more, and try it again."""
        if not self._rewrite or not failed:
            return
        doubts = [Doubt(one.case.draft.text, _passage(one), one.reason or "") for one in failed]
        texts = self._rewrite(doubts)
        retried: list[_Trial] = []
        for trial, text in zip(failed, texts, strict=True):
            if not text or text == trial.case.draft.text:
                continue
            draft = _tidied(replace(trial.case.draft, text=text, extractive=False))
            vector = self._embedder.embed([draft.text])[0]
            again = _try_one(
                open_case(draft, vector, trial.case.sentences, enough=trial.case.enough)
            )
            self._hold([again], whole=condensed)
            if again.reason is None:
                trial.case, trial.evidence, trial.reason = again.case, again.evidence, None
                retried.append(trial)
        self._ask(retried)

    def _fall_back(self, failed: Sequence[_Trial]) -> None:
        """Put a passage's own words in the place of what could not be mended, if they are fit.

        No second opinion is heard on them: they were said. No two drafts get the same.
        """
        taken: set[str] = set()
        for trial in failed:
            for case, evidence in own_words(trial.case):
                if case.draft.text not in taken and self._informs(case.draft.text):
                    taken.add(case.draft.text)
                    trial.case, trial.evidence, trial.reason = case, evidence, None
                    break

    def _join(self, trials: Sequence[_Trial]) -> None:
        """Print what still fails together with what was said right before it, if that mends it."""
        told: list[_Trial] = []
        for trial in trials:
            if trial.reason is None:
                told.append(trial)
            elif not trial.final and trial.reason != _EMPTY:
                self._join_one(trial, told)

    def _join_one(self, trial: _Trial, told: list[_Trial]) -> None:
        lead = self._lead(told[-1], trial) if told else None
        near = [one.case.draft.text for one in told[-_IN_MIND:]]
        found = itertools.chain(pointing_at(trial.case, near), join(trial.case, lead))
        for case, evidence in found:
            if not self._informs(case.draft.text):
                continue
            if lead and case.draft.text.startswith(lead.text.rstrip(".!")):
                before = told[-1]
                before.case, before.evidence = case, evidence
                trial.reason, trial.final = f'is told with "{before.draft.text}"', True
            else:
                trial.case, trial.evidence, trial.reason = case, evidence, None
                told.append(trial)
            return

    def _lead(self, told: _Trial, trial: _Trial) -> Lead | None:
        """A statement that was accepted, where a draft's sentences follow its own."""
        said = _as_spoken(_rests_on(told))
        if not follows(trial.case.own, said, trial.case, order=tuple(self._sentences.chunks)):
            return None
        draft = told.case.draft
        return Lead(draft.text, said, extractive=draft.extractive)

    # --- verdicts --------------------------------------------------------------------------------

    def _settle(
        self,
        trials: Sequence[_Trial],
        section: str,
        *,
        ids: Iterator[int],
        earlier: Sequence[Claim],
    ) -> list[Claim | Rejected]:
        """Turn trials into verdicts in order: nothing is said twice."""
        known = list(earlier)
        seen = self._vectors_of(known)
        verdicts: list[Claim | Rejected] = []
        for trial in trials:
            verdict = _verdict(trial, section, known, seen)
            if isinstance(verdict, Claim):
                verdict = replace(verdict, id=f"k{next(ids):04d}")
                known.append(verdict)
                seen.append(trial.case.vector)
            verdicts.append(verdict)
        return verdicts

    def _vectors_of(self, claims: Sequence[Claim]) -> list[Vectors]:
        """Vector of each claim; a text is embedded once, however many sections follow it."""
        texts = [claim.text for claim in claims]
        fresh = [text for text in dict.fromkeys(texts) if text not in self._embedded]
        if fresh:
            self._embedded.update(zip(fresh, self._embedder.embed(fresh), strict=True))
        return [self._embedded[text] for text in texts]


def _hold_to_sources(trials: Sequence[_Trial], *, whole: bool, question: str = "") -> None:
    """Fail what passed and yet strays from the sentences it was made from, or was found in."""
    for trial in trials:
        case, found = trial.case, trial.evidence
        if trial.reason or not case.own or found is None or case.draft.extractive:
            continue
        kept = set(case.own) & set(found.sources)
        sources = case.own if kept else found.sources
        said = " ".join(case.sentences.text(one) for one in sources)
        around = " ".join(case.sentences.both(text) for text in _passages(case, sources))
        trial.reason = strays(
            case.draft.text,
            said,
            around=f"{around} {question}",
            whole=whole,
            ordered=not question,
        )


def _hold_to_wording(trials: Sequence[_Trial]) -> None:
    """Fail what passed and yet does more than shorten the sentences it was made from."""
    for trial in trials:
        draft = trial.case.draft
        bound = trial.case.own and not (draft.extractive or draft.term or draft.value)
        if bound and not trial.reason and not is_shortened(draft.text, _own_text(trial)):
            trial.reason = _OTHERWISE


def _is_told(trial: _Trial) -> bool:
    """Whether the reason says which word is to be changed.

    Told of a sentence's form, a small model writes another that fails: none of 19 was mended.
    """
    return "stands in no cited" in (trial.reason or "")


def _failed(trials: Sequence[_Trial]) -> list[_Trial]:
    return [one for one in trials if one.reason and not one.final]


def _verdict(
    trial: _Trial, section: str, known: Sequence[Claim], seen: Sequence[Vectors]
) -> Claim | Rejected:
    text = trial.draft.text
    if trial.reason or trial.evidence is None:
        return Rejected(text, section, trial.reason or _NOWHERE)
    case = trial.case
    twin = repeats(case.draft.text, case.vector, known, seen)
    if twin:
        return Rejected(text, section, f'repeats "{twin.text}"')
    return _claim(case, trial.evidence)


def _tidied(draft: Draft) -> Draft:
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


def _try_one(case: Case) -> _Trial:
    draft = case.draft
    if not draft.text or is_filler(draft.text):
        return _Trial(draft, case, reason=_EMPTY, final=True)
    whole = bool(draft.term or draft.value)  # a row of a table is no sentence
    if len(draft.text.split()) < _SENTENCE and not whole:
        return _Trial(draft, case, reason=_TORN, final=True)
    evidence = find_evidence(case)
    # What an answer speaks of is named in the question.
    leans = points_outside(draft.text) or leans_on_context(draft.text)
    if leans and draft.kind != "answer":
        return _Trial(draft, case, evidence, _POINTS)
    if not whole and is_torn(draft.text):
        return _Trial(draft, case, evidence, _TORN)
    reason = _NOWHERE if evidence is None else evidence.support.reason
    return _Trial(draft, case, evidence, reason)


def _passage(trial: _Trial) -> str:
    """The words a draft was made from, else those it rests on."""
    sources = trial.case.own or (trial.evidence.sources if trial.evidence else ())
    return _words(trial, sources or trial.case.ranked[:2])


def _passages(case: Case, sources: Sequence[Source]) -> list[str]:
    """The passages that sentences stand in, whole: what "these" means in one stands there."""
    chunks = case.sentences.chunks
    return [chunks[name].text for name in dict.fromkeys(one.chunk for one in sources)]


def _own_text(trial: _Trial) -> str:
    """The sentences that a draft was made from or is cited from, in the order they were said."""
    return _words(trial, _rests_on(trial))


def _cited_passage(trial: _Trial) -> str:
    """The passages that a draft would be printed with."""
    sources = trial.evidence.sources if trial.evidence else ()
    return " ".join(trial.case.sentences.read(text) for text in _passages(trial.case, sources))


def _words(trial: _Trial, sources: Sequence[Source]) -> str:
    """The words of sentences in the order they were said."""
    return " ".join(trial.case.sentences.text(one) for one in _as_spoken(sources))


def _rests_on(trial: _Trial) -> tuple[Source, ...]:
    """The sentences that a draft was made from, and those that it is cited from."""
    return (*trial.case.own, *(trial.evidence.sources if trial.evidence else ()))


def _as_spoken(sources: Sequence[Source]) -> tuple[Source, ...]:
    """Sentences in the order they were said, each once."""
    return tuple(sorted(set(sources), key=lambda one: (one.chunk, one.sentence)))


def _claim(case: Case, found: Evidence) -> Claim:
    draft = case.draft
    return Claim(
        id="",
        text=draft.text,
        citations=cite(draft.text, found.sources, case.sentences.chunks),
        support=found.support.score,
        extractive=draft.extractive,
        term=draft.term,
        value=draft.value,
    )
