"""Spoken English to written: the same statement without what only speech has.

In: one cleaned sentence. Out: the sentence with contractions written out, words that add nothing
left out, and spoken numbers as digits. Words that carry meaning, doubt ("may") and denials stay.
Knows English only.
"""

import re
from collections.abc import Iterator, Sequence
from fractions import Fraction

from rag_notes.ground.numbers import Number, read_numbers
from rag_notes.ground.prose import clean_sentence
from rag_notes.ground.verbs import is_verb
from rag_notes.ground.words import STOP_WORDS, word_set

_IRREGULAR = {
    "can't": "cannot",
    "won't": "will not",
    "shan't": "shall not",
    "ain't": "is not",
    "let's": "let us",
    "gonna": "going to",
    "wanna": "want to",
    "gotta": "have to",
    "'cause": "because",
    "cuz": "because",
}
_ENDINGS = {"n't": " not", "'re": " are", "'ve": " have", "'ll": " will", "'m": " am"}
_CONTRACTED = re.compile(
    r"\b(?P<irregular>can't|won't|shan't|ain't|let's|gonna|wanna|gotta|cuz)\b"
    r"|\b(?P<word>\w+?)(?P<ending>n't|'re|'ve|'ll|'m)\b"
    r"|\b(?P<subject>it|that|there|what|here|he|she|who|where|how)'s\b(?P<been>(?=\s+(?:been|got|had|become|happened)\b))?",
    re.IGNORECASE,
)
# "It's confidence isn't good", as a recogniser writes it.
_ITS = re.compile(
    r"(?:^|(?<=, ))(?P<i>[Ii])t's"
    r"(?= (?!(?:that|what|which|this|there|here|where|when|how|all|not|like)\b)[a-z]{4,}"
    r"(?: [a-z]{3,})? (?:is|isn't|was|wasn't)\b)"
)
# Adverbs and asides of speech; after "not" they carry meaning ("not really", "not quite").
_EMPTY = re.compile(
    r"""(?<!not\s)(?<!n't\s)(?<!cannot\s)(?:
    (?:,\s*)?\b(?:in\s+some\s+sense|if\s+you\s+think\s+about\s+it|as\s+you\s+can\s+see|if\s+you\s+will
        |so\s+to\s+speak|at\s+the\s+end\s+of\s+the\s+day|to\s+be\s+honest|kind\s+of\s+like|sort\s+of\s+like
        |I\s+(?:would\s+say|think|guess|believe|suppose)
            (?:\s+that(?=\s+(?:the|an?|we|you|they|it|there|this|these|if|when|in|for|most|many)\b)|(?!\s+that\b))
        |of\s+course|or\s+(?:something|whatever)(?=\s*(?:[,.;?!]|$))
        |and\s+so\s+on\s+and\s+so\s+forth)\b,?
    |(?:,\s*)?\b(?:basically|actually|really|essentially|literally|obviously|honestly|simply)\b,?
        (?!\s+(?:not|no|all|any|every\w*|none|nothing|nobody|always|never)\b)
    |\b(?<!not\s)just\b(?!\s+(?:as|like|in\s+time|a\s+few|one|two|enough)\b)
    )""",
    re.IGNORECASE | re.VERBOSE,
)
_OPENING = re.compile(
    r"^(?:(?:now(?!\s+that\b)|also|then|again|basically|essentially|actually|furthermore|finally|next"
    r"|(?:please\s+)?(?:notice|note)\s+that|remember(?:\s+that)?|for\s+example|for\s+instance|first\s+of\s+all"
    r"|in\s+other\s+words|that\s+is(?=,\s+(?!(?:to|in|for|at|with|from)\b))|intuitively|of\s+course|and|but"
    r"|so(?!\s+(?:far|that|many|much|long|called|few)\b)"
    r"|however(?=,)|therefore|thus(?!\s+far\b)|hence|consequently|as\s+a\s+result(?=,)"
    r"|there\s+are\s+(?:two|three)\s+(?:\w+\s+)?(?:paths|ways|cases|options|possibilities)(?=:\s+(?:if|when)\b)"
    r"|additionally(?!\s+to\b)|moreover|firstly|secondly|on\s+the\s+other\s+hand|in\s+addition"
    # frames: what is said comes after them
    r"|(?:the|one)\s+(?:\w+\s+)?(?:idea|point|thing|upshot|takeaway)(?:\s+here)?"
    r"(?:\s+to\s+(?:note|remember))?\s+is(?:\s+just)?(?:\s+that|(?=:))"
    r"|the\s+(?:\w+\s+)?(?:idea|goal|point)\s+is(?:\s+that)?(?=\s+(?:you|we)\s+want\s+to\b)|it\s+turns\s+out(?:\s+that)?"
    r"|(?:we|you)\s+can\s+see(?:\s+here)?\s+that"
    r"|it\s+is\s+(?:also\s+)?(?:worth\s+(?:noting|mentioning|pointing\s+out)"
    r"|important\s+to\s+(?:note|remember)|remember)\s+that"
    r"|it\s+is\s+(?:also\s+)?worth\s+(?:noting|mentioning|pointing\s+out)(?:\s+there)?(?=:)"
    r"|which\s+is\s+that\b,?|(?:what|all)\s+I\s+am\s+saying\s+is\s+that"
    r"|as\s+(?:seen|shown|mentioned|explained)\s+in\s+the\s+[^,.]{3,40}\s(?:video|lecture|chapter|section)"
    r"|as\s+(?:we|you|I)\s+(?:have\s+)?(?:said|mentioned|saw|seen)\s+(?:in|with|from|at)\s+(?:the|our|this)"
    r"\s(?:[\w-]+\s){0,3}(?:video|lecture|chapter|example|section|course|part|beginning|presentation)"
    r"(?=,\s+(?!(?:it|they|this|that|these|those)\b))"
    r"|as\s+(?:we|you|I)\s+(?:have\s+)?(?:said|mentioned|saw|seen)(?:\s+(?:before|earlier|already))?"
    r"(?!\s+(?:with|in|for|on|from|before|earlier|already)\b))\b[,:]?\s*)+(?=\w)",
    re.IGNORECASE,
)
# "There is this known paper" names it here and now; "Because" answers a sentence before.
_THERE_IS = re.compile(r"\b(?P<there>there (?:is|was)) this\b(?=\s+(?P<next>\w))", re.IGNORECASE)
# "We also have this theorem that is called the master theorem" names it as well.
_THIS_CALLED = re.compile(
    r"\b(?P<there>have|has|had|is|was|use|uses|used|introduce|introduced|define|defined) this"
    r"(?=\s+(?P<next>\w)[\w-]*(?: [\w-]+){0,2},? (?:(?:that|which) (?:is|was) )?(?:called|known as)"
    r" (?!(?:back|off|out|on|upon|in|by|for|up|to)\b))",
    re.IGNORECASE,
)
_SOME = re.compile(r"\b(?:few|several|couple|many)\s$", re.IGNORECASE)  # "a few hundred years"
_VOWEL = re.compile(r"(?!uni|use|usu|eu|one\b|once\b)[aeiou]|hour|honest|heir", re.IGNORECASE)
# "…, which we will see a bit more in this class": what is announced beside what is said.
_ANNOUNCED = re.compile(
    r",?\s+(?:which\s+is\s+)?(?:something\s+)?(?:that|which)\s+(?:we|I|you)(?:'ll|\s+will|\s+are\s+going\s+to)"
    r"\s+(?:\w+\s+){0,2}(?:see|talk\s+about|cover|discuss|look\s+at|get\s+to|come\s+back\s+to|learn|touch\s+on)\b[^,.;?!]*,?",
    re.IGNORECASE,
)
# "…, check out its documentation linked below": what stands beside the video.
_LINKED = re.compile(
    r",\s+(?:(?:and|so|be sure to|make sure to)\s+)*(?:check out|have a look at|take a look at)\b"
    r"[^,.;?!]*\b(?:link(?:s|ed)?|below|docs|documentation|description|blog|video)\b[^,.;?!]*"
    r"(?=[.;?!]|$)",
    re.IGNORECASE,
)
_TAUGHT = re.compile(
    r"^(?:(?:we|I)\s+can\s+(?:also\s+)?(?:teach|show|tell)\s+you\s+how"
    r"|here\s+is\s+(?:a|an|one|another)\s+(?:\w+\s+){0,2}(?:one|example):)\s+(?!to\b)(?=\w+\s+\w+)",
    re.IGNORECASE,
)
# "For example, here …": what is told alone is no example of anything.
_FOR_EXAMPLE = re.compile(
    r"^(?:(?:and|so|but|now|then|okay|here)[, ]+)*for (?:example|instance)\b,?\s+(?:here,?\s+)?",
    re.IGNORECASE,
)
# "We are going to merge the pair" teaches a step, as "we merge the pair" does. What the lecture
# itself will do is announced.
_GOING_TO = re.compile(
    r"""(?<!are\ )\b(?P<who>we)\ (?:are\ (?P<early>(?:(?:now|then|first|also)\ )*)going\ to|will)
    \ (?P<first>(?:first\ |then\ |successively\ |also\ |now\ )*)
    (?=start\ by\ \w+ing\b
        |(?!(?:the|an?|this|that|these|those|each|every|our|your|not|one|all|where|it|talk|see
        |look|discuss|cover|go|get|start|learn|be|have|do|try|show|come|explore|dive
        |review|move|continue|explain|introduce|tell|skip|revisit|stop|say\ more|give|provide
        |return|make|send|post|release|run|reach|need|study|meet|know|lose|hit|face|end|become
        |find(?!\ the\b)
        |hear|spend|focus|touch|\w+ly|later|soon|still|never|always|only|even)\b)[a-z]+\b)""",
    re.IGNORECASE | re.VERBOSE,
)
# Foresees what will be, and teaches no step.
_FORESEES = re.compile(
    r"\b(?:by (?:19|20)\d\d|in the future|some ?day|one day|until|when we will|nobody)\b",
    re.IGNORECASE,
)
# "The point here is": where one stands. What is shown or looked at here is not in the notes.
_DENIAL = re.compile(r"\b(?:not|no|never|cannot|nothing|none)\b|n't\b", re.IGNORECASE)
_HERE = re.compile(
    r"""\b(?P<before>(?!(?:in|from|to|right|over|up|down|shown|seen?|saw|look|is|are|was|come|and
        |like|get|go)\b)\w+)\ here(?=[,.;]|\ (?:is|are|was|were|that|which|because|and|but)\b)
    |\b(?P<to>to)\ here(?=\ (?!(?:is|are|was|were|and|or|to|in|on|at|it|the|an?)\b)[a-z]+\b)
    |^here,?\ (?=(?:we|you|they|the|a|an|each|every|what)\b)""",
    re.IGNORECASE | re.VERBOSE,
)
_IF_HERE = re.compile(r"\b(?:if|when|where|whether)\b[^,.;]*\bhere\b", re.IGNORECASE)
_SHOWN = re.compile(r"here, (?=(?:we|you|they|the|a|an|each|every|what)\b)", re.IGNORECASE)
# "If you look at the flops, this changes": the flops change. "One other trend": of which, is lost.
_LOOK_AT = re.compile(
    r"^if you look (?:back )?at (?P<what>(?:the|a|an|our|your|these|this) [^,]{3,90}),"
    r" (?:this|it|that|they|these) (?=(?!is\b|was\b|are\b|looks?\b|turns?\b|seems?\b)\w+)",
    re.IGNORECASE,
)
# "Unit 3 is scaling laws, and here the goal is …": the goal of these.
_UNIT = re.compile(
    r"^(?:unit|module|lecture) (?:\d+|one|two|three|four|five|six|seven|eight) is"
    r" (?:about |on |called )?(?P<name>(?!(?:where|when|what|how|an?|the)\b)[a-z][\w -]{1,38}"
    r"(?:s|tion|ing|ment|ism)), (?:and|where) (?:here,? )?"
    r"(?=the (?:\w+ )?(?:goal|idea|point|aim|question|problem) )",
    re.IGNORECASE,
)
_ONE_MORE = re.compile(r"^(?:one other|another|one more) (?=\w+ \w+)", re.IGNORECASE)
_REASON_ALONE = re.compile(
    r"^because (?=(?:[^,]|, (?:and|but|or|which|so)\b)+$)(?!of\b|if\b|when\b|as\b)", re.IGNORECASE
)
_FIRST = re.compile(r"[A-Za-z][a-z]*\b")
_DOES = re.compile(r"[A-Z][a-z]+ing (?:the|an?|this|that|your|our|it|them)\b")  # "Using a key"
# Open a sentence and are no names, beside stop words, verbs and adverbs.
_OPENERS = word_set(
    """
    according alongside behind beneath beside besides beyond despite except finally given inside
    later next outside sometimes today together unlike usually whenever wherever yet researchers
    people students models data tokens large small big long short high low new old early late deep
    fast slow hard easy simple full empty training learning reading using adding
    """
)
# Ordinals, fractions and factors read better in words.
_NO_COUNT = re.compile(
    r"half|halves|quarters?\b|twice|double|once|dozen|(?:first|second|third|\w+th|thirds|\w+ths)\b",
    re.IGNORECASE,
)
_LARGE = ((10**12, "trillion"), (10**9, "billion"), (10**6, "million"))
_LEAST = 11  # numbers below are written as words, unless a list holds larger ones
_COMMA = re.compile(r",? (?:and |or )?")


def as_written(spoken: str, *, alone: bool = True) -> str:
    """Clean a sentence as it was said, and write it down; not `alone`, to stand behind another."""
    return to_written(clean_sentence(spoken), alone=alone)


def with_quotes_closed(text: str) -> str:
    """A text with no quotation mark that lacks its other one, and one stop at its end."""
    text = re.sub(r'([.!?]")\.$', r"\1", text)
    if text.count('"') % 2 == 0 or re.search(r'\d"', text):  # 12" are inches
        return text
    opens = re.search(r'(?:^|[ (])"(?=\w)[^"]*$', text)
    return f'{text}"' if opens else text.replace('"', "")


def is_example(spoken: str) -> bool:
    """Whether a sentence was said as an example of the one before."""
    return bool(_FOR_EXAMPLE.match(spoken))


def as_example(written: str) -> str:
    """A written sentence as an example of the one that it stands behind."""
    return f"For example, {decapitalised(written)}"


def to_written(text: str, *, alone: bool = True) -> str:
    """Write a spoken sentence down: "it's basically fifty percent" -> "it is 50%"."""
    if not alone and is_example(text):
        return as_example(to_written(_FOR_EXAMPLE.sub("", text)))
    text = _ITS.sub(r"\g<i>ts", text.replace("’", "'"))
    text = _CONTRACTED.sub(_written_out, text)
    for _ in range(2):  # one aside may stand right behind another
        text = _EMPTY.sub(" ", text)
    text = _OPENING.sub("", " ".join(text.split()))
    text = _UNIT.sub(r"In \g<name>, ", text)
    text = _LOOK_AT.sub(_looked_at, text)
    text = _ONE_MORE.sub("One ", text) if alone else text
    # "it does not hold here" may hold elsewhere, and "if it is here" is a case
    if not (_DENIAL.search(text) or _IF_HERE.search(text)):
        shown = None if alone else _SHOWN.match(text)  # of the example that it stands behind
        text = _HERE.sub(r"\g<before>\g<to>", text)
        text = f"Here, {decapitalised(text)}" if shown else text
    if not _FORESEES.search(text):
        text = _GOING_TO.sub(_as_step, text)
    text = _TAUGHT.sub("", _ANNOUNCED.sub(" ", _LINKED.sub("", text)))
    text = _REASON_ALONE.sub("", _THIS_CALLED.sub(_there_is, _THERE_IS.sub(_there_is, text)))
    text = _with_digits(text)
    text = re.sub(r"\s+([,.;:?!])", r"\1", " ".join(text.split()))
    text = re.sub(r"^[,;:\s]+|,(?=[,.])", "", text)
    is_code = re.search(r"[A-Z\d_(]|\.\w", text.partition(" ")[0])  # "np.array", "x_1"
    return text if is_code else text[:1].upper() + text[1:]


def decapitalised(text: str, *, around: str = "") -> str:
    """A sentence as it stands inside another: its first word small, unless that may be a name.

    It is none where the lecture says it small elsewhere, in what stands `around`, and one where
    that says it large inside a sentence.
    """
    first = _FIRST.match(text)
    word = first[0].lower() if first else ""
    if first and re.search(rf"[a-z,] {re.escape(first[0])}\b", around):
        return text  # "Mark" inside a sentence is a name
    small = word in STOP_WORDS or word in _OPENERS or is_verb(word)
    small = small or word.endswith(("ly", "tion", "sion", "ment", "ness"))
    if re.match(r"[A-Z]\w* [A-Z]", text) and word not in STOP_WORDS:
        return text  # "Second World War"
    small = small or bool(_DOES.match(text))
    small = small or bool(word and re.search(rf"\b{re.escape(word)}\b", around))
    return f"{text[0].lower()}{text[1:]}" if small and word != "i" else text


def _as_step(match: re.Match[str]) -> str:
    return f"{match['who']} {match['early'] or ''}{match['first']}"


def _looked_at(match: re.Match[str]) -> str:
    return f"{match['what'][0].upper()}{match['what'][1:]} "


def _there_is(match: re.Match[str]) -> str:
    return f"{match['there']} {'an' if _VOWEL.match(match.string, match.start('next')) else 'a'}"


def _written_out(match: re.Match[str]) -> str:
    if match["irregular"]:
        return _like(match["irregular"], _IRREGULAR[match["irregular"].lower()])
    if match["ending"]:
        return f"{match['word']}{_ENDINGS[match['ending'].lower()]}"
    return f"{match['subject']} {'has' if match['been'] is not None else 'is'}"


def _like(model: str, text: str) -> str:
    return text[0].upper() + text[1:] if model[0].isupper() else text


def _with_digits(text: str) -> str:
    numbers = [one for one in read_numbers(text) if not _SOME.search(text[: one.start])]
    written = [_digits(number) for number in numbers]
    for first, last in _lists(text, numbers):
        part = slice(first, last)
        if any(
            one or _has_digit(number)
            for one, number in zip(written[part], numbers[part], strict=True)
        ):
            written[part] = [_digits(number, least=0) for number in numbers[part]]
    for number, digits in reversed([*zip(numbers, written, strict=True)]):
        if digits:
            text = text[: number.start] + digits + text[number.end :]
    return text


def _lists(text: str, numbers: Sequence[Number]) -> Iterator[tuple[int, int]]:
    """Yield half-open ranges of numbers of one list: "four, seven, and fourteen"."""
    first = 0
    for at in range(1, len(numbers) + 1):
        goes_on = at < len(numbers) and _COMMA.fullmatch(
            text[numbers[at - 1].end : numbers[at].start]
        )
        if not goes_on:
            if at - first > 1:
                yield first, at
            first = at


def _has_digit(number: Number) -> bool:
    return any(char.isdigit() for char in number.surface)


def _digits(number: Number, *, least: int = _LEAST) -> str | None:
    """Digits for a number that was spoken in words; None where words read better."""
    if _has_digit(number) or not number.firm or _NO_COUNT.search(number.surface):
        return None
    try:
        value = Fraction(number.value.removesuffix("%"))
    except ValueError:
        return None
    if number.value.endswith("%"):
        return f"{_plain(value)}%"
    if value.denominator == 1 and abs(value) < least:
        return None
    for size, name in _LARGE:
        if value >= size and (value * 100 / size).denominator == 1:
            return f"{_plain(value / size)} {name}"
    return _plain(value)


def _plain(value: Fraction) -> str:
    if value.denominator == 1:
        number = int(value)
        return str(number) if abs(number) < 10_000 else f"{number:,}"  # 2017 may be a year
    return f"{float(value):g}"
