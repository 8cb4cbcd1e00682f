"""Who says whether passages carry a claim: the gate as it is shipped, and two that know less.

In: a claim and the passages it cites. Out: accepted or not, or a score. How claims come about is
not known here.
"""

import itertools
import re
from collections.abc import Sequence
from dataclasses import dataclass

from rag_notes.ground.gate import Gate
from rag_notes.ground.quote import sentence_spans, sentence_text
from rag_notes.ground.sentences import embed_sentences
from rag_notes.ground.support import ENOUGH, Support
from rag_notes.ground.words import content_stems
from rag_notes.pipeline.state import ENOUGH as ENOUGH_OF_LLM
from rag_notes.protocols import Embedder
from rag_notes.schema import Chunk, Draft

__all__ = ["ENOUGH_OF_LLM", "Gatekeeper", "as_passage", "overlap", "sentences_of", "shared_run"]


@dataclass(frozen=True, slots=True)
class Gatekeeper:
    """The shipped gate without an LLM; it may cite any sentence of the passages it is given."""

    embedder: Embedder
    enough: float = ENOUGH

    def accepts(self, claim: str, passages: Sequence[Chunk]) -> bool:
        """Whether the gate finds the claim carried as it stands, as `verify` asks it."""
        support = self.support(claim, passages)
        return support.reason is None and support.score >= self.enough

    def support(self, claim: str, passages: Sequence[Chunk]) -> Support:
        """What the gate finds best to cite there, and how well that carries the claim."""
        gate = Gate(embed_sentences(passages, self.embedder), self.embedder)
        (checked,) = gate.check([Draft(claim, ())])
        return checked.support


def overlap(claim: str, texts: Sequence[str]) -> float:
    """Share (0-1) of the claim's content words, by their stems, that the texts have."""
    wanted = content_stems(claim)
    said = set(content_stems(" ".join(texts)))
    return sum(one in said for one in wanted) / len(wanted) if wanted else 0.0


def shared_run(claim: str, text: str, size: int) -> bool:
    """Whether `size` words of the claim stand in a row in the text, letter case aside."""
    ours, theirs = (re.findall(r"\w+", one.lower()) for one in (claim, text))
    runs = {tuple(theirs[at : at + size]) for at in range(len(theirs) - size + 1)}
    return any(tuple(ours[at : at + size]) in runs for at in range(len(ours) - size + 1))


def as_passage(name: str, sentences: Sequence[str]) -> Chunk:
    """A passage of these sentences, one after the other."""
    whole = [" ".join(sentence.split()) for sentence in sentences if sentence.split()]
    ends = list(itertools.accumulate(len(sentence.split()) for sentence in whole))
    spans = tuple(zip([0, *ends], ends, strict=False))
    return Chunk(name, "speech", " ".join(whole), sentences=spans)


def sentences_of(passage: Chunk) -> tuple[str, ...]:
    """Its sentences, as the gate tells them apart."""
    return tuple(sentence_text(passage, at) for at in range(len(sentence_spans(passage))))
