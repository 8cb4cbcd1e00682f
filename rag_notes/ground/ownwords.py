"""What the lecture itself said in the place of a statement that failed.

In: the case of a draft. Out: its sentences written down, or clauses of them, that read well alone,
with the evidence for them. Judges no draft.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from rag_notes.ground import cues
from rag_notes.ground.evidence import Case, Evidence, as_said, names_another, together
from rag_notes.ground.losses import is_of_case
from rag_notes.ground.negation import denies
from rag_notes.ground.standalone import is_aside, is_torn, stands_alone
from rag_notes.ground.verbs import is_verb
from rag_notes.ground.words import content_stems
from rag_notes.ground.written import as_written

# An extractive sentence must be at least this near to the draft it replaces.
_NEAR_ENOUGH = 0.45
# Words of the longest sentence that is printed as spoken.
_LONGEST_OWN = 40
# Spoken sentences that begin so have their matter further on, or speak to the audience.
_SPOKEN_START = re.compile(
    r"(?:i|what|so|let|make|because|it|that|this|like|then|say|here|yes|no|well"
    r"|(?:we|you) (?:\w+ )?(?:know|see|saw|look|looked|got|have seen|talked|said|came|teach|ask"
    r"|asked|mentioned))\b",
    re.IGNORECASE,
)
# Where a spoken sentence may end as well: what comes then often leans on what is not shown.
_CLAUSE_END = re.compile(
    r"(?:, (?:and|(?P<but>but)|so|(?P<which>which)|because|since|as)|;"
    r"|(?P<named>:(?: which is that)?)| —| –|(?P<reason> because)| and also"
    r"|(?P<aside>,(?= (?!(?:assuming|depending|excluding|including|ignoring|barring|providing"
    r"|supposing|during|(?:no|some|any|every)thing)\b)[a-z]{3,}ing\b)))\s"
)
# What comes after these and a colon is said by the lecturer; after "a misconception:" it is not.
_TELLS = re.compile(
    r"\b(?:rule|idea|point|thing|note|detail|result|observation|answer|conclusion|upshot|trick"
    r"|definition|rule of thumb|fact)s?$",
    re.IGNORECASE,
)
_MOST_CLAUSES = 6
# "It has two parts. The first is an array": a list is told whole.
_ITEM = re.compile(
    r"(?:the )?(?:first|second|third|fourth)(?:,| (?:one|is|are)\b)"
    r"|the (?:last|final) (?:one|is|are)\b",
    re.IGNORECASE,
)
# "… is ten million bits. That is 1.25 megabytes."
_SUMS_UP = re.compile(r"(?:that|this) (?:is|was) (?:\w+ )?\d", re.IGNORECASE)
_THAT_IS = re.compile(r"^That(?= (?:is|was)\b)")
_GOES_ON = re.compile(
    rf"(?:it|its|this|that|they|their|these|those|which)\b|{_ITEM.pattern}", re.IGNORECASE
)


def own_words(case: Case) -> Iterator[tuple[Case, Evidence]]:
    """Yield what was said that may stand in a draft's place: its sentences, then these as one.

    The items of a list come with what they are items of, a sum with what is summed up.
    """
    if case.draft.term or case.draft.value:
        return
    single = [(one,) for one in dict.fromkeys((*case.own, *case.ranked[:1]))]
    whole = [case.own] if len(case.own) > 1 else []
    later = [as_written(case.sentences.text(one)) for one in case.own[1:]]
    listed = any(_ITEM.match(text) or _SUMS_UP.match(text) for text in later)
    for sources in (*whole, *single) if listed else (*single, *whole):
        vector = together(case, sources)
        near = set(sources) <= set(case.own) or float(vector @ case.vector) >= _NEAR_ENOUGH
        spoken = [case.sentences.texts[case.sentences.at[one]] for one in sources]
        if any(names_another(case, one, sources) for one in sources[1:]):
            continue
        for text in _written(spoken, case.draft.text) if near else ():
            draft = replace(case.draft, text=text, extractive=True)
            found = as_said(case, draft, vector, sources)
            if found:
                yield found


def _written(spoken: Sequence[str], draft: str) -> Iterator[str]:
    """Yield spoken sentences as one written sentence, or clauses of one, the likest first."""
    first, *rest = [as_written(one, alone=not at) for at, one in enumerate(spoken)]
    if rest:
        if _reads_well(first) and all(map(_can_follow, rest)):
            parts = [first, *(f"{one[0].lower()}{one[1:]}" for one in rest)]
            joined = "; ".join(part.rstrip(".!") for part in parts)
            if len(joined.split()) <= _LONGEST_OWN:
                yield f"{joined}."
        return
    if _reads_well(first):
        yield first
    yield from filter(_reads_well, runs_of_clauses(first, draft))


def _can_follow(text: str) -> bool:
    """Whether a sentence takes up the one before it: "That is" does, and opens no side clause."""
    return bool(_GOES_ON.match(text)) and not is_torn(_THAT_IS.sub("It", text))


def runs_of_clauses(sentence: str, draft: str) -> list[str]:
    """Clauses that follow each other as sentences of their own, what says most of `draft` first."""
    cuts = [cut for cut in _CLAUSE_END.finditer(sentence) if _may_cut(cut)]
    begins = [cut for cut in cuts if _may_begin(cut)]
    starts = [0, *(cut.end() for cut in begins)][:_MOST_CLAUSES]
    closes = [cut for cut in cuts if not cut["but"] or is_aside(sentence[cut.end() :])]
    ends = [*(cut.start() for cut in closes), len(sentence)][:_MOST_CLAUSES]
    wanted = set(content_stems(draft))
    runs = [
        (start, as_written(f"{sentence[start:end].rstrip('.')}."))
        for start in starts
        for end in ends
        if start < end and end - start < len(sentence)
    ]
    whole = [run for start, run in runs if start == 0 or not _lacks_subject(run)]
    shared = {run: len(wanted & set(content_stems(run))) for run in whole}
    return sorted(shared, key=lambda run: (-shared[run], len(run)))


def _may_begin(cut: re.Match[str]) -> bool:
    """Whether a sentence may begin there: not with "making it small", nor behind "which"."""
    before = cut.string[: cut.start()]
    named = not cut["named"] or _TELLS.search(before)
    # "If it is full, it fails, and you add one": the last of a list, or of what a condition bounds
    last = cut[0].startswith(", and ") and "," in before
    if cues.opens_case(before):
        return False  # "Say they double, and …" if they do
    if cut["reason"] and " because" in cut.string[cut.end() :]:
        return False  # "partly because it is large, partly because of the disk"
    depends = cut["but"] and is_of_case(cut.string[cut.end() :])
    objects = depends and not is_aside(before)  # "you may, but you will need to …" if you do
    return bool(named) and not (cut["aside"] or cut["which"] or last or objects)


def _lacks_subject(clause: str) -> bool:
    """Whether a clause tells to do what was said that one wants to: "…, and then predict it"."""
    first = clause.split(maxsplit=1)[0].lower() if clause.strip() else ""
    return is_verb(first)


def _may_cut(cut: re.Match[str]) -> bool:
    """Whether clauses part there: "not slow because it is large" says another thing in parts."""
    return not cut["reason"] or not denies(cut.string[: cut.start()])


def _reads_well(text: str) -> bool:
    """Whether a sentence, written down as it was said, can stand in notes alone."""
    fits = len(text.split()) <= _LONGEST_OWN and not _SPOKEN_START.match(text)
    return fits and stands_alone(text)
