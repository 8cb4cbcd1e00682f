"""Topics: which passages belong together, what they are called, what to ask the index for them.

In: passages, vectors, accepted statements; out: titles and outline queries. The borders come from
`segment.split_topics`; the LLM only names what lies between them.
"""

import json
import re
from collections import Counter
from collections.abc import Callable, Sequence

from rag_notes import prompts
from rag_notes.protocols import LLM, Vectors
from rag_notes.schema import Chunk, Prompt, Reply
from rag_notes.write.segment import split_topics
from rag_notes.write.sentences import leaks, share_known

PROMPT = "title.v2"
_SCHEMA = json.dumps({"type": "string", "maxLength": 60})
_REPLY_TOKENS = 24
_STATEMENTS = 10
_NO_NOUN = re.compile(r"-(?:based|level|wise|like|free)$", re.IGNORECASE)  # "Word-based": what is?
_KNOWN = 0.75  # share of a title's words that the statements must hold
_WORD = re.compile(r"[^\W\d_][\w'’-]{3,}")
_EMPTY_TITLES = re.compile(
    r"^(introduction|overview|summary|conclusion|lecture|notes)\b[^:]*$", re.IGNORECASE
)
_SMALL = frozenset("a an and at by for from in of on or per the to with".split())
_ORDER = re.compile(r"\w+ (?:an?|the|your|our|its)\b", re.IGNORECASE)  # "Lead a Team": no subject
_COMMON = frozenset(
    """
    about after also because been before between both does each from have into like many more most
    much only other over same should some such than that their them then there these they this
    those through used using very what when where which while will with without would your example
    different important lecture class speaker student students course
    """.split()
)


def find_spans(
    speech: Sequence[Chunk], vectors: Vectors, *, seconds: float, words: float, minimum: int
) -> tuple[tuple[int, int], ...]:
    """Inclusive spans of passages, one per topic of about `seconds` (`words` if untimed).

    `vectors` is float32 (n, d), one row per passage.
    """
    timed = all(chunk.start is not None for chunk in speech)
    if not timed:
        sizes = [float(len(chunk.text.split())) for chunk in speech]
        return split_topics(vectors, sizes, target=words, minimum_topics=minimum)
    starts = [chunk.start or 0.0 for chunk in speech]
    ends = [chunk.end or 0.0 for chunk in speech]
    pauses = [0.0, *(max(0.0, start - end) for start, end in zip(starts[1:], ends, strict=False))]
    sizes = [end - start for start, end in zip(starts, ends, strict=True)]
    return split_topics(vectors, sizes, target=seconds, minimum_topics=minimum, pauses=pauses)


def name_topic(
    statements: Sequence[str],
    phrases: Sequence[str],
    taken: Sequence[str],
    llm: LLM,
    *,
    acts: Callable[[str], bool] = lambda _: False,
) -> str:
    """A title of one to five words; the topic's `phrases` where the LLM gives none that fits.

    A title that says a word twice names no more than the half of it; one with a word that `acts`
    says is a verb is a sentence.
    """
    if statements:
        for shown in (_spread(statements, _STATEMENTS), _spread(statements, _STATEMENTS // 2)):
            (reply,) = llm.generate([_prompt(shown, phrases, taken)])
            title = _title(reply)
            fresh = title and title.lower() not in (other.lower() for other in taken)
            named = title and not _is_twice(title) and not any(map(acts, title.lower().split()))
            if title and fresh and named and _fits(title, [*statements, *phrases]):
                return title
    return _title_of_phrases(phrases or _frequent(statements), taken)


def _fits(title: str, statements: Sequence[str]) -> bool:
    return share_known(title, statements) >= _KNOWN and not leaks(title, statements)


def _is_twice(title: str) -> bool:
    words = [word.lower().rstrip("s") for word in _WORD.findall(title)]
    return len(set(words)) < len(words)


def key_terms(texts: Sequence[str], others: Sequence[str], *, most: int = 6) -> tuple[str, ...]:
    """Words frequent in `texts` and rarer in `others`, the best first."""
    here, there = _counts(texts), _counts(others)
    total_here, total_there = sum(here.values()) or 1, sum(there.values()) or 1
    weight = {
        word: count * (count / total_here) / (count / total_here + there[word] / total_there)
        for word, count in here.items()
        if count > 1
    }
    return tuple(sorted(weight, key=lambda word: (-weight[word], word))[:most])


def outline_query(title: str, terms: Sequence[str]) -> str:
    """What the index is asked for a topic: its title and the terms that set it apart."""
    fresh = [term for term in terms if term not in title.lower()]
    return f"{title}: {', '.join(fresh)}" if fresh else title


def _prompt(statements: Sequence[str], phrases: Sequence[str], taken: Sequence[str]) -> Prompt:
    return prompts.render(
        PROMPT,
        schema=_SCHEMA,
        max_tokens=_REPLY_TOKENS,
        statements=list(statements),
        phrases=list(phrases),
        taken=list(taken),
    )


def _spread(statements: Sequence[str], most: int) -> list[str]:
    """At most `most` statements, evenly from the whole."""
    step = max(1.0, len(statements) / most)
    return [statements[int(at * step)] for at in range(min(most, len(statements)))]


def _title(reply: Reply) -> str | None:
    title = " ".join(str(prompts.read_json(reply) or "").split()).strip(" .:;-\"'")
    fits = 1 <= len(title.split()) <= 9 and not _EMPTY_TITLES.match(title)
    fits = fits and not _ORDER.match(title) and not _NO_NOUN.search(title)
    return title[0].upper() + title[1:] if title and fits else None


def _title_of_phrases(phrases: Sequence[str], taken: Sequence[str]) -> str:
    """The two phrases used most, or the next ones where that is a title already."""
    given = {title.lower() for title in taken}
    phrases = [one for one in phrases if not _NO_NOUN.search(one)]
    for first in range(len(phrases)):
        title = " and ".join(titled(one) for one in phrases[first : first + 2])
        if title.lower() not in given:
            return title
    return f"Part {len(taken) + 1}"


def titled(phrase: str) -> str:
    """A phrase as a title.

    >>> titled("array of bits")
    'Array of Bits'
    """
    return " ".join(
        word if word in _SMALL else f"{word[0].upper()}{word[1:]}" for word in phrase.split()
    )


def _frequent(statements: Sequence[str]) -> list[str]:
    return [term for term, _ in _counts(statements).most_common(2)]


def _counts(texts: Sequence[str]) -> Counter[str]:
    words = (word.lower() for text in texts for word in _WORD.findall(text))
    return Counter(word for word in words if word not in _COMMON)
