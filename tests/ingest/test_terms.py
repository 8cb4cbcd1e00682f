"""Which words of the slides the recogniser is told to listen for."""

from rag_notes.ingest.terms import MAX_CHARACTERS, slide_terms
from rag_notes.schema import Page, Slides


def terms(*texts: str) -> tuple[str, ...]:
    return slide_terms(Slides(tuple(Page(n, text) for n, text in enumerate(texts, start=1))))


def test_names_come_before_long_words_and_keep_the_word_after_them() -> None:
    found = terms("What a Bloom filter is\nthe modulo of RocksDB", "A Bloom filter again")
    assert found[0] == "Bloom filter"
    assert found.index("RocksDB") < found.index("modulo")


def test_words_of_a_headline_are_no_names() -> None:
    assert "Asking" not in terms("Bloom Filters Asking Whether")


def test_a_long_deck_gives_no_more_than_whisper_takes() -> None:
    found = terms(*(f"the Name{n} and wordnumber{n}" for n in range(500)))
    assert 0 < sum(len(term) + 2 for term in found) <= MAX_CHARACTERS + 2


def test_no_slides_no_terms() -> None:
    assert terms() == ()
