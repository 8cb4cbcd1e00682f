"""The program's own sentences in notes.md, in the languages that we have them in.

As templates: whoever reads notes.md back knows them by the list NOTICES. Headings, the mini-outline
and the mark of what was heard unclearly are English in every language: programs look for them.
"""

from collections.abc import Callable, Mapping
from typing import TypeAlias

Say: TypeAlias = Callable[[str], str]

MADE_FROM = (
    "Made by rag-notes {version} from {files}. "
    "Speech: {transcriber}. Search: {embedder}. Writing: {llm}."
)
HOW_TO_READ = (
    "Each statement is followed by the place that says it: a moment of the recording "
    "(hours:minutes:seconds), a slide page (p.) or a paragraph of the transcript (¶)."
)
UNCLEAR = "(heard unclearly)"
HOW_TO_READ_UNCLEAR = (
    "Where (heard unclearly) follows, the words that say it may have been misheard: listen before "
    "you rely on it."
)
QUESTION = "Your question: {query}"
ASKED = "Your instruction: {query}"
READ_AS = "Read as: {reading}"
NOT_ANSWERED = "The lecture does not answer this question."
NEAREST = "The closest passages:"
MINI_OUTLINE = "**Mini-outline**"
NOTHING = "Nothing could be written here that the lecture supports."
CITED_SECONDS = "The sentences that these notes cite hold {share} % of the speaking time."
CITED_WORDS = "The sentences that these notes cite hold {share} % of the words spoken."
BY_WORDS = (
    "No text encoder here knows the language of this lecture: passages were found by their words "
    "more than by their meaning."
)
WINDOWS_LEFT_OUT = "Parts of the lecture that no statement cites:"
PAGES_LEFT_OUT = "Slide pages that no statement cites:"
REJECTED = (
    "Statements that were written and then rejected: {count}. The lecture does not support them as "
    "worded; they are listed so that nothing is hidden, not to be learned."
)
STEERED = (
    "Statements that the lecture supports and that your instruction leaves out: {count}. They are "
    "listed so that you know what there is."
)
STEERED_AWAY = "Left out, as your instruction asks."
TRANSLATED = (
    "Translated sentence by sentence; of {count} statements {kept} stayed in the lecture's "
    'language, where a number, a name or a "not" was lost or the translation failed. Quotes, '
    "terms and headings stay as they are."
)
CORRECTED = (
    "Words that the notes read as the slides spell them. The transcript and the quotes keep what "
    "was heard."
)

# The part that says what is missing; what it lists is not a statement of the notes.
LEFT_OUT_HEADING = "## What these notes leave out"

_TRANSLATIONS: Mapping[str, Mapping[str, str]] = {
    "de": {
        MADE_FROM: (
            "Erstellt von rag-notes {version} aus {files}. Sprache: {transcriber}. Suche: "
            "{embedder}. Text: {llm}."
        ),
        HOW_TO_READ: (
            "Auf jede Aussage folgt die Stelle, die sie sagt: ein Moment der Aufnahme "
            "(Stunden:Minuten:Sekunden), eine Folienseite (p.) oder ein Absatz des Transkripts "
            "(¶)."
        ),
        HOW_TO_READ_UNCLEAR: (
            "Wo (heard unclearly) folgt, können die Worte falsch verstanden worden sein: vor "
            "Gebrauch nachhören."
        ),
        QUESTION: "Ihre Frage: {query}",
        ASKED: "Ihre Anweisung: {query}",
        READ_AS: "Gelesen als: {reading}",
        NOT_ANSWERED: "Die Vorlesung beantwortet diese Frage nicht.",
        NEAREST: "Die nächstliegenden Stellen:",
        NOTHING: "Hier konnte nichts geschrieben werden, was die Vorlesung belegt.",
        CITED_SECONDS: (
            "Die Sätze, die diese Notizen zitieren, machen {share} % der Sprechzeit aus."
        ),
        CITED_WORDS: (
            "Die Sätze, die diese Notizen zitieren, machen {share} % der gesprochenen Wörter aus."
        ),
        WINDOWS_LEFT_OUT: "Teile der Vorlesung, die keine Aussage zitiert:",
        PAGES_LEFT_OUT: "Folienseiten, die keine Aussage zitiert:",
        REJECTED: (
            "Aussagen, die geschrieben und dann verworfen wurden: {count}. Die Vorlesung belegt "
            "sie so nicht; sie stehen hier, damit nichts verborgen bleibt, nicht zum Lernen."
        ),
        CORRECTED: (
            "Wörter, die die Notizen so lesen, wie die Folien sie schreiben. Transkript und "
            "Zitate bleiben, wie gehört."
        ),
        STEERED: (
            "Aussagen, die die Vorlesung belegt und die Ihre Anweisung weglässt: {count}. Sie "
            "stehen hier, damit bekannt ist, was es gibt."
        ),
        STEERED_AWAY: "Weggelassen, wie Ihre Anweisung es verlangt.",
        TRANSLATED: (
            "Satz für Satz übersetzt; von {count} Aussagen blieben {kept} in der Sprache der "
            "Vorlesung, wo eine Zahl, ein Name oder ein „nicht“ verloren ging oder die "
            "Übersetzung misslang. Zitate, Fachwörter und Überschriften bleiben, wie sie sind."
        ),
    },
    "fr": {
        MADE_FROM: (
            "Fait par rag-notes {version} à partir de {files}. Parole : {transcriber}. Recherche "
            ": {embedder}. Rédaction : {llm}."
        ),
        HOW_TO_READ: (
            "Chaque énoncé est suivi de l'endroit qui le dit : un moment de l'enregistrement "
            "(heures:minutes:secondes), une page de diapositives (p.) ou un paragraphe de la "
            "transcription (¶)."
        ),
        HOW_TO_READ_UNCLEAR: (
            "Là où suit (heard unclearly), les mots ont pu être mal entendus : écoutez avant de "
            "vous y fier."
        ),
        QUESTION: "Votre question : {query}",
        ASKED: "Votre consigne : {query}",
        READ_AS: "Lu comme : {reading}",
        NOT_ANSWERED: "Le cours ne répond pas à cette question.",
        NEAREST: "Les passages les plus proches :",
        NOTHING: "Rien n'a pu être écrit ici que le cours appuie.",
        CITED_SECONDS: (
            "Les phrases que ces notes citent représentent {share} % du temps de parole."
        ),
        CITED_WORDS: "Les phrases que ces notes citent représentent {share} % des mots prononcés.",
        WINDOWS_LEFT_OUT: "Parties du cours qu'aucun énoncé ne cite :",
        PAGES_LEFT_OUT: "Diapositives qu'aucun énoncé ne cite :",
        REJECTED: (
            "Énoncés écrits puis rejetés : {count}. Le cours ne les appuie pas sous cette forme ;"
            " ils sont listés pour que rien ne soit caché, non pour être appris."
        ),
        CORRECTED: (
            "Mots que les notes lisent comme les diapositives les écrivent. La transcription et "
            "les citations gardent ce qui a été entendu."
        ),
        STEERED: (
            "Énoncés que le cours appuie et que votre consigne écarte : {count}. Ils sont listés "
            "pour que vous sachiez ce qui existe."
        ),
        STEERED_AWAY: "Écarté, comme le demande votre consigne.",
        TRANSLATED: (
            "Traduit phrase par phrase ; sur {count} énoncés, {kept} sont restés dans la langue "
            "du cours, là où un nombre, un nom ou une négation se perdait ou que la traduction a "
            "échoué. Citations, termes et titres restent tels quels."
        ),
    },
    "es": {
        MADE_FROM: (
            "Hecho por rag-notes {version} a partir de {files}. Voz: {transcriber}. Búsqueda: "
            "{embedder}. Redacción: {llm}."
        ),
        HOW_TO_READ: (
            "A cada afirmación le sigue el lugar que la dice: un momento de la grabación "
            "(horas:minutos:segundos), una página de diapositivas (p.) o un párrafo de la "
            "transcripción (¶)."
        ),
        HOW_TO_READ_UNCLEAR: (
            "Donde sigue (heard unclearly), las palabras pudieron oírse mal: escuche antes de "
            "fiarse."
        ),
        QUESTION: "Su pregunta: {query}",
        ASKED: "Su instrucción: {query}",
        READ_AS: "Leído como: {reading}",
        NOT_ANSWERED: "La clase no responde a esta pregunta.",
        NEAREST: "Los pasajes más cercanos:",
        NOTHING: "Aquí no se pudo escribir nada que la clase respalde.",
        CITED_SECONDS: "Las frases que citan estos apuntes ocupan el {share} % del tiempo hablado.",
        CITED_WORDS: (
            "Las frases que citan estos apuntes contienen el {share} % de las palabras dichas."
        ),
        WINDOWS_LEFT_OUT: "Partes de la clase que ninguna afirmación cita:",
        PAGES_LEFT_OUT: "Diapositivas que ninguna afirmación cita:",
        REJECTED: (
            "Afirmaciones escritas y luego rechazadas: {count}. La clase no las respalda tal como"
            " están; se listan para no ocultar nada, no para aprenderlas."
        ),
        CORRECTED: (
            "Palabras que los apuntes leen como las escriben las diapositivas. La transcripción y"
            " las citas conservan lo que se oyó."
        ),
        STEERED: (
            "Afirmaciones que la clase respalda y que su instrucción omite: {count}. Se listan "
            "para que sepa qué hay."
        ),
        STEERED_AWAY: "Omitido, como pide su instrucción.",
        TRANSLATED: (
            "Traducido frase por frase; de {count} afirmaciones, {kept} quedaron en el idioma de "
            "la clase, donde se perdía un número, un nombre o una negación o falló la traducción."
            " Citas, términos y títulos quedan como están."
        ),
    },
}

# Every notice in every language, to know them by.
NOTICES = (
    MADE_FROM,
    HOW_TO_READ,
    UNCLEAR,
    HOW_TO_READ_UNCLEAR,
    QUESTION,
    ASKED,
    READ_AS,
    NOT_ANSWERED,
    NEAREST,
    MINI_OUTLINE,
    NOTHING,
    CITED_SECONDS,
    CITED_WORDS,
    BY_WORDS,
    WINDOWS_LEFT_OUT,
    PAGES_LEFT_OUT,
    REJECTED,
    CORRECTED,
    STEERED,
    STEERED_AWAY,
    TRANSLATED,
    *(text for texts in _TRANSLATIONS.values() for text in texts.values()),
)


def in_language(language: str) -> Say:
    """What gives a notice in `language` (ISO 639-1), in English where we do not have it."""
    texts = _TRANSLATIONS.get(language.partition("-")[0].lower(), {})
    return lambda notice: texts.get(notice, notice)
