import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag_notes.errors import InputError
from rag_notes.protocols import Vectors
from rag_notes.write.segment import split_topics


def unit(rows: "np.typing.ArrayLike") -> Vectors:
    vectors = np.asarray(rows, np.float32)
    return np.asarray(vectors / np.linalg.norm(vectors, axis=1, keepdims=True), np.float32)


def topical(lengths: list[int], seed: int = 0, noise: float = 0.8) -> Vectors:
    """Vectors of topics in a row: one direction for each topic, and noise."""
    rng = np.random.default_rng(seed)
    rows = [
        centre + noise * rng.normal(size=64)
        for centre, length in zip(rng.normal(size=(len(lengths), 64)), lengths, strict=True)
        for _ in range(length)
    ]
    return unit(rows)


@given(
    count=st.integers(0, 60),
    target=st.floats(1.0, 1e4),
    minimum=st.integers(1, 6),
    seed=st.integers(0, 5),
    kind=st.sampled_from(["random", "same"]),
    with_pauses=st.booleans(),
)
def test_topics_tile_the_passages(
    count: int, target: float, minimum: int, seed: int, kind: str, *, with_pauses: bool
) -> None:
    rng = np.random.default_rng(seed)
    vectors = unit(rng.normal(size=(count, 8)) if kind == "random" else np.ones((count, 8)))
    weights = rng.uniform(0, 90, count).tolist()
    pauses = rng.uniform(0, 5, count).tolist() if with_pauses else None
    spans = split_topics(vectors, weights, target=target, minimum_topics=minimum, pauses=pauses)
    assert [n for first, last in spans for n in range(first, last + 1)] == list(range(count))
    expected = min(max(round(sum(weights) / target), minimum), count // 2)
    assert len(spans) == (max(1, expected) if count else 0)
    assert all(last > first for first, last in spans) or count < 2


@pytest.mark.parametrize("seed", range(5))
def test_borders_are_where_the_subject_changes(seed: int) -> None:
    lengths = [9, 5, 12, 6, 8, 10]
    vectors = topical(lengths, seed)
    spans = split_topics(vectors, [40.0] * 50, target=50 * 40 / 6, minimum_topics=3)
    ends = np.cumsum(lengths) - 1
    assert [last for _, last in spans] == ends.tolist()


@pytest.mark.parametrize(
    ("count", "seconds", "low", "high"),
    [(2, 60, 1, 1), (8, 330, 3, 3), (110, 4800, 8, 14), (250, 10_800, 22, 30)],
)
def test_a_lecture_has_a_readable_number_of_topics(
    count: int, seconds: float, low: int, high: int
) -> None:
    vectors = unit(np.random.default_rng(0).normal(size=(count, 32)))
    spans = split_topics(vectors, [seconds / count] * count, target=420.0, minimum_topics=3)
    assert low <= len(spans) <= high


def test_no_topic_is_tiny_or_huge_for_want_of_a_subject() -> None:
    vectors = unit(np.random.default_rng(3).normal(size=(120, 32)))
    sizes = [b - a + 1 for a, b in split_topics(vectors, [1.0] * 120, target=10, minimum_topics=3)]
    assert min(sizes) >= 0.25 * 10
    assert max(sizes) <= 2.2 * 10


def test_a_pause_decides_between_equals() -> None:
    vectors = unit(np.ones((10, 4)))
    for begin in (4, 5, 6):
        pauses = [0.0] * 10
        pauses[begin] = 6.0
        spans = split_topics(vectors, [1.0] * 10, target=5, minimum_topics=1, pauses=pauses)
        assert spans == ((0, begin - 1), (begin, 9))


def test_arguments_that_do_not_fit_are_refused() -> None:
    vectors = unit(np.ones((3, 4)))
    with pytest.raises(InputError, match="3 passages"):
        split_topics(vectors, [1.0], target=1, minimum_topics=1)
    with pytest.raises(InputError, match="target"):
        split_topics(vectors, [1.0] * 3, target=0, minimum_topics=1)


def test_ten_hours_are_split_in_a_moment() -> None:
    vectors = topical([20] * 60)
    spans = split_topics(vectors, [30.0] * 1200, target=420.0, minimum_topics=3)
    assert len(spans) == round(36_000 / 420)
