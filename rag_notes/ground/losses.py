"""What a shorter sentence may not leave out: doubt, bounds, conditions and objections.

In: a statement and the sentences it condenses. Out: what it has lost, or None. What is left is then
more than was said: "it works" of "it might work", "it works if it is small". Does not know vectors
or passages.
"""

import re
from collections.abc import Iterator, Sequence

from rag_notes.ground.standalone import is_aside
from rag_notes.ground.verbs import is_verb
from rag_notes.ground.words import content_stems, is_content, stem, word_set

_SENTENCE_END = re.compile(r"[.?!;]\s")
SUBJECT = 3  # content words that a statement begins with
_HEDGE = re.compile(
    r"\b(?:hopefully|maybe|perhaps|probably|presumably|possibly|likely|might|may|could|seems?"
    r"|tends? to"
    r"|apparently|roughly|almost|nearly|usually|often|sometimes|mostly|typically|somewhat"
    r"|arguably|generally|not necessarily|necessarily(?=[.;]|$)"
    r"|(?:basically|practically|virtually)"
    r"(?= (?:all|any|every\w*|no|none|nothing|nobody|always|never|everyone)\b))\b",
    re.IGNORECASE,
)
_DEGREE = frozenset(stem(word) for word in word_set("little bit lot sort kind much somewhat"))
# What bounds the words after it: "only", "unless". Without it more is said than was.
_BOUND = re.compile(
    r"\b(?:(?<!not )only|unless|except|rather than|instead of|without"
    r"|(?:in combination|together|along) with|alongside)\b",
    re.IGNORECASE,
)
# What bounds the words before it: "it is 1.5 in this case, because …".
_HERE_ONLY = re.compile(
    r"(?:(?:^|(?<=[.?!] )|(?<=so )|(?<=\w ))in (?:this|that|our) example\b"
    r"|(?<=\w )in (?:this|that) case\b|(?<=\w )here(?= an?\b|[.;]|$))",
    re.IGNORECASE,
)
# "BERT or BART, for instance": not these alone.
_AMONG_OTHERS = re.compile(
    r"(?<=\w),? (?:for (?:instance|example)|and so on|among others|et cetera)(?=[.;]|$)",
    re.IGNORECASE,
)
# "Here, it is saved as a list": in the example, of a sentence behind another.
_HERE_TOO = re.compile(
    r"[.?!] (?:(?:so|and|now)[ ,]+)*here, (?P<what>(?!(?:we|I|you)\b|for [ei])[^.?!;]+)",
    re.IGNORECASE,
)
_AGO = re.compile(r"\b(?P<when>(?:[\w,.-]+ )?[\w,.-]+ years? ago),?\b", re.IGNORECASE)
# What was said of some is not said of all, where it is what the statement is about.
_SOME = re.compile(
    r"\b(?:a lot of|lots of|a few|few|several|some of|most(?: of)?(?! (?:\w+ly|important)\b))\b",
    re.IGNORECASE,
)
# "You could not supply that much more": more, and not much more.
_NOT_MUCH = re.compile(
    r"(?:\bnot|n't|\bnever) (?:\w+ ){0,3}(?:that|so|very|as|too) (?:much|many)"
    r"(?P<more> (?:more|less|fewer))?\b",
    re.IGNORECASE,
)
# "So that is the importance of trade": a statement may not begin with "the importance of trade".
_THAT_IS_NAME = re.compile(
    r"(?:^|[.?!;] )(?:(?:so|and|but|now|well)[, ]+)*(?:that|this|it)(?: is|['’]s| was)"
    r" (?P<name>(?:the|an?) [\w'’-]+ [\w'’-]+ [\w'’-]+)",
    re.IGNORECASE,
)
# A word and what may be the object of a verb, right behind it.
_AND_OBJECT = re.compile(
    r"\b(?P<left>[\w'’-]+)(?= (?P<right>(?:the|an?|its|their|our|your) [\w'’-]+))"
)
# The speaker begins anew behind a dash.
_BREAK = re.compile(
    r"\b(?:says?|said|is|are|was|were|that|the|an?|of|to|because|and|but)(?: -- |[—–] ?| [—–] )"
    r"(?=[A-Z](?!['’]?[A-Z]))"
)
_DASH = re.compile(r"--|[—–]")
_THIS_IS = re.compile(
    r"(?:^|[.?!;] )(?:(?:and|so|but|now|well)[, ]+)*this(?: is|['’]s) (?P<what>[^.?!;]+)",
    re.IGNORECASE,
)
_SAYS = 2  # content words of a clause that a condition is of
_DATED = 3  # content words after "eight years ago" that it dates
_DOUBTED = 2  # content words after a hedge or a bound that it is about
# "It works at any scale, but some data do not fit": the first half alone promises too much.
_BUT = re.compile(r"(?<!not)(?<!anything)(?<=[\w)\],]) but (?P<rest>[^.?!;]+)", re.IGNORECASE)
# "If the array is full, the filter always says maybe"; "if you look at it" is none.
_CONDITION = re.compile(
    r"(?:^|[.?!;,] )(?:(?:and|so|but|then|now|because)[ ,]+)*(?:if|unless|now that|until)"
    r" (?P<when>(?!(?:you|we|I) (?:think|look|see|go|want|know|remember|read|zoom|recall|talk|speak"
    r"|consider|compare|check|open|click|scroll|take|plot|draw|come|ask|say)\b)[^,.;?!]+),"
    r" (?P<then>(?!(?:because|since|and|or)\b)[^.?!;]+)",
    re.IGNORECASE,
)
# "It evaluates the model if you gave metrics"; "see if it holds" is no condition.
_ONLY_IF = re.compile(
    r"(?:^|(?<=[,.;:?!]))"
    r"(?P<then>(?!(?:[^,.;:?!]* )?(?:ask|asks|asked|decides?|decided|wonders?|tests?|tested"
    r"|debates?|debated|know|knows|knew|checks?|checked|sees?)\b)[^,.;:?!]{12,}?),?"
    r" (?<!see )(?<!as )(?<!tell )(?<!even )(?<!matter )(?<!find out )(?<!determine )(?<!and )"
    r"(?<!but )(?:if|unless|as long as|provided that)"
    r" (?P<when>(?!you (?:will|want|like|think|look|had)\b)[^,.;?!]+)",
    re.IGNORECASE,
)
# "You may take a class of your own, but you will need to change it": if you do.
_DEPENDS = re.compile(
    r"(?:you|we|it|they|that|this|one)"
    r"(?: will| would|['’]ll|['’]d| (?:then )?needs?| ha(?:ve|s) to| must)\b",
    re.IGNORECASE,
)
_MAY = re.compile(r"\b(?:can|could|may|might)\b", re.IGNORECASE)
# "If you want to, you can dig in, but you can also load one": who wants or not.
_OFFERS = re.compile(r"(?:you|we|anyone|everyone) (?:can|could|may)\b", re.IGNORECASE)
# "He was old. He was strong, but he fell": the old one fell.
_OF_THE_SAME = re.compile(r"(?:it|he|she|they|this|these|that|those)\b", re.IGNORECASE)
_OBJECTS_LEAST = 3  # content words of an objection that is worth its place
_BEFORE = 4  # content words before "but" that it objects to


def _dropped_word(statement: str, said: str) -> str | None:
    """Why a statement is less careful than what was said; None where it is not."""
    ours = content_stems(statement)
    for found in _AGO.finditer(said):
        told = content_stems(_SENTENCE_END.split(said[found.end() :])[0])[:_DATED]
        if found["when"].lower() not in statement.lower() and len(set(told) & set(ours)) == _DATED:
            return f'drops "{found["when"].lower()}"'
    for words, about, before in (
        (_HEDGE, ours, False),
        (_BOUND, ours, False),
        (_HERE_ONLY, ours, True),
        (_AMONG_OTHERS, ours, True),
    ):
        dropped = None if words.search(statement) else _dropped(words, about, said, before=before)
        if dropped:
            return f'drops "{dropped}"'
    if not (_HERE_ONLY.search(statement) or "here" in statement.lower().split()):
        for found in _HERE_TOO.finditer(said):
            shown = set(content_stems(found["what"]))
            if len(shown & set(ours)) > len(shown) / 2:
                return 'drops "here"'
    return _dropped_some(ours[:SUBJECT], said) if not _SOME.search(statement) else None


def _dropped_some(subject: Sequence[str], said: str) -> str | None:
    """A "lot of" or "few" that was said of what a statement begins with."""
    for found in _SOME.finditer(said):
        counted = content_stems(_SENTENCE_END.split(said[found.end() :])[0])[:_DOUBTED]
        most = found[0].lower().startswith("most")  # "the most common pair" is a pair
        whole = set(counted) <= set(subject)
        if counted and (whole or (counted[-1] in subject and not most)):
            return f'drops "{found[0].lower()}"'
    return None


def _dropped(
    words: re.Pattern[str], about: Sequence[str], said: str, *, before: bool
) -> str | None:
    """One of `words` that was said of what a statement is `about`, `before` it or behind it."""
    for found in words.finditer(said):
        earlier = content_stems(said[: found.start()])[-_DOUBTED:]  # "you use only those"
        clause = re.split(r"[,.?!;](?:\s|$)", said[found.end() :].lstrip(" ,"))[0]
        after = content_stems(clause)
        later = [one for one in after if one not in _DEGREE][:_DOUBTED]
        told = (earlier or later) if before else (later or earlier)
        if told and set(told) <= set(about):
            return found[0].lower().strip(" ,")
    return None


def _drops_objection(statement: str, said: str) -> bool:
    """Whether the statement says what came before a "but", and nothing of what came after it."""
    ours = set(content_stems(statement))
    for found in _BUT.finditer(said):
        objection = set(content_stems(found["rest"]))
        if len(objection) < _OBJECTS_LEAST or is_aside(found["rest"]):
            continue
        before = content_stems(_SENTENCE_END.split(said[: found.start()])[-1])[-_BEFORE:]
        if len(ours & set(before)) > len(before) / 2 and not ours & (objection - set(before)):
            return True
    return False


def _drops_case(statement: str, said: str) -> bool:
    """Whether the statement says what holds if one does what was said one may do, and not that."""
    ours = set(content_stems(statement))
    for found in _BUT.finditer(said):
        case = _SENTENCE_END.split(said[: found.start()])[-1]
        if not (is_of_case(found["rest"]) and _MAY.search(case)):
            continue
        before, after = set(content_stems(case)), set(content_stems(found["rest"]))
        if len(ours & after) > len(after) / 2 and not ours & (before - after):
            return True
    return False


def _changes_degree(statement: str, said: str) -> bool:
    """Whether "not supply as much" was made of "not supply that much more"."""
    ours, theirs = (
        [bool(found["more"]) for found in _NOT_MUCH.finditer(text)] for text in (statement, said)
    )
    return bool(ours and theirs) and all(theirs) and not any(ours)


def _mends_break(statement: str, said: str) -> bool:
    """Whether "Ada says we get one" was made of "Ada says -- We'll get one"."""
    return bool(_BREAK.search(said)) and not _DASH.search(statement)


def _makes_one(statement: str, said: str) -> bool:
    """Whether "2 g of salt is in it" was made of "This is 2 g of salt. This is what is in it"."""
    ours = set(content_stems(statement))
    shown = [set(content_stems(one["what"])) for one in _THIS_IS.finditer(said)]
    own = [one.difference(*shown[:at], *shown[at + 1 :]) for at, one in enumerate(shown)]
    held = [one for one in own if one & ours]
    return len(shown) > 1 and len(held) > 1 and not _THIS_IS.search(statement)


def _drops_is(statement: str, said: str) -> bool:
    """Whether "the cost of it" was made of "that's the cost of it"."""
    names = (found["name"].lower() for found in _THAT_IS_NAME.finditer(said))
    text = said.lower()
    return any(statement.lower().startswith(name) and text.count(name) == 1 for name in names)


def _splices(statement: str, said: str) -> bool:
    """Whether "they got it the result" was made of "they got it, and you see the result".

    The object of a verb that is left out stands then behind a word that it has nothing to do with.
    """
    for found in _AND_OBJECT.finditer(statement):
        left, right = found["left"].lower(), re.escape(found["right"])
        if is_verb(left) or left.endswith("ing") or not is_content(left):
            continue
        before = [one.lower() for one in re.findall(rf"([\w'’-]+) {right}\b", said, re.IGNORECASE)]
        if before and left not in before and all(map(is_verb, before)):
            return True
    return False


def _moves_condition(statement: str, said: str) -> bool:
    """Whether "if A, C" was made of "if A, B, but you can also C": C is open to all."""
    for ours in _CONDITION.finditer(statement):
        when, then = (set(content_stems(ours[part])) for part in ("when", "then"))
        for sentence, rest in _objections(said):
            if not _OFFERS.match(rest):
                continue
            before, after = set(content_stems(sentence)), set(content_stems(rest))
            if when and when <= before - after and then <= after and then - before:
                return True
    return False


def _moves_objection(statement: str, said: str) -> bool:
    """Whether "A, but C" was made of "A. B, but C": it is B that C objects to."""
    theirs = [(one, set(content_stems(rest))) for one, rest in _objections(said)]
    for lead, rest in _objections(statement):
        ours, own = set(content_stems(lead)), set(content_stems(rest))
        objected = [one for one, after in theirs if len(own & after) > len(own) / 2]
        apart = [
            bool(stems) and not stems & ours and not _OF_THE_SAME.match(one)
            for one, stems in ((one, set(content_stems(one))) for one in objected)
        ]
        if apart and all(apart):
            return True
    return False


def _objections(text: str) -> Iterator[tuple[str, str]]:
    """Yield what stands before a "but" in its sentence, and what stands behind it."""
    for sentence in _SENTENCE_END.split(text):
        for found in _BUT.finditer(sentence):
            yield sentence[: found.start()], found["rest"]


def _parts_condition(statement: str, said: str) -> bool:
    """Whether the statement says what follows from a condition without it, or the other way."""
    ours = set(content_stems(statement))
    for found in (*_CONDITION.finditer(said), *_ONLY_IF.finditer(said)):
        when, then = (set(content_stems(found[part])) for part in ("when", "then"))
        if len(then) < _SAYS:
            continue
        own = (when - then, then - when)
        for whole, other in ((then, own[0]), (when, own[1])):
            if other and len(ours & whole) > len(whole) / 2 and not ours & other:
                return True
    return False


def is_of_case(clause: str) -> bool:
    """Whether a clause behind "but" may hold only if one does what was said before it."""
    return bool(_DEPENDS.match(clause))


def loses(statement: str, said: str) -> str | None:
    """Why a statement says more than was said, by what it leaves out; None where it does not."""
    moves = 'says with "if" or "but" of one thing what was said of another'
    checks = (
        (_drops_objection, 'leaves out what was said after "but"'),
        (_drops_case, 'leaves out what was said before "but"'),
        (_moves_condition, moves),
        (_moves_objection, moves),
        (_mends_break, "goes over a break in what was said"),
        (_makes_one, "makes one of two things that were pointed at"),
        (_drops_is, "drops its verb"),
        (_splices, "drops its verb"),
        (_changes_degree, "changes how much was denied"),
        (_parts_condition, "parts a condition from what follows from it"),
    )
    found = (reason for loss, reason in checks if loss(statement, said))
    return next(found, None) or _dropped_word(statement, said)
