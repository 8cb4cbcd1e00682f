"""What is chosen of a passage: all that is no chatter is offered, the most informative is taken."""

import dataclasses
import itertools
from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rag_notes.ground import prose, standalone
from rag_notes.schema import Chunk, Source
from rag_notes.write.choose import MOST_SENTENCES, MOST_WORDS, WORDS_A_SPAN, Span, choose

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
        chunks,
        clean=str,
        stands_alone=standalone.stands_alone,
        is_filler=prose.is_filler,
        informs=lambda _: True,
        weigh=words_of,
    )


def words_of(text: str) -> float:
    """How many longer words a text says, each once."""
    return float(len({word for word in text.lower().split() if len(word) > 3}))


def spoken(words: int, *, end: str = ".", first: str = "Filters") -> str:
    return " ".join([first, "store", *(f"word{at}" for at in range(words - 2))]) + end


# --- which sentences go together


def test_a_sentence_that_stands_alone_is_a_span_of_its_own() -> None:
    assert chosen(chunk(FILLER, STANDS, FILLER)) == (Span("c0001", 1, 2, STANDS, passage=STANDS),)


def test_what_a_listener_says_is_not_chosen() -> None:
    said = chunk(STANDS, NUMBER)
    words = len(STANDS.split())
    said = dataclasses.replace(said, listeners=((words, words + len(NUMBER.split())),))
    assert chosen(said) == (Span("c0001", 0, 1, STANDS, passage=STANDS),)


def test_a_sentence_that_leans_joins_the_one_before() -> None:
    (span,) = chosen(chunk(STANDS, LEANS))
    said = f"{STANDS} {LEANS}"
    assert span == Span("c0001", 0, 2, said, passage=said)
    assert span.sources == (Source("c0001", 0), Source("c0001", 1))
    assert not span.loose


@pytest.mark.parametrize("opening", ["It", "And it", "but these", "So they", "Which", "Its bits"])
def test_what_leans_may_open_with_a_conjunction(opening: str) -> None:
    (span,) = chosen(chunk(STANDS, f"{opening} cannot be taken out again."))
    assert (span.first, span.last) == (0, 2)


@pytest.mark.parametrize(
    "following",
    [
        "It is over in a second, okay?",  # a question
        "Keys are strings of the table.",  # leans on nothing
        "Thistles are no keys of the table.",  # only begins like "this"
        spoken(MOST_WORDS, first="It"),  # too long together
        "",
    ],
)
def test_what_does_not_lean_or_is_chatter_does_not_join(following: str) -> None:
    first = chosen(chunk(STANDS, *([following] if following else [])))[0]
    assert (first.first, first.last, first.text) == (0, 1, STANDS)


def test_no_more_sentences_join_than_may_be_cited() -> None:
    padding = f"{spoken(200)[:-1]}?"
    first, second = chosen(chunk(STANDS, *[LEANS] * 4, padding))
    assert (first.first, first.last) == (0, MOST_SENTENCES)
    assert (second.first, second.last, second.loose) == (MOST_SENTENCES, 5, True)


def test_chatter_between_keeps_sentences_apart() -> None:
    spans = chosen(chunk(STANDS, f"{spoken(60)[:-1]}?", "It has no room for the bits of keys."))
    assert [(span.first, span.last, span.loose) for span in spans] == [(0, 1, False), (2, 3, True)]


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
    assert len(found) == round(len(one.text.split()) / WORDS_A_SPAN)


@pytest.mark.parametrize(
    ("less", "more"),
    [
        ("Engines read the table from disk.", "Engines read the table from RocksDB."),  # a name
        ("Engines read the tables from disk.", "Engines read 16 tables from disk."),
        ("Engines keep their tables on disk.", "An engine is a keeper of tables."),
        ("Here the table is read from disk.", "Engines read the table from disk."),  # stands alone
    ],
)
def test_what_says_more_is_taken(less: str, more: str) -> None:
    for sentences in ((less, more), (more, less)):
        (span,) = chosen(chunk(*sentences))
        assert span.text == more


def test_the_text_of_a_span_is_cleaned_and_judged_so() -> None:
    spans = choose(
        [chunk("um the filter", "stores bits")],
        clean=lambda text: text.removeprefix("um ").upper(),
        stands_alone=lambda text: text == "THE FILTER",
        is_filler=lambda _: False,
        informs=lambda _: True,
        weigh=words_of,
    )
    assert [span.text for span in spans] == ["THE FILTER"]


# --- the passage around a span


def test_a_span_carries_what_is_said_around_it_without_chatter() -> None:
    spans = chosen(chunk(FILLER, STANDS, "Any questions?", LEANS, NUMBER, f"{spoken(60)[:-1]}?"))
    assert len(spans) == 3
    assert {span.passage for span in spans} == {f"{STANDS} {LEANS} {NUMBER}"}


def test_each_passage_is_its_own() -> None:
    one, two = chosen(chunk(STANDS), chunk(NUMBER, number=2))
    assert (one.passage, two.passage) == (STANDS, NUMBER)


# --- loose spans


def test_a_span_that_opens_with_what_leans_is_loose() -> None:
    one = chunk("This is that.", FILLER, LEANS, LEANS, LEANS, LEANS, FILLER, "It is so.")
    (span,) = chosen(one)
    assert span.loose
    assert (span.first, span.last) == (2, 5)
    assert span.text == " ".join([LEANS] * 3)


def test_a_loose_span_is_held_to_its_size_unless_one_sentence_is_longer() -> None:
    short, long = "This has the bits of that.", spoken(MOST_WORDS - 3, first="This")
    one, two = chosen(chunk(short, long))
    assert (one.text, two.text) == (short, long)
    (span,) = chosen(chunk(spoken(MOST_WORDS + 30, first="This")))
    assert (span.first, span.last, span.loose) == (0, 1, True)


def test_few_words_that_do_not_stand_alone_are_no_span() -> None:
    assert chosen(chunk("They keep bits there.")) == ()
    (span,) = chosen(chunk("They keep many bits there."))
    assert span.loose


def test_chatter_gives_nothing() -> None:
    assert chosen(chunk(FILLER, "Hello everyone.", "Any questions?")) == ()
    assert chosen() == ()


# --- laws

CHATTER = f"{spoken(400)[:-1]}?"  # long enough that a passage with it may have every span
SENTENCES = st.sampled_from(
    [
        STANDS,
        LEANS,
        NUMBER,
        FILLER,
        "It is so.",
        "So these stay.",
        "This one here has bits.",
        spoken(30),
        spoken(70, first="They"),
    ]
)
PASSAGES = st.lists(st.lists(SENTENCES, min_size=1, max_size=12), max_size=4)


def chosen_by(chunks: Sequence[Chunk], seed: int) -> tuple[Span, ...]:
    """Spans where what stands alone is a matter of chance."""
    return choose(
        chunks,
        clean=str,
        stands_alone=lambda text: _stands(text, seed),
        is_filler=lambda text: text in (FILLER, CHATTER),
        informs=lambda _: True,
        weigh=words_of,
    )


def _stands(text: str, seed: int) -> bool:
    return bool(seed >> len(text) % 20 & 1)


@settings(max_examples=200)
@given(PASSAGES, st.integers(0, 2**20))
def test_spans_lie_in_their_passage_in_order_and_apart(
    passages: Sequence[Sequence[str]], seed: int
) -> None:
    chunks = [chunk(*one, number=number) for number, one in enumerate(passages)]
    spans = chosen_by(chunks, seed)
    by_id = {one.id: one for one in chunks}
    order = [one.id for one in chunks]
    places = [(order.index(span.chunk), span.first, span.last) for span in spans]
    assert places == sorted(places)
    for span in spans:
        assert 0 <= span.first < span.last <= len(by_id[span.chunk].sentences)
        assert span.text == " ".join(by_id[span.chunk].sentence(n.sentence) for n in span.sources)
    for (chunk_a, _, last), (chunk_b, first, _) in itertools.pairwise(places):
        assert chunk_a < chunk_b or last <= first


@settings(max_examples=200)
@given(PASSAGES, st.integers(0, 2**20))
def test_spans_are_as_many_and_as_long_as_may_be(
    passages: Sequence[Sequence[str]], seed: int
) -> None:
    for number, one in enumerate(passages):
        passage = chunk(*one, number=number)
        spans = chosen_by([passage], seed)
        assert len(spans) <= max(1, round(len(passage.text.split()) / WORDS_A_SPAN))
        said = " ".join(text for text in one if text != FILLER)
        for span in spans:
            alone = span.last - span.first == 1
            assert span.last - span.first <= MOST_SENTENCES
            assert alone or len(span.text.split()) <= MOST_WORDS
            assert span.passage == said
            assert span.text in span.passage
            assert span.loose != _stands(one[span.first], seed)


@settings(max_examples=200)
@given(PASSAGES, st.integers(0, 2**20))
def test_every_sentence_that_is_no_chatter_is_offered_once(
    passages: Sequence[Sequence[str]], seed: int
) -> None:
    """Of one with fewer than five words that leans on nothing before, nothing can be learnt."""
    chunks = [chunk(*one, CHATTER, number=number) for number, one in enumerate(passages)]
    offered = [source for span in chosen_by(chunks, seed) for source in span.sources]
    assert len(set(offered)) == len(offered)
    for passage, sentences in zip(chunks, passages, strict=True):
        for number, text in enumerate(sentences):
            if text == FILLER:
                assert Source(passage.id, number) not in offered
            elif len(text.split()) >= 5 or _stands(text, seed):
                assert Source(passage.id, number) in offered


@settings(max_examples=100)
@given(PASSAGES)
def test_a_passage_that_says_something_gives_a_span(passages: Sequence[Sequence[str]]) -> None:
    chunks = [chunk(*one, number=number) for number, one in enumerate(passages)]
    spoken_for = {span.chunk for span in chosen(*chunks)}
    for passage, sentences in zip(chunks, passages, strict=True):
        if any(len(one.split()) >= 5 and not prose.is_filler(one) for one in sentences):
            assert passage.id in spoken_for
        if all(prose.is_filler(one) for one in sentences):
            assert passage.id not in spoken_for


def test_what_says_too_little_of_the_subject_is_no_span() -> None:
    spans = choose(
        [chunk(STANDS, NUMBER)],
        clean=str,
        stands_alone=standalone.stands_alone,
        is_filler=prose.is_filler,
        informs=lambda text: "bits of" in text,
        weigh=words_of,
    )
    assert [span.text for span in spans] == [STANDS]


@pytest.mark.parametrize("torn", ["What memory is like is.", "The filter is an array that."])
def test_a_sentence_that_a_full_stop_broke_goes_on_with_the_next(torn: str) -> None:
    (span,) = chosen(chunk(torn, "A warehouse of keys and tables."))
    assert (span.first, span.last) == (0, 2)
