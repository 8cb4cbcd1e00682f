"""What students can test themselves on: goals and questions made of statements.

In: a topic's statements. Out: a goal or questions, each with the statement that answers it: one
that gives a reason, a meaning or a result. "Explain the importance of tokens" can be said of
anything; "Explain why the sequences get long" has an answer. Knows English only, and no LLM.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from rag_notes.ground.negation import denies
from rag_notes.ground.verbs import is_verb_only
from rag_notes.ground.words import content_stems
from rag_notes.ground.written import decapitalised
from rag_notes.schema import Claim

_MOST_WORDS = 24  # of a goal
_SPOKEN_OF = 2  # claims that a goal of the LLM is about
_FEWEST_WORDS = 3  # of what is to be explained
_LEANS = re.compile(
    r"\b(?:it|its|they|them|their|this|that|these|those|here|I|he|she)\b", re.IGNORECASE
)
_BECAUSE = re.compile(r"^(?P<what>[^,;:–—]{8,110}?),? because (?!of\b)[^;]{8,}$", re.IGNORECASE)
_IS = re.compile(
    r"^(?:(?P<article>an?|the) )?(?P<what>[\w-]+(?: [\w-]+){0,3}) (?P<verb>is|are|means)"
    r" (?:an?|the(?! (?:only|same|one|first|last|most|best))|one of|what|when|taking)\b [^;]{12,}$",
    re.IGNORECASE,
)
# Can be said of any subject: nobody can tell whether they have reached it.
_ABSTRACT = (
    r"(?:importance|role|purpose|significance|concepts?|relationships?|benefits?|history|basics"
    r"|idea|use)"
)
_ANY = re.compile(
    rf"\bthe (?:main )?{_ABSTRACT}(?:,? and (?:the )?{_ABSTRACT})? (?:of|between|behind) "
    rf"|,? and (?:their|its|the) {_ABSTRACT}\b"
    r"|,? and (?:provide|give) (?:an )?examples?\b[^,.]*"
    r"|,? and how (?:it|they) (?:is|are|can be|relates?|affects?)\b[^,.]*"
    r"|,? (?:and|including|with) (?:the|its|their) (?:key )?(?:challenge|milestone|development)s?\b"
    r"[^.]*"
    r"| in the (?:context|process) of [^,.]*",
    re.IGNORECASE,
)
_IF = re.compile(
    r"^(?P<when>(?:if|when|once)"
    r" (?!(?:we|you|I) (?:think|look|go|refresh|see|want|have|get|come|are unaware|were|play)\b)"
    r"[^,;]{8,90}), (?:then )?[^;]{8,}$",
    re.IGNORECASE,
)
# Subject and verb, which change places in a question.
_TURNED = re.compile(
    r"^(?P<subject>(?:[\w'’-]+ ){1,6}?)(?P<verb>is|are|was|were|can|cannot|could|will|should|must)"
    r" (?P<rest>.+)$",
    re.IGNORECASE,
)
_SIDE = frozenset("that which who whose if when where what how at".split())  # open a clause
_VAGUE = re.compile(
    r"\b(?:purpose|role|importance|significance|relationship|responsibilit\w+|concept|goal|benefit"
    r"|difference)s?\b",
    re.IGNORECASE,
)
_WHY = re.compile(r"^why\b", re.IGNORECASE)
_GIVES_REASON = re.compile(
    r"\b(?:because|since|so that|due to|reason|therefore|otherwise|in order to|this way)\b",
    re.IGNORECASE,
)
_NO_THING = re.compile(
    r"^(?:no|not|none|neither|nothing|there|what|which|who|where|how|one|some|many|most|all|each|every|you|we|your|our|first"
    r"|second|third|last|next|main|right|thing|goal|idea|problem|answer|reason|point|question"
    r"|difference|good|bad|starting|final|tab|data)\b",
    re.IGNORECASE,
)


def sharpened(goal: str) -> str:
    """A goal without what could be said of any subject.

    >>> sharpened("Explain the importance of tokens and their role.")
    'Explain tokens.'
    """
    short = _ANY.sub("", goal)
    return (
        goal if re.match(r"\w+ \w+ing (?:an?|the|it)\b", short) else short
    )  # "Explain using a filter" is none


def spoken_of(goal: str, said: Sequence[Claim]) -> list[Claim]:
    """The claims that a goal speaks of: those with most of its words, two at most, in order."""
    words = set(content_stems(goal))
    shared = [len(words & set(content_stems(claim.text))) for claim in said]
    best = sorted((at for at, count in enumerate(shared) if count), key=lambda at: -shared[at])
    return [said[at] for at in sorted(best[:_SPOKEN_OF])]


def is_answered(question: str, answer: str) -> bool:
    """Whether a statement may answer a question: "why" wants a reason, "the role of" anything."""
    if _VAGUE.search(question):
        return False
    return not _WHY.match(question) or bool(_GIVES_REASON.search(answer))


def goal_of(statements: Sequence[str], *, weigh: Callable[[str], float]) -> tuple[str, int] | None:
    """A goal and the position of the statement that answers it; None where none can be made.

    What gives a reason comes before a meaning; among equals what weighs most.
    """
    for one in _ranked((_reason, _meaning), statements, weigh):
        if len(one.goal.split()) <= _MOST_WORDS:
            return f"{one.goal}.", one.at
    return None


def questions_of(
    statements: Sequence[str], *, weigh: Callable[[str], float]
) -> Iterator[tuple[str, int]]:
    """Yield questions for reasons and meanings with the positions of the statements, best first."""
    return _questions(_ranked((_reason, _meaning), statements, weigh))


def results_of(
    statements: Sequence[str], *, weigh: Callable[[str], float]
) -> Iterator[tuple[str, int]]:
    """Yield questions for what follows if something is so, as `questions_of` does."""
    return _questions(_ranked((_result,), statements, weigh))


@dataclass(frozen=True, slots=True)
class _Asked:
    """What a statement answers: "" where it makes no goal, or no question."""

    at: int
    goal: str
    question: str


_Read: TypeAlias = Callable[[int, str, Sequence[str]], "_Asked | None"]


def _ranked(
    kinds: Sequence[_Read], statements: Sequence[str], weigh: Callable[[str], float]
) -> Iterator[_Asked]:
    """Yield what statements of these kinds answer, kind by kind, each by weight."""
    for kind in kinds:
        found = [kind(at, text.rstrip(".!"), statements) for at, text in enumerate(statements)]
        yield from sorted(filter(None, found), key=lambda one: -weigh(statements[one.at]))


def _questions(asked: Iterable[_Asked]) -> Iterator[tuple[str, int]]:
    for one in asked:
        if one.question and len(one.question.split()) <= _MOST_WORDS:
            yield f"{one.question}?", one.at


def _reason(at: int, text: str, _: Sequence[str]) -> _Asked | None:
    found = _BECAUSE.match(text)
    if not found or not _is_whole(found["what"]) or denies(found["what"]):
        return None  # "not fast because of the hash" says nothing of whether it is fast
    what = decapitalised(found["what"])
    turned = _TURNED.match(what)
    if turned and any(word in _SIDE or is_verb_only(word) for word in turned["subject"].split()):
        turned = None
    asked = f"Why {turned['verb']} {turned['subject']}{turned['rest']}" if turned else ""
    return _Asked(at, f"Explain why {what}", asked)


def _meaning(at: int, text: str, statements: Sequence[str]) -> _Asked | None:
    found = _IS.match(text)
    if not found or not _is_whole(found["what"], least=1) or _NO_THING.match(found["what"]):
        return None
    small = f"{found['what'][0].lower()}{found['what'][1:]}"
    what = small if any(f" {small}" in one for one in statements) else found["what"]
    named = decapitalised(" ".join(filter(None, [found["article"], what])))
    verb = "is" if found["verb"] == "means" else found["verb"]
    return _Asked(at, f"Say what {named} {verb}", f"What {verb} {named}")


def _result(at: int, text: str, _: Sequence[str]) -> _Asked | None:
    found = _IF.match(text)
    if not found or not _is_whole(found["when"]):
        return None
    return _Asked(at, "", f"What follows {decapitalised(found['when'])}")


def _is_whole(text: str, *, least: int = _FEWEST_WORDS) -> bool:
    return len(text.split()) >= least and not _LEANS.search(text)
