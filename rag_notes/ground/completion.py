"""Statements that passed, each told with what it needs of the sentences beside it.

In: the trials of a section, in the order of the lecture. Out: the same, some telling more, some
told with another, some failed for an example that the notes do not tell. Judges no sentence itself.
"""

from collections.abc import Callable, Collection, Sequence

from rag_notes.ground.beside import (
    Statement,
    Told,
    completed,
    exemplified,
    goes_between,
    goes_with,
    is_taken_back,
    says_why,
    stands_on_untold,
    unnumbered,
    without_first,
)
from rag_notes.ground.evidence import Case, Evidence
from rag_notes.ground.trial import POINTS, TOLD_WITH, Trial, as_spoken, printed
from rag_notes.schema import Source

_TAKEN_BACK = "is taken back in what was said next"


def complete(
    trials: Sequence[Trial],
    *,
    order: Sequence[str],
    informs: Callable[[str], bool],
    before: Collection[Source] = (),
) -> None:
    """Let each trial that passed tell what it needs of the sentences beside it.

    `order` is that of the lecture's passages; `informs` says of a text whether it says enough of
    the subject; the sentences of `before` are told in other sections.
    """
    passed = [one for one in trials if one.reason is None and one.evidence]
    told = {*before, *(source for one in passed for source in printed(one))}
    known = Told(told, order, informs)  # sees what is told from here on as well
    last: Trial | None = None
    for trial in passed:
        one = _statement(trial)
        if trial.reason or len({source.chunk for source in one.own}) > 1:
            continue  # told with another by now, or it joins two places
        if last:
            lead = _statement(last)
            why = next(goes_with(one, lead), None) or next(says_why(one, lead, known), None)
            told |= _replaced(last, why or next(goes_between(one, lead, known), None), trials)
            if why:
                _tell_with(trial, last)
                continue
        found = next(completed(one, known), None)
        told |= _replaced(trial, found, trials)
        whole = _statement(trial)
        untold = stands_on_untold(whole, known)
        rest = next(without_first(whole, known), None) if untold else None
        if rest:
            told -= set(printed(trial))
            told |= _replaced(trial, rest, trials)
            untold = stands_on_untold(_statement(trial), known)
        if untold or is_taken_back(one, known):
            trial.reason = POINTS if untold else _TAKEN_BACK
            told -= set(printed(trial))
            continue
        last = trial
    _mark(passed, known)


def _mark(passed: Sequence[Trial], known: Told) -> None:
    """Let what is left say "first" only where something comes second, and what it exemplifies."""
    left = [one for one in passed if one.reason is None]
    for lead, trial, after in zip([None, *left], left, [*left, None][1:], strict=False):
        one = _statement(trial)
        found = next(unnumbered(one, _statement(after) if after else None, known), None)
        if lead and not found:
            found = next(exemplified(one, _statement(lead), known), None)
        trial.case, trial.evidence = found or (trial.case, trial.evidence)


def _statement(trial: Trial) -> Statement:
    return Statement(trial.case, as_spoken(printed(trial)))


def _replaced(
    trial: Trial, found: tuple[Case, Evidence] | None, trials: Sequence[Trial]
) -> set[Source]:
    """Let a trial tell more, and drafts whose sentences it tells now be told with it."""
    if not found:
        return set()
    before = set(printed(trial))
    trial.case, trial.evidence = found
    told = set(found[1].sources)
    for one in trials:
        whole = one.case.draft.term or one.case.draft.value
        if one is not trial and not whole and one.case.own and set(one.case.own) <= told - before:
            _tell_with(one, trial)
    return told


def _tell_with(one: Trial, whole: Trial) -> None:
    one.reason, one.final = TOLD_WITH.format(whole.case.draft.text), True
