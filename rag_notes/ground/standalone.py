"""Whether a sentence taken out of a lecture can be understood alone, and whether it is logistics.

In: a cleaned sentence. Out: whether all it speaks of is named in it; whether it is about the course
rather than its subject. Knows English speech habits only.
"""

import re
from collections.abc import Callable

from rag_notes.ground.pointing import OPEN_PLACES, WORDS, leans_on_context
from rag_notes.ground.prose import is_filler, is_worth_keeping
from rag_notes.ground.verbs import has_verb, is_verb, is_verb_only, may_be_verb
from rag_notes.ground.words import is_content, word_set

_WHO_LIKES = word_set("you we they i people would")
_COUNTS = word_set("minus plus times over")
_POINTED = word_set("this that these")
_IS = word_set("is are was can will could would should does")
_ASKED = word_set("what how where who which whatever")
_ASKED_NEAR = 8  # words from "what" to the "is" that it ends with
_OPEN_END = re.compile(
    r"\b(?:(?<!it )(?<!they )(?<!this )(?<!that )(?<!there )(?<!he )(?<!she )(?<!we )(?<!you )"
    r"(?:is|are|was|were)|the|an?|of|with|by|and|or|where|because|which|your|our|their|my)\.+$",
    re.IGNORECASE,
)
# "Because if you spend millions." lacks what follows from the condition.
_CUT_REASON = re.compile(r"\b(?:because|is that) (?:if|when|once)\b[^,]*$", re.IGNORECASE)
# "If there are n keys, and each has k bits": what then is not said.
_CONDITIONS = re.compile(
    r"^(?:if|when)\b(?!.*\bthen\b)[^,;]*(?:, (?:and|or|on average,)[^,;]*)+\.?$", re.IGNORECASE
)
# "The cost is going... it is low"; "it differs between—we have a role".
_BROKEN_OFF = re.compile(
    r"\w(?:\.{2,}|…) \w|\b(?:between|of|to|for|in|with|by|at|from|the|a|an|and|or|because|that|is"
    r"|are|was|were|has|have|will|would|can) ?[—–](?! ?\d)",
    re.IGNORECASE,
)
# "You your sequence" was begun twice; "a factor of 100." lacks what of.
_GARBLED = re.compile(
    r"(?<!\bgives )(?<!\bgive )(?<!\bgave )(?<!\bgiving )(?<!\bget )(?<!\blends )"
    r"\b(?:you your|we our|they their|it its)\b"
    r"|(?-i:\ban? of\b|\b(?:a|an|the) (?:a|an|the)\b(?! priori| posteriori))"
    r"|, (?:you|we|they) (?!know\b|all\b)[a-z]+ (?:has|is)\b|\b(?:this|it) is (?:you|we|they) \w"
    r"|\bthere (?:is|are) an? there\b"
    r"|\bthere (?:is|are) (?:(?!that |which |who )\w+ ){1,3}(?:includes?|consists?|contains?)\b"
    r"|\b(?:is|are) not (?:it|we|they) \w|\b(?:also have (?:is|are)|has are|are has)\b"
    r"|^the (?!\w+ the\b)(?:\w+ ){2,6}\w+, there (?:is|are)\b"
    # "Model architecture there are a lot of decisions there": begun twice
    r"|^\w+ \w+ there (?:is|are)\b[^,;]* there\b"
    r"|\bthere (?:is|are|was|were) an? \d[\d,.]*x?\.?$|^along [a-z]+ [a-z]+ (?:costs|takes|needs)\b"
    r"|^in (?:we|you|they|it) (?:are|is|have|has|can|will)\b|[a-z], \d\.?$"
    r"|\bwhich (?:is|was|are|were) an? factor of [\d.,]+\d\.?$",
    re.IGNORECASE,
)
# "Devotion to mines and to farms; values that worked" are names.
_NAME_ALONE = re.compile(
    r"^(?!(?:in|on|at|for|with|to|by|from)\b)[^,]* (?:to|of|for)\b", re.IGNORECASE
)
_GERUND = re.compile(
    r"^((?!during|(?:no|any|some|every)thing|string|ring|king)\w+ing\b[^,]*), (?:and|but|so)\b",
    re.IGNORECASE,
)
_REASON = re.compile(r"\bbecause (?!of\b)([^,;]*)$", re.IGNORECASE)
# A sentence that begins so was torn from the one before.
_FRAGMENT = re.compile(
    r"^means (?:that )?(?:we|you|it|they|there|the|an?)\b"
    r"|^(?:can|could|would|should|cannot) (?!(?:you|we|it|they|the|an?|this)\b)(?!\w+s\b)"
    r"|^(?:is|are|was|were|has|have|had|been|be|does|did|which|who|whose|where|than|or|as well|and"
    r"|but|that|just like|very|still is|such as|including|except)\b|^\w+, (?:but|and)\b"
    # "On a disk, one read takes 10 ms" is whole: a sentence follows the comma
    # "to save it is easy" is whole as well
    r"|^(?!to \w+ [^,]*\b(?:is|was|means|takes|requires|costs|(?:can|may|will|would) be)\b)"
    r"(?:because|of|to|with|like|from|on|in terms of|rather than)\b"
    r"(?![^,]*,(?: first,)? (?!and\b|but\b)\w+ \w+)"
    r"|^all and\b"
    # "Not just plain maps, but kinds of problems that …"; "A function of size, it starts at r"
    r"|^not (?:just|only) (?!(?:do|does|did|is|are|was|were|can|could|will|would|has|have|had)\b)"
    r"(?:(?:the|an?|one|for|in|with|to) |[\w-]+ )[^,;]*, but (?:also )?(?:in|with|for|by)\b"
    r"|^an? (?![^,]*\b(?:ago|later|after|before|earlier|times?|years?|days?|weeks?|months?|while"
    r"|centur\w+|decades?)\b)[^,;]{3,60}, (?:it|they|we|you) (?!.*,)"
    r"|^\w+ (?:that|which) (?:is|are|was|were)(?: not)? \w+(?: and (?:you|we|they) [^,]*)?\.$"
    r"|^\w+s (?:you|we) (?:can|could|may|will) \w+(?: (?:to|in|on|with|for|into) \w+)?\.?$",
    re.IGNORECASE,
)
_UNFINISHED = re.compile(
    r"\b(?:the|a|an|of|to|with|that|is|are|was|been|so|but|in|on|at|by|for|from|like|into|than|this"
    r"|these|which|where|or|and|your|my|our|their|its|very|going|gonna|just|also|can|could|will|would|should"
    r"|may|might|must|known as|becomes?|does not really|do not really|really"
    r"|(?:is|are|was|were) (?:all|like|so))[.,…]*$|[—–-]\s*\.?$",
    re.IGNORECASE,
)
# "…, open models where the weights."
_TAIL = re.compile(
    r"\b(?:where|when|whose|which|because) (?:the|an?|its|their|our|your) [\w'’-]+\.?$",
    re.IGNORECASE,
)
# "…, but some characters." breaks off.
_TRAILING = re.compile(
    r", (?:but|so) (?!(?:no|not|only|never|without|nothing)\b)((?:[\w'’-]+ ?){1,3})\.$"
)
_CLAUSE_ENDS = re.compile(r"[,;:]")
# What stands behind a verb, and behind no subject that is a plural.
_OBJECT = re.compile(r"^\w+ (?:the|an?|each|every|this|your|our|its|them|it|[A-Z]{2,})\b")
# "Learning rate schedule, batch size, and hyperparameters": words that may be verbs, and are none.
_WHETHER = re.compile(r"(?<=,) whether\b[^,]*(?=,)", re.IGNORECASE)
_LIST_ALONE = re.compile(
    r"^(?:[\w-]+(?: [\w-]+){0,3}, ){2,}(?:and |or )?[\w-]+(?: [\w-]+){0,3}\.?$"
)
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
    |(?:all|the|your|our|these|first|next|each)\s+problem\s+sets?
        (?=\s+(?:is|are|will|due|one|two|\d|the\s+day)\b|[.,;])|psets?|recitation\s+sections?
    |co-?instructors?|instructors?|staff|grades?|grading|final\s+project|midterm|quarter(?!\s+of)|semester|youtube
    |exam\s+(?:will|is\s+going\s+to|covers?)|on\s+(?:the|your)\s+exam
    |guest\s+lecture\w*|lecture\s+(?:videos?|notes)|recorded|recordings?|leaderboards?|submit\w*|handout
    |prerequisites?|auditing|waitlist|collaboration\s+policy|honou?r\s+code|website|scaffolding\s+code
    |^your\s+(?:job|task)\s+(?:is|will\s+be)|we\s+(?:are\s+going\s+to|will)\s+(?:give|send|provide)\s+(?:you|out)
    |we\s+(?:do\s+)?(?:provide|give\s+you)\s+(?:\w+\s+){0,3}unit\s+tests?|unit\s+tests\s+that\s+you\s+(?:will\s+)?have\s+to\s+pass
    |we\s+have\s+a\s+cluster
    |(?:take|taking|teach|teaching|taught)\s+(?:this|the|a|an)?\s*(?:class|course|lecture)
    |(?:next|last)\s+(?:week|time|year)|tomorrow\s+in\s+(?:section|class|lecture)(?!\s+\w))\b""",
    re.IGNORECASE | re.VERBOSE,
)
_NAMES_COURSE = re.compile(
    r"\b(?:class|course|quarter|semester|lectures|assignments|homeworks|psets?"
    r"|problem sets?(?! in\b)"
    r"|(?:assignment|homework|unit|lab|project) (?:\d+|one|two|three|four|five|six|seven|eight)"
    r"|first (?:assignment|homework)|(?:each|every) (?:assignment|homework)|unit tests?"
    r"|office hours|slack|canvas|syllabus|TAs?|instructors?|staff|grades?|grading|exams?|midterm"
    r"|final|recorded|recordings?|auditing|waitlist|collaboration|honou?r code|website|cluster"
    r"|deadlines?)\b",
    re.IGNORECASE,
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
    first = WORDS.match(sentence)
    if first and first[0].lower().endswith("s") and _lacks_subject(first[0].lower(), sentence):
        return True  # "Replaces each bit by a counter": what does is lost
    opens, parted, _ = sentence.partition("; ")
    if parted and _NAME_ALONE.search(opens) and not has_verb(opens):
        return True
    broken = (_ANNOUNCED, _BROKEN_OFF, _TAIL, _GARBLED, _SPENT_ON)
    if any(one.search(sentence) for one in broken) or _is_list_alone(sentence):
        return True
    # "Mapping each piece to a number, and the idea is …"; "…, but some letters."
    parts = (_GERUND.search(sentence), _TRAILING.search(sentence), _BEFORE_BUT.search(sentence))
    if _lacks_reason(sentence) or any(part and not has_verb(part[1]) for part in parts):
        return True
    lacks_main = _CONDITION.search(sentence) and not re.search(r",|\bthen\b", sentence)
    return bool(lacks_main or _CONDITIONS.search(sentence))


def _lacks_subject(first: str, sentence: str) -> bool:
    """Whether a sentence begins with its verb: "Runs the merges" does, "Runs are merged" not."""
    if is_verb_only(first):
        return True
    later = [word.lower() for word in WORDS.findall(_CLAUSE_ENDS.split(sentence)[0])[3:]]
    return may_be_verb(first) and bool(_OBJECT.search(sentence)) and not any(map(is_verb, later))


def _is_list_alone(sentence: str) -> bool:
    """Whether a sentence is names with commas between, none of which is a verb and nothing else."""
    sentence = _WHETHER.sub(" choice", sentence)
    if not _LIST_ALONE.match(sentence):
        return False
    items = [WORDS.findall(item.lower()) for item in re.split(r", ", sentence)]
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
    words = ["", "", *(word.lower() for word in WORDS.findall(sentence))]
    *_, before, last = words
    if last in _POINTED and (is_verb(before) or before in OPEN_PLACES or before in _COUNTS):
        return False  # "to do this" leans on what was said, and is whole
    if last == "like" and before in _WHO_LIKES:
        return False  # "any colour you like"
    if last in _IS and _ASKED & set(words[-_ASKED_NEAR:]):
        return False  # "what the abstraction is"
    return not (last in OPEN_PLACES - {"of", "to", "than"} and is_verb(before))


def breaks_off(sentence: str) -> bool:
    """Whether a sentence ends where none does, so that what matters of it may come next."""
    asked = _ASKED & set(WORDS.findall(sentence.lower())[-_ASKED_NEAR:])
    trailing = _TRAILING.search(sentence)
    if (trailing and not has_verb(trailing[1])) or _CUT_REASON.search(sentence):
        return True
    return bool(_SPENT_ON.search(sentence) or (_OPEN_END.search(sentence) and not asked))


def names_course(text: str) -> bool:
    """Whether a statement on the running of a course names what of it: "assignment two", "TAs".

    "You will train a classifier, and there is a leaderboard" is about one assignment of several.
    """
    return bool(_NAMES_COURSE.search(text))


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
