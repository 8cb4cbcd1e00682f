"""A finished lecture as the measurements of its notes see it.

In: a folder of lectures. Out: for each its notes, passages, the sentences that were spoken, the
statements of its main part, and the file that it was made from. Judges nothing.
"""

import json
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from evaluation.judges import sentences_of
from evaluation.lectures import Finished, read_lectures
from evaluation.subjects import TopicText
from rag_notes.schema import Claim, Section


@dataclass(frozen=True)
class Lecture:
    """A lecture that has notes; `source` and `sha256` are of the file that was made notes of."""

    folder: Path
    finished: Finished
    source: str
    sha256: str

    @property
    def name(self) -> str:
        """Name of its folder."""
        return self.finished.name

    @property
    def topics(self) -> tuple[Section, ...]:
        """The sections of the main part."""
        return tuple(one for one in self.finished.notes.sections if one.kind == "topic")

    @cached_property
    def sentences(self) -> tuple[str, ...]:
        """What was spoken, sentence by sentence; the slides where nothing was."""
        chunks = self.finished.chunks
        speech = [one for one in chunks if one.kind == "speech"] or chunks
        return tuple(text for chunk in speech for text in sentences_of(chunk))

    @cached_property
    def statements(self) -> tuple[str, ...]:
        """Texts of the main part's claims."""
        return tuple(claim.text for section in self.topics for claim in claims_in(section))

    @property
    def topic_texts(self) -> tuple[TopicText, ...]:
        """The main part's topics as plain texts."""
        return tuple(
            TopicText(one.title, tuple(claim.text for claim in claims_in(one)))
            for one in self.topics
        )


def claims_in(section: Section) -> tuple[Claim, ...]:
    """Claims of a topic; a question claims nothing, and its answer repeats a claim."""
    blocks = (block for block in section.blocks if block.kind != "question")
    return tuple(claim for block in blocks for claim in block.claims)


def read_finished(folder: Path) -> tuple[Lecture, ...]:
    """Every lecture below `folder` whose notes are finished, by name."""
    return tuple(_read(folder / one.name, one) for one in read_lectures(folder))


def _read(folder: Path, finished: Finished) -> Lecture:
    sources = json.loads((folder / "lecture.json").read_text(encoding="utf-8"))["sources"]
    first = sources[0] if sources else {}
    return Lecture(folder, finished, first.get("name", ""), first.get("sha256", ""))
