"""Filler and repeats of finished notes: what a reader would skip.

In: a finished lecture, an embedder. Out: counts with their statements. Goals, checklist and outline
restate on purpose and are not read; a topic's overview that says a statement again is a repeat.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from evaluation.checked import Pair
from evaluation.filler import filler_reason
from evaluation.finished import Lecture, claims_in
from evaluation.repeats import find_repeats
from evaluation.statistics import Share
from evaluation.tables import table
from evaluation.vectors import KeptEmbedder

BAR = "3 %"


@dataclass(frozen=True, slots=True)
class Read:
    """What was read of one lecture: statements, why some are filler, how many repeat another."""

    name: str
    statements: int
    reasons: tuple[str, ...]
    repeats: int
    skipped: int
    pairs: tuple[Pair, ...]


def filler_of(lecture: Lecture, embedder: KeptEmbedder) -> Read:
    """Read the main part of a lecture's notes; `skipped` counts what is filler or repeats."""
    said = [(one.title, claim) for one in lecture.topics for claim in claims_in(one)]
    texts = [claim.text for _, claim in said]
    embedder.prepare(texts)
    reasons = [filler_reason(claim.text, title) for title, claim in said]
    repeated = {later: earlier for earlier, later in find_repeats(texts, embedder)}
    pairs = []
    for at, (title, claim) in enumerate(said):
        why = reasons[at] or (f"repeats: {texts[repeated[at]]}" if at in repeated else "")
        pairs.append(
            Pair("filler", f"{lecture.name} {claim.id}", title, claim.text, why, bool(why))
        )
    return Read(
        name=lecture.name,
        statements=len(said),
        reasons=tuple(why for why in reasons if why),
        repeats=len(repeated),
        skipped=sum(one.yes for one in pairs),
        pairs=tuple(pairs),
    )


def filler_table(found: Sequence[Read]) -> str:
    """A row for each lecture and one for all."""
    kinds = sorted({why for one in found for why in one.reasons})
    head = ("lecture", "statements", "filler or repeats", "filler", "repeats", *kinds)
    rows = [_row(one, kinds) for one in found]
    whole = Share(sum(one.skipped for one in found), sum(one.statements for one in found))
    filler, repeats = (
        sum(len(one.reasons) for one in found),
        sum(one.repeats for one in found),
    )
    rows.append(
        ["all", str(whole.whole), str(whole), str(filler), str(repeats), *[""] * len(kinds)]
    )
    rows.append(["wanted", "", f"at most {BAR}", "", "", *[""] * len(kinds)])
    return table(head, rows)


def _row(one: Read, kinds: Sequence[str]) -> list[str]:
    reasons = Counter(one.reasons)
    counts = [str(reasons[kind]) for kind in kinds]
    share = str(Share(one.skipped, one.statements))
    return [
        f"`{one.name}`",
        str(one.statements),
        share,
        str(len(one.reasons)),
        str(one.repeats),
        *counts,
    ]
