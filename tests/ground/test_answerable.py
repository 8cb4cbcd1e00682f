"""Signs of an answer add up; stretches are short, whole and apart."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag_notes.ground.answerable import (
    Signs,
    Stretch,
    best_stretches,
    likelihood,
    rarity,
    share_said,
)
from rag_notes.ground.sentences import embed_sentences
from rag_notes.schema import Chunk, Source
from rag_notes.search.embed import HashEmbedder

share = st.floats(0, 1)
cosine = st.floats(-1, 1)


@given(share, cosine, share, st.floats(0, 0.5))
def test_more_of_a_sign_is_more_likely(
    said: float, near: float, likely: float, more: float
) -> None:
    before = likelihood(Signs(said, near, likely))
    assert 0 <= before <= 1
    assert likelihood(Signs(said + more, near, likely)) >= before
    assert likelihood(Signs(said, near + more, likely)) >= before
    assert likelihood(Signs(said, near, min(1.0, likely + more))) >= before


def test_no_sign_alone_makes_an_answer() -> None:
    assert likelihood(Signs(0.0, 0.2, 0.9)) < 0.5
    assert likelihood(Signs(0.3, 0.55, 0.1)) < 0.5
    assert likelihood(Signs(0.6, 0.65, 0.8)) > 0.9


def test_without_a_shared_word_there_is_no_hope() -> None:
    assert likelihood(Signs(0.0)) < 0.03
    assert likelihood(Signs(0.0, 0.1)) < 0.03


def passage(name: str, sentences: list[str]) -> Chunk:
    ends = list(itertools.accumulate(len(one.split()) for one in sentences))
    spans = tuple(zip([0, *ends], ends, strict=False))
    return Chunk(name, "speech", " ".join(sentences), paragraph=1, sentences=spans)


def stretches(passages: list[list[str]], question: str, most: int) -> tuple[Stretch, ...]:
    embedder = HashEmbedder()
    chunks = [passage(f"c{n}", sentences) for n, sentences in enumerate(passages)]
    return best_stretches(
        embedder.embed_query(question)[0],
        embed_sentences(chunks, embedder),
        shares={chunk.id: 0.1 for chunk in chunks},
        weights=rarity(question, chunks),
        most=most,
    )


word = st.sampled_from("bit filter hash key array disk read cache set query insert slow".split())
sentence = st.lists(word, min_size=1, max_size=40).map(lambda words: f"{' '.join(words)}.")


@given(st.lists(st.lists(sentence, min_size=1, max_size=6), min_size=1, max_size=4))
def test_stretches_do_not_overlap_and_hold_their_core(passages: list[list[str]]) -> None:
    found = stretches(passages, "Which bits does the filter set?", 4)
    taken = [source for one in found for source in one.sources]
    assert len(set(taken)) == len(taken)
    for one in found:
        assert one.core in one.sources
        assert {source.chunk for source in one.sources} == {one.core.chunk}
        numbers = [source.sentence for source in one.sources]
        assert numbers == list(range(numbers[0], numbers[-1] + 1))
        said = [passages[int(source.chunk[1:])][source.sentence] for source in one.sources]
        assert one.text == " ".join(said)


def test_a_short_sentence_is_read_with_its_neighbours() -> None:
    around = [["The rate is high.", "It is nine percent of them.", "That is a lot to pay."]]
    (one,) = stretches(around, "What is nine percent?", 1)
    assert [source.sentence for source in one.sources] == [0, 1, 2]


def test_a_rare_word_of_the_question_leads_to_its_passage() -> None:
    common = [["The filter has a filter of bits."]] * 6
    found = stretches([*common, ["Deletion harms the bits of others."]], "filter deletion", 1)
    assert found[0].core == Source("c6", 0)


@pytest.mark.parametrize(("best", "said"), [([], 0.0), (["rare"], 1.0)])
def test_the_share_said_is_of_the_rare_words(best: list[str], said: float) -> None:
    chunks = [passage(f"c{n}", ["Common words stand here."]) for n in range(9)]
    weights = rarity("a rare question", [*chunks, passage("c9", ["A rare question is asked."])])
    found = [passage("x", [f"{word} question"]) for word in best]
    assert share_said(weights, found) == pytest.approx(said)
    assert sum(weights.values()) == pytest.approx(1.0)
