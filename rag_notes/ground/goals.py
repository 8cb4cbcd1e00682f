"""What a student can test: a goal made from a statement that gives a reason or a meaning.

In: a topic's statements. Out: a goal with the statement that answers it, or none. "Explain the
importance of tokens" can be said of anything; "Explain why the sequences get long" has an answer.
Knows English only, and no LLM.
"""

import re
from collections.abc import Callable, Iterator, Sequence

from rag_notes.ground.written import decapitalised

_MOST_WORDS = 24  # of a goal
_FEWEST_WORDS = 3  # of what is to be explained
_LEANS = re.compile(
    r"\b(?:it|its|they|them|their|this|that|these|those|here|I|he|she)\b", re.IGNORECASE
)
_BECAUSE = re.compile(r"^(?P<what>[^,;:–—]{8,110}?),? because (?P<why>[^;]{8,})$", re.IGNORECASE)
_IS = re.compile(
    r"^(?:(?P<article>an?|the) )?(?P<what>[\w-]+(?: [\w-]+){0,3}) (?P<verb>is|are|means)"
    r" (?:an?|the|one of|what|when|taking)\b [^;]{12,}$",
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
    r"|,? and how (?:it|they) (?:is|are|can be|relate)\b[^,.]*",
    re.IGNORECASE,
)
_NO_THING = re.compile(
    r"^(?:there|what|which|who|where|how|one|some|many|most|all|each|every|you|we|your|our|first"
    r"|second|third|last|next|main|right|thing|goal|idea|problem|answer|reason|point|question"
    r"|difference|good|bad|starting|final|tab|data)\b",
    re.IGNORECASE,
)


def sharpened(goal: str) -> str:
    """A goal without what could be said of any subject.

    >>> sharpened("Explain the importance of tokens and their role.")
    'Explain tokens.'
    """
    return _ANY.sub("", goal)


def goal_of(statements: Sequence[str], *, weigh: Callable[[str], float]) -> tuple[str, int] | None:
    """A goal and the position of the statement that answers it; None where none can be made.

    What gives a reason comes before a meaning; among equals what weighs most.
    """
    found = [
        (kind, -weigh(text), at, goal)
        for at, text in enumerate(statements)
        for kind, goal in _goals(text.rstrip(".!"), statements)
        if len(goal.split()) <= _MOST_WORDS
    ]
    if not found:
        return None
    _, _, at, goal = min(found)
    return f"{goal}.", at


def _goals(text: str, statements: Sequence[str]) -> Iterator[tuple[int, str]]:
    because = _BECAUSE.match(text)
    if because and _is_whole(because["what"]):
        yield 0, f"Explain why {decapitalised(because['what'])}"
    meaning = _IS.match(text)
    if meaning and _is_whole(meaning["what"], least=1) and not _NO_THING.match(meaning["what"]):
        small = f"{meaning['what'][0].lower()}{meaning['what'][1:]}"
        what = small if any(f" {small}" in one for one in statements) else meaning["what"]
        named = " ".join(filter(None, [meaning["article"], what]))
        verb = "is" if meaning["verb"] == "means" else meaning["verb"]
        yield 1, f"Say what {decapitalised(named)} {verb}"


def _is_whole(text: str, *, least: int = _FEWEST_WORDS) -> bool:
    return len(text.split()) >= least and not _LEANS.search(text)
