"""The WiCE benchmark (Kamoi et al. 2023): Wikipedia claims with the evidence their sources give.

In: its file of oracle chunks. Out: claims, each with 1-3 chunks of evidence. Does not judge.
"""

import json
from dataclasses import dataclass
from pathlib import Path

from evaluation.judges import as_passage
from rag_notes.schema import Chunk


@dataclass(frozen=True, slots=True)
class Article:
    """A claim of the article `title` with its chunks; `supported` is False for "partially" too."""

    title: str
    text: str
    supported: bool
    chunks: tuple[Chunk, ...]


def read_articles(file: Path) -> tuple[Article, ...]:
    """Claims in their order, each once, with every chunk that the file gives for it."""
    rows = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]
    chunks: dict[str, list[Chunk]] = {}
    for number, row in enumerate(rows):
        passage = as_passage(f"e{number:04d}", row["evidence"])
        chunks.setdefault(row["meta"]["id"], []).append(passage)
    firsts = {row["meta"]["id"]: row for row in reversed(rows)}
    return tuple(
        Article(
            firsts[name]["meta"]["claim_title"],
            firsts[name]["claim"],
            firsts[name]["label"] == "supported",
            tuple(passages),
        )
        for name, passages in chunks.items()
    )
