"""Sentences that lean on what was said just before, printed together with that.

In: the case of a draft that fails alone, the statement accepted just before it where there is one.
Out: one statement of neighbouring sentences, with the evidence for it. "It was first used for
translation" says nothing alone and all that is needed after "Byte-pair encoding is from 1994".
Whoever reads "it" there reads what whoever listened heard. Judges no draft.
"""

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace

from rag_notes.ground.evidence import (
    Case,
    Evidence,
    as_said,
    last_naming,
    passages_of,
    together,
)
from rag_notes.ground.ownwords import runs_of_clauses
from rag_notes.ground.pointing import is_plural, leanings, names_all
from rag_notes.ground.prose import is_filler, points_at_room, points_outside
from rag_notes.ground.quote import MAX_CITATIONS, sentence_spans
from rag_notes.ground.standalone import (
    is_logistics,
    is_torn,
    speaks_of_itself,
    stands_alone,
)
from rag_notes.ground.verbs import is_verb_only
from rag_notes.ground.words import content_stems, tokens
from rag_notes.ground.written import as_written, decapitalised
from rag_notes.schema import Source

_MOST_WORDS = 50  # of a statement, all its sentences together
_MOST_ADDED = 35  # of one that follows
_FEWEST = 3  # content words of what follows: "This works." adds nothing
# Stems of what says nothing between two sentences: "Okay. Does that make sense?"
_NAMES_NOTHING = frozenset(
    "sens question good great cool nice fine sorri thank wow hmm huh alright".split()
)
_BACK = 2  # sentences before the draft's own that may open it
# "Now we are going to talk about byte-pair encoding": what is announced is what the next is about.
_ANNOUNCES = re.compile(
    r"""^(?:(?:here|now|next|then|finally|lastly|first|second|third|last),?\ )*(?:we|I)
        (?:\ are|'re|\ am|'m)?(?:\ (?:finally|now|also|just|briefly))*
        (?:\ going\ to|\ gonna|\ will|'ll|\ want\ to|\ would\ like\ to)?
        (?:\ (?:finally|now|also|just|briefly))*
        \ (?:talk\ about|look\ at|turn\ to|discuss|cover|introduce|move\ on\ to|come\ to|get\ to)
        \ (?P<what>[^,.;:?!]+)[.!]?$
    |^(?:here|this|that|it|there)\ (?:is|was)\ (?:(?:what\ is\ )?(?:called|known\ as)\ )?
        (?P<named>(?:the|a|an)\ [^,.;:?!]+)[.!]?$""",
    re.IGNORECASE | re.VERBOSE,
)
_MOST_NAME = 8  # words of what is announced
_POINTS = re.compile(
    r"\b(?:this|that|these|those|it|its|they|them|their|you|we|I|one|some|how|what|why|thing|things"
    r"|bit|lot|here|which|who|my|our|later|next|soon|week|today|tomorrow|lecture|time|ago|problem"
    r"|question|example|reason|idea|point)\b",
    re.IGNORECASE,
)
_WELL = re.compile(r"^(?:well|now|okay|again),? (?=\w+ \w+)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Lead:
    """What was accepted or said just before: its text and the sentences it rests on."""

    text: str
    sources: tuple[Source, ...]
    extractive: bool = True  # as it was said, not shortened


def follows(
    own: Sequence[Source], before: Sequence[Source], case: Case, *, order: Sequence[str]
) -> bool:
    """Whether sentences begin right after others in a lecture whose passages are in this `order`.

    Nothing is said between: the end of one passage and the beginning of the next touch.
    """
    known = case.sentences.at
    if not own or not before or own[0] not in known or before[-1] not in known:
        return False
    first, last = own[0], before[-1]
    if first.chunk == last.chunk:
        between = [Source(last.chunk, at) for at in range(last.sentence + 1, first.sentence)]
        return first.sentence >= last.sentence and _are_empty(between, case)
    size = len(sentence_spans(case.sentences.chunks[last.chunk]))
    between = [Source(last.chunk, at) for at in range(last.sentence + 1, size)]
    between += [Source(first.chunk, at) for at in range(first.sentence)]
    after = order.index(last.chunk) + 1
    return order[after : after + 1] == (first.chunk,) and _are_empty(between, case)


def _are_empty(sources: Sequence[Source], case: Case) -> bool:
    """Whether sentences name nothing, so that what comes next still speaks of what came before."""
    texts = [case.sentences.text(one) for one in sources]
    return len(texts) <= _BACK and all(map(says_nothing, texts))


def says_nothing(text: str) -> bool:
    """Whether a sentence names nothing: "Okay. Does that make sense?"."""
    return is_filler(text) and set(content_stems(text)) <= _NAMES_NOTHING


def join(
    case: Case, lead: Lead | None, told: Collection[Source] = ()
) -> Iterator[tuple[Case, Evidence]]:
    """Yield what a draft's sentences say together with the lead, or with what opens them.

    What is `told` already opens nothing again.
    """
    if case.draft.term or case.draft.value or not case.own:
        return
    opening = (one for one in _opening(case) if not set(one.sources) & set(told))
    for one in (*([lead] if lead else []), *opening):
        for text, sources in _continued(case, one):
            yield from as_told(case, text, sources, extractive=one.extractive)


def pointing_at(
    case: Case, told: Sequence[str], sources: Collection[Source]
) -> Iterator[tuple[Case, Evidence]]:
    """Yield a draft's sentences that point at what was `told` just before, by its name.

    "Without this efficiency it would cost more" is clear after a statement on efficiency, where
    `sources`, the sentences that are told, hold the last one that named it.
    """
    if case.draft.term or case.draft.value:
        return
    named = {stem for text in told for stem in content_stems(text)}
    for one in case.own:
        said = as_written(case.sentences.text(one))
        for text in (said, *runs_of_clauses(said, case.draft.text)):
            pointed = leanings(text)
            clear = all(stems and stems <= named for stems in pointed)
            if pointed and clear and all(_is_last(case, one, stems, sources) for stems in pointed):
                clear = not points_outside(text) and not is_logistics(text)
                if clear and can_follow(text):
                    yield from as_told(case, text, (one,))


def _is_last(case: Case, one: Source, stems: frozenset[str], told: Collection[Source]) -> bool:
    """Whether the last sentence of the passage before one that says the name is told."""
    last = last_naming(case, one, stems)
    return last is None or last in told


def as_told(
    case: Case, text: str, sources: tuple[Source, ...], *, extractive: bool = True
) -> Iterator[tuple[Case, Evidence]]:
    """Yield a text as a draft of its own sources, where they carry it."""
    draft = replace(case.draft, text=text, extractive=extractive, sources=sources)
    found = as_said(case, draft, together(case, sources), sources)
    if found:
        yield found


def _continued(case: Case, lead: Lead) -> Iterator[tuple[str, tuple[Source, ...]]]:
    """Yield the lead with as many of the draft's sentences as fit, the most first."""
    own = [one for one in case.own if one not in lead.sources]
    for last in range(len(own), 0, -1):
        said = [as_written(case.sentences.text(one), alone=False) for one in own[:last]]
        sources = tuple(dict.fromkeys((*lead.sources, *own[:last])))
        many = len(sources) > MAX_CITATIONS and not _touch(sources)
        if many or not all(map(can_follow, said)):
            continue
        if not names_all([lead.text, *said]):
            continue
        names = lead.text.endswith(":")
        if names and not _agrees(lead.text.rstrip(":"), said[0]):
            continue
        joint = ": " if names else "; "
        around = " ".join(passages_of(case, sources))
        text = joint.join([lead.text.rstrip(".:!"), "; ".join(inner(one, around) for one in said)])
        if len(text.split()) <= _MOST_WORDS:
            yield f"{text}.", sources


def _touch(sources: Sequence[Source]) -> bool:
    """Whether sentences follow each other in one passage, so that few quotes hold them."""
    places = sorted(one.sentence for one in sources)
    return len({one.chunk for one in sources}) == 1 and places[-1] - places[0] < len(places)


def _opening(case: Case) -> Iterator[Lead]:
    """Yield what opens the draft's sentences: its first one or one just before, the nearest."""
    first = case.own[0]
    for step in range(_BACK + 1):
        one = Source(first.chunk, first.sentence - step)
        between = [Source(first.chunk, at) for at in range(one.sentence + 1, first.sentence)]
        if one not in case.sentences.at or not _are_empty(between, case):
            return
        text = as_written(case.sentences.text(one))
        name = _announced(text)
        if name:
            yield Lead(f"{name}:", (one,))
        elif step and stands_alone(text) and not is_logistics(text):
            yield Lead(text, (one,))


def _agrees(name: str, text: str) -> bool:
    """Whether the pronoun that a sentence begins with may stand for a name: "they" for "keys"."""
    first = text.split(maxsplit=1)[0].lower()
    if first in ("they", "these", "those", "their"):
        return is_plural(name)
    return first in ("it", "its", "this", "that") and not is_plural(name)


def _announced(text: str) -> str:
    """What a sentence announces as a subject, "" where it announces none."""
    found = _ANNOUNCES.match(text)
    name = (found["what"] or found["named"]).strip() if found else ""
    fits = name and len(name.split()) <= _MOST_NAME and content_stems(name)
    if not fits or _POINTS.search(name) or any(is_verb_only(word) for word in tokens(name)):
        return ""
    return name[0].upper() + name[1:]


def can_follow(text: str, *, least: int = _FEWEST) -> bool:
    """Whether a sentence with at least that many content words can be read after another."""
    words = text.split()
    return (
        len(words) <= _MOST_ADDED
        and len(content_stems(text)) >= least
        and not is_torn(text)
        and not is_filler(text)
        and not speaks_of_itself(text)
        and not points_at_room(text)
    )


def inner(text: str, around: str = "") -> str:
    """A sentence as it stands behind another and a semicolon, in a passage."""
    return decapitalised(_WELL.sub("", text.rstrip(".!")), around=around)
