"""What the lecture, its topics and their parts are called: by the LLM, or by their key phrases.

In: statements and the words they come from. Out: a title that names a subject.
"""

from collections.abc import Sequence

from rag_notes.ground.verbs import is_verb_only
from rag_notes.protocols import LLM
from rag_notes.write.outline import name_topic, titled
from rag_notes.write.phrases import key_phrases


def _acts(word: str) -> bool:
    """Whether a word is a verb and no participle: "distributed training" names a subject."""
    return is_verb_only(word) and not word.endswith("ed")


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
