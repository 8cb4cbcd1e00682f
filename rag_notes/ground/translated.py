"""Whether a translated sentence still says the numbers, names and denials of its original.

In: a sentence, its translation and both languages; out: what was lost or added on the way, or None.
A sentence is held against its original alone, which the gate has judged. Knows the languages of
languages.py; where it knows one of the two not, no translation passes. Whether the rest of the
sense was kept it cannot tell.
"""

import re
from collections.abc import Iterable, Iterator
from fractions import Fraction

from rag_notes.ground.languages import LANGUAGES, Language
from rag_notes.ground.names import unsaid_names, unsaid_technical
from rag_notes.ground.numbers import read_numbers, said_numbers
from rag_notes.ground.numerals import canonical
from rag_notes.ground.words import word_set

_TASKS = word_set("explain describe compare compute define identify derive use list state apply")
_LEAST_RATIO, _MOST_RATIO, _SLACK = 0.55, 1.9, 12  # length by the original's, in characters
_SAME_WORDS = 3  # a text of no more may be the same in both languages ("Bloom filter")
_LEFT_SHARE = 0.6  # of the original's long words from which it was not translated
_LONG = 5  # letters
_HEADING_WORDS = 9
_WORD = re.compile(r"[^\W\d_]+(?:[-'’][^\W\d_]+)*")
_FOREIGN = re.compile(r"[^\W\d_\u0000-\u024f\u0370-\u03ff]")  # letters neither Latin nor Greek
_NUMERAL = re.compile(r"\d+(?:[.,\u00a0\u202f ’']\d{3}(?!\d))+(?:[.,]\d+)?|\d+(?:[.,]\d+)*")
_PERCENT = re.compile(
    r"%|\b(?:percent|per cent|prozent\w*|pour ?cent|por ?cient[oa]|por ?cento|per ?cento"
    r"|procent\w*)",
    re.IGNORECASE,
)
_UNIT = re.compile(r"(?<=\d)(?=[A-Za-z]{1,4}\b)")  # 80GB is 80 GB
_PLAIN = re.compile(r"[^\W\d_a-z]?[^\W\d_A-Z]*(?:[-'’][^\W\d_]+)*")  # capital at most in front


def knows(language: str) -> bool:
    """Whether sentences from and into a language (ISO 639-1) can be held together."""
    return language in LANGUAGES


def names_in(texts: Iterable[str]) -> frozenset[str]:
    """Words that stand with a capital inside a sentence: at the start of one they are names too."""
    found: set[str] = set()
    for text in texts:
        inside = [] if _is_heading(text) else _WORD.findall(text)[1:]
        found.update(word for word in inside if word[0].isupper())
    return frozenset(found)


def lost(
    original: str,
    translation: str,
    *,
    source: str,
    target: str,
    names: frozenset[str] = frozenset(),
) -> str | None:
    """What a translation lost of its original, or says that the original does not.

    `names` are those of the whole lecture, from `names_in`.
    """
    if source not in LANGUAGES or target not in LANGUAGES:
        return "one of the languages is not known well enough to check it"
    if not translation.strip():
        return "nothing was translated"
    faults = (
        _form_fault(original, translation),
        _language_fault(original, translation, LANGUAGES[source], LANGUAGES[target]),
        _number_fault(original, translation, source, target),
        _name_fault(original, translation, source, target, names),
        _denial_fault(original, translation, LANGUAGES[source], LANGUAGES[target]),
    )
    return next((fault for fault in faults if fault), None)


def _is_heading(text: str) -> bool:
    """Whether a text has the capitals of a title: one, or "Explain Model Parallelism."."""
    if text.partition(" ")[0].lower() in _TASKS:
        return True
    return text[-1:] not in ".!?:" and len(text.split()) <= _HEADING_WORDS


# --- form and language ----------------------------------------------------------------------------


def _form_fault(original: str, translation: str) -> str | None:
    ratio = (len(translation) + _SLACK) / (len(original) + _SLACK)
    if not _LEAST_RATIO <= ratio <= _MOST_RATIO:
        return "it is too long or too short for a translation"
    if original.rstrip().endswith("?") != translation.rstrip().endswith("?"):
        return "a question became a statement, or the other way round"
    foreign = set(_FOREIGN.findall(translation)) - set(original)
    return f"it holds letters of another script ({min(foreign)})" if foreign else None


def _language_fault(original: str, translation: str, one: Language, two: Language) -> str | None:
    """Whether it was translated, by its small words and by the long ones that are still there."""
    if len(original.split()) <= _SAME_WORDS:
        return None
    if original == translation:
        return "it was not translated"
    left = {word for word in _long_words(original) if word.islower()}
    if len(left) >= _SAME_WORDS:
        kept = left & set(_long_words(translation))
        if len(kept) >= _LEFT_SHARE * len(left):
            return "it was not translated"
    if _is_heading(original):
        return None
    words = [word.lower() for word in _WORD.findall(translation)]
    target = sum(word in two.small - one.small for word in words)
    source = sum(word in one.small - two.small for word in words)
    return None if target > source or not source else "it is not in the language asked for"


def _long_words(text: str) -> list[str]:
    return [word for word in _WORD.findall(text) if len(word) >= _LONG]


# --- numbers --------------------------------------------------------------------------------------


def _number_fault(original: str, translation: str, source: str, target: str) -> str | None:
    said, told = _readings(original, source), _readings(translation, target)
    also = _said(original, source)
    for surface, readings in said:
        if any(readings & other for _, other in told) or _stands_in(surface, translation):
            continue
        return f"number {surface} was lost"
    for surface, readings in told:
        met = readings & also or any(readings & other for _, other in said)
        if not met and not _stands_in(surface, original):
            return f"number {surface} does not stand in the original"
    if bool(_PERCENT.search(original)) != bool(_PERCENT.search(translation)):
        return "a percentage was lost or added"
    return None


def _stands_in(surface: str, text: str) -> bool:
    return bool(re.search(rf"(?<![\w.,]){re.escape(surface)}(?!\w|[.,]\d)", text))


def _readings(text: str, language: str) -> list[tuple[str, frozenset[str]]]:
    """Each number that counts, as it stands and in every way it may be read."""
    if language == "en":
        return [
            (one.surface, frozenset(form.removesuffix("%") for form in one.readings))
            for one in read_numbers(text)
            if one.firm and not text[: one.start][-1:].isalpha()  # the 100 of H100 is a name's
        ]
    return list(_foreign_numbers(text, LANGUAGES[language]))


def _said(text: str, language: str) -> frozenset[str]:
    """Every value that an original can be heard to say, those that count nothing too."""
    if language == "en":
        return frozenset(form.removesuffix("%") for form in said_numbers(text))
    return frozenset(form for _, forms in _readings(text, language) for form in forms) | {"1"}


def _foreign_numbers(text: str, language: Language) -> Iterator[tuple[str, frozenset[str]]]:
    """Numerals and number words of a language other than English, with the scale that follows."""
    scales = "|".join(sorted(map(re.escape, language.scales), key=len, reverse=True))
    words = "|".join(sorted(map(re.escape, language.numbers), key=len, reverse=True))
    pattern = re.compile(
        rf"(?<![\w.,])(?:(?P<numeral>{_NUMERAL.pattern})|(?P<word>{words})(?!\w|-\w))"
        rf"(?:[\s-]?(?P<scale>{scales})(?!\w)|(?P<unit>[A-Za-z]{{1,4}})(?!\w))?",
        re.IGNORECASE,
    )
    for found in pattern.finditer(_PERCENT.sub("%", text)):
        scale = language.scales[found["scale"].lower()] if found["scale"] else 1
        if found["word"]:
            values = {Fraction(language.numbers[found["word"].lower()])}
        else:
            values = set(_values(found["numeral"]))
        yield found[0], frozenset(canonical(value * scale) for value in values)


def _values(numeral: str) -> Iterator[Fraction]:
    """What a numeral with a comma for the point is worth; with a point it may be as in English.

    "1.500" is 1500 and never 1.5; "1.5" can only be one and a half.
    """
    flat = re.sub(r"[\s\u00a0\u202f’']", "", numeral)
    if re.fullmatch(r"\d{1,3}(?:\.\d{3})+(?:,\d+)?", flat):
        yield Fraction(flat.replace(".", "").replace(",", "."))
    elif re.fullmatch(r"\d{1,3}(?:,\d{3}){2,}(?:\.\d+)?", flat):
        yield Fraction(flat.replace(",", ""))
    elif re.fullmatch(r"\d+[.,]\d+", flat):
        yield Fraction(flat.replace(",", "."))
    elif flat.isdecimal():
        yield Fraction(flat)


# --- names and denials ----------------------------------------------------------------------------


def _name_fault(
    original: str, translation: str, source: str, target: str, names: frozenset[str]
) -> str | None:
    gone = _missing(original, translation, source, names, opens_with_name=True)
    if gone:
        return f'name "{gone[0]}" was lost'
    new = _missing(translation, original, target, names)
    return f'name "{new[0]}" does not stand in the original' if new else None


def _missing(
    text: str, other: str, language: str, names: frozenset[str], *, opens_with_name: bool = False
) -> tuple[str, ...]:
    """Names of `text` that `other` lacks, by capitals where a language keeps these for names.

    The first word is one where it is among `names`, or where a name follows it and a text
    `opens_with_name`: "Burton Bloom" does, "Een Bloom-filter" does not.
    """
    text, other = _UNIT.sub(" ", text), _UNIT.sub(" ", other)
    if language == "de":
        return unsaid_technical(text, other)
    heading = _is_heading(text)
    words = iter(_WORD.finditer(text))
    first = next(words, None)
    for found in [*([first] if first else []), *(words if heading else ())]:
        word, after = found[0], text[found.end() :].lstrip()
        named = word in names or (opens_with_name and not heading and after[:1].isupper())
        if _PLAIN.fullmatch(word) and not named:
            text = f"{text[: found.start()]}{word.lower()}{text[found.end() :]}"
    return unsaid_names(f"the {text}", other)


def _denial_fault(original: str, translation: str, one: Language, two: Language) -> str | None:
    said, told = one.denies.findall(original), two.denies.findall(translation)
    if said and not told and not two.against.search(translation):
        return f'denial "{said[0]}" was lost'
    if len(said) > 1 and len(told) + len(two.against.findall(translation)) < len(said):
        return f'one of the denials "{" and ".join(said)}" was lost'
    if told and not said and not one.against.search(original):
        return f'denies ("{told[0]}") what the original does not deny'
    return None
