"""An LLM for a conversation: loaded once, by whoever comes first, and read ahead for."""

import threading
from collections.abc import Iterator, Sequence

import pytest

from rag_notes.errors import ModelError
from rag_notes.llm.echo import EchoLLM
from rag_notes.pipeline.live import LiveLLM
from rag_notes.schema import Prompt, Reply

PROMPT = Prompt("x.v1", "", "Say it.", '{"type": "string"}', 10)
SECONDS = 10.0


class Engine(EchoLLM):
    """Notes what it was asked; may wait for a sign before each reply."""

    def __init__(self) -> None:
        self.asked: list[Prompt] = []
        self.go = threading.Event()
        self.go.set()
        self.begun = threading.Event()

    def generate(self, prompts: Sequence[Prompt]) -> Iterator[Reply]:
        for prompt in prompts:
            self.asked.append(prompt)
            self.begun.set()
            assert self.go.wait(SECONDS)
            yield from super().generate([prompt])


def live(engine: Engine, loads: list[int]) -> LiveLLM:
    def load() -> Engine:
        loads.append(1)
        return engine

    return LiveLLM(load, name="engine", context=100, count_tokens=len)


def test_nothing_is_loaded_before_it_is_asked() -> None:
    loads: list[int] = []
    llm = live(Engine(), loads)
    assert (llm.name, llm.context, llm.count_tokens("abc"), loads) == ("engine", 100, 3, [])
    for _ in range(2):
        assert len(list(llm.generate([PROMPT]))) == 1
    assert loads == [1]


def test_what_is_read_ahead_gives_way_to_a_question() -> None:
    engine, loads = Engine(), list[int]()
    engine.go.clear()
    llm = live(engine, loads)
    ahead = [PROMPT] * 5
    llm.read_ahead(ahead)
    assert engine.begun.wait(SECONDS)
    threading.Timer(0.1, engine.go.set).start()
    replies = list(llm.generate([PROMPT]))
    assert len(replies) == 1
    assert loads == [1]
    assert len(engine.asked) < len(ahead) + 1


def test_a_model_that_cannot_be_loaded_is_told_to_whoever_asks() -> None:
    def load() -> Engine:
        raise ModelError("no weights")

    llm = LiveLLM(load, name="engine", context=100, count_tokens=len)
    llm.read_ahead([PROMPT])
    with pytest.raises(ModelError, match="no weights"):
        list(llm.generate([PROMPT]))
