"""What a statement can be asked about: the reason, the meaning, the parts or the way it gives.

In: a statement. Out: what a student can do who has understood it ("Explain why …", "Name the two
phases of …"), and the question it answers. "Explain the importance of tokens" can be said of
anything; these have an answer. Knows English only.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from rag_notes.ground.negation import denies
from rag_notes.ground.verbs import is_plural_noun, is_verb, is_verb_only, may_be_verb
from rag_notes.ground.written import decapitalised

_FEWEST_WORDS = 3  # of what is to be explained
_LEANS = re.compile(
    r"\b(?:it|its|they|them|their|this|that|these|those|here|I|he|she)\b", re.IGNORECASE
)
_BECAUSE = re.compile(r"^(?P<what>[^,;:–—]{8,110}?),? because (?!of\b)[^;]{8,}$", re.IGNORECASE)
# What tells a thing from others of its kind: "a one-time cost" is said of it, and does not define.
_IS = re.compile(
    r"^(?:(?P<article>an?|the) )?(?P<what>[\w-]+(?: [\w-]+){0,3}) (?P<verb>is|are|means)"
    r" (?:an?|the(?! (?:only|same|one|first|last|most|best))|one of"
    r"|what(?! (?:you|we|I|they|it)\b)|when|taking)\b"
    r"(?=[^,;]* (?:that|which|who|where|whose|of|for|from|to|in|on|with|used|made|called|between)\b"
    r"|[^,;]*, (?:that|which|where)\b) [^;]{12,}$",
    re.IGNORECASE,
)
# "The red line": of what it shows, another sentence speaks. "The poverty line" is a term.
_DRAWN = re.compile(
    r"^(?:(?:red|blue|green|black|white|yellow|orange|grey|gray|left|right|top|bottom|upper|lower"
    r"|first|second|third|other|whole|entire|dotted|dashed|solid|\w+est) )?"
    r"(?:picture|line|bar|curve|chart|figure|slide|box|arrow|column|part|side)s?$",
    re.IGNORECASE,
)
_JUDGED = re.compile(  # said of a thing by whoever likes or fears it, or points at it
    r"^(?:an?|the|one of the)? ?(?:\w+ )?(?:example|case|instance|key|big|bigger|huge|main"
    r"|important|crucial|great|good|nice|useful|common|hard|difficult|popular|old)\b",
    re.IGNORECASE,
)
_IF = re.compile(
    r"^(?P<when>(?:(?P<if>if)|when)"
    r" (?!(?:we|you|I) (?:think|look|go|refresh|see|want|have|get|come|are unaware|do not know|were"
    r"|play)\b)"
    r"[^,;]{8,90}), (?:then )?[^;]{8,}$",
    re.IGNORECASE,
)
_PAST = re.compile(r"\b(?:\w{3,}ed|was|were|did|had|came|went)\b", re.IGNORECASE)
_COUNTED = (
    r"(?P<counted>(?:two|three|four|five|six|seven|eight)"
    r" (?:main |different |basic |important )?(?:types|kinds|phases|parts|ways|steps|stages"
    r"|components|categories|reasons|methods|operations|approaches|options|layers|problems|tasks"
    r"|modes|rules|arguments|sorts|versions|columns|fields|choices)(?: of [\w-]+(?: [\w-]+)?)?)"
)
_HAS_PARTS = re.compile(
    r"^(?P<whole>[^,;:]{3,60}?)"
    r" (?:has|have|involves?|includes?|consists of|uses?|comes in|supports?)"
    rf" {_COUNTED}\s?[:;,–—]",
    re.IGNORECASE,
)
_ARE_PARTS = re.compile(
    rf"^there are {_COUNTED}(?P<place> (?:of|in|to|for|on) [^,;:]{{3,60}})?\s?[:;–—]",
    re.IGNORECASE,
)
_IN_ORDER_TO = re.compile(
    r"^to (?P<do>[a-z]+ [^,;:]{4,70}), (?!it\b|and\b|or\b)[^;]{8,}", re.IGNORECASE
)
_DONE_BY = re.compile(
    r"^(?:you|we) (?:can |could |then |first |now )*"
    r"(?P<do>[a-z]+ (?:the|an?|your|our)\b[^,;:]{3,60}?)"
    r" (?:by (?:\w+ly )?\w+ing|using|with the help of)\b",
    re.IGNORECASE,
)
_DEPENDS = re.compile(r"^(?P<what>[^,;:]{3,60}?) (?P<verb>depends?) on [^;]{4,}$", re.IGNORECASE)
_AIM_OF = re.compile(
    r"^(?P<what>the (?:main |basic |key |overall )?"
    r"(?:goal|aim|idea|purpose|job|role|task|trick|point) (?:of|behind) [^,;:]{3,60}?)"
    r" is\b[^;]{8,}$",
    re.IGNORECASE,
)
_DIFFERENCE = re.compile(
    r"^the (?:main |key |only |big )?difference between (?P<what>[^,;:]{5,70}?) is\b[^;]{6,}$",
    re.IGNORECASE,
)
_THAN = re.compile(
    r"^(?P<what>[^,;:]{3,50}?) (?P<verb>is|are|was|were)"
    r" (?:much |far |even |slightly |a bit |a lot )?(?:[a-z]{3,}er|(?:more|less) [a-z]+)"
    r" than (?!(?:before|ever|expected|because|when|in|you|we|they|it|usual|that|this|\d)\b)"
    r"(?P<other>(?!.*\b(?:because|when|if|since)\b)[^,;:.]{3,50})$",
    re.IGNORECASE,
)
_ABOUT = r"(?:only |about |roughly |around |nearly |over |up to |more than |less than )?"
_NUMBER = (
    r"(?:\d[\d.,]*(?: (?:million|billion|trillion|thousand))?"
    r"|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve)"
)
_HOW_MANY = re.compile(
    rf"^there are {_ABOUT}{_NUMBER} (?P<what>[a-z][^,;:]{{2,50}}?)"
    r"(?P<place> (?:for|in|per|on) [^,;:]{3,40}?)?(?: by definition)?$",
    re.IGNORECASE,
)
_TAKES = re.compile(
    rf"^(?P<what>[^,;:]{{3,60}}?) (?P<verb>takes?|costs?|needs?|lasts?) {_ABOUT}"
    rf"(?P<money>\$ ?)?{_NUMBER} ?"
    r"(?P<unit>[a-z]+s)?\b[^;]{0,40}$",
    re.IGNORECASE,
)
_TIMES = re.compile(r"(?:(?:nano|micro|milli)?seconds|minutes|hours|days|weeks|months|years)$")
_ORIGIN = re.compile(
    r"^(?P<what>[^,;:]{3,60}?) (?P<be>was|were) (?:first |originally |actually )?"
    r"(?P<done>developed|introduced|invented|proposed|created|described|discovered|published"
    r"|released|designed)"
    r"(?: (?P<by>by) (?!hand\b)[A-Z][^,;:]{2,60}| in (?:the )?\d{4}s?\b[^;]{0,60})$",
    re.IGNORECASE,
)
# Subject and verb, which change places in a question.
_TURNED = re.compile(
    r"^(?P<subject>(?:[\w'’-]+ ){1,6}?)(?P<verb>is|are|was|were|can|cannot|could|will|should|must)"
    r" (?P<rest>.+)$",
    re.IGNORECASE,
)
_SIDE = frozenset("that which who whose if when where what how at".split())  # open a clause
# "You can have a table using two": what one has or sees is not done.
_NO_WAY = frozenset(
    "be have do get see understand know give think imagine need want use take look".split()
)
_NO_THING = re.compile(
    r"^(?:no|not|none|neither|nothing|there|what|which|who|where|how|one|some|many|most|all|each|every|you|we|your|our|first"
    r"|second|third|last|next|main|right|thing|goal|idea|problem|answer|reason|point|question"
    r"|difference|good|bad|starting|final|tab|data|result|example)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Asked:
    """What a statement answers: "" where it makes no goal, or no question."""

    goal: str
    question: str


# A statement without its full stop, and all statements of its topic.
Read: TypeAlias = Callable[[str, Sequence[str]], Asked | None]


def reason(text: str, _: Sequence[str] = ()) -> Asked | None:
    """Why something is so."""
    found = _BECAUSE.match(text)
    if not found or not _is_whole(found["what"]) or not _agrees(found["what"]):
        return None  # "the indices is going to shrink"
    if denies(found["what"]):
        return None  # "not fast because of the hash" says nothing of whether it is fast
    what = decapitalised(found["what"])
    turned = _TURNED.match(what)
    if turned and any(word in _SIDE or is_verb_only(word) for word in turned["subject"].split()):
        turned = None
    asked = f"Why {turned['verb']} {turned['subject']}{turned['rest']}" if turned else ""
    return Asked(f"Explain why {what}", asked)


def meaning(text: str, statements: Sequence[str] = ()) -> Asked | None:
    """What a thing is: its kind, and what tells it from others of that."""
    found = _IS.match(text)
    if not found or not _is_whole(found["what"], least=1) or _NO_THING.match(found["what"]):
        return None
    if found["what"].endswith(" there"):
        return None  # "Model architecture there are decisions" was begun twice
    if _DRAWN.search(found["what"]) or _JUDGED.match(text[found.end("verb") :].strip()):
        return None
    what = _inner(found["what"], statements)
    named = decapitalised(" ".join(filter(None, [found["article"], what])))
    verb = "is" if found["verb"] == "means" else found["verb"]
    return Asked(f"Say what {named} {verb}", f"What {verb} {named}")


def contrast(text: str, _: Sequence[str] = ()) -> Asked | None:
    """In what two things differ."""
    found = _DIFFERENCE.match(text)
    if found and _is_whole(found["what"]):
        what = f"the difference between {found['what']}"
        return Asked(f"Explain {what}", f"What is {what}")
    found = _THAN.match(text)
    sides = [found["what"], found["other"]] if found else []
    if not found or not all(_is_whole(one, least=1) for one in sides) or _NO_THING.match(sides[0]):
        return None
    one = decapitalised(sides[0])
    if is_verb(one.split()[0]) or is_verb(sides[1].split()[0]):
        return None
    how = "do" if found["verb"] in ("are", "were") else "does"
    return Asked(f"Compare {one} with {sides[1]}", f"How {how} {one} compare with {sides[1]}")


def parts(text: str, statements: Sequence[str] = ()) -> Asked | None:
    """Which parts, kinds or steps there are, where they are counted and named."""
    found = _HAS_PARTS.match(text)
    there = None if found else _ARE_PARTS.match(text)
    if found:
        if not _is_whole(found["whole"], least=1) or _NO_THING.match(found["whole"]):
            return None
        what = f"{found['counted']} of {_inner(found['whole'], statements)}"
    elif there:
        what = f"{there['counted']}{there['place'] or ''}"
    else:
        return None
    return None if _LEANS.search(what) else Asked(f"Name the {what}", f"What are the {what}")


def way(text: str, _: Sequence[str] = ()) -> Asked | None:
    """How something is done."""
    found = _IN_ORDER_TO.match(text) or _DONE_BY.match(text)
    if not found or not _is_whole(found["do"], least=2):
        return None
    do = f"{found['do'][0].lower()}{found['do'][1:]}"
    verb = do.partition(" ")[0]
    if verb in _NO_WAY or verb.endswith("ing") or not may_be_verb(verb.lower()):
        return None
    return Asked(f"Describe how to {do}", f"How do you {do}")


def quantity(text: str, statements: Sequence[str] = ()) -> Asked | None:
    """How many there are of something, how long it takes or what it costs."""
    found = _HOW_MANY.match(text)
    if found and not _LEANS.search(text) and not is_verb(found["what"].split()[-1]):
        what, place = found["what"], found["place"] or ""
        return Asked(f"Say how many {what} there are{place}", f"How many {what} are there{place}")
    found = _TAKES.match(text)
    if not found or not _is_whole(found["what"], least=2) or _NO_THING.match(found["what"]):
        return None
    verb, unit = found["verb"].lower().removesuffix("s"), (found["unit"] or "").lower()
    if _TIMES.match(unit):
        much = "long"
    elif found["money"] or verb == "cost":
        much = "much"
    elif unit:
        much = f"many {unit}"
    else:
        return None
    what = _inner(found["what"], statements)
    one = found["verb"].endswith("s")
    told = found["verb"].lower()
    return Asked(
        f"Say how {much} {what} {told}", f"How {much} {'does' if one else 'do'} {what} {verb}"
    )


def origin(text: str, statements: Sequence[str] = ()) -> Asked | None:
    """Who brought something up, or when that was."""
    found = _ORIGIN.match(text)
    if not found or _NO_THING.match(found["what"]) or not _is_whole(found["what"], least=1):
        return None
    what, done = _inner(found["what"], statements), found["done"].lower()
    if found["by"]:
        return Asked(f"Say who {done} {what}", f"Who {done} {what}")
    return Asked(f"Say when {what} {found['be']} {done}", f"When {found['be']} {what} {done}")


def dependence(text: str, _: Sequence[str] = ()) -> Asked | None:
    """What something depends on, or what it is for."""
    found = _DEPENDS.match(text)
    if found and _is_whole(found["what"], least=1) and _may_depend(found):
        what = decapitalised(found["what"])
        how = "does" if found["verb"] == "depends" else "do"
        return Asked(f"Say what {what} {found['verb']} on", f"What {how} {what} depend on")
    found = _AIM_OF.match(text)
    if not found or not _is_whole(found["what"]):
        return None
    what = decapitalised(found["what"])
    return Asked(f"Say what {what} is", f"What is {what}")


def _may_depend(found: re.Match[str]) -> bool:
    """Whether a thing depends, or several do: "people make the output depend" names neither."""
    what = found["what"].lower()
    several = " and " in what or any(map(is_plural_noun, what.split()[-1:]))
    return not _NO_THING.match(what) and (found["verb"].endswith("s") or several)


def result(text: str, _: Sequence[str] = ()) -> Asked | None:
    """What happens if something is so; "once you are logged in" asks for no understanding."""
    found = _IF.match(text)
    if not found or not _is_whole(found["when"]) or _PAST.search(found["when"]):
        return None
    when = decapitalised(found["when"])
    return Asked(f"Say what happens {when}" if found["if"] else "", f"What happens {when}")


def _inner(name: str, statements: Sequence[str]) -> str:
    """A name that began a sentence, as it stands inside another: small where some write it so."""
    small = f"{name[0].lower()}{name[1:]}"
    found = any(re.search(rf" {re.escape(small)}\b", one) for one in statements)
    return small if found else decapitalised(name)


def _agrees(text: str) -> bool:
    """Whether no plural subject has "is": a recogniser's sentence is no model of a goal."""
    found = re.match(
        r"(?:(?!(?:of|in|for|with|on|to|from|at|by|about)\b)\w+ )*?(\w+) (?:is|was)\b", text
    )
    return found is None or not is_plural_noun(found[1].lower())


def _is_whole(text: str, *, least: int = _FEWEST_WORDS) -> bool:
    return len(text.split()) >= least and not _LEANS.search(text)
