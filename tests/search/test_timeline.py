import pytest

from rag_notes.schema import Chunk, Hit, Page, Reading, Slides
from rag_notes.search.timeline import Timeline

SPEECH = tuple(
    Chunk(f"c{n}", "speech", f"part {n}", start=10.0 * n, end=10.0 * n + 10) for n in range(8)
)
PAGES = (
    Chunk("s1", "slide", "title", page=1),
    Chunk("s2", "slide", "first half", page=2),
    Chunk("s3", "slide", "second half", page=2),
)
SLIDES = Slides(
    (
        Page(1, "title", shown=((0.0, 20.0),)),
        Page(2, "halves", shown=((20.0, 40.0), (60.0, 70.0))),
        Page(3, "never shown"),
    )
)
TIMELINE = Timeline((*SPEECH, *PAGES), SLIDES)


def hit(id_: str, score: float = 0.5) -> Hit:
    return Hit(next(one for one in (*SPEECH, *PAGES) if one.id == id_), score)


def ids(chunks: tuple[Chunk, ...]) -> list[str]:
    return [chunk.id for chunk in chunks]


def read(readings: tuple[Reading, ...]) -> list[list[str]]:
    return [ids(one.chunks) for one in readings]


def test_a_span_has_what_is_spoken_and_shown_in_it() -> None:
    assert ids(TIMELINE.within((15.0, 31.0))) == ["c1", "c2", "c3", "s1", "s2", "s3"]
    assert ids(TIMELINE.within((41.0, 49.0))) == ["c4"]
    assert TIMELINE.within((90.0, 99.0)) == ()


def test_spans_that_only_touch_do_not_meet() -> None:
    assert ids(TIMELINE.within((20.0, 30.0))) == ["c2", "s2", "s3"]


def test_a_page_has_its_text_and_what_is_said_while_it_is_on_screen() -> None:
    assert ids(TIMELINE.on_page(2)) == ["c2", "c3", "c6", "s2", "s3"]
    assert TIMELINE.on_page(3) == ()
    assert ids(Timeline((*SPEECH, *PAGES)).on_page(2)) == ["s2", "s3"]


def test_a_hit_is_read_with_what_surrounds_it_and_the_slide_on_screen() -> None:
    (reading,) = TIMELINE.read([hit("c2")])
    assert ids(reading.chunks) == ["c1", "c2", "c3"]
    assert ids(reading.slides) == ["s1", "s2", "s3"]
    assert reading.hits == (hit("c2"),)


@pytest.mark.parametrize(
    ("hits", "before", "after", "stretches"),
    [
        (["c5", "c1"], 1, 1, [["c4", "c5", "c6"], ["c0", "c1", "c2"]]),
        (["c5", "c2"], 1, 1, [["c1", "c2", "c3", "c4", "c5", "c6"]]),
        (["c3", "c4"], 0, 0, [["c3", "c4"]]),
        (["c3"], 0, 2, [["c3", "c4", "c5"]]),
        (["c7", "s1"], 1, 1, [["c6", "c7"], ["s1", "s2"]]),
        ([], 1, 1, []),
    ],
)
def test_hits_whose_neighbours_meet_are_read_together_and_kinds_are_not_mixed(
    hits: list[str], before: int, after: int, stretches: list[list[str]]
) -> None:
    found = TIMELINE.read([hit(id_) for id_ in hits], before=before, after=after)
    assert read(found) == stretches


def test_the_hits_of_a_reading_come_best_first() -> None:
    (reading,) = TIMELINE.read([hit("c3", 0.4), hit("c2", 0.3)])
    assert [one.chunk.id for one in reading.hits] == ["c3", "c2"]


def test_untimed_speech_is_read_too() -> None:
    chunks = tuple(Chunk(f"c{n}", "speech", "text", paragraph=n + 1) for n in range(3))
    timeline = Timeline(chunks, SLIDES)
    assert timeline.within((0.0, 99.0)) == ()
    (reading,) = timeline.read([Hit(chunks[1], 1.0)])
    assert (reading.chunks, reading.slides) == (chunks, ())
