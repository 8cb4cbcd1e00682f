"""The evaluation of answers: cases are apart, figures are what they say."""

import os
from collections import Counter
from pathlib import Path

import pytest
from evaluation.asking import Case, Talk, course_cases, draw, meeting_cases
from evaluation.refusing import (
    Outcome,
    citation_table,
    mean_f1,
    refusal_table,
    time_table,
)

from rag_notes.config import load_config
from rag_notes.schema import Chunk, Citation, Claim, Hit

DATA = Path(os.environ.get("RAG_NOTES_DATA", Path(__file__).parents[2] / "shared" / "data"))
needs_data = pytest.mark.skipif(not (DATA / "qmsum").is_dir(), reason="not ours to publish")

CHUNK = Chunk("c0001", "speech", "A: we buy it. B: it costs ten.", paragraph=1)
TALK = Talk("m01", (CHUNK,), {"c0001": (0, 0, 0, 0, 1, 1, 1, 1)})


def case(number: int, *, answered: bool, gold: frozenset[int] = frozenset()) -> Case:
    return Case("meetings", "reported", f"g{number}", f"Question {number}?", TALK, answered, gold)


def outcome(one: Case, *quotes: str, retrieval: bool = True) -> Outcome:
    claims = tuple(
        Claim(f"k{n}", quote, (Citation("c0001", "speech", quote, paragraph=1),), 1.0)
        for n, quote in enumerate(quotes, start=1)
    )
    first = 2.0 if claims else None
    return Outcome(one, claims, (Hit(CHUNK, 1.0),), retrieval, first, 5.0)


def test_f1_of_both_sides_is_averaged() -> None:
    assert mean_f1([True, False], [True, False]) == 1.0
    assert mean_f1([True, False], [False, True]) == 0.0
    assert mean_f1([True, True, False, False], [True] * 4) == pytest.approx(1 / 3)


def test_a_smaller_sample_is_a_part_of_a_larger_one() -> None:
    cases = [case(n, answered=n % 2 == 0) for n in range(60)]
    small, large = draw(cases, 5), draw(cases, 20)
    assert {one.question for one in small} < {one.question for one in large}
    assert Counter(one.answered for one in small) == {True: 5, False: 5}
    assert len(draw(cases, None)) == 60


def test_the_table_counts_what_was_answered() -> None:
    outcomes = [
        *(outcome(case(n, answered=True), "we buy it.") for n in range(3)),
        outcome(case(3, answered=True)),
        outcome(case(4, answered=False), "we buy it."),
        *(outcome(case(n, answered=False), retrieval=False) for n in range(5, 8)),
    ]
    ours, retrieval, always = refusal_table(outcomes).splitlines()[2:]
    assert "3 of 4" in ours
    assert "1 of 4" in ours
    assert "0.75 (" in ours
    assert "4 of 4" in retrieval
    assert always.count("4 of 4") == 2


def test_a_citation_overlaps_where_one_of_its_words_is_gold() -> None:
    gold = frozenset([1])
    outcomes = [
        outcome(case(1, answered=True, gold=gold), "we buy it."),
        outcome(case(2, answered=True, gold=gold), "it costs ten.", "we buy it."),
        outcome(case(3, answered=True, gold=gold)),
    ]
    rows = citation_table(outcomes).splitlines()[2:]
    assert "1 of 3" in rows[0]
    assert "1 of 2" in rows[1]


def test_times_are_of_each_question_once() -> None:
    one = outcome(case(1, answered=True), "we buy it.")
    rows = time_table([one, one]).splitlines()[2:]
    assert [cell.strip() for cell in rows[0].split("|")[1:3]] == ["first claim", "1"]
    assert "2.0 s" in rows[0]
    assert "5.0 s" in rows[1]


@needs_data
def test_meetings_are_asked_their_own_queries_and_those_of_another_domain() -> None:
    cases = meeting_cases(DATA / "qmsum" / "val.jsonl", load_config())
    own = [one for one in cases if one.answered]
    foreign = [one for one in cases if not one.answered]
    assert len(own) == len(foreign) > 200
    assert all(one.gold and one.group == one.talk.name for one in own)
    assert all(one.group != one.talk.name for one in foreign)
    halves = {
        half: {c.group for c in cases if c.half == half} for half in ("chosen on", "reported")
    }
    assert not halves["chosen on"] & halves["reported"]
    for one in own[:20]:
        words = [len(chunk.text.split()) for chunk in one.talk.chunks]
        assert words == [len(one.talk.turns[chunk.id]) for chunk in one.talk.chunks]


@needs_data
def test_quiz_questions_are_asked_of_videos_by_our_labels() -> None:
    questions = DATA / "eduvidqa" / "questions.csv"
    cases = course_cases(DATA / "hf_course", questions, load_config())
    counts = Counter((one.kind, one.answered) for one in cases)
    assert counts["course", True] > 40
    assert counts["course", False] == 130
    assert counts["near misses", False] > 40
    assert counts["own chapter", False] >= 10
    answering = {(one.question, one.talk.name) for one in cases if one.answered}
    assert not answering & {(one.question, one.talk.name) for one in cases if not one.answered}
    for kind in ("near misses", "own chapter"):
        halves = [
            {one.group for one in cases if one.kind == kind and one.half == half}
            for half in ("chosen on", "reported")
        ]
        assert not halves[0] & halves[1]
