"""Whether a sentence taken out of a lecture can be understood alone, and whether it is logistics.

In: a cleaned sentence. Out: whether all it speaks of is named in it; whether it is about the course
rather than its subject. Knows English speech habits only.
"""

import itertools
import re
from collections.abc import Callable

from rag_notes.ground.prose import is_filler, is_worth_keeping
from rag_notes.ground.verbs import has_verb, is_verb, is_verb_only, may_be_verb
from rag_notes.ground.words import is_content, stem, word_set

_WORDS = re.compile(r"[\w'’-]+")
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
_OPEN_PLACES = word_set(
    "do of in for with without like to at on by from than about and after before or"
)
_POINTED = word_set("this that these")
_IS = word_set("is are was can will could would should does")
_ASKED = word_set("what how where who which whatever")
# "These days" is when one speaks, and "this course" is the one that the notes are of.
_KNOWN = re.compile(
    r"\bthese days\b|\bat (?:this|that|the same) (?:point|time)\b"
    r"|\b(?:this|these) (?:class(?! of\b| is an?\b)|course|lecture|chapter|video|assignment"
    r"|homework|quarter|semester|year|week)\b",
    re.IGNORECASE,
)
_OTHERS = word_set("other others same second third former latter another such both either")
# "The first is an array" says of what only where it stood.
_ORDINAL = re.compile(
    r"^the (?:first|second|third|fourth|last|final|other) one (?!percent|of)\w+\b"
    r"|^the \w+(?:st|nd|rd|th)ly\b"
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
# "The problem is that it grows": of what, is clearer right behind what was said before.
_OF_WHAT = re.compile(
    r"^the (?:(?:basic|main|key|core|whole|big|general|overall|final|only|right|correct) )?"
    r"(?:idea|intuition|point|trick|goal|aim|problem|reason|purpose|advantage|disadvantage|benefit"
    r"|interpretation|conclusion|lesson|consequence|implication"
    r"|downside|drawback|catch|difference|upshot|result|effect|solution|answer|hope) (?:is|was)\b",
    re.IGNORECASE,
)
_EXPLETIVE = re.compile(
    r"\bit(?:['’]s| is| was| turns| takes| seems| would be| can be| may be)"
    r" (?:out\b|likely|clear|true|worth|possible|hard|easy|\w+ (?:to|that|for|if|when)\b"
    r"|(?:very|more|less|not|also|often) \w+ (?:to|that|for)\b)",
    re.IGNORECASE,
)
# "Because if you spend millions." lacks what follows from the condition.
_CUT_REASON = re.compile(r"\b(?:because|is that) (?:if|when|once)\b[^,]*$", re.IGNORECASE)
_BROKEN_OFF = re.compile(r"\w(?:\.{2,}|…) \w")  # "the cost is going... it is low"
# "You your sequence" was begun twice; "a factor of 100." lacks what of.
_GARBLED = re.compile(
    r"(?<!\bgives )(?<!\bgive )(?<!\bgave )(?<!\bgiving )(?<!\bget )(?<!\blends )"
    r"\b(?:you your|we our|they their|it its)\b"
    r"|(?-i:\ban? of\b|\b(?:a|an|the) (?:a|an|the)\b(?! priori| posteriori))"
    r"|, (?:you|we|they) (?!know\b|all\b)[a-z]+ (?:has|is)\b|\b(?:this|it) is (?:you|we|they) \w"
    r"|\b(?:is|are) not (?:it|we|they) \w|\b(?:also have (?:is|are)|has are|are has)\b"
    r"|^the (?!\w+ the\b)(?:\w+ ){2,6}\w+, there (?:is|are)\b"
    r"|\bthere (?:is|are|was|were) an? \d[\d,.]*x?\.?$|^along [a-z]+ [a-z]+ (?:costs|takes|needs)\b"
    r"|\bwhich (?:is|was|are|were) an? factor of [\d.,]+\d\.?$",
    re.IGNORECASE,
)
_GERUND = re.compile(
    r"^((?!during|(?:no|any|some|every)thing|string|ring|king)\w+ing\b[^,]*), (?:and|but|so)\b",
    re.IGNORECASE,
)
_REASON = re.compile(r"\bbecause (?!of\b)([^,;]*)$", re.IGNORECASE)
# A sentence that begins so was torn from the one before.
_FRAGMENT = re.compile(
    r"^means (?:that )?(?:we|you|it|they|there|the|an?)\b"
    r"|^(?:is|are|was|were|has|have|had|been|be|does|did|which|who|whose|where|than|or|as well|and"
    r"|but|that|just like|very|still is|such as|including|except)\b|^\w+, (?:but|and)\b"
    # "On a disk, one read takes 10 ms" is whole: a sentence follows the comma
    r"|^(?:because|of|to|with|like|from|on|in terms of|rather than)\b"
    r"(?![^,]*,(?: first,)? \w+ \w+)",
    re.IGNORECASE,
)
_UNFINISHED = re.compile(
    r"\b(?:the|a|an|of|to|with|that|is|are|was|been|so|but|in|on|at|by|for|from|like|into|than|this"
    r"|these|which|where|or|and|your|my|our|their|its|very|going|gonna|just|also|can|could|will|would|should"
    r"|may|might|must|becomes?|does not really|do not really|really"
    r"|(?:is|are|was|were) (?:all|like|so))[.,…]*$|[—–-]\s*\.?$",
    re.IGNORECASE,
)
# "…, open models where the weights."
_TAIL = re.compile(
    r"\b(?:where|when|whose|which|because) (?:the|an?|its|their|our|your) [\w'’-]+\.?$",
    re.IGNORECASE,
)
# "…, but some characters." breaks off.
_TRAILING = re.compile(r", (?:but|so) ((?:[\w'’-]+ ?){1,3})\.$")
_CLAUSE_ENDS = re.compile(r"[,;:]")
# What stands behind a verb, and behind no subject that is a plural.
_OBJECT = re.compile(r"^\w+ (?:the|an?|each|every|this|your|our|its|them|it|[A-Z]{2,})\b")
# "Learning rate schedule, batch size, and hyperparameters": words that may be verbs, and are none.
_LIST_ALONE = re.compile(r"^(?:[\w-]+(?: [\w-]+){0,3}, ){2,}(?:and |or )[\w-]+(?: [\w-]+){0,3}\.?$")
# "In the spirit of learning, building it alone, but we are not that mean."
_BEFORE_BUT = re.compile(
    r"^((?:in|with|for|by|from|at|on|as)\b[^;:]*?), but (?!(?:not|also|only|never)\b)",
    re.IGNORECASE,
)
# "We do not want to waste compute on."
_SPENT_ON = re.compile(
    r"^(?!.*\b(?:what|that|which|who)\b).*\b(?:wast|spend)\w*(?: \w+){1,4} on\.?$", re.IGNORECASE
)
# "There are three kinds: the first." announces more than it says.
_ANNOUNCED = re.compile(
    r"(?<!one of )(?<!one of the )\b(?:two|three|four|five|six|several|many|\d)\s(?:\w+\s){0,2}?"
    r"(?:types|kinds|phases|parts|ways|steps|components"
    r"|categories|reasons|stages|things|paths|pieces|examples|options|problems|ideas)\b"
    r"(?:[^:;–—]*(?::| [–—]) (?:(?:if|when) [^,;]*, )?(?!.*(?:,|;|\band\b|\bor\b|[:–—]))"
    r"|(?: \w+){0,4} (?:is|are) (?:that|to) (?!.*(?:,|;|\band\b|\bor\b))).*$",
    re.IGNORECASE,
)
# "If you look at the data" lacks what follows from it.
_CONDITION = re.compile(r"^(?:if|when|while|although|since|once|unless|because)\b", re.IGNORECASE)
_BACKGROUND = re.compile(
    r"\b(?:this|that|these|those) (?:one|way|case|thing|kind|sort|stuff|idea|point|question|example"
    r"|means|works|happens|says|talk|slide|picture|plot|figure|number)s?\b",
    re.IGNORECASE,
)
_SPEAKERS = re.compile(
    r"^[Tt]oday\b|\b(?:I|I['’]\w+|me|[Mm]y|[Ww]e['’]ll|you guys)\b|\b[Ll]et(?:['’]?s| us)\b"
    r"|\b[Ww]e(?:['’]re| are)? (?:going to|gonna|will|talked|said|saw|mentioned|discussed|looked"
    r"|want to talk|are talking)\b"
)
_LOGISTICS = re.compile(
    r"""\b(?:assignments?|homeworks?|deadlines?|office\s+hours|slack|canvas|syllabus|enroll\w*|TAs?
    |co-?instructors?|instructors?|staff|grades?|grading|final\s+project|midterm|quarter(?!\s+of)|semester|youtube
    |guest\s+lecture\w*|lecture\s+(?:videos?|notes)|recorded|recordings?|leaderboards?|submit\w*|handout
    |prerequisites?|auditing|waitlist|collaboration\s+policy|honou?r\s+code|website|scaffolding\s+code
    |^your\s+(?:job|task)\s+(?:is|will\s+be)|we\s+(?:are\s+going\s+to|will)\s+(?:give|send|provide)\s+(?:you|out)
    |we\s+(?:do\s+)?(?:provide|give\s+you)\s+(?:\w+\s+){0,3}unit\s+tests?|unit\s+tests\s+that\s+you\s+(?:will\s+)?have\s+to\s+pass
    |we\s+have\s+a\s+cluster
    |(?:take|taking|teach|teaching|taught)\s+(?:this|the|a|an)?\s*(?:class|course|lecture)
    |(?:next|last)\s+(?:week|time|year))\b""",
    re.IGNORECASE | re.VERBOSE,
)
_OF_COURSE = re.compile(
    r"(?:this|the|our) (?:class|course|lecture|chapter|video|section|unit)"
    r" (?:will|covers?|teaches|aims|consists|introduces|is (?:designed|about|for|meant|taught))\b",
    re.IGNORECASE,
)
_TO_STUDENTS = re.compile(r"\byou(?:['’]ll| will| are going to| can follow)\b", re.IGNORECASE)
_MENTIONS_COURSE = re.compile(
    r"\b(?:this|the|our|next|last)\s+(?:class|course|lecture|chapter|video|section|unit)\b"
    r"(?!\s+(?:label|of\s+model))",
    re.IGNORECASE,
)


def stands_alone(sentence: str) -> bool:
    """Whether a cleaned sentence is a statement that a reader understands without the lecture."""
    if not is_worth_keeping(sentence) or is_torn(sentence) or leans_on_context(sentence):
        return False
    return not (_BACKGROUND.search(sentence) or speaks_of_itself(sentence))


def speaks_of_itself(sentence: str) -> bool:
    """Whether a sentence speaks of the speaker, or of what the lecture does next."""
    return bool(_SPEAKERS.search(sentence))


def is_aside(clause: str) -> bool:
    """Whether a clause says nothing of the subject: "we are going to come to that"."""
    return is_filler(clause) or speaks_of_itself(clause)


def is_torn(sentence: str) -> bool:
    """Whether a sentence is a part of one: it begins or ends in the middle, or lacks its verb."""
    if _FRAGMENT.search(sentence) or _is_unfinished(sentence) or not has_verb(sentence):
        return True
    first = _WORDS.match(sentence)
    if first and first[0].lower().endswith("s") and _lacks_subject(first[0].lower(), sentence):
        return True  # "Replaces each bit by a counter": what does is lost
    broken = (_ANNOUNCED, _BROKEN_OFF, _TAIL, _GARBLED, _SPENT_ON)
    if any(one.search(sentence) for one in broken) or _is_list_alone(sentence):
        return True
    # "Mapping each piece to a number, and the idea is …"; "…, but some letters."
    parts = (_GERUND.search(sentence), _TRAILING.search(sentence), _BEFORE_BUT.search(sentence))
    if _lacks_reason(sentence) or any(part and not has_verb(part[1]) for part in parts):
        return True
    return bool(_CONDITION.search(sentence)) and not re.search(r",|\bthen\b", sentence)


def _lacks_subject(first: str, sentence: str) -> bool:
    """Whether a sentence begins with its verb: "Runs the merges" does, "Runs are merged" not."""
    if is_verb_only(first):
        return True
    later = [word.lower() for word in _WORDS.findall(_CLAUSE_ENDS.split(sentence)[0])[3:]]
    return may_be_verb(first) and bool(_OBJECT.search(sentence)) and not any(map(is_verb, later))


def _is_list_alone(sentence: str) -> bool:
    """Whether a sentence is names with commas between, none of which is a verb and nothing else."""
    if not _LIST_ALONE.match(sentence):
        return False
    items = [_WORDS.findall(item.lower()) for item in re.split(r", ", sentence)]
    if all(item and may_be_verb(item[-1]) for item in items):
        return False  # "birds fly, fish swim, and snakes crawl"
    words = [word for item in items for word in item]
    return all(is_content(word) or word in ("and", "or", "of") for word in words) and not any(
        map(is_verb_only, words)
    )


def _lacks_reason(sentence: str) -> bool:
    """Whether a sentence breaks off in its reason: "because if you read the disk"."""
    if _CUT_REASON.search(sentence) and not re.search(r"\bthen\b", sentence):
        return True
    reason = _REASON.search(sentence)
    return reason is not None and len(reason[1].split()) > 2 and not has_verb(reason[1])


def _is_unfinished(sentence: str) -> bool:
    """Whether a sentence ends in the middle; "the numbers you put in" is whole."""
    if not _UNFINISHED.search(sentence):
        return False
    words = ["", "", *(word.lower() for word in _WORDS.findall(sentence))]
    *_, before, last = words
    if last in _POINTED and (is_verb(before) or before in _OPEN_PLACES):
        return False  # "to do this" leans on what was said, and is whole
    if last in _IS and _ASKED & set(words[-8:]):
        return False  # "what the abstraction is"
    return not (last in _OPEN_PLACES - {"of", "to", "than"} and is_verb(before))


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
    if _ORDINAL.search(sentence):
        return (frozenset(),)
    sentence = _KNOWN.sub("now", sentence)
    found = list(_WORDS.finditer(sentence))
    spelled = [one[0].replace("’", "'") for one in found]
    ends = {at for at, one in enumerate(found) if sentence[one.end() : one.end() + 1] in ",;:.!?"}
    words = [word.lower() for word in spelled]
    return tuple(
        frozenset[str]() if at in ends else _pointed_at(words, at)
        for at in range(len(spelled))
        if _leans(spelled, at, sentence)
    )


def _pointed_at(words: list[str], at: int) -> frozenset[str]:
    if words[at] not in (*_NAMED_LATER, "that") or not all(map(is_content, words[at + 1 : at + 2])):
        return frozenset()
    named = itertools.takewhile(_is_of_name, words[at + 1 : at + 4])
    return frozenset(stem(word) for word in named if is_content(word))


def _leans(spelled: list[str], at: int, sentence: str) -> bool:
    words = [word.lower() for word in spelled]
    word = words[at].split("'")[0]
    if word in _PERSONS:
        if word == "it" and _EXPLETIVE.search(sentence):
            return False
        things = [one for before, one in enumerate(spelled[:at]) if _is_thing(spelled, before)]
        if word not in _SINGULAR:  # "at Frontier Labs they"
            things += [one for one in spelled[1:at] if one[0].isupper() and is_plural(one)]
        many = words[0] in _OPENS_MANY and all(map(is_plural, things))
        return not things or (word in _SINGULAR and many)
    if word == "this" and _takes_up(words, at):
        return False
    if word in _POINTERS:
        return not (word in _NAMED_LATER and _is_named(words, at))
    if word == "that":
        return _points(words, at)
    return word in _OTHERS and at <= 1


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
    if words[at - 1] in _OPEN_PLACES:
        return True
    return words[at].endswith("'s") and not is_content(words[at - 1])


def is_logistics(text: str, *, tells: Callable[[str], bool] | None = None) -> bool:
    """Whether a statement is about how the course is run rather than about its subject.

    What only mentions "this class", and tells neither what that is for nor what students will do,
    is about the subject where `tells` says that it tells much of that.
    """
    if _LOGISTICS.search(text):
        return True
    found = _MENTIONS_COURSE.search(text)
    aside = found and not _OF_COURSE.match(text) and not _TO_STUDENTS.search(text)
    return bool(found) and not (aside and tells and tells(text))
