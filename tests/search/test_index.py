import json
import logging
import shutil
from pathlib import Path

import numpy as np
import pytest

from rag_notes.errors import InputError, RagNotesError, StaleIndexError
from rag_notes.protocols import Vectors
from rag_notes.schema import Chunk
from rag_notes.search.index import EXACT, build_index, open_index


def unit(count: int, seed: int, dimension: int = 64) -> Vectors:
    rows = np.random.default_rng(seed).normal(size=(count, dimension)).astype(np.float32)
    return np.asarray(rows / np.linalg.norm(rows, axis=1, keepdims=True), np.float32)


def passages(count: int) -> list[Chunk]:
    return [
        Chunk(f"c{n:04d}", "slide", "text", page=n % 7 + 1)
        if n % 5 == 0
        else Chunk(f"c{n:04d}", "speech", "text", start=10.0 * n, end=10.0 * n + 10)
        for n in range(count)
    ]


CHUNKS, VECTORS = passages(500), unit(500, 0)


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("lecture") / "chroma"
    build_index(CHUNKS, VECTORS, folder)
    return folder


@pytest.fixture
def copy(built: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(built, tmp_path / "chroma"))


def test_answers_are_those_of_brute_force(built: Path) -> None:
    with open_index(built) as index:
        for query in unit(20, 1):
            cosines = VECTORS @ query
            best = np.argsort(-cosines)
            found = index.query(query[None], 500)
            assert [id_ for id_, _ in found] == [CHUNKS[n].id for n in best]
            assert np.allclose([cosine for _, cosine in found], cosines[best], atol=1e-5)


def test_vectors_come_back_in_the_order_asked(built: Path) -> None:
    with open_index(built) as index:
        assert len(index) == 500
        assert np.allclose(index.vectors(["c0400", "c0001", "c0400"]), VECTORS[[400, 1, 400]])
        assert index.vectors([]).shape == (0, 64)
        with pytest.raises(StaleIndexError, match="c9999"):
            index.vectors(["c9999"])


def test_more_asked_than_there_is_gives_all(built: Path) -> None:
    with open_index(built) as index:
        assert len(index.query(VECTORS[:1], 10_000)) == 500
        assert index.query(VECTORS[:1], 0) == []
        with pytest.raises(StaleIndexError, match="dimensions"):
            index.query(unit(1, 0, 32), 3)


def test_reading_changes_no_byte_and_can_be_done_twice_at_once(built: Path) -> None:
    before = {path: path.read_bytes() for path in built.rglob("*") if path.is_file()}
    with open_index(built) as one, open_index(built) as other:
        one.query(VECTORS[:1], 3)
        one.close()
        assert other.query(VECTORS[:1], 1)[0][0] == "c0000"
    assert {path: path.read_bytes() for path in built.rglob("*") if path.is_file()} == before


@pytest.mark.parametrize("how", ["flip", "cut", "lose", "add"])
@pytest.mark.parametrize("name", ["chroma.sqlite3", "data_level0.bin", "index.json"])
def test_damage_is_noticed_before_chroma_sees_it(copy: Path, name: str, how: str) -> None:
    file = next(copy.rglob(name))
    data = bytearray(file.read_bytes())
    data[len(data) // 2] ^= 0xFF
    if how == "flip":
        file.write_bytes(data)
    elif how == "cut":
        file.write_bytes(data[: len(data) // 2])
    elif how == "lose":
        file.unlink()
    else:
        (copy / f"more-{name}").write_bytes(data)
    with pytest.raises(StaleIndexError, match="rebuilt"):
        open_index(copy)


def test_an_index_of_another_chroma_or_none_is_stale(copy: Path, tmp_path: Path) -> None:
    marker = json.loads((copy / "index.json").read_text())
    (copy / "index.json").write_text(json.dumps({**marker, "chroma": "0.4.0"}))
    with pytest.raises(StaleIndexError, match=r"Chroma 0\.4\.0"):
        open_index(copy)
    with pytest.raises(RagNotesError):
        open_index(tmp_path / "none")


def test_an_index_is_stale_to_another_embedder_than_its_own(tmp_path: Path) -> None:
    build_index(CHUNKS[:3], VECTORS[:3], tmp_path / "chroma", embedder="one")
    with open_index(tmp_path / "chroma", embedder="one") as index:
        assert index.embedder == "one"
    with pytest.raises(StaleIndexError, match="vectors of one, not of other"):
        open_index(tmp_path / "chroma", embedder="other")


def test_an_index_larger_than_it_searches_exactly_finds_what_is_near(tmp_path: Path) -> None:
    count = EXACT + 500
    rows = unit(count, 3, dimension=16)
    build_index(passages(count), rows, tmp_path / "chroma")
    with open_index(tmp_path / "chroma") as index:
        found = [index.query(rows[at : at + 1], 3)[0][0] for at in range(0, count, 50)]
    assert found == [f"c{at:04d}" for at in range(0, count, 50)]


def test_a_rebuilt_index_takes_the_place_of_the_open_one(copy: Path) -> None:
    with open_index(copy) as old:
        build_index(CHUNKS[:3], VECTORS[10:13], copy)
        with open_index(copy) as new:
            assert new.query(VECTORS[10:11], 9)[0][0] == "c0000"
            assert len(new) == 3
        assert old.query(VECTORS[10:11], 1)[0][0] == "c0010"
    assert [entry.name for entry in copy.parent.iterdir()] == ["chroma"]


@pytest.mark.parametrize("count", [0, 1, 2])
def test_small_lectures_have_an_index_too(count: int, tmp_path: Path) -> None:
    build_index(CHUNKS[:count], VECTORS[:count], tmp_path / "chroma")
    with open_index(tmp_path / "chroma") as index:
        assert len(index.query(VECTORS[:1], 5)) == count


def test_vectors_that_do_not_fit_leave_the_old_index(copy: Path) -> None:
    bad = VECTORS.copy()
    bad[3, 3] = np.nan
    for chunks, vectors in ((CHUNKS, VECTORS[:9]), (CHUNKS, bad), ([CHUNKS[0]] * 2, VECTORS[:2])):
        with pytest.raises(InputError):
            build_index(chunks, vectors, copy)
    with open_index(copy) as index:
        assert len(index) == 500


def test_settings_in_the_working_folder_are_not_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / ".env").write_text("chroma_api_impl=nonsense\nanonymized_telemetry=True\n")
    monkeypatch.chdir(tmp_path)
    with caplog.at_level(logging.WARNING):
        build_index(CHUNKS[:3], VECTORS[:3], tmp_path / "chroma")
    assert caplog.text == ""
