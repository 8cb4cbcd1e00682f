import signal
import subprocess
import sys
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from rag_notes.errors import ModelError
from rag_notes.protocols import LLM
from rag_notes.replies import CachedLLM, ReplyCache, reply_key
from rag_notes.schema import Prompt, Reply

PROMPTS = tuple(Prompt("condense.v1", "be brief", f"passage {n}", "{}", 50) for n in range(5))


class Shouter:
    """An engine that answers in capitals and remembers what it was asked."""

    name = "shouter"
    context = 100
    parallel = 1

    def __init__(self, *, gives: int = 10**9) -> None:
        self.asked: list[str] = []
        self.gives = gives

    def count_tokens(self, text: str) -> int:
        return len(text)

    def generate(self, prompts: Sequence[Prompt]) -> Iterator[Reply]:
        for prompt in prompts[: self.gives]:
            self.asked.append(prompt.user)
            yield Reply(prompt.user.upper(), "stop", 10, 2, 3, 0.5, 0.25)


def cached(folder: Path, engine: LLM | None, name: str = "shouter") -> CachedLLM:
    def load() -> LLM:
        assert engine is not None, "the engine was loaded for nothing"
        return engine

    return CachedLLM(load, ReplyCache(folder), name=name, context=100, count_tokens=len)


def texts(llm: LLM, prompts: Sequence[Prompt] = PROMPTS) -> list[str]:
    return [reply.text for reply in llm.generate(prompts)]


def test_a_second_run_needs_no_engine_and_reports_the_same_cost(tmp_path: Path) -> None:
    first, second = cached(tmp_path, Shouter()), cached(tmp_path, None)
    assert texts(first) == texts(second) == [prompt.user.upper() for prompt in PROMPTS]
    assert second.name == "shouter"
    assert second.context == 100
    assert second.count_tokens("abc") == 3
    assert first.usage.replayed == 0
    assert second.usage == replace(first.usage, replayed=5)
    assert (second.usage.tokens_read, second.usage.seconds_writing) == (50, 1.25)


def test_only_the_missing_are_asked_and_all_come_in_order(tmp_path: Path) -> None:
    texts(cached(tmp_path, Shouter()), PROMPTS[1:4:2])
    engine = Shouter()
    assert texts(cached(tmp_path, engine)) == [prompt.user.upper() for prompt in PROMPTS]
    assert engine.asked == ["passage 0", "passage 2", "passage 4"]


def test_a_prompt_asked_twice_is_written_once(tmp_path: Path) -> None:
    engine = Shouter()
    llm = cached(tmp_path, engine)
    assert texts(llm, (*PROMPTS[:1], *PROMPTS[:2])) == ["PASSAGE 0", "PASSAGE 0", "PASSAGE 1"]
    assert engine.asked == ["passage 0", "passage 1"]
    assert (llm.usage.calls, llm.usage.replayed) == (3, 1)


def test_replies_are_kept_as_they_come(tmp_path: Path) -> None:
    stream = cached(tmp_path, Shouter()).generate(PROMPTS)
    next(stream)
    next(stream)
    assert len(list((tmp_path / "replies").iterdir())) == 2
    engine = Shouter()
    texts(cached(tmp_path, engine))
    assert engine.asked == ["passage 2", "passage 3", "passage 4"]


def test_every_field_of_the_prompt_and_the_engine_count() -> None:
    prompt = PROMPTS[0]
    others = (
        replace(prompt, name="condense.v2"),
        replace(prompt, system="x"),
        replace(prompt, user="x"),
        replace(prompt, schema="[]"),
        replace(prompt, max_tokens=51),
    )
    keys = {reply_key("a", other) for other in (prompt, *others)} | {reply_key("b", prompt)}
    assert len(keys) == 7


@pytest.mark.parametrize("data", [b"", b'{"text": "x"}', b'{"text": 1, "finish": "stop"}', b"\xff"])
def test_a_damaged_reply_is_asked_for_again(data: bytes, tmp_path: Path) -> None:
    texts(cached(tmp_path, Shouter()))
    damaged = tmp_path / "replies" / f"{reply_key('shouter', PROMPTS[2])}.json"
    damaged.write_bytes(data)
    engine = Shouter()
    assert texts(cached(tmp_path, engine))[2] == "PASSAGE 2"
    assert engine.asked == ["passage 2"]


def test_an_engine_that_falls_silent_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="expected 5 replies, found 3"):
        texts(cached(tmp_path, Shouter(gives=3)))


KILLED = """
import sys, time, pathlib
sys.path.insert(0, sys.argv[2])
from test_replies import PROMPTS, Shouter, cached
class Slow(Shouter):
    def generate(self, prompts):
        for number, reply in enumerate(super().generate(prompts)):
            if number == 3:
                print("busy", flush=True)
                time.sleep(60)
            yield reply
for _ in cached(pathlib.Path(sys.argv[1]), Slow()).generate(PROMPTS):
    pass
"""


def test_kill_loses_only_the_call_in_flight(tmp_path: Path) -> None:
    process = subprocess.Popen(
        [sys.executable, "-c", KILLED, str(tmp_path), str(Path(__file__).parent)],
        stdout=subprocess.PIPE,
    )
    assert process.stdout is not None
    assert process.stdout.readline() == b"busy\n"
    process.send_signal(signal.SIGKILL)
    process.wait()
    engine = Shouter()
    assert texts(cached(tmp_path, engine)) == [prompt.user.upper() for prompt in PROMPTS]
    assert engine.asked == ["passage 3", "passage 4"]
