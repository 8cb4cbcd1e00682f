"""Stretches of a lecture as questions name them: "around minute 12", "the last ten minutes".

In: a text and the lecture's length; out: seconds, and which words of the text said so. Also reads
numbers in words. Knows English, and nothing of questions.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TypeAlias

from rag_notes.schema import SpanSeconds

_AROUND = 90.0  # seconds on each side of "around minute 12"
_BEFORE, _BEHIND = 30.0, 60.0  # seconds beside a moment that is given to the second
_EDGE = (60.0, 300.0)  # least and most seconds of "the beginning" and "the end": else a tenth

_UNITS = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen"
    " sixteen seventeen eighteen nineteen"
).split()
_TENS = "twenty thirty forty fifty sixty seventy eighty ninety".split()
_ORDINALS = (
    "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth"
    " fourteenth fifteenth sixteenth seventeenth eighteenth nineteenth twentieth"
).split()
_VALUES = {
    **{word: value for value, word in enumerate(_UNITS)},
    **{word: 10 * value for value, word in enumerate(_TENS, start=2)},
    **{word: value for value, word in enumerate(_ORDINALS, start=1)},
    "thirtieth": 30,
    "fortieth": 40,
    "fiftieth": 50,
    "sixtieth": 60,
    "a": 1,
    "an": 1,
    "couple of": 2,
    "few": 3,
}
_UNIT, _TEN = "|".join(_UNITS), "|".join(_TENS)
_ORDINAL = "|".join((*_ORDINALS, "thirtieth", "fortieth", "fiftieth", "sixtieth"))
NUMBER = rf"(?:\d{{1,4}}|(?:{_TEN})(?:[ -](?:{_UNIT}))?|{_UNIT})"
NTH = rf"(?:\d{{1,3}}(?:st|nd|rd|th)|(?:(?:{_TEN})[ -])?(?:{_ORDINAL}))"
TALK = r"(?:lecture|talk|video|class|session|recording|meeting|course|presentation)"
TO = r"\s?(?:and|to|till|until|through|-|–|—)\s?"

_CLOCK = r"(?:\d{1,2}:[0-5]\d:[0-5]\d|\d{1,3}:[0-5]\d)"
_MINUTES = r"(?:minutes?|mins?)"
_HOURS = rf"(?:hours?|hrs?)(?:(?: and)? {NUMBER} {_MINUTES})?"
_LENGTH = (
    rf"(?:half an hour|half[ -]hour|(?:a )?quarter of an hour|(?:{NUMBER}|an?)[ -]{_HOURS}"
    rf"|(?:{NUMBER}|an?|couple of|few)[ -]{_MINUTES}|{NUMBER}[ -](?:seconds?|secs?))"
)
_MOMENT = (
    rf"(?:{_CLOCK}|(?:the )?{_MINUTES} (?:number )?{NUMBER}|(?:the )?{NTH} minute"
    rf"|(?:the )?{_LENGTH}(?: mark| in(?:to)?\b(?: the {TALK})?))"
)
_MINUTE = re.compile(
    rf"{_MINUTES} (?:number )?(?P<number>{NUMBER})|(?P<nth>{NTH}) minute\b", re.IGNORECASE
)
_COUNT = re.compile(rf"({NUMBER}|\ban?\b|couple of|few)[ -](h|min|s)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Stretch:
    """Seconds that `words` of a text name; `by_clock` where they are written as 12:30."""

    span: SpanSeconds
    words: tuple[int, int]
    by_clock: bool


def stretches(text: str, duration: float) -> Iterator[Stretch]:
    """Yield what may be stretches of a lecture of `duration` seconds; some may lie outside."""
    for pattern, to_span in _FORMS:
        found = pattern.search(text)
        if found:
            clock = re.search(_CLOCK, found.group()) is not None
            yield Stretch(to_span(found, duration), found.span(), clock)


def value_of(number: str) -> int:
    """Value of a number or ordinal in digits or words.

    >>> value_of("twenty-five"), value_of("7th")
    (25, 7)
    """
    digits = re.match(r"\d+", number)
    if digits:
        return int(digits.group())
    text = number.lower()
    return _VALUES.get(text) or sum(_VALUES.get(one, 0) for one in re.split(r"[ -]", text))


# --- seconds -------------------------------------------------------------------------------------


def _seconds(text: str) -> float:
    """Seconds of a clock time, a numbered minute or a length."""
    text = text.lower()
    if clock := re.search(_CLOCK, text):
        total = 0
        for part in clock.group().split(":"):
            total = 60 * total + int(part)
        return float(total)
    if minute := _MINUTE.search(text):
        # The third minute begins when two are over, and minute 3 when three are.
        return 60.0 * (value_of(minute["number"] or "0") or value_of(minute["nth"] or "1") - 1)
    if re.search(r"half an hour|half[ -]hour", text):
        return 1800.0
    if "quarter of an hour" in text:
        return 900.0
    sizes = {"h": 3600.0, "min": 60.0, "s": 1.0}
    counts = _COUNT.findall(text) or [("a", "h" if text.startswith("h") else "min")]
    total_seconds = sum(value_of(number) * sizes[unit.lower()] for number, unit in counts)
    also = re.search(rf"^hour(?: and)? ({NUMBER}) min", text)
    return total_seconds + (3600.0 if also else 0.0)


def _between_minutes(found: "re.Match[str]", _: float) -> SpanSeconds:
    low, high = sorted((value_of(found["first"]), value_of(found["last"])))
    return 60.0 * low, 60.0 * high


def _between(found: "re.Match[str]", _: float) -> SpanSeconds:
    first, last = sorted((found["first"], found["last"]), key=_seconds)
    return _seconds(first), _seconds(last) + (60.0 if _MINUTE.search(last) else 0.0)


def _edge(found: "re.Match[str]", duration: float) -> SpanSeconds:
    seconds = _seconds(found["length"])
    if found["edge"].lower() in ("last", "final", "closing"):
        return duration - seconds, duration
    return 0.0, seconds


def _part(found: "re.Match[str]", duration: float) -> SpanSeconds:
    parts = {"half": 2, "third": 3, "quarter": 4}[found["part"].lower()]
    named = found["which"].lower()
    at = parts if named in ("last", "final") else value_of(named)
    return duration * (at - 1) / parts, duration * at / parts


def _around(found: "re.Match[str]", _: float) -> SpanSeconds:
    moment = found["moment"]
    middle = _seconds(moment) + (30.0 if _MINUTE.search(moment) else 0.0)
    return middle - _AROUND, middle + _AROUND


def _after(found: "re.Match[str]", duration: float) -> SpanSeconds:
    start = _seconds(found["moment"])
    return start, max(duration, start)


def _before(found: "re.Match[str]", _: float) -> SpanSeconds:
    return 0.0, _seconds(found["moment"])


def _at(found: "re.Match[str]", _: float) -> SpanSeconds:
    start = _seconds(found["moment"])
    if _MINUTE.search(found["moment"]):
        return start, start + 60.0
    return start - _BEFORE, start + _BEHIND


def _place(found: "re.Match[str]", duration: float) -> SpanSeconds:
    size = min(max(duration / 10, _EDGE[0]), _EDGE[1])
    place = found["place"].lower()
    if place in ("end", "close"):
        return duration - size, duration
    if place in ("middle", "halfway"):
        return (duration - size) / 2, (duration + size) / 2
    return 0.0, size


def _form(pattern: str) -> "re.Pattern[str]":
    return re.compile(pattern, re.IGNORECASE)


_Form: TypeAlias = tuple["re.Pattern[str]", Callable[["re.Match[str]", float], SpanSeconds]]
_WITHIN = r"\b(?:(?:between|from|in|during) )?"
_OF_TALK = rf"(?: (?:of|in) (?:the|this|her|his|their) {TALK})?"
_HERE = r"(?=\s*[?.!]*$)"
# In this order: what names two moments goes before what names one.
_FORMS: tuple[_Form, ...] = (
    (
        _form(rf"{_WITHIN}(?:the )?minutes (?P<first>{NUMBER}){TO}(?P<last>{NUMBER})\b"),
        _between_minutes,
    ),
    (
        _form(rf"\b(?:between|from) (?P<first>{NUMBER}){TO}(?P<last>{NUMBER}) minutes\b"),
        _between_minutes,
    ),
    (_form(rf"{_WITHIN}(?P<first>{_MOMENT}){TO}(?P<last>{_MOMENT})(?!\w)"), _between),
    (
        _form(
            r"\b(?:(?:in|during|of|for|over) )?(?:the )?(?P<edge>last|final|closing|first|opening) "
            rf"(?P<length>{_LENGTH}|{_HOURS}|minute){_OF_TALK}\b"
        ),
        _edge,
    ),
    (
        _form(
            r"\b(?:(?:in|during|of) )?the (?P<which>first|second|third|fourth|last|final) "
            rf"(?P<part>half|third|quarter){_OF_TALK}{_HERE}"
        ),
        _part,
    ),
    (_form(rf"(?:\b(?:around|about|near|roughly|circa)|~) ?(?P<moment>{_MOMENT})(?!\w)"), _around),
    (
        _form(
            rf"\b(?:after|since|from) (?P<moment>{_MOMENT}|(?:the )?first {_LENGTH}|{_LENGTH})"
            r"(?: on(?:wards?)?)?(?!\w)"
        ),
        _after,
    ),
    (_form(rf"\b(?:before|until|up to) (?P<moment>{_MOMENT})(?!\w)"), _before),
    (_form(rf"(?:\b(?:at|in|during|on) )?(?<!\w)(?P<moment>{_MOMENT})(?!\w)"), _at),
    (
        _form(
            r"\b(?:at|in|near|towards?) the (?:very )?(?P<place>beginning|start|end|close|middle)"
            rf"(?: of (?:the|this|her|his|their) {TALK}|{_HERE})"
        ),
        _place,
    ),
    (_form(rf"\b(?P<place>halfway)(?: through)?{_HERE}"), _place),
)
