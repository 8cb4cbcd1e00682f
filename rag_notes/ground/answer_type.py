"""Whether a statement gives the type of answer that a question asks for.

"What is X?" wants X defined, "How do you …?" a way, "Why …?" a reason, "What are the three …?" all
three. In: a question and a statement that shares its words. Out: yes or no. Knows English only, and
neither passages nor how near the two are in meaning.
"""

import re

from rag_notes.ground.numbers import read_numbers
from rag_notes.ground.verbs import is_verb, may_be_verb
from rag_notes.ground.words import content_stems, stem

_FRESH = 2  # content words of an answer that its question does not hold
# "The importance of tokens" can be asked of any statement about them.
_VAGUE = re.compile(
    r"\b(?:(?:purpose|role|importance|significance|relationship|responsibilit\w+|concept|goal|benefit"
    r"|difference)s?\b|the functions? of\b)",
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
    r"\b(?:because|since|so that|due to|reason|therefore|otherwise|in order to|this way)\b",
    re.IGNORECASE,
)
_HOW_MANY = re.compile(r"^how (?:many|much|long|often|far|big|large|fast)\b", re.IGNORECASE)
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
_WHAT_IS = re.compile(
    r"^what(?:'s| is| are| was| were) (?:meant by )?(?:an? |the )?(?P<thing>[^?]+)\?$",
    re.IGNORECASE,
)
_WITHIN = re.compile(r" (?:of|in|for|to|with|on|from|about|between|behind)\b", re.IGNORECASE)
# What follows "is" where a thing is named, not judged: "is illustrated" says nothing of what it is.
_NO_KIND = (
    r"(?:\w+(?:ed|ly|ing|able|ible|ful|ous)|not|so|very|quite|too|just|also|more|less|most|small|large"
    r"|big|fast|slow|hard|easy|good|bad|great|different|important|low|high|new|old|true|false|free"
    r"|available|there|here|what (?:you|we|I|they|it))"
)
_DEFINES = (
    rf"(?:(?:is|are|was|were) (?!{_NO_KIND}\b)|(?:is|are) (?:called|defined|known|made|used)\b"
    r"|(?:means?|refers? to|consists? of|denotes?|stands? for|describes?|involves?"
    rf"|ha(?:s|ve) {_NUMBER})\b)"
)
_NAMES = r"\b(?:call(?:s|ed)?(?: (?:it|this|that|them))?|known as|termed|the so-called)"
_HOW_TO = re.compile(r"^how (?:do|can|could|should|would|does) (?:you|we|one|I)\b", re.IGNORECASE)
_DOES = re.compile(r"^how \w+ \w+ (?P<verb>\w+)", re.IGNORECASE)
_NO_DEED = frozenset(
    "is are was were be been has have had do does did can could will would may might must should"
    " shall of in for to with on from at by and or".split()
)
_ANY_DEED = frozenset("do use get make handle work go know".split())
_HOW = re.compile(r"^how (?:do|does|did|can|could|is|are|was|were|to)\b", re.IGNORECASE)
_COMPARES = re.compile(r"\b(?:compared?|differ)\b", re.IGNORECASE)
_COMPARED = re.compile(
    r"\b(?:than|unlike|whereas|while|but|instead|both|differ\w*|same)\b", re.IGNORECASE
)
# Words that tell by what means; "using this method" tells of none.
_MEANS = re.compile(
    r"\b(?:by|using|with|through|via|into|from|based on)\b(?! (?:this|that|these|those|it|them|the"
    r" same)\b)|\b(?:first|then|so that|because|depends?)\b",
    re.IGNORECASE,
)
_CAN_BE_DONE = re.compile(
    r"^(?:in order )?to \w+[^,;]*,|\b(?:you|we) (?:can|could|just|simply|only|have to|need(?: to)?"
    r"|must|should)\b|\bneed to\b",
    re.IGNORECASE,
)


def is_answered(question: str, answer: str) -> bool:
    """Whether a statement may answer a question, by the type of answer that this asks for.

    >>> is_answered("What is a bottleneck?", "Data movement is a bottleneck.")
    False
    """
    if _VAGUE.search(question) or _EMPTY.search(answer):
        return False
    fresh = set(content_stems(answer)) - set(content_stems(question))
    for asks, tells, least in _TYPES:
        if asks.search(question):
            return len(fresh) >= least and tells(question, answer)
    return len(fresh) >= _FRESH


def _gives_reason(_: str, answer: str) -> bool:
    return bool(_GIVES_REASON.search(answer))


def _gives_number(_: str, answer: str) -> bool:
    return bool(read_numbers(answer))


def _gives_list(question: str, answer: str) -> bool:
    """Whether a statement lists what a question asks for, all of it where that is counted."""
    asked = _LISTS.match(question)
    if not asked or not _LISTED.search(answer):
        return False
    what = asked["counted"] or asked["kind"]
    if what.lower() == "examples":
        return bool(_EXAMPLES.search(answer))
    named = stem(what.lower()) in content_stems(answer)
    if not asked["count"]:
        return named or bool(_HOLDS.search(answer) or _GIVES_REASON.search(answer))
    wanted = {one.value for one in read_numbers(asked["count"])}
    return named and bool(wanted & {one.value for one in read_numbers(answer)})


def _defines(question: str, answer: str) -> bool:
    """Whether a statement says what a thing is, or what is called so."""
    asked = _WHAT_IS.match(question)
    if not asked:
        return False
    thing = asked["thing"].strip()
    several = bool(re.match(r"what (?:are|were)\b", question, re.IGNORECASE))
    names = (thing, _WITHIN.split(thing)[0])
    return any(_is_defined(one, answer, several=several) for one in names)


def _is_defined(thing: str, answer: str, *, several: bool) -> bool:
    """Whether a statement says what a thing is or does, or that something is called so."""
    flat = re.escape(thing.replace(",", ""))
    acts = re.match(
        rf"(?:an? |the )?{flat}s?(?P<kind>, an? [^,]+,)? (?P<verb>\w+)", answer, re.IGNORECASE
    )
    if acts and (acts["kind"] or _acts(acts["verb"].lower(), several=several)):
        return True
    said = answer.replace(",", "")
    behind = r"(?: \([^)]*\))?(?: (?:of|in|for|to|with|on) (?:[\w'’%-]+ ){0,8}?[\w'’%-]+)?"
    subject = rf"(?:^|; |: |\b(?:an?|the|that|your|our) |, )(?:\w+ )?{flat}s?{behind} {_DEFINES}"
    named = rf"{_NAMES} (?:an? |the )?(?:so-called )?{flat}|^(?:an? |the )?{flat}s?:"
    return bool(re.search(rf"{subject}|{named}", said, re.IGNORECASE))


def _acts(word: str, *, several: bool) -> bool:
    """Whether a word behind the name of a thing says what it does, or what several do."""
    return word not in _NO_DEED and (several or is_verb(word) or may_be_verb(word))


def _gives_way(question: str, answer: str) -> bool:
    """Whether a statement says how somebody does something: what is done, and by what means."""
    does = _DOES.match(question)
    verb = does["verb"].lower() if does else ""
    done = verb in _ANY_DEED or stem(verb) in content_stems(answer)
    return done and bool(_MEANS.search(answer) or _CAN_BE_DONE.search(answer))


def _compares(_: str, answer: str) -> bool:
    return bool(_COMPARED.search(answer))


def _gives_means(_: str, answer: str) -> bool:
    return bool(_MEANS.search(answer))


# What asks so, what tells whether it is answered, and content words that the question lacks.
_TYPES = (
    (_HOW_MANY, _gives_number, 0),
    (_LISTS, _gives_list, 1),
    (_WHY, _gives_reason, _FRESH),
    (_WHAT_IS, _defines, 1),
    (_HOW_TO, _gives_way, _FRESH),
    (_COMPARES, _compares, 1),
    (_HOW, _gives_means, _FRESH),
)
