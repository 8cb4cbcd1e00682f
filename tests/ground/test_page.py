"""When a slide is cited beside the moment that says a claim."""

from rag_notes.ground.page import cite_page
from rag_notes.schema import Chunk, Citation, Claim

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
