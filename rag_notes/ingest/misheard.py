"""Words of the speech that are terms of the slides, misheard.

In: passages of speech and slides; out: which heard words are to be read as which term, for prompts
and for judging; and a function that reads a text so. The transcript stays as it was heard.

A wrong correction is worse than none. So the heard word stands on no slide and is no function word,
sounds like the term (sound.py) and is spelled much like it; and it is found only

- beside the word that stands beside the term on a slide ("balloon filter", "Majulo m"), where it is
  doubtful (doubt.py) or hardly heard elsewhere;
- in words that make a compound name of a slide ("mama hash" for "MurmurHash"), likewise;
- as a long name that is all but spelled as one of a slide ("Mitzmacher").

Two ordinary words that sound alike are too often both right: as single words they are left alone.
docs/EVALUATION.md says how often that was right and wrong.
"""

import itertools
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from rag_notes.ingest.doubt import bare
from rag_notes.ingest.sound import sound_of
from rag_notes.schema import Chunk, Correction

_ALIKE = (
    0.6  # letters in common of word and term; "balloon" and "Bloom", "Majulo" and "modulo": 0.67
)
_COMPOUNDS_ALIKE = 0.65  # "mamahash" and "MurmurHash" have 0.67
_NAMES_ALIKE = 0.85  # "Mitzmacher" and "Mitzenmacher" have 0.91
_ROOT = 4  # letters that words of one root share: "calculator" is no misheard "calculate"
_MOSTLY = 0.75  # share of its hearings that a word has beside what completes a term
_SOUNDS, _COMPOUND_SOUNDS = 3, 4  # consonants of a term that can be told from others
_NAME_LETTERS = 8
_BESIDE_LETTERS = 4  # of a word that completes a term by itself, without doubt
_MOST_WORDS = 4
_NAMED = 2  # times that a thing is named with its article
_MISHEARD_ARTICLE = re.compile(
    r"^At (?=(?P<name>\w+ \w+) (?:has|is|was|does|needs|takes|stores)\b)"
)
# Words that nobody looks up, and that sound like many others.
_FUNCTION = frozenset(
    "a about above across after again all along also among an and another any are around as "
    "at away be because been before but by can could do does for from had has have here how i "
    "if in into is it its just like made make may maybe me more most much no not now of off "
    "okay on once one only or other our out over plus right same see she should so some such "
    "take than that the their them then there these they this those through to too two up us "
    "use very was we well were what when where which who why will with would yes you your".split()
)


@dataclass(frozen=True, slots=True)
class _Word:
    """A word as it stands, its stem and number, and what is known of it where it was heard."""

    text: str
    stem: str
    number: int
    doubtful: bool = False
    first: bool = False  # of its sentence
    ends: bool = False  # a stretch: punctuation or a sentence's end follows

    @property
    def is_name(self) -> bool:
        return self.text[:1].isupper() and not self.first


@dataclass(frozen=True, slots=True)
class _Term:
    """A word of the slides, or the first or second of two, and the page it first stands on."""

    text: str
    page: int
    beside: str = ""  # stem of the neighbour
    is_first: bool = True

    @property
    def is_compound(self) -> bool:
        """Whether it has capitals inside, as a name put together of words has."""
        return any(map(str.isupper, self.text[1:])) and any(map(str.islower, self.text))


@dataclass(frozen=True, slots=True)
class _Heard:
    """A stretch of words that may be `term`; `read` is how it would be read."""

    words: tuple[_Word, ...]
    odd: _Word
    term: _Term
    read: str

    @property
    def form(self) -> str:
        return " ".join(bare(word.text) for word in self.words)

    @property
    def completes(self) -> bool:
        """Whether words around the odd one are of the term too."""
        enough = len(self.term.beside) >= _BESIDE_LETTERS
        return enough or (self.term.is_compound and len(self.words) > 1)


def find_corrections(chunks: Sequence[Chunk]) -> tuple[Correction, ...]:
    """Corrections in the order of the speech, each heard form once; none without slides."""
    shown = [list(_words(chunk)) for chunk in chunks if chunk.kind == "slide"]
    pages = [chunk.page or 1 for chunk in chunks if chunk.kind == "slide"]
    if not shown:
        return ()
    spoken: list[list[_Word]] = []
    for chunk in chunks:
        if chunk.kind == "speech":
            spoken.append(list(_words(chunk, sum(map(len, spoken)))))
    known = {word.stem for words in shown for word in words}
    counts = Counter(word.stem for words in spoken for word in words)
    found: dict[str, list[_Heard]] = defaultdict(list)
    completing: dict[str, set[int]] = defaultdict(set)
    terms = _terms(shown, pages)
    for words in spoken:
        for heard in filter(
            _is_near, (*_pairs(words, terms, known), *_singles(words, terms, known))
        ):
            found[heard.form].append(heard)
            if heard.completes:
                completing[heard.odd.stem].add(heard.odd.number)
    bound = {stem for stem, at in completing.items() if len(at) >= _MOSTLY * counts[stem]}
    kept = [one for form, heards in found.items() if (one := _correction(form, heards, bound))]
    single = {one.heard for one in kept if " " not in one.heard}
    return tuple(one for one in kept if one.heard in single or single.isdisjoint(one.heard.split()))


def reader(corrections: Iterable[Correction]) -> Callable[[str], str]:
    """Return a function that reads a text with the corrections."""
    reads = {one.heard: one.read for one in corrections}
    if not reads:
        return str
    forms = sorted(reads, key=len, reverse=True)
    either = "|".join(r"\s+".join(map(re.escape, form.split())) for form in forms)
    pattern = re.compile(rf"(?<![\w-])(?:{either})(?![\w-])", re.IGNORECASE)

    def read(text: str) -> str:
        return pattern.sub(lambda m: reads[" ".join(m[0].lower().split())], text)

    return read


def article_reader(chunks: Sequence[Chunk]) -> Callable[[str], str]:
    """Make what reads "At Bloom filter has two parts" as "A Bloom filter has …".

    Only where the lecture says "a Bloom filter" or "the Bloom filter" elsewhere, twice at least.
    """
    named = Counter(
        name.lower()
        for chunk in chunks
        for name in re.findall(r"\b(?:[Aa]|[Tt]he) (?=(\w+ \w+))", chunk.text)
    )

    def article(match: re.Match[str]) -> str:
        return "A " if named[match["name"].lower()] >= _NAMED else match[0]

    return lambda text: _MISHEARD_ARTICLE.sub(article, text)


# --- words ---------------------------------------------------------------------------------------


def _words(chunk: Chunk, first: int = 0) -> Iterator[_Word]:
    """Yield the words of a passage, numbered from `first`; a slide's line counts as a sentence."""
    texts = chunk.text.split()
    starts = {first for first, _ in chunk.sentences}
    doubtful = {at for first, last in chunk.doubtful for at in range(first, last)}
    for at, text in enumerate(texts):
        name = bare(text)
        yield _Word(
            text=re.sub(r"^\W+|\W+$", "", text),
            stem=_stem(name),
            number=first + at,
            doubtful=at in doubtful,
            first=at in starts,
            ends=at + 1 in starts or text[-1:] in '.,;:?!)]"”',
        )


def _stem(name: str) -> str:
    name = name.removesuffix("'s").removesuffix("’s")
    if re.search(r"(?:[sxz]|[cs]h)es$", name):
        return name[:-2]
    return name[:-1] if len(name) > 3 and name.endswith("s") and name[-2] != "s" else name


def _joined(words: Sequence[_Word]) -> str:
    """Letters of the words without spaces, the last without its plural."""
    return _letters("".join([bare(word.text) for word in words[:-1]] + [words[-1].stem]))


def _letters(text: str) -> str:
    return re.sub(r"[\W_]", "", text)


# --- terms ---------------------------------------------------------------------------------------


def _terms(shown: Sequence[Sequence[_Word]], pages: Sequence[int]) -> Mapping[str, list[_Term]]:
    """Terms by their sound: words of the slides alone, and beside their neighbours."""
    terms: dict[str, dict[tuple[str, str, bool], _Term]] = defaultdict(dict)
    for words, page in zip(shown, pages, strict=True):
        for before, word, after in zip([None, *words], words, [*words[1:], None], strict=False):
            sound = sound_of(word.stem)
            if len(sound) < _SOUNDS or word.stem in _FUNCTION or not word.text.isalpha():
                continue
            found = [_Term(word.text, page)]
            if before and not before.ends:
                found.append(_Term(word.text, page, before.stem, is_first=False))
            if after and not word.ends:
                found.append(_Term(word.text, page, after.stem))
            for term in found:
                terms[sound].setdefault((word.stem, term.beside, term.is_first), term)
    return {sound: list(found.values()) for sound, found in terms.items()}


# --- what was heard ------------------------------------------------------------------------------


def _pairs(
    words: Sequence[_Word], terms: Mapping[str, list[_Term]], known: set[str]
) -> Iterator[_Heard]:
    """Yield two neighbours: one stands beside a term on a slide, the other sounds like it."""
    for pair in itertools.pairwise(words):
        if pair[0].ends:
            continue
        for odd, beside in (pair, pair[::-1]):
            if not _is_odd(odd, known) or not _completes(beside):
                continue
            for term in terms.get(sound_of(odd.stem), ()):
                if (term.beside, term.is_first) == (beside.stem, odd is pair[0]):
                    parts = [term.text if word is odd else word.text for word in pair]
                    yield _Heard(pair, odd, term, " ".join(parts))


def _singles(
    words: Sequence[_Word], terms: Mapping[str, list[_Term]], known: set[str]
) -> Iterator[_Heard]:
    """Yield a name that sounds like one, and up to four words that sound like a compound name."""
    for first in range(len(words)):
        for last in range(first + 1, min(first + _MOST_WORDS, len(words)) + 1):
            held = tuple(words[first:last])
            odd = next((word for word in held if _is_odd(word, known)), None)
            if odd and not any(word.stem in _FUNCTION for word in held):
                for term in terms.get(sound_of(_joined(held)), ()):
                    if not term.beside and (term.is_compound or _is_other_name(held, term)):
                        yield _Heard(held, odd, term, term.text)
            if words[last - 1].ends:
                break


def _completes(word: _Word) -> bool:
    return word.stem.isalnum() and word.stem not in _FUNCTION and not word.stem.endswith("ly")


def _is_odd(word: _Word, known: set[str]) -> bool:
    return word.stem.isalpha() and word.stem not in known and word.stem not in _FUNCTION


def _correction(form: str, heards: Sequence[_Heard], bound: set[str]) -> Correction | None:
    """One correction of a form, if all that it may be is one term and it was misheard at all.

    `bound` are stems that are hardly heard but beside what completes a term.
    """
    if len({bare(heard.read) for heard in heards}) != 1:
        return None
    best, term = heards[0], heards[0].term
    in_doubt = any(heard.odd.doubtful for heard in heards)
    only_here = best.completes and best.odd.stem in bound
    if not (in_doubt or only_here or _is_other_name(best.words, term)):
        return None
    count = len({heard.words[0].number for heard in heards})
    return Correction(heard=form, read=best.read, page=term.page, count=count)


def _is_near(heard: _Heard) -> bool:
    """Whether the words are spelled much like the term, and are neither it nor of its root."""
    said = _letters(heard.odd.stem) if heard.term.beside else _joined(heard.words)
    term = _letters(_stem(heard.term.text.lower()))
    same = itertools.takewhile(lambda pair: pair[0] == pair[1], zip(said, term, strict=False))
    of_its_root = len(list(same)) >= max(_ROOT, min(len(said), len(term)) - 2)
    if said == term or of_its_root:
        return False
    if heard.term.beside:
        return _alike(said, term) >= _ALIKE
    return len(sound_of(term)) >= _COMPOUND_SOUNDS and _alike(said, term) >= _COMPOUNDS_ALIKE


def _is_other_name(words: Sequence[_Word], term: _Term) -> bool:
    """Whether a name was heard that is all but spelled as one that a slide has."""
    said, name = _joined(words), term.text.lower()
    names = len(words) == 1 and words[0].is_name and term.text[:1].isupper() and not term.beside
    like = said[:1] == name[:1] and _alike(said, name) >= _NAMES_ALIKE
    return names and len(name) >= _NAME_LETTERS and like


def _alike(one: str, two: str) -> float:
    return SequenceMatcher(None, one, two, autojunk=False).ratio()
