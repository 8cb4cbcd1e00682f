"""Text to number tokens, and the words that stand for numbers.

In: any text. Out: tokens with their exact value where digits give one, and the vocabulary that
`numbers` composes. Does not know grammar: "twenty", "-", "eight" are three things here.
"""

import re
import unicodedata
from dataclasses import dataclass
from fractions import Fraction


def _numbered(words: str, first: int = 0, step: int = 1) -> dict[str, int]:
    return {word: step * number for number, word in enumerate(words.split(), start=first)}


UNITS = _numbered(
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen"
    " sixteen seventeen eighteen nineteen"
)
TENS = _numbered("twenty thirty forty fifty sixty seventy eighty ninety", first=2, step=10)
SCALES = {"thousand": 10**3, "million": 10**6, "billion": 10**9, "trillion": 10**12}
SUFFIXES = {
    "k": 10**3,
    "m": 10**6,
    "mn": 10**6,
    "b": 10**9,
    "bn": 10**9,
    "g": 10**9,
    "t": 10**12,
    "tn": 10**12,
}
ORDINALS = _numbered(
    "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth"
    " fourteenth fifteenth sixteenth seventeenth eighteenth nineteenth twentieth",
    first=1,
) | {"thirtieth": 30, "fortieth": 40, "fiftieth": 50, "hundredth": 100, "thousandth": 1000}
DENOMINATORS = {word: value for word, value in ORDINALS.items() if value > 2} | {
    "half": 2,
    "quarter": 4,
}
DECADES = _numbered(
    "twenties thirties forties fifties sixties seventies eighties nineties", first=2, step=10
)
# Words that say a number; a claim that uses them must find it said ...
FACTORS = {
    "twice": 2,
    "thrice": 3,
    "double": 2,
    "doubles": 2,
    "doubled": 2,
    "doubling": 2,
    "triple": 3,
    "triples": 3,
    "tripled": 3,
    "tripling": 3,
    "quadruple": 4,
    "quadruples": 4,
    "quadrupled": 4,
    "twofold": 2,
    "threefold": 3,
    "fourfold": 4,
    "tenfold": 10,
    "dozen": 12,
}
# ... and words that only lend their number to a passage.
HINTS = {
    "squared": 2,
    "square": 2,
    "quadratic": 2,
    "quadratically": 2,
    "cubed": 3,
    "cubic": 3,
    "both": 2,
    "decade": 10,
    "decades": 10,
    "century": 100,
    "pair": 2,
    "pairs": 2,
    "couple": 2,
    "single": 1,
    "once": 1,
    "halve": 2,
    "halves": 2,
    "halved": 2,
    "halving": 2,
}

MAX_DIGITS = 40  # a longer run of digits is compared as text
_SUPERSCRIPTS = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻", "0123456789-")
_DASHES = str.maketrans("−‐‑–—", "-----")
_TOKEN = re.compile(
    r"""(?P<year>(?<!\w)['’]\d\d(?=s?\b))
    |(?P<version>\d+(?:\.\d+){2,})
    |(?P<numeral>(?:\d{1,3}(?:[,\u00a0\u202f]\d{3})+(?!\d)|\d+)(?:\.\d+)?(?:[eE][-+]?\d{1,3}(?!\w))?
        |(?<!\d)\.\d+)
    |(?P<superscript>⁻?[⁰¹²³⁴⁵⁶⁷⁸⁹]+)
    |(?P<vulgar>[¼½¾⅐-⅞])
    |(?P<word>[A-Za-z]+)""",
    re.VERBOSE,
)


@dataclass(frozen=True, slots=True)
class Token:
    """A run of letters or digits; `gap` is the text between it and the token before.

    `value` is None for words and for runs of digits too long to compute with.
    """

    kind: str
    text: str
    start: int
    end: int
    gap: str
    value: Fraction | None = None


def plain(text: str) -> str:
    """Give every decimal digit its ASCII form and every dash the form "-"; the length stays."""
    if text.isascii():
        return text
    digits = (
        str(unicodedata.decimal(char)) if char.isdecimal() and not char.isascii() else char
        for char in text
    )
    return "".join(digits).translate(_DASHES).replace("，", ",").replace("％", "%")


def lex(text: str) -> list[Token]:
    """Tokens of an already `plain` text in order."""
    found: list[Token] = []
    end = 0
    for match in _TOKEN.finditer(text):
        kind = str(match.lastgroup)
        surface = match.group()
        value = _value(kind, surface)
        gap = text[end : match.start()]
        found.append(Token(kind, surface.lower(), match.start(), match.end(), gap, value))
        end = match.end()
    return found


def _value(kind: str, surface: str) -> Fraction | None:
    if kind in ("word", "version") or len(surface) > MAX_DIGITS:
        return None
    if kind == "year":
        return Fraction(surface[1:])
    if kind == "vulgar":
        return Fraction(unicodedata.numeric(surface)).limit_denominator(10)
    if kind == "superscript":
        return Fraction(surface.translate(_SUPERSCRIPTS))
    return Fraction(re.sub(r"[,\u00a0\u202f]", "", surface))


def canonical(value: Fraction) -> str:
    """Plain ASCII of an exact value: an integer, a finite decimal, or "2/3"."""
    if value.denominator == 1:
        return str(value.numerator)
    twos = fives = 0
    rest = value.denominator
    while rest % 2 == 0:
        rest //= 2
        twos += 1
    while rest % 5 == 0:
        rest //= 5
        fives += 1
    if rest != 1:
        return f"{value.numerator}/{value.denominator}"
    places = max(twos, fives)
    digits = str(abs(value.numerator) * 10**places // value.denominator).rjust(places + 1, "0")
    return f"{'-' if value < 0 else ''}{digits[:-places]}.{digits[-places:]}"
