import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag_notes.ground.coverage import measure_coverage
from rag_notes.schema import Block, Chunk, Citation, Claim, Page, Rejected, Section, Slides

SUBJECT = "A tokenizer maps each string to a sequence of integers and the model reads those. " * 8
LOGISTICS = "Welcome to the class, I'm your instructor, and the course has five assignments. " * 8


def speech(name: str, start: float, end: float, text: str = SUBJECT) -> Chunk:
    ends = [at for at, word in enumerate(text.split(), start=1) if word.endswith(".")]
    return Chunk(
        name, "speech", text, start, end, sentences=tuple(zip([0, *ends], ends, strict=False))
    )


def section(*claims: Claim, retrieved: tuple[str, ...] = ()) -> Section:
    return Section("3.1", "topic", "Tokens", (Block("explanation", claims),), retrieved=retrieved)


def claim(name: str, *citations: Citation, of: tuple[str, ...] = ()) -> Claim:
    return Claim(name, "Tokens are merged.", citations, 0.9, of=of)


def test_seconds_of_cited_sentences_are_counted_once() -> None:
    chunks = [speech("c1", 0, 60), speech("c2", 60, 120), speech("c3", 400, 480)]
    cite = Citation("c1", "speech", "A tokenizer", 5.0, 9.0)
    found = measure_coverage(
        [section(claim("k1", cite), claim("k2", cite))], chunks, duration=500.0
    )
    assert found.cited == pytest.approx(60 / 8 / 200)  # one of the eight sentences of c1
    assert [(w.start, w.end, w.claims) for w in found.windows] == [(0, 300, 2), (300, 500, 0)]
    assert found.windows[0].reason is None


def test_a_sentence_is_as_long_as_its_words_take() -> None:
    times = ((0.0, 1.0), (1.0, 2.0), (50.0, 52.0), (52.0, 60.0))
    chunk = Chunk(
        "c1", "speech", "One two. Three four.", 0, 60, sentences=((0, 2), (2, 4)), times=times
    )
    cite = Citation("c1", "speech", "Three", 50.0, 52.0)
    found = measure_coverage([section(claim("k1", cite))], [chunk])
    assert found.cited == pytest.approx(10 / 12)  # the pause between them is no sentence's


@given(
    st.lists(st.sampled_from([SUBJECT, LOGISTICS, "Okay. Yes. " * 30, "Okay."]), max_size=6),
    st.lists(st.integers(0, 5)),
    st.integers(0, 2000),
    st.lists(st.sampled_from(["", "Thank you", "Part two", "All about " + SUBJECT]), max_size=3),
)
def test_what_no_claim_cites_has_a_reason(
    texts: list[str], cited: list[int], duration: int, pages: list[str]
) -> None:
    chunks = [speech(f"c{n}", 100 * n, 100 * n + 90, text) for n, text in enumerate(texts)]
    claims = [
        claim(f"k{at}", Citation(f"c{n}", "speech", texts[n].split()[0], 100.0 * n, 100.0 * n + 1))
        for at, n in enumerate(cited)
        if n < len(texts)
    ]
    slides = Slides(tuple(Page(n, text) for n, text in enumerate(pages, start=1)))
    found = measure_coverage([section(*claims)], chunks, slides, duration=float(duration))
    assert 0 <= found.cited <= 1
    assert (found.cited > 0) == bool(claims)
    for window in found.windows:
        assert bool(window.claims) != bool(window.reason)
    for page in found.pages:
        assert bool(page.claims) != bool(page.reason)
    if texts:
        assert found.windows[-1].end >= max(chunk.end or 0.0 for chunk in chunks)


@pytest.mark.parametrize(
    ("text", "rejected", "reason"),
    [
        (SUBJECT, True, "no statement passed the checks"),
        (SUBJECT, False, "no statement was made of it"),
        (LOGISTICS, True, "introductions and logistics"),
        ("Okay. Yes. " * 30, False, "no full statement was said"),
        ("Okay.", False, "silence"),
    ],
)
def test_an_empty_window_has_a_reason(text: str, rejected: bool, reason: str) -> None:
    chunks = [speech("c1", 0, 250, text)]
    out = [Rejected("x", "3.1", "why")] if rejected else []
    found = measure_coverage([section(retrieved=("c1",))], chunks, duration=300, rejected=out)
    assert [window.reason for window in found.windows] == [reason]


def test_a_stretch_without_passages_is_silence() -> None:
    found = measure_coverage([], [speech("c1", 0, 60)], duration=900)
    assert [window.reason for window in found.windows][1:] == ["silence", "silence"]


def test_untimed_speech_is_counted_in_words_and_paragraphs() -> None:
    chunks = [Chunk(f"c{n}", "speech", "one two three four", paragraph=n) for n in range(1, 11)]
    cite = Citation("c2", "speech", "one two", paragraph=2)
    found = measure_coverage([section(claim("k1", cite))], chunks)
    assert not found.timed
    assert found.cited == pytest.approx(0.1)
    assert [(w.start, w.end, w.claims) for w in found.windows] == [(1, 8, 1), (9, 10, 0)]


def test_restatements_do_not_count() -> None:
    cite = Citation("c1", "speech", "A tokenizer", 5.0, 9.0)
    found = measure_coverage([section(claim("k1", cite, of=("k0",)))], [speech("c1", 0, 60)])
    assert found.cited == 0
    assert found.windows[0].claims == 0


def test_pages_say_why_nothing_cites_them() -> None:
    slides = Slides(
        (
            Page(1, "Bloom Filters\nA short lecture"),
            Page(2, "An array of m bits and k hash functions, all 0 at the start"),
            Page(3, " "),
            Page(4, "A long page about hash functions that nobody chose to cite"),
            Page(5, "Part two"),
            Page(6, "Thank you!"),
        )
    )
    cite = Citation("c9", "slide", "An array", page=2)
    over = Citation("c1", "speech", "A tokenizer", 5.0, 9.0, page=4)
    found = measure_coverage([section(claim("k1", cite, over))], [speech("c1", 0, 60)], slides)
    assert [(page.claims, page.reason) for page in found.pages] == [
        (0, "title page"),
        (1, None),
        (0, "no text"),
        (0, "not cited"),
        (0, "heading only"),
        (0, "closing page"),
    ]


def test_an_empty_lecture_is_covered_by_nothing() -> None:
    found = measure_coverage([], [])
    assert found.cited == 0
    assert found.windows == ()
