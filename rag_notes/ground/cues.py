"""How a sentence shows that it goes on from the one before it, limits it or takes it back.

In: sentences as they were spoken. Out: yes or no, or the words that say so. Knows English speech
habits only: neither passages nor what the notes tell.
"""

import re

from rag_notes.ground.numbers import read_numbers
from rag_notes.ground.pointing import leanings, wants_lead
from rag_notes.ground.prose import clean_sentence
from rag_notes.ground.verbs import is_verb
from rag_notes.ground.words import content_stems, stem, tokens
from rag_notes.ground.written import as_example, as_written, decapitalised, is_example

_PART_WORDS = 10  # of a condition that was said as a sentence
_QUESTION_WORDS = 25  # of one that is told before its answer
_SPOKEN = r"^(?:(?:okay|ok|right|well|yeah|now|so|and|um+|uh+|all right)[,.]*\s+)*"
_SPELLING = r"namely|specifically|more precisely|that is(?=,)"
# Words that go on from the sentence before.
_GOES_ON = re.compile(
    rf"{_SPOKEN}(?:(?:(?:we|you|it|they) )?(?:then|also|finally)|therefore|thus|hence|instead"
    r"|otherwise|in turn|lastly|secondly|thirdly|similarly|likewise|in (?:this|that) case"
    r"|(?:suddenly|all of a sudden)(?=,| (?:the|an?|we|you|it|they|there)\b)"
    r"|(?:at that point|by then|since then|as a result|in any case|either way)(?! (?:of|that)\b)"
    rf"|(?:this|that) way|for (?:example|instance)|{_SPELLING}|but|however"
    r"|(?:second|third|next|again)(?=,))\b",
    re.IGNORECASE,
)
_SUPPOSES = re.compile(
    r"^(?:if|when|unless)\b|\b(?:suppose|imagine|(?:might|may|could|would) (?:think|believe|say"
    r"|expect|seem))\b",
    re.IGNORECASE,
)
# "Otherwise, nothing is divided", "Say they double": what comes next holds of that case.
_OPENS_CASE = re.compile(
    rf"{_SPOKEN}(?:but )?(?:for (?:example|instance),? )?(?:"
    r"otherwise\b(?=.*\b(?:would|could|might|there (?:is|are)|there['’]s|no|not|nothing)\b)"
    r"|if not,|(?:let(?:['’]s| us) )?(?:suppose|imagine|assume|pretend)\b|let(?:['’]s| us) say\b"
    r"|say,? (?:that )?(?:you|we|they|it|he|she|I|your|our|my|there|an?|the)\b"
    r" (?!(?:that|every|loud|again)\b)\w)",
    re.IGNORECASE,
)
# "Then you might believe it": if what the sentence before supposes were so.
_IN_THAT_CASE = re.compile(
    rf"{_SPOKEN}then,? (?:\w+ ){{1,4}}(?:would|might|could|may)\b", re.IGNORECASE
)
_IN_CASE = re.compile(r"\b(?:if|given|suppose)\b", re.IGNORECASE)
_DO_YOU_SUPPOSE = re.compile(r"\bdo you suppose\b", re.IGNORECASE)
# "They said, yes, it is hard": what comes next may be their word as well.
_REPORTS = re.compile(
    rf"{_SPOKEN}(?:they|he|she)(?: (?:all|also|then|both|even|once))?"
    r" (?:said|says|say|argued|argues|claimed|claims|testified|replied|answered|ruled|thought"
    r"|believed|insisted|wrote)\b(?!.*\b(?:but|however)\b)",
    re.IGNORECASE,
)
# "They were thinking, boy, we know it all": a thought is told as it was thought.
_THINKS = re.compile(
    r"\b(?:thinking|thought|saying|said|says|like|think),? [\"“']?(?:boy|oh|wow|hey|gee|well|look"
    r"|my god|goodness|ha|hm+)[,!.]",
    re.IGNORECASE,
)
_ASKING = re.compile(
    r"(?:if|given|suppose|what|how|which|when|why|where|who|should|do|does|can|is|are)\b",
    re.IGNORECASE,
)
_FRAMES = re.compile(
    r"^(?:here is|the|one)\s(?:an? )?(?:\w+ )?question(?: is)?[:,]?\s(?:so,?\s)?", re.IGNORECASE
)
_SO = re.compile(r"^so,? (?!(?:far|that|many|much)\b)", re.IGNORECASE)
# Words that say where: in the example before, which the notes must show.
_HERE = re.compile(
    rf"{_SPOKEN}(?:here,?(?! (?:is|are|an?)\b|'s\b| (?:we|I)(?:'| are| am)|,? for [ei])"
    r"|in (?:this|that) case|otherwise)\b",
    re.IGNORECASE,
)
_SHOWN = re.compile(rf"{_SPOKEN}here, (?!(?:we|I|you)\b|for [ei])", re.IGNORECASE)
# "Namely, you trust them", "I mean, it can be copied": of what the sentence before says.
_SPELLS_OUT = re.compile(rf"{_SPOKEN}(?:{_SPELLING})\b", re.IGNORECASE)
_MEANS = re.compile(rf"{_SPOKEN}(?:i mean|after all)\b", re.IGNORECASE)
_POINTS = re.compile(r"\b(?:such(?! as\b| that\b)|ones|the (?:same|other|answer))\b", re.IGNORECASE)
# Words that limit the sentence before, or say why it holds.
_LIMITS = re.compile(
    rf"{_SPOKEN}(?:(?P<but>but|however)\b,?(?! (?:for|also|and|so|then|anyway|yeah|let|we'll|I)\b)"
    r"|(?P<why>(?:this|that|it)(?: is|'s| was| holds| works| applies)(?: only| just| all| true)*"
    r" (?:for|if|when|not|only|because)\b)"
    r"|it (?:also|can also)\b)",
    re.IGNORECASE,
)
# "We use the function for files": to do what the sentence before says.
_BY_DOING = re.compile(
    rf"{_SPOKEN}(?:here,? )?(?:we|you)(?:['’](?:ll|re))? (?:(?:can|could|just|simply|only|then"
    r"|either|first|will|going to|need to|have to) )*"
    r"(?:use|call|pass|set|add|apply|take|run|provide|give)\b",
    re.IGNORECASE,
)
_PURPOSE = re.compile(
    rf"{_SPOKEN}(?:(?:next|finally|first)[, ]+)?(?:in order )?to \w+"
    r"|\b(?:wants?|would like|wish|try|trying|how) to \w+",
    re.IGNORECASE,
)
# Alone, "another problem is" is told as "one problem is".
_ANOTHER = re.compile(rf"{_SPOKEN}(?:another|one (?:other|more))\b", re.IGNORECASE)
_ONE = re.compile(r"^One (?=\w+ \w+)")
# "First, you need a card": of steps that only what stood around tells.
_NUMBERED = re.compile(r"^first, (?P<rest>.+)$", re.IGNORECASE | re.DOTALL)
_COUNTS_ON = re.compile(
    rf"{_SPOKEN}(?:(?:in )?the |(?:we|you|it|they) )?(?:second|secondly|third|next|then|after|once"
    r"|finally|lastly)\b|[;,] (?:and )?(?:the )?(?:second(?:ly)?|then|next|finally)\b"
    r"|\bfollowed by\b",
    re.IGNORECASE,
)
# "The answer here is 1.6": the value of an example.
_OF_EXAMPLE = re.compile(r"\b(?:here|(?:this|that|our) (?:case|example))\b", re.IGNORECASE)
# What goes on speaking of a statement, and can be told nowhere else.
_TAKES_UP = re.compile(
    rf"{_SPOKEN}(?:this|that|it|its|they|their|these|those|such(?! is\b))\b", re.IGNORECASE
)
_BARE = re.compile(rf"{_SPOKEN}(?:it|they)\b", re.IGNORECASE)
# "Assuming there are labels." is a part of the sentence before.
_PART = re.compile(
    r"^(?P<part>(?:assuming|provided that|unless|except|as long as|especially if)\b[^,]*)$",
    re.IGNORECASE,
)
# "Well, maybe not quite unbounded": the speaker takes back what was just said.
_TAKES_BACK = re.compile(
    r"^(?:(?:well|or|actually|no|oh|sorry|i mean|um+|uh+)[,.]*\s+)+(?:maybe )?"
    r"(?:not\b|that(?: is|'s) (?:not|wrong)\b|it(?: is|'s) not\b|i (?:meant|was wrong)\b)",
    re.IGNORECASE,
)
# "No, we may hang on": of what the sentence before asks or says.
_REPLIES = re.compile(
    rf"{_SPOKEN}(?:no|nope|not at all|not really)(?:,|\.\.\.| --|—)\s", re.IGNORECASE
)
# "This is not a new question" stands behind a question.
_CALLS_QUESTION = re.compile(
    rf"{_SPOKEN}(?:this|that|it)(?: is|'s| was) (?:\w+ ){{0,4}}question\b", re.IGNORECASE
)
# "He was wrong", "I am not saying I believe this": of what was told before.
_VIEW = r"statement|claim|idea|view|belief|theory|assumption|answer|argument|story|explanation"
_DISOWNS = re.compile(
    rf"^(?:(?:but|and|so|now|well|of course|it turns out)[, ]+)*(?:"
    r"i(?: am|['’]m) not saying (?:that )?i believe|i (?:do not|don['’]t) (?:really )?believe"
    r" (?:this|that|it|a word)\b"
    rf"|(?:(?:this|that|it|which)(?: (?:{_VIEW}))?|all of (?:this|that|it))"
    r"(?: is|['’]s| was| turn(?:s|ed) out to be)"
    r"(?: (?:just|simply|absolutely|completely|totally|actually|of course|all))*"
    r" (?:wrong|false|incorrect|untrue|not true|not right|nonsense|rubbish|a myth"
    r"|a misconception)\b(?! to\b)"
    r"|(?:he|she|they|you|we|i)(?: was| were| are|['’]re| is| would be)"
    r"(?: (?:just|simply|absolutely|completely|totally|all|dead|both))* wrong\b)",
    re.IGNORECASE,
)
# "The standard view is this": whose words come next.
_HOLDS_VIEW = re.compile(
    r"\b(?:standard|common|usual|traditional|popular|conventional|orthodox|naive|official|\w+ian"
    r"|\w+ist)"
    rf" (?:{_VIEW}|interpretation|account|hypothesis|objection|reading|wisdom|reply)s?\b"
    r".*\b(?:is|was|goes|says|said|holds|held|would be)\b|\bthe (?:theory|story|argument) goes\b",
    re.IGNORECASE,
)
# "Or to download, excuse me", "Sorry, not to the disk": the word before was a slip.
_SLIPPED = re.compile(
    r"^(?:(?:or|no|i mean|to|in|of|at)\b.{1,60},\s(?:excuse me|sorry|pardon me)\W*$"
    r"|(?:(?:so|oh|um+|uh+|well)[,.]?\s)*"
    r"(?:excuse me|sorry|pardon me|my mistake|i misspoke)[,.:]?\s"
    r"(?:not|i (?:mean|meant)|to|in|of|at|it(?: is|'s)|that(?: is|'s) (?:not|wrong))\b.{0,60}$)",
    re.IGNORECASE,
)
# "The first argument is a path": of which, the sentence before said.
_OF_LIST = re.compile(
    rf"{_SPOKEN}(?:(?:in|for|with|on) )?the (?:first|second|third|fourth|last|other)"
    r" (?P<what>[a-z]+)(?:,| here| (?:is|are|was|were|has|have|will|can|tells?|takes?|gives?"
    r"|says?|specif(?:y|ies)|means?)\b)",
    re.IGNORECASE,
)
# '"It was long stationary."': the words of somebody whom another sentence names.
_OPENS_MARK = re.compile(r'(?<![\w.,;:!?\'’”"])["“](?=[\w\'‘(\[.])')
_ANY_MARK = re.compile('["“”]')
_MENTIONS = re.compile(r'["“][^"”]{1,40}["”] (?!(?:he|she|they|I|we)\b)\w')
_LONGEST_QUOTED = 80  # words of a quotation, up to a sentence of it
_QUOTED_SPEAKER = re.compile(
    r"[\"”,] (?:\w+ ){0,3}(?:said|says|wrote|writes|asked|argued|answered|replied|put it)\b"
    r"|^(?:\w+ ){0,4}(?:said|says|wrote|writes|asked|argued|answered|replied)\b[^\"“]{0,20}[\"“]",
    re.IGNORECASE,
)
# "This is for two reasons; first, …" without a second.
_HALF_LIST = re.compile(
    r"\b(?:two|three|four|several)\b[^;]*; first\b(?!.*\bsecond\b)", re.IGNORECASE
)


def goes_on(said: str, before: str = "") -> bool:
    """Whether a sentence goes on from the one `before` it."""
    clean = clean_sentence(said)
    if binds(before):
        return True
    if holds_here(said) or _GOES_ON.match(said) or _POINTS.search(clean):
        return True
    if leanings(clean) or wants_lead(clean) or is_of_list(said, before):
        return True
    if _BY_DOING.match(said) and _PURPOSE.search(before):
        return True
    return bool(_SO.match(said) and set(content_stems(said)) & set(content_stems(before)))


def holds_here(said: str) -> bool:
    """Whether a sentence holds of an example that is shown: "Here the tensor has two rows"."""
    return bool(_HERE.match(said))


def spells_out(said: str, before: str) -> bool:
    """Whether a sentence says more of the one before it, or why that might seem so."""
    return bool(_SPELLS_OUT.match(said) or (_MEANS.match(said) and supposes(before)))


def is_of_list(said: str, before: str) -> bool:
    """Whether a sentence speaks of the first, second or last of what the one before names."""
    found = _OF_LIST.match(said)
    if not found:
        return False
    what = found["what"].lower()
    return any(one != what and stem(one) == stem(what) for one in tokens(before))


def limits(said: str) -> bool:
    """Whether a sentence limits the one before it, or says why it holds."""
    return bool(_LIMITS.match(said))


def objects(said: str) -> bool:
    """Whether a sentence that limits begins with "but"."""
    found = _LIMITS.match(said)
    return bool(found and found["but"])


def gives_reason(said: str) -> bool:
    """Whether a sentence says why, when or for what the one before it holds."""
    found = _LIMITS.match(said)
    return bool(found and found["why"])


def takes_up(said: str) -> bool:
    """Whether a sentence speaks of what the one before it named: "These bits answer queries"."""
    return bool(_TAKES_UP.match(said))


def speaks_of_question(said: str, before: str) -> bool:
    """Whether a sentence calls a question what the one before it did not ask."""
    return bool(_CALLS_QUESTION.match(said)) and not before.rstrip().endswith("?")


def reports(said: str) -> bool:
    """Whether a sentence tells what somebody said who is named before it, or whose view it is."""
    return bool(_REPORTS.match(said) or _HOLDS_VIEW.search(said))


def disowns(said: str) -> bool:
    """Whether a sentence calls wrong what was told before it."""
    return bool(_DISOWNS.match(said))


def tells_thought(said: str) -> bool:
    """Whether a sentence tells a thought as it was thought, which may take some sentences."""
    return bool(_THINKS.search(said))


def replies(said: str) -> bool:
    """Whether a sentence begins with the "no" to what was said or asked before it."""
    return bool(_REPLIES.match(said))


def is_bare(said: str) -> bool:
    """Whether a sentence begins with "it" or "they", which may stand for nothing named."""
    return bool(_BARE.match(said))


def condition_of(said: str) -> str | None:
    """A sentence that is no more than a condition, with one verb of its own."""
    clean = clean_sentence(said)
    found = _PART.match(clean)
    verbs = sum(map(is_verb, tokens(clean)))
    return found["part"] if found and len(clean.split()) <= _PART_WORDS and verbs <= 1 else None


def supposes(text: str) -> bool:
    """Whether a sentence says what might be, or what somebody might believe."""
    return bool(_SUPPOSES.search(text))


def opens_case(said: str) -> bool:
    """Whether a sentence sets a case that what comes next holds of: "Say they double"."""
    return bool(_OPENS_CASE.match(said))


def binds(before: str) -> bool:
    """Whether what comes next is told only with a sentence: it reports, or sets a case."""
    return reports(before) or opens_case(before)


def holds_in_case(said: str) -> bool:
    """Whether a sentence says what would be in the case before it: "Then you might believe it"."""
    return bool(_IN_THAT_CASE.match(said))


def asks_of_case(said: str) -> bool:
    """Whether a sentence asks what holds in a case: "If I give you ten bits, how many keys …?"."""
    question = asked(said)
    if _DO_YOU_SUPPOSE.search(question) or leanings(question):
        return False
    asks = question.endswith("?") and _ASKING.match(question) and _IN_CASE.search(question)
    return bool(asks) and len(question.split()) <= _QUESTION_WORDS


def asked(said: str) -> str:
    """A question without what announces it."""
    return _FRAMES.sub("", as_written(said))


def is_quoted(said: str, before: str, after: str) -> bool:
    """Whether a sentence is the word of somebody whom another sentence of its passage names.

    `before` and `after` are what the passage says around it.
    """
    if _QUOTED_SPEAKER.search(said):
        return False
    begins = said.lstrip("( ")
    if _OPENS_MARK.match(begins):
        return not _MENTIONS.match(begins)  # '"Hamlet" is a play'
    marks = list(_ANY_MARK.finditer(before))
    opened = marks and _OPENS_MARK.match(before, marks[-1].start())
    closed = next(_ANY_MARK.finditer(f"{said} {after}"), None)
    closes = closed and not _OPENS_MARK.match(closed.string, closed.start())
    return bool(opened and closes) and len(before[marks[-1].end() :].split()) <= _LONGEST_QUOTED


def is_corrected_by(after: str) -> bool:
    """Whether a sentence takes back the one before it."""
    return bool(_TAKES_BACK.match(after) or _SLIPPED.match(after))


def first_step(text: str) -> str | None:
    """What a written sentence says behind "First," where it names no second itself."""
    found = _NUMBERED.match(text)
    return found["rest"] if found and not _COUNTS_ON.search(found["rest"]) else None


def counts_on(said: str) -> bool:
    """Whether a sentence tells the next of some steps."""
    return bool(_COUNTS_ON.match(said))


def is_half_list(text: str) -> bool:
    """Whether a text promises two and tells one."""
    return bool(_HALF_LIST.search(text))


def concludes_value(said: str, before: str) -> bool:
    """Whether a sentence makes a rule of the number that an example before it came to."""
    if not (_SO.match(said) and _OF_EXAMPLE.search(before)):
        return False
    ours, theirs = (
        {one.value for one in read_numbers(text) if one.firm} for text in (said, before)
    )
    return bool(ours & theirs)


def as_behind(statement: str, said: str) -> str:
    """A statement as it stands behind the sentence before it: told alone it drops "here"."""
    if _ANOTHER.match(clean_sentence(said)):
        return _ONE.sub("Another ", statement)
    if is_example(said) and not is_example(statement):
        return as_example(statement)
    if _SHOWN.match(said) and "here" not in statement.lower().split():
        return f"Here, {decapitalised(statement)}"
    return statement
