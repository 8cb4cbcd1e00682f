"""What a question asks for: a subject, or a stretch of the lecture, a page, a place, the topics.

In: a question and how long the lecture is. Out: what to look at, read from the words alone, so that
no model ever guesses a time. Knows English; whatever it does not know asks for a subject.
"""

import re
from dataclasses import dataclass
from typing import Literal, TypeAlias

from rag_notes.schema import SpanSeconds
from rag_notes.write.spans import NTH, NUMBER, TALK, TO, stretches, value_of

About: TypeAlias = Literal["subject", "span", "page", "paragraph", "where", "topics", "gist"]

LAST = -1  # the last page
_UNTIMED = 3600.0  # seconds that a lecture without times is taken for, to read a question


@dataclass(frozen=True, slots=True)
class Asked:
    """What a question is about and the `subject` left of it ("" where nothing is).

    `span` is in seconds, None where the lecture has no times; `first` and `last` are pages or
    paragraphs, counted from 1, LAST for the last page.
    """

    about: About
    subject: str
    span: SpanSeconds | None = None
    first: int | None = None
    last: int | None = None


def read_question(question: str, *, duration: float | None) -> Asked:
    """Read what `question` asks for; `duration` of the lecture in seconds, None without times."""
    text = " ".join(question.split())
    read = _numbered(text) or _timed(text, duration) or _placed(text) or _whole(text)
    return read or Asked("subject", text)


# --- times ---------------------------------------------------------------------------------------

# Words that speak of the lecture itself; one of them makes "the first ten minutes" a part of it.
_TELLING = re.compile(
    r"\b(?:sa(?:y|ys|id)|talk\w*|tell\w*|told|discuss\w*|mention\w*|explain\w*|cover\w*|happen\w*"
    r"|summ?ar\w*|recap|describ\w*|show\w*|present\w*|introduc\w*|defin\w*|treat\w*|miss(?:ed)?"
    rf"|go(?:es)? on|went on|{TALK})\b",
    re.IGNORECASE,
)
# Words that ask for whatever is there and name no subject.
_SCAFFOLD = frozenset(
    """
    a about after all an and any anything are around as at be been before brief briefly by can class
    content contents could course cover covered covers describe described did discuss discussed do
    does during everything explain explained for from give given gives go goes going had happen
    happened happens has have he her his i in into is it its key lecture lecturer list main me
    meeting mention mentioned minute minutes of on one or out over overview page pages paragraph
    part please point points presentation presented professor quick read reads recap recording said
    say saying says session she short show showed shown shows slide slides something speaker stated
    statements summaries summarise summarised summarize summarized summary talk talked talking talks
    teacher tell text that the their them then there they thing things this to told topic topics
    treated up us video was we went were what what's which who will with would write written you
    """.split()
)


def _timed(text: str, duration: float | None) -> Asked | None:
    """A stretch of time, if the question names one."""
    for one in stretches(text, _UNTIMED if duration is None else duration):
        subject = _rest(text, one.words)
        if subject and not one.by_clock and not _TELLING.search(text):
            continue  # "How long does a read take in the first minute?"
        if duration is None:
            return Asked("span", subject)
        low, high = max(0.0, one.span[0]), min(duration, one.span[1])
        if low < high:
            return Asked("span", subject, (low, high))
        if not subject or not one.by_clock:  # else 12:30 may be the time of day
            return Asked("span", subject, one.span)
    return None


def _rest(text: str, words: tuple[int, int]) -> str:
    """The question without the words that were read; "" where they leave no subject."""
    rest = " ".join(f"{text[: words[0]]} {text[words[1] :]}".split())
    rest = re.sub(r"\s+([?.!,;])", r"\1", rest).strip(" ,;")
    if _is_scaffold(rest):
        return ""
    before, about, subject = rest.partition(" about ")
    if about and _is_scaffold(before):
        return f"What is said about {subject.rstrip(' ?.!')}?"
    return rest[:1].upper() + rest[1:]


def _is_scaffold(text: str) -> bool:
    return all(word in _SCAFFOLD for word in re.findall(r"[\w'’-]+", text.lower()))


# --- pages and paragraphs ------------------------------------------------------------------------

_KIND = r"(?:slide|page|paragraph)"
_PAGE = re.compile(
    rf"\b(?:(?:on|of|from|in|at) )?(?:the )?(?P<kind>{_KIND})s? (?:number |no\.? |#)?"
    rf"(?P<first>{NUMBER})(?:{TO}(?P<last>{NUMBER}))?\b"
    rf"|\b(?:(?:on|of|from|in|at) )?(?:the )?(?P<nth>{NTH}|last|final) (?P<nth_kind>{_KIND})\b"
    r"|(?:\bp\. ?|(?P<pilcrow>¶) ?)(?P<short>\d{1,4})\b",
    re.IGNORECASE,
)


def _numbered(text: str) -> Asked | None:
    """Pages or paragraphs, if the question names them by number."""
    found = _PAGE.search(text)
    if not found:
        return None
    kind = (found["kind"] or found["nth_kind"] or ("paragraph" if found["pilcrow"] else "")).lower()
    if found["nth"]:
        ends = [LAST if found["nth"].lower() in ("last", "final") else value_of(found["nth"])]
    else:
        ends = [value_of(one) for one in (found["first"] or found["short"], found["last"]) if one]
    about: About = "paragraph" if kind == "paragraph" else "page"
    return Asked(about, _rest(text, found.span()), first=min(ends), last=max(ends))


# --- places --------------------------------------------------------------------------------------

_TOLD = (
    r"(?:explain(?:s|ed)?|discuss(?:es|ed)?|mention(?:s|ed)?|talk(?:s|ed)? about|defin(?:e|es|ed)"
    r"|(?:speaks?|spoken?|spoke) (?:about|of)|introduc(?:e|es|ed)|cover(?:s|ed)?|describ(?:e|es|ed)"
    r"|br(?:ing|ings|ought) up|comes? up|treat(?:s|ed)?|present(?:s|ed)?|address(?:es|ed)?"
    r"|deriv(?:e|es|ed)|prov(?:e|es|ed|en)|says? (?:something|anything) about|said|show(?:s|ed|n)?"
    r"|summari[sz](?:e|es|ed)|go(?:es)? (?:into|over))"
)
_WHERE = (
    r"(?:where(?:abouts)?|when|at (?:what|which) (?:time|point|minute|moment|stage|place)"
    r"|(?:in|on) (?:what|which) (?:part|minute|section|place|slide|page|chapter)s?"
    rf"(?: of (?:the|this) {TALK})?"
    r"|(?:what|which) (?:slides?|pages?|parts?|minutes?)|how far in)(?: exactly)?"
)
_WHO = (
    r"(?:he|she|they|i|we|you"
    rf"|(?:the|this) (?:lecturer|speaker|professor|teacher|presenter|{TALK}))"
)
_ACTIVE = re.compile(
    rf"^{_WHERE} (?:(?:do|does|did|has|have|can|could) )?(?:{_WHO} )?(?:first )?{_TOLD} "
    r"(?P<subject>\S.*)$",
    re.IGNORECASE,
)
_PASSIVE = re.compile(
    rf"^{_WHERE} (?:is|are|was|were|does|do|did|has|have) (?P<subject>\S.*?)"
    rf"(?: (?:been|being|first|actually))* {_TOLD}"
    rf"(?: (?:first|again|in (?:the|this) {TALK}))?[?.! ]*$",
    re.IGNORECASE,
)


def _placed(text: str) -> Asked | None:
    """The moments at which something is told, if the question asks for them."""
    found = _ACTIVE.match(text) or _PASSIVE.match(text)
    subject = found["subject"].strip(" ?.!\"'“”") if found else ""
    return None if _is_scaffold(subject) else Asked("where", subject)


# --- the whole -----------------------------------------------------------------------------------

_ALL = (
    rf"(?:(?:(?:the|this|that|her|his|whole|entire|full|today's) )+{TALK}|everything|it all"
    r"|all of it)"
)
_TOPICS = re.compile(
    r"^(?:please )?(?:(?:can|could) you )?(?:"
    r"(?:what|which)(?: are| were)?(?: the)?(?: main| key)?"
    r" (?:topics|subjects|themes|points|contents)"
    rf"(?: (?:are|were|is|was|does|do|did))?(?: {_WHO})?"
    rf"(?: (?:covered|discussed|treated|about|there|cover|discuss))?(?: (?:in|of|by) {_ALL})?"
    rf"|(?:(?:give|show) me )?(?:(?:an|the) )?(?:outline|table of contents)(?: of {_ALL})?"
    rf"|list (?:the |all )*(?:topics|subjects|points)(?: (?:of|in) {_ALL})?"
    r")(?:,? please)?[ ?.!]*$",
    re.IGNORECASE,
)
_GIST = re.compile(
    r"^(?:please )?(?:(?:can|could) you )?(?:"
    rf"what(?:'s| is| was) {_ALL}(?: all)? about"
    rf"|what (?:does|did) {_ALL} (?:cover|discuss|treat|say)"
    r"|(?:(?:give|write|make) (?:me )?)?(?:(?:a|an|the) )?(?:short |brief |quick )?"
    r"(?:summari[sz]e|recap|overview|summary|gist)"
    rf"(?: (?:of|for|me))*(?: {_ALL})?|what did i miss"
    r")(?:,? please)?[ ?.!]*$",
    re.IGNORECASE,
)


def _whole(text: str) -> Asked | None:
    """The topics of the lecture or what it says in all, if the question asks for that."""
    if _TOPICS.match(text):
        return Asked("topics", "")
    return Asked("gist", "") if _GIST.match(text) else None
