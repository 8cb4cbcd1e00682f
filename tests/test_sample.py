"""From lecture.mp4 to notes through every real library, with the small models; minutes."""

import difflib
import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from rag_notes import codec, models
from rag_notes.config import load_config
from rag_notes.export.cite import label
from rag_notes.schema import Chunk, Citation, Notes
from tests import readback, runs
from tests.runs import SAMPLE, SLIDES, SpokenWord
from tests.test_notes_roundtrip import said_by

pytestmark = pytest.mark.models

MINUTES = 15 * 60.0  # after which it is taken for hung; it takes two to four
QUERY = "How many bits does each element need?"
ASKED = ("make", SAMPLE / "lecture.mp4", "--slides", SLIDES, "--preset", "tiny", "--query", QUERY)
WITHIN = 0.5  # seconds


@dataclass(frozen=True)
class Run:
    folder: Path
    notes: Notes
    chunks: dict[str, Chunk]
    markdown: str
    said: str


@pytest.fixture(scope="module")
def environment(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    indexes = tmp_path_factory.mktemp("sample") / "indexes"
    return os.environ | {"RAG_NOTES_INDEXES": str(indexes), "RAG_NOTES_OFFLINE": "1"}


@pytest.fixture(scope="module")
def run(environment: dict[str, str]) -> Run:
    for name in ("whisper-tiny.en", "minilm-l6-v2", "smollm2-135m"):
        models.find(name, load_config())  # missing: the test fails here, and says what to fetch
    done = subprocess.run(
        [sys.executable, "-m", "rag_notes", *map(str, ASKED)],
        env=environment,
        capture_output=True,
        text=True,
        timeout=MINUTES,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    path = Path(done.stdout.rstrip("\n"))
    chunks = codec.decode_chunks((path.parent / "chunks.jsonl").read_bytes())
    return Run(
        folder=path.parent,
        notes=codec.decode_notes((path.parent / "notes.json").read_bytes()),
        chunks={chunk.id: chunk for chunk in chunks},
        markdown=path.read_text(encoding="utf-8"),
        said=done.stderr,
    )


def citations(notes: Notes) -> Iterator[tuple[tuple[str, ...], Citation]]:
    """Every citation, with what its section retrieved."""
    for section in notes.sections:
        for block in section.blocks:
            for claim in block.claims:
                for one in (claim, claim.answer):
                    for citation in one.citations if one else ():
                        yield section.retrieved, citation
        for citation in section.nearest:
            yield section.retrieved, citation


def bare(text: str) -> str:
    return re.sub(r"\W", "", text.lower())


def matched(chunk: Chunk, words: list[SpokenWord]) -> Iterator[tuple[int, SpokenWord]]:
    """Words of a passage that were said as recognised, in order, in runs of three or more."""
    assert chunk.start is not None
    assert chunk.end is not None
    near = [w for w in words if chunk.start - 5 < w.start < chunk.end + 5]
    heard = [bare(word) for word in chunk.text.split()]
    blocks = difflib.SequenceMatcher(a=heard, b=[bare(w.text) for w in near], autojunk=False)
    for at, said, size in blocks.get_matching_blocks():
        if size >= 3:
            yield from ((at + n, near[said + n]) for n in range(size))


def test_the_real_models_are_named(run: Run) -> None:
    provenance = run.notes.provenance
    assert provenance.llm == models.title("smollm2-135m", "gguf")
    assert models.title("whisper-tiny.en", "whisper") in provenance.transcriber
    assert provenance.embedder == "minilm-l6-v2"
    tokens = dict(provenance.tokens)
    assert min(tokens["read"], tokens["written"], tokens["cached"]) > 0


def test_the_notes_have_their_parts(run: Run) -> None:
    kinds = [section.kind for section in run.notes.sections]
    assert {"answer", "goals", "story", "checklist"} <= set(kinds)
    assert kinds.count("topic") >= 3
    found = readback.headings(run.markdown)
    assert found[1:4] == [
        "## Answer to your question",
        "## 1) Learning Goals",
        "## 2) The Story in One Page",
    ]
    assert len(list(runs.claims(run.notes))) >= 20


def test_every_citation_is_valid(run: Run) -> None:
    for retrieved, citation in citations(run.notes):
        assert citation.chunk in retrieved
        chunk = run.chunks[citation.chunk]
        passage = " ".join(chunk.text.split())
        assert f" {citation.quote} " in f" {passage} "
        assert len(citation.quote.split()) <= 30
        if chunk.kind == "slide":
            assert citation.page == chunk.page
        else:
            assert chunk.start is not None
            assert chunk.end is not None
            assert citation.start is not None
            assert citation.end is not None
            assert chunk.start <= citation.start < citation.end <= chunk.end


def cited_words(run: Run) -> Iterator[tuple[Citation, SpokenWord | None, SpokenWord | None]]:
    """Each citation of speech with its first and last word as said, where that was recognised."""
    words = list(runs.truth())
    for _, citation in citations(run.notes):
        chunk = run.chunks[citation.chunk]
        if chunk.kind == "speech":
            true = dict(matched(chunk, words))
            text = " ".join(chunk.text.split())
            first = len(text[: f" {text} ".index(f" {citation.quote} ")].split())
            last = first + len(citation.quote.split()) - 1
            yield citation, true.get(first), true.get(last)


def test_a_citation_starts_when_its_first_word_is_said(run: Run) -> None:
    errors = [
        (abs((citation.start or 0.0) - first.start), citation)
        for citation, first, _ in cited_words(run)
        if first
    ]
    assert len(errors) >= 10
    assert [citation for error, citation in errors if error > WITHIN] == []


@pytest.mark.xfail(
    reason="tiny.en gives the last word before a pause 0.66 s of the silence after it", strict=False
)
def test_a_citation_ends_when_its_last_word_is_said(run: Run) -> None:
    errors = [
        (abs((citation.end or 0.0) - last.end), citation)
        for citation, _, last in cited_words(run)
        if last
    ]
    assert len(errors) >= 10
    assert [citation for error, citation in errors if error > WITHIN] == []


def test_passages_carry_the_times_of_their_words(run: Run) -> None:
    """Of all words, not only cited ones: tiny.en places about one in a hundred badly."""
    words = list(runs.truth())
    errors: list[float] = []
    for chunk in run.chunks.values():
        if chunk.kind == "speech":
            errors += [abs(chunk.times[at][0] - w.start) for at, w in matched(chunk, words)]
    assert len(errors) > 0.7 * len(words)
    late = [error for error in errors if error > WITHIN]
    assert len(late) <= 0.02 * len(errors), sorted(late)
    assert max(errors) < 2 * WITHIN


def test_the_words_of_the_lecture_are_in_the_passages(run: Run) -> None:
    heard = {bare(w) for chunk in run.chunks.values() for w in chunk.text.split()}
    said = [bare(word.text) for word in runs.truth()]
    assert sum(word in heard for word in said) > 0.9 * len(said)


def test_slides_are_cited_by_page(run: Run) -> None:
    pages = {citation.page for _, citation in citations(run.notes) if citation.kind == "slide"}
    assert pages
    assert re.search(r"\[p\. \d+\]\([^)]*slides\.pdf#page=\d+\)", run.markdown)


def test_citations_link_into_the_media(run: Run) -> None:
    targets = readback.targets(run.markdown)
    local = {target.partition("#")[0] for target in targets}
    assert {(run.folder / target).resolve() for target in local} == {
        SAMPLE / "lecture.mp4",
        SLIDES,
    }
    for _, citation in citations(run.notes):
        assert f"[{label(citation)}](" in run.markdown


def test_the_markdown_says_what_the_json_says(run: Run) -> None:
    assert readback.read_notes(run.markdown) == said_by(run.notes)


def test_stderr_has_plain_lines_of_progress_alone(run: Run) -> None:
    stages = ("slides", "transcript", "align", "chunks", "index", "notes", "export")
    assert all(line.split()[0] in stages for line in run.said.splitlines()), run.said


def test_a_second_make_loads_no_model(run: Run, environment: dict[str, str]) -> None:
    code = (
        "import json, sys; from rag_notes import cli; code = cli.main(sys.argv[1:]);"
        "heavy = {'torch', 'chromadb', 'xllamacpp', 'sentence_transformers', 'faster_whisper'};"
        "print(json.dumps([code, sorted(heavy & set(sys.modules))]))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, *map(str, ASKED)],
        env=environment,
        capture_output=True,
        text=True,
        timeout=runs.SECONDS,
        check=True,
    )
    path, found = done.stdout.splitlines()
    assert path == str(run.folder / "notes.md")
    assert json.loads(found) == [0, []]
