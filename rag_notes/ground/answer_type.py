"""Whether a statement gives the type of answer that a question asks for.

"What is X?" wants X defined, "How do you …?" a way, "Why …?" a reason, "What are the three …?" all
three. In: a question and a statement that shares its words. Out: yes or no. Knows English only, and
neither passages nor how near the two are in meaning.
"""

import re
from collections.abc import Callable
from typing import TypeAlias

from rag_notes.ground.numbers import read_numbers
from rag_notes.ground.verbs import is_verb, may_be_verb
from rag_notes.ground.words import content_stems, stem, word_set

_FRESH = 2  # content words of an answer that its question does not hold
# "The importance of tokens" can be asked of any statement about them.
_VAGUE = re.compile(
    r"\bthe (?:\w+ )?(?:purpose|role|function|importance|significance|relationship|responsibilit\w+"
    r"|concept|goal|benefit)s? (?:of|between|behind|in|for)\b",
    re.IGNORECASE,
)
# "In a number of crucial ways": in which, the statement does not say.
_EMPTY = re.compile(
    r"\b(?:in|for) (?:a number of|several|many|various|some|different)(?: \w+)?"
    r" (?:ways|reasons|respects)\b(?! ?[:;])",
    re.IGNORECASE,
)
_WHY = re.compile(r"^why\b|\breasons? (?:for|why|that|of|behind|is|are)\b", re.IGNORECASE)
_GIVES_REASON = re.compile(
    r"\b(?:because|since(?! (?:\d|then|the (?:war|\d)|(?-i:[A-Z])))|so that|due to"
    r"|reason|otherwise|in order to|this way|as a result of|caused?|leads? to|that is why|thanks to"
    r"|which (?:makes?|means|lets?))\b",
    re.IGNORECASE,
)
_NOT_BECAUSE = re.compile(r"\bnot\b[^,;]*\bbecause\b", re.IGNORECASE)
# "Because we sleep, shops close": the reason for another thing.
_OPENS_WITH_REASON = re.compile(
    r"^(?:because|since|due to|therefore),? (?P<reason>[^,]*)", re.IGNORECASE
)
_HOW_MANY = re.compile(r"^how (?:many|much|long|often|far|big|large|fast)\b", re.IGNORECASE)
_YEAR = re.compile(r"\b(?:in |since |by |from )?(?:1[5-9]|20)\d\ds?\b")
_NO_COUNT = re.compile(r"\bone of\b", re.IGNORECASE)
_ABOUT_ONE = re.compile(
    r"\b(?:most|half|all|none|twice|once|an? (?:second|minute|hour|day|week|month|year|decade"
    r"|century))\b",
    re.IGNORECASE,
)
_NUMBER = r"(?:two|three|four|five|six|seven|eight)"
_LISTS = re.compile(
    rf"^what are (?:the |some (?:of the )?)?(?:(?P<count>{_NUMBER}) (?:\w+ )?(?P<counted>[a-z]+s)"
    r"|(?:\w+ )?(?P<kind>reasons|ways|types|kinds|steps|parts|phases|advantages|disadvantages"
    r"|examples|methods|stages|features|components))\b",
    re.IGNORECASE,
)
_LISTED = re.compile(r"[,;]|\b(?:and|or)\b")
_HOLDS = re.compile(r"\b(?:includ|consist|contain|such as|like|ha(?:s|ve)\b)", re.IGNORECASE)
_EXAMPLES = re.compile(r"\b(?:such as|for instance|examples?|includ\w+|like)\b", re.IGNORECASE)
# "What is needed to form a cloud?" asks for no definition.
_WHAT_IS = re.compile(
    r"^what(?:'s| is| was|(?P<several> are| were)) (?:meant by )?(?:an? |the )?"
    r"(?P<thing>(?!\w+(?:ed|ing|en) (?:to|by|in|when|if|for|with|at|on|about)\b|(?:so|wrong|true"
    r"|special|different|new|made|done|found|kept|said|told|left|there|it|this)\b)[^?]+)\?$",
    re.IGNORECASE,
)
_WITHIN = re.compile(r" (?:of|in|for|to|with|on|from|about|between|behind)\b", re.IGNORECASE)
# What stands behind the name of a thing where it is told of what kind the thing is.
_HEDGE = (
    r"(?:(?:just|also|simply|essentially|basically|roughly|about|nearly|approximately|currently"
    r"|really|usually|often) )*"
)
_KIND = (
    r"(?:an?(?! (?:\w+ )?(?:problem|disaster|mistake|success|failure|big deal|issue|question)\b)"
    r"|the(?! (?:talk|wrong|same|first|last|most|best|hardest|only)\b)|one of the (?:two|three)"
    r"|(?-i:[A-Z])\w*|any|anything|something|what(?! you need| we want)|how|when|where|to|\d"
    r"|(?:[\w-]+ ){0,4}[\w-]+(?<! in)(?<! by)(?<! on)(?<! than) (?:that|which|who"
    r"|made (?:of|from|up)|used (?:to|for|in)|of(?! (?:great|no|little|use)\b))\b)"
)
_NO_KIND = (
    r"(?!(?:\w+(?:ed|ly)|found|driven|made|known|seen|given|not|never|\w+er than|more|less|in|on|at"
    r"|of|by|from|for|with|under|one of (?:the|my|our)(?! (?:two|three)\b))\b"
    r"(?! (?:particles?|cells?|numbers?)))"
)
_DEFINES = (
    rf"(?:(?:is|are|was|were) {_HEDGE}{_NO_KIND}{_KIND}"
    rf"|(?:is|are) (?:called|defined as|known as)\b|(?:means?|refers? to|consists? of|denotes?"
    rf"|stands? for|describes?|ha(?:s|ve) {_NUMBER})\b)"
)
_NAMES = r"(?<!so-)\b(?:call(?:s|ed)?(?: (?:it|this|that|them))?|known as|termed|is the so-called)"
_NUMERAL = (
    rf"(?:is|are|was|were) {_HEDGE}(?:\d|{_NUMBER}\b|one\b(?! of)|nine\b|ten\b|\w+teen\b|\w+ty\b)"
)
_HOW_TO = re.compile(
    r"^how (?:do|can|could|should|would|does) (?:you|we|one|I) (?P<verb>\w+)", re.IGNORECASE
)
_ANY_DEED = word_set("do use get make handle work go know")
_HOW = re.compile(r"^how (?:do|does|did|can|could|is|are|was|were|to)\b", re.IGNORECASE)
_CHANGES = re.compile(r"\b(?:affects?|responds?|influences?|changes?|looks?)\b", re.IGNORECASE)
_COMPARES = re.compile(r"\b(?:compared?|differ)\b", re.IGNORECASE)
_DIFFERENCE = re.compile(
    r"\bdifferences? between (?P<one>.+?) and (?P<other>[^?]+)\?$", re.IGNORECASE
)
_DIFFERS = re.compile(
    r"\b(?:than|unlike|whereas|while|instead|differ\w*|in contrast)\b", re.IGNORECASE
)
_COMPARED = re.compile(
    r"\b(?:than|unlike|whereas|while|but|instead|both|differ\w*|same)\b"
    r"|, (?:and )?\w+ (?:is|are)\b",
    re.IGNORECASE,
)
# Words that tell by what means; "using this method" tells of none.
_MEANS = re.compile(
    r"\b(?:by(?! the (?:time|end)\b| \d)|using|with(?! (?:many|most|some)\b)|through|via|into|from"
    r"|based on|as)\b(?! (?:this|that|these|those|it|them|the same)\b)"
    r"|\b(?:first|then|when|once|so that|because|depends?|steps?)\b|[:;]",
    re.IGNORECASE,
)
_CAN_BE_DONE = re.compile(
    r"\bto \w+[^,;]*,|\bneed to\b|\b(?:you|we) (?:can|could|just|simply|only|have to|need|must"
    r"|should)\b",
    re.IGNORECASE,
)
_WHO = re.compile(r"^who\b", re.IGNORECASE)
_SOMEBODY = re.compile(r"(?<!^)\b[A-Z][a-z]|\b(?:we|I|people|\w+(?:ists|ers|ors|ians))\b")
_WHEN = re.compile(r"^when (?:do|does|did|is|are|was|were|will|can|should)\b", re.IGNORECASE)
_SOMETIME = re.compile(
    r"\d|\b(?:after|before|during|when|once|until|while|if|century|today|now|ago)\b", re.IGNORECASE
)
_WHERE = re.compile(r"^where (?:do|does|did|is|are|was|were|can|should)\b", re.IGNORECASE)
_SOMEWHERE = re.compile(r"\b(?:in|at|on|near|inside|under|between|behind|from|to)\b", re.IGNORECASE)
_NO_DEED = word_set(
    "is are was were be been has have had do does did can could will would may might must should"
    " shall of in for to with on from at by and or that which who people rose fell went grew"
)

# A question as it was matched, and an answer: whether this gives what that asks for.
_Tells: TypeAlias = Callable[[re.Match[str], str], bool]


def is_answered(question: str, answer: str) -> bool:
    """Whether a statement may answer a question, by the type of answer that this asks for.

    >>> is_answered("What is a bottleneck?", "Data movement is a bottleneck.")
    False
    """
    if _VAGUE.search(question) or _EMPTY.search(answer):
        return False
    fresh = set(content_stems(answer)) - set(content_stems(question))
    for asks, tells, least in _TYPES:
        asked = asks.search(question)
        if asked:
            return len(fresh) >= least and tells(asked, answer)
    return len(fresh) >= _FRESH


def _holds(pattern: re.Pattern[str]) -> _Tells:
    """What tells that a statement holds a pattern."""
    return lambda _, answer: bool(pattern.search(answer))


def _gives_reason(asked: re.Match[str], answer: str) -> bool:
    """Whether a statement gives a reason, and not for something else."""
    question = asked.string
    opens = _OPENS_WITH_REASON.match(answer)
    if opens and set(content_stems(question)) <= set(content_stems(opens["reason"])):
        return False
    denied = _NOT_BECAUSE.search(answer) and " not " not in question
    return bool(_GIVES_REASON.search(answer)) and not denied


def _gives_number(_: re.Match[str], answer: str) -> bool:
    counted = _NO_COUNT.sub("", _YEAR.sub("", answer))
    return bool(read_numbers(counted) or _ABOUT_ONE.search(counted))


def _gives_list(asked: re.Match[str], answer: str) -> bool:
    """Whether a statement lists what a question asks for, all of it where that is counted."""
    if not _LISTED.search(answer):
        return False
    what = asked["counted"] or asked["kind"]
    if what.lower() == "examples":
        return bool(_EXAMPLES.search(answer))
    named = stem(what.lower()) in content_stems(answer)
    if not asked["count"]:
        return named or bool(_HOLDS.search(answer) or _GIVES_REASON.search(answer))
    wanted = {one.value for one in read_numbers(asked["count"])}
    return named and bool(wanted & {one.value for one in read_numbers(answer)})


def _defines(asked: re.Match[str], answer: str) -> bool:
    """Whether a statement says what a thing is, or what is called so."""
    thing = asked["thing"].strip()
    several = bool(asked["several"])
    return any(
        _is_defined(one, answer, several=several, whole=one == thing)
        for one in (thing, _WITHIN.split(thing)[0])
    )


def _is_defined(thing: str, answer: str, *, several: bool, whole: bool) -> bool:
    """Whether a statement says what a thing is or does, or that something is called so.

    Where the name of the thing is not the `whole` of it, what tells which one stands behind it.
    """
    name = re.escape(thing)
    acts = re.match(
        rf"(?:an? |the )?{name}s?(?P<kind>, an? [^,]+,)? (?P<verb>\w+)", answer, re.IGNORECASE
    )
    if acts and (acts["kind"] or (whole and _acts(acts["verb"].lower(), several=several))):
        return True
    which = r"(?:,? (?:of|in|for|to|with|on) (?:[\w'’%-]+ ){0,8}?[\w'’%-]+)?"
    aside = r"(?: \([^)]*\)|, [^,;]{2,60},)?"
    opens = r"(?:^|; |: |^(?:with|in|for|at|on) [^,;]{2,60}, |^[^,;]{2,40}, )(?:an? |the |our )?"
    subject = rf"{opens}{name}s?{aside}{which} (?:{_DEFINES}|{_NUMERAL})"
    named = rf"{_NAMES} (?:an? |the )?(?:so-called )?{name}|^(?:an? |the )?{name}s?:"
    return bool(re.search(rf"{subject}|{named}", answer, re.IGNORECASE))


def _acts(word: str, *, several: bool) -> bool:
    """Whether a word behind the name of a thing says what it does, or what several do."""
    if word in _NO_DEED or not (may_be_verb(word) or is_verb(word)):
        return False
    return not word.endswith("s") if several else word.endswith("s")


def _gives_way(asked: re.Match[str], answer: str) -> bool:
    """Whether a statement says how somebody does something: what is done, and by what means."""
    verb = asked["verb"].lower()
    done = verb in _ANY_DEED or stem(verb) in content_stems(answer)
    to_do = re.search(rf"\bto {re.escape(verb)}\b", answer, re.IGNORECASE)
    return done and bool(to_do or _MEANS.search(answer) or _CAN_BE_DONE.search(answer))


def _tells_apart(asked: re.Match[str], answer: str) -> bool:
    """Whether a statement names both of two things, and tells them apart."""
    said = set(content_stems(answer))
    both = all(set(content_stems(one)) <= said for one in asked.group("one", "other"))
    return both and bool(_DIFFERS.search(answer))


def _gives_means(asked: re.Match[str], answer: str) -> bool:
    return bool(_CHANGES.search(asked.string) or _MEANS.search(answer))


# What asks so, what tells whether it is answered, and content words that the question lacks.
_TYPES: tuple[tuple[re.Pattern[str], _Tells, int], ...] = (
    (_HOW_MANY, _gives_number, 0),
    (_LISTS, _gives_list, 1),
    (_DIFFERENCE, _tells_apart, 1),
    (_COMPARES, _holds(_COMPARED), 1),
    (_WHY, _gives_reason, _FRESH),
    (_WHAT_IS, _defines, 1),
    (_HOW_TO, _gives_way, 1),
    (_HOW, _gives_means, _FRESH),
    (_WHO, _holds(_SOMEBODY), 1),
    (_WHEN, _holds(_SOMETIME), 0),
    (_WHERE, _holds(_SOMEWHERE), 1),
)
