"""Drafts to claims: what may be printed, with its citations, or the reason why not.

In: statements as written and the passages their section retrieved. Out: for each, a claim whose
citations support it or a rejection with a reason a reader can check. What fails is mended first:
better sentences are cited, from the section or from the whole lecture, then it is rewritten once,
then the passage's own cleaned sentence takes its place. Does not know the index, the engines or
the order of the pipeline: finding, a second opinion and rewriting come in as functions.
"""

import itertools
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TypeAlias

from rag_notes.ground.completion import complete
from rag_notes.ground.evidence import Evidence, find_evidence, open_case, passages_of
from rag_notes.ground.faithful import KEPT, drops_sentence, is_shortened, strays
from rag_notes.ground.joined import Lead, follows, join, pointing_at
from rag_notes.ground.ownwords import own_words
from rag_notes.ground.persons import by_name
from rag_notes.ground.pointing import wants_lead
from rag_notes.ground.quote import cite
from rag_notes.ground.repeats import is_within
from rag_notes.ground.restate import sources_of
from rag_notes.ground.sentences import Sentences
from rag_notes.ground.support import ENOUGH, Support
from rag_notes.ground.trial import (
    EMPTY,
    POINTS,
    REPEATS,
    TOLD_WITH,
    TORN,
    Trial,
    as_spoken,
    cited_passage,
    own_text,
    passage_of,
    printed,
    tidied,
    try_one,
    verdict_of,
)
from rag_notes.ground.words import content_stems
from rag_notes.protocols import Embedder, Vectors
from rag_notes.schema import Citation, Claim, Draft, Rejected

# Share of what was said that an LLM must keep that may not use words of its own. Of 180 statements
# of the 1.5B that readers judged 17 kept less, and 9 of them had lost what mattered; of those that
# kept 0.9 or more it were 16 %.
_KEPT_AS_SAID = 0.8
_IN_MIND = 4  # statements back that a reader remembers what "this efficiency" was
_OTHERWISE = "says it in other words than the lecture, which this LLM is not trusted with"


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
            chunks = self._sentences.chunks
            here = [one for one in earlier if all(c.chunk in chunks for c in one.citations)]
            known = {source for claim in here for source in sources_of(claim, chunks)}
            complete(trials, order=tuple(chunks), informs=self._informs, before=known)
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

    def _try(self, drafts: Sequence[Draft], sentences: Sentences, *, enough: float) -> list[Trial]:
        tidy = [tidied(draft) for draft in drafts]
        vectors = self._embedder.embed([draft.text or "." for draft in tidy]) if tidy else ()
        return [
            try_one(open_case(draft, vector, sentences, enough=enough))
            for draft, vector in zip(tidy, vectors, strict=True)
        ]

    def _seek(self, failed: Sequence[Trial]) -> None:
        """Look for what carries a failed draft in the whole lecture."""
        for trial in failed if self._find else ():
            carried = trial.evidence is not None and trial.evidence.support.reason is None
            if carried or trial.reason in (POINTS, TORN) or self._find is None:
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

    def _hold(self, trials: Sequence[Trial], *, whole: bool, question: str = "") -> None:
        """Fail what strays from its sources, or words them as this LLM may not."""
        kept = KEPT if self._own_wording else _KEPT_AS_SAID
        _hold_to_sources(trials, whole=whole, question=question, kept=kept)
        if not self._own_wording:
            _hold_to_wording(trials, question)

    def _hold_to_subject(self, trials: Sequence[Trial]) -> None:
        """Fail what passed and yet says next to nothing of the subject."""
        for trial in trials:
            whole = trial.draft.term or trial.draft.value
            if not (trial.reason or whole or self._informs(trial.draft.text)):
                trial.reason = EMPTY

    def _ask(self, passed: Sequence[Trial]) -> None:
        """Hear a second opinion on what passed, but for what was said and is only shortened."""
        passed = [one for one in passed if not is_shortened(one.case.draft.text, own_text(one))]
        if not self._opinion or not passed:
            return
        doubts = [Doubt(one.case.draft.text, cited_passage(one)) for one in passed]
        for trial, reason in zip(passed, self._opinion(doubts), strict=True):
            trial.reason = reason

    def _reword(self, failed: Sequence[Trial], *, condensed: bool) -> None:
        """Have what failed written once more, and try it again."""
        if not self._rewrite or not failed:
            return
        doubts = [Doubt(one.case.draft.text, passage_of(one), one.reason or "") for one in failed]
        texts = self._rewrite(doubts)
        retried: list[Trial] = []
        for trial, text in zip(failed, texts, strict=True):
            if not text or text == trial.case.draft.text:
                continue
            draft = tidied(replace(trial.case.draft, text=text, extractive=False))
            vector = self._embedder.embed([draft.text])[0]
            again = try_one(
                open_case(draft, vector, trial.case.sentences, enough=trial.case.enough)
            )
            self._hold([again], whole=condensed)
            if again.reason is None:
                trial.case, trial.evidence, trial.reason = again.case, again.evidence, None
                retried.append(trial)
        self._ask(retried)

    def _fall_back(self, failed: Sequence[Trial]) -> None:
        """Put a passage's own words in the place of what could not be mended, if they are fit.

        No second opinion is heard on them: they were said. No two drafts get the same.
        """
        taken: set[str] = set()
        for trial in failed:
            named = by_name(trial.case, self._sentences)
            for case, evidence in itertools.chain(own_words(trial.case), named):
                if case.draft.text not in taken and self._informs(case.draft.text):
                    taken.add(case.draft.text)
                    trial.case, trial.evidence, trial.reason = case, evidence, None
                    break

    def _join(self, trials: Sequence[Trial]) -> None:
        """Print what still fails together with what was said right before it, if that mends it."""
        told: list[Trial] = []
        for trial in trials:
            if trial.reason is None and not wants_lead(trial.case.draft.text):
                told.append(trial)
            elif not trial.final and trial.reason != EMPTY:
                self._join_one(trial, told)

    def _join_one(self, trial: Trial, told: list[Trial]) -> None:
        lead = self._lead(told[-1], trial) if told else None
        near = [one.case.draft.text for one in told[-_IN_MIND:]]
        said = {source for one in told for source in printed(one)}
        found = itertools.chain(pointing_at(trial.case, near, said), join(trial.case, lead, said))
        for case, evidence in found:
            with_lead = lead and case.draft.text.startswith(lead.text.rstrip(".!"))
            if not self._informs(case.draft.text) or not (trial.reason or with_lead):
                continue
            if with_lead:
                before = told[-1]
                before.case, before.evidence = case, evidence
                trial.reason, trial.final = TOLD_WITH.format(before.draft.text), True
            else:
                trial.case, trial.evidence, trial.reason = case, evidence, None
                told.append(trial)
            return
        if trial.reason is None:
            told.append(trial)

    def _lead(self, told: Trial, trial: Trial) -> Lead | None:
        """A statement that was accepted, where a draft's sentences follow its own."""
        draft = told.case.draft
        said = as_spoken(printed(told))
        if not all(one in trial.case.sentences.at for one in said):
            return None  # it rests on a passage of another section as well
        if not follows(trial.case.own, said, trial.case, order=tuple(self._sentences.chunks)):
            return None
        return Lead(draft.text, said, extractive=draft.extractive)

    # --- verdicts --------------------------------------------------------------------------------

    def _settle(
        self,
        trials: Sequence[Trial],
        section: str,
        *,
        ids: Iterator[int],
        earlier: Sequence[Claim],
    ) -> list[Claim | Rejected]:
        """Turn trials into verdicts in order: nothing is said twice, nor in part and in full."""
        known = list(earlier)
        seen = self._vectors_of(known)
        verdicts: list[Claim | Rejected] = []
        for trial in trials:
            text = trial.case.draft.text
            parts = {at: one for at, one in enumerate(verdicts) if _is_part(one, text)}
            kept = [at for at, one in enumerate(known) if one not in parts.values()]
            said, vectors = [known[at] for at in kept], [seen[at] for at in kept]
            verdict = verdict_of(trial, section, said, vectors)
            if isinstance(verdict, Claim):
                verdict = replace(verdict, id=f"k{next(ids):04d}")
                known, seen = [*said, verdict], [*vectors, trial.case.vector]
                for at in parts:
                    verdicts[at] = Rejected(trials[at].draft.text, section, REPEATS.format(text))
            verdicts.append(verdict)
        return verdicts

    def _vectors_of(self, claims: Sequence[Claim]) -> list[Vectors]:
        """Vector of each claim; a text is embedded once, however many sections follow it."""
        texts = [claim.text for claim in claims]
        fresh = [text for text in dict.fromkeys(texts) if text not in self._embedded]
        if fresh:
            self._embedded.update(zip(fresh, self._embedder.embed(fresh), strict=True))
        return [self._embedded[text] for text in texts]


def _hold_to_sources(
    trials: Sequence[Trial], *, whole: bool, question: str = "", kept: float = KEPT
) -> None:
    """Fail what passed and yet strays from the sentences it was made from, or was found in."""
    for trial in trials:
        case, found = trial.case, trial.evidence
        if trial.reason or not case.own or found is None or case.draft.extractive:
            continue
        sources = case.own if set(case.own) & set(found.sources) else found.sources
        each = [case.sentences.text(one) for one in sources]
        said = " ".join(each)
        around = " ".join(case.sentences.both(text) for text in passages_of(case, sources))
        trial.reason = strays(
            case.draft.text,
            said,
            around=f"{around} {question}",
            whole=whole,
            kept=kept,
            ordered=not question,
        )
        if whole and not trial.reason and drops_sentence(case.draft.text, each):
            trial.reason = "leaves out a sentence of what was said"


def _hold_to_wording(trials: Sequence[Trial], question: str) -> None:
    """Fail what passed and yet does more than shorten the sentences it was made from.

    An answer may take up the words of its question first, and says more than these.
    """
    for trial in trials:
        draft = trial.case.draft
        bound = trial.case.own and not (draft.extractive or draft.term or draft.value)
        if bound and not trial.reason:
            said = f"{question} {own_text(trial)}"
            adds = set(content_stems(draft.text)) - set(content_stems(question))
            trial.reason = None if adds and is_shortened(draft.text, said) else _OTHERWISE


def _is_told(trial: Trial) -> bool:
    """Whether the reason says which word is to be changed.

    Told of a sentence's form, a small model writes another that fails: none of 19 was mended.
    """
    return "stands in no cited" in (trial.reason or "")


def _is_part(verdict: Claim | Rejected, text: str) -> bool:
    """Whether a text says a claim word for word, and more."""
    return isinstance(verdict, Claim) and is_within(verdict.text, text)


def _failed(trials: Sequence[Trial]) -> list[Trial]:
    return [one for one in trials if one.reason and not one.final]
