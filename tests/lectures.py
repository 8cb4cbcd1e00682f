"""Finished lectures of every kind of source, made once per run of the tests."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import TypeAlias

import pytest

from rag_notes.llm.echo import EchoLLM
from rag_notes.pipeline import Made
from tests import runs
from tests.doubles import Student

Source: TypeAlias = tuple[Callable[[Path], Path], str, bool]

QUERY = "What does the filter not store?"
WRITERS = {"echo": EchoLLM, "student": Student}


_MADE: dict[tuple[str, str], Made] = {}


def plain_text(path: Path) -> Path:
    """The lecture's words without any time."""
    sentences = re.split(r"(?<=[.?!]) ", " ".join(word.text for word in runs.truth()))
    paragraphs = [" ".join(sentences[at : at + 5]) for at in range(0, len(sentences), 5)]
    path.write_text("\n\n".join(paragraphs), encoding="utf-8")
    return path


def first_minute(path: Path) -> Path:
    """The first minute's captions."""
    path.write_bytes(runs.MINUTE.read_bytes())
    return path


SOURCES: dict[str, Source] = {  # how it is written, its name, with slides or not
    "a minute": (first_minute, "minute.srt", False),
    "captions": (runs.true_captions, "captions.srt", False),
    "captions and slides": (runs.true_captions, "captions.srt", True),
    "plain text": (plain_text, "plain.txt", False),
    "plain text and slides": (plain_text, "plain.txt", True),
}


def finished(source: str, writer: str, folders: pytest.TempPathFactory) -> Made:
    """A lecture of one of SOURCES, written by one of WRITERS."""
    if (source, writer) not in _MADE:
        _MADE[source, writer] = _make(source, writer, folders.mktemp("lecture"))
    return _MADE[source, writer]


def _make(source: str, writer: str, folder: Path) -> Made:
    write, name, with_slides = SOURCES[source]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("rag_notes.llm.echo.EchoLLM", WRITERS[writer])
        slides = runs.SLIDES if with_slides else None
        return runs.make(folder, write(folder / name), slides=slides, query=QUERY)
