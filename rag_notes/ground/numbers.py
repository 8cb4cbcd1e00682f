"""Numbers of a text, written or spoken, as canonical values: the number lock.

In: a claim and the passages it cites. Out: the numbers of the claim that no passage says. "three e
minus four", "3e-4" and "0.0003" are one value, and so are "twenty-eight billion" and "28B". Where
speech can be read in two ways ("nineteen ninety-four", "CS 3-3-6") every reading counts as said.
Does not know what a number counts; units and names are the support check's business.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import lru_cache

from rag_notes.ground.numerals import SCALES, SUFFIXES, Token, canonical, lex, plain
from rag_notes.ground.spoken import JOINED, Found, compose

_PERCENT = re.compile(r"\s?%|[\s-]*(?:percent|per\s+cent|pct|percentage)\b", re.IGNORECASE)
_COUNTED = re.compile(
    r"\b(?P<count>two|three|four) (?:[\w-]+ ){0,2}[\w-]+s: (?P<list>[^:;.?!]+)", re.IGNORECASE
)
_SMALL = frozenset("2 3 4 5 6 7 8 9".split())  # counts that a passage may give instead
_RANGE = re.compile(r"\s*(?:-|to|or|and|through)\s*", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Number:
    """A number as it stands in a text, from `start` to `end` in characters.

    `readings` are the canonical values it may stand for (`value` is the first); `parts` are numbers
    inside it (2 and 10 in "2^10"). `firm` is False for words that count nothing ("one of the").
    """

    value: str
    surface: str
    start: int
    end: int
    readings: tuple[str, ...]
    parts: tuple[str, ...] = ()
    firm: bool = True


def unsaid_numbers(claim: str, passages: Sequence[str]) -> tuple[str, ...]:
    """Numbers of `claim` that no passage contains, plain ASCII without separators, in order."""
    numbers = [number for number in read_numbers(claim) if number.firm]
    if not numbers:
        return ()
    said = frozenset().union(*(said_numbers(passage) for passage in passages))
    counted = _COUNTED.search(claim)
    if counted and _counts_right(counted) and not said & _SMALL:
        numbers = [one for one in numbers if (one.start, one.end) != counted.span("count")]
    unsaid = [number.value.removesuffix("%") for number in numbers if not _is_said(number, said)]
    return tuple(dict.fromkeys(unsaid))


def _counts_right(found: re.Match[str]) -> bool:
    """Whether a claim counts what it lists: "two metrics: accuracy and F1" needs no source."""
    listed = [
        one for one in re.split(r",\s*(?:and|or)\b|,|\b(?:and|or)\b", found["list"]) if one.strip()
    ]
    return len(listed) == ("two", "three", "four").index(found["count"].lower()) + 2


def _is_said(number: Number, said: frozenset[str]) -> bool:
    if any(reading in said for reading in number.readings):
        return True
    return bool(number.parts) and all(part in said for part in number.parts)


@lru_cache(maxsize=1024)
def said_numbers(text: str) -> frozenset[str]:
    """Every canonical value that `text` can be heard to say."""
    numbers = read_numbers(text)
    said = {form for number in numbers for form in (*number.readings, *number.parts)}
    if re.search(r"[%％]|percent|per cent", text):  # a table says "%" once, in its head
        said |= {f"{form}%" for form in said if not form.endswith("%")}
    return frozenset(said)


@lru_cache(maxsize=2048)
def read_numbers(text: str) -> tuple[Number, ...]:
    """Every number of `text`, written or spoken, in order."""
    flat = plain(text)
    tokens = lex(flat)
    numbers: list[Number] = []
    spans: list[tuple[int, int]] = []
    i = 0
    while i < len(tokens):
        number, stop = _read(tokens, i, flat)
        if number:
            first = i - (i > 0 and tokens[i - 1].text in ("minus", "negative"))
            numbers.append(replace(number, surface=text[tokens[first].start : number.end]))
            spans.append((i, stop))
        i = stop
    return tuple(_spread(_merge(numbers, spans, tokens, text), flat))


def _read(tokens: list[Token], i: int, text: str) -> tuple[Number | None, int]:
    """Return the number at token `i`, if any, and the token to go on with."""
    token = tokens[i]
    if token.kind == "version" or (token.kind == "numeral" and token.value is None):
        parts = tuple(canonical(Fraction(p)) for p in token.text.split(".") if p and len(p) < 40)
        value = re.sub(r"[,\s]", "", token.text)
        return Number(
            value, "", token.start, token.end, (value,), parts if len(parts) > 1 else ()
        ), i + 1
    found = compose(tokens, i)
    if not found:
        return None, i + 1
    return _finish(tokens, i, found, text)


def _finish(tokens: list[Token], i: int, found: Found, text: str) -> tuple[Number, int]:
    """Apply what follows a number: "%", "percent", "B", "k"."""
    value, stop, read = found.value, found.stop, list(found.read)
    end = tokens[stop - 1].end
    percent = _PERCENT.match(text, end)
    if percent:
        end = percent.end()
        while stop < len(tokens) and tokens[stop].start < end:
            stop += 1
        name = canonical(value)
        return Number(f"{name}%", "", tokens[i].start, end, (f"{name}%",), found.parts), stop
    if stop < len(tokens) and tokens[stop - 1].kind == "numeral":
        after = tokens[stop]
        scale = SUFFIXES.get(after.text)
        upper = text[after.start : after.end].isupper()
        if scale and (after.gap == "" or (after.gap == " " and upper)):
            if after.gap or after.text in ("m", "g", "t"):  # metres, bytes, grams
                read.append(canonical(value))
            value, end, stop = value * scale, after.end, stop + 1
    if 0 < value < 1:
        read.append(f"{canonical(value * 100)}%")
    name = canonical(value)
    readings = tuple(dict.fromkeys((name, *read)))
    number = Number(name, "", tokens[i].start, end, readings, found.parts, found.firm)
    return number, stop


# --- neighbours ----------------------------------------------------------------------------------


def _merge(
    numbers: list[Number], spans: list[tuple[int, int]], tokens: list[Token], text: str
) -> list[Number]:
    """Join spoken years and spelled digits: "nineteen ninety-four", "two twenty four", "3-3-6"."""
    merged: list[Number] = []
    i = 0
    while i < len(numbers):
        j = i + 1
        while j < len(numbers) and _adjacent(spans[j - 1], spans[j], tokens):
            j += 1
        digits = _joined_digits(numbers[i:j])
        if digits:
            parts = tuple(part for number in numbers[i:j] for part in number.readings)
            start, end = numbers[i].start, numbers[j - 1].end
            merged.append(Number(digits, text[start:end], start, end, (digits,), parts))
        else:
            merged += numbers[i:j]
        i = j
    return merged


def _adjacent(one: tuple[int, int], two: tuple[int, int], tokens: list[Token]) -> bool:
    between = tokens[one[1] : two[0]]
    if any(token.text not in ("oh", "o") for token in between):
        return False
    return all(JOINED.fullmatch(token.gap) for token in (*between, tokens[two[0]]))


def _joined_digits(run: list[Number]) -> str | None:
    values = [number.value for number in run]
    if len(run) < 2 or not all(value.isdecimal() for value in values):
        return None
    lengths = [len(value) for value in values]
    written = any(char.isdigit() for number in run for char in number.surface)
    if set(lengths) == {1} and (len(run) > 2 or not written):
        return "".join(values)
    if written or len(run) != 2:
        return None
    if lengths == [2, 2] or (lengths == [1, 2] and int(values[1]) >= 10):
        return "".join(values)
    gap = run[1].start - run[0].end
    return f"{values[0]}0{values[1]}" if lengths == [2, 1] and gap > 2 else None


def _spread(numbers: list[Number], text: str) -> list[Number]:
    """Carry a scale or percent back over a range: "10 to 20 billion" says 10 billion too."""
    for i in range(len(numbers) - 2, -1, -1):
        one, two = numbers[i], numbers[i + 1]
        if not _RANGE.fullmatch(text[one.end : two.start]) or not one.value.isdecimal():
            continue
        if two.value.endswith("%"):
            numbers[i] = replace(one, readings=(*one.readings, f"{one.value}%"))
        scale = _scale_of(two)
        if scale and one.value not in two.readings and not _scale_of(one):
            numbers[i] = replace(one, readings=(*one.readings, str(int(one.value) * scale)))
    return numbers


def _scale_of(number: Number) -> int:
    last = re.search(r"([A-Za-z]+)$", number.surface)
    word = last.group(1).lower() if last else ""
    return SCALES.get(word) or (SUFFIXES.get(word, 0) if number.surface[0].isdigit() else 0)
