"""Number tokens composed to values: the grammar of written and spoken numbers.

In: tokens of `numerals`. Out: the value that starts at a token, with its other readings. Covers
cardinals ("two thousand and seventeen"), decimals, fractions, powers, signs, and words that are no
cardinal ("twice", "'94"). Does not know what stands after a number ("%", "B") or beside it.
"""

import math
import re
from dataclasses import dataclass, replace
from fractions import Fraction

from rag_notes.ground.numerals import (
    DECADES,
    DENOMINATORS,
    FACTORS,
    HINTS,
    MAX_DIGITS,
    ORDINALS,
    SCALES,
    TENS,
    UNITS,
    Token,
    canonical,
)

# Two tokens with this between them may be one number.
JOINED = re.compile(r"\s*|-|\s*-\s*\n\s*")
_CARET = re.compile(r"\s*(?:\^|\*\*)\s*[({]?\s*(?P<minus>-?)\s*")
_POINTING = frozenset(["the", "these", "those", "its", "their", "other", "our"])
_NO_FACTOR = frozenset(
    ["precision", "check", "checks", "click", "quote", "quotes", "descent", "dash", "buffer"]
)
_OLDEST_SHORT_YEAR = 40
_LARGEST_POWER = 300
_LARGEST_BASE = 10**6


@dataclass(frozen=True, slots=True)
class Found:
    """A value being composed; `stop` is the token after it, `read` its other readings."""

    value: Fraction
    stop: int
    read: tuple[str, ...] = ()
    parts: tuple[str, ...] = ()
    firm: bool = True


def compose(tokens: list[Token], i: int) -> Found | None:
    """Compose the number that starts at token `i`, if one does."""
    found = _special(tokens, i) or _power(tokens, i)
    if not found:
        return None
    found = _signed(tokens, i, found)
    return replace(found, firm=found.firm and _counts(tokens, i, found))


def _word(tokens: list[Token], i: int) -> str:
    """Text of token `i` if it is a word that goes on from the token before, else ""."""
    if i >= len(tokens) or tokens[i].kind != "word" or not JOINED.fullmatch(tokens[i].gap):
        return ""
    return tokens[i].text


def _small(tokens: list[Token], i: int) -> tuple[int, int] | None:
    """Read 0-99 in words at token `i`: value and the token after."""
    word = tokens[i].text if i < len(tokens) else ""
    if word in UNITS:
        return UNITS[word], i + 1
    if word not in TENS:
        return None
    unit = UNITS.get(_word(tokens, i + 1), 0)
    return (TENS[word] + unit, i + 2) if 0 < unit < 10 else (TENS[word], i + 1)


def _base(tokens: list[Token], i: int) -> tuple[Fraction, int] | None:
    """Read a numeral, or up to 999 in words, at token `i`."""
    token = tokens[i]
    if token.value is not None:
        if token.kind == "numeral" and _word(tokens, i + 1) == "hundred":
            return token.value * 100, i + 2
        return token.value, i + 1
    if token.text in ("a", "an"):
        following = _word(tokens, i + 1)
        counted = {"hundred": (100, 2), "dozen": (12, 2)} | dict.fromkeys(SCALES, (1, 1))
        value, read = counted.get(following, (0, 0))
        return (Fraction(value), i + read) if value else None
    if token.text == "hundred":
        return Fraction(100), i + 1
    small = _small(tokens, i)
    return _hundreds(tokens, *small) if small else None


def _hundreds(tokens: list[Token], value: int, j: int) -> tuple[Fraction, int]:
    """Go on from `value`, read up to token `j`, over "hundred and five" or "dozen"."""
    if _word(tokens, j) == "dozen":
        return Fraction(value * 12), j + 1
    if _word(tokens, j) != "hundred":
        return Fraction(value), j
    rest_at = j + 2 if _word(tokens, j + 1) == "and" else j + 1
    rest = _small(tokens, rest_at) if _word(tokens, rest_at) else None
    if rest and rest[0] > 0 and _word(tokens, rest[1]) != "hundred":
        return Fraction(value * 100 + rest[0]), rest[1]
    return Fraction(value * 100), j + 1


def _group(tokens: list[Token], i: int) -> tuple[Fraction, int] | None:
    """Read a base with its decimals or fraction: "one point four", "two and a half"."""
    base = _base(tokens, i)
    if not base:
        return None
    value, j = base
    if _word(tokens, j) == "point":
        digits, j = _spoken_digits(tokens, j + 1)
        return (value + Fraction(f"0.{digits}"), j) if digits else base
    if _word(tokens, j) == "and":
        count = {"a": 1, "an": 1, "one": 1, "three": 3}.get(_word(tokens, j + 1), 0)
        part = {"half": 2, "quarter": 4, "quarters": 4, "third": 3}.get(_word(tokens, j + 2))
        if count and part:
            return value + Fraction(count, part), j + 3
    if j < len(tokens) and tokens[j].kind == "vulgar" and tokens[j].gap == "":
        return value + (tokens[j].value or 0), j + 1
    return base


def _spoken_digits(tokens: list[Token], i: int) -> tuple[str, int]:
    digits = ""
    while i < len(tokens) and JOINED.fullmatch(tokens[i].gap) and len(digits) < MAX_DIGITS:
        if tokens[i].kind == "numeral" and tokens[i].text.isdecimal():
            digits += tokens[i].text
            i += 1
            continue
        small = (0, i + 1) if tokens[i].text in ("oh", "o") else _small(tokens, i)
        if not small:
            break
        digits += str(small[0])
        i = small[1]
    return digits, i


def _cardinal(tokens: list[Token], i: int) -> tuple[Fraction, int] | None:
    """Read a whole cardinal with its scales: "two thousand and seventeen", "1.4 billion"."""
    total, limit, j = Fraction(0), math.inf, i
    while j < len(tokens):
        group = _group(tokens, j)
        bare = not group and tokens[j].text in SCALES and j == i
        value, k = group or (Fraction(1), j)
        if not group and not bare:
            break
        scale = SCALES.get(tokens[k].text if bare else _word(tokens, k).removesuffix("s"), 0)
        if value >= limit or scale >= limit:
            break
        total, j = total + value * (scale or 1), k + bool(scale)
        if not scale:
            return total, j
        limit = scale
        start = j + (_word(tokens, j) == "and")
        if not _word(tokens, start) or _small(tokens, start) is None:
            break
        following = _group(tokens, start)
        if following and following[0] == 0:
            break
        j = start
    if j == i:
        return None
    if j > i and tokens[j - 1].text == "and":
        j -= 1
    return total, j


def _amount(tokens: list[Token], i: int) -> Found | None:
    """Read a cardinal or a fraction: "two thirds", "half a million", "1/2", "24/7"."""
    if tokens[i].text in ("a", "an") and _word(tokens, i + 1) in DENOMINATORS:
        return _fraction(tokens, i + 1, Fraction(1))
    if tokens[i].text in ("half", "quarter"):
        return _half(tokens, i)
    cardinal = _cardinal(tokens, i)
    if not cardinal:
        return None
    value, j = cardinal
    if _word(tokens, j).removesuffix("s") in DENOMINATORS or _word(tokens, j) == "halves":
        found = _fraction(tokens, j, value)
        if found:
            return found
    below = tokens[j].value if j < len(tokens) and tokens[j].gap == "/" else None
    if below:
        return Found(value / below, j + 1, parts=(canonical(value), canonical(below)))
    return Found(value, j)


def _half(tokens: list[Token], i: int) -> Found:
    """Read "half" or "quarter" without a count; "this quarter" and "half precision" are soft."""
    value = Fraction(1, 2 if tokens[i].text == "half" else 4)
    firm = tokens[i].text == "half" and _word(tokens, i + 1) != "precision"
    return _scaled(tokens, Found(value, i + 1, firm=firm))


def _scaled(tokens: list[Token], found: Found) -> Found:
    """Multiply by the scale in "half a million", "a quarter of a million"."""
    j = found.stop
    while _word(tokens, j) in ("of", "a"):
        j += 1
    scale = SCALES.get(_word(tokens, j))
    return Found(found.value * scale, j + 1) if scale else found


def _fraction(tokens: list[Token], at: int, count: Fraction) -> Found | None:
    """Read the denominator at token `at` under `count`."""
    word = tokens[at].text
    plural = word.endswith("s")
    below = 2 if word == "halves" else DENOMINATORS[word.removesuffix("s")]
    if count.denominator != 1 or (count != 1 and not plural) or (count == 1 and plural):
        return None
    if count == below:  # "two halves" are two
        return Found(count, at + 1)
    half = Found(count / below, at + 1)
    if count == 1 and word in ORDINALS:  # "a third model" is no fraction
        half = replace(half, read=(str(below),), firm=_word(tokens, at + 1) == "of")
    return _scaled(tokens, half)


def _power(tokens: list[Token], i: int) -> Found | None:
    """Read an amount with an exponent: "3e-4", "2^10", "ten to the minus three", "3 × 10⁻⁴"."""
    base = _amount(tokens, i)
    if not base:
        return None
    raised = _exponent(tokens, base) or base
    j = raised.stop
    times = _word(tokens, j) in ("times", "x", "by")
    crossed = j < len(tokens) and tokens[j].gap.strip() in ("×", "*", "·", "\\times")
    if not (times or crossed) or j + times >= len(tokens):
        return raised
    ten = _amount(tokens, j + times)
    power = _exponent(tokens, ten) if ten and ten.value == 10 else None
    if not power:
        return raised
    parts = (canonical(raised.value), *power.parts)
    return Found(raised.value * power.value, power.stop, parts=parts)


def _exponent(tokens: list[Token], base: Found) -> Found | None:
    j = base.stop
    if j >= len(tokens):
        return None
    token = tokens[j]
    caret = _CARET.fullmatch(token.gap)
    if token.kind == "superscript" and token.gap == "" and token.value is not None:
        return _raise(base, token.value, j + 1)
    if caret and token.value is not None:
        return _raise(base, -token.value if caret["minus"] else token.value, j + 1)
    if _word(tokens, j) == "e":
        exponent = _signed_small(tokens, j + 1)
        if exponent:
            ten = _raise(replace(base, value=Fraction(10)), *exponent)
            return ten and Found(base.value * ten.value, ten.stop)
    if _word(tokens, j) == "to" and _word(tokens, j + 1) == "the":
        spoken = _word(tokens, j + 2) == "power"
        exponent = _signed_small(tokens, j + 2 + 2 * spoken)
        if exponent:
            value, stop = exponent
            after = _word(tokens, stop) == "power"
            ordinal = tokens[stop - 1].text in ORDINALS
            if spoken or after or ordinal or value < 0 or base.value in (2, 10):
                return _raise(base, value, stop + after)
    return None


def _signed_small(tokens: list[Token], i: int) -> tuple[Fraction, int] | None:
    if i >= len(tokens):
        return None
    minus = tokens[i].text in ("minus", "negative")
    j = i + minus
    if j >= len(tokens) or not re.fullmatch(r"[\s({-]*", tokens[j].gap):
        return None
    sign = -1 if minus or tokens[j].gap.endswith("-") else 1
    if tokens[j].text in ORDINALS:
        return Fraction(sign * ORDINALS[tokens[j].text]), j + 1
    value = tokens[j].value
    if tokens[j].kind == "numeral" and value is not None:
        ordinal = _word(tokens, j + 1) in ("st", "nd", "rd", "th") and tokens[j + 1].gap == ""
        return sign * value, j + 1 + ordinal
    small = _small(tokens, j)
    return (Fraction(sign * small[0]), small[1]) if small else None


def _raise(base: Found, exponent: Fraction, stop: int) -> Found | None:
    if exponent.denominator != 1 or abs(exponent) > _LARGEST_POWER:
        return None
    if max(abs(base.value.numerator), base.value.denominator) > _LARGEST_BASE:
        return None
    if base.value == 0 and exponent < 0:
        return None
    value = base.value ** int(exponent)
    if base.value == 10:  # "ten to the minus five" says neither ten nor five
        return Found(value, stop)
    return Found(value, stop, parts=(canonical(base.value), canonical(exponent)))


def _special(tokens: list[Token], i: int) -> Found | None:
    """Read words and years that are no cardinal: "third", "twice", "squared", "'94", "nineties"."""
    token = tokens[i]
    value = token.value
    if token.kind == "year" and value is not None:
        century = 1900 if value >= 30 else 2000
        return Found(century + value, i + 1, read=(canonical(value),))
    if token.kind == "superscript" and value is not None:
        return Found(value, i + 1)
    return _short_year(tokens, i) or _ordinal(tokens, i) or _factor(tokens, i)


def _short_year(tokens: list[Token], i: int) -> Found | None:
    """Read "in ninety-four", "from 94", which may be a year of the last century."""
    if not i or tokens[i - 1].text not in ("in", "since", "from", "until"):
        return None
    written = tokens[i].value if tokens[i].kind == "numeral" else None
    small = (int(written), i + 1) if written and written.denominator == 1 else _small(tokens, i)
    if not small or not _OLDEST_SHORT_YEAR <= small[0] <= 99:
        return None
    following = _word(tokens, small[1])
    if following.removesuffix("s") in SCALES or following in ("percent", "hundred", "point"):
        return None
    return Found(Fraction(small[0]), small[1], read=(str(1900 + small[0]),))


def _ordinal(tokens: list[Token], i: int) -> Found | None:
    word = tokens[i].text
    if word in TENS and 0 < ORDINALS.get(_word(tokens, i + 1), 0) < 10:
        return Found(Fraction(TENS[word] + ORDINALS[tokens[i + 1].text]), i + 2)
    if word in DECADES:
        return Found(Fraction(1900 + DECADES[word]), i + 1, read=(str(DECADES[word]),))
    if word in ORDINALS:
        opening = i + 1 < len(tokens) and tokens[i + 1].gap.startswith(",")
        return Found(Fraction(ORDINALS[word]), i + 1, firm=ORDINALS[word] > 2 and not opening)
    return None


def _factor(tokens: list[Token], i: int) -> Found | None:
    word = tokens[i].text
    if word in FACTORS:
        firm = _word(tokens, i + 1) not in _NO_FACTOR
        return Found(Fraction(FACTORS[word]), i + 1, firm=firm)
    if word in HINTS:
        return Found(Fraction(HINTS[word]), i + 1, firm=False)
    following = _word(tokens, i + 1)
    if word == "point" and (following in ("oh", "zero") or UNITS.get(following, 0) > 1):
        digits, stop = _spoken_digits(tokens, i + 1)
        return Found(Fraction(f"0.{digits}"), stop, read=(digits,))
    return None


def _counts(tokens: list[Token], i: int, found: Found) -> bool:
    """Whether a number counts something; "one of these", "the two" do not."""
    pointed = i > 0 and tokens[i - 1].text in _POINTING
    alone = found.stop == i + 1
    return not (alone and (tokens[i].text == "one" or (tokens[i].text == "two" and pointed)))


def _signed(tokens: list[Token], i: int, found: Found) -> Found:
    """Turn the value of "minus one" and "-1"; "n minus one" and "m-1" keep both readings."""
    before = tokens[i - 1] if i else None
    spoken = (
        before is not None and before.text in ("minus", "negative") and not tokens[i].gap.strip()
    )
    left = tokens[i - 2] if spoken and i > 1 else None if spoken else before
    gap = tokens[i].gap
    written = tokens[i].kind == "numeral" and gap.endswith("-") and not gap.endswith("--")
    if not (spoken or written) or found.value <= 0:
        return found
    if written and before is not None and before.kind == "numeral":
        return found  # a range
    if written and before is not None and len(before.text) > 1 and gap == "-":
        return found  # GPT-2
    negative = replace(found, value=-found.value)
    single = left is not None and (len(left.text) == 1 or left.kind == "numeral")
    if spoken and before is not None and before.text == "negative":
        single = False
    spaced = written and before is not None and not re.fullmatch(r"\s+-|.*[(\[{,=:<>~]\s*-", gap)
    if single or spaced:
        return replace(found, read=(*found.read, canonical(negative.value)))
    return negative
