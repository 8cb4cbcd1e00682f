"""Quiz questions of a course against all of its videos: how often the first hit is right.

In: the course's pages and captions. Out: a table of hit@1 for the product and the plain methods. A
hit is right when its video, or the twin that shows the same with the other framework, is embedded
in the question's chapter.
"""

import csv
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from evaluation.captions import subject_of
from evaluation.searchers import Search, single_methods
from evaluation.statistics import Share
from evaluation.tables import table
from evaluation.vectors import KeptEmbedder
from rag_notes.config import Config
from rag_notes.ingest.captions import read_captions
from rag_notes.ingest.chunk import make_chunks
from rag_notes.protocols import Vectors
from rag_notes.schema import Chunk, Lecture, Slides
from rag_notes.search.course import Course

_CHAPTERS = (1, 2, 3, 4, 5)
_HEAD = ("", "question alone", "with the code under it")
_BARS = ("wanted", "62 %", "")
_QUESTION = re.compile(r"^### \d+\. (.*?)(?=^### |<Question|\Z)", re.MULTILINE | re.DOTALL)
_VIDEO = re.compile(r'<Youtube id="([^"]+)"')


@dataclass(frozen=True, slots=True)
class QuizQuestion:
    """A question of a chapter; `whole` is the question with the code that stands under it."""

    chapter: int
    text: str
    whole: str


@dataclass(frozen=True, slots=True)
class Video:
    """A captioned video as a lecture of a course."""

    name: str
    passages: tuple[Chunk, ...]
    embedder: KeptEmbedder
    language: str = "en"

    def chunks(self) -> tuple[Chunk, ...]:
        """Its passages."""
        return self.passages

    def slides(self) -> Slides:
        """None."""
        return Slides()

    def vectors(self, ids: Sequence[str]) -> Vectors:
        """Vectors of these passages."""
        texts = {chunk.id: chunk.text for chunk in self.passages}
        return self.embedder.embed([texts[id_] for id_ in ids])


def measure_quiz(data: Path, embedder: KeptEmbedder, config: Config) -> str:
    """Table of hit@1."""
    course = data / "hf_course"
    videos = read_videos(course / "subtitles", embedder, config)
    embedder.prepare([chunk.text for video in videos for chunk in video.passages])
    chapters = {chapter: subjects_of(course, chapter) for chapter in _CHAPTERS}
    questions = [one for chapter in _CHAPTERS for one in read_questions(course, chapter)]
    rows = []
    for name, first in _first_videos(videos, embedder).items():
        alone = [subject_of(first(one.text)) in chapters[one.chapter] for one in questions]
        whole = [subject_of(first(one.whole)) in chapters[one.chapter] for one in questions]
        shares = (Share(sum(right), len(questions)) for right in (alone, whole))
        rows.append((name, *map(str, shares)))
    passages = sum(len(video.passages) for video in videos)
    counted = f"{len(questions)} questions, {len(videos)} videos of {passages} passages:"
    return f"{counted}\n\n{table(_HEAD, [*rows, _BARS])}"


def read_videos(folder: Path, embedder: KeptEmbedder, config: Config) -> tuple[Video, ...]:
    """All captioned videos, by their file's name."""
    return tuple(
        Video(path.name, make_chunks(Lecture(path.stem, read_captions(path)), config), embedder)
        for path in sorted(folder.glob("*.srt"))
    )


def read_questions(course: Path, chapter: int) -> Iterator[QuizQuestion]:
    """Yield the quiz questions of a chapter's pages."""
    for text in _pages(course, chapter):
        for match in _QUESTION.finditer(text):
            whole = match[1].strip()
            yield QuizQuestion(chapter, whole.splitlines()[0].strip(), whole)


def subjects_of(course: Path, chapter: int) -> frozenset[str]:
    """What the videos show that a chapter embeds and that are here."""
    rows = csv.DictReader((course / "subtitles" / "metadata.csv").open(encoding="utf-8-sig"))
    files = {row["id"]: row["srt_filename"].rpartition("/")[2] for row in rows}
    embedded = (id_ for text in _pages(course, chapter) for id_ in _VIDEO.findall(text))
    names = (files[id_] for id_ in embedded if id_ in files)
    return frozenset(subject_of(n) for n in names if (course / "subtitles" / n).is_file())


def _pages(course: Path, chapter: int) -> Iterator[str]:
    pages = (course / "chapters" / f"chapter{chapter}").glob("*.mdx")
    for path in sorted(pages, key=lambda one: int(one.stem)):
        yield path.read_text(encoding="utf-8")


def _first_videos(
    videos: Sequence[Video], embedder: KeptEmbedder
) -> Mapping[str, Callable[[str], str]]:
    """By method: a question to the name of the video that its first hit is of."""
    passages: list[Chunk] = []
    names: dict[str, str] = {}
    for video in videos:
        for chunk in video.passages:
            id_ = f"{video.name} {chunk.id}"
            names[id_] = video.name
            passages.append(Chunk(id_, chunk.kind, chunk.text))

    def first_of(search: Search) -> Callable[[str], str]:
        return lambda question: names[search(question)[0].chunk.id]

    singles = single_methods(passages, embedder)
    course = Course(videos, embedder)
    return {
        **{name: first_of(search) for name, search in singles.items()},
        "rag-notes": lambda question: course.search(question, 1)[0][0],
    }
