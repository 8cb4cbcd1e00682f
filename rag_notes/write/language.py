"""In which language a question is asked, told by its script and its smallest words.

In: a short text. Out: an ISO 639-1 code, or None where nothing says. Knows a few languages of
Europe by word and others by script alone.
"""

import re
import unicodedata
from collections.abc import Mapping

NAMES: Mapping[str, str] = {
    "en": "English",
    "de": "German",
    "fr": "French",
    "es": "Spanish",
    "it": "Italian",
    "pt": "Portuguese",
    "nl": "Dutch",
    "pl": "Polish",
    "sv": "Swedish",
    "ru": "Russian",
    "el": "Greek",
    "ar": "Arabic",
    "he": "Hebrew",
    "hi": "Hindi",
    "th": "Thai",
    "ko": "Korean",
    "ja": "Japanese",
    "zh": "Chinese",
}
# Words that questions are built with and that few of the other languages have.
_WORDS: Mapping[str, frozenset[str]] = {
    "en": frozenset(
        "what which who when where why how is are was were do does did can could should would the"
        " of and that this it they with about for from to in on at by as an be has have not say"
        " said mean means use used".split()
    ),
    "de": frozenset(
        "was wer wie wann wo warum wieso welche welcher welches ist sind war waren wird werden kann"
        " können der die das den dem des ein eine einen und oder nicht mit über für von zu im auf"
        " bei als man es sie wurde gesagt heißt".split()
    ),
    "fr": frozenset(
        "que quoi qui quand où pourquoi comment quel quelle quels quelles est sont était le la les"
        " des du une un et ou ne pas avec sur pour dans par ce cette il elle on qu dit".split()
    ),
    "es": frozenset(
        "qué quién cuándo dónde cómo cuál cuáles cuánto es son era el los las una un y o no con"
        " sobre para por en del se está dice dijo significa".split()
    ),
    "it": frozenset(
        "che cosa chi quando dove perché come quale quali è sono era il lo gli una un e o non con"
        " su per nel della del di si dice viene".split()
    ),
    "pt": frozenset(
        "que quem quando onde porquê como qual quais é são era os as uma um e ou não com sobre para"
        " por no na do da se diz foi".split()
    ),
    "nl": frozenset(
        "wat wie wanneer waar waarom hoe welke is zijn was waren wordt kan het de een en of niet"
        " met over voor van op bij als er zegt betekent".split()
    ),
    "pl": frozenset(
        "co kto kiedy gdzie dlaczego jak jaki jaka jakie jest są był była i lub nie z o dla od do w"
        " na przy się to".split()
    ),
    "sv": frozenset(
        "vad vem när var varför hur vilken vilket är var den det en ett och eller inte med om för"
        " från till på vid som sägs betyder".split()
    ),
}
_SCRIPTS: tuple[tuple[str | tuple[str, ...], str], ...] = (
    (("CJK", "HIRAGANA", "KATAKANA"), "zh"),
    ("HANGUL", "ko"),
    ("CYRILLIC", "ru"),
    ("GREEK", "el"),
    ("ARABIC", "ar"),
    ("HEBREW", "he"),
    ("DEVANAGARI", "hi"),
    ("THAI", "th"),
)
_LEAD = 2  # words by which another language must be ahead of English


def language_of(text: str) -> str | None:
    """Language of `text`; None where it has too few words that tell."""
    letters = [char for char in text if char.isalpha()]
    names = [unicodedata.name(char, "").partition(" ")[0] for char in letters]
    for script, language in _SCRIPTS:
        if sum(name.startswith(script) for name in names) * 2 > len(letters):
            kana = any(name in ("HIRAGANA", "KATAKANA") for name in names)
            return "ja" if kana else language
    words = re.findall(r"[^\W\d_]+", text.lower())
    counts = {code: sum(word in known for word in words) for code, known in _WORDS.items()}
    best = max(counts, key=lambda code: counts[code])
    if best == "en" or counts[best] < counts["en"] + _LEAD:
        return "en" if counts["en"] else None
    return best
