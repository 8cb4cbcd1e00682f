"""Words to sentences.

In: the words of a text in order and the pauses between them; out: half-open word ranges that tile
them. Works on punctuated text, and on captions and recognised speech with little or no punctuation.
Knows nothing of passages or times of day.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TypeAlias

WordRange: TypeAlias = tuple[int, int]

MAX_WORDS = 45  # a longer sentence is split at a clause
LONG_PAUSE = 2.0  # seconds of silence that end a sentence in any text
PAUSE = 0.8  # seconds of silence that end a sentence in text without punctuation

_MIN_PART = 5  # words that each part of a split sentence should have
_CLOSERS = "\"'”’»)]}"
_END = re.compile(r"[.!?…。！？]$")
_NEVER_LAST = frozenset(
    [
        "dr.",
        "mr.",
        "mrs.",
        "ms.",
        "prof.",
        "st.",
        "vs.",
        "cf.",
        "fig.",
        "figs.",
        "eq.",
        "eqs.",
        "sec.",
        "ch.",
        "vol.",
        "pp.",
        "approx.",
        "resp.",
        "e.g.",
        "i.e.",
        "z.b.",
        "d.h.",
        "bzw.",
        "ca.",
        "al.",
    ]
)
_SELDOM_LAST = frozenset(
    ["etc.", "inc.", "ltd.", "co.", "jr.", "sr.", "a.m.", "p.m.", "u.s.", "u.k.", "ph.d."]
)
# A recogniser's full stop after one of these, or after "which was", broke a sentence in two.
_BROKEN_OFF = frozenset(
    """
    the a an of and or but because if which who whose my our your their its very into than as from
    been every each between during when while whether these
    """.split()
)
_LEFT_OPEN = frozenset(["is", "was", "are", "were", "be", "has", "have", "had"])
_COMES = frozenset("come comes came coming stem stems stemmed".split())  # "where it comes from."
_COUNTS = frozenset("first second third fourth fifth finally lastly".split())  # "Third. If none is"
_OPENING_SUBJECT = frozenset(["which", "who", "there"])
# More such endings: "a way to. Build it", "the net that you can. Pipe it", "it becomes. Slow".
# Shortly after "how" or "all" a sentence may end so: "how large it becomes", "all that you can".
_ASKED = r"what|how|whatever|as|when|where|if|until"
_LEFT_OUT = re.compile(
    r"(?:\b(?:ways?|order|ability|chance) to|^these are|\bwhich (?:(?:is|are|was|were) )?called"
    rf"|^(?:(?!\b(?:{_ASKED})\b).)*\bit becomes"
    rf"|^(?:(?!\b(?:{_ASKED}|all|every\w*|anything|best)\b).)*\bthat (?:you|we|one|they|it)"
    r" (?:can|could|will|would))\.+$",
    re.IGNORECASE,
)
_SHORTLY = 7  # words
# Goes on with the sentence before, where it asks nothing: "Which is why.", "Is cost scales with".
_GOES_ON = re.compile(
    r"(?:is|are|was|were) (?!(?:it|this|that|there|these|those|they|he|she|we|you|i)\b)[a-z]+"
    r"|which (?:(?:also|only|then|\w+ly) )?(?:is|are|was|were|means|has|have|can|could|will|would"
    r"|gives|makes|lets|leads|allows|helps|requires|simplifies)\b"
    r"(?! (?:better|more|less|best|the))",
    re.IGNORECASE,
)
_INITIAL = re.compile(r"^[A-Z]\.$")
_DOTTED = re.compile(r"^(?:[^\W\d_]\.){2,}$")
_LIST_NUMBER = re.compile(r"^\(?\d{1,2}[.)]$")
_OPENS_CLAUSE = frozenset(
    [
        "and",
        "but",
        "so",
        "because",
        "which",
        "while",
        "although",
        "though",
        "whereas",
        "if",
        "when",
        "then",
        "or",
        "since",
        "unless",
        "where",
        "now",
        "okay",
        "und",
        "aber",
        "weil",
        "wenn",
        "dann",
        "et",
        "mais",
        "parce",
        "y",
        "pero",
        "porque",
    ]
)
_JOINS = frozenset(["and", "or"])  # words as well as clauses
_OPENS_SENTENCE = _OPENS_CLAUSE | frozenset(
    ["the", "this", "that", "these", "we", "you", "it", "they", "i", "a", "in", "for"]
)


@dataclass(frozen=True, slots=True)
class Joint:
    """What lies before a word: silence in seconds, and whether a cue or paragraph ends there."""

    pause: float = 0.0
    new_segment: bool = False
    new_speaker: bool = False


NO_JOINT = Joint()


def split_sentences(
    words: Sequence[str], joints: Sequence[Joint] | None = None
) -> tuple[WordRange, ...]:
    """Tile `words` with sentences of at most 45 words; joint i lies before word i."""
    joints = joints or [NO_JOINT] * len(words)
    pause = LONG_PAUSE if _is_punctuated(words) else PAUSE
    ranges: list[WordRange] = []
    first = 0
    for number in range(1, len(words) + 1):
        at_end = number == len(words)
        if at_end or _is_boundary(words, joints[number], first=first, number=number, pause=pause):
            ranges.extend(_split_long(words, joints, first, number))
            first = number
    return tuple(ranges)


def split_text(text: str) -> tuple[str, ...]:
    """Sentences of plain text, each with single spaces."""
    words = text.split()
    return tuple(" ".join(words[first:last]) for first, last in split_sentences(words))


def ends_sentence(  # noqa: PLR0911 - one case a line reads best
    word: str, following: str | None, *, is_first: bool = False
) -> bool:
    """Whether a sentence ends with `word`; `is_first` if the word would be the whole sentence."""
    bare = word.rstrip(_CLOSERS)
    if not _END.search(bare):
        return False
    if following is None or not bare.endswith("."):
        return True
    lower = bare.lower().lstrip("([\"'“‘«")
    starts_low = following[:1].islower()
    if bare.endswith(".."):
        return not starts_low
    counts = _LIST_NUMBER.match(bare) or lower.rstrip(".") in _COUNTS
    if lower in _NEVER_LAST or (is_first and counts):
        return False
    if lower in _SELDOM_LAST or _DOTTED.match(bare):
        return following[:1].isupper()
    if lower in ("no.", "p."):
        return not following[:1].isdigit()
    if _INITIAL.match(bare) and bare != "I.":
        return following.lower() in _OPENS_SENTENCE
    return True


def _is_boundary(
    words: Sequence[str], joint: Joint, *, first: int, number: int, pause: float
) -> bool:
    if joint.new_speaker or joint.pause >= pause:
        return True
    if _is_broken_off(words, first, number):
        return False
    return ends_sentence(words[number - 1], words[number], is_first=first == number - 1)


def _is_broken_off(words: Sequence[str], first: int, number: int) -> bool:
    """Whether the full stop before word `number` stands where no sentence can end."""
    last = words[number - 1].lower()
    if not last.endswith(".") or number - first < 2:
        return False
    bare = last.rstrip(".…")
    before = words[number - 2].lower().strip(",")
    if bare == "from" and before in _COMES:
        return False
    if bare in _BROKEN_OFF or (bare in _LEFT_OPEN and before in _OPENING_SUBJECT):
        return True
    if _GOES_ON.match(" ".join(words[number : number + 4])):
        return not _asks(words, number)
    opens = words[number].lower() in _OPENS_SENTENCE
    return not opens and bool(
        _LEFT_OUT.search(" ".join(words[max(first, number - _SHORTLY) : number]))
    )


def _asks(words: Sequence[str], first: int) -> bool:
    """Whether the sentence from word `first` on ends with a question mark."""
    ends = (word.rstrip(_CLOSERS) for word in words[first : first + MAX_WORDS])
    return next((end for end in ends if _END.search(end)), "").endswith(("?", "？"))


def _is_punctuated(words: Sequence[str]) -> bool:
    """Whether at least one word in sixty ends a sentence."""
    ends = sum(1 for word in words if _END.search(word.rstrip(_CLOSERS)))
    return ends * 60 >= len(words)


def _split_long(
    words: Sequence[str], joints: Sequence[Joint], first: int, last: int
) -> Iterator[WordRange]:
    """Yield the sentence first-last, split at its best clause boundaries if it is too long."""
    todo = [(first, last)]
    while todo:
        start, end = todo.pop()
        if end - start <= MAX_WORDS:
            yield start, end
            continue
        edge = min(_MIN_PART, (end - start) // 2)
        cut = max(
            range(start + edge, end - edge + 1),
            key=lambda n: (
                _cut_score(words, joints, n) - 3 * abs(2 * n - start - end) / (end - start)
            ),
        )
        todo += [(cut, end), (start, cut)]


def _cut_score(words: Sequence[str], joints: Sequence[Joint], number: int) -> float:
    """How well a long sentence can be cut before word `number`."""
    joint = joints[number]
    score = 4.0 if joint.pause >= PAUSE else 2 * joint.pause
    score += 1.0 if joint.new_segment else 0.0
    before, word = words[number - 1], words[number].lower().strip(",")
    if before.endswith((";", ":", "—", "–", "--")):
        score += 3.0
    elif before.endswith((",", "，")):
        score += 2.0
    if word in _OPENS_CLAUSE and before.lower() not in _OPENS_CLAUSE:
        score += 2.0 if _may_open_clause(words, number) else 1.0
    return score


def _may_open_clause(words: Sequence[str], number: int) -> bool:
    """Whether a clause may begin at a word: "and it grows" is one, "divide and conquer" none."""
    if words[number].lower() not in _JOINS or words[number - 1].endswith((",", "，")):
        return True
    after = words[number + 1].lower().strip(",.") if number + 1 < len(words) else ""
    return re.split("['’]", after)[0] in _OPENS_SENTENCE
