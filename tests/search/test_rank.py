import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from numpy.typing import NDArray

from rag_notes.search.rank import FOREIGN, FUSION, Fusion, Scores, best, rank

NONE = np.zeros(7)
ONE_RUN = np.zeros(7, np.int64)


def at(*places: int, high: float = 1.0) -> Scores:
    """Scores of seven passages, `high` at these places and 0 elsewhere."""
    scores = np.zeros(7)
    scores[list(places)] = high
    return scores


scores_of_7 = arrays.arrays(np.float64, 7, elements=st.floats(-1, 1))
runs_of_7 = st.lists(st.integers(0, 1), min_size=7, max_size=7).map(
    lambda steps: np.cumsum(steps).astype(np.int64)
)


@given(scores_of_7, scores_of_7, runs_of_7)
def test_shares_are_of_one_whole(
    cosines: Scores, keywords: Scores, runs: NDArray[np.int64]
) -> None:
    shares = rank(cosines, keywords, runs)
    assert np.isclose(shares.sum(), 1.0)
    assert (shares >= 0).all()


@given(scores_of_7, scores_of_7, st.floats(0.1, 10), st.floats(-1, 1))
def test_neither_unit_nor_origin_of_the_scores_counts(
    cosines: Scores, keywords: Scores, unit: float, origin: float
) -> None:
    cosines, keywords = cosines.round(3), keywords.round(3) + 1.001
    once = rank(cosines, keywords, ONE_RUN)
    assert np.allclose(once, rank(unit * cosines + origin, unit * keywords, ONE_RUN), atol=1e-6)


def test_cosines_count_more_than_keywords_and_less_where_the_language_is_foreign() -> None:
    assert rank(at(1), at(5), ONE_RUN).argmax() == 1
    assert rank(at(1), at(5), ONE_RUN, FOREIGN).argmax() == 5


def test_without_a_known_word_the_cosines_decide() -> None:
    assert rank(at(5), NONE, ONE_RUN, FOREIGN).argmax() == 5


def test_a_passage_beside_a_good_one_gains_and_the_good_one_stays_first() -> None:
    shares = rank(at(3), NONE, ONE_RUN)
    assert shares.argmax() == 3
    assert shares[2] == shares[4] > shares[0] == shares[6]


def test_what_lies_between_two_fair_passages_does_not_pass_the_best() -> None:
    shares = rank(at(0) + at(4, 6, high=0.8), NONE, ONE_RUN)
    assert shares.argmax() == 0


def test_evidence_stays_in_its_run() -> None:
    runs = np.array([0, 0, 0, 0, 1, 1, 1])
    shares = rank(at(3), NONE, runs)
    assert shares[2] > shares[4] == shares[5] == shares[6]


def test_equal_passages_have_equal_shares_at_the_edge_too() -> None:
    assert np.allclose(rank(NONE, NONE, ONE_RUN), 1 / 7)
    assert np.allclose(rank(np.ones(1), np.ones(1), ONE_RUN[:1]), 1.0)
    assert len(rank(np.zeros(0), np.zeros(0), ONE_RUN[:0])) == 0


def test_neighbours_that_do_not_count_get_nothing() -> None:
    alone = rank(at(3), NONE, ONE_RUN, Fusion(neighbours=()))
    assert alone[2] == alone[0]
    assert FUSION.neighbours


@given(
    arrays.arrays(np.float64, 30, elements=st.sampled_from([0.0, 0.1, 0.2])), st.integers(-1, 40)
)
def test_the_best_are_the_first_of_all_in_order(shares: Scores, k: int) -> None:
    wanted = np.arange(30) % 3 > 0
    order = sorted(np.flatnonzero(wanted), key=lambda place: (-shares[place], place))
    assert best(shares, wanted, k) == order[: max(0, k)]
