"""When a slide is cited beside the moment that says a claim; what was on screen then."""

from dataclasses import replace

from rag_notes.ground.page import citations_on_screen, cite_page, on_screen
from rag_notes.schema import Block, Chunk, Citation, Claim, Page, Section, Slides

SAID = Citation("c0001", "speech", "so a filter has ten bits per key", start=1.0, end=3.0)
PAGE = Chunk(
    "c0009",
    "slide",
    "Sizes Ten bits per key give one percent errors Seven hash functions",
    page=4,
    sentences=((0, 1), (1, 9), (9, 12)),
)


def claim(text: str) -> Claim:
    return Claim("k0001", text, (SAID,), 0.9)


def test_a_page_that_states_the_claim_is_cited_with_its_line() -> None:
    cited = cite_page(claim("Ten bits per key give one percent errors."), [PAGE])
    assert [one.page for one in cited.citations] == [None, 4]
    assert "Ten bits per key" in cited.citations[1].quote


def test_a_page_with_another_number_is_not() -> None:
    told = claim("Twelve bits per key give two percent errors.")
    assert cite_page(told, [PAGE]) == told


def test_a_page_on_other_matters_is_not() -> None:
    told = claim("Deletion is impossible because another element might vanish.")
    assert cite_page(told, [PAGE]) == told


def test_a_claim_of_few_words_is_not() -> None:
    told = claim("Hash functions matter.")
    assert cite_page(told, [PAGE]) == told


# --- what was on screen --------------------------------------------------------------------------

SHOWN = Slides(
    (
        Page(1, "title", shown=((0.0, 20.0), (90.0, 95.0))),
        Page(2, "sizes", shown=((20.0, 40.0),)),
        Page(3, "never shown"),
    )
)


def said(start: float, end: float) -> Citation:
    return Citation("c0001", "speech", "so a filter", start=start, end=end)


def page(number: int) -> Citation:
    return Citation("c0009", "slide", "Ten bits", page=number)


def shown(*citations: Citation) -> list[tuple[int | None, float | None, float | None]]:
    found = citations_on_screen(citations, SHOWN)
    return [(one.page, one.start, one.end) for one in found]


def test_a_moment_has_the_page_that_was_on_screen_longest() -> None:
    assert shown(said(3.0, 5.0)) == [(1, 3.0, 5.0)]
    assert shown(said(19.0, 26.0)) == [(2, 19.0, 26.0)]
    assert shown(said(15.0, 21.0)) == [(1, 15.0, 21.0)]
    assert shown(said(92.0, 93.0)) == [(1, 92.0, 93.0)]
    assert shown(said(50.0, 60.0)) == [(None, 50.0, 60.0)]


def test_a_page_has_a_time_if_it_was_on_screen_then() -> None:
    assert shown(said(91.0, 93.0), page(1))[1] == (1, 90.0, 95.0)
    assert shown(said(91.0, 93.0), page(2))[1] == (2, None, None)
    assert shown(said(30.0, 31.0), page(3))[1] == (3, None, None)


def test_a_page_alone_has_its_first_time() -> None:
    assert shown(page(1)) == [(1, 0.0, 20.0)]
    assert shown(page(3)) == [(3, None, None)]
    untimed = Citation("c0001", "speech", "so", paragraph=4)
    assert shown(untimed, page(2)) == [(None, None, None), (2, 20.0, 40.0)]


def test_sections_are_placed_with_answers_and_nearest_moments() -> None:
    told = Claim("k0001", "It is so.", (said(30.0, 31.0),), 0.9)
    asked = replace(told, id="k0002", answer=told)
    section = Section(
        "1", "topic", "Sizes", (Block("question", (asked,)),), nearest=(said(3.0, 4.0),)
    )
    (placed,) = on_screen([section], SHOWN)
    (claim,) = placed.blocks[0].claims
    assert claim.citations[0].page == 2
    assert claim.answer
    assert claim.answer.citations[0].page == 2
    assert placed.nearest[0].page == 1
    assert on_screen([section], Slides()) == (section,)
