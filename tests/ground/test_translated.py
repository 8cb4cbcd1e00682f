"""What a translation may not lose: numbers, names, denials; and that it is one."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag_notes.ground.languages import LANGUAGES
from rag_notes.ground.translated import knows, lost, names_in
from rag_notes.write import steer, translate

NAMES = frozenset({"Bloom", "Google"})


def fault(original: str, translation: str, target: str = "de", source: str = "en") -> str | None:
    return lost(original, translation, source=source, target=target, names=NAMES)


KEYS = "A Bloom filter stores bits and no keys at all."
RATE = "With 10 bits per element and 7 hash functions, the rate is 0.8 percent."
COST = "GPT-4 has 1.8 trillion parameters and cost $100 million to train."

GOOD = [
    (KEYS, "Ein Bloom-Filter speichert Bits und keine Schlüssel.", "de"),
    (KEYS, "Un filtre de Bloom stocke des bits et aucune clé.", "fr"),
    (KEYS, "Un filtro de Bloom almacena bits y no las claves.", "es"),
    (KEYS, "Un filtro di Bloom memorizza i bit e nessuna chiave.", "it"),
    (KEYS, "Um filtro de Bloom guarda bits e nenhuma chave.", "pt"),
    (KEYS, "Een Bloom-filter bewaart bits en geen sleutels.", "nl"),
    (RATE, "Mit 10 Bits pro Element und 7 Hashfunktionen ist die Rate 0,8 Prozent.", "de"),
    (RATE, "Avec 10 bits par élément et 7 fonctions, le taux est de 0,8 pour cent.", "fr"),
    (RATE, "Con 10 bits por elemento y 7 funciones, la tasa es del 0.8 %.", "es"),
    (COST, "GPT-4 hat 1,8 Billionen Parameter und kostete 100 Millionen Dollar.", "de"),
    (COST, "GPT-4 tem 1,8 trilhão de parâmetros e custou 100 milhões de dólares.", "pt"),
    ("It has seven billion weights.", "Il a sept milliards de poids.", "fr"),
    ("It has 7B weights.", "Es hat 7B Gewichte und ist groß.", "de"),
    ("A sample of 12,000 words is enough.", "Eine Probe von 12.000 Wörtern ist genug.", "de"),
    ("Deletion is impossible.", "Das Löschen ist nicht möglich.", "de"),
    ("The model fails to converge.", "Das Modell konvergiert nicht.", "de"),
    ("What does the filter not store?", "Was speichert der Filter nicht?", "de"),
    ("Hash Functions", "Hashfunktionen", "de"),
    ("Bloom Filters", "Bloom-Filter", "de"),
    ("Bloom described it.", "Bloom beschrieb es und das ist gut.", "de"),
    ("The H100 has 80GB of memory.", "Die H100 hat einen Speicher von 80 GB.", "de"),
    ("2^10 is 1024.", "2^10 ist die Zahl 1024.", "de"),
    ("Explain Model Parallelism.", "Erkläre die Modellparallelität.", "de"),
    ("The basic idea is simple.", "L'idée de base est simple.", "fr"),
    ("Google released a model.", "Google a publié un modèle.", "fr"),
]


@pytest.mark.parametrize(("original", "translation", "target"), GOOD)
def test_a_faithful_translation_passes(original: str, translation: str, target: str) -> None:
    assert fault(original, translation, target) is None


@pytest.mark.parametrize(
    ("original", "translation", "target", "reason"),
    [
        (KEYS, "Ein Bloom-Filter speichert Bits und Schlüssel.", "de", 'denial "no"'),
        ("A filter stores keys.", "Ein Filter speichert keine Schlüssel.", "de", "keine"),
        (RATE, "Mit 10 Bits und 7 Hashfunktionen pro Element ist die Rate 8 Prozent.", "de", "0.8"),
        (RATE, "Mit 10 Bits pro Element und 7 Hashfunktionen ist die Rate 0,8.", "de", "percent"),
        (RATE, "Mit 10 Bits pro Element und Hashfunktionen ist die Rate 0,8 Prozent.", "de", "7"),
        ("It has 7 billion weights.", "Es hat 7 Billionen Gewichte.", "de", "7 billion"),
        ("It has 7 million weights.", "Il a 7 milliards de poids.", "fr", "7 million"),
        ("It takes 1.5 seconds.", "Es dauert 1.500 Sekunden und ist gut.", "de", "1.5"),
        ("It takes a few seconds.", "Es dauert 5 Sekunden und ist gut.", "de", "5"),
        ("There are three steps.", "Es gibt zwei Schritte und die sind gut.", "de", "three"),
        ("Burton Bloom described it.", "Burton Blume beschrieb es.", "de", "Bloom"),
        ("Bloom described it in 1970.", "Die Blüte beschrieb es im Jahr 1970.", "de", "Bloom"),
        ("They released a model.", "Google a publié un modèle dans le monde.", "fr", "Google"),
        ("A filter stores all keys.", "A filter stores all keys.", "de", "not translated"),
        ("A filter stores all keys.", "The sieve keeps what it is given.", "de", "language"),
        ("A filter stores all the keys.", "Der Filter speichert 键.", "de", "script"),
        ("What is a key?", "Der Schlüssel ist ein Wort.", "de", "question"),
        ("A filter stores keys.", "Ja.", "de", "too long or too short"),
        (
            "A key.",
            "Der Schlüssel ist das, was in der Tabelle mit dem Wert steht.",
            "de",
            "too long",
        ),
        ("A filter stores keys.", " ", "de", "nothing"),
        ("A filter stores keys.", "Filtr przechowuje klucze.", "pl", "not known"),
    ],
)
def test_what_is_lost_or_added_is_named(
    original: str, translation: str, target: str, reason: str
) -> None:
    assert reason in str(fault(original, translation, target))


def test_sentences_of_another_language_are_held_to_the_same() -> None:
    said = "Der Filter hat 7 Milliarden Bits und keine Schlüssel."
    good = "The filter has 7 billion bits and no keys."
    assert fault(said, good, target="en", source="de") is None
    assert "7 Milliarden" in str(
        fault(said, good.replace("billion", "million"), target="en", source="de")
    )
    assert "denial" in str(fault(said, good.replace("no ", "all "), target="en", source="de"))


def test_names_are_told_by_their_capital_inside_a_sentence() -> None:
    assert names_in(["Space is what Bloom saved.", "Hash Functions"]) == {"Bloom"}


def test_the_languages_of_all_stages_are_the_same() -> None:
    assert set(LANGUAGES) == set(translate.NAMES) == set(steer.LANGUAGES)
    assert [names[0] for names in steer.LANGUAGES.values()] == list(translate.NAMES.values())
    assert knows("de")
    assert not knows("und")


SCALES = {"de": "Millionen", "fr": "millions de", "es": "millones de", "nl": "miljoen"}
SENTENCES = {
    "de": "Das Modell hat {} Gewichte und ist gut.",
    "fr": "Le modèle a {} poids et il est bon.",
    "es": "El modelo tiene {} pesos y es bueno.",
    "nl": "Het model heeft {} gewichten en is goed.",
}


@given(
    st.sampled_from(sorted(SENTENCES)), st.decimals(2, 900, places=1), st.decimals(2, 900, places=1)
)
def test_a_number_passes_only_as_itself(language: str, one: object, two: object) -> None:
    original = f"The model has {one} million weights and is good."
    told = SENTENCES[language].format(f"{two} {SCALES[language]}".replace(".", ","))
    assert (fault(original, told, language) is None) == (one == two)


@given(st.sampled_from([one for one in GOOD if " no " in one[0] or " not " in one[0]]))
def test_a_denial_is_lost_where_its_words_are(example: tuple[str, str, str]) -> None:
    original, translation, target = example
    bare = LANGUAGES[target].denies.sub("alle", translation)
    assert bare != translation
    assert "denial" in str(fault(original, bare, target))
