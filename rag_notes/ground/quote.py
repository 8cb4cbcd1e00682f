"""Chosen sentences to citations: the few words of a passage that say the claim, and when.

In: a claim, the sentences it was made from, the passages. Out: at most three citations, each of
one passage with a verbatim quote, the times of exactly those words, and how clearly they were heard
where that is not clearly. Does not judge whether they support it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from rag_notes.ground.heard import doubtful_in, low_confidence
from rag_notes.ground.numbers import read_numbers, said_numbers
from rag_notes.ground.words import content_stems, stem, tokens, word_set
from rag_notes.schema import Chunk, Citation, Source

MAX_CITATIONS = 3
MAX_QUOTE_WORDS = 30
_CLAUSE_OPENERS = word_set("and but so because which when if while where since although then")
_SHORT_QUOTE = 8  # a quote below this many words is widened to its clause where that fits


@dataclass(frozen=True, slots=True)
class _Stretch:
    """Words `first` to `last` (half-open) of one passage, and what of the claim they say."""

    chunk: Chunk
    first: int
    last: int
    says: frozenset[str]


def sentence_spans(chunk: Chunk) -> tuple[tuple[int, int], ...]:
    """Half-open word ranges of the passage's sentences; the whole passage where none are marked."""
    words = len(chunk.text.split())
    spans = tuple((max(0, a), min(b, words)) for a, b in chunk.sentences)
    spans = tuple((a, b) for a, b in spans if a < b)
    return spans or (((0, words),) if words else ())


def sentence_text(chunk: Chunk, number: int) -> str:
    """Text of sentence `number` of a passage, counted as in `sentence_spans`."""
    first, last = sentence_spans(chunk)[number]
    return " ".join(chunk.text.split()[first:last])


def told_text(chunk: Chunk) -> str:
    """Text of a passage without what those say who listen."""
    if not chunk.listeners:
        return chunk.text
    words = chunk.text.split()
    aside = {at for first, last in chunk.listeners for at in range(first, last)}
    return " ".join(word for at, word in enumerate(words) if at not in aside)


def known_sources(sources: Sequence[Source], chunks: Mapping[str, Chunk]) -> tuple[Source, ...]:
    """Return the sources that exist, each once, in the order given."""
    return tuple(
        source
        for source in dict.fromkeys(sources)
        if source.chunk in chunks
        and 0 <= source.sentence < len(sentence_spans(chunks[source.chunk]))
    )


def cite(text: str, sources: Sequence[Source], chunks: Mapping[str, Chunk]) -> tuple[Citation, ...]:
    """At most three citations for the claim `text`, in the order of the passages.

    Sentences that touch become one citation; one that says nothing of the claim beyond the others
    is dropped, but one always stays. Unknown sources are passed over.
    """
    wanted = wanted_of(text)
    stretches = _stretches(wanted, known_sources(sources, chunks), chunks)
    chosen = _fewest(wanted, stretches)
    order = {name: at for at, name in enumerate(chunks)}
    chosen.sort(key=lambda one: (order[one.chunk.id], one.first))
    return tuple(_citation(text, one) for one in chosen)


def wanted_of(text: str) -> frozenset[str]:
    """Collect what a claim needs said: its content stems, and its numbers as "#336"."""
    numbers = {f"#{form}" for number in read_numbers(text) for form in number.readings}
    return frozenset(content_stems(text)) | numbers


def said_of(wanted: frozenset[str], text: str) -> frozenset[str]:
    """Which of `wanted` a text says."""
    numbers = {f"#{form}" for form in said_numbers(text)}
    return wanted & (frozenset(content_stems(text)) | numbers)


def _stretches(
    wanted: frozenset[str], sources: Sequence[Source], chunks: Mapping[str, Chunk]
) -> list[_Stretch]:
    """Merge sentences that touch, as long as one quote holds them and both say something."""
    found: list[_Stretch] = []
    for source in sorted(sources, key=lambda one: (one.chunk, one.sentence)):
        chunk = chunks[source.chunk]
        first, last = sentence_spans(chunk)[source.sentence]
        says = said_of(wanted, sentence_text(chunk, source.sentence))
        before = found[-1] if found else None
        touches = before and before.chunk.id == chunk.id and before.last == first
        fits = before and last - before.first <= MAX_QUOTE_WORDS
        if before and touches and fits and says and before.says:
            found[-1] = _Stretch(chunk, before.first, last, before.says | says)
        else:
            found.append(_Stretch(chunk, first, last, says))
    return found


def _fewest(wanted: frozenset[str], stretches: Sequence[_Stretch]) -> list[_Stretch]:
    """Take the stretch that adds most, then the next, until none adds anything."""
    left, missing = list(stretches), set(wanted)
    chosen: list[_Stretch] = []
    while left and len(chosen) < MAX_CITATIONS:
        best = max(left, key=lambda one: len(one.says & missing))
        if chosen and not best.says & missing:
            break
        chosen.append(best)
        left.remove(best)
        missing -= best.says
    return chosen


def _citation(text: str, stretch: _Stretch) -> Citation:
    chunk = stretch.chunk
    words = chunk.text.split()
    first, last = _window(text, words[stretch.first : stretch.last])
    first, last = first + stretch.first, last + stretch.first
    start = end = None
    if len(chunk.times) == len(words) and chunk.kind == "speech":
        start, end = chunk.times[first][0], max(chunk.times[first][1], chunk.times[last - 1][1])
    elif chunk.kind == "speech":
        start, end = chunk.start, chunk.end
    return Citation(
        chunk=chunk.id,
        kind=chunk.kind,
        quote=" ".join(words[first:last]),
        start=start,
        end=end,
        page=chunk.page,
        paragraph=chunk.paragraph,
        confidence=low_confidence(
            _says(wanted_of(text), words[first:last]), doubtful_in(chunk, first, last)
        ),
    )


def _window(text: str, words: Sequence[str]) -> tuple[int, int]:
    """Half-open range of the at most 30 words that say most of the claim in least space."""
    if len(words) <= _SHORT_QUOTE:
        return 0, len(words)
    wanted = wanted_of(text)
    marks = _says(wanted, words)
    useful = [at for at, mark in enumerate(marks) if mark]
    if not useful:
        return 0, min(len(words), MAX_QUOTE_WORDS)
    spans = [(a, b + 1) for a in useful for b in useful if 0 <= b - a < MAX_QUOTE_WORDS]
    first, last = max(spans, key=lambda span: _worth(marks, span))
    return _snapped(words, first, last)


def _worth(marks: Sequence[frozenset[str]], span: tuple[int, int]) -> tuple[int, int, int]:
    said = frozenset().union(*marks[span[0] : span[1]])
    return len(said), span[0] - span[1], -span[0]


def _says(wanted: frozenset[str], words: Sequence[str]) -> list[frozenset[str]]:
    """What each word says of a claim, by itself or as a part of a number."""
    numbers = _number_marks(wanted, words)
    return [_marks(wanted, word) | numbers.get(at, frozenset()) for at, word in enumerate(words)]


def _marks(wanted: frozenset[str], word: str) -> frozenset[str]:
    return wanted & frozenset(stem(token) for token in tokens(word))


def _number_marks(wanted: frozenset[str], words: Sequence[str]) -> dict[int, frozenset[str]]:
    """For each word that is part of a wanted number: that number."""
    found: dict[int, frozenset[str]] = {}
    starts: list[int] = []
    position = 0
    for word in words:
        starts.append(position)
        position += len(word) + 1
    for number in read_numbers(" ".join(words)):
        mark = wanted & {f"#{form}" for form in (*number.readings, *number.parts)}
        if mark:
            for at, start in enumerate(starts):
                if start < number.end and start + len(words[at]) > number.start:
                    found[at] = found.get(at, frozenset()) | mark
    return found


def _snapped(words: Sequence[str], first: int, last: int) -> tuple[int, int]:
    """Widen to the clause or sentence around the window while it stays within 30 words."""
    begin, end = first, last
    while begin > 0 and not _opens(words, begin):
        begin -= 1
    while end < len(words) and words[end - 1][-1] not in ".?!,;:":
        end += 1
    if end - begin <= MAX_QUOTE_WORDS:
        first, last = begin, end
    elif last - begin <= MAX_QUOTE_WORDS:
        first = begin
    elif end - first <= MAX_QUOTE_WORDS:
        last = end
    while last - first < _SHORT_QUOTE and (first > 0 or last < len(words)):
        first, last = max(0, first - 1), min(len(words), last + 1)
    return first, last


def _opens(words: Sequence[str], at: int) -> bool:
    return words[at - 1][-1] in ".?!,;:" or words[at].lower() in _CLAUSE_OPENERS
