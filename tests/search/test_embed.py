import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from rag_notes import models
from rag_notes.config import load_config
from rag_notes.errors import ModelError
from rag_notes.search.embed import HashEmbedder, SentenceEmbedder

MINILM = "minilm-l6-v2"


def test_hashed_vectors_are_of_unit_length_and_know_word_stems() -> None:
    embedder = HashEmbedder()
    vectors = embedder.embed(
        ["Tokens are merged in pairs", "merging token pairs", "a red bicycle", ""]
    )
    assert vectors.dtype == np.float32
    assert vectors.shape == (4, 256)
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1.0)
    near = vectors @ embedder.embed_query("pair merges")[0]
    assert near.argmax() == 1
    assert near[0] > near[2]
    assert embedder.embed([]).shape == (0, 256)


def test_hashed_vectors_are_the_same_in_every_process() -> None:
    code = (
        "from rag_notes.search.embed import *; print(HashEmbedder().embed(['two words']).tobytes())"
    )
    said = {subprocess.check_output([sys.executable, "-c", code]) for _ in range(2)}
    assert len(said) == 1


def test_a_folder_without_a_model_is_named(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="models fetch"):
        SentenceEmbedder(tmp_path, "minilm")


# --- the real weights

MINILM = "minilm-l6-v2"
TECHNICAL = ["The", "byte-pair", "tokenizer", "merges", "32768", "frequent", "subword", "pairs."]


@pytest.fixture(scope="module")
def minilm() -> SentenceEmbedder:
    config = load_config()
    return SentenceEmbedder(models.find(MINILM, config), MINILM, threads=1)


@pytest.mark.models
@pytest.mark.parametrize("words", [20, 180, 400, 1500])
def test_the_last_word_of_a_long_passage_counts(minilm: SentenceEmbedder, words: int) -> None:
    passage = (TECHNICAL * words)[: words - 1]
    one, other = minilm.embed([" ".join([*passage, "bananas"]), " ".join([*passage, "symphony"])])
    assert float(one @ other) < 0.99999


@pytest.mark.models
def test_vectors_are_of_unit_length_and_near_in_meaning(minilm: SentenceEmbedder) -> None:
    vectors = minilm.embed(["Dogs chase cats.", "Loss falls with more data.", "", "漢" * 2000])
    assert vectors.dtype == np.float32
    assert vectors.shape == (4, 384)
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1.0, atol=1e-5)
    query = minilm.embed_query("scaling laws of training sets")
    assert query.shape == (1, 384)
    assert (vectors @ query[0]).argmax() == 1
    assert minilm.embed([]).shape == (0, 384)


@pytest.mark.models
def test_a_passage_has_one_vector_whatever_stands_beside_it(minilm: SentenceEmbedder) -> None:
    text = "Loss falls with more data."
    beside = minilm.embed([" ".join(TECHNICAL * 100), text])[1]
    assert np.allclose(beside, minilm.embed([text])[0], atol=1e-5)


@pytest.fixture
def bare(tmp_path: Path) -> Path:
    """MiniLM without the files that tell sentence-transformers how to put it together."""
    config = load_config()
    whole = models.find(MINILM, config)
    for name in ("config.json", "tokenizer.json", "tokenizer_config.json", "model.safetensors"):
        shutil.copy(whole / name, tmp_path)
    return tmp_path


@pytest.mark.models
def test_a_folder_of_weights_alone_averages_the_token_vectors(
    minilm: SentenceEmbedder, bare: Path
) -> None:
    texts = ["Dogs chase cats.", " ".join(TECHNICAL * 100)]
    found = SentenceEmbedder(bare, "bare", threads=1).embed(texts)
    assert np.allclose(found, minilm.embed(texts), atol=1e-5)


@pytest.mark.models
def test_prompts_stand_before_queries_and_passages(minilm: SentenceEmbedder, bare: Path) -> None:
    prompted = SentenceEmbedder(
        bare, "bare", threads=1, query_prompt="query: ", passage_prompt="passage: "
    )
    said = minilm.embed(["query: dogs", "passage: dogs"])
    assert np.allclose(prompted.embed_query("dogs"), said[:1], atol=1e-5)
    assert np.allclose(prompted.embed(["dogs"]), said[1:], atol=1e-5)


NO_NETWORK = """
import socket, sys, pathlib
def refuse(*_): sys.exit("asked the network")
socket.socket.connect = socket.getaddrinfo = refuse
from rag_notes.search.embed import SentenceEmbedder
SentenceEmbedder(pathlib.Path(sys.argv[1]), "minilm").embed_query("hello")
"""


@pytest.mark.models
def test_nothing_is_asked_of_the_network() -> None:
    config = load_config()
    folder = models.find(MINILM, config)
    run = subprocess.run(
        [sys.executable, "-c", NO_NETWORK, str(folder)], capture_output=True, text=True, check=False
    )
    assert (run.returncode, run.stdout, run.stderr) == (0, "", "")
