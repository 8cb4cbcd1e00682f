"""The table of subjects: our notes, two controls of the same length, other notes, the lecture.

In: the subjects, a finished lecture, the file of another system's notes, an embedder. Out: the
table and the verdicts behind it.
"""

import re
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path

from evaluation.checked import Pair
from evaluation.finished import Lecture
from evaluation.matching import lead, spread
from evaluation.statistics import Share
from evaluation.subjects import Subject, TopicText, Treatment, find_treatments
from evaluation.tables import table
from evaluation.vectors import KeptEmbedder
from rag_notes.ingest.statements import read_statements

BAR = "90 %"
_STRETCH = 10  # sentences
_HEADING = re.compile(r"^#{2,3} ")


def measure_subjects(
    subjects: Sequence[Subject], lecture: Lecture, other: Path, embedder: KeptEmbedder
) -> tuple[str, list[Pair]]:
    """Table of what each treats of the subjects, and all verdicts but those of the lecture."""
    ours = lecture.topic_texts
    size = sum(len(text.split()) for text in lecture.statements)
    ways = {"our notes": ours}
    ways["first sentences"] = stretches(lead(lecture.sentences, size))
    ways["evenly spread sentences"] = stretches(spread(lecture.sentences, size))
    if other.is_file():
        ways["notes of another system"] = topics_of(other.read_text(encoding="utf-8"))
    ways["the whole transcript"] = stretches(lecture.sentences)
    texts = [text for topics in ways.values() for one in topics for text in one.statements]
    embedder.prepare([*texts, *(one.about for one in subjects)])
    found = {name: find_treatments(subjects, topics, embedder) for name, topics in ways.items()}
    rows = [
        [name, str(Share(sum(one.holds for one in of), len(of))), str(_words(ways[name]))]
        for name, of in found.items()
    ]
    rows.append(["wanted", f"our notes {BAR}", ""])
    missed = [one.subject.name for one in found["our notes"] if not one.holds]
    text = table((f"{len(subjects)} subjects", "treated", "words"), rows)
    named = f"Our notes miss: {'; '.join(missed)}." if missed else "Our notes miss none."
    judged = [pair for name, of in found.items() for one in of for pair in _pairs(name, one)]
    return f"{text}\n\n{named}", judged


def _pairs(name: str, one: Treatment) -> list[Pair]:
    if name == "the whole transcript":
        return []
    lacks = f"cosine {one.cosine:.2f}; lacks {', '.join(one.lacks) or 'no term'}"
    asked = f"{one.subject.name}: {one.subject.about}"
    return [Pair("subject", name, asked, one.text, lacks, one.holds)]


def _words(topics: Sequence[TopicText]) -> int:
    return sum(len(text.split()) for one in topics for text in one.statements)


def stretches(sentences: Sequence[str]) -> tuple[TopicText, ...]:
    """Sentences of a lecture as topics without titles, about as long as those of notes."""
    firsts = range(0, len(sentences), _STRETCH)
    return tuple(TopicText("", tuple(sentences[at : at + _STRETCH])) for at in firsts)


def topics_of(markdown: str) -> tuple[TopicText, ...]:
    """The statements of anybody's Markdown under its headings of level 2 and 3."""
    lines = markdown.splitlines()
    places = [at for at, line in enumerate(lines, start=1) if _HEADING.match(line)]
    statements = read_statements(markdown)
    return tuple(
        TopicText(
            lines[first - 1].lstrip("# "),
            tuple(one.text for one in statements if first <= one.line < last and not one.is_code),
        )
        for first, last in pairwise([*places, len(lines) + 1])
    )
