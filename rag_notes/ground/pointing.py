"""What a sentence points back at: "it", "these keys", "the first one", "the problem".

In: a cleaned sentence. Out: whether all it speaks of is named in it, and by which names it points
at what was said before. Knows English speech habits only.
"""

import itertools
import re
from collections.abc import Sequence

from rag_notes.ground.verbs import is_verb, is_verb_only, may_be_verb
from rag_notes.ground.words import content_stems, is_content, stem, word_set

WORDS = re.compile(r"[\w'’-]+")
# Words that an object, or nothing, stands behind.
OPEN_PLACES = word_set(
    "do of in for with without like to at on by from than about and after before or"
)
_PERSONS = word_set(
    "it its they them their theirs he she him her his itself themselves himself herself"
)
_SINGULAR = word_set("it its itself")
_OPENS_MANY = word_set("there with")  # "with 10 bits, it is slow": no bit is
_POINTERS = word_set("this these those here")
_NAMED_LATER = word_set("this these those")
_TAKES_UP = word_set("and so because but then")
_OF_CLAUSE = word_set(
    "is was means makes gives leads allows takes does causes lets helps saves happens works relates"
)
_CLAUSE = 2  # content words of a clause that says something
_ENDS_NAME = word_set("and or but so because if when while as to then means")
_PLACES = OPEN_PLACES - word_set("or do than")
_MANY = word_set("they them their theirs themselves")
_PERSON = word_set("he him his himself she her herself")
_OPENS_NAME = word_set(
    "the a an this that these those in at on against during under over since until when if as but"
    " and while although because so then now there here what who we you they it"
)
# "What free trade does is it moves the demand": it is free trade that does.
_DOES_IS = re.compile(r"^what (?:\w+ ){1,4}do(?:es)? is (?:it|they)\b", re.IGNORECASE)
_COLLECTIVE = word_set(
    """
    people everyone everybody anyone someone nobody data media children men women team company group
    each every pair set lot number most many few some who person patient child student player user
    couple public police army government party senate court parliament crowd crew bacteria criteria
    phenomena mice feet teeth cattle species
    """
)
_OPENS_CLAUSE = word_set(
    "and but so because if when while that which who where to as or then before after until"
)
# "These days" is when one speaks, and "this course" is the one that the notes are of.
_KNOWN = re.compile(
    r"\bthese days\b|\bthis time\b|\bat (?:this|that|the same) (?:point|time)\b"
    r"|\b(?:this|these) (?:class(?! of\b| is an?\b)|course|lecture|chapter|video"
    r"|quarter|semester|year|week)\b",
    re.IGNORECASE,
)
_OTHERS = word_set("other others same second third former latter another such both either")
# "The first is an array" says of what only where it stood.
_ORDINAL = re.compile(
    r"^the (?:first|second|third|fourth|last|final|other) one (?!percent|of)\w+\b"
    r"|^the \w+(?:st|nd|rd|th)ly\b"
    r"|(?:^|, )the answer (?:is|was|would|should|will)\b"
    r"|^(?:second|third|fourth)(?:ly)?,|^the result (?:is|was) (?:an?|the)\b"
    r"|^the (?:first|second|third|fourth|last|next|other|rest|latter|former"
    r"|(?:first|second|third|1st|2nd|3rd|last|next)"
    r" (?:one|part|thing|step|type|kind|method|point|way|feature|reason|option|property"
    r"|case|problem|idea|approach|advantage))"
    r" (?:is|are|was|were|has|will|can)\b"
    r"|^(?!.*(?:,|;| and )).*\binstead\.?$|^there (?:is|are) (?:some |many )?other\b"
    r"|^with the \w+, it\b",
    re.IGNORECASE,
)
# "It remembers the first": of which, another sentence said.
_BARE_ORDINAL = re.compile(
    r"^(?!.*\b(?:two|three|four|both|pairs?|or|between|several|many|each|every|and|all)\b)"
    r"(?:(?!\bthe first\b).)*(?<!uary )(?<!march )(?<!april )(?<!may )(?<!june )(?<!july )"
    r"(?<!august )(?<!ber )\bthe (?:first|second|third|latter|former)(?=[.;!?]|$)",
    re.IGNORECASE,
)
# "The models expect that, and fail": what they expect was said before.
_THAT_AND = re.compile(r"\bthat(?=,? (?:and|but)\b)", re.IGNORECASE)
# "More chose the first option": of those that another sentence named.
_OPTION = re.compile(
    r"^(?!.*\b(?:two|three|both|either|between)\b).* the (?:first|second|third|latter|former)"
    r" (?P<what>option|case|group|answer|choice|question|number|term|approach|scenario|version"
    r"|statement)\b(?! (?:to|of|that|which|who|in|is)\b)",
    re.IGNORECASE,
)
# Opens a sentence and names no thing: "in practice, you compute it".
_ADVERBIAL = re.compile(
    r"^(?:but |and |so |now )?(?:in (?:practice|general|fact|theory|principle|reality|particular"
    r"|short|essence|the end)|for (?:example|instance)|of course|at first|on average"
    r"|at the moment|(?:\d[\d.,]* ?%|most|half|some|all) of the time),? ",
    re.IGNORECASE,
)
# "You can get there by two clicks": to where, another sentence said.
_GOES_THERE = re.compile(
    r"\b(?:get|gets|got|go|goes|went|going|come|came|from|over|in|puts?|lives?|lived|stays?|stayed"
    r"|stop|stopped|settled) there\b"
    r"(?! (?:is|are|was|were|will)\b)",
    re.IGNORECASE,
)
# "The problem is that it grows": of what, is clearer right behind what was said before.
_OF_WHAT = re.compile(
    r"^the (?:(?:basic|main|key|core|whole|big|general|overall|final|only|right|correct|crucial"
    r"|important|interesting) )?(?:idea|part|thing|insight|observation|intuition|point|trick|goal"
    r"|aim|problem|reason|purpose|advantage|disadvantage|benefit|interpretation|conclusion|lesson|consequence|implication"
    r"|downside|drawback|catch|difference|upshot|result|effect|solution|answer|hope) (?:is|was)\b"
    r"|^what (?:you|we) (?:end up with|get|are left with|have)(?: here)? (?:is|are)\b"
    r"|^your (?:job|task) (?:is|will be)\b|^there will be an? ",
    re.IGNORECASE,
)
# "It is a beautiful idea that you can split it": behind "that" stands what "it" is, not a verb.
AN_IDEA_THAT = (
    r"(?:just |also )?an? (?:\w+ )?(?:notion|fact|idea|truth|pity|shame|myth|misconception) that"
    r" (?:you|we|they|the|an?|all|no|every|there|people)\b(?!.*ed\.?$)"
)
_EXPLETIVE = re.compile(
    r"\bit(?:['’]s| is| was| turns| takes| seems| would be| can be| may be)"
    r" (?:out\b|likely|clear|true|worth|possible|hard|easy|\w+ (?:to|that|for|if|when)\b"
    r"|(?:very|more|less|not|also|often) \w+ (?:to|that|for)\b"
    rf"|{AN_IDEA_THAT})",
    re.IGNORECASE,
)


def wants_lead(sentence: str) -> bool:
    """Whether a sentence is true alone and clearer behind the one that it was said after."""
    return bool(_OF_WHAT.search(sentence))


def leans_on_context(sentence: str) -> bool:
    """Whether a word of the sentence stands for something that it does not name."""
    return bool(leanings(sentence))


def leanings(sentence: str) -> tuple[frozenset[str], ...]:
    """What a sentence points back at, by the stems of its name: nothing for a bare "it" or "this".

    >>> leanings("Without this efficiency it would cost more.")
    (frozenset({'effici'}),)
    """
    there = _GOES_THERE.search(sentence)
    named = there and len(content_stems(sentence[: there.start()])) > _CLAUSE  # where, before it
    if (there and not named) or _ORDINAL.search(sentence) or _BARE_ORDINAL.search(sentence):
        return (frozenset(),)
    option = _OPTION.search(sentence)
    if option:
        return (frozenset({stem(option["what"].lower())}),)
    sentence = _ADVERBIAL.sub("", _KNOWN.sub("now", sentence))
    found = list(WORDS.finditer(sentence))
    spelled = [one[0].replace("’", "'") for one in found]
    ends = {at for at, one in enumerate(found) if sentence[one.end() : one.end() + 1] in ",;:.!?"}
    words = [word.lower() for word in spelled]
    return tuple(
        frozenset[str]() if at in ends else _pointed_at(words, at)
        for at in range(len(spelled))
        if _leans(spelled, at, sentence)
    )


def names_all(sentences: Sequence[str]) -> bool:
    """Whether "those gradients" were named before, wherever sentences point by name."""
    named: set[str] = set()
    for one in sentences:
        if named and not all(stems <= named for stems in leanings(one)):
            return False
        named |= set(content_stems(one))
    return True


def _pointed_at(words: list[str], at: int) -> frozenset[str]:
    if words[at] not in (*_NAMED_LATER, "that") or not all(map(is_content, words[at + 1 : at + 2])):
        return frozenset()
    named = itertools.takewhile(_is_of_name, words[at + 1 : at + 4])
    return frozenset(stem(word) for word in named if is_content(word))


def _leans(spelled: list[str], at: int, sentence: str) -> bool:
    words = [word.lower() for word in spelled]
    word = words[at].split("'")[0]
    if word in _PERSONS:
        pleonastic = word == "it" and _EXPLETIVE.search(sentence)
        if _DOES_IS.match(sentence) and words[at - 1] == "is" and "is" not in words[: at - 1]:
            return False
        return not pleonastic and not _stands_for_one_named(word, spelled, at)
    if word == "this" and _takes_up(words, at):
        return False
    if word in _POINTERS:
        return not (word in _NAMED_LATER and _is_named(words, at))
    if word == "that":
        and_more = _THAT_AND.search(sentence) and is_verb_only(words[at - 1])
        return _points(words, at) or bool(and_more)
    named = spelled[at + 1 : at + 2] and spelled[at + 1][0].isupper()  # "Second World War"
    return word in _OTHERS and at <= 1 and not named


def _stands_for_one_named(word: str, spelled: list[str], at: int) -> bool:
    """Whether what a pronoun stands for may be named before it in its sentence."""
    words = [one.lower() for one in spelled]
    if word in _PERSON and any(_is_name(spelled, before) for before in range(at)):
        return True
    things = [one for before, one in enumerate(spelled[:at]) if _is_thing(spelled, before)]
    if word not in _SINGULAR:  # "at Frontier Labs they"
        things += [one for one in spelled[1:at] if one[0].isupper() and is_plural(one)]
    if word in _MANY and not (any(map(_may_be_many, words[:at])) or "and" in words[:at]):
        return False
    many = words[0] in _OPENS_MANY and all(map(is_plural, things))
    return bool(things) and not (word in _SINGULAR and many) and not _is_object(words, at)


def _is_name(spelled: list[str], at: int) -> bool:
    """Whether somebody's name begins with a word: "Adam Smith", "Darwin wrote", not "In May"."""
    word, after = spelled[at], spelled[at + 1] if at + 1 < len(spelled) else "."
    if not word[0].isupper() or word == "I" or word.lower() in _OPENS_NAME:
        return False
    before = spelled[at - 1].lower() if at else ""
    does = is_verb(after.lower()) or may_be_verb(after.lower())
    return before not in (*OPEN_PLACES, *_OPENS_NAME) and (after[0].isupper() or does)


def _may_be_many(word: str) -> bool:
    return (is_plural(word) and is_content(word)) or word in _COLLECTIVE


def _is_object(words: list[str], at: int) -> bool:
    """Whether "it" cannot be what its own clause is about: "the model does not attend to it"."""
    word, before = words[at], words[at - 1] if at else ""
    if word not in ("it", "them") or any(map(is_verb, words[at + 1 : at + 2])):
        return False
    if not is_verb(before) and before not in _PLACES:
        return False
    return not any(one in _OPENS_CLAUSE for one in words[: at - 1])


def _takes_up(words: list[str], at: int) -> bool:
    """Whether "this" takes up the clause before: "the keys are hashed, and this takes time"."""
    before, after = words[max(0, at - 1)], words[at + 1 : at + 2]
    told = sum(map(is_content, words[:at])) >= _CLAUSE and any(map(is_verb, words[:at]))
    return told and before in _TAKES_UP and bool(after) and after[0] in _OF_CLAUSE


def is_plural(word: str) -> bool:
    """Whether a noun looks like more than one: "it" does not stand for "limitations"."""
    return word.endswith("s") and not word.endswith(("ss", "us", "is", "ics", "S"))


def _is_thing(words: list[str], at: int) -> bool:
    """Whether a word may be what "it" or "they" stand for: "Bloom described it" names no thing."""
    word = words[at].lower()
    if len(word) > 2 and words[at].rstrip("s").isupper():
        return True  # initials: "PPO" is no person
    named = words[at][0].isupper() and (at > 0 or (words[1:2] and words[1][0].isupper()))
    return is_content(word) and len(word) > 2 and not named and not is_verb(word)


def _is_named(words: list[str], at: int) -> bool:
    """Whether the sentence itself says which: "these units that compute", or it named them before.

    "Tokens are integers, and a model reads these integers" points at nothing outside; "this implies
    that keys are lost" does.
    """
    after = list(itertools.takewhile(_is_of_name, words[at + 1 : at + 5]))
    if any(word in ("that", "which", "who", "where") for word in after[1:]):
        return True
    before = {stem(word) for word in words[:at] if is_content(word)}
    return any(stem(word) in before for word in after[:2] if is_content(word))


def _is_of_name(word: str) -> bool:
    """Whether a word may stand in the name of a thing: not its verb, nor what comes after it."""
    return word not in _ENDS_NAME and not is_verb(word)


def _points(words: list[str], at: int) -> bool:
    """Whether "that" points back, rather than opens a clause."""
    if at == 0 or at + 1 == len(words):
        return True
    if words[at - 1] in OPEN_PLACES or words[at - 1] == "that":  # "knew that that was large"
        return True
    return words[at].endswith("'s") and not is_content(words[at - 1])
