import numpy as np
import pytest

from rag_notes.search.keywords import Keywords


def first(texts: list[str], language: str, query: str) -> int:
    """Place of the best text; -1 where none has a word of the query."""
    scores = Keywords(texts, [language] * len(texts)).scores(query)
    return int(scores.argmax()) if scores.any() else -1


@pytest.mark.parametrize(
    ("language", "texts", "query"),
    [
        ("en", ["A red bicycle.", "Tokens are merged."], "merging a token"),
        ("de", ["Das Fahrrad ist rot.", "Die Häuser stehen leer."], "das Haus"),
        ("de-AT", ["Das Fahrrad ist rot.", "Die Häuser stehen leer."], "das Haus"),
        ("nb", ["En rød sykkel.", "Nevrale nettverkene trenes."], "nettverk"),
        ("fr", ["Un vélo rouge.", "Voici la démonstration."], "démonstrations"),
        ("ru", ["Красный велосипед.", "Нейронные сети обучаются."], "нейронная сеть"),
        ("pl", ["Czerwony rower.", "Sieci neuronowe."], "sieci"),
        ("zh", ["我们讨论自行车。", "神经网络的训练很慢。"], "神经网络"),
        ("ja", ["自転車は赤い。", "ニューラルネットワークを学習する。"], "ネットワーク"),
        ("th", ["จักรยานสีแดง", "โครงข่ายประสาทเทียม"], "โครงข่าย"),
        ("xx", ["one thing", "another matter"], "matter"),
    ],
)
def test_words_are_found_in_each_language(language: str, texts: list[str], query: str) -> None:
    assert first(texts, language, query) == 1


@pytest.mark.parametrize(
    ("language", "query"), [("en", "it is the"), ("de", "das ist die"), ("en", ""), ("zh", "？")]
)
def test_stop_words_alone_find_nothing(language: str, query: str) -> None:
    assert first(["it is the one", "das ist die"], language, query) == -1


@pytest.mark.parametrize("texts", [[], [""], ["the", "of"]])
def test_nothing_can_be_indexed(texts: list[str]) -> None:
    assert not Keywords(texts, ["en"] * len(texts)).scores("anything").any()


def test_each_text_is_read_in_its_own_language_and_a_query_in_all() -> None:
    keywords = Keywords(["two houses", "zwei Häuser", "ein Rad"], ["en", "de", "de"])
    assert np.flatnonzero(keywords.scores("Haus")).tolist() == [1]
    assert np.flatnonzero(keywords.scores("house")).tolist() == [0]


def test_a_word_said_twice_in_a_query_counts_once() -> None:
    keywords = Keywords(["a chain", "oil"], ["en", "en"])
    assert np.allclose(keywords.scores("chain chain"), keywords.scores("chain"))


def test_latin_words_within_a_script_without_blanks_stay_whole() -> None:
    assert first(["训练模型", "用PyTorch训练"], "zh", "pytorch") == 1
