"""notes.md says exactly what notes.json says: every claim with its citations, and nothing more."""

import itertools
from pathlib import Path

import pytest

from rag_notes.export.cite import label
from rag_notes.export.escape import plain
from rag_notes.pipeline import Made
from rag_notes.schema import Claim, Notes
from tests import readback, runs
from tests.doubles import Student
from tests.runs import MINUTE, SLIDES
from tests.test_pipeline import plain_text

QUERIES = {"answered": "Who described the Bloom filter?", "unanswered": "zebra"}
HEADINGS = {"goals": "## 1) Learning Goals", "story": "## 2) The Story in One Page"}
HEADINGS |= {"glossary": "## 4) Glossary", "checklist": "## 5) Summary Checklist"}
HEADINGS |= {"numbers": "## 6) Numbers and Hyperparameters"}


def said_by(notes: Notes) -> list[readback.Read]:
    """What notes.json says: each claim's text with the labels of its citations, in reading order."""
    read: list[readback.Read] = []
    for section in notes.sections:
        read += [reading(claim) for block in section.blocks for claim in with_answers(block.claims)]
        read += [(f"“{plain(one.quote)}”", [label(one)]) for one in section.nearest]
    return read


def with_answers(claims: tuple[Claim, ...]) -> list[Claim]:
    return [one for claim in claims for one in (claim, claim.answer) if one is not None]


def reading(claim: Claim) -> readback.Read:
    return plain(claim.text), list(dict.fromkeys(label(one) for one in claim.citations))


SOURCES = ("minute", "captions", "slides", "plain text")


def source_of(kind: str, folder: Path) -> tuple[Path, Path | None]:
    """Speech and slides."""
    if kind == "minute":
        return MINUTE, None
    if kind == "plain text":
        return plain_text(folder / "plain.txt"), None
    return runs.true_captions(folder / "c.srt"), SLIDES if kind == "slides" else None


@pytest.fixture(
    scope="module", params=itertools.product(SOURCES, ("answered", "unanswered")), ids="-".join
)
def made(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Made:
    kind, outcome = request.param
    folder = tmp_path_factory.mktemp("roundtrip")
    source, slides = source_of(kind, folder)
    with pytest.MonkeyPatch.context() as patch:
        if outcome == "answered":
            patch.setattr("rag_notes.llm.echo.EchoLLM", Student)
        return runs.make(folder, source, slides=slides, query=QUERIES[outcome])


def test_every_claim_stands_in_the_notes_with_its_citations_and_no_sentence_more(
    made: Made,
) -> None:
    assert readback.read_notes(made.markdown.read_text(encoding="utf-8")) == said_by(made.notes)


def test_what_was_rejected_is_listed_and_only_there(made: Made) -> None:
    markdown = made.markdown.read_text(encoding="utf-8")
    listed = [text for text, _ in readback.read_left_out(markdown)]
    for one in made.notes.rejected:
        assert plain(one.text) in listed
        assert plain(one.reason) in listed
    printed = {text for text, _ in readback.read_notes(markdown)}
    accepted = {plain(claim.text) for claim in runs.claims(made.notes)}
    assert printed.isdisjoint({plain(one.text) for one in made.notes.rejected} - accepted)


def test_headings_are_those_of_the_sections(made: Made) -> None:
    found = readback.headings(made.markdown.read_text(encoding="utf-8"))
    assert found[0] == f"# {plain(made.notes.title)}"
    kinds = [section.kind for section in made.notes.sections]
    parts = [heading for heading in found if heading.startswith("## ")]
    wanted = ["## Answer to your question"] if made.notes.query else []
    wanted += [HEADINGS[kind] for kind in ("goals", "story")]
    wanted += ["## 3) Main Notes"]
    wanted += [HEADINGS[kind] for kind in ("glossary", "checklist", "numbers") if kind in kinds]
    assert [part for part in parts if part != "## What these notes leave out"] == wanted
    topics = [one for one in made.notes.sections if one.kind == "topic"]
    assert [heading for heading in found if heading.startswith("### ")] == [
        f"### {one.id} {plain(one.title)}" for one in topics
    ]
