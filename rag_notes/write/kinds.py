"""Which sub-heading a statement belongs under, from the words it was said in.

A rule per kind, on the spoken sentences more than on the statement: a speaker announces a step, an
example, a mistake. A small model asked for the kind calls nearly everything "advice" (measured on ten
passages), so it is not asked.
"""

import re
from collections.abc import Sequence

from rag_notes.schema import BlockKind

_CONFUSION = re.compile(
    r"\b(common(ly)? (mis\w+|mistake|confusion|error)|misconception|(people|many|students|you) (often |always "
    r"|usually |might |may |will )?(think|believe|assume|confuse|expect)s?\b|mix(ed|ing)? (them )?up|confus(ed|ing|ion)"
    r"|contrary to|you would think|the mistake|it is tempting|don't (be fooled|get this wrong))",
    re.IGNORECASE,
)
_EXAMPLE = re.compile(
    r"\b(for example|for instance|let's say|let us say|suppose|imagine|say (we|you|i) have|an example"
    r"|worked example|e\.g\.|let's (take|try|do|work)|to (make|see) (this|it) concrete)\b",
    re.IGNORECASE,
)
_STEP = re.compile(
    r"(^|[.;:,] |\b(so|and|okay|now),? )(first(ly)?|second(ly)?|third(ly)?|then|next|after that|finally|step (one|two"
    r"|three|four|five|\d+)|to (begin|start)( with)?|lastly)\b",
    re.IGNORECASE,
)
_ORDER = re.compile(r"\b(steps?|procedure|algorithm|recipe|insert\w*|comput\w*|set|take|pick|apply|repeat)\b", re.I)
_IMPLEMENTATION = re.compile(
    r"\b(in practice|implement\w*|in (the )?code|library|libraries|in production|make sure|be careful|you should"
    r"|avoid|memory|hardware|in python|trick|tip)\b",
    re.IGNORECASE,
)
_VISUAL = re.compile(
    r"\b(this|the|in the|on the|here'?s? (is )?(a|the)) (figure|picture|diagram|plot|graph|chart|slide|drawing|image)\b",
    re.IGNORECASE,
)


def kind_of(statement: str, spoken: str) -> BlockKind:
    """Kind of block for a statement made from the words `spoken`."""
    if _CONFUSION.search(spoken):
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


def settle_kinds(kinds: Sequence[BlockKind]) -> tuple[BlockKind, ...]:
    """Kinds in the order of time, with gaps closed and lone steps dissolved.

    What stands between two statements of one example or procedure belongs to it; one step alone is
    no procedure.
    """
    settled = list(kinds)
    for at in range(1, len(settled) - 1):
        before, after = settled[at - 1], settled[at + 1]
        if before == after and before in ("example", "procedure") and settled[at] == "explanation":
            settled[at] = before
    if settled.count("procedure") == 1:
        settled[settled.index("procedure")] = "explanation"
    return tuple(settled)
