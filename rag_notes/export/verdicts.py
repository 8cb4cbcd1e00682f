"""A verification as text: one claim after the other, for a terminal of any width.

In: verdicts; out: the line a claim stands on, its verdict, what it says, and below it why it is
not supported and where the lecture says it. No control character gets through. Opens no terminal.
"""

import textwrap
from collections.abc import Iterator

from rag_notes.answers import CheckedClaim, Verification
from rag_notes.export.cite import label
from rag_notes.export.escape import plain

_LINE, _VERDICT = 6, 13  # characters of the first two columns
_MOST_LINES = 4  # of one claim
_LEAST_WIDTH = 20


def to_table(found: Verification, *, width: int) -> str:
    """Every claim with its verdict in lines of at most `width` characters, and the counts."""
    head = f"{'Line':>{_LINE - 2}}  {'Verdict':{_VERDICT}}Claim, and where it is said or why not"
    rows = [line for claim in found.claims for line in _row(claim, width)]
    return "\n".join([head, "-" * min(width, len(head)), *rows, "", _counts(found)]) + "\n"


def _row(claim: CheckedClaim, width: int) -> Iterator[str]:
    margin = _LINE + _VERDICT
    room = max(_LEAST_WIDTH, width - margin)
    line = "" if claim.line is None else str(claim.line)
    lead = f"{line:>{_LINE - 2}}  {claim.verdict:{_VERDICT}}"
    for text in _wrapped(claim.text, room):
        yield (lead + text).rstrip()
        lead = " " * margin
    for text in _wrapped(_below(claim), room - 2):
        yield f"{lead}  {text}"


def _wrapped(text: str, room: int) -> list[str]:
    return textwrap.wrap(
        plain(text), room, max_lines=_MOST_LINES, placeholder=" …", break_on_hyphens=False
    )


def _below(claim: CheckedClaim) -> str:
    places = " ".join(dict.fromkeys(f"[{label(one)}]" for one in claim.citations))
    if claim.reason is None:
        return places
    near = f"; nearest: {places}" if places and claim.line is not None else ""
    return f"{claim.reason}{near}"


def _counts(found: Verification) -> str:
    return (
        f"{len(found.claims)} claims: {found.supported} supported, {found.unsupported} not; "
        f"{found.unsaid_numbers} numbers that nobody said"
    )
