"""Whether a sentence of the LLM keeps to what it was made from: the check of condensing.

In: a statement and the sentences it condenses. Out: why it strays from them, or None. A small model
that restates messy speech adds words of its own, keeps only the general ones, or joins them another
way round; each shows in the words and their order. Does not know vectors or passages.
"""

import re
from collections.abc import Sequence
from itertools import pairwise

from rag_notes.ground.standalone import is_aside
from rag_notes.ground.support import is_covered_by
from rag_notes.ground.verbs import is_verb
from rag_notes.ground.words import content_stems, is_content, stem, tokens, word_set

# By judgement on 304 labelled statements of a 1.5B model about an 80-minute lecture (28 % of them
# fully supported): wrong ones had a lower order in 72 % of the pairs with right ones.
_ADDED = 0.15  # share of a statement's content words that may be new
_KEPT = 0.35  # share of what was said that must be kept: condensing is leaving out
_ORDER = 0.65  # share of the kept words that must stand in their order: a passive turns some
_OBJECT = word_set("a an the your our their some all it them each every")  # comes after an order
_BE = r"(?:\b(?:is|are|was|were|be|been|being|get|gets|got)|['’](?:s|re))"
_IS = re.compile(rf"{_BE}(?: \w+)? $", re.IGNORECASE)
_PASSIVE = re.compile(
    rf"{_BE} (?P<done>\w+(?:ed|en|wn)|made|done|built|led|held) by (?P<by>(?:[\w'’-]+ ?){{1,3}})",
    re.IGNORECASE,
)
_HEDGE = re.compile(
    r"\b(?:maybe|perhaps|probably|presumably|possibly|likely|might|may|could|seems?|apparently|roughly"
    r"|almost|nearly|usually|often|sometimes|mostly|typically|somewhat|arguably|not necessarily)\b",
    re.IGNORECASE,
)
# What bounds the words after it: "only", "unless". Without it more is said than was.
_BOUND = re.compile(
    r"\b(?:(?<!not )only|unless|except|rather than|instead of|without"
    r"|(?:in combination|together|along) with|alongside"
    r"|(?<=\w )in (?:this|that) (?:case|example))\b",
    re.IGNORECASE,
)
_AGO = re.compile(r"\b(?P<when>(?:[\w,.-]+ )?[\w,.-]+ years? ago),?\b", re.IGNORECASE)
# "… from banana, which is an error", of "That is an error": all that is, not banana.
_FUSED = re.compile(r", which (?:is|are|was|were) (?P<what>[^,.;]+)", re.IGNORECASE)
_APART = re.compile(
    r"(?:^|[.?!;] )(?:(?:and|so|but) )?(?:that|this)(?: is|['’]s) (?P<what>[^.?!;]+)", re.IGNORECASE
)
# What was said of some is not said of all, where it is what the statement is about.
_SOME = re.compile(
    r"\b(?:a lot of|lots of|a few|few|several|some of|most(?: of)?(?! (?:\w+ly|important)\b))\b",
    re.IGNORECASE,
)
# Who or what something is said of: the word before "is", or before "that is".
_PREDICATE = re.compile(
    r"\b(?P<of>[\w'’-]+)(?:,? (?:that|which))? (?:is|are|was|were)"
    r" (?:(?:a|an|the|very|so|quite|more|most|also|really|actually) )*(?P<what>[\w-]+)",
    re.IGNORECASE,
)
_HOLDS = re.compile(r"\b(?:includes?|contains?|consists?|comprises?)\b", re.IGNORECASE)
_DATED = 3  # content words after "eight years ago" that it dates
_SUBJECT = 3  # content words that a statement begins with
_DOUBTED = 2  # content words after a hedge or a bound that it is about
# "It works at any scale, but some data do not fit": the first half alone promises too much.
_BUT = re.compile(r"(?<!not)(?<!anything)(?<=[\w)\],]) but (?P<rest>[^.?!;]+)", re.IGNORECASE)
# "If the array is full, the filter always says maybe"; "if you look at it" is none.
_CONDITION = re.compile(
    r"(?:^|[.?!;] )(?:(?:and|so|but|then|now)[ ,]+)?(?:if|unless|now that|until)"
    r" (?P<when>(?!(?:you|we|I) (?:think|look|see|go|want|know|remember|read|zoom|recall|talk|speak"
    r"|consider|compare|check|open|click|scroll|take|plot|draw|come|ask|say)\b)[^,.;?!]+),"
    r" (?P<then>[^.?!;]+)",
    re.IGNORECASE,
)
_SENTENCE_END = re.compile(r"[.?!;]\s")
_OBJECTS_LEAST = 3  # content words of an objection that is worth its place
_BEFORE = 4  # content words before "but" that it objects to
# "You can define a tokenizer which maps letters" is about one that could be defined.
_THAT = re.compile(
    r"\b(?P<one>(?:an?|some|one|different|other|various) (?:[\w-]+ )?)?(?P<name>[\w-]+),?"
    r" (?:which|that|who) (?:\w+ly )?(?P<does>[\w-]+)",
    re.IGNORECASE,
)
_ONE = word_set("a an one some different other various the this that")
_INTO_NAME = word_set("for of in to with by on from")
_OPENS_WITH = 9  # words of a statement up to its verb, or so
_FEW = 4  # words too few to tell an order
# Verbs that only join what was said, and nouns that only say what kind of thing it is.
_GLUE = frozenset(
    stem(word)
    for word in word_set(
        """
        use used using include includes contain contains consist involve involves call called become
        perform create provide refer allow enable different various method methods technique
        techniques approach approaches process type types kind kinds form example examples
        """
    )
)


def strays(
    statement: str, said: str, *, around: str = "", whole: bool = True, ordered: bool = True
) -> str | None:
    """Why the statement is not what was said, only shorter; None where it is.

    Words of `around`, what stands beside, are none of its own. Without `whole` it may leave out as
    much as it likes, as one that sums up does; without `ordered` it may begin where it likes, as an
    answer begins with the words of its question.
    """
    ours, theirs = content_stems(statement), content_stems(said)
    if not ours or not theirs:
        return None
    changed = _changed(statement, said)
    if changed:
        return changed
    covered = is_covered_by(statement, f"{said} {around}")
    added = [word for word, one in zip(ours, covered, strict=True) if not one and word not in _GLUE]
    if len(added) > _ADDED * len(ours):
        return f'adds words that were not said ("{added[0]}")'
    kept = set(ours) & set(theirs)
    if whole and len(kept) < _KEPT * len(set(theirs)):
        return "leaves out most of what was said"
    same = len([word for word in ours if word in kept])
    if ordered and len(kept) >= _FEW and _in_order(ours, theirs) < _ORDER * same:
        return "turns what was said around"
    moved = _moves_predicate(statement, said) or _makes_part(statement, said)
    return "says of one thing what was said of another" if moved else None


def _changed(statement: str, said: str) -> str | None:
    """Why a statement that keeps the words says another thing with them; None where it does not."""
    checks = (
        (_makes_order, "tells to do what was not told to do"),
        (_turns_passive, "turns what was said around"),
        (_drops_objection, 'leaves out what was said after "but"'),
        (_parts_condition, "parts a condition from what follows from it"),
        (_makes_rule, "makes a rule of what was said of one"),
        (_fuses, 'says with "which" of one thing what was said of all'),
    )
    found = (reason for changes, reason in checks if changes(statement, said))
    return next(found, None) or _dropped_word(statement, said)


def _dropped_word(statement: str, said: str) -> str | None:
    """Why a statement is less careful than what was said; None where it is not."""
    ours = content_stems(statement)
    for found in _AGO.finditer(said):
        told = content_stems(_SENTENCE_END.split(said[found.end() :])[0])[:_DATED]
        if found["when"].lower() not in statement.lower() and len(set(told) & set(ours)) == _DATED:
            return f'drops "{found["when"].lower()}"'
    for words, about in ((_HEDGE, ours), (_BOUND, ours), (_SOME, ours[:_SUBJECT])):
        dropped = None if words.search(statement) else _dropped(words, about, said)
        if dropped:
            return f'drops "{dropped}"'
    return None


def _dropped(words: re.Pattern[str], about: Sequence[str], said: str) -> str | None:
    """One of `words` that was said of what a statement is `about`."""
    for found in words.finditer(said):
        near = content_stems(_SENTENCE_END.split(said[found.end() :])[0])[:_DOUBTED]
        near = near or content_stems(said[: found.start()])[-_DOUBTED:]  # "you use only those"
        if near and set(near) <= set(about):
            return found[0].lower()
    return None


def _moves_predicate(statement: str, said: str) -> bool:
    """Whether "tokenization is elegant" was made of "a model over bytes that is elegant"."""
    return any(_is_moved(ours, said) for ours in _PREDICATE.finditer(statement))


def _is_moved(ours: re.Match[str], said: str) -> bool:
    what, subject = ours["what"].lower(), ours["of"].lower()
    of = {one["of"].lower() for one in _PREDICATE.finditer(said) if one["what"].lower() == what}
    if not of:
        return False
    if subject == "there":
        return "there" not in of
    named = is_content(subject) and all(map(is_content, of))
    return named and stem(subject) not in {stem(one) for one in of}


def _makes_part(statement: str, said: str) -> bool:
    """Whether a statement makes one thing a part of another, which nobody did."""
    found = _HOLDS.search(statement)
    return found is not None and stem(found[0].lower()) not in content_stems(said)


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


def _parts_condition(statement: str, said: str) -> bool:
    """Whether the statement says what follows from a condition without it, or the other way."""
    ours = set(content_stems(statement))
    for found in _CONDITION.finditer(said):
        when, then = (set(content_stems(found[part])) for part in ("when", "then"))
        own = (when - then, then - when)
        for whole, other in ((then, own[0]), (when, own[1])):
            if other and len(ours & whole) > len(whole) / 2 and not ours & other:
                return True
    return False


def _fuses(statement: str, said: str) -> bool:
    """Whether "…, which is" was made of a sentence that takes up all of the one before."""
    if "which" in tokens(said):
        return False
    whole = [set(content_stems(one["what"])) for one in _APART.finditer(said)]
    joined = [set(content_stems(one["what"])[:_SUBJECT]) for one in _FUSED.finditer(statement)]
    return any(ours & theirs for ours in joined for theirs in whole)


def _makes_rule(statement: str, said: str) -> bool:
    """Whether "a tokenizer which maps" became "tokenizers map".

    Or "memory for the encoder, which reads" became "memory for the encoder reads".
    """
    words = [stem(word) for word in tokens(statement)[:_OPENS_WITH]]
    for found in _THAT.finditer(said):
        name, does = stem(found["name"].lower()), stem(found["does"].lower())
        if (name, does) in pairwise(words):
            before = words[: words.index(name)]
            rule = found["one"] and not _ONE & set(before)
            if rule or _INTO_NAME & set(before[-2:]):
                return True
    return False


def _makes_order(statement: str, said: str) -> bool:
    """Whether a statement tells to do what was none: "able to lead a team" is no order to lead one.

    What somebody does ("it merges them") may be told as a step ("merge them").
    """
    first, second, *_ = [*tokens(statement), "", ""]
    if not (is_verb(first) and second in _OBJECT):
        return False
    words = ["", *tokens(said)]
    return all(before == "to" for before, word in pairwise(words) if stem(word) == stem(first))


def _turns_passive(statement: str, said: str) -> bool:
    """Whether "is given by" was made of "given": who does what to whom is then another.

    What was said with a form of "be" may be said so, and "Fan made it" as "made by Fan".
    """
    return any(
        _is_turned(found["done"], found["by"], said) for found in _PASSIVE.finditer(statement)
    )


def _is_turned(done: str, agent: str, said: str) -> bool:
    verb = re.search(rf"\b{re.escape(done)}\b", said, re.IGNORECASE)
    if not verb or _IS.search(said[: verb.start()]):
        return False
    return not set(content_stems(agent)) & set(content_stems(said[: verb.start()]))


def is_shortened(statement: str, said: str) -> bool:
    """Whether the statement is what was said with words left out, in its order.

    Of 354 labelled statements 7 % of those that are so were wrong, of the others 19 %.
    """
    theirs = content_stems(said)
    ours = [word for word in content_stems(statement) if word not in _GLUE]
    return bool(ours) and set(ours) <= set(theirs) and _in_order(ours, theirs) == len(ours)


def _in_order(ours: Sequence[str], theirs: Sequence[str]) -> int:
    """Length of the longest sequence of words that both say in the same order."""
    best = [0] * (len(theirs) + 1)
    for word in ours:
        diagonal = 0
        for at, other in enumerate(theirs, start=1):
            above = best[at]
            best[at] = diagonal + 1 if word == other else max(best[at], best[at - 1])
            diagonal = above
    return best[-1]
