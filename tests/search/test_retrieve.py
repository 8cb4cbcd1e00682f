from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from rag_notes.protocols import Vectors
from rag_notes.schema import Chunk, Page, Slides
from rag_notes.search.embed import HashEmbedder
from rag_notes.search.index import EXACT, build_index, open_index
from rag_notes.search.rank import FOREIGN
from rag_notes.search.retrieve import Retriever

CHUNKS = (
    Chunk("c0001", "speech", "Bicycles have two wheels and a chain that drives the rear one."),
    Chunk("c0002", "speech", "The chain should be oiled every month, more often in rain."),
    Chunk("c0003", "speech", "Brakes press pads on the rim; worn pads squeal."),
    Chunk("c0004", "speech", "A tyre is pumped to 4 bar; K stands for nothing here."),
    Chunk("c0005", "slide", "Chain care: oil, rain, rust", page=1),
    Chunk("c0006", "slide", "Brake pads", page=2),
)


class Flat:
    """A dense search that finds all equally near, so that words decide; the first may be nearer."""

    def __init__(
        self, chunks: Sequence[Chunk], *, first: float = 0.5, answers: bool = True
    ) -> None:
        self.ids = [chunk.id for chunk in chunks]
        self.first = first
        self.answers = answers

    def query(self, vector: Vectors, k: int) -> list[tuple[str, float]]:
        assert self.answers
        assert vector.shape == (1, HashEmbedder.dimension)
        return [(id_, self.first if id_ == self.ids[0] else 0.5) for id_ in self.ids[:k]]

    def vectors(self, ids: Sequence[str]) -> Vectors:
        return np.full((len(ids), HashEmbedder.dimension), 1 / 16, np.float32)


@pytest.fixture(scope="module")
def retriever(tmp_path_factory: pytest.TempPathFactory) -> Retriever:
    folder = tmp_path_factory.mktemp("lecture") / "chroma"
    embedder = HashEmbedder()
    build_index(CHUNKS, embedder.embed([chunk.text for chunk in CHUNKS]), folder)
    return Retriever(CHUNKS, open_index(folder), embedder)


def ids(hits: Sequence[object]) -> list[str]:
    return [hit.chunk.id for hit in hits]  # type: ignore[attr-defined]


def test_the_passage_that_says_it_comes_first(retriever: Retriever) -> None:
    hits = retriever.search("oiling the chain in the rain", 6)
    assert ids(hits)[0] in ("c0002", "c0005")
    assert set(ids(hits)[:2]) == {"c0002", "c0005"}
    assert len(hits) == 6
    assert [hit.score for hit in hits] == sorted((hit.score for hit in hits), reverse=True)
    assert all(0.0 <= hit.score <= 1.0 for hit in hits)


def test_kind_and_exclude_hold(retriever: Retriever) -> None:
    assert ids(retriever.search("chain", 9, kind="slide")) == ["c0005", "c0006"]
    assert "c0002" not in ids(retriever.search("oil", 9, exclude={"c0002"}))
    assert retriever.search("oil", 0) == ()


TIMED = (
    *(Chunk(f"t{n}", "speech", "chain oil", start=10.0 * n, end=10.0 * n + 10) for n in range(6)),
    Chunk("p1", "slide", "chain", page=1),
    Chunk("p2", "slide", "oil", page=2),
)
SLIDES = Slides((Page(1, "chain", shown=((0.0, 15.0),)), Page(2, "oil")))


def test_a_span_and_a_page_keep_what_lies_in_them() -> None:
    retriever = Retriever(TIMED, Flat(TIMED), HashEmbedder(), slides=SLIDES)
    assert set(ids(retriever.search("chain", 9, span=(12.0, 25.0)))) == {"t1", "t2", "p1"}
    assert set(ids(retriever.search("chain", 9, page=1))) == {"t0", "t1", "p1"}
    assert ids(retriever.search("chain", 9, page=1, kind="slide")) == ["p1"]
    assert ids(retriever.search("chain", 9, page=2)) == ["p2"]
    assert retriever.search("chain", 9, page=7) == ()
    assert [chunk.id for chunk in retriever.within((12.0, 25.0))] == ["t1", "t2", "p1"]
    assert [chunk.id for chunk in retriever.on_page(1)] == ["t0", "t1", "p1"]


def test_hits_are_read_with_their_neighbours() -> None:
    retriever = Retriever(TIMED, Flat(TIMED), HashEmbedder(), slides=SLIDES)
    (reading,) = retriever.read(retriever.search("chain", 1, kind="speech"))
    assert [chunk.id for chunk in reading.chunks] == ["t0", "t1"]
    assert [chunk.id for chunk in reading.slides] == ["p1"]


def test_a_hit_tells_how_near_its_passage_is(retriever: Retriever) -> None:
    same = retriever.search(CHUNKS[2].text, 6)
    assert ids(same)[0] == "c0003"
    assert same[0].cosine == pytest.approx(1.0, abs=1e-4)
    assert sum(hit.score for hit in same) == pytest.approx(1.0)


def test_words_carry_the_search_where_the_embedder_is_foreign() -> None:
    chunks = [Chunk(f"c{n}", "speech", text) for n, text in enumerate(["alpha", "beta", "gamma"])]
    embedder = HashEmbedder()

    index = Flat(chunks, first=0.9)
    assert ids(Retriever(chunks, index, embedder).search("gamma", 1)) == ["c0"]
    foreign = Retriever(chunks, index, embedder, language="de", fusion=FOREIGN)
    assert ids(foreign.search("gamma", 1)) == ["c2"]


def test_a_lecture_larger_than_the_index_searches_exactly_is_searched_exactly() -> None:
    chunks = [Chunk(f"c{n}", "speech", f"word{n}") for n in range(EXACT + 1)]

    found = Retriever(chunks, Flat(chunks, answers=False), HashEmbedder()).search("word1234", 1)
    assert ids(found) == ["c1234"]


def test_a_section_has_its_own_span_first_in_order(retriever: Retriever) -> None:
    hits = retriever.for_section("brake pads", CHUNKS[:2], rest=1, slides=1)
    assert ids(hits) == ["c0001", "c0002", "c0003", "c0006"]
    assert ids(retriever.for_section("brake pads", CHUNKS[:2], rest=0, slides=0)) == [
        "c0001",
        "c0002",
    ]


@pytest.mark.parametrize("query", ["K", "4"])
def test_a_word_of_one_letter_counts(query: str) -> None:
    assert ids(Retriever(CHUNKS, Flat(CHUNKS), HashEmbedder()).search(query, 1)) == ["c0004"]


@pytest.mark.parametrize("query", ["", "the of and", "zyxw", "?!", "\udc80"])
def test_a_query_without_a_known_word_still_answers(retriever: Retriever, query: str) -> None:
    assert len(retriever.search(query, 3)) == 3


@pytest.mark.parametrize("texts", [[], [""], ["the", "of"]])
def test_a_lecture_without_words_can_be_searched(texts: list[str]) -> None:
    chunks = [Chunk(f"c{n}", "speech", text) for n, text in enumerate(texts)]
    retriever = Retriever(chunks, Flat(chunks), HashEmbedder())
    assert len(retriever.search("anything", 5)) == len(texts)
    assert len(retriever.for_section("anything", chunks, 2, 2)) == len(texts)


def test_equal_passages_come_in_the_order_of_the_lecture() -> None:
    chunks = [Chunk(f"c{n}", "speech", "chain oil") for n in range(5)]
    found = Retriever(chunks, Flat(chunks), HashEmbedder()).search("chain", 5)
    assert ids(found) == [chunk.id for chunk in chunks]


def test_a_real_index_is_a_dense_search(tmp_path: Path) -> None:
    embedder = HashEmbedder()
    build_index(CHUNKS, embedder.embed([chunk.text for chunk in CHUNKS]), tmp_path / "chroma")
    with open_index(tmp_path / "chroma") as index:
        assert ids(Retriever(CHUNKS, index, embedder).search("worn pads squeal", 1)) == ["c0003"]
