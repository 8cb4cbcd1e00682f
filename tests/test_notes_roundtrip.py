"""notes.md says exactly what notes.json says: every claim with its citations, and nothing more."""

import itertools

import pytest

from rag_notes.export.cite import label
from rag_notes.export.escape import plain
from rag_notes.pipeline import Made
from rag_notes.schema import Claim, Notes
from tests import readback, runs
from tests.lectures import SOURCES, WRITERS, finished

HEADINGS = {"goals": "## 1) Learning Goals", "story": "## 2) The Story in One Page"}
HEADINGS |= {"glossary": "## 4) Glossary", "checklist": "## 5) Summary Checklist"}
HEADINGS |= {"numbers": "## 6) Numbers and Hyperparameters"}


def said_by(notes: Notes) -> list[readback.Read]:
    """What notes.json says: each claim's text with the labels of its citations, in order."""
    read: list[readback.Read] = []
    for section in notes.sections:
        read += [reading(claim) for block in section.blocks for claim in with_answers(block.claims)]
        read += [(f"“{plain(one.quote)}”", [label(one)]) for one in section.nearest]
    return read


def with_answers(claims: tuple[Claim, ...]) -> list[Claim]:
    return [one for claim in claims for one in (claim, claim.answer) if one is not None]


def reading(claim: Claim) -> readback.Read:
    return plain(claim.text), list(dict.fromkeys(label(one) for one in claim.citations))


@pytest.fixture(scope="module", params=itertools.product(SOURCES, WRITERS), ids="-".join)
def made(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Made:
    source, writer = request.param
    return finished(source, writer, tmp_path_factory)


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
