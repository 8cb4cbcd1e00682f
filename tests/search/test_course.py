from collections.abc import Sequence
from dataclasses import dataclass, field

import pytest

from rag_notes.protocols import Vectors
from rag_notes.schema import Chunk, Page, Slides
from rag_notes.search.course import Course, Found
from rag_notes.search.embed import HashEmbedder


@dataclass
class Shelved:
    """A lecture in memory that counts how often it is asked for its vectors."""

    name: str
    texts: Sequence[str]
    language: str = "en"
    embedded: bool = True
    asked: list[str] = field(default_factory=list)

    def chunks(self) -> tuple[Chunk, ...]:
        self.asked.append("chunks")
        spoken = [
            Chunk(f"c{n}", "speech", text, start=10.0 * n, end=10.0 * n + 10)
            for n, text in enumerate(self.texts)
        ]
        return (*spoken, Chunk("s1", "slide", self.texts[0], page=1)) if spoken else ()

    def slides(self) -> Slides:
        return Slides((Page(1, "page", shown=((0.0, 5.0),)),))

    def vectors(self, ids: Sequence[str]) -> Vectors | None:
        self.asked.append("vectors")
        known = {chunk.id: chunk.text for chunk in self.chunks()}
        return HashEmbedder().embed([known[id_] for id_ in ids]) if self.embedded else None


def bicycles() -> Shelved:
    return Shelved("bicycles", ["The chain drives the wheel.", "Oil the chain.", "Brakes squeal."])


def boats() -> Shelved:
    return Shelved("boats", ["A sail is hoisted.", "The anchor has a chain too.", "Wind fills it."])


def places(found: Sequence[Found]) -> list[tuple[str, str]]:
    return [(name, hit.chunk.id) for name, hit in found]


def test_the_best_of_all_lectures_come_first_with_scores_that_compare() -> None:
    course = Course([bicycles(), boats()], HashEmbedder())
    found = course.search("oil the chain", 8)
    assert places(found)[0] == ("bicycles", "c1")
    assert places(course.search("hoist a sail", 1))[0][0] == "boats"
    assert sum(hit.score for _, hit in found) == pytest.approx(1.0)
    assert [h.score for _, h in found] == sorted((h.score for _, h in found), reverse=True)


def test_lectures_are_opened_by_the_first_search_and_once() -> None:
    lectures = [bicycles(), boats()]
    course = Course(lectures, HashEmbedder())
    assert course.names == ("bicycles", "boats")
    assert not lectures[0].asked
    course.search("chain", 2)
    course.search("sail", 2)
    assert lectures[0].asked.count("vectors") == lectures[1].asked.count("vectors") == 1


def test_kind_and_lectures_narrow_the_search() -> None:
    course = Course([bicycles(), boats()], HashEmbedder())
    assert {name for name, _ in course.search("chain", 9, lectures={"boats"})} == {"boats"}
    assert places(course.search("sail", 9, kind="slide")) == [("boats", "s1"), ("bicycles", "s1")]
    assert course.search("chain", 9, lectures=()) == ()
    assert course.search("chain", 0) == ()


def test_a_passage_at_the_end_of_a_lecture_is_no_neighbour_of_the_next_lecture() -> None:
    one = Shelved("one", ["alpha", "beta", "unique sentence"])
    other = Shelved("other", ["gamma", "delta", "epsilon"])
    found = dict(
        zip(
            places(
                course_hits := Course([one, other], HashEmbedder()).search("unique sentence", 8)
            ),
            (hit.score for _, hit in course_hits),
            strict=True,
        )
    )
    assert found["one", "c1"] > found["other", "c0"]


def test_what_is_found_is_read_in_its_own_lecture() -> None:
    course = Course([bicycles(), boats()], HashEmbedder())
    readings = course.read(course.search("chain", 2, kind="speech", lectures={"boats"}))
    assert {name for name, _ in readings} == {"boats"}
    (name, reading), *_ = course.read(course.search("hoist a sail", 1, kind="speech"))
    assert [chunk.id for chunk in reading.chunks] == ["c0", "c1"]
    assert [chunk.id for chunk in reading.slides] == ["s1"]
    assert [chunk.id for chunk in course.timeline(name).within((15.0, 19.0))] == ["c1"]


def test_a_lecture_of_another_embedder_is_searched_by_its_words() -> None:
    german = Shelved("rad", ["Die Kette treibt.", "Die Bremsen quietschen."], "de", embedded=False)
    course = Course([bicycles(), german], HashEmbedder())
    assert places(course.search("Bremse", 1)) == [("rad", "c1")]
    only = Course([german], HashEmbedder())
    assert places(only.search("Kette", 1))[0] in [("rad", "c0"), ("rad", "s1")]


def test_a_course_without_a_passage_finds_nothing() -> None:
    assert Course([], HashEmbedder()).search("anything", 3) == ()
    assert Course([Shelved("empty", [])], HashEmbedder()).search("anything", 3) == ()
