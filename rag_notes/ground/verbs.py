"""Whether a sentence has a verb of its own: a list of names is no statement.

In: one sentence. Out: whether a finite English verb stands outside its side clauses. No tagger
comes as a package without a download, so what a word may be decides: lemminflect's dictionary knows
which words are verbs and nothing else, and a list holds those that are nouns as well.
"""

import re
from functools import lru_cache

from rag_notes.ground.words import word_set

_ALWAYS = word_set(
    """
    is are was were am isn't aren't wasn't weren't can cannot can't could couldn't will won't would
    wouldn't may might must should shouldn't shall has have had hasn't haven't hadn't does do did
    doesn't don't didn't it's that's there's here's they're we're you're i'm he's she's what's we've
    you've they've i've we'll you'll they'll it'll that'll we'd you'd they'd
    """
)
_LEMMAS = word_set(
    """
    affect aim answer approximate average base batch bind bottleneck break build buy cache call
    capture cause chain change chat check claim clip collect combine compile compress
    concatenate control convert copy cost count cover crawl curate cut decrease deduplicate
    design double download draw drive drop end estimate exploit expose express extract fail fall
    feed fill filter finance find fine-tune finish fit fix flow form forward freeze fuse gain
    gather give go guarantee guess guide handle hash help hide hold implement increase insert
    join keep label last launch lead leave leverage lie like limit link list load look lower
    make map mask match matter mean measure mine mix model move multiply name need note notice
    offer open order output overfit own pad parallelize pass pay pick place plot point pose
    preserve press pretrain print process produce profile project promise prompt prune pull
    purchase push quantize query quit raise range rank reach read reason recall record reject
    release repeat reply report rescale respect result resume return rewrite ride ring rise rule
    run sample saturate save say scale scan schedule score search secure sense separate serve
    set shape share show shrink shuffle sign skip slow sort spell split spread stack stand start
    state stay steal stick stop store stream strike struggle support surprise suspect switch
    take talk target taste test think throw tie tile tokenize touch trace track train transfer
    transform travel treat trigger trust try tune turn type update upload use visit vote wait
    want wash waste watch win wish wonder work worry wrap yield
    """
)
# Also nouns and adjectives: as verbs only with an ending ("models", "masked").
_AMBIGUOUS = word_set(
    """
    base control copy design double label last like limit link load lower map mask match mean
    measure mine model open output own pass plot point print process project range rate result
    sample scale score set share stack store stream tile tune weigh
    """
)
_PAST = word_set(
    """
    became began brought built bought came chose cost cut drew drove fell fed found gave got grew
    held kept knew led left let lost made meant met paid put ran read said saw sent set showed spent
    split spoke stood stopped took taught told thought took tried turned understood used went won
    wrote
    """
)
_SIDE = word_set(
    "which that who whose whom what how why whether where when if because while although since as"
    " to"
)
_NOUNS = word_set(
    "models scores labels points results outputs samples designs projects processes rates limits"
)
_NO_VERBS = word_set("except please")  # the dictionary has them as verbs alone
_NOUN_BEFORE = word_set("the a an this that these those my our your their its of for with in by no")
# What stands before a verb, and what behind one, where the word itself may be a noun as well.
_PERSONS = word_set("i you we they he she it who everyone everybody someone somebody nobody")
_MODALS = word_set("can cannot could will would may might must should shall")
_ADVERBS = word_set("not now also only just still never always then often ever even either")
_BEHIND = word_set(
    "the a an its their our your my his her this these those it them us me him each every no"
    " up down out off away back inwards outwards well better worse harder faster"
)
_NO_DOING = word_set("like near")  # "people like the mayor"
_VERBAL = re.compile(r"\w{3,}(?:izes?|ized|ifies|ified|ates|ated|ects|ected|uces|uced|ains|ained)")
_WORD = re.compile(r"[\w'’-]+")
_WHAT_IS = re.compile(r"what (?:\w+ ){2,}(?:is|was|are|were) \w[^?]*$", re.IGNORECASE)


def has_verb(sentence: str) -> bool:
    """Whether a finite verb stands in the sentence's main clause."""
    if _WHAT_IS.match(sentence):
        return True
    words = [word.lower().replace("’", "'") for word in _WORD.findall(sentence)]
    closing = {word.lower() for word in re.findall(r"([\w'’-]+)[,;:]", sentence)}
    owed = outer = False  # the verb of a side clause that has begun, and of one around that
    for at, word in enumerate(words):
        if word in _SIDE and at > 0:
            owed, outer = True, owed
        elif owed and _is_of_relative(words, at):
            owed = outer
        elif _is_finite(words, at):
            if not owed:
                return True
            owed = False
        elif word in closing:
            owed = False
    return False


def _is_of_relative(words: list[str], at: int) -> bool:
    """Whether a word is the verb of the "who" before it: "people who cast a vote are counted"."""
    before, after = words[at - 1], words[at + 1] if at + 1 < len(words) else ""
    if words[at].endswith("ing") or not may_be_verb(words[at]):
        return False
    return before == "who" or (before in ("that", "which") and after in _BEHIND)


def is_verb(word: str) -> bool:
    """Whether a lower-case word is a form of a common verb and of nothing else."""
    if word in _ALWAYS or word in _PAST:
        return True
    if is_verb_only(word):
        return True
    forms = _lemmas(word)
    return not _AMBIGUOUS & set(forms) and any(form in _LEMMAS for form in forms)


def _is_finite(words: list[str], at: int) -> bool:
    word = words[at]
    before = words[at - 1] if at else ""
    if word in _ALWAYS:
        return True
    if word in _NOUNS or before in _NOUN_BEFORE or before in _SIDE or _is_behind_modal(words, at):
        return False
    if word in _PAST:
        return True
    if is_verb_only(word):
        return True
    if word not in _AMBIGUOUS and any(form in _LEMMAS for form in _lemmas(word)):
        return True
    after = words[at + 1] if at + 1 < len(words) else ""
    return bool(_VERBAL.fullmatch(word)) or _does(before, word, after)


def _is_behind_modal(words: list[str], at: int) -> bool:
    """Whether a word is what one can, will or should do: "can now happen" has one verb, "can"."""
    while at and (words[at - 1] in _ADVERBS or words[at - 1].endswith("ly")):
        at -= 1
    return at > 0 and words[at - 1] in _MODALS


def _does(before: str, word: str, after: str) -> bool:
    """Whether a word that may be a noun as well is the verb of what stands before it.

    "We like it", "the curve shifts inwards", "farmers sell the rice"; "the models the firm sells"
    begins with none.
    """
    if word.endswith("ing") or not may_be_verb(word):
        return False
    if before in _PERSONS:
        return True
    if word in _NO_DOING or not is_noun(before):
        return False
    behind = after in _BEHIND or after.endswith("ly")
    if word.endswith("s") and not word.endswith("ss"):
        return behind and not is_plural_noun(before)
    return is_plural_noun(before) and behind


@lru_cache(maxsize=65536)
def is_verb_only(word: str) -> bool:
    """Whether English knows the word as a verb and as nothing else; one in -ing is not finite."""
    from lemminflect import getAllLemmas

    if not word.isalpha() or word.endswith("ing") or word in _NO_VERBS:
        return False
    kinds = set(getAllLemmas(word))
    return bool(kinds) and kinds <= {"VERB", "AUX"}


@lru_cache(maxsize=65536)
def may_be_verb(word: str) -> bool:
    """Whether a lower-case word is a form of some verb, whatever else it is."""
    from lemminflect import getAllLemmas

    return word.isalpha() and "VERB" in getAllLemmas(word)


@lru_cache(maxsize=65536)
def is_noun(word: str) -> bool:
    """Whether a lower-case word may be a noun."""
    from lemminflect import getAllLemmas

    return word.isalpha() and "NOUN" in getAllLemmas(word)


@lru_cache(maxsize=65536)
def is_plural_noun(word: str) -> bool:
    """Whether a lower-case word is the plural of another: "indices" is, "bias" and "data" not."""
    from lemminflect import getAllLemmas

    singular = getAllLemmas(word).get("NOUN", ()) if word.isalpha() else ()
    return bool(singular) and word not in (*singular, "data", "media")


def _lemmas(word: str) -> tuple[str, ...]:
    """What a form may be a form of; no participle in -ing, which is not finite."""
    forms = [word]
    for ending, put in (("ies", "y"), ("ied", "y"), ("es", ""), ("es", "e"), ("s", ""), ("ed", "")):
        if word.endswith(ending):
            forms.append(word[: -len(ending)] + put)
    if word.endswith("ed"):
        forms += [word[:-1], word[:-3] if len(word) > 5 and word[-3] == word[-4] else word]
    return tuple(forms)
