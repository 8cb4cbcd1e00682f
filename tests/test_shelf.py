"""A finished lecture opened to be searched."""

import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from filelock import FileLock

from rag_notes import store
from rag_notes.config import Config, load_config
from rag_notes.errors import InputError, LockedError
from rag_notes.pipeline.engines import Plan, fit_searcher, fusion_for, load_searcher
from rag_notes.pipeline.presets import CPU
from rag_notes.pipeline.report import SilentReporter
from rag_notes.pipeline.shelf import ShelvedLecture
from rag_notes.search.course import Course
from rag_notes.search.embed import HashEmbedder
from rag_notes.search.rank import FOREIGN, FUSION
from tests.runs import MINUTE, make


class Teller(SilentReporter):
    """Keeps what it is told."""

    def __init__(self) -> None:
        self.said: list[str] = []

    def say(self, text: str) -> None:
        self.said.append(text)


class Other(HashEmbedder):
    """The same vectors under another name."""

    @property
    def name(self) -> str:
        return "other"


@pytest.fixture(scope="module")
def finished(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make(tmp_path_factory.mktemp("shelf"), MINUTE, name="minute").folder


@pytest.fixture
def folder(finished: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(finished, tmp_path / "indexes" / "minute"))


def test_a_lecture_is_opened_with_its_language_and_its_own_index(folder: Path) -> None:
    told = Teller()
    lecture = ShelvedLecture(folder, HashEmbedder(), told)
    assert (lecture.name, lecture.language) == ("minute", "en")
    with lecture.index() as index:
        assert index.embedder == "hash-256"
        hits = lecture.retriever(index).search("memory access in nanoseconds", 1)
    assert "nanoseconds" in hits[0].chunk.text
    assert not told.said


def test_lectures_are_searched_together(folder: Path) -> None:
    other = Path(shutil.copytree(folder, folder.parent / "again"))
    lectures = [ShelvedLecture(one, HashEmbedder(), Teller()) for one in (folder, other)]
    course = Course(lectures, HashEmbedder())
    found = course.search("memory access in nanoseconds", 2)
    assert {name for name, _ in found} == {"minute", "again"}
    assert found[0][1].score == pytest.approx(found[1][1].score)


@pytest.mark.parametrize("how", ["damaged", "missing", "of another embedder"])
def test_an_index_that_cannot_be_used_is_rebuilt_and_said(folder: Path, how: str) -> None:
    embedder = Other() if how == "of another embedder" else HashEmbedder()
    if how == "damaged":
        (folder / "chroma" / "chroma.sqlite3").write_bytes(b"none")
    if how == "missing":
        shutil.rmtree(folder / "chroma")
    told = Teller()
    lecture = ShelvedLecture(folder, embedder, told)
    vectors = lecture.vectors([chunk.id for chunk in lecture.chunks()])
    assert vectors is not None
    assert np.allclose(vectors, embedder.embed([chunk.text for chunk in lecture.chunks()]))
    assert len(told.said) == 1
    assert "rebuilt" in told.said[0]
    with lecture.index() as index:
        assert index.embedder == embedder.name
    assert len(told.said) == 1


def test_a_lecture_that_is_held_is_not_rebuilt(folder: Path) -> None:
    shutil.rmtree(folder / "chroma")
    locks = folder.parent / ".locks"
    locks.mkdir(exist_ok=True)
    with FileLock(locks / f"{folder.name}.lock"), pytest.raises(LockedError):
        ShelvedLecture(folder, HashEmbedder(), Teller()).index()


def test_a_lecture_without_an_embedder_gives_no_vectors(folder: Path) -> None:
    assert ShelvedLecture(folder, None, Teller()).vectors(["c0001"]) is None


def test_a_lecture_without_passages_is_named(folder: Path) -> None:
    (folder / "chunks.jsonl").unlink()
    with pytest.raises(InputError, match="minute has no passages yet"):
        ShelvedLecture(folder, HashEmbedder(), Teller())
    assert store.load_manifest(folder)


# --- the embedder that knows the language --------------------------------------------------------

PLAN = Plan(CPU, "minilm-l6-v2", "llm", "gguf")


@pytest.fixture
def bare(tmp_path: Path) -> Config:
    """No models and no network."""
    return replace(load_config(models=tmp_path / "models"), offline=True)


@pytest.mark.parametrize("language", ["en", "en-GB", None])
def test_english_is_searched_by_the_embedder_of_the_checks(
    bare: Config, language: str | None
) -> None:
    told = Teller()
    assert fit_searcher(PLAN, language, bare, told, fetch=True) == PLAN
    assert PLAN.index_embedder == PLAN.embedder
    assert not told.said


def test_where_no_embedder_knows_the_language_it_is_said_and_words_carry_the_search(
    bare: Config,
) -> None:
    told = Teller()
    assert fit_searcher(PLAN, "de", bare, told, fetch=False) == PLAN
    assert not told.said
    assert fit_searcher(PLAN, "de", bare, told, fetch=True) == PLAN
    assert "'de'" in told.said[0]
    assert "multilingual-e5-small" in told.said[0]


def test_an_embedder_without_weights_knows_every_language(bare: Config) -> None:
    plan = replace(PLAN, embedder="hash-256")
    told = Teller()
    assert fit_searcher(plan, "de", bare, told, fetch=True) == plan
    assert not told.said


def test_cosines_of_an_embedder_that_does_not_know_the_language_count_little() -> None:
    assert fusion_for("minilm-l6-v2", "en") == FUSION
    assert fusion_for("minilm-l6-v2", "de") == FOREIGN
    assert fusion_for("multilingual-e5-small", "de") == FUSION
    assert FOREIGN.dense < 0.5 < FUSION.dense


@pytest.mark.models
def test_a_foreign_lecture_is_searched_by_an_embedder_of_its_own() -> None:
    config = replace(load_config(), foreign_embedder="minilm-l6-v2", offline=True)
    plan = fit_searcher(PLAN, "de", config, Teller(), fetch=False)
    assert plan.searcher == plan.index_embedder == "minilm-l6-v2"
    checks = HashEmbedder()
    assert load_searcher(plan, config, checks).name == "minilm-l6-v2"
    assert load_searcher(PLAN, config, checks) is checks
