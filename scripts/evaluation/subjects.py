"""Soft recall: which of the subjects that a lecture treats its notes treat too.

In: the list of subjects (`subjects.toml`), topics as lists of statements, an embedder. Out: for
each subject the statements that come nearest and whether they treat it. Statements of one topic
together treat a subject when they, with the topic's title, hold all its terms and mean nearly what
it says.
Does not know where the statements come from.
"""

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from evaluation.matching import runs
from rag_notes.ground.words import stem, tokens
from rag_notes.protocols import Embedder

FILE = Path(__file__).with_name("subjects.toml")
# By looking at the verdicts on two sets of notes: below it the terms meet by chance.
LEAST_COSINE = 0.55
_RUN = 3  # statements in a row that may treat a subject together
_NEAREST = 3  # statements of a topic, not in a row, that may


@dataclass(frozen=True, slots=True)
class Subject:
    """What a lecture treats: `about` says it in one line, each of `terms` in one of its forms.

    `at` is the word of the transcript (from 0) where it begins.
    """

    name: str
    about: str
    terms: tuple[tuple[str, ...], ...]
    at: int

    def lacks(self, text: str) -> tuple[str, ...]:
        """First form of each term that `text` does not say."""
        said = _spaced(text)
        return tuple(
            forms[0] for forms in self.terms if not any(_spaced(form) in said for form in forms)
        )


@dataclass(frozen=True, slots=True)
class TopicText:
    """A topic of some notes: its title and its statements in order."""

    title: str
    statements: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Treatment:
    """The statements nearest to a subject, their `cosine`, and the terms that they lack."""

    subject: Subject
    text: str
    cosine: float
    lacks: tuple[str, ...]

    @property
    def holds(self) -> bool:
        """Whether they treat it."""
        return not self.lacks and self.cosine >= LEAST_COSINE


def read_subjects(file: Path = FILE) -> tuple[Subject, ...]:
    """Every subject of the file, in the order of the lecture."""
    rows = tomllib.loads(file.read_text(encoding="utf-8"))["subject"]
    found = (
        Subject(
            row["name"], row["about"], tuple(tuple(t.split("|")) for t in row["terms"]), row["at"]
        )
        for row in rows
    )
    return tuple(sorted(found, key=lambda one: one.at))


def find_treatments(
    subjects: Sequence[Subject], topics: Sequence[TopicText], embedder: Embedder
) -> tuple[Treatment, ...]:
    """The best treatment of each subject: one that holds, else the nearest."""
    windows = [(one.title, text) for one in topics for text in runs(one.statements, _RUN)]
    vectors = embedder.embed([text for _, text in windows])
    found = []
    for one in subjects:
        wanted = embedder.embed([one.about])[0]
        near = vectors @ wanted if windows else np.zeros(0)
        tried = [
            Treatment(one, text, float(cosine), one.lacks(f"{title}. {text}"))
            for (title, text), cosine in zip(windows, near, strict=True)
        ]
        tried += [_together(one, topic, embedder) for topic in topics]
        nothing = Treatment(one, "", 0.0, one.lacks(""))
        found.append(max([nothing, *tried], key=_worth))
    return tuple(found)


def _together(subject: Subject, topic: TopicText, embedder: Embedder) -> Treatment:
    """The statements of a topic that are nearest to the subject, in their order."""
    if not topic.statements:
        return Treatment(subject, "", 0.0, subject.lacks(""))
    wanted = embedder.embed([subject.about])[0]
    near = embedder.embed(topic.statements) @ wanted
    chosen = sorted(np.argsort(-near)[:_NEAREST].tolist())
    text = " ".join(topic.statements[at] for at in chosen)
    lacks = subject.lacks(f"{topic.title}. {text}")
    if lacks:  # it treats nothing, however near it is: an embedding that is not needed
        return Treatment(subject, text, 0.0, lacks)
    return Treatment(subject, text, float(embedder.embed([text])[0] @ wanted), lacks)


def _worth(one: Treatment) -> tuple[bool, int, float]:
    return (one.holds, -len(one.lacks), one.cosine)


def _spaced(text: str) -> str:
    return " " + " ".join(stem(word) for word in tokens(text)) + " "
