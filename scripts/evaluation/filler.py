"""Statements that tell a reader nothing, by rules that a reader would agree with.

In: a statement and the title of its topic. Out: why it is filler, or None. An independent
judgement: it shares no rule with the program's own filter, or that would measure itself. English
only; says nothing about truth.
"""

import re

from rag_notes.ground.words import content_stems, stem, word_set

_LEAST = 2  # specific words that a statement needs
_NUMBER = re.compile(r"\d")
_COURSE = "is about the course"
_LOGISTICS = re.compile(r"\blogistics\b", re.IGNORECASE)  # a topic for it is no filler

# Words that any lecture may use of anything: they make no statement specific.
_GENERIC = frozenset(
    map(
        stem,
        word_set(
            """
            able add additional allow also answer apply approach aspect attempt available aware bad
            basic become begin believe best better big bit bunch buck care case certain change
            check choose clear class come common complicated concept concern consider cool correct
            could count course critical crucial day deal decide decision depend design detail
            different difficult easy effect else end enjoy entire etc everybody example excite
            exciting explain express fact fairly familiar feel find fine finally first fit focus
            follow forget form fun fundamental gain general get give go goal good great guess handy
            happen hard have hear help hope idea imagine important include instructor interest
            interesting involve issue job kind know large lead learn leave lecture let level like
            list little long look main mainly matter mention might mind mindset move much name
            necessary need new nice note notice number obvious old option part particular people
            perhaps piece point possible pretty prefer preference previous problem properly
            provide put question ready real reason refer relate remember require result run say
            section see seem set short show significant similar simple simply situation small
            solve special specific start state step stuff study suppose surprising take talk teach
            team tell term thank think thought time today topic try turn type understand unit
            useful various version video watch week whole wonder word work worry worth wrong year
            """
        ),
    )
)

# What is filler however much it names; then what is filler where it names little.
_ALWAYS: tuple[tuple[str, str], ...] = (
    (
        "points elsewhere",
        (
            r"\bcheck(?:ing)? out\b|\bvideo description\b|\b(?:link|playlist)\b"
            r"|\bnext (?:video|time|lecture|week)\b"
            r"|\b(?:look at|watch|see) (?:the|our|this) [^.]*\bvideos?\b|\bvideos? (?:on|about)\b"
        ),
    ),
    (
        _COURSE,
        (
            r"\b(?:assignments?|homeworks?|leaderboards?|co-?instructors?|instructors?|TAs?|syllabus)\b"
            r"|\b(?:part of|parts of) the grade\b|\bgrad(?:es?|ing)\b|\blinks? from \d"
            r"|\b(?:teaching|taking) (?:a|the|this) (?:class|course)\b"
            r"|\b(?:class|course) is a good\b"
            r"|\b(?:submit your|sign up|last year)\b"
            r"|\b(?:in|of|for|taking|take) (?:this|the) (?:class|course)\b(?<!in this class)"
            r"|\b(?:can|will|to) teach (?:you|our)\b|\byour job is\b"
        ),
    ),
    (
        "announces only",
        (
            r"^(?:in fact,? |so,? )?there (?:are|is) (?:\w+ ){0,3}"
            r"(?:lots? of|many|various|several|two|three|some)\b"
            r"(?!.*[:;–—]|.*\b(?:which|that|because|such as|like|can be used)\b [^.]{25})[^.]*\.$"
            r"|\bthere are (?:various|several|many|different) [^.,]*\b(?:we|you) can [^.,]*\.$"
            r"|^understanding [^.]* (?:helps?|requires?|will help)\b"
            r"|\bunderstanding of [^.]* necessary\b|^suppose (?:we|you)\b[^,]*$"
        ),
    ),
)
_WHERE_LITTLE: tuple[tuple[str, str], ...] = (
    (
        "is about the telling",
        (
            r"\b(?:going to|gonna|will) (?:talk|look|cover|discuss|show|go (?:over|through|into))\b"
            r"|\bexecutable lecture\b|\bvariables can be viewed\b|\bthe (?:second|2nd) part\b"
            r"|\blet['’]?s\b|\bas (?:you|we) (?:can|will|have) seen?\b|\bgrayed\b|\bup until now\b"
            r"|\b(?:bells and whistles|(?:ready|good) to go|(?:bit|little) more interesting)\b"
        ),
    ),
    (
        "judges only",
        (
            r"\b(?:is|are|be|was|were) (?:\w+ )?"
            r"(?:fun|cool|nice|great|exciting|excited|interesting|mean)\b"
            r"|\b(?:is|are) (?:\w+ )?(?:important|crucial|a driving principle|a valuable skill)\b"
            r"(?! (?:for|to|because|since|in)\b)"
            r"|\b(?:is|was) a big deal\b|(?<!that )\bmatters?\.$|\bfor (?:your|the) buck\b"
            r"|\bet ?c(?:etera)?\b[^.]*\bet ?c(?:etera)?\b"
        ),
    ),
)
_LITTLE = 4  # specific words


def filler_reason(text: str, title: str = "") -> str | None:
    """Why a statement of the topic `title` is filler; None where it tells something."""
    specific = {one for one in content_stems(text) if one not in _GENERIC}
    numbers = bool(_NUMBER.search(text))
    patterns = (*_ALWAYS, *(_WHERE_LITTLE if len(specific) <= _LITTLE else ()))
    for why, pattern in patterns:
        if why == _COURSE and _LOGISTICS.search(title):
            continue
        if re.search(pattern, text, re.IGNORECASE):
            return why
    if len(specific) + numbers < _LEAST:
        return "says nothing specific"
    if not numbers and specific <= set(content_stems(title)):
        return "says no more than its title"
    return None
