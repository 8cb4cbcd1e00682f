"""What is chosen of a passage: sentences that stand alone, and a loose stretch where none does."""

import itertools
from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rag_notes.ground import prose, standalone
from rag_notes.schema import Chunk, Source
from rag_notes.write.choose import MOST_WORDS, WORDS_A_SPAN, Span, choose

STANDS = "A Bloom filter stores bits of every key."
LEANS = "It has no room for the keys."
NUMBER = "The array of the filter has 16 bits."
FILLER = "Okay?"


def chunk(*sentences: str, number: int = 1) -> Chunk:
    spans, at = [], 0
    for sentence in sentences:
        spans.append((at, at + len(sentence.split())))
        at = spans[-1][1]
    return Chunk(f"c{number:04}", "speech", " ".join(sentences), sentences=tuple(spans))


def chosen(*chunks: Chunk) -> tuple[Span, ...]:
    return choose(
        chunks, clean=str, stands_alone=standalone.stands_alone, is_filler=prose.is_filler
    )


def spoken(words: int, *, end: str = ".", first: str = "Filters") -> str:
    return " ".join([first, "store", *(f"word{at}" for at in range(words - 2))]) + end


# --- what stands alone


def test_a_sentence_that_stands_alone_is_a_span_of_its_own() -> None:
    assert chosen(chunk(FILLER, STANDS, FILLER)) == (Span("c0001", 1, 2, STANDS),)


def test_a_sentence_that_leans_joins_the_one_before() -> None:
    (span,) = chosen(chunk(STANDS, LEANS))
    assert span == Span("c0001", 0, 2, f"{STANDS} {LEANS}")
    assert span.sources == (Source("c0001", 0), Source("c0001", 1))
    assert not span.loose


@pytest.mark.parametrize(
    "following",
    [
        "It is over in a second, okay?",  # a question
        "It breaks off and",  # no end
        "Keys are strings of the table.",  # leans on nothing
        spoken(MOST_WORDS, first="It"),  # too long together
        "",
    ],
)
def test_what_does_not_lean_or_is_no_sentence_does_not_join(following: str) -> None:
    first = chosen(chunk(STANDS, *([following] if following else [])))[0]
    assert (first.first, first.last, first.text) == (0, 1, STANDS)


def test_a_sentence_is_taken_once() -> None:
    spans = chosen(chunk(*[STANDS, LEANS] * 8))
    taken = [source for span in spans for source in span.sources]
    assert len(set(taken)) == len(taken)


# --- how many


@pytest.mark.parametrize("count", [1, 5, 9, 18])
def test_a_passage_gives_a_span_for_so_many_words(count: int) -> None:
    one = chunk(*(f"The filter number {at} stores the bits of keys." for at in range(count)))
    words = len(one.text.split())
    assert len(chosen(one)) == min(count, max(1, round(words / WORDS_A_SPAN)))


def test_numbers_and_definitions_are_worth_most_and_the_order_stays() -> None:
    plain = "Engines read the table from the disk."
    defines = "A hash function is a rule for positions."
    one = chunk(plain, defines, *[plain] * 5, NUMBER, *[plain] * 4)
    found = [span.text for span in chosen(one)]
    assert found.index(defines) < found.index(NUMBER)
    assert len(found) == 2


def test_the_text_of_a_span_is_cleaned_and_judged_so() -> None:
    spans = choose(
        [chunk("um the filter", "stores bits")],
        clean=lambda text: text.removeprefix("um ").upper(),
        stands_alone=lambda text: text == "THE FILTER",
        is_filler=lambda _: False,
    )
    assert [span.text for span in spans] == ["THE FILTER"]


# --- loose spans


def test_a_passage_where_nothing_stands_alone_gives_its_longest_run() -> None:
    one = chunk("This is that.", FILLER, LEANS, LEANS, LEANS, LEANS, FILLER, "It is so.")
    (span,) = chosen(one)
    assert span.loose
    assert (span.first, span.last) == (2, 5)
    assert span.text == " ".join([LEANS] * 3)


def test_a_loose_span_is_held_to_its_size_unless_one_sentence_is_longer() -> None:
    short, long = "This has the bits of that.", spoken(MOST_WORDS - 3, first="This")
    (span,) = chosen(chunk(short, long))
    assert len(span.text.split()) <= MOST_WORDS
    (span,) = chosen(chunk(spoken(MOST_WORDS + 30, first="This")))
    assert (span.first, span.last, span.loose) == (0, 1, True)


def test_chatter_gives_nothing() -> None:
    assert chosen(chunk(FILLER, "Hello everyone.", "Any questions?")) == ()
    assert chosen() == ()


# --- laws

SENTENCES = st.sampled_from(
    [STANDS, LEANS, NUMBER, FILLER, "", "This one here.", spoken(30), spoken(70, first="They")]
)
PASSAGES = st.lists(st.lists(SENTENCES.filter(bool), min_size=1, max_size=12), max_size=4)


@settings(max_examples=200)
@given(PASSAGES, st.integers(0, 2**20))
def test_spans_lie_in_their_passage_in_order_and_apart(
    passages: Sequence[Sequence[str]], seed: int
) -> None:
    chunks = [chunk(*one, number=number) for number, one in enumerate(passages)]
    spans = choose(
        chunks,
        clean=str,
        stands_alone=lambda text: bool(seed >> len(text) % 20 & 1),
        is_filler=lambda text: text == FILLER,
    )
    by_id = {one.id: one for one in chunks}
    order = [one.id for one in chunks]
    places = [(order.index(span.chunk), span.first, span.last) for span in spans]
    assert places == sorted(places)
    for span in spans:
        assert 0 <= span.first < span.last <= len(by_id[span.chunk].sentences)
        assert span.text == " ".join(by_id[span.chunk].sentence(n.sentence) for n in span.sources)
    for (chunk_a, _, last), (chunk_b, first, _) in itertools.pairwise(places):
        assert chunk_a < chunk_b or last <= first


@settings(max_examples=100)
@given(PASSAGES)
def test_a_passage_that_says_something_gives_a_span(passages: Sequence[Sequence[str]]) -> None:
    chunks = [chunk(*one, number=number) for number, one in enumerate(passages)]
    spoken_for = {span.chunk for span in chosen(*chunks)}
    said = {one.id for one, of in zip(chunks, passages, strict=True) if not _is_chatter(of)}
    assert spoken_for == said


def _is_chatter(sentences: Sequence[str]) -> bool:
    return all(prose.is_filler(sentence) for sentence in sentences)
