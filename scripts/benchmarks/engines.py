"""How fast an LLM engine reads and writes, by the number of prompts that it is given at once.

In: an engine. Out: a Markdown table of tokens a second, beside the floor that memory sets, and of
memory. What the replies say is not looked at.
"""

import json
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

import psutil
from evaluation.tables import table

from rag_notes.config import Config, usable_cores
from rag_notes.pipeline import engines
from rag_notes.pipeline.device import Card, find_card
from rag_notes.protocols import LLM
from rag_notes.schema import Prompt

BATCHES = (1, 4, 8, 16)
_READ_WORDS = 220  # of a prompt that is read: about 300 tokens
_OPEN_WORDS = 40  # of a prompt that is gone on from
_WRITE_TOKENS = 32
_TIMES = 3  # the quickest counts: other programs only ever slow one down
_COPIED = 256 << 20  # bytes
_POLL_SECONDS = 0.02
# A text that goes on until its limit of tokens, held to a schema or free.
_HELD = json.dumps({"type": "string", "minLength": 2000, "maxLength": 9000})
_WORDS = "a filter keeps some bits for each key and every hash function names one of them".split()

HEAD = ("numbers", "at once", "read/s", "written/s", "of one", "floor/s", "free/s", "peak memory")


@dataclass(frozen=True, slots=True)
class Speed:
    """Tokens a second, and bytes at the highest."""

    reading: float
    writing: float
    peak: int


@dataclass(frozen=True, slots=True)
class Spent:
    """Of one call: seconds, and tokens of all its prompts."""

    seconds: float
    read: int
    written: int


def describe(plan: engines.Plan, config: Config) -> str:
    """Measure the planned LLM; one in 4 bits also in 16, on the same machine at the same time."""
    device = {"transformers": plan.choice.device, "openai": "server"}.get(plan.scheme, "cpu")
    bandwidth = _bandwidth(plan.choice.device)
    card = find_card() if device == "cuda" else None
    where = card.name if isinstance(card, Card) else {"cpu": "the CPU"}.get(device, f"a {device}")
    rows: list[tuple[str, ...]] = []
    for numbers, open_engine in _variants(plan, config):
        rows += _rows(numbers, open_engine(), bandwidth, device)
    return (
        f"{plan.llm}, on {where}. Memory is copied at {bandwidth / 1e9:.1f} GB/s.\n\n"
        f"{table(HEAD, rows)}"
    )


def _variants(plan: engines.Plan, config: Config) -> Iterator[tuple[str, Callable[[], LLM]]]:
    """The engine as it is, and what it is compared with."""
    if plan.scheme != "transformers":
        yield plan.llm.rpartition(" ")[2], lambda: engines.load_llm(plan, config)
        return
    from rag_notes.llm.quantized import QuantizedLLM

    folder = engines.llm_weights(plan, config)

    def load(*, four_bit: bool) -> LLM:
        return QuantizedLLM(
            folder,
            name=plan.llm,
            context=config.context_tokens,
            threads=engines.threads(config),
            device=plan.choice.device,
            parallel=max(BATCHES),
            four_bit=four_bit,
        )

    yield "nf4", lambda: load(four_bit=True)
    yield "16 bits", lambda: load(four_bit=False)


def _rows(numbers: str, llm: LLM, bandwidth: float, device: str) -> Iterator[tuple[str, ...]]:
    """One row per number of prompts; the first call of all is not counted."""
    list(llm.generate(_prompts(1, _HELD, "warm", words=_OPEN_WORDS, tokens=_WRITE_TOKENS)))
    weights = getattr(llm, "weight_bytes", 0)
    frees = hasattr(llm, "weight_bytes")  # only that engine leaves a reply free
    single = 0.0
    for count in BATCHES:
        held = _speed(llm, count, _HELD, device)
        free = _speed(llm, count, "", device) if frees else None
        single = single or held.writing
        yield (
            numbers,
            str(count),
            f"{held.reading:.0f}",
            f"{held.writing:.1f}",
            f"{held.writing / single:.1f} x",
            f"{count * bandwidth / weights:.0f}" if weights else "-",
            f"{free.writing:.1f}" if free else "-",
            f"{held.peak / 1e9:.2f} GB",
        )
    if close := getattr(llm, "close", None):
        close()


def _speed(llm: LLM, count: int, schema: str, device: str) -> Speed:
    """The quickest of some calls with so many prompts, each of words of its own.

    Writing takes what a call takes longer than one that writes a single token.
    """

    def quickest(words: int, tokens: int) -> Spent:
        salts = (f"{words} {tokens} {attempt} {bool(schema)}" for attempt in range(_TIMES))
        asked = (_prompts(count, schema, salt, words=words, tokens=tokens) for salt in salts)
        return min((_call(llm, one, device) for one in asked), key=lambda one: one.seconds)

    with _peak(device) as peak:
        read = quickest(_READ_WORDS, 1) if schema else Spent(1, 0, 0)
        short, long = (quickest(_OPEN_WORDS, tokens) for tokens in (1, 1 + _WRITE_TOKENS))
    return Speed(
        reading=read.read / read.seconds,
        writing=(long.written - short.written) / max(long.seconds - short.seconds, 1e-9),
        peak=peak(),
    )


def _call(llm: LLM, prompts: Sequence[Prompt], device: str) -> Spent:
    """Answer prompts; on a CPU the seconds are those that this process got, by core.

    On a machine that does nothing else they are the clock's; on a busy one the clock's are others'.
    """
    clock = _cpu_seconds if device == "cpu" else time.monotonic
    started = clock()
    replies = list(llm.generate(prompts))
    return Spent(
        seconds=clock() - started,
        read=sum(one.tokens_read for one in replies),
        written=sum(one.tokens_written for one in replies),
    )


def _cpu_seconds() -> float:
    return time.process_time() / usable_cores()


def _prompts(count: int, schema: str, salt: str, *, words: int, tokens: int) -> list[Prompt]:
    """Prompts of one length that begin differently, so that nothing of them is cached."""
    said = " ".join((_WORDS * (words // len(_WORDS) + 1))[:words])
    return [
        Prompt("bench.v1", "Write a long story.", f"{salt} {number}: {said}", schema, tokens)
        for number in range(count)
    ]


@contextmanager
def _peak(device: str) -> Iterator[Callable[[], int]]:
    """Give what tells, after the block, the most memory that was taken within it."""
    if device == "cuda":
        import torch

        torch.cuda.reset_peak_memory_stats()
        yield lambda: int(torch.cuda.max_memory_allocated())
        return
    process, over, most = psutil.Process(), threading.Event(), [0]

    def watch() -> None:
        while not over.wait(_POLL_SECONDS):
            most[0] = max(most[0], process.memory_info().rss)

    watcher = threading.Thread(target=watch, daemon=True)
    watcher.start()
    yield lambda: most[0]
    over.set()
    watcher.join()


def _bandwidth(device: str) -> float:
    """Bytes a second that are read and written when memory is copied, the best of some times."""
    import torch

    source = torch.ones(_COPIED // 4, device=device)
    target = torch.empty_like(source)
    best = float("inf")
    clock = time.monotonic if device == "cuda" else _cpu_seconds
    torch.set_num_threads(usable_cores())
    for _ in range(16):
        started = clock()
        target.copy_(source)
        if device == "cuda":
            torch.cuda.synchronize()
        best = min(best, clock() - started)
    return 2 * _COPIED / best
