"""What a stretch of a lecture speaks of most: its key phrases, without a model.

In: texts of the stretch and of the whole lecture; out: phrases of one to three words. Candidates
are runs of words between stop words, as in RAKE (Rose et al. 2010, "Automatic Keyword Extraction
from Individual Documents"); they are weighed by how much more often the stretch says them than the
lecture does. Knows English stop words only.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence

_TOKEN = re.compile(r"[^\W_][\w+#'’-]*|[.,;:?!()]")
_LONGEST = 3  # words of a phrase
_FEWEST = 2  # times that a phrase of several words, or a name, is said
_TIMES = 3  # times that one word alone is said
_STOP = frozenset(
    """
    a about above across actual actually after again ago all almost already also always am an and
    another any anyone anything are around as ask at away back bad basic basically be because become
    been before behind being below best better between big bigger bit both bring but by call called
    came can cannot case cases certain change clear come comes common could couple course day days
    deal did different difficult do does doing done down during each early easy either else end
    enough entire etc even ever every everyone everything exactly example examples fact fairly far
    feel few figure find fine first five for four from full fun further gave general get gets
    getting give given gives giving go goes going gonna good got great had half happen happens hard
    has have having he hear help her here hi high him his hope how however i idea ideas if important
    in indeed inside instead interesting into is it its itself just keep kind know known large last
    later least leave left less let level lets like likely line little long look looked looking
    looks lot lots low made main make makes making many may maybe me mean means might mind mine more
    most much must my name near necessarily need needed needs never new next nice no non none nor
    not note nothing notice now number numbers of off often oh ok okay old on once one ones only
    onto open or order other others otherwise our out over own part parts past people per perhaps
    person piece place plus point points possible pretty previous probably problem put question
    questions quick quickly quite rather ready real really reason recall right run said same saw say
    saying says second see seeing seem seems seen several shall she short should show shown shows
    side similar simple simply since single six slide slides slightly small so some somebody someone
    something sometimes somewhat soon sort spend start started starting still stuff such suppose
    sure take taken takes talk talked talking tell ten than thank thanks that the their them then
    there therefore these they thing things think third this those though thought three through thus
    time times to today together told too took top toward tried tries true try trying turn turns two
    under understand until up upon us use used useful uses using usually various very want wanted
    wants was way ways we week well went were what whatever when where whether which while who whole
    whose why will with within without word wonder work worked working works worth would write wrong
    yeah year years yes yet you your yourself class lecture video chapter section course student
    students assignment assignments speaker thousand million billion hundred percent zero
    i'm you're we're it's that's there's don't doesn't can't let's isn't aren't won't didn't we'll
    you'll i'll they're what's here's he's she's i've we've you've
    """.split()
)


def key_phrases(
    texts: Sequence[str],
    lecture: Sequence[str],
    *,
    most: int = 6,
    acts: Callable[[str], bool] = lambda _: False,
) -> tuple[str, ...]:
    """Phrases that `texts` say more often than the `lecture` they are from, the best first.

    A phrase that is a part of a better one is left out, and one that begins or ends with a word
    that `acts` says is a verb: "provide unit tests" names nothing.
    """
    here, forms = _counts(texts)
    everywhere, _ = _counts(lecture)
    weights = {
        phrase: _weight(phrase, count, everywhere[phrase])
        for phrase, count in here.items()
        if count >= (_FEWEST if " " in phrase or _is_name(forms[phrase]) else _TIMES)
        and not any(acts(word) for word in (phrase.split()[0], phrase.split()[-1]))
    }
    chosen: list[str] = []
    for phrase in sorted(weights, key=lambda one: (-weights[one], one)):
        words = set(phrase.split())
        if all(not words & set(other.split()) for other in chosen):
            chosen.append(phrase)
    return tuple(forms[phrase].most_common(1)[0][0] for phrase in chosen[:most])


def subject_words(text: str) -> Iterator[str]:
    """Yield the words of `text` that carry meaning, small and in the singular."""
    for run in _runs(text):
        yield from (_singular(word.lower()) for word in run)


def _weight(phrase: str, here: int, everywhere: int) -> float:
    """Rate a phrase: said often, here rather than elsewhere, and of more words than one."""
    return here * (here / max(here, everywhere)) * (1.0 + 0.6 * phrase.count(" "))


def _is_name(forms: Counter[str]) -> bool:
    said = forms.most_common(1)[0][0]
    return any(letter.isupper() for letter in said)


def _counts(texts: Sequence[str]) -> tuple[Counter[str], dict[str, Counter[str]]]:
    """How often each phrase is said in any number, and in which spellings."""
    counts: Counter[str] = Counter()
    forms: dict[str, Counter[str]] = {}
    for text in texts:
        for run in _runs(text):
            for words in _candidates(run):
                phrase = " ".join(_singular(word.lower()) for word in words)
                counts[phrase] += 1
                forms.setdefault(phrase, Counter())[" ".join(words)] += 1
    return counts, forms


def _candidates(run: Sequence[str]) -> Iterator[Sequence[str]]:
    """Stretches of a run that may be a phrase: a word said twice in one is a stutter."""
    for first in range(len(run)):
        for last in range(first + 1, min(len(run), first + _LONGEST) + 1):
            words = run[first:last]
            if len({_singular(word.lower()) for word in words}) == len(words):
                yield words


def _runs(text: str) -> Iterator[list[str]]:
    """Runs of words that carry meaning, without the capital that only opens a sentence."""
    run: list[str] = []
    opens = True
    for token in _TOKEN.findall(text):
        word = token.replace("’", "'")
        if not word[0].isalnum() or word.lower() in _STOP or len(word) < 2 or word.isdigit():
            if run:
                yield run
            run = []
        else:
            plain = opens and word[:1].isupper() and word[1:].islower()
            run.append(word.lower() if plain else word)
        opens = word in ".?!"
    if run:
        yield run


def _singular(word: str) -> str:
    return word[:-1] if len(word) > 3 and word.endswith("s") and not word.endswith("ss") else word
