"""The parts of a run on a real GPU; skipped where there is none."""

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from rag_notes import models
from rag_notes.config import load_config
from rag_notes.errors import ModelError
from rag_notes.llm.quantized import QuantizedLLM
from rag_notes.pipeline import MakeRequest, make_notes
from rag_notes.pipeline.device import Card, find_card
from rag_notes.schema import Prompt
from rag_notes.search.embed import SentenceEmbedder
from tests import runs
from tests.llm.tiny import save_tiny

pytestmark = [
    pytest.mark.quantized,
    pytest.mark.skipif(not torch.cuda.is_available(), reason="no GPU here"),
]

MEGABYTE = 1 << 20
NUMBERS = {"type": "array", "items": {"enum": [17, 23]}, "minItems": 2, "maxItems": 2}


@pytest.fixture
def all_memory() -> Iterator[None]:
    yield
    torch.cuda.set_per_process_memory_fraction(1.0)


def load(folder: Path, **options: object) -> QuantizedLLM:
    settings = {"name": "tiny nf4", "context": 4096, "threads": 1, "device": "cuda", **options}
    return QuantizedLLM(folder, **settings)  # type: ignore[arg-type]


def prompt(said: str, schema: object = NUMBERS, max_tokens: int = 40) -> Prompt:
    return Prompt("x.v1", "Be brief.", said, json.dumps(schema), max_tokens)


def test_the_card_computes_and_has_memory() -> None:
    card = find_card()
    assert isinstance(card, Card), card
    assert 0 < card.free <= card.total


def test_a_batch_of_schemas_is_held_on_the_gpu_and_the_memory_given_back(tmp_path: Path) -> None:
    folder = save_tiny(tmp_path, inner=16_384)
    asked = [prompt(f"{'ham ' * number}eggs?") for number in range(40)]
    left = []
    for _ in range(2):  # the first leaves what CUDA's libraries keep for themselves
        llm = load(folder)
        taken = torch.cuda.memory_allocated()
        replies = list(llm.generate(asked))
        assert all(set(json.loads(one.text)) <= {17, 23} for one in replies)
        assert all(one.finish == "stop" and one.seconds_writing > 0 for one in replies)
        llm.close()
        left.append(torch.cuda.memory_allocated())
    assert left[1] - left[0] < MEGABYTE
    assert taken - left[0] > 3 * MEGABYTE


def test_of_two_choices_the_gpu_weighs_as_the_cpu_does(tmp_path: Path) -> None:
    """In 16 bits weights drawn at random leave no more alike than this."""
    folder = save_tiny(tmp_path)
    asked = [
        replace(prompt(f"Is {number} ham?"), schema="", choices=("yes", "no"))
        for number in range(12)
    ]
    on_gpu, on_cpu = (
        [one.p for one in load(folder, device=device).generate(asked)] for device in ("cuda", "cpu")
    )
    assert np.corrcoef(np.array(on_gpu, float), np.array(on_cpu, float))[0, 1] > 0.9


def test_a_full_card_halves_the_batch_and_one_prompt_too_long_says_so(
    tmp_path: Path, all_memory: None
) -> None:
    """A real limit: 32 rows of 310 tokens, 16,384 numbers wide, take 1 GB and more in a layer."""
    llm = load(save_tiny(tmp_path, inner=16_384))
    asked = [prompt("ham " * 300)] * 32
    alone = next(llm.generate(asked[:1])).text
    torch.cuda.empty_cache()
    total = torch.cuda.mem_get_info()[1]
    room = torch.cuda.memory_allocated() + 400 * MEGABYTE
    torch.cuda.set_per_process_memory_fraction(room / total)
    replies = [json.loads(one.text) for one in llm.generate(asked)]
    assert len(replies) == len(asked)
    assert 1 <= llm.parallel < len(asked)
    torch.cuda.set_per_process_memory_fraction((torch.cuda.memory_allocated() + MEGABYTE) / total)
    torch.cuda.empty_cache()
    with pytest.raises(ModelError, match="does not hold one prompt"):
        list(llm.generate([prompt("ham " * 3500)]))
    torch.cuda.set_per_process_memory_fraction(1.0)
    assert next(llm.generate(asked[:1])).text == alone


@pytest.mark.models
def test_vectors_of_the_gpu_are_those_of_the_cpu() -> None:
    folder = models.find("minilm-l6-v2", load_config())
    texts = ["A Bloom filter has two parts.", "tail " * 900, "Ein Satz.", ""]
    on_gpu, on_cpu = (
        SentenceEmbedder(folder, "minilm", 1, device=device).embed(texts)
        for device in ("cuda", "cpu")
    )
    assert on_gpu.dtype == np.float32
    assert np.allclose(on_gpu, on_cpu, atol=2e-3)


@pytest.mark.models
def test_notes_are_made_on_the_gpu_and_its_memory_given_back(tmp_path: Path) -> None:
    config = replace(
        load_config(indexes=tmp_path, llm="transformers:smollm2-135m"), offline=True, threads=1
    )
    made = make_notes(MakeRequest(runs.MINUTE), config)
    claims = list(runs.claims(made.notes))
    assert claims
    assert all(claim.citations for claim in claims)
    assert torch.cuda.max_memory_allocated() > 100 * MEGABYTE
    assert torch.cuda.memory_allocated() < 100 * MEGABYTE
