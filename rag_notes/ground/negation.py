"""Whether a claim denies what its passages say, or says what they deny: the negation lock.

In: a claim and the sentences it rests on. Out: why they disagree, or None. A denial is held to the
same rule as a number: what the claim says is not so must be denied by the passage too, in some
words, near the same words. Knows English only; does not know scores, names or numbers.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from rag_notes.ground.words import content_stems, is_content, stem, tokens, word_set

# Words that deny what follows them.
_DENIES = re.compile(
    r"not|never|no|cannot|neither|nor|none|nothing|nobody|nowhere|without|hardly|rarely|seldom"
    r"|barely|scarcely|lack(?:s|ed|ing)?|fail(?:s|ed|ing)?|unable|refus(?:e|es|ed|ing)"
    r"|\w+n't"
)
_SPOKEN_NT = word_set(
    "dont doesnt didnt isnt arent wasnt werent cant couldnt wont wouldnt shouldnt"
)
_NO_DENIAL = word_set(
    "want wants wont went front sent cent spent amount count event point different"
)
# "not only", "no matter": nothing is denied.
_NOT_QUITE = word_set("only just quite necessarily always all every merely matter doubt wonder")
# What a passage may say in place of "not", right before the words that a claim may then deny.
_AGAINST = re.compile(
    r"""un(?!der|it|iv|til|iq|if)\w{4,}|im(?:possibl|proper)\w*|in(?:correct|accurate|complete|efficient
    |valid|ability|feasible|dependent|sufficient|accessible)\w*|ir(?:relevant|regular)\w*|non\w{3,}
    |\w{4,}less(?:ly)?|rather|instead|unlike|except|unless|only|less|fewer|few|little|too|hard|harder
    |difficult|differs?|wrong\w*|false|bad|worse|worst|stop\w*|drop\w*|leave|leaves|left|skip\w*|remov\w*
    |rid|free|lose|loses|losing|lost|loss|missing|miss|avoid\w*|prevent\w*|ignor\w*|exclud\w*|omit\w*
    |errors?|eliminat\w*|reject\w*|limit\w*|replac\w*|zero|closed?|problem\w*
    |struggl\w*|forbid\w*|abandon\w*|anymore""",
    re.VERBOSE,
)
_CLAUSE_END = re.compile(
    r"[,;:.!?]+(?=\s|$)|\b(?:but|while|whereas|although|though|because|so|and|which)\b",
    re.IGNORECASE,
)
_STRONG_END = re.compile(r"[;:!?]+(?=\s|$)|\b(?:while|whereas|although|though)\b", re.IGNORECASE)
# "It does not, it gets lost" denies what came before.
_DENIED_BEFORE = re.compile(
    r"(\b(?:do|does|did|is|are|was|were|can|could|will|would|has|have)(?:n['’]t| not)),"
    r"(?= (?:it|they|we|you|he|she|this|that|there|but)\b)",
    re.IGNORECASE,
)
_OR_NOT = re.compile(
    r"\bor not\b(?=\s*(?:[.,;:?!]|$))", re.IGNORECASE
)  # "whether it follows or not"
_ANYTHING = re.compile(
    r"((?:n['’]t|\bnot|\bnever)(?: \w+){0,4}?) any(?:thing|one|body)?\b", re.IGNORECASE
)
_PREVENTS = re.compile(
    r"\b(?:(?:prevent|stop)\w*(?: [\w'’-]+){1,7} from(?= \w+ing\b)"
    r"|(?:keep|kept|protect)\w*(?: [\w'’-]+){1,7} from(?= being\b))",
    re.IGNORECASE,
)
_REACH = 4  # content words after a denial that it denies
# Words around a denied word within which the passage may deny it, and speak against it.
_BEFORE, _AFTER = 7, 4
_RIGHT_BEFORE, _RIGHT_AFTER = 3, 2
_SAME = 0.5  # a sentence with no more than this of the best one's denied words is not asked
_DENIED = 0.5  # share of the denied words that the claim must say to be found against
_SAME_MATTER = 0.3  # share of the claim's words that a sentence must say to be heard against it
_PAIRS = [
    pair.split("/")
    for pair in sorted(
        word_set(
            """
    increase/decrease increases/reduces rise/fall higher/lower high/low faster/slower
    fast/slow larger/smaller large/small longer/shorter long/short before/after
    always/never easier/harder minimum/maximum first/last best/worst better/worse
    efficient/inefficient encoder/decoder encode/decode static/dynamic forward/backward left/right
    input/output supervised/unsupervised possible/impossible
    """
        )
    )
]
_OPPOSITES = {stem(one): stem(two) for pair in _PAIRS for one, two in (pair, pair[::-1])}
# Share of the claim's words from which a sentence is taken to be about the same, and how near to
# the best such sentence others are heard too.
_SAME_STATEMENT, _TIE = 0.6, 0.15
_UNDOING = ("un", "in", "im", "ir", "dis", "non")


@dataclass(frozen=True, slots=True)
class _Denial:
    """A word that denies, and the stems of the content words that it denies.

    `double`: what it denies is itself a denial ("without dropping", "does not avoid").
    """

    word: str
    scope: tuple[str, ...]
    double: bool = False


def denies(text: str) -> bool:
    """Whether a text has a word that denies."""
    return any(map(_is_denial, tokens(text)))


def negation_conflict(claim: str, evidence: Sequence[str]) -> str | None:
    """Why claim and passage disagree on what is so and what is not; None where they do not."""
    evidence, claim = [_plainly_denied(one) for one in evidence], _OR_NOT.sub("", claim)
    unbacked = next((one for one in _denials(claim) if not _is_backed(one, evidence)), None)
    if unbacked:
        return f'denies ("{unbacked.word}") what no cited sentence denies'
    if _affirms_denied(claim, evidence):
        return "says what the passage denies"
    turned = _turned_word(claim, evidence)
    return turned and f'says "{turned[0]}" where the passage says "{turned[1]}"'


def _plainly_denied(text: str) -> str:
    """What a passage denies, with the denial beside it: "does not tell you anything of it"."""
    text = _OR_NOT.sub("", _DENIED_BEFORE.sub(r"\1;", text))
    return _PREVENTS.sub(r"\g<0> not", _ANYTHING.sub(r"\1 nothing", text))


@lru_cache(maxsize=4096)
def _words(text: str) -> tuple[str, ...]:
    return tuple(tokens(text))


@lru_cache(maxsize=2048)
def _denials(text: str) -> tuple[_Denial, ...]:
    """Denials of a text with what each denies, within its clause."""
    return tuple(_find_denials(text))


def _find_denials(text: str) -> Iterator[_Denial]:
    for clause in _CLAUSE_END.split(text):
        words = tokens(clause)
        for at, word in enumerate(words):
            if not _is_denial(word) or _NOT_QUITE & set(words[at + 1 : at + 2]):
                continue
            after = [stem(one) for one in words[at + 1 :] if is_content(one)][:_REACH]
            before = [stem(one) for one in words[:at] if is_content(one)][-2:]
            double = any(_AGAINST.fullmatch(one) for one in words[at + 1 : at + 3])
            yield _Denial(word, tuple(after or before[::-1]), double)


def _is_denial(word: str) -> bool:
    return bool(_DENIES.fullmatch(word)) or word in _SPOKEN_NT


def _is_backed(denial: _Denial, evidence: Sequence[str]) -> bool:
    """Whether the sentences that say most of the denied words deny one of them in some way."""
    scope = set(denial.scope)
    met = [scope & {stem(word) for word in _words(one)} for one in evidence]
    most = max(map(len, met), default=0)
    if _is_undone(denial, evidence):
        return True
    if not most:
        return any(_is_denial(word) for one in evidence for word in _words(one))
    parts = (_words(part) for one in evidence for part in _STRONG_END.split(one))
    if any(_denies_head(words, denial.scope[:1]) for words in parts):
        return True
    asked = [one for one, found in zip(evidence, met, strict=True) if len(found) > _SAME * most]
    return any(
        _denies_near(_words(part), denial) for one in asked for part in _STRONG_END.split(one)
    )


def _denies_head(words: Sequence[str], head: Sequence[str]) -> bool:
    """Whether a sentence denies right before the very word that the claim denies first."""
    places = [at for at, word in enumerate(words) if stem(word) in head]
    return any(_is_denial(word) for at in places for word in words[max(0, at - 2) : at])


def _denies_near(words: Sequence[str], denial: _Denial) -> bool:
    for place in [at for at, word in enumerate(words) if stem(word) in denial.scope]:
        around = (*words[max(0, place - _BEFORE) : place], *words[place + 1 : place + 1 + _AFTER])
        beside = (
            *words[max(0, place - _RIGHT_BEFORE) : place],
            *words[place + 1 : place + 1 + _RIGHT_AFTER],
        )
        if any(map(_is_denial, around)):
            return True
        if not denial.double and any(_AGAINST.fullmatch(word) for word in beside):
            return True
    return False


def _is_undone(denial: _Denial, evidence: Sequence[str]) -> bool:
    """Whether "unnecessary" stands for "not necessary"."""
    stems = {stem(word) for one in evidence for word in _words(one)}
    return any(prefix + one in stems for prefix in _UNDOING for one in denial.scope)


def _affirms_denied(claim: str, evidence: Sequence[str]) -> bool:
    """Whether a sentence on the same matter denies what the claim says and does not deny."""
    ours = _words(claim)
    wanted = {stem(word) for word in ours if is_content(word)}
    stems = [{stem(word) for word in _words(sentence)} for sentence in evidence]
    for at, sentence in enumerate(evidence):
        if len(wanted & stems[at]) < max(2, _SAME_MATTER * len(wanted)):
            continue
        for denial in _denials(sentence):
            met = tuple(one for one in denial.scope if one in wanted)
            if not met or (len(met) < _DENIED * len(denial.scope) and denial.scope[0] not in met):
                continue
            if _denies_near(ours, replace(denial, scope=met, double=False)):
                continue
            if not any(set(met) <= said for place, said in enumerate(stems) if place != at):
                return True
    return False


# --- opposites -----------------------------------------------------------------------------------


def _turned_word(claim: str, evidence: Sequence[str]) -> tuple[str, str] | None:
    """Word of the claim whose opposite the nearest sentences say, where neither denies anything."""
    wanted = frozenset(content_stems(claim))
    if len(wanted) < 2:
        return None
    shares = [len(wanted & set(content_stems(one))) / len(wanted) for one in evidence]
    least = max([_SAME_STATEMENT, *(share - _TIE for share in shares)])
    close = [one for one, share in zip(evidence, shares, strict=True) if share >= least]
    ours, theirs = _words(claim), _words(" ".join(close))
    if any(_is_denial(word) for word in (*ours, *theirs)):
        return None
    said = {stem(word): word for word in theirs}
    stems = {stem(word) for word in ours}
    for word in ours:
        opposite = _OPPOSITES.get(stem(word))
        if opposite in said and stem(word) not in said and opposite not in stems:
            return word, said[str(opposite)]
    return None
