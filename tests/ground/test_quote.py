import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag_notes.ground.quote import cite, sentence_text
from rag_notes.schema import Chunk, Source


def passage(name: str, *sentences: str, page: int | None = None) -> Chunk:
    spans: list[tuple[int, int]] = []
    for sentence in sentences:
        first = spans[-1][1] if spans else 0
        spans.append((first, first + len(sentence.split())))
    words = spans[-1][1]
    return Chunk(
        name,
        "slide" if page else "speech",
        "  ".join(sentences),
        None if page else 100.0,
        None if page else 100.0 + words,
        page=page,
        sentences=tuple(spans),
        times=() if page else tuple((100.0 + at, 100.5 + at) for at in range(words)),
    )


ONE = passage(
    "c0001",
    "Okay, so let us start.",
    "We split text into bytes, and after that we merge the most common pair of adjacent tokens.",
    "The vocabulary then holds fifty thousand entries.",
    "Any questions?",
)
TWO = passage("c0002", "GPT-2 used this in 2019.", page=7)
CHUNKS = {"c0001": ONE, "c0002": TWO}


def test_the_quote_is_the_clause_that_says_it_with_its_times() -> None:
    (one,) = cite("The most common pair of tokens is merged.", [Source("c0001", 1)], CHUNKS)
    assert one.quote == "and after that we merge the most common pair of adjacent tokens."
    words = ONE.text.split()
    at = words.index("and")
    assert (one.start, one.end) == (ONE.times[at][0], ONE.times[at + 11][1])


def test_sentences_that_touch_are_one_citation() -> None:
    claim = "Pairs of adjacent tokens are merged until the vocabulary holds 50,000 entries."
    (one,) = cite(claim, [Source("c0001", 2), Source("c0001", 1)], CHUNKS)
    assert "adjacent tokens. The vocabulary" in one.quote
    assert "fifty thousand entries" in one.quote


def test_a_source_that_adds_nothing_is_dropped_but_one_stays() -> None:
    sources = [Source("c0001", 0), Source("c0001", 1), Source("c0001", 3)]
    assert len(cite("Adjacent tokens are merged.", sources, CHUNKS)) == 1
    assert len(cite("Nothing of this was said.", sources, CHUNKS)) == 1


def test_a_slide_is_cited_by_page_without_times() -> None:
    one, two = cite(
        "GPT-2 merged pairs of tokens in 2019.", [Source("c0001", 1), Source("c0002", 0)], CHUNKS
    )
    assert (one.kind, two.kind, two.page, two.start, two.end) == ("speech", "slide", 7, None, None)
    assert two.quote == "GPT-2 used this in 2019."


def test_untimed_speech_keeps_its_paragraph_and_no_times() -> None:
    chunk = Chunk("c0009", "speech", "Tokens are merged.", paragraph=4, sentences=((0, 3),))
    (one,) = cite("Tokens are merged.", [Source("c0009", 0)], {"c0009": chunk})
    assert (one.paragraph, one.start, one.end) == (4, None, None)


def test_unknown_sources_are_passed_over() -> None:
    sources = [Source("c9999", 0), Source("c0001", 99), Source("c0001", -1)]
    assert cite("Tokens are merged.", sources, CHUNKS) == ()


TEXT = "the we merge, tokens. bytes 50 fifty thousand and pair of GPT-2 model not"
WORDS = st.sampled_from(sorted(set(TEXT.split())))


@given(
    st.lists(
        st.lists(st.lists(WORDS, min_size=1, max_size=50), min_size=1, max_size=4),
        min_size=1,
        max_size=5,
    ),
    st.lists(WORDS, min_size=1, max_size=15),
    st.lists(st.tuples(st.integers(0, 5), st.integers(0, 4)), max_size=6),
)
def test_every_citation_is_verbatim_short_and_in_time(
    passages: list[list[list[str]]], claim: list[str], picks: list[tuple[int, int]]
) -> None:
    chunks = {
        f"c{at}": passage(f"c{at}", *(" ".join(words) for words in sentences))
        for at, sentences in enumerate(passages)
    }
    sources = [Source(f"c{chunk}", sentence) for chunk, sentence in picks]
    known = [
        s for s in sources if s.chunk in chunks and s.sentence < len(chunks[s.chunk].sentences)
    ]
    citations = cite(" ".join(claim), sources, chunks)
    assert bool(citations) == bool(known)
    assert len(citations) <= 3
    for one in citations:
        chunk = chunks[one.chunk]
        assert one.quote in " ".join(chunk.text.split())
        assert 1 <= len(one.quote.split()) <= 30
        assert any(
            set(one.quote.split()) & set(sentence_text(chunk, source.sentence).split())
            for source in known
            if source.chunk == one.chunk
        )
        assert one.start is not None
        assert one.end is not None
        assert chunk.times[0][0] <= one.start < one.end <= chunk.times[-1][1]


def heard(text: str, doubtful: str) -> dict[str, Chunk]:
    """One passage of one sentence with doubtful words."""
    words = text.split()
    marks = [(at, at + 1) for at, word in enumerate(words) if word in doubtful.split()]
    chunk = Chunk("c1", "speech", text, sentences=((0, len(words)),), doubtful=tuple(marks))
    return {"c1": chunk}


@pytest.mark.parametrize(
    ("claim", "text", "doubtful", "confidence"),
    [
        ("Tokens are merged.", "then the tokens are merged again", "", None),
        ("Tokens are merged.", "then the tokens are merged again", "then again", None),
        ("Tokens are merged.", "then the tokens are merged again", "tokens", 0.5),
        ("Tokens are merged.", "then the tokens are merged again", "tokens merged", 0.0),
        ("Tokens are merged.", "the tokens yes the Tokens are merged", "tokens", None),
        ("The rate is 205 a step.", "the rate is two hundred five a step", "five", 0.0),
        ("Nothing of it.", "so we go on", "so we", 0.5),
    ],
)
def test_confidence_is_said_where_the_words_that_carry_the_claim_are_doubtful(
    claim: str, text: str, doubtful: str, confidence: float | None
) -> None:
    (one,) = cite(claim, [Source("c1", 0)], heard(text, doubtful))
    assert one.confidence == confidence
    assert one.quote in text


@given(st.lists(st.sampled_from("a tokens merge 7 seven are".split()), min_size=1), st.data())
def test_confidence_is_a_share_and_low(words: list[str], data: st.DataObject) -> None:
    doubtful = data.draw(st.lists(st.sampled_from(words)))
    (one,) = cite("7 tokens merge.", [Source("c1", 0)], heard(" ".join(words), " ".join(doubtful)))
    assert one.confidence is None or (0 <= one.confidence <= 0.5 and doubtful)
