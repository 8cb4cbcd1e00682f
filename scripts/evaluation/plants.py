"""Planted errors: how many the gate catches, and how many true claims it rejects with them.

In: claims with their passages and variants made wrong. Out: tables of shares, beside what word
overlap alone and the mere existence of a citation would catch. Prints no claim: the paraphrases
are a test that nobody who changes the gate should read.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

from evaluation import mutate
from evaluation.articles import Article, read_articles
from evaluation.captions import Cited, cite_all, read_paraphrases
from evaluation.judges import ENOUGH_OF_LLM, Gatekeeper, overlap, sentences_of
from evaluation.statistics import Share, threshold_rejecting
from evaluation.tables import table
from evaluation.vectors import KeptEmbedder
from rag_notes.config import Config
from rag_notes.ground.support import ENOUGH
from rag_notes.schema import Chunk

PARAPHRASES = Path(__file__).resolve().parents[2] / "tests" / "data" / "paraphrases.jsonl"
SEED = 0
REJECTED_UNTOUCHED = 0.10
KINDS = ("untouched", "number changed", "name swapped", "negation added", "citation moved")
_BARS = ("at most 10 %", "95 %", "90 %", "80 %", "99 %")
Accepts: TypeAlias = Callable[[str, Sequence[Chunk]], bool]


@dataclass(frozen=True, slots=True)
class Plant:
    """A claim with the passages it is held against; every kind but "untouched" is wrong."""

    kind: str
    text: str
    passages: tuple[Chunk, ...]


def measure_paraphrases(data: Path, embedder: KeptEmbedder, config: Config) -> str:
    """Table of the errors planted in our paraphrases of the course captions."""
    claims = cite_all(
        read_paraphrases(PARAPHRASES), data / "hf_course" / "subtitles", config, seed=SEED
    )
    plants = [plant for claim in claims for plant in plants_of(claim)]
    _prepare(plants, embedder)
    return f"{len(claims)} paraphrases of ours:\n\n{plant_table(plants, _judges(plants, embedder))}"


def measure_articles(data: Path, embedder: KeptEmbedder) -> str:
    """Table of errors planted by rule in the WiCE claims that the gate accepts; no bar."""
    articles = read_articles(data / "wice" / "oracle_chunks_claim_dev.jsonl")
    chunks = [(one, chunk) for one in articles for chunk in one.chunks]
    _prepare([Plant(KINDS[0], one.text, (chunk,)) for one, chunk in chunks], embedder)
    gate = Gatekeeper(embedder)
    accepted = {one: chunk for one, chunk in reversed(chunks) if gate.accepts(one.text, (chunk,))}
    plants = mutants_of(tuple(accepted.items()))
    _prepare(plants, embedder)
    found = plant_table(plants, _judges(plants, embedder), bars=("",) * len(KINDS))
    return (
        f"{len(accepted)} of {len(articles)} WiCE claims, those that the gate accepts:\n\n{found}"
    )


def plants_of(cited: Cited) -> list[Plant]:
    """A paraphrase as it is and with each error that could be planted."""
    claim = cited.claim
    texts = (claim.text, claim.number, claim.name, claim.negated)
    plants = [
        Plant(kind, text, cited.passages)
        for kind, text in zip(KINDS, texts, strict=False)
        if text is not None
    ]
    return [*plants, Plant(KINDS[-1], claim.text, cited.elsewhere)]


def mutants_of(claims: Sequence[tuple[Article, Chunk]]) -> list[Plant]:
    """Each claim with its chunk as it is and with each error that a rule could plant.

    Names and evidence are borrowed from the next claim of another article.
    """
    plants = []
    for at, (claim, chunk) in enumerate(claims):
        others = [one for one in (*claims[at:], *claims[:at]) if one[0].title != claim.title]
        texts = (
            claim.text,
            mutate.change_number(claim.text),
            mutate.swap_name(claim.text, [one.text for one, _ in others]),
            mutate.turn(claim.text),
        )
        plants += [
            Plant(kind, text, (chunk,))
            for kind, text in zip(KINDS, texts, strict=False)
            if text is not None
        ]
        plants += [Plant(KINDS[-1], claim.text, (other,)) for _, other in others[:1]]
    return plants


def plant_table(
    plants: Sequence[Plant], judges: Mapping[str, Accepts], bars: Sequence[str] = _BARS
) -> str:
    """Shares that each judge catches of each kind, and rejects of the untouched."""
    rows = []
    for kind, bar in zip(KINDS, bars, strict=True):
        of_kind = [plant for plant in plants if plant.kind == kind]
        found = [_rejected(of_kind, accepts) for accepts in judges.values()]
        verb = "rejected" if kind == KINDS[0] else "caught"
        rows.append([f"{kind}, {verb}", *map(str, found), bar])
    return table(["", *judges, "wanted"], rows)


def _rejected(plants: Sequence[Plant], accepts: Accepts) -> Share:
    return Share(sum(not accepts(one.text, one.passages) for one in plants), len(plants))


def _judges(plants: Sequence[Plant], embedder: KeptEmbedder) -> dict[str, Accepts]:
    """The gate for what people and what the LLM write, and the two controls."""
    untouched = [_overlap(one.text, one.passages) for one in plants if one.kind == KINDS[0]]
    least = threshold_rejecting(untouched, REJECTED_UNTOUCHED)
    return {
        f"the gate ({ENOUGH:.2f})": Gatekeeper(embedder).accepts,
        f"as for an LLM ({ENOUGH_OF_LLM:.2f})": Gatekeeper(embedder, ENOUGH_OF_LLM).accepts,
        f"word overlap alone ({least:.2f})": lambda text, cited: _overlap(text, cited) >= least,
        "citation exists": lambda _text, cited: bool(cited),
    }


def _overlap(text: str, passages: Sequence[Chunk]) -> float:
    return overlap(text, [chunk.text for chunk in passages])


def _prepare(plants: Sequence[Plant], embedder: KeptEmbedder) -> None:
    """Embed what the gate will ask for, at once."""
    chunks = {chunk for plant in plants for chunk in plant.passages}
    embedder.prepare([text for chunk in chunks for text in sentences_of(chunk)])
    embedder.prepare([plant.text for plant in plants])
