"""What an instruction leaves of the accepted claims, and of the sections made from them.

In: topics with their claims, and how the query was read; out: the topics that stay, and every claim
that was left out. Chooses only: no claim is ever changed.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from rag_notes.ground.words import content_stems
from rag_notes.pipeline.state import Found, Stated
from rag_notes.protocols import Embedder
from rag_notes.schema import (
    LEFT_OUT,
    Block,
    BlockKind,
    Claim,
    Rejected,
    Section,
    SectionKind,
)
from rag_notes.write import aids
from rag_notes.write.steer import Part, Steering

# Seen with MiniLM on 13 topics of a lecture: claims on a subject have a cosine of 0.4 to 0.7 with
# its name, others under 0.35; titles of topics on it over 0.55, others under 0.41.
_NEAR, _NEAR_TITLE = 0.4, 0.5
_NEAR_SHARE = 1 / 3  # of a topic's claims from which all of it is near
_FAR_CLAIMS = 2  # that stay of a topic which is not on the subject
_SHORT_SHARE, _SHORT_CLAIMS = 0.4, 2  # of a topic's claims that stay in short notes, and least
_NOT_NEAR = "nothing in the lecture is near that, so nothing was left out"
_NONE = "no statement of the lecture is that"

# Sections and blocks that a part of the notes is; what an "only" does not name goes, but answers.
_SECTIONS: Mapping[SectionKind, Part] = {
    "goals": "goal",
    "story": "story",
    "glossary": "definition",
    "checklist": "check",
    "numbers": "number",
}
_RESTATING: tuple[BlockKind, ...] = ("overview", "question")


@dataclass(frozen=True, slots=True)
class Chosen:
    """Topics that stay, numbered anew; `numbers` has the new id of each old one, "3" where gone.

    `left` are the claims that were left out, each with the id of its topic; `reading` says how the
    query was read, and what of it could not be done.
    """

    founds: tuple[Found, ...]
    numbers: Mapping[str, str]
    left: tuple[tuple[str, Claim], ...]
    reading: str | None

    def renumbered(self, rejected: Sequence[Rejected]) -> Iterator[Rejected]:
        """What was rejected before, under the new ids of its sections."""
        for one in rejected:
            yield replace(one, section=self.numbers.get(one.section, one.section))


def listed(left: Sequence[tuple[str, Claim]]) -> Iterator[Rejected]:
    """Name claims that were left out, each with the id of its section."""
    for section, claim in left:
        yield Rejected(claim.text, section, LEFT_OUT)


def choose(founds: Sequence[Found], steering: Steering, embedder: Embedder) -> Chosen:
    """Choose the claims that an instruction asks for, topic by topic."""
    wanted = [[one for one in found.said if _is_wanted(one, steering)] for found in founds]
    near = _nearness(founds, steering.focus, embedder)
    nothing_near = bool(steering.focus) and not any(map(any, near))
    kept: list[Found] = []
    left: list[tuple[str, Claim]] = []
    numbers: dict[str, str] = {}
    for found, said, on_subject in zip(founds, wanted, near, strict=True):
        flags = dict(zip((one.claim.id for one in found.said), on_subject, strict=True))
        stay = said if nothing_near else _shorten(said, flags, steering, embedder)
        ids = {one.claim.id for one in stay}
        id = f"3.{len(kept) + 1}" if stay else "3"
        numbers[found.topic.id] = id
        left += [(id, one.claim) for one in found.said if one.claim.id not in ids]
        if stay:
            plain = found.plain or (bool(steering.only) and "question" not in steering.only)
            topic = replace(found.topic, id=id)
            kept.append(replace(found, topic=topic, said=tuple(stay), plain=plain))
    note = _NOT_NEAR if nothing_near else _NONE if left and not kept else ""
    reading = f"{steering.reading} ({note})" if note else steering.reading
    return Chosen(tuple(kept), numbers, tuple(left), reading)


# --- parts of the notes ---------------------------------------------------------------------------


def _is_wanted(stated: Stated, steering: Steering) -> bool:
    if any(_only_defines(stated.claim, one) for one in steering.known):
        return False
    if steering.beginners and stated.kind == "implementation":
        return False
    if any(_is_part(stated, part) for part in steering.without):
        return False
    all_for_questions = not steering.only or "question" in steering.only
    return all_for_questions or any(_is_part(stated, part) for part in steering.only)


def _is_part(stated: Stated, part: Part) -> bool:
    if part == "definition":
        return bool(aids.terms([stated.claim]))
    if part == "number":
        return bool(aids.numbers([stated.claim]))
    return stated.kind == part


def _only_defines(claim: Claim, known: str) -> bool:
    """Whether a claim does no more than define a thing that the reader knows."""
    rows = aids.terms([claim])
    if not rows or not rows[0].term:
        return False
    term, _, short = rows[0].term.partition(" (")
    wanted = set(content_stems(known))
    return bool(wanted) and wanted in (set(content_stems(term)), set(content_stems(short)))


def prune(
    sections: Sequence[Section], steering: Steering
) -> tuple[list[Section], list[tuple[str, Claim]]]:
    """Sections without the parts that are not wanted, and the claims that went with them."""
    kept: list[Section] = []
    left: list[tuple[str, Claim]] = []
    for section in sections:
        if section.kind == "topic":
            blocks = [_pruned(block, steering) for block in section.blocks]
            there = {claim.id for block in blocks for claim in block.claims}
            left += [
                (section.id, claim)
                for block in section.blocks
                if block.kind not in _RESTATING
                for claim in block.claims
                if claim.id not in there
            ]
            kept.append(replace(section, blocks=tuple(one for one in blocks if one.claims)))
        elif section.kind == "answer" or wants(_SECTIONS[section.kind], steering):
            kept.append(section)
    return kept, left


def wants(part: Part, steering: Steering) -> bool:
    """Whether a part that sums up or asks is among what an instruction leaves."""
    return part not in steering.without and (not steering.only or part in steering.only)


def _pruned(block: Block, steering: Steering) -> Block:
    if block.kind in _RESTATING:
        return block if wants(block.kind, steering) else replace(block, claims=())
    if "question" not in steering.only:
        return block  # its claims were chosen before
    parts = [part for part in steering.only if part != "question"]
    stay = [c for c in block.claims if any(_is_part(Stated(block.kind, c), one) for one in parts)]
    return replace(block, claims=tuple(stay))


# --- subjects and length --------------------------------------------------------------------------


def _nearness(
    founds: Sequence[Found], subjects: Sequence[str], embedder: Embedder
) -> list[list[bool]]:
    """Whether each claim of each topic is on one of the subjects; all of a topic that is."""
    near = [[False] * len(found.said) for found in founds]
    for subject in subjects:
        for at, found in enumerate(founds):
            here = _is_near(subject, [one.claim.text for one in found.said], _NEAR, embedder)
            titled = _is_near(subject, [found.topic.title], _NEAR_TITLE, embedder)[0]
            if titled or sum(here) >= _NEAR_SHARE * len(here):
                here = [True] * len(here)
            near[at] = [a or b for a, b in zip(near[at], here, strict=True)]
    return near


def _is_near(subject: str, texts: Sequence[str], least: float, embedder: Embedder) -> list[bool]:
    """Whether each text says all words of the subject, or means nearly the same."""
    wanted = set(content_stems(subject))
    said = [bool(wanted) and wanted <= set(content_stems(text)) for text in texts]
    if not texts:
        return said
    cosines = (embedder.embed(texts) @ embedder.embed_query(subject)[0]).tolist()
    return [word or cosine >= least for word, cosine in zip(said, cosines, strict=True)]


def _shorten(
    said: Sequence[Stated], near: Mapping[str, bool], steering: Steering, embedder: Embedder
) -> list[Stated]:
    """What is on the subject, and of the rest the claims nearest to what the topic is about."""
    if not steering.focus:
        most = _most(said) if steering.depth == "short" else len(said)
        return _central(said, most, embedder)
    on_subject = [one for one in said if near[one.claim.id]]
    rest = [one for one in said if not near[one.claim.id]]
    if steering.depth == "short":
        on_subject = _central(on_subject, _most(on_subject), embedder)
    few = _FAR_CLAIMS if steering.depth != "short" else 1
    ids = {one.claim.id for one in (*on_subject, *_central(rest, few, embedder))}
    return [one for one in said if one.claim.id in ids]


def _most(said: Sequence[Stated]) -> int:
    return max(_SHORT_CLAIMS, round(_SHORT_SHARE * len(said)))


def _central(said: Sequence[Stated], most: int, embedder: Embedder) -> list[Stated]:
    ids = {one.id for one in aids.central([one.claim for one in said], embedder, most=most)}
    return [one for one in said if one.claim.id in ids]
