"""Whether a sentence of the LLM keeps to what it was made from: the check of condensing.

In: a statement and the sentences it condenses. Out: why it strays from them, or None. A small model
that restates messy speech adds words of its own, keeps only the general ones, or joins them another
way round; each shows in the words and their order. Does not know vectors or passages.
"""

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from rag_notes.ground.losses import SUBJECT, loses
from rag_notes.ground.support import is_covered_by
from rag_notes.ground.verbs import is_verb
from rag_notes.ground.words import content_stems, is_content, stem, tokens, word_set
from rag_notes.ground.written import as_written

# By judgement on 304 labelled statements of a 1.5B model about an 80-minute lecture (28 % of them
# fully supported): wrong ones had a lower order in 72 % of the pairs with right ones.
_ADDED = 0.15  # share of a statement's content words that may be new
KEPT = 0.35  # share of what was said that must be kept: condensing is leaving out
# Says how or how far, and is not missed: "ultimately", "despite".
_MANNER = re.compile(
    r"\b(?:(?!(?:[ai]|re|sup|multi|as|fami)\w{0,4}ly\b)\w{3,}ly|despite|instead|bit|lot|kind|sort)\b",
    re.IGNORECASE,
)
_KEPT_DEFINING = 0.6  # of a definition: what a thing is stands in its beginning
_DEFINES = re.compile(
    r"(?:an? |the )?[\w-]+(?: [\w-]+){0,2} is (?:an?|the) (?:\w+ )?(?:process|kind|type|form|set"
    r"|number|sequence|way|task|act|measure|technique|method|algorithm|mechanism)"
    r" (?:of|that|for)\b",
    re.IGNORECASE,
)
_ORDER = 0.65  # share of the kept words that must stand in their order: a passive turns some
_OBJECT = word_set("a an the your our their some all it them each every")  # comes after an order
_NOT_TOLD = word_set("to here can could may might would")  # stand before what one may do
_BETWEEN = word_set("also just even still then first now either")  # "you can also use it"
# "Using many processes, it is read in parts": by what means, not what it is about.
_MEANS_FIRST = re.compile(r"\w+ing\b(?:(?!\b(?:is|are|was|were|can|may)\b)[^,]){0,80}, ")
_NO_STEP = word_set("is are was were be has have had do does did can will")
_WISHES = word_set("encourage recommend suggest hope want wish like love think believe expect")
_BE = r"(?:\b(?:is|are|was|were|be|been|being|get|gets|got)|['’](?:s|re))"
# Words that join what was said, and what may stand in the place of each where that was.
_JOINTS = word_set("and or but because so although while")
_PARTS = re.compile(
    r"[.,;:?!–—()]|\b(?:and|or|but|because|which|that|who|so|it|this|they|also|then"
    r"|as|plus|since|while|when|if|although|due to|with|for)\b",
    re.IGNORECASE,
)
# What does a thing by means of another was not said where the two only stand beside each other.
_BY_MEANS = re.compile(r"\b(?:using|via|by means of)\b", re.IGNORECASE)
_MEANS = re.compile(
    r"\b(?:us(?:e|es|ed|ing)|employ\w*|utili[sz]\w*|via|by|with|through|over|from)\b", re.IGNORECASE
)
_SUBJECTS = word_set("the a an it they we you he she this these there that its their our your")
_NEAR = 60  # characters between two words that stand together
_MODALS = {
    "could": "could can't couldn't might may would able",
    "would": "would will 'd wouldn't could going gonna",
    "should": "should need needs have has want supposed ought better best must recommend shall"
    " meant important",
    "must": "must need needs have has should required supposed shall got gotta obliged",
}
_IS_ALONE = re.compile(r"(?<!there )\b(?:is|are|was|were)\b(?! \w+(?:ed|en|ing)\b)", re.IGNORECASE)
_ANY_BE = re.compile(
    r"\b(?:is|are|was|were|be|been|being|am|becomes?|called|means?|gets?)\b|['’](?:s|re|m)\b",
    re.IGNORECASE,
)
_ORDERS = re.compile(
    r"(?:^|[.;:] )(?:do not|don['’]t|never|always|[A-Z][a-z]+ (?:the|your|it)\b)", re.IGNORECASE
)
_IS = re.compile(rf"{_BE}(?: \w+)? $", re.IGNORECASE)
_PASSIVE = re.compile(
    rf"{_BE} (?P<done>\w+(?:ed|en|wn)|made|done|built|led|held) by (?P<by>(?:[\w'’-]+ ?){{1,3}})",
    re.IGNORECASE,
)
# "… from banana, which is an error", of "That is an error": all that is, not banana.
_FUSED = re.compile(r", which (?:is|are|was|were) (?P<what>[^,.;]+)", re.IGNORECASE)
_APART = re.compile(
    r"(?:^|[.?!;] )(?:(?:and|so|but),? )?(?:(?:that|this)(?: is|['’]s)|(?:these|those) are)"
    r" (?P<what>[^.?!;]+)",
    re.IGNORECASE,
)
# Who or what something is said of: the word before "is", or before "that is".
_PREDICATE = re.compile(
    r"\b(?P<of>[\w'’-]+)(?:,? (?:that|which))? (?:is|are|was|were)"
    r" (?:(?:a|an|the|very|so|quite|more|most|also|really|actually) )*(?P<what>[\w-]+)",
    re.IGNORECASE,
)
_HOLDS = re.compile(r"\b(?:includes?|contains?|consists?|comprises?)\b", re.IGNORECASE)
# "One example of this is X": of what was said before, and not of X.
_OF_THIS = re.compile(
    r"\b(?P<of>of|to|for|with|from|by|on) (?:this|that|it|them|these|those)"
    r"(?= (?:is|are|was|were|can|will|has|have)\b|[,.;])",
    re.IGNORECASE,
)
_THOSE = re.compile(r"\bthose (?P<what>[\w-]+)(?! (?:that|which|who)\b)", re.IGNORECASE)
_THE = re.compile(r"\bthe ([\w-]+)")
_OR = word_set("or nor either whether")
# "Between firms as well as states" has rivals on each side, "between firms and states" across.
_BETWEEN_AND = re.compile(r"\bbetween (?P<some>(?:[\w-]+ ){1,4})and\b", re.IGNORECASE)
_AS_WELL = re.compile(r"\bbetween (?P<some>(?:[\w-]+ ){1,4})as well as\b", re.IGNORECASE)
_NEXT = 3  # content words that come next
# "The option tells the tokenizer to return": it is the option that does.
_CAUSES = re.compile(
    r"\b(?:tells?|told|lets?|allows?|makes?|made|helps?|asks?|enables?|forces?|causes?|requires?"
    r"|allowing|letting|making|helping) (?:(?:the|an?|your|our|its|their) )?(?P<who>[\w-]+)"
    r"(?: [\w-]+)? (?:to )?(?P<does>[a-z]+)",
    re.IGNORECASE,
)
# "You can define a tokenizer which maps letters" is about one that could be defined.
_THAT = re.compile(
    r"\b(?P<one>(?:(?:these|those) are (?:the )?|(?:an?|some|one|different|other|various) "
    r"(?:[\w-]+ )?))?(?P<name>[\w-]+),?"
    r" (?:which|that|who) (?:(?:\w+ly|just|also|only|then) )?(?P<does>[\w-]+)",
    re.IGNORECASE,
)
# "A tidy soul, he has a need": it is he who does.
_NAMED_AGAIN = re.compile(
    r"(?:^|[.?!;] )an? (?P<name>[^,.;?!]+), (?:he|she|it|they) (?P<does>\w+)", re.IGNORECASE
)
_ONE = word_set("a an one some different other various the this that")
_ANOTHER = re.compile(r"\b(?:another|one more|(?:the|one) other) (?P<what>[\w-]+)", re.IGNORECASE)
_ONE_OF = re.compile(r"\b(?:one|an?|the) (?P<what>[\w-]+)", re.IGNORECASE)
_SENTENCE_END = re.compile(r"[.?!;:]\s")
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


def strays(  # noqa: PLR0913 - what it is held to
    statement: str,
    said: str,
    *,
    around: str = "",
    whole: bool = True,
    ordered: bool = True,
    kept: float = KEPT,
) -> str | None:
    """Why the statement is not what was said, only shorter; None where it is.

    Words of `around`, what stands beside, are none of its own. It must keep the share `kept` of
    what was said; without `whole` it may leave out as much as it likes, as one that sums up does.
    Without `ordered` it may begin where it likes, as an answer begins with its question's words.
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
    shared = set(ours) & set(theirs)
    written = set(content_stems(_MANNER.sub(" ", as_written(said))))
    least = min(kept, _KEPT_DEFINING) if _DEFINES.match(statement) else kept
    if whole and len(shared & written) < least * len(written):
        return "leaves out too much of what was said"
    same = len([word for word in ours if word in shared])
    if ordered and len(shared) >= _FEW and _in_order(ours, theirs) < _ORDER * same:
        return "turns what was said around"
    return _relates(statement, said)


def drops_sentence(statement: str, said: Sequence[str]) -> bool:
    """Whether nothing is left of one of the sentences that a statement condenses."""
    ours = set(content_stems(statement))
    words = [set(content_stems(as_written(one))) for one in said]
    for at, one in enumerate(words):
        own = one.difference(*words[:at], *words[at + 1 :])
        if own and not own & ours:
            return True
    return False


def _changed(statement: str, said: str) -> str | None:
    """Why a statement that keeps the words says another thing with them; None where it does not."""
    checks = (
        (_makes_order, "tells to do what was not told to do"),
        (_makes_first, 'drops "another"'),
        (_turns_passive, "turns what was said around"),
        (_makes_rule, "makes a rule of what was said of one"),
        (_fills, "names what was only pointed at"),
        (_drops_cause, "says of one thing what another makes it do"),
        (_becomes, "makes something that is of what is done"),
        (_changes_modal, "changes what can, would or should be"),
        (_fuses, 'says with "which" of one thing what was said of all'),
    )
    found = (reason for changes, reason in checks if changes(statement, said))
    return next(found, None) or loses(statement, said)


def _relates(statement: str, said: str) -> str | None:
    """Why a statement puts things in relations that they were not said to be in, or None."""
    if _moves_predicate(statement, said) or _makes_part(statement, said):
        return "says of one thing what was said of another"
    return "joins what was not said to be joined" if _joins(statement, said) else None


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


def _fuses(statement: str, said: str) -> bool:
    """Whether "…, which is" was made of a sentence that takes up all of the one before."""
    if "which" in tokens(said):
        return False
    whole = [set(content_stems(one["what"])) for one in _APART.finditer(said)]
    joined = [set(content_stems(one["what"])[:SUBJECT]) for one in _FUSED.finditer(statement)]
    return any(ours & theirs for ours in joined for theirs in whole)


def _joins(statement: str, said: str) -> bool:
    """Whether "new embeddings and rotary ones" was made of "new embeddings, these rotary ones".

    Nothing parts the two in what was said: they are one thing, or one is said of the other.
    """
    words = tokens(statement)
    both, other = (
        {one["some"].lower() for one in pattern.finditer(text)}
        for pattern, text in ((_BETWEEN_AND, statement), (_AS_WELL, said))
    )
    if any(not any(map(is_verb, some.split())) for some in both & other):
        return True
    if "or" in words and not _OR & set(tokens(said)):
        return True
    if _BY_MEANS.search(statement) and not _MEANS.search(said):
        return True
    for at, word in enumerate(words):
        if word not in _JOINTS:
            continue
        if words[at + 1 : at + 2] and words[at + 1] in _SUBJECTS:
            continue  # two sentences that were said without a stop between
        left = next((one for one in reversed(words[:at]) if is_content(one)), "")
        right = next((one for one in words[at + 1 :] if is_content(one)), "")
        between = list(_between(left, right, said)) if left and right else []
        if between and not any(map(_PARTS.search, between)):
            return True
    return False


def _between(left: str, right: str, said: str) -> Iterator[str]:
    """Yield what stands between two words wherever they were said near each other."""
    for one in re.finditer(rf"\b{re.escape(left)}\b", said, re.IGNORECASE):
        near = said[one.end() : one.end() + _NEAR]
        other = re.search(rf"\b{re.escape(right)}\b", near, re.IGNORECASE)
        if other:
            yield near[: other.start()]


def _fills(statement: str, said: str) -> bool:
    """Whether "an example of X is" was made of "an example of this is X".

    Or "the keys" of "those keys".
    """
    pointed = {
        found["what"].lower()
        for found in _THOSE.finditer(said)
        if stem(found["what"].lower()) not in content_stems(said[: found.start()])
    }
    if not _THOSE.search(statement) and pointed & set(_THE.findall(statement.lower())):
        return True
    for found in _OF_THIS.finditer(said):
        after = [one for one in tokens(said[found.end() :]) if is_content(one)][:_NEXT]
        ours = re.search(rf"\b{found['of']} (?:(?:the|an?) )?(?P<what>[\w-]+)", statement)
        if ours and ours["what"].lower() in after:
            return True
    return False


def _drops_cause(statement: str, said: str) -> bool:
    """Whether "the tokenizer returns" was made of "the option tells the tokenizer to return"."""
    words = [stem(word) for word in tokens(statement)[:_OPENS_WITH]]
    for found in _CAUSES.finditer(said):
        who, does = stem(found["who"].lower()), stem(found["does"].lower())
        opens = [word for word in words if is_content(word)][:1] == [who]
        if opens and (who, does) in pairwise(words):
            return True
    return False


def _becomes(statement: str, said: str) -> bool:
    """Whether "they are equal" was made of "they equal one": nothing was said to be."""
    return bool(_IS_ALONE.search(statement)) and not _ANY_BE.search(said)


def _changes_modal(statement: str, said: str) -> bool:
    """Whether "it could work" was made of "it can work"."""
    ours, theirs = set(tokens(statement)), said.lower().replace("’", "'")
    return any(
        word in ours
        and not any(re.search(rf"{re.escape(one)}\b", theirs) for one in may_be.split())
        and not (word in ("should", "must") and _ORDERS.search(said))
        for word, may_be in _MODALS.items()
    )


def _makes_rule(statement: str, said: str) -> bool:
    """Whether "a tokenizer which maps" became "tokenizers map".

    Or "memory for the encoder, which reads" became "memory for the encoder reads", or "a tidy soul,
    he has a need" became "a tidy soul has a need".
    """
    for named in _NAMED_AGAIN.finditer(said):
        if re.search(rf"\b{re.escape(named['name'])} {named['does']}\b", statement, re.IGNORECASE):
            return True
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

    What somebody does ("it merges them") may be told as a step ("merge them"); what one gets to do,
    or what somebody wishes, may not.
    """
    first, second, *_ = [*tokens(statement), "", ""]
    if _MEANS_FIRST.match(statement) and first not in tokens(said):
        before = _words_before(first, said)
        return bool(before) and before <= _NOT_TOLD
    if first in _WISHES and not said.lower().startswith(first):
        return second in _OBJECT or second.endswith("ing")
    if not (is_verb(first) and second in _OBJECT) or first in _NO_STEP:
        return False
    before = _words_before(first, said)
    wished = {one for one in before if one in _NOT_TOLD or one.endswith("ly")}
    return before == wished


def _words_before(verb: str, said: str) -> set[str]:
    """The words that stand before a verb wherever it was said, but for "also" and the like."""
    found: set[str] = set()
    for sentence in _SENTENCE_END.split(said):
        words = ["", *(word for word in tokens(sentence) if word not in _BETWEEN)]
        found |= {one for one, word in pairwise(words) if stem(word) == stem(verb)}
    return found


def _makes_first(statement: str, said: str) -> bool:
    """Whether "A; one problem is B" was made of "A. Another problem is B"."""
    others, kept = (
        {found["what"].lower() for found in _ANOTHER.finditer(text)} for text in (said, statement)
    )
    ones = {found["what"].lower() for found in _ONE_OF.finditer(statement) if found.start()}
    told = {found["what"].lower() for found in _ONE_OF.finditer(said)}
    return bool((others - kept) & (ones - told))


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
