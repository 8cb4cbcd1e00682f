"""The language of a question, told by script and small words; doubt is for English or none."""

import pytest

from rag_notes.write.language import NAMES, language_of


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("What is a Bloom filter?", "en"),
        ("Was ist ein Bloom-Filter?", "de"),
        ("Warum kann man nicht löschen?", "de"),
        ("Qu'est-ce qu'un filtre de Bloom ?", "fr"),
        ("¿Qué es un filtro de Bloom?", "es"),
        ("Che cos'è un filtro di Bloom?", "it"),
        ("O que é um filtro de Bloom?", "pt"),
        ("Wat is een Bloom-filter?", "nl"),
        ("Co to jest filtr Blooma?", "pl"),
        ("Что такое фильтр Блума?", "ru"),
        ("Τι είναι το φίλτρο Bloom;", "el"),
        ("什么是布隆过滤器?", "zh"),
        ("ブルームフィルタとは何ですか?", "ja"),
        ("블룸 필터란 무엇입니까?", "ko"),
    ],
)
def test_a_language_is_told(text: str, language: str) -> None:
    assert language_of(text) == language
    assert language in NAMES


@pytest.mark.parametrize("text", ["DPO?", "", "transformer die size", "12:30", "Explain softmax"])
def test_what_has_no_small_words_tells_nothing(text: str) -> None:
    assert language_of(text) is None


@pytest.mark.parametrize(
    "text", ["What is the Die of a GPU?", "Why does la place matter?", "How is an Über set?"]
)
def test_foreign_words_do_not_make_an_english_question_foreign(text: str) -> None:
    assert language_of(text) == "en"
