"""Finished lectures of every kind of source, made once per run of the tests."""

import json
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


def misheard(path: Path) -> Path:
    """The lecture as a recogniser may hear it: unsure of some words, wrong in others."""
    words = [_heard(word) for word in runs.truth()]
    segments = [{"text": "", "words": words[at : at + 12]} for at in range(0, len(words), 12)]
    path.write_text(json.dumps({"language": "en", "segments": segments}), encoding="utf-8")
    return path


def _heard(word: runs.SpokenWord) -> dict[str, str | float]:
    unsure = {"milliseconds.": 0.3, "Akamai": 0.2, "Burton": 0.4, "nineteen": 0.2, "seventy,": 0.1}
    unsure |= dict.fromkeys(("length", "matter:", "long", "address", "costs"), 0.2)
    return {
        "start": word.start,
        "end": word.end,
        "word": "balloon" if word.text == "Bloom" else word.text,
        "probability": unsure.get(word.text, 0.95),
    }


SOURCES: dict[str, Source] = {  # how it is written, its name, with slides or not
    "a minute": (first_minute, "minute.srt", False),
    "captions": (runs.true_captions, "captions.srt", False),
    "captions and slides": (runs.true_captions, "captions.srt", True),
    "misheard, and slides": (misheard, "heard.json", True),
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
