"""Questions and the lectures they are asked of, with whether the lecture answers them.

In: QMSum's meetings, the course's quiz and captions, student questions about other lectures, labels
of ours. Out: cases, drawn with a fixed seed, each in the half that the refusal was fitted on or in
the one that is reported. Answers nothing.
"""

import csv
import json
import random
import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, TypeAlias

from evaluation.captions import subject_of
from evaluation.meetings import Half, domain_of
from evaluation.quiz import read_questions, subjects_of
from rag_notes.config import Config
from rag_notes.ingest.captions import read_captions
from rag_notes.ingest.chunk import make_chunks
from rag_notes.schema import Chunk, Lecture, Segment, Transcript

Kind: TypeAlias = Literal["meetings", "course", "near misses", "own chapter"]

SEED = 0
_LABELS = Path(__file__).parent / "quiz_labels.toml"
_CHAPTERS = (1, 2, 3, 4, 5)
_NOISE = re.compile(r"\{\w+\}")  # {disfmarker}, {vocalsound}
_MARKUP = re.compile(r"</?code>|`")


@dataclass(frozen=True, slots=True)
class Talk:
    """A lecture that is asked; `turns` says for each word of each passage in which turn it was."""

    name: str
    chunks: tuple[Chunk, ...]
    turns: Mapping[str, tuple[int, ...]]


@dataclass(frozen=True, slots=True)
class Case:
    """A question asked of a lecture; `gold` are the turns that answer it, where they are known.

    `group` are cases that are alike: of one meeting, of one quiz question.
    """

    kind: Kind
    half: Half
    group: str
    question: str
    talk: Talk
    answered: bool
    gold: frozenset[int] = frozenset()


def draw(cases: Sequence[Case], sample: int | None) -> list[Case]:
    """At most `sample` of each kind and label in each half, all where it is None.

    A smaller sample is a part of a larger one.
    """
    drawn = []
    for half in ("chosen on", "reported"):
        for kind in ("meetings", "course", "near misses", "own chapter"):
            for answered in (True, False):
                pool = [
                    one
                    for one in cases
                    if (one.kind, one.half, one.answered) == (kind, half, answered)
                ]
                random.Random(SEED).shuffle(pool)  # noqa: S311
                drawn += pool[:sample]
    return drawn


# --- meetings ------------------------------------------------------------------------------------


def meeting_cases(file: Path, config: Config) -> list[Case]:
    """Each query asked of its own meeting, and of one of another domain."""
    data = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]
    talks = [_meeting(f"m{n:02d}", one, config) for n, one in enumerate(data, start=1)]
    domains = [domain_of([turn["speaker"] for turn in one["meeting_transcripts"]]) for one in data]
    drawing = random.Random(SEED)  # noqa: S311
    cases = []
    for number, (meeting, talk) in enumerate(zip(data, talks, strict=True)):
        half: Half = "chosen on" if number % 2 == 0 else "reported"
        others = [at for at in range(len(data)) if domains[at] != domains[number]]
        for query in meeting["specific_query_list"]:
            gold = frozenset(
                turn
                for first, last in query["relevant_text_span"]
                for turn in range(int(first), int(last) + 1)
            )
            text = " ".join(query["query"].split())
            foreign = talks[drawing.choice(others)]
            cases.append(Case("meetings", half, talk.name, text, talk, True, gold))
            cases.append(Case("meetings", half, talk.name, text, foreign, False))
    return cases


def _meeting(name: str, data: Mapping[str, Any], config: Config) -> Talk:
    """A meeting as a transcript whose turns begin with the speaker's name."""
    said = [
        f"{turn['speaker']}: {_NOISE.sub('', turn['content'])}"
        for turn in data["meeting_transcripts"]
    ]
    segments = tuple(Segment(f"t{number}", text) for number, text in enumerate(said))
    transcript = Transcript("en", segments, None, timed=False)
    chunks = make_chunks(Lecture(name, transcript), config)
    words = iter([number for number, text in enumerate(said) for _ in text.split()])
    turns = {chunk.id: tuple(next(words) for _ in chunk.text.split()) for chunk in chunks}
    return Talk(name, chunks, turns)


# --- course --------------------------------------------------------------------------------------


def course_cases(course: Path, questions: Path, config: Config) -> list[Case]:
    """Quiz questions asked of videos that answer them, and what is asked of those that do not."""
    videos = {
        path.name[:2]: Talk(
            path.name, make_chunks(Lecture(path.stem, read_captions(path)), config), {}
        )
        for path in sorted((course / "subtitles").glob("*.srt"))
    }
    labels = tomllib.loads(_LABELS.read_text(encoding="utf-8"))
    quiz = _quiz(course)
    fitted = set(labels["fitted_on"])

    def half(name: str) -> Half:
        return "chosen on" if name in fitted else "reported"

    def cases(kind: Kind, named: Mapping[str, Sequence[str]], *, answered: bool) -> Iterator[Case]:
        for name, ids in named.items():
            for id_ in ids:
                yield Case(kind, half(name), name, quiz[name], videos[id_], answered)

    elsewhere = _of_other_chapters(course, quiz, videos, labels)
    own = labels["unanswered"]
    return [
        *cases("course", labels["answered"], answered=True),
        *_foreign(questions, videos),
        *cases("near misses", labels["answered"], answered=True),
        *cases("near misses", elsewhere, answered=False),
        *cases("own chapter", labels["answered"], answered=True),
        *cases("own chapter", own, answered=False),
    ]


def _quiz(course: Path) -> dict[str, str]:
    """Quiz questions by chapter and number, without those about a piece of code."""
    return {
        f"{chapter}.{number}": " ".join(_MARKUP.sub("", one.text).split())
        for chapter in _CHAPTERS
        for number, one in enumerate(read_questions(course, chapter), start=1)
        if "```" not in one.whole
    }


def _foreign(questions: Path, videos: Mapping[str, Talk]) -> Iterator[Case]:
    """Student questions about lectures that are not here, each asked of some video.

    None of those drawn is answered by its video; all were read whose words come near it.
    """
    drawing = random.Random(SEED)  # noqa: S311
    with questions.open(encoding="utf-8") as file:
        texts = [" ".join(row["question"].split()) for row in csv.DictReader(file)]
    for number, text in enumerate(texts):
        half: Half = "chosen on" if number % 2 == 0 else "reported"
        talk = videos[drawing.choice(sorted(videos))]
        yield Case("course", half, f"e{number}", text, talk, False)


def _of_other_chapters(
    course: Path,
    quiz: Mapping[str, str],
    videos: Mapping[str, Talk],
    labels: Mapping[str, Mapping[str, Sequence[str]]],
) -> dict[str, list[str]]:
    """For each quiz question a video of another chapter that does not answer it."""
    drawing = random.Random(SEED)  # noqa: S311
    chapters = {chapter: subjects_of(course, chapter) for chapter in _CHAPTERS}
    found = {}
    for name in quiz:
        own = chapters[int(name[0])]
        answering = {*labels["answered"].get(name, ()), *labels["answered_elsewhere"].get(name, ())}
        others = [
            id_
            for id_, talk in videos.items()
            if subject_of(talk.name) not in own
            and id_ not in answering
            and any(subject_of(talk.name) in subjects for subjects in chapters.values())
        ]
        found[name] = [drawing.choice(sorted(others))]
    return found
