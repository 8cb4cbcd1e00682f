"""How a query is read: a question that is answered, and instructions that steer the notes.

In: a query; out: a `Steering`, read from the words alone, so that the same query always steers the
same way and no model is told what to do by it. Instructions are read in English; what is none is a
subject. Text in double quotes is never an instruction.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from rag_notes.schema import INSTRUCTION, BlockKind

Depth: TypeAlias = Literal["short", "full"]
Part: TypeAlias = BlockKind | Literal["definition"]

# What a language is called, in English and in itself; the first name is how it is spoken of.
LANGUAGES: Mapping[str, tuple[str, ...]] = {
    "en": ("English", "Englisch", "anglais", "inglés", "inglese", "inglês", "Engels"),
    "de": ("German", "Deutsch"),
    "fr": ("French", "français", "francais"),
    "es": ("Spanish", "español", "espanol", "castellano"),
    "it": ("Italian", "italiano"),
    "pt": ("Portuguese", "português", "portugues"),
    "nl": ("Dutch", "Nederlands"),
}
# Parts of the notes by the words that ask for them, as a regular expression.
_PARTS: Mapping[Part, str] = {
    "definition": r"definitions?|(?:key )?terms?|terminology|glossary|vocabulary",
    "number": r"numbers?|values?|figures|hyper-?parameters?|quantities",
    "procedure": r"procedures?|steps?|recipes?|how[- ]tos?",
    "example": r"(?:worked )?examples?",
    "question": r"(?:quiz |exam |check |practice )?questions?|quiz(?:zes)?|self-tests?",
    "confusion": r"(?:common )?(?:confusions?|misconceptions?|mistakes|pitfalls)",
    "implementation": r"implementation(?: notes| details)?|practical (?:notes|advice|tips)",
    "visual": r"visuals?|pictures?|diagrams?|plots?",
    "explanation": r"(?:detailed )?explanations?",
    "overview": r"overviews?",
    "goal": r"(?:learning )?goals?|objectives",
    "story": r"(?:the )?story|narrative",
    "check": r"(?:summary )?check-?lists?",
}
_NAMED = {"definition": "definitions", "number": "numbers", "check": "checklist", "story": "story"}
# What only sums up others is not left alone: it needs them.
_SUMS_UP: tuple[Part, ...] = ("overview", "goal", "story", "check")


@dataclass(frozen=True, slots=True)
class Steering:
    """What a query asks for; `question` is answered first, a subject as far as it is treated.

    `focus` are subjects that are kept in full, `known` what the reader knows, `only` and `without`
    parts of the notes; `language` is an ISO 639-1 code.
    """

    question: str | None = None
    focus: tuple[str, ...] = ()
    known: tuple[str, ...] = ()
    beginners: bool = False
    depth: Depth | None = None
    only: tuple[Part, ...] = ()
    without: tuple[Part, ...] = ()
    language: str | None = None

    @property
    def reading(self) -> str | None:
        """How the query was read, in one plain line; None where there was none."""
        steers = "; ".join(self._instructions())
        if not self.question:
            return f"{INSTRUCTION}: {steers}" if steers else None
        asked = "a subject, which is answered as far as the lecture treats it"
        if self.question.rstrip().endswith("?"):
            asked = "a question"
        if not steers:
            return asked
        return f'{asked} ("{self.question}"), and {INSTRUCTION}: {steers}'

    def _instructions(self) -> Iterator[str]:
        if self.focus:
            yield f"focus on {_quoted(self.focus)}"
        if self.known:
            yield f"for someone who knows {_quoted(self.known)}"
        if self.beginners:
            yield "for beginners, without implementation notes"
        if self.depth:
            yield {"short": "short", "full": "in detail, as without it"}[self.depth]
        if self.only:
            yield f"only {' and '.join(map(_name, self.only))}"
        if self.without:
            yield f"without {' and '.join(map(_name, self.without))}"
        if self.language:
            yield f"in {LANGUAGES[self.language][0]}"


def _quoted(texts: tuple[str, ...]) -> str:
    return " and ".join(f'"{text}"' for text in texts)


def _name(part: Part) -> str:
    return _NAMED.get(part, part if part in ("implementation", "story") else f"{part}s")


# --- the words that instruct ----------------------------------------------------------------------


def _whole(pattern: str) -> re.Pattern[str]:
    return re.compile(rf"\s*(?:{pattern})[\s.!]*", re.IGNORECASE)


_CODES = {name.lower(): code for code, names in LANGUAGES.items() for name in names}
_LANGUAGE = (
    rf"(?:in|into|translated?\s+(?:in)?to|auf|en|em|in\s+het)\s+(?P<language>{'|'.join(_CODES)})"
)
_THE = r"(?:the\s+|any\s+|all\s+|its\s+|their\s+)?"
_PART = rf"{_THE}(?:{'|'.join(_PARTS.values())})"
_LIST = rf"{_PART}(?:\s*(?:,|,?\s+and|,?\s+or|,?\s+nor|&)\s*(?:no\s+)?{_PART})*"
_BRIEF = r"short|brief|concise|compact|terse"
_LONG = r"detailed|thorough|long|comprehensive|exhaustive"
_ENDS = re.compile(
    rf"""(?P<before>.*?)[\s,(]*(?<![\w-])
    (?:
      {_LANGUAGE}
      |(?P<short>briefly|in\s+short|in\s+brief|in\s+a\s+nutshell)
      |(?P<full>in\s+(?:full\s+|great\s+|more\s+)?(?:detail|depth)|thoroughly)
      |(?:without|with\s+no)\s+(?P<without>{_LIST})
      |(?P<beginners>for\s+(?:absolute\s+|complete\s+|total\s+)?
        (?:beginners?|newcomers?|novices?|lay(?:people|men|persons?)))
      |(?:for\s+(?:someone|somebody|anyone|people|those|readers?|students?|beginners?|an?\s+\w+)\s+who\s+|
         (?:assum(?:e|ing)\s+(?:that\s+)?|(?:given|since|as|because)\s+)?\bI\s+)
       (?:already\s+|just\s+)*
       (?:knows?|understands?|(?:is|are|am)\s+familiar\s+with)\s+(?:about\s+)?(?P<known>.+)
    )[\s).!]*""",
    re.IGNORECASE | re.VERBOSE,
)
_POLITE = re.compile(
    r"(?:please|kindly|can you|could you|would you|will you|i want(?: you to)?|i(?: would|'d) like"
    r"(?: you to)?|i need|give me|show me|let's|and|but|then|also|so|make(?= it\b)|keep(?= it\b)"
    r"|it(?= (?:short|brief|concise|detailed))"
    r"|(?:write|create|produce|prepare|make)(?: me| us)?"
    r"(?= (?:an? )?(?:very )?(?:short|brief|concise|detailed|notes|summary)))\s+",
    re.IGNORECASE,
)
_PLEASE = re.compile(r"[\s,]+please[\s.!]*$", re.IGNORECASE)
_FOCUS = _whole(
    r"(?:(?:put )?(?:a |the |your )?(?:focus|focus(?:s)?ing|concentrate|concentrating|emphasis"
    r"|emphasi[sz]e|center|centre)(?: only| mainly| mostly| more)? (?:on|upon)"
    r"|(?:with (?:a )?(?:focus|emphasis) on)|emphasi[sz]e|pay attention to"
    r"|(?:only|just|mainly|mostly|especially|particularly|in particular|above all|primarily|more)"
    r"(?: about| on| the part(?:s)? (?:on|about))?) (?P<subject>.+)"
)
_ONLY_LAST = _whole(r"(?P<subject>.+?) only")
_SUMMARY = _whole(
    rf"(?:an? |the )?(?:(?P<short>very short|{_BRIEF})|(?P<full>{_LONG}))"
    r"(?: (?:notes?|summary|overview|version|answer))?"
    r"(?: (?:of|on|about|for) (?P<subject>.+))?"
)
_DEPTH = _whole(
    rf"(?:(?:keep|make) (?:it|them|the notes|everything) |be |stay )?(?:very |really |rather |as )?"
    rf"(?:(?P<short>{_BRIEF}|shorter|briefer|not (?:too |so )?(?:long|detailed))"
    rf"|(?P<full>{_LONG}|longer))"
    r"(?: as possible)?(?: notes?)?(?: please)?"
)
_ONLY = _whole(
    rf"(?:only|just|nothing but) (?P<parts>{_LIST})(?: (?:of|on|about|for) (?P<subject>.+))?"
    rf"|(?P<last>{_LIST}) only"
)
_PART_OF = _whole(rf"(?P<parts>{_LIST})(?: (?:of|on|about|for) (?P<subject>.+))?")
_SUM = _whole(
    r"(?:only |just )?(?:an? |the )?(?:summary|overview|gist|story)(?: only)?"
    r"(?: (?:of|on|about) (?P<subject>.+))?"
)
_WITHOUT = _whole(
    r"(?:no|without|skip|omit|leave out|leave away|drop|exclude|hide|do not include|don't include"
    rf"|don't want|not) (?P<parts>{_LIST})|leave (?P<mid>{_LIST}) out"
)
_FILLER = _whole(
    r"(?:(?:please|kindly|write|make|create|produce|prepare|give|translate|put|answer|reply|respond"
    r"|explain|summari[sz]e|be|do|keep|i|want|would|like|need|me|us|the|my|these|this|it|them|all"
    r"|everything|that|notes?|summary|lecture|text|to|of|into|for|a|but|and|then|also|study|please)\b\s*)*"
)
_SENTENCE = re.compile(r"(?<=[?!;])\s+|(?<=[.])\s+(?=[A-Z\"“])|;")
_JOINT = re.compile(r"(\s*,\s*(?:and\s+|but\s+|then\s+)?|\s+(?:and|but)\s+|\s*:\s+|\s+[–—-]\s+)")
_AND = re.compile(r"\s*,\s*(?:and\s+)?|\s+and\s+")
_QUOTE = re.compile(r'"[^"]*"|“[^”]*”|„[^“”]*[“”]')
_FIRST_KEPT = 0xE000  # private characters stand for quoted texts


# --- reading --------------------------------------------------------------------------------------


@dataclass(slots=True)
class _Draft:
    """A steering in the making; `lists` is what a following piece without a verb belongs to."""

    quotes: list[str] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
    focus: list[str] = field(default_factory=list)
    known: list[str] = field(default_factory=list)
    only: list[Part] = field(default_factory=list)
    without: list[Part] = field(default_factory=list)
    beginners: bool = False
    depth: Depth | None = None
    language: str | None = None
    lists: list[str] | list[Part] | None = None

    @property
    def steers(self) -> bool:
        parts = (self.focus, self.known, self.only, self.without, self.beginners)
        return any(parts) or self.depth is not None or self.language is not None


def read_query(query: str | None) -> Steering:
    """Read what a query asks for; one without any instruction is a question or a subject, whole."""
    text = " ".join((query or "").split())
    draft = _Draft()
    hidden = _QUOTE.sub(lambda found: _keep(found[0], draft), _without_private(text))
    for sentence in _SENTENCE.split(hidden):
        if sentence.strip():
            _read_sentence(sentence.strip(), draft)
    if not draft.steers:
        return Steering(question=query if text else None)
    asked = " ".join(one.strip(" ,:") for one in draft.asked).strip()
    read = Steering(
        question=_shown(asked, draft) or None,
        focus=_subjects(draft.focus, draft),
        known=_subjects(draft.known, draft),
        beginners=draft.beginners,
        depth=draft.depth,
        only=tuple(dict.fromkeys(draft.only)),
        without=tuple(dict.fromkeys(draft.without)),
        language=draft.language,
    )
    return read if read.reading else Steering(question=query)  # "only ." names nothing


def _without_private(text: str) -> str:
    return "".join(" " if 0xE000 <= ord(char) <= 0xF8FF else char for char in text)


def _keep(quoted: str, draft: _Draft) -> str:
    draft.quotes.append(quoted)
    return chr(_FIRST_KEPT + (len(draft.quotes) - 1) % 0x1000)


def _shown(text: str, draft: _Draft) -> str:
    for at, quoted in enumerate(draft.quotes[:0x1000]):
        text = text.replace(chr(_FIRST_KEPT + at), quoted)
    return text


def _subjects(texts: list[str], draft: _Draft) -> tuple[str, ...]:
    shown = (_shown(text, draft).strip(' .!,?;"“”„') for text in texts)
    return tuple(dict.fromkeys(text for text in shown if text))


def _read_sentence(sentence: str, draft: _Draft) -> None:
    draft.lists = None
    asks = sentence.endswith("?")
    if asks:
        bare = sentence.rstrip("? ")
        if not _POLITE.match(bare) or not _takes(_plain(bare), draft):
            _read_question(sentence, draft)
        return
    pieces = _JOINT.split(sentence)
    for at in range(0, len(pieces), 2):
        joint = pieces[at - 1] if at else ""
        _read_piece(pieces[at], joint, draft)


def _read_question(sentence: str, draft: _Draft) -> None:
    """Take a language that is set off from a question, and leave the question."""
    head = re.match(rf"{_LANGUAGE}\s*[,:]\s*(?P<rest>.+)", sentence, re.IGNORECASE)
    if head:
        draft.language = _CODES[head["language"].lower()]
        sentence = head["rest"]
    tail = re.match(
        rf"(?P<rest>.+?)(?:,\s*|\s*\(){_LANGUAGE}\s*\)?\s*(?P<mark>\?)\)?$", sentence, re.IGNORECASE
    )
    if tail:
        draft.language = _CODES[tail["language"].lower()]
        sentence = f"{tail['rest'].rstrip('?')}?"
    draft.asked.append(sentence)


def _plain(text: str) -> str:
    """Text without what is polite around an instruction."""
    text = _PLEASE.sub("", text.strip())
    while polite := _POLITE.match(text):
        text = text[polite.end() :]
    return text


def _read_piece(piece: str, joint: str, draft: _Draft) -> None:
    if _FILLER.fullmatch(piece) or _takes(_plain(piece), draft):
        return
    if draft.lists is not None:
        _extend(piece, draft)
    else:
        draft.asked.append(f"{joint}{piece}" if draft.asked else piece)


def _extend(piece: str, draft: _Draft) -> None:
    """Add a piece to the list that the last instruction opened: "focus on A, B and C"."""
    if draft.lists is draft.only or draft.lists is draft.without:
        found = _PART_OF.fullmatch(piece)
        if found:
            (draft.only if draft.lists is draft.only else draft.without).extend(
                _parts_in(found["parts"])
            )
            draft.focus += _AND.split(found["subject"] or "")
        else:
            draft.asked.append(piece)
    elif draft.lists is draft.known:
        draft.known.append(piece)
    else:
        draft.focus.append(piece)


def _takes(text: str, draft: _Draft) -> bool:
    """Take the instruction that a text is, with what stands at its end; False where it is none."""
    ended, lists = False, draft.lists
    while end := _ENDS.fullmatch(text):
        if end["known"] and (inner := _ENDS.fullmatch(end["known"])) and inner["before"].strip():
            _take_end(inner, draft)
            text = text[: end.start("known")] + inner["before"]
            continue
        _take_end(end, draft)
        ended, text = True, end["before"].strip()
    if ended and _FILLER.fullmatch(text):
        return True
    if _take_body(_plain(text), draft):
        return True
    if ended and lists is not None:
        draft.lists = lists
        _extend(text, draft)
    elif ended:
        draft.asked.append(text)
    return ended


def _take_end(end: re.Match[str], draft: _Draft) -> None:
    if end["language"]:
        draft.language = _CODES[end["language"].lower()]
    elif end["short"]:
        draft.depth = "short"
    elif end["full"]:
        draft.depth = "full"
    elif end["beginners"]:
        draft.beginners = True
    elif end["without"]:
        draft.without += _parts_in(end["without"])
        draft.lists = draft.without
    else:
        draft.known += _AND.split(end["known"])
        draft.lists = draft.known


def _take_body(text: str, draft: _Draft) -> bool:
    if found := _ONLY.fullmatch(text):
        _take_only(_parts_in(found["parts"] or found["last"]), draft)
        if found["subject"]:
            draft.focus += _AND.split(found["subject"])
        return True
    if found := _WITHOUT.fullmatch(text):
        draft.without += _parts_in(found["parts"] or found["mid"])
        draft.lists = draft.without
        return True
    if found := _DEPTH.fullmatch(text) or _SUMMARY.fullmatch(text) or _SUM.fullmatch(text):
        groups = found.groupdict()
        draft.depth = "full" if groups.get("full") else "short"
        if groups.get("subject"):
            draft.focus += _AND.split(groups["subject"])
            draft.lists = draft.focus
        return True
    if found := _FOCUS.fullmatch(text) or _ONLY_LAST.fullmatch(text):
        draft.focus += _AND.split(found["subject"])
        draft.lists = draft.focus
        return True
    return False


def _take_only(parts: list[Part], draft: _Draft) -> None:
    """Parts that stand alone; "only the overview" asks for little of everything."""
    alone = [part for part in parts if part not in _SUMS_UP]
    draft.only += alone
    draft.lists = draft.only
    if not alone:
        draft.depth = "short"


def _parts_in(text: str) -> list[Part]:
    """Parts that a list of them names, in order; none where it names anything else."""
    items = re.split(
        r"\s*(?:,|&|\band\b|\bor\b|\bnor\b)\s*", text.strip(" .!"), flags=re.IGNORECASE
    )
    found: list[Part] = []
    for item in (one for one in items if one):
        bare = re.sub(rf"^(?:no\s+|and\s+)?{_THE}", "", item, flags=re.IGNORECASE)
        part = next((p for p, words in _PARTS.items() if _whole(words).fullmatch(bare)), None)
        if part is None:
            return []
        found.append(part)
    return found
