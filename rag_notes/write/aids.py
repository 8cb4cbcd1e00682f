"""Glossary, checklist and numbers: chosen from accepted claims, without an LLM.

In: claims; out: some of them, with the term they define or the value they state.
"""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rag_notes.protocols import Embedder
from rag_notes.schema import Claim
from rag_notes.write.shown import is_row

_DEFINES = re.compile(
    r"""
    ^(?:(?:An?|The)\s)?
    (?P<term>[A-Za-z0-9][\w./'’+-]*(?:\s[\w./'’+-]+){0,3}?)
    (?:\s\((?P<short>[A-Z][\w-]{1,9})\))?,?\s
    (?:
      (?:is|are|means?|refers?\sto|stands?\sfor|denotes?)\s
      (?!(?:an?|the)\s(?:key|big|huge|main|important|crucial|good|great|nice|useful|common|old|very|popular)\b)
      (?:(?:an?|the|any)\b|when\b|(?!(?:out|because|instead|ahead|part|full|aware|capable|made|all
        |some|most|one)\b)[a-z]+\s(?:that|of|which)\b)
      |consists?\sof\b|is\scalled\b|is\sdefined\b|has\s(?:two|three|four|five)\s[a-z]+[:;]
    )
    """,
    re.VERBOSE,
)
_NO_TERM = frozenset(
    """
    this that these those it they there he she we you what which one two some many most all each
    every another other only following first second third main key goal idea point reason problem
    result purpose difference answer question example way number speaker lecturer lecture part step
    two three four five six seven eight nine ten fourth fifth last final once most my our your his
    her their here there when
    """.split()
)
_OWN = frozenset("my our your".split())
_VERBS = frozenset("is are was were has have can will does do uses use means".split())
_UNITS = "|".join(
    """
    %|percent|[kmgt]?i?b|bits?|bytes?|(?:kilo|mega|giga|tera)bytes?|[mnµ]?s|(?:nano|micro|milli)?seconds?
    |minutes?|hours?|days?|weeks?|months?|years?|hz|[kmgt]hz|tokens?|parameters?|params?|layers?|heads?
    |dimensions?|epochs?|steps?|words?|sentences?|examples?|samples?|gpus?|flops?|petaflops|dollars?
    |times|fold|degrees?|people|students?|keys?|elements?|items?|points?|meters?|km|kg|grams?|x
    """.replace("\n", "")
    .replace(" ", "")
    .split("|")
)
_NUMERAL = re.compile(
    rf"""
    (?<![\w.])(?<![A-Za-z]-)(?<!(?-i:[A-Z][A-Z])\ )  # no part of a name: "GPT-4", "CS 24N"
    [~≈$€£]?\d+(?:[.,]\d+)*(?::\d+)?(?:e-?\d+)?(?!\d)(?!(?-i:[A-Z])\b)(?:\s?(?:million|billion|trillion|thousand))?
    (?:[\ -]?(?:{_UNITS})\b(?:\s(?:per|a|an)\s[a-z]+)?|\ ?%)?
    """,
    re.VERBOSE | re.IGNORECASE,
)
# A case, a step or a plan, of which one page of a whole lecture tells nothing.
_NO_STORY = re.compile(
    r"^(?:if|when|once|sometimes|maybe|to|for|suppose|then|note)\b|^(?:it|this|that|they|these)\b"
    r"|\b(?:we|you|I) (?:will|are going to|want to)\b|\b(?:assignment|class)\b",
    re.IGNORECASE,
)
_BRIEF, _LONG = 8, 36  # words
_YEAR = re.compile(
    r"\b(?:in|since|by|from|until|around|of|to) (?:early |late |about )?((?:19|20)\d\d)"
    r"(?=[,.;)]|$| (?:and|to|or)\b)|^In ((?:19|20)\d\d)\b"
)
_BARE = re.compile(r"\d")  # a single digit without a unit is no row of its own
_LIST_MARK = re.compile(
    r"\b(?:step|part|slide|page|lecture|chapter|section|assignment|unit)s? $", re.IGNORECASE
)


def terms(claims: Iterable[Claim]) -> tuple[Claim, ...]:
    """Claims that define a term, one per term, in the order of the alphabet."""
    rows: dict[str, Claim] = {}
    for claim in claims:
        found = _DEFINES.match(claim.text)
        if not found:
            continue
        term = found["term"] if not found["short"] else f"{found['term']} ({found['short']})"
        words = term.lower().split()
        starts = words[0] in _NO_TERM or words[0].endswith("ing") or _OWN & set(words)
        if starts or words[-1] in _NO_TERM or _VERBS & set(words):
            continue
        term = f"{term[0].upper()}{term[1:]}"
        rows.setdefault(_singular(term), replace(claim, term=term))
    return tuple(rows[key] for key in sorted(rows))


def numbers(claims: Iterable[Claim]) -> tuple[Claim, ...]:
    """Claims that state a number, with the number and its unit as `value`, in the order given."""
    rows: dict[tuple[str, str], Claim] = {}
    for claim in claims:
        values = [
            found.group().strip()
            for found in _NUMERAL.finditer(claim.text)
            if not _LIST_MARK.search(claim.text[: found.start()])
        ]
        # A year beside a quantity only says when: it is not what was counted.
        years = {year for found in _YEAR.findall(claim.text) for year in found}
        values = [value for value in values if value not in years] or values
        if any(not _BARE.fullmatch(value) for value in values):
            # a row tells its last value by the others
            told = values[-1:] if is_row(claim.text) else values
            value = ", ".join(dict.fromkeys(told))
            rows.setdefault((value, claim.text), replace(claim, value=value))
    return tuple(rows.values())


def central(
    claims: Sequence[Claim],
    embedder: Embedder,
    *,
    most: int,
    weigh: Callable[[str], float] | None = None,
) -> tuple[Claim, ...]:
    """The claims that say most of what all of them are about, in the order given.

    They are ranked by their cosine to the mean of all and, where that is given, by what `weigh`
    makes of their texts: the middle alone prefers sentences that say little.
    """
    if len(claims) <= most:
        return tuple(claims)
    vectors = embedder.embed([claim.text for claim in claims])
    ranks = _ranks(vectors @ vectors.mean(axis=0))
    if weigh:
        ranks = ranks + _ranks(np.array([weigh(claim.text) for claim in claims]))
    best = sorted(np.argsort(-ranks, kind="stable")[:most].tolist())
    return tuple(claims[at] for at in best)


def is_told_well(text: str) -> bool:
    """Whether a sentence reads well on a page of a whole lecture: no case, no plan, not long."""
    return _BRIEF <= len(text.split()) <= _LONG and not _NO_STORY.search(text)


def _ranks(values: NDArray[np.floating[Any]]) -> NDArray[np.int64]:
    """Place of each value in their order, from 0 for the least."""
    return np.argsort(np.argsort(values, kind="stable"))


def _singular(term: str) -> str:
    return term.lower().removesuffix("s")
