"""Which sub-heading a statement belongs under, from the words it was said in.

A rule per kind, on the spoken sentences more than on the statement: a speaker announces a step, an
example, a mistake. A small model asked for the kind calls nearly everything "advice" (seen on ten
passages), so it is not asked.
"""

import re
from collections import Counter
from collections.abc import Iterator, Sequence

from rag_notes.schema import BlockKind


def _says(*patterns: str) -> re.Pattern[str]:
    return re.compile(rf"\b({'|'.join(patterns)})\b", re.IGNORECASE)


_CONFUSION = _says(
    r"common(ly)? (mis\w+|mistake|confusion|error)",
    r"misconception",
    r"(people|many|students|you|they) (often |always |usually |might |may |will |would )?"
    r"(think|believe|assume|confuse|expect)s?",
    r"get (this|that|it )?wrong",
    r"mix(ed|ing)? (them )?up",
    r"confus(ed|ing|ion)",
    r"contrary to",
    r"the mistake",
    r"it is tempting",
)
_CORRECTS = _says(
    r"not", r"never", r"no", r"cannot", r"but", r"only", r"rather", r"unlike", r"\w+n't"
)
_EXAMPLE = _says(
    r"for (example|instance)",
    r"let('s| us) (say|take|try|do|work|walk)",
    r"by hand",
    r"suppose",
    r"imagine",
    r"say (we|you|i) have",
    r"(an|worked) example",
    r"(make|see) (this|it) concrete",
)
_STEP = _says(
    r"(?<![a-z] )(first|second|third)(ly)?(?=,)",
    r"then",
    r"next",
    r"after that",
    r"finally",
    r"lastly",
    r"step (one|two|three|four|five|\d+)",
    r"to (begin|start) with",
)
_ORDER = _says(
    r"steps?", r"procedure", r"algorithm", r"insert\w*", r"comput\w*", r"set", r"take", r"pick",
    r"apply", r"repeat\w*", r"merg\w+", r"count\w*", r"split\w*", r"choos\w+", r"updat\w+",
)  # fmt: skip
_IMPLEMENTATION = _says(
    r"in practice", r"in (the )?code", r"in production", r"(the|your|an?|this) implementation",
    r"make sure", r"be careful", r"you should", r"avoid", r"in python", r"trick",
    r"when you build",
)  # fmt: skip
_VISUAL = _says(
    r"(this|the|here'?s? (is )?(a|the)) "
    r"(figure|picture|diagram|plot|graph|chart|slide|drawing|image)"
)
_WORD = re.compile(r"\w+")
_NUMBER = re.compile(
    r"\d|\b(two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|zero)\b", re.IGNORECASE
)
_QUOTED = re.compile(r"[\"“‘][^\"”’]+[\"”’]|(?<!\w)'[^']+'(?!\w)")
_IN_STEPS = re.compile(r"\bfirst,.*; second,", re.IGNORECASE)
_BEGINS = re.compile(
    r"(?:(?:to|in order to) [^,]+, )?(?:you |we )?(?:first|step one|step 1)\b", re.IGNORECASE
)
_GOES_ON = re.compile(r"\b(?:then|next|after that|now|finally)\b", re.IGNORECASE)
_WHOLE = 3  # steps that are a procedure, whatever was said before them
_WORKED = re.compile(r"(?<![\d.])(?!(?:19|20)\d\d\b)\d")  # a number that is no year
_COMMON = 4  # statements of a topic; what more of them say is its subject, and no thing of one
_SHARED = 2  # things that go on with an example; one does beside a number in digits
_STEM = 6  # letters: "insert" and "inserted" are one thing


def kind_of(statement: str, spoken: str) -> BlockKind:
    """Kind of block for a statement made from the words `spoken`."""
    if _CONFUSION.search(spoken) and _CORRECTS.search(statement):
        return "confusion"
    if _EXAMPLE.search(spoken):
        return "example"
    if _STEP.search(spoken) and _ORDER.search(statement):
        return "procedure"
    if _VISUAL.search(spoken):
        return "visual"
    if _IMPLEMENTATION.search(spoken) and _IMPLEMENTATION.search(statement):
        return "implementation"
    return "explanation"


def settle_kinds(
    kinds: Sequence[BlockKind], statements: Sequence[str], *, follows: Sequence[bool] = ()
) -> tuple[BlockKind, ...]:
    """Kinds in the order of time, with examples carried on, gaps closed and lone ones dissolved.

    An example goes on while statements work with numbers and with its values or things; one step
    alone is no procedure unless it tells several, and no example works with nothing. What was said
    right after the statement before it (`follows`) is not parted from that: a kind of its own is
    printed under another heading, where nobody knows what its "then" comes after.
    """
    follows = follows if len(follows) == len(kinds) else [False] * len(kinds)
    settled = list(kinds)
    spoken = [_things(statement) for statement in statements]
    counts = Counter(thing for things in spoken for thing in things)
    common = {thing for thing, count in counts.items() if count > max(_COMMON, len(statements) / 3)}
    things: set[str] = set()
    for at, (kind, statement) in enumerate(zip(kinds, statements, strict=True)):
        words = spoken[at] - common
        shared = words & things if at and settled[at - 1] == "example" else set()
        goes_on = follows[at] and at > 0 and settled[at - 1] == kinds[at - 1] == "example"
        works = ((shared or goes_on) and _WORKED.search(statement)) or (
            len(shared) >= _SHARED and _NUMBER.search(statement)
        )
        if works and kind in ("explanation", "procedure"):
            settled[at] = "example"
        things = (things | words) if settled[at] == "example" else set()
    for at in range(1, len(settled) - 1):
        before, after = settled[at - 1], settled[at + 1]
        if before == after and before in ("example", "procedure") and settled[at] == "explanation":
            settled[at] = before
    for at, kind in enumerate(settled):
        alone = kind not in (*settled[max(0, at - 1) : at], *settled[at + 1 : at + 2])
        works = _NUMBER.search(statements[at]) or _QUOTED.search(statements[at])
        tells = _IN_STEPS.search(statements[at])
        if alone and ((kind == "procedure" and not tells) or (kind == "example" and not works)):
            settled[at] = "explanation"
    for first, last in _runs(settled):
        if _is_parted(settled[first], first, last, statements, follows):
            settled[first : last + 1] = ["explanation"] * (last + 1 - first)
    return tuple(settled)


def _runs(kinds: Sequence[BlockKind]) -> Iterator[tuple[int, int]]:
    """Yield the first and the last place of statements of one kind behind each other."""
    first = 0
    for at in range(1, len(kinds) + 1):
        if at == len(kinds) or kinds[at] != kinds[first]:
            yield first, at - 1
            first = at


def _is_parted(
    kind: BlockKind, first: int, last: int, statements: Sequence[str], follows: Sequence[bool]
) -> bool:
    """Whether statements of a kind would be torn from what they were said with."""
    goes_on = first > 0 and follows[first]
    if kind == "procedure":
        begins = _BEGINS.match(statements[first]) or (
            last + 1 - first >= _WHOLE and not _GOES_ON.search(statements[first])
        )
        return goes_on and not begins
    if kind == "example":
        told = statements[first : last + 1]
        worked = [bool(_NUMBER.search(one) or _QUOTED.search(one)) for one in told]
        return sum(worked) * 2 < len(told) or (goes_on and last == first)
    ends = last + 1 == len(statements) or not follows[last + 1]
    return kind == "implementation" and (goes_on or not ends)


def _things(statement: str) -> set[str]:
    """Numbers and longer words of a statement, by how they begin."""
    words = _WORD.findall(statement.lower())
    return {word[:_STEM] for word in words if word[0].isdigit() or len(word) > 4}
