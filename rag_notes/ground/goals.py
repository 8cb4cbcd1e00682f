"""What students can test themselves on: goals and questions made of statements.

In: a topic's statements, or what an LLM wrote about them. Out: goals and questions, each with the
statement that answers it. Knows English only, and no LLM.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence

from rag_notes.ground import examinable
from rag_notes.ground.words import content_stems
from rag_notes.schema import Claim

_MOST_WORDS = 24  # of a goal
_SPOKEN_OF = 2  # claims that a goal of the LLM is about
# What a statement may be asked about: what it explains before what it only tells.
_EXPLAINED = (examinable.reason, examinable.meaning, examinable.contrast)
_TOLD = (examinable.parts, examinable.way, examinable.dependence)
_FACTS = (examinable.origin, examinable.quantity)
_FOLLOWS = (examinable.result,)
# Can be said of any subject: nobody can tell whether they have reached it.
_ABSTRACT = (
    r"(?:importance|role|purpose|significance|concepts?|relationships?|benefits?|history|basics"
    r"|idea|use)"
)
_ANY = re.compile(
    rf"\bthe (?:main )?{_ABSTRACT}(?:,? and (?:the )?{_ABSTRACT})? (?:of|between|behind) "
    rf"|,? and (?:their|its|the) {_ABSTRACT}\b(?: of [^,.]*)?"
    r"|,? and (?:provide|give) (?:an )?examples?\b[^,.]*"
    r"|,? and how (?:it|they) (?:is|are|can be|relates?|affects?)\b[^,.]*"
    r"|,? (?:and|including|with) (?:the|its|their) (?:key )?(?:challenge|milestone|development)s?\b"
    r"[^.]*"
    r"| in the (?:context|process) of [^,.]*",
    re.IGNORECASE,
)
_OF_BOTH = re.compile(r"\b(?:its|their)\b", re.IGNORECASE)  # of what, the LLM makes up
_SAYS_MORE = 3  # content words of a goal beside those of its topic's title
_TASKS = frozenset(
    content_stems(
        "explain describe compare compute discuss identify understand say name define use work"
        " process need different"
    )
)
_BOTH = re.compile(r"\b(?:between|both)\b", re.IGNORECASE)
_SECOND = re.compile(r",? and (?:how|why|what|when|where|which)\b[^?]*\?$", re.IGNORECASE)


def sharpened(goal: str) -> str:
    """A goal without what could be said of any subject.

    >>> sharpened("Explain the importance of tokens and their role.")
    'Explain tokens.'
    """
    short = _ANY.sub("", goal)
    return (
        goal if re.match(r"\w+ \w+ing (?:an?|the|it)\b", short) else short
    )  # "Explain using a filter" is none


def only_names(goal: str, title: str) -> bool:
    """Whether a goal says hardly more than the title of its topic: "Explain tokens and models".

    One that speaks of "its use" says more than can be checked.
    """
    if _OF_BOTH.search(goal):
        return True
    return len(set(content_stems(goal)) - _TASKS - set(content_stems(title))) < _SAYS_MORE


def spoken_of(goal: str, said: Sequence[Claim]) -> list[Claim]:
    """The claims that a goal speaks of: those with most of its words, two at most, in order."""
    words = set(content_stems(goal))
    shared = [len(words & set(content_stems(claim.text))) for claim in said]
    best = sorted((at for at, count in enumerate(shared) if count), key=lambda at: -shared[at])
    return [said[at] for at in sorted(best[:_SPOKEN_OF])]


def single(question: str) -> str:
    """The first of two questions in one: a statement answers one.

    >>> single("What is a filter and how does it work?")
    'What is a filter?'
    """
    return question if _BOTH.search(question) else _SECOND.sub("?", question)


def goals_of(
    statements: Sequence[str], *, weigh: Callable[[str], float]
) -> Iterator[tuple[str, int]]:
    """Yield goals with the positions of the statements that answer them, best first.

    What gives a reason comes before a meaning, and that before what is only told; among equals
    what weighs most.
    """
    return _goals(_ranked((*_EXPLAINED, *_TOLD), statements, weigh))


def results_to_know(
    statements: Sequence[str], *, weigh: Callable[[str], float]
) -> Iterator[tuple[str, int]]:
    """Yield goals for what happens if something is so, as `goals_of` does."""
    return _goals(_ranked(_FOLLOWS, statements, weigh))


def questions_of(
    statements: Sequence[str], *, weigh: Callable[[str], float]
) -> Iterator[tuple[str, int]]:
    """Yield questions for what is explained or told, with positions as `goals_of` does."""
    return _questions(_ranked((*_EXPLAINED, *_TOLD), statements, weigh))


def facts_of(
    statements: Sequence[str], *, weigh: Callable[[str], float]
) -> Iterator[tuple[str, int]]:
    """Yield questions for numbers and names, as `questions_of` does."""
    return _questions(_ranked(_FACTS, statements, weigh))


def results_of(
    statements: Sequence[str], *, weigh: Callable[[str], float]
) -> Iterator[tuple[str, int]]:
    """Yield questions for what follows if something is so, as `questions_of` does."""
    return _questions(_ranked(_FOLLOWS, statements, weigh))


def _ranked(
    kinds: Sequence[examinable.Read], statements: Sequence[str], weigh: Callable[[str], float]
) -> Iterator[tuple[int, examinable.Asked]]:
    """Yield what statements of these kinds answer, kind by kind, each by weight."""
    for kind in kinds:
        read = ((at, kind(text.rstrip(".!"), statements)) for at, text in enumerate(statements))
        found = [(at, one) for at, one in read if one]
        yield from sorted(found, key=lambda pair: -weigh(statements[pair[0]]))


def _goals(asked: Iterable[tuple[int, examinable.Asked]]) -> Iterator[tuple[str, int]]:
    return ((f"{one.goal}.", at) for at, one in asked if _is_short(one.goal))


def _questions(asked: Iterable[tuple[int, examinable.Asked]]) -> Iterator[tuple[str, int]]:
    return ((f"{one.question}?", at) for at, one in asked if _is_short(one.question))


def _is_short(text: str) -> bool:
    return 0 < len(text.split()) <= _MOST_WORDS
