"""Messy speech to readable sentences, and sentences that are no statements.

In: one sentence as it was recognised or written. Out: the same words as prose, or whether it says
nothing ("Okay?") or points at what a reader of the notes cannot see ("this one here"). Content
words, numbers and negations are never changed. Knows English speech habits only; does not know
passages.
"""

import re
import unicodedata

from rag_notes.ground.pointing import AN_IDEA_THAT
from rag_notes.ground.words import NUMBER_WORDS, STOP_WORDS, content_stems, tokens, word_set

_FULL_WIDTH = str.maketrans("，。：；？！（）【】“”‘’、", ",.:;?!()[]\"\"'',")
_CJK_RUN = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]+[.,!?]?")
_LATIN = re.compile(r"[A-Za-z]")
_HESITATION = re.compile(
    r"(?:,\s*)?\b(?:u+m+|u+h+m*|e+rm+|h+m+|mm+)\b(?:\s*(?:,|\.{2,}|…))?", re.IGNORECASE
)
_NEAR = 60  # characters beside a filler in which the word before or behind it stands
_STAGE = re.compile(
    r"(?<!\w)[(\[](?:indistinct|inaudible|unintelligible|crosstalk|laughs?|laughing|laughter"
    r"|chuckles?|applause|mumbles?|coughs?|sighs?|(?:music|silence|pause)(?=[)\]]\W*$))[)\]]",
    re.IGNORECASE,
)
_YOU_KNOW = re.compile(
    r"(?<!if )(?<!as )(?<!do )(?<!did )(?<!when )(?<!that )(?<!what )(?<!how )(?<!once )(?<!let )"
    r"(?<!until )(?<!before )(?<!not )(?<!cause )(?<!unless )(?<!which )(?<!than )(?<!all )"
    r"(?:,\s*)?\b(?:you know|ya know)\b,?"
    r"(?!\s+(?:what|how|that|why|if|whether|where|who|which|when|about|the|it|this|a|your|their|its)\b)",
    re.IGNORECASE,
)
_FROM_YOU_KNOW = re.compile(
    r"\b(?P<before>from|of|in|with|like|for|by),? you know\b,?", re.IGNORECASE
)
_I_MEAN = re.compile(
    r"(?<!what )(?<!do )(?<!how )(?:,\s*)?\bI mean\b,?(?!\s+(?:that|by)\b)", re.IGNORECASE
)
_SORT_OF = re.compile(
    r"\b(?P<before>[\w'’]+),?\s+(?:sort|kind)\s+of\b,?(?=\s+\w)(?:\s+like,)?", re.IGNORECASE
)
_KEEPS_SORT = word_set(
    """
    a an the this that these those what which some any every each one another other same different
    certain new of no all only first second third what's whatever
    """
)
_LIKE = re.compile(r",\s*like\s*,", re.IGNORECASE)
_TAG = re.compile(
    r"(?:,\s*)?\b(?:(?:all\s+)?right|alright|okay|ok|yeah|you know|you see)\s*\?\s*$", re.IGNORECASE
)
_OPENING = re.compile(
    r"(?:(?:okay|ok|alright|all right|yeah|yep|oh)\b[\s,.!]*"
    r"|(?:so|well|now|right|again|and|but|yes|i mean|you know|actually|basically)\s*,\s*"
    r"|(?:and|but)\s+(?!so on)"
    r"|so\s+(?!(?:far|that|many|much|long|called|few|to|as|little|often|on)\b))",
    re.IGNORECASE,
)
_REPEATABLE = (
    "the|a|an|we|i|you|it|they|he|she|this|these|to|of|in|on|and|or|but|if|is|are|was|were|can|will|so|for|"
    "with|as|at|be|there|their|our|your|my|its|from|what|how|when|just|it's|we're|you're|i'm"
)
_STUTTER = re.compile(
    rf"(?<![\w'’])(?P<said>(?:{_REPEATABLE})(?: (?:{_REPEATABLE}))?)(?:,?\s+(?P=said)(?![\w'’]))+",
    re.IGNORECASE,
)
_CAPS_RUN = re.compile(r"(?:[A-Z][A-Z'’]*[\s,;:()-]+){3,}[A-Z][A-Z'’]*\b")
# A full stop where no sentence ends: "the layer which was. Developed in 2017", "it is. Which".
_BROKEN = re.compile(
    r"\b(?P<before>(?:the|a|an|of|and|or|but|because|if|which|who|my|our|your|their|its|very|into"
    r"|than|as|(?<!come )(?<!comes )(?<!came )(?<!coming )from|been|every|each|between|when"
    r"|while|these"
    r"|in the way|(?:which|who|there) (?:is|was|are|were|has|have)"
    r"|(?:ways?|order|ability|chance) to"
    r"|which (?:(?:is|are|was|were) )?called|(?<=^these )are|(?<=and it )becomes"
    r"|(?:net|internet|something|things?|one) that (?:you|we|one|they|it)"
    r" (?:can|could|will|would)))"
    r"\.+\s+(?P<next>[A-Z](?=[a-z]))"
    r"|(?P<whole>\w)\.+\s+which(?= (?:(?:also|only|then|\w+ly) )?(?:is|are|was|were|means|has|have"
    r"|can|could|will|would|gives|makes|lets|leads|allows|helps|requires|simplifies)\b"
    r"(?! (?:better|more|less|best|the)))"
    r"|(?P<left>\w)\.+\s+(?P<verb>Is|Are|Was|Were)"
    r"(?= (?!(?:it|this|that|there|these|those|they|he|she|we|you|i)\b)[a-z]+\b[^?]*$)",
    re.IGNORECASE,
)
# "Third. If one is zero": a count alone opens the next sentence.
_COUNT_ALONE = re.compile(
    r"^(First|Second|Third|Fourth|Fifth|Finally|Lastly)\.\s+([A-Z][a-z]*)(?= )"
)
# "One, empire was the least original thing": an item of a list, told alone.
_ITEM = re.compile(
    r"^(?:number )?(?:one|two|three|four|five|six|seven|[1-9]),\s+(?=\w+ \w+)"
    r"(?!(?:one|two|three|four|five|six|seven|[1-9])\b)(?!(?:[^\s,]+ ){0,7}[^\s,]+,)",
    re.IGNORECASE,
)
_ACRONYMS = word_set(
    "AI ML NLP CPU CPUS GPU GPUS TPU TPUS API APIS ID IDS IO OS SQL USA UK EU IEEE ASCII CUDA"
)

_TALK = (
    r"(?:lecture|video|section|session|talk|speaker|lecturer|instructor|presenter|presentation"
    r"|passage|text|transcript|professor|chapter|module|slide|discussion|conversation|narrator"
    r"|author)"
)
_META_VERB = (
    r"(?:explain|discuss|cover|introduce|describe|present|explore|highlight|emphasi[sz]e|talk|focus"
    r"|outline|mention|provide|look|is about|aim|delve|address|examine|touch|offer|give|begin|start"
    r"|conclude|end|show)"
)
_SAYS_THAT = re.compile(r"\b(?:that|because|why)\b", re.IGNORECASE)
_META = re.compile(
    rf"^(?:in |throughout )?(?:the|this|today's|our|next)\s+(?:\w+\s+)?{_TALK}\s+"
    rf"(?:will\s+|also\s+|then\s+|further\s+|is\s+|was\s+)*{_META_VERB}",
    re.IGNORECASE,
)
_WE_WILL = (
    r"(?:we|i|you)(?:'ll|\s+will"
    r"|(?:'re|'m|\s+are|\s+am)\s+(?:(?:now|also|finally|then|just)\s+)?(?:going|gonna))"
)
_CHATTER = re.compile(
    rf"""^(?:in\s+)?(?:this|the|today's|next)\s+(?:\w+\s+)?(?:video|lecture|section|course|class|chapter)
        ,?\s+(?:we|i|you|let)\b.{{0,12}}(?:will|'ll|going|gonna|are|see|learn|look|study|'s)
    |^today,?\s+(?:we|i|you)\b
    |^we(?:'re|\s+are)\s+(?:now\s+)?(?:finishing\s+up|wrapping\s+up|moving\s+on|starting\s+off|continuing\s+with)\b
    |^we(?:'ve|\s+have)?\s+(?:talked|spoke|spoken)\s+(?:last\s+time\s+|already\s+|briefly\s+)?about\b
    |^if\s+(?:we|you)\s+(?:go|turn|flip|look)\s+(?:back\s+)?(?:to|at|for)\s+the\s+(?:next|last|previous|second|other)
        \s+(?:figure|slide|page|picture|plot|graph|diagram|table|board)\b
    |(?:^|[,;]\s|\b(?:so|now|then|and)\s)let\s+(?:us|me)\s+(?:now\s+|first\s+)?(?:look|play|turn|talk|see|go|move|start
        |dive|take\s+a\s+look|come|get\s+into|jump)\b
    |^time\s+to\s+(?:move|look|talk|see|start|turn|go|dive|get\s+into)\b
    |\bwe\s+(?:can|will|'ll|are\s+going\s+to)\s+(?:\w+\s+)?teach\s+you\b
    |\bhas\s+an?\s+(?:\w+\s+)?(?:video|blog|post|tutorial|talk)\s+(?:on|about)\b
    |^(?:hi|hello|hey|welcome|thanks|thank\s+you|good\s+(?:morning|afternoon|evening)|bye|goodbye|see\s+you|sorry
        |congratulations|great|cool|perfect|awesome|nice|exactly)\b
    |\bhopefully\s+(?:we|I)\b
    |^(?:let\s+me|let's|let\s+us)\s+(?!u?\s*(?:say|call|denote|x\b|n\b))
    |^(?:(?:next|now|then|today|finally|first|later|more\s+specifically),\s)?{_WE_WILL}\s+(?:not\s+)?(?:to\s+)?(?:now\s+|also\s+|just\s+|briefly\s+|finally\s+|then\s+|next\s+)*(?:talk|see|look|get|come|discuss|cover|go|show
        |pause|start|move|learn|explore|dive|review|continue|explain|introduce|tell|skip|revisit|stop|study|walk
        |describe|present)\b
    |^i(?:'m|\s+am)\s+(?:not\s+)?(?:gonna|going\s+to|excited|happy|glad|so|your|the|one\s+of)\b
    |\b(?:any\s+(?:other\s+|more\s+)?questions|make\s+sense\s*\?|can\s+(?:you|everyone|everybody)\s+(?:hear|see)
        |good\s+question|great\s+question|raise\s+your\s+hands?|(?:talk|turn)\s+to\s+your\s+neighbou?rs?|check\s+(?:it|them|those)\s+out|check\s+out\s+(?:the|our|this|my)|subscribe)\b
    |^it(?:'s|\s+is)\s+(?:very\s+)?(?:important|essential|crucial|vital|useful)\s+to\s+(?:understand|know|remember
        |note|learn|study)\s+(?!that)(?:\w+\s+){{1,4}}\w+\.?$
    |\b(?:plays?|has|have)\s+an?\s+(?:important|crucial|key|vital|essential|significant)\s+role\.?$
    |\bthe\s+(?:reply|response)\s+(?:is|was)\s*[:,]
    |^(?:so\s+)?(?:(?:this|that|it)\s+(?:is|was)\s+)?(?:an?\s+|the\s+)?(?:quick|brief|short|rapid|high-level)
        \s+(?:overview|introduction|recap|tour|look|summary)\s+(?:of\s+how|of\s+what|at)\b
    |^(?:congratulations\W+)?you\s+(?:now\s+)?(?:understand|know|have\s+(?:learned|understood))
        \s+(?:the\s+heart|how|what|everything)\b
    |\b(?:provided|licensed|available|released)\s+under\s+an?\s+creative\s+commons\b|\bon\s+patreon\b
    |^to\s+make\s+a\s+donation\b|^your\s+(?:support|donations?)\s+(?:will\s+)?helps?\b.*\b(?:free|continue|possible)\b
    |^(?:sub-?titles|captions|captioning)\s+(?:(?:created|made|provided|written)\s+)?by\s+(?:\S+\s*){{1,6}}$
    |\b(?:will|you|they)\s+(?:get|win)s?\s+an?\s+(?:\w+\s+){{0,3}}(?:t-shirt|prize|candy|sticker)\b
    |^(?:visit|follow)\s+(?:us|our\s+(?:website|channel|page))\b|\bhit\s+the\s+(?:like|subscribe)\b
    |^this\s+(?:video|episode|podcast)\s+(?:is|was)\s+(?:brought\s+to\s+you|made\s+possible|sponsored)\b
    |\blet(?:'s|\s+us)\s+(?:stick|go)\s+with\b|\bspoiler\s+alert\b
    |^(?:(?:now|first\s+off|also)\W+)?notice\s+(?!(?:that|if|of)\b)
    |\bwait\s+(?:for\s+)?(?:a|another)\s+(?:few|couple\s+of|couple)\s+(?:more\s+)?(?:seconds|minutes|moments)\b
    |^(?:as\s+an\s+ai|i\s+cannot|here\s+(?:is|are)\s+(?:the|a|some)\s+(?:summary|notes|statements?))\b""",
    re.IGNORECASE | re.VERBOSE,
)

_GENERIC = (
    r"(?:ones?|things?|guys?|slides?|figures?|plots?|pictures?|graphs?|diagrams?|papers?|videos?"
    r"|quotes?|tweets?|stuff|work|parts?|lines?|links?|arrows?|examples?|cases?|people|person"
    r"|one's|page|screen)"
)
_SAID = r"(?:said|mentioned|saw|discussed|showed|talked|explained|seen|described|noted|told)"
_POINTING = re.compile(
    rf"""\b(?:this|that|these|those)\s+{_GENERIC}\b
    |\b(?:as|like|what)\s+(?:i|we|you|he|she)(?:'ve|\s+have|\s+just|\s+already)*\s+{_SAID}\b
    |\b(?:shown|seen|see|saw|look|looking|displayed|listed|like|right|over|up|down)\s+
        (?:in\s+)?here\b|\b(?:right|over|up|down)\s+there\b
    |\b(?:shown|seen|listed|described|mentioned|given)\s+(?:above|below)\b
    |\b(?:our|the|my)\s+(?:previous|last|earlier)\s+example
    |\b(?:links?|videos?)\s+(?:\w+\s+){{0,2}}below\b
    |\b(?:last|next|previous|first|earlier|other|second)\s+(?:video|lecture|section|chapter|slide|time\b(?!\s+step))
    |\b(?:in\s+a\s+(?:second|moment|minute|bit)|later\s+on\s+in\s+th)\b
    |\b(?:on|in)\s+(?:the|this|my)\s+(?:screen|board|left\s+side|right\s+side)\b
    |\bhere\s*[.?!]?$
    |^here\b(?!\s+(?:is|are)\s+(?:how|why))""",
    re.IGNORECASE | re.VERBOSE,
)
_PLEONASTIC = re.compile(
    r"^(?:it|this)(?:'s|\s+is|\s+was|\s+can\s+be|\s+may\s+be|\s+becomes?|\s+remains?)\s+(?:also\s+|often\s+|not\s+"
    r"|very\s+|usually\s+|much\s+|more\s+|only\s+)*(?:important|possible|impossible|necessary|unnecessary|common|easy"
    r"|easier|hard|harder|difficult|clear|unclear|true|worth|better|best|useful|helpful|easiest|crucial|essential"
    r"|likely|unlikely|known|recommended|advisable|customary|standard|sufficient|enough)\b"
    rf"|^it(?:'s| is| was) {AN_IDEA_THAT}"
    r"|^it\s+(?:takes?|turns?\s+out|follows?\s+that|seems\s+that|appears\s+that|depends|costs?)\b",
    re.IGNORECASE,
)
_DANGLING = re.compile(
    r"""^(?:it|they|he|she|them|its|their|his|her|theirs|both)\b
    |^(?:this|that|these|those)(?:'s|'re)?\s+(?:is|was|are|were|means|meant|will|can|could|does|do|did|has|have|had
        |also|would|may|might|makes?|made|allows?|gives?|gave|helps?|leads?|led|results?|shows?|ensures?|lets?
        |enables?|requires?|includes?|involves?|should|isn't|aren't|doesn't|kind\s+of|sort\s+of|then|just|way|all
        |happens?|works?|changes|reduces?|improves?|comes?|turns?|takes?|allowed|explains|way)\b
    |^(?:that|this)(?:'s|’s)\b
    |^(?:which|where|whose|because|so\s+that|such\s+as|like|than|then|also|or|for\s+that|due\s+to\s+(?:this|that))\b
    |^(?:in|with|for|from|by|after|to|at|on|of|as)\s+(?:this|that|these|those|it|them)\b(?!\s+\w+,)""",
    re.IGNORECASE | re.VERBOSE,
)
_VERB = re.compile(
    r"""\b(?:is|are|was|were|be|been|am|has|have|had|do|does|did|can|could|will|would|may|might|must|shall|should
    |\w+n't|\w+'(?:s|re|ve|ll|d)|need|let|get|got|give|gave|make|made|take|took|use|run|say|said|see|go|went|come|came
    |know|want|look|learn|train|build|built|show|keep|put|set|split|allow|require|become|became|mean|meant
    |\w{2,}(?:ed|es|[^s\W]s))\b""",
    re.IGNORECASE | re.VERBOSE,
)
_CHATTY_START = re.compile(
    r"^(?:i|i'm|i'll|i've|i'd|my|so|well|you guys|let|if you (?:haven't|want to))\b"
    r"|\blet's\b|\byou (?:guys|should (?:go|check))\b"
    r"|\b(?:i'm|we're) (?:gonna|going to)\b"
    r"|\b(?:blah|whatever|uh|um)\b|\b(?:i|we) (?:guess|don't know)\b",
    re.IGNORECASE,
)


def clean_sentence(text: str) -> str:
    """Make prose of `text` with the same content words, numbers and negations; "" for noise."""
    text = unicodedata.normalize("NFC", text).translate(_FULL_WIDTH)
    text = "".join(" " if unicodedata.category(char)[0] == "C" else char for char in text)
    if len(_LATIN.findall(text)) > 3 * len("".join(_CJK_RUN.findall(text))):
        text = _CJK_RUN.sub(" ", text)
    text = _COUNT_ALONE.sub(_counted_on, _spaced(_STAGE.sub(" ", text)))
    text = _BROKEN.sub(_mended, text)
    text = _CAPS_RUN.sub(_sentence_case, text)
    text = _without_fillers(text)
    for _ in range(3):  # "we we can we can": the words first, then the pair
        text = _STUTTER.sub(lambda match: match["said"], text)
    return _finished(_spaced(text))


def _counted_on(match: re.Match[str]) -> str:
    small = match[2] != "I" and match[2].lower() in STOP_WORDS
    return f"{match[1]}, {match[2].lower() if small else match[2]}"


def _mended(match: re.Match[str]) -> str:
    if match["left"]:
        return f"{match['left']} {match['verb'].lower()}"
    if match["whole"]:
        return f"{match['whole']}, which"
    return f"{match['before']} {match['next'].lower()}"


def _sentence_case(match: re.Match[str]) -> str:
    """Lower the case of shouted words; what has no vowel (GPT, RMS) is an acronym."""
    words = re.findall(r"[A-Z'’]+", match.group())
    if not any(word.lower() in STOP_WORDS for word in words):
        return match.group()  # a run of names: "IBM, MIT, NASA and"
    return re.sub(r"[A-Z'’]+", lambda word: _lowered(word.group()), match.group())


def _lowered(word: str) -> str:
    if word == "I" or word.startswith(("I'", "I’")):
        return word[0] + word[1:].lower()
    if word in _ACRONYMS or (len(word) > 1 and not re.search(r"[AEIOUY'’]", word)):
        return word
    return word.lower()


def _without_fillers(text: str) -> str:
    text = _FROM_YOU_KNOW.sub(r"\g<before>", text)
    for filler in (_HESITATION, _YOU_KNOW, _I_MEAN):
        text = filler.sub(_gap, text)
    text = _LIKE.sub(" ", text)
    text = _SORT_OF.sub(_keep_sort, text)
    text = _TAG.sub("", _spaced(text))
    opened = True
    while opened:
        text = text.lstrip(" ,;.-…")
        opening = _OPENING.match(text)
        opened = bool(opening)
        text = text[opening.end() :] if opening else text
    return _ITEM.sub("", text)


def _gap(match: re.Match[str]) -> str:
    """What a filler leaves: two numbers on its sides stay two ("twenty, uh, twenty")."""
    near = slice(max(0, match.start() - _NEAR), match.start())
    before, after = (
        _HESITATION.sub(" ", part).split()
        for part in (match.string[near], match.string[match.end() : match.end() + _NEAR])
    )
    sides = (before[-1:] or [""])[0], (after[:1] or [""])[0]
    counts = all(word.strip(",.").lower() in NUMBER_WORDS for word in sides)
    return ", " if counts else " "


def _keep_sort(match: re.Match[str]) -> str:
    return match.group() if match["before"].lower() in _KEEPS_SORT else match["before"]


def _spaced(text: str) -> str:
    text = " ".join(text.split())
    text = re.sub(r"\s+([,.;:?!])(?=\s|$|[\"')\]])", r"\1", text)
    text = re.sub(r"([,;:?!])(?=[^\W\d_])", r"\1 ", text) if " " in text else text
    text = re.sub(r",(?:\s*,)+", ",", text)
    return re.sub(r",\s*([.;:?!])", r"\1", text)


def _finished(text: str) -> str:
    text = text.strip().rstrip(",;:-–— ")
    if not re.search(r"\w", text):
        return ""
    first = text.split(maxsplit=1)[0]
    if first[:1].islower() and not re.search(r"[A-Z\d_.(]", first.rstrip(".,")):
        text = text[0].upper() + text[1:]
    return text if re.search(r"[.!?…][\"')\]]*$", text) else f"{text}."


# "There are many ways." and "X is important." hold of anything, without what comes after them.
_HOLLOW = re.compile(
    r"^there\s+(?:is|are|was|were|have\s+been)\s+(?:\w+\s+){0,2}(?:lots?\s+of|many|various|several|different"
    r"|a\s+(?:bunch|number|variety|range|couple)\s+of)\b(?!.*(?:[:;–—\d]|\b(?:which|that|who|because|such\s+as"
    r"|like|than|from|where|but)\b)).*$"
    # what is announced without being told
    r"|^there\s+(?:is|are)\s+(?:\w+\s+)?(?:many|several|some|lots\s+of|a\s+lot\s+of|a\s+bunch\s+of|a\s+few"
    r"|various|other)\s+(?:\w+\s+){1,3}(?:that|which)\s+(?:is|are)\s+\w+\.?$"
    r"|\b(?:is|was)\s+(?:such\s+)?an?\s+(?:\w+\s+)?(?:deal|thing)\.?$"
    r"|^there\s+(?:is|are|was|were)\s+(?:\w+\s+)?(?:two|three|four|five|six|\d)\s+(?:\w+\s+)?(?:types|kinds"
    r"|phases|parts|ways|steps|components|categories|stages|things|paths|pieces|options|aspects)(?:\s+(?:of|to|in|for)"
    r"(?:\s+\w+){1,4})?\.?$"
    r"|^(?:unit|chapter|part|section|module|lecture)\s+(?:\d{1,2}|one|two|three|four|five|six)\s+is\s+(?!an?\b)[^,;:]*$"
    # what a slide shows and the sentence does not say
    r"|^(?:the|this|an?)\s+(?:[\w-]+\s+){1,5}(?:is|are)\s+(?:illustrated|shown|depicted|drawn|plotted)"
    r"(?:\s+here)?\.?$"
    r"|^before\s+(?:we|I)\s+(?:dive|start|go|look|move|get|begin)\b"
    r"|^we\s+have\s+(?:already\s+)?(?:seen|learned|discussed)\s+how\s+to\b"
    # what the listener is asked to have in mind, without what is said of it
    r"|^(?:think\s+(?:of|about)|imagine|picture|consider)\s(?=(?:an?|the|this|that|some|two|your)\b)"
    r"(?!.*(?:[,;:]|\b(?:as|that|how|why|if|when|what|where|which)\b)).*$"
    r"|^imagine\s+(?:yourself|someone|somebody|you\s+are)\b[^,;:]*$"
    r"|\byou\s+will\s+(?:mess\s+up|have\s+a\s+(?:bad|hard)\s+time)\.?$"
    r"|\bthings\s+(?:make|makes|made)\s+sense\.?$|^all\s+of\s+you\b"
    r"|^the\s+answer\s+(?:is|was|should\s+be|would\s+be)\s+(?:(?-i:[A-D])|yes|no)\b(?!['’])(?=\s*(?:[.,!]|so\b|$))"
    r"|^(?:this|that)\s+(?:is|was)\s+all\b|\b(?:do not|don't)\s+hesitate\b"
    r"|^(?:do not|don't)\s+(?:despair|worry|panic|be\s+\w+)\b"
    # what is asked, before it is answered
    r"|^(?:in\s+particular,?\s+)?we\s+(?:(?:want|need|would\s+like)\s+to\s+(?:understand|know|think\s+about"
    r"|ask)|can\s+(?:think\s+about|ask))\s+(?:what|how|why|whether)\b(?!.*[,:;])"
    r"|^we\s+are\s+interested\s+in\b|\bhow\s+(?:excited|happy|excit\w+)\b|\bbells\s+and\s+whistles\b"
    r"|^understanding\b.*\b(?:helps?|requires?)\b.*\bunderstand\w*\b"
    r"|\b(?:is|are|was|were)\s+(?:(?:very|so|really|also|quite|more|even|still)\s+)*(?:important|crucial|fun|cool"
    r"|nice|great|exciting|interesting|useful|good|fine)\.?$",
    re.IGNORECASE,
)
# What the lecturer is, has or feels is no knowledge of the subject ("I" may be a variable).
_PERSONAL = re.compile(
    r"\bI(?:'(?:m|ve|ll|d)| (?:am|was|will|would|have|had|think|guess|hope|like|love|feel|mean|did"
    r"|do|don't|just|really|actually|want|know|say|said|spent|worked|joined|studied|helped|taught))\b"
    r"|^My \w+ is\b"
)


# Words are missing before what goes on after these; beside a whole sentence they cost nothing.
_UNHEARD = re.compile(
    r"(?<![.?!] )[(\[](?i:\w+ )?(?i:indistinct|inaudible|unintelligible|unclear)\b[^)\]]{0,20}[)\]]"
    r"\W*(?=[a-z])"
)


def lacks_words(said: str) -> bool:
    """Whether a transcript says of a sentence that words in it were not understood."""
    return bool(_UNHEARD.search(said))


def is_filler(text: str) -> bool:
    """Whether `text` is chatter, a question, or would be true of any lecture."""
    clean = clean_sentence(text).replace("’", "'")
    if not content_stems(clean) or clean.endswith("?"):
        return True
    if _PERSONAL.search(clean) or _HOLLOW.search(clean):
        return True
    if _META.search(clean):
        return not _SAYS_THAT.search(clean)
    return bool(_CHATTER.search(clean))


def points_at_room(text: str) -> bool:
    """Whether `text` points at what only those saw who were there: "on the right side here"."""
    return bool(_POINTING.search(clean_sentence(text).replace("’", "'")))


def points_outside(text: str) -> bool:
    """Whether `text` needs something to be understood that a reader of it alone does not have."""
    clean = clean_sentence(text).replace("’", "'")
    if _POINTING.search(clean):
        return True
    return bool(_DANGLING.search(clean)) and not _PLEONASTIC.search(clean)


# What a sentence taken out of its passage leaves behind ("we set those three bits").
_NEEDS_BEFORE = re.compile(
    r"\b(?:(?:each|all|both|some|one|two|many|most) of them|those (?!who|that|which)\w+)\b",
    re.IGNORECASE,
)


def is_worth_keeping(sentence: str) -> bool:
    """Whether a cleaned sentence can stand in notes alone: full, informative, not dangling."""
    if len(sentence.split()) < 5 or len(sentence.split()) > 45 or not _VERB.search(sentence):
        return False
    if len(content_stems(sentence)) < 3 or re.search(r"(?:\.\.|…)[\"']?$|\.\.\.\s", sentence):
        return False
    if _NEEDS_BEFORE.search(sentence):
        return False
    said = tokens(sentence)
    if len(set(said)) < 0.5 * len(said) or _CHATTY_START.search(sentence):
        return False
    return not is_filler(sentence) and not points_outside(sentence)
