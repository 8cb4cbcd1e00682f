"""Texts to comparable words: tokens, stop words, stems, edit distance.

In: any text. Out: lower-case tokens and English stems, so that "tokenizers" meets "tokenizer" and
"mini-batch" meets "mini batch". Does not know claims, passages or numbers. Stretches of CJK, which
have no spaces, become pairs of characters.
"""

import re
from collections.abc import Iterable
from functools import lru_cache
from itertools import pairwise

import Stemmer

WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")
_CJK = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff\uac00-\ud7af]+")
_SPELLED_OUT = (
    6  # letters of both words that two initials may stand for ("artificial intelligence")
)
_STEMMER = Stemmer.Stemmer("english")


def word_set(words: str) -> frozenset[str]:
    """Set of the words in a text, to write long lists legibly."""
    return frozenset(words.split())


STOP_WORDS = word_set(
    """
    a about above actually after again all almost along also although always am among an and
    another any anyone anything are aren't around as at away back basically be because been
    before being below between both but by can can't cannot could couldn't did didn't do does
    doesn't doing don't done down during each either else enough especially essentially etc
    even ever every everyone everything exactly few first for from further gonna got had
    hadn't has hasn't have haven't having he hence her here hers herself him himself his how
    however i if in indeed instead into is isn't it its itself just kind last later least less
    let let's like likely literally lot lots made make makes many may maybe me mean means
    might mine more most mostly much must my myself near neither never next no none nor not
    nothing now of off often oh ok okay on once one ones only onto or other others otherwise
    our ours ourselves out over own per perhaps please pretty quite rather really right same
    see second several shall she should shouldn't simply since so some somehow someone
    something sometimes somewhat soon sort still such sure than that that's the their theirs
    them themselves then there there's therefore these they thing things this those though
    through throughout thus to together too toward towards uh um under unless until up upon us
    use used uses using usually very via want wants was wasn't way ways we well were weren't
    what whatever when where whereas whether which while who whole whom whose why will with
    within without won't would wouldn't yeah yes yet you your yours yourself i'm i'll i'd i've
    it's we're we'll we've they're you're you'll what's here's he's she's lecture lecturer
    speaker called call known refers
    """
)

NUMBER_WORDS = word_set(
    """
    zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen
    fifteen sixteen seventeen eighteen nineteen twenty thirty forty fifty sixty seventy eighty
    ninety hundred thousand million billion trillion percent
    """
)


def tokens(text: str) -> list[str]:
    """Lower-case words of `text` in order; possessive 's is cut."""
    found: list[str] = []
    for word in WORD.findall(text.replace("’", "'").lower()):
        if _CJK.search(word):
            found += _cjk_pairs(word)
        else:
            found.append(word.removesuffix("'s"))
    return found


def _cjk_pairs(word: str) -> list[str]:
    parts: list[str] = []
    for run in re.findall(rf"{_CJK.pattern}|[^\u3040-\uf9ff]+", word):
        paired = len(run) > 1 and _CJK.fullmatch(run)
        parts += [run[i : i + 2] for i in range(len(run) - 1)] if paired else [run]
    return parts


@lru_cache(maxsize=65536)
def stem(word: str) -> str:
    """English stem of one lower-case word."""
    return str(_STEMMER.stemWord(word))


@lru_cache(maxsize=4096)
def content_stems(text: str) -> tuple[str, ...]:
    """Stems of the words that carry meaning, in order; numbers are left to the number lock."""
    return tuple(stem(word) for word in tokens(text) if is_content(word))


def is_content(word: str) -> bool:
    """Whether a lower-case word is neither a stop word nor a number."""
    return word not in STOP_WORDS and word not in NUMBER_WORDS and not word[0].isdigit()


@lru_cache(maxsize=4096)
def spoken_forms(text: str) -> frozenset[str]:
    """Every form in which `text` may be said to contain a word, lower-case without punctuation.

    Tokens and their stems, joins of 2-4 neighbours ("mini batch", "r m s norm"), and initials: of
    3-5 neighbours ("byte pair encoding" is BPE), 4-5 with stop words among them, two long words.
    """
    said = [re.sub(r"\W", "", token) for token in tokens(text)]
    forms = {form for token in said for form in (token, stem(token))}
    for size in range(2, 5):
        joins = ("".join(said[i : i + size]) for i in range(len(said) - size + 1))
        forms.update(form for join in joins if len(join) < 25 for form in (join, stem(join)))
    pairs = pairwise(said)
    forms.update(a[0] + b[0] for a, b in pairs if min(len(a), len(b)) >= _SPELLED_OUT)
    initials = "".join(token[0] for token in said if token)
    strong = "".join(token[0] for token in said if token and token not in STOP_WORDS)
    for letters, least in ((initials, 4), (strong, 3)):
        for size in range(least, 6):
            forms.update(letters[i : i + size] for i in range(len(letters) - size + 1))
    return frozenset(forms)


def is_near(word: str, said: Iterable[str]) -> bool:
    """Whether a long word is one letter away from one that was said (a recogniser's variant)."""
    if len(word) < 6:
        return False
    return any(abs(len(word) - len(other)) <= 1 and _one_edit(word, other) for other in said)


def _one_edit(one: str, two: str) -> bool:
    start = 0
    while start < min(len(one), len(two)) and one[start] == two[start]:
        start += 1
    rest, other = one[start:], two[start:]
    return rest[1:] == other[1:] or rest[1:] == other or rest == other[1:]
