"""WiCE once more with the LLM as second judge, on a sample drawn with a fixed seed.

In: claims with 1-3 oracle chunks, the gate's embedder, an LLM. Out: a table of balanced accuracies
of the gate alone, the LLM alone and both together, on the same claims. The LLM reads the three
sentences nearest to the claim with their neighbours, of the chunk that the gate scores best.
"""

import random
from collections.abc import Sequence
from pathlib import Path

from evaluation.articles import Article, read_articles
from evaluation.judges import sentences_of
from evaluation.vectors import KeptEmbedder
from evaluation.wice import Scored, accuracy_table, whole_chunk
from rag_notes.ground.evidence import open_case, with_neighbours
from rag_notes.ground.gate import Doubt
from rag_notes.ground.second import likelihoods
from rag_notes.ground.sentences import embed_sentences
from rag_notes.ground.support import ENOUGH
from rag_notes.protocols import LLM
from rag_notes.schema import Chunk, Draft

SEED = 0
SAMPLE = 100  # claims
_READ = 3  # sentences
_UNREAD = 0.5  # likelihood of a claim whose passage is too long to be read


def measure_second(data: Path, embedder: KeptEmbedder, llm: LLM) -> str:
    """Table of what the LLM adds to the gate."""
    articles = read_articles(data / "wice" / "oracle_chunks_claim_dev.jsonl")
    drawn = random.Random(SEED).sample(articles, min(SAMPLE, len(articles)))  # noqa: S311
    texts = [text for one in drawn for chunk in one.chunks for text in sentences_of(chunk)]
    embedder.prepare(texts + [one.text for one in drawn])
    best = [_best_chunk(one, embedder) for one in drawn]
    gate = tuple(whole_chunk(one.text, chunk, embedder).score for one, chunk in best)
    read = likelihoods([_doubt(one.text, chunk, embedder) for one, chunk in best], llm)
    second = tuple(_UNREAD if one is None else one for one in read)
    both = tuple((a + b) / 2 for a, b in zip(gate, second, strict=True))
    ways = (
        Scored("the gate's score", gate),
        Scored(f"the LLM's probability ({llm.name})", second),
        Scored("the mean of both", both, bar="2 points above the gate"),
    )
    supported = sum(one.supported for one in drawn)
    return f"{len(drawn)} claims drawn, {supported} supported:\n\n{accuracy_table(drawn, ways)}"


def _best_chunk(one: Article, embedder: KeptEmbedder) -> tuple[Article, Chunk]:
    return one, max(one.chunks, key=lambda chunk: whole_chunk(one.text, chunk, embedder).score)


def _doubt(claim: str, chunk: Chunk, embedder: KeptEmbedder) -> Doubt:
    sentences = embed_sentences((chunk,), embedder)
    case = open_case(Draft(claim, ()), embedder.embed([claim])[0], sentences, enough=ENOUGH)
    return Doubt(claim, " ".join(_in_order(with_neighbours(case, case.ranked[:_READ]), chunk)))


def _in_order(texts: Sequence[str], chunk: Chunk) -> list[str]:
    order = {text: at for at, text in enumerate(sentences_of(chunk))}
    return sorted(texts, key=lambda text: order.get(text, 0))
