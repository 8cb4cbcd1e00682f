"""Whether a sentence has a verb of its own: a list of names is no statement.

In: one sentence. Out: whether a finite verb of common English stands outside its side clauses.
There is no tagger that comes as a package without a download, so a list of verbs must do; a rare
verb is missed, which costs a sentence, not the truth.
"""

import re

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
    accept achieve act adapt add affect agree aim align allow amortize annotate answer appear
    apply approximate argue arrive ask assign assume attend average avoid base batch become
    begin belong bind bottleneck break bring build buy cache calculate call capture cause chain
    change chat check choose cite claim classify clip collect combine come compare compete
    compile compose compress compute concatenate connect consider consist consume contain
    continue contribute control converge convert copy correspond cost count cover crawl create
    curate cut decide declare decode decompose decrease deduplicate define delete deliver depend
    deploy derive describe design determine develop differ distill distribute diverge divide
    dominate double download draw drive drop embed emerge emit enable encode end enroll ensure
    estimate evaluate evolve exceed exist expand expect explain explode exploit expose express
    extend extract fail fall feed fill filter finance find fine-tune finish fit fix flow follow
    forget form forward freeze fuse gain gather generate get give go grow guarantee guess guide
    handle happen hash help hide hold identify ignore implement imply improve include increase
    indicate infer initialize insert install integrate interpret introduce invent invest invoke
    involve iterate join keep know label last launch lead learn leave let leverage lie like
    limit link list load look lose lower make manage map mask match matter mean measure merge
    mine minimize mix model motivate move multiply name need normalize note notice observe
    obtain occur offer open operate optimize order oscillate output overfit own pad parallelize
    parse participate pass pay perform pick place plot point pose predict prefer prepare
    preserve press pretrain prevent print proceed process produce profile project promise prompt
    propose protect prove provide prune publish pull purchase push put quantize query quit raise
    range rank reach react read realize reason recall receive recognize recommend record recover
    reduce refer reject release rely remain remember remind remove render repeat replace reply
    report represent require rescale resemble reset resolve respect respond result resume
    retrieve return reveal rewrite ride ring rise rotate rule run sample satisfy saturate save
    say scale scan schedule score search secure see seek seem select send sense separate serve
    set settle shape share show shrink shuffle sign simplify simulate sit skip slow solve sort
    speak specify spell spend split spread stack stand start state stay steal stick stop store
    stream strike struggle submit succeed suffer suggest summarize support surprise survive
    suspect switch take talk target taste teach tell tend test think throw tie tile tokenize
    touch trace track train transfer transform translate travel treat trigger trust try tune
    turn type understand unlock update upload use vanish vary violate visit visualize vote wait
    want warn wash waste watch weigh win wish wonder work worry wrap write yield
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
_NOUN_BEFORE = word_set("the a an this that these those my our your their its of for with in by no")
_VERBAL = re.compile(r"\w{3,}(?:izes?|ized|ifies|ified|ates|ated|ects|ected|uces|uced|ains|ained)")
_WORD = re.compile(r"[\w'’-]+")


def has_verb(sentence: str) -> bool:
    """Whether a finite verb stands in the sentence's main clause."""
    words = [word.lower().replace("’", "'") for word in _WORD.findall(sentence)]
    closing = {word.lower() for word in re.findall(r"([\w'’-]+)[,;:]", sentence)}
    owed = False  # the verb of a side clause that has begun
    for at, word in enumerate(words):
        if word in _SIDE and at > 0:
            owed = True
        elif _is_finite(words, at):
            if not owed:
                return True
            owed = False
        elif word in closing:
            owed = False
    return False


def is_verb(word: str) -> bool:
    """Whether a lower-case word is a form of a common verb and of nothing else."""
    if word in _ALWAYS or word in _PAST:
        return True
    forms = _lemmas(word)
    return not _AMBIGUOUS & set(forms) and any(form in _LEMMAS for form in forms)


def _is_finite(words: list[str], at: int) -> bool:
    word = words[at]
    before = words[at - 1] if at else ""
    if word in _ALWAYS:
        return True
    if word in _NOUNS or before in _NOUN_BEFORE or before in _SIDE:
        return False
    if word in _PAST:
        return True
    if word not in _AMBIGUOUS and any(form in _LEMMAS for form in _lemmas(word)):
        return True
    return bool(_VERBAL.fullmatch(word))


def _lemmas(word: str) -> tuple[str, ...]:
    """What a form may be a form of; no participle in -ing, which is not finite."""
    forms = [word]
    for ending, put in (("ies", "y"), ("ied", "y"), ("es", ""), ("es", "e"), ("s", ""), ("ed", "")):
        if word.endswith(ending):
            forms.append(word[: -len(ending)] + put)
    if word.endswith("ed"):
        forms += [word[:-1], word[:-3] if len(word) > 5 and word[-3] == word[-4] else word]
    return tuple(forms)
