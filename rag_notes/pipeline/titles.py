"""What the lecture, its topics and their parts are called: by the LLM, or by their key phrases.

In: statements and the words they come from. Out: a title that names a subject.
"""

import re
from collections.abc import Sequence

from rag_notes.ground.verbs import is_verb_only
from rag_notes.protocols import LLM
from rag_notes.write.outline import name_topic, titled
from rag_notes.write.phrases import key_phrases

_FIRST_WORDS = 40
_WORD = r"(?:[A-Z][\w'’-]*|\d[\w-]*)"
# "This is CS 336 Language Models From Scratch": three words or more in capitals, no person's name.
_ANNOUNCED = re.compile(
    r"\b(?:[Tt]his is|[Ww]elcome (?:back )?to|[Tt]oday's (?:lecture|talk) is (?:on|about|called))"
    rf" (?P<title>{_WORD}(?: (?:of|for|and|to|in|the|with|on)(?= {_WORD})| {_WORD}){{2,9}})"
    r"(?=[,.;:!?]|$)"
)
_SPELLED = re.compile(r"\b\d(?:-\d)+\b")


def _acts(word: str) -> bool:
    """Whether a word is a verb and no participle: "distributed training" names a subject."""
    return is_verb_only(word) and not word.endswith("ed")


def announced_title(opening: str) -> str:
    """What the speaker calls the lecture in its first words, "" where it is not named.

    >>> announced_title("Welcome everyone, this is CS 3-3-6 Language Models From Scratch, and this")
    'CS 336 Language Models From Scratch'
    """
    found = _ANNOUNCED.search(" ".join(opening.split()[:_FIRST_WORDS]))
    if not found:
        return ""
    return _SPELLED.sub(lambda one: one[0].replace("-", ""), found["title"])


def title_of(
    statements: Sequence[str],
    spoken: Sequence[str],
    lecture: Sequence[str],
    taken: Sequence[str],
    llm: LLM,
) -> str:
    """Title of what is `spoken` in a `lecture` and of the `statements` made of it.

    None of the titles that are `taken`; "" where there is nothing to name.
    """
    phrases = key_phrases(spoken, lecture, acts=_acts)
    return name_topic(statements, phrases, taken, llm, acts=_acts) if statements else ""


def title_of_part(part: Sequence[str], whole: Sequence[str]) -> str:
    """What the statements of a part speak of more than the whole topic does; "" for nothing."""
    phrases = key_phrases(part, whole, most=1, acts=_acts)
    return titled(phrases[0]) if phrases else ""
