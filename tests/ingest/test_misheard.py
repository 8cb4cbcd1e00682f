"""Slides correct what was misheard; what was heard rightly stays."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag_notes.ingest.misheard import article_reader, find_corrections, reader
from rag_notes.ingest.sound import sound_of
from rag_notes.schema import Chunk, Correction


def speech(*sentences: str, doubtful: str = "") -> Chunk:
    """A passage; words of `doubtful` are marked wherever they stand."""
    words = " ".join(sentences).split()
    ends = [0]
    for sentence in sentences:
        ends.append(ends[-1] + len(sentence.split()))
    marks = [(at, at + 1) for at, word in enumerate(words) if word.strip(".,") in doubtful.split()]
    spans = tuple(pairwise(ends))
    return Chunk("c0001", "speech", " ".join(words), sentences=spans, doubtful=tuple(marks))


def slide(page: int, *lines: str) -> Chunk:
    one = speech(*lines)
    return Chunk(f"c1{page:03}", "slide", one.text, page=page, sentences=one.sentences)


BLOOM = slide(
    3,
    "What a Bloom filter is",
    "k hash functions, modulo m",
    "Fast hashes: MurmurHash, as Mitzenmacher says",
    "RocksDB: data in many files",
)
ATTENTION = slide(7, "The attention mechanism", "Each encoder layer", "DataFrame")


def found(*sentences: str, doubtful: str = "", shown: Chunk = BLOOM) -> dict[str, str]:
    corrections = find_corrections([speech(*sentences, doubtful=doubtful), shown])
    return {one.heard: one.read for one in corrections}


@pytest.mark.parametrize(
    ("said", "doubtful", "corrected"),
    [
        ("A balloon filter has no elements.", "", {"balloon filter": "Bloom filter"}),
        ("Many balloon filters are small.", "", {"balloon filters": "Bloom filters"}),
        ("It is h, Majulo m.", "Majulo", {"majulo m": "modulo m"}),
        ("It is h, meduel m.", "meduel", {"meduel m": "modulo m"}),
        ("We take mama hash for it.", "", {"mama hash": "MurmurHash"}),
        ("We take Marmer hashes for it.", "", {"marmer hashes": "MurmurHash"}),
        ("And Mitzmacher showed it.", "", {"mitzmacher": "Mitzenmacher"}),
        ("It is in ROX DB. Here.", "ROX", {"rox db": "RocksDB"}),
    ],
)
def test_misheard_terms_are_read_as_the_slides_spell_them(
    said: str, doubtful: str, corrected: dict[str, str]
) -> None:
    assert found(said, doubtful=doubtful) == corrected


def test_a_word_that_completes_a_term_on_a_slide() -> None:
    said = "The tension mechanism looks at all words."
    assert found(said, shown=ATTENTION) == {"tension mechanism": "attention mechanism"}


@pytest.mark.parametrize(
    "said",
    [
        "The tension is high. The tension mechanism holds the belt.",  # a word of its own here
        "Each decoder layer looks at the encoder layer.",
        "We get data from the disk.",
        "A tension. Mechanism of all.",
        "The mechanism tension.",
        "A retention mechanism keeps it.",
        "The mechanism pays attention to it.",
        "Each encoding layer looks at it.",
        "So the Data frames and the Encoding.",
    ],
)
def test_what_may_be_right_is_left_alone(said: str) -> None:
    assert found(said, shown=ATTENTION) == {}


@pytest.mark.parametrize(
    "said",
    [
        "A balloon rises. A balloon filter too.",
        "It is medal m, and a model.",
        "The Bloom filters are small.",
        "A rocks DB or a murmur hash.",  # spelled so but for the space
    ],
)
def test_ordinary_words_said_right_are_left_alone(said: str) -> None:
    assert "balloon filter" not in found(said)
    assert not {"medal", "model", "bloom filters", "murmur hash"} & set(found(said))


def test_a_correction_counts_its_hearings_and_names_its_page() -> None:
    chunks = [speech("A balloon filter is a filter.", "The balloon filter grows."), BLOOM]
    assert find_corrections(chunks) == (Correction("balloon filter", "Bloom filter", 3, 2),)


def test_without_slides_or_speech_nothing_is_corrected() -> None:
    assert find_corrections([speech("A balloon filter is small.")]) == ()
    assert find_corrections([BLOOM]) == ()


def test_a_text_is_read_with_its_corrections() -> None:
    read = reader([Correction("balloon filter", "Bloom filter", 3, 2)])
    assert read("A Balloon  filter, or (balloon filter).") == "A Bloom filter, or (Bloom filter)."
    assert read("balloon-filter or balloon filters") == "balloon-filter or balloon filters"


words = st.sampled_from("the a Bloom balloon filter. filter tension DB Mama hash of modulo".split())


@given(st.lists(words, min_size=1), st.lists(words))
def test_a_form_is_read_as_one_term_that_a_slide_has(said: list[str], shown: list[str]) -> None:
    sentence = " ".join(said)
    corrections = find_corrections([speech(sentence), slide(2, " ".join(shown))])
    assert len({one.heard for one in corrections}) == len(corrections)
    read = reader(corrections)(sentence)
    for one in corrections:
        assert one.read in read
        assert one.count >= 1
        assert {one.heard} != {one.read.lower()}


@pytest.mark.parametrize(
    ("one", "two"), [("tension", "attention"), ("balloon", "Bloom"), ("mama hash", "MurmurHash")]
)
def test_sounds_that_are_confused_are_equal(one: str, two: str) -> None:
    assert sound_of(one) == sound_of(two)


@pytest.mark.parametrize(
    ("one", "two"), [("encoder", "decoder"), ("imagenet", "management"), ("word", "world")]
)
def test_others_are_not(one: str, two: str) -> None:
    assert sound_of(one) != sound_of(two)


def test_a_misheard_article_is_read_as_one_where_the_lecture_names_the_thing() -> None:
    read = article_reader([speech("We build a hash table.", "The hash table holds keys.")])
    assert read("At hash table has two parts.") == "A hash table has two parts."
    assert read("At night Venus has no light.") == "At night Venus has no light."
    assert article_reader([speech("A hash table.")])("At hash table has two.").startswith("At ")
