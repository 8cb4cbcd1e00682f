"""What scripts/evaluate retrieval counts with: the figures themselves are its output."""

import json
import math
import os
from dataclasses import replace
from pathlib import Path

import pytest
from evaluation.meetings import Meeting, Query, halves, read_meetings
from evaluation.qmsum import figures_of, gold_words_read
from evaluation.quiz import read_questions, subjects_of
from evaluation.ranking import hit, mean_by_group, ndcg, reciprocal_rank
from evaluation.searchers import product, single_methods
from evaluation.vectors import KeptEmbedder
from hypothesis import given
from hypothesis import strategies as st

from rag_notes.schema import Chunk, Hit
from rag_notes.search.embed import HashEmbedder

ROOT = Path(__file__).parent.parent
DATA = Path(os.environ.get("RAG_NOTES_DATA", ROOT.parent / "shared" / "data"))
QMSUM = DATA / "qmsum" / "val.jsonl"
COURSE = DATA / "hf_course"

YES, NO = True, False
TURNS = [("Marketing", "wheel " * 150), ("Professor", "chain " * 210), ("Marketing", "few words")]
MEETING = {
    "specific_query_list": [
        {"query": "What is said of chains?", "relevant_text_span": [["1", "1"]]},
        {"query": "What is said of nothing?", "relevant_text_span": [["2", "2"]]},
    ],
    "meeting_transcripts": [{"speaker": name, "content": said} for name, said in TURNS],
}


# --- figures -------------------------------------------------------------------------------------


def test_hits_and_ranks_of_hand_made_orders() -> None:
    order = [NO, NO, YES, NO, YES, NO]
    assert [hit(order, k) for k in (1, 2, 3, 5)] == [0.0, 0.0, 1.0, 1.0]
    assert reciprocal_rank(order) == pytest.approx(1 / 3)
    assert reciprocal_rank([NO, NO]) == 0.0
    assert hit([], 5) == reciprocal_rank([]) == ndcg([], 10) == 0.0


def test_gain_is_discounted_by_the_logarithm_of_the_place() -> None:
    order = [NO, YES, NO, YES]  # at places 2 and 4; best would be 1 and 2
    best = 1 + 1 / math.log2(3)
    assert ndcg(order, 10) == pytest.approx((1 / math.log2(3) + 1 / math.log2(5)) / best)
    assert ndcg(order, 3) == pytest.approx((1 / math.log2(3)) / best)
    assert ndcg([YES, YES, NO], 10) == ndcg([YES] * 20, 10) == 1.0
    assert ndcg([NO] * 10 + [YES], 10) == 0.0


@given(st.lists(st.booleans(), min_size=1, max_size=30), st.integers(1, 12))
def test_no_order_gains_more_than_the_best_one(order: list[bool], k: int) -> None:
    best = sorted(order, reverse=True)
    assert 0.0 <= ndcg(order, k) <= ndcg(best, k) + 1e-12
    assert ndcg(best, k) == pytest.approx(float(any(order)))
    assert hit(order, k) <= hit(best, k)


def test_an_interval_draws_whole_groups() -> None:
    alike = mean_by_group([1.0, 0.0] * 10, [str(n // 2) for n in range(20)])
    assert (alike.value, alike.low, alike.high) == (0.5, 0.5, 0.5)
    apart = mean_by_group([1.0, 0.0] * 10, ["a", "b"] * 10)
    assert (apart.value, apart.low, apart.high) == (0.5, 0.0, 1.0)
    assert str(alike) == "0.500 (0.500-0.500)"


def test_a_mean_is_over_queries_and_not_over_groups() -> None:
    assert mean_by_group([1.0, 0.0, 0.0, 0.0], ["a", "b", "b", "b"]).value == 0.25


# --- meetings ------------------------------------------------------------------------------------


@pytest.fixture
def meeting(tmp_path: Path) -> Meeting:
    path = tmp_path / "val.jsonl"
    path.write_text(json.dumps(MEETING) + "\n", encoding="utf-8")
    (found,) = read_meetings(path)
    return found


def test_passages_have_100_words_and_names_are_none_of_them(meeting: Meeting) -> None:
    assert [len(chunk.text.split()) for chunk in meeting.plain] == [100, 100, 100, 62]
    assert meeting.named[0].text.startswith("Marketing: wheel wheel")
    assert meeting.named[1].text.count("Marketing:") == meeting.named[1].text.count("Professor:")
    assert [chunk.id for chunk in meeting.named] == [chunk.id for chunk in meeting.plain]


def test_a_passage_is_relevant_when_half_its_words_are_gold(meeting: Meeting) -> None:
    (query,) = meeting.queries  # the other has no such passage
    assert query.text == "What is said of chains?"
    assert meeting.relevant(query) == (NO, YES, YES, YES)  # 50 of 100 words are half
    fewer = replace(query, gold=(NO, *query.gold[:-1]))
    assert meeting.relevant(fewer)[1] is NO


def test_gold_words_are_counted_in_what_is_read_first(meeting: Meeting) -> None:
    (query,) = meeting.queries
    first = [Hit(meeting.named[0], 1.0)]
    assert gold_words_read(first, meeting, query) == pytest.approx(50 / 210)  # and its neighbour
    every = [Hit(chunk, 1.0) for chunk in meeting.named]
    assert gold_words_read(every, meeting, query) == 1.0
    long = Meeting("m", "d", (), (), ())
    words = 3000
    chunks = tuple(Chunk(f"c{n}", "speech", "word " * 100) for n in range(words // 100))
    long = replace(long, plain=chunks, named=chunks)
    everything = Query("q", (YES,) * words)
    hits = [Hit(chunk, 1.0) for chunk in chunks]
    assert gold_words_read(hits, long, everything) == pytest.approx(1000 / 3000)


def test_all_figures_of_one_ranking(meeting: Meeting) -> None:
    (query,) = meeting.queries
    figures = figures_of([Hit(chunk, 1.0) for chunk in meeting.named], meeting, query)
    assert figures[:3] == (1.0, 1.0, 0.5)
    assert figures[4] == 1.0


@pytest.mark.skipif(not QMSUM.is_file(), reason="QMSum is not here")
def test_the_halves_share_no_meeting_and_every_domain() -> None:
    meetings = read_meetings(QMSUM)
    assert (len(meetings), sum(len(one.queries) for one in meetings)) == (35, 235)
    half = halves(meetings)
    assert half == halves(meetings)
    for domain in ("product", "academic", "committee"):
        sides = [half[one.name] for one in meetings if one.domain == domain]
        assert abs(sides.count("chosen on") - sides.count("reported")) <= 1


# --- what is compared ----------------------------------------------------------------------------

CHUNKS = [
    Chunk(f"c{n}", "speech", text)
    for n, text in enumerate(["red wheel", "old chain", "oil the chain", "brakes"])
]


def test_every_method_orders_all_passages_and_finds_what_is_asked(tmp_path: Path) -> None:
    embedder = KeptEmbedder(HashEmbedder(), tmp_path)
    searches = {**single_methods(CHUNKS, embedder), "ours": product(CHUNKS, embedder)}
    assert list(searches) == ["BM25", "MiniLM", "equal rank fusion", "ours"]
    for search in searches.values():
        order = [one.chunk.id for one in search("oil a chain")]
        assert order[0] == "c2"
        assert sorted(order) == ["c0", "c1", "c2", "c3"]


def test_rank_fusion_is_by_rank_alone(tmp_path: Path) -> None:
    fused = single_methods(CHUNKS, KeptEmbedder(HashEmbedder(), tmp_path))["equal rank fusion"]
    best = fused("oil the chain")[0]
    assert best.score == pytest.approx(2 / 61)


@pytest.mark.skipif(not COURSE.is_dir(), reason="the course is not here")
def test_quiz_questions_and_embedded_videos_are_found() -> None:
    questions = [one for chapter in range(1, 6) for one in read_questions(COURSE, chapter)]
    assert len(questions) == 62
    assert questions[4].text == 'What does "transfer learning" mean?'
    code = next(one for one in questions if one.text == "What will the following code return?")
    assert "pipeline" in code.whole
    assert "what-is-transfer-learning" in subjects_of(COURSE, 1)
    assert "preprocessing-sentence-pairs" in subjects_of(COURSE, 3)  # of both twins
