"""One dial: which transcriber, embedder and LLM a run takes, and where they run.

In: the preset and what this machine has. Out: names, devices and the reason, in a line for people.
Nothing is loaded here.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Literal, TypeAlias

from rag_notes import models, repositories
from rag_notes.config import Config
from rag_notes.errors import InputError, ModelError
from rag_notes.pipeline.device import Card, find_card, hearing_problem

Device: TypeAlias = Literal["cpu", "cuda"]


@dataclass(frozen=True, slots=True)
class Choice:
    """Parts by name (`llm` as `--llm` takes it), where they run, and why in one line.

    Embedder and a `transformers:` LLM run on `device`, the transcriber on `hears_on`.
    """

    transcriber: str
    embedder: str
    llm: str
    device: Device = "cpu"
    hears_on: Device = "cpu"
    why: str = ""

    @property
    def parts(self) -> Mapping[str, str]:
        """What a lecture records to go on with."""
        return asdict(replace(self, why=""))


@dataclass(frozen=True, slots=True)
class GpuModel:
    """An LLM of the hub and the bytes of a GPU that it needs to write some replies side by side."""

    repository: str
    needs: int


_EMBEDDER = "minilm-l6-v2"
CPU = Choice("whisper-base", _EMBEDDER, "gguf:qwen2.5-coder-1.5b-instruct")
TINY = Choice("whisper-tiny.en", _EMBEDDER, "gguf:smollm2-135m")
GPU_TRANSCRIBER = "mobiuslabsgmbh/faster-whisper-large-v3-turbo"
# Reckoned from the models' shapes, not tried on a card with just so much (docs/BENCHMARK.md, "On a
# GPU", has what two took): layers in 4.13 bits, embeddings in 16, keys and values of four prompts
# of 1,500 tokens, 1.5 GB for CUDA, the scores and a margin.
GPU_LLMS = (
    GpuModel("Qwen/Qwen3-8B", 9_500_000_000),
    GpuModel("Qwen/Qwen3-4B", 5_500_000_000),
    GpuModel("Qwen/Qwen3-1.7B", 3_500_000_000),
)


def choose(config: Config, *, before: Choice | None = None, finished: bool = False) -> Choice:
    """What a run takes; with `auto` a lecture goes on as it was begun, `before`, where that can be.

    A `finished` one keeps its parts even where the GPU is gone: nothing may be left to do.

    Raises InputError where the preset asks for what is not there.
    """
    before = before if config.preset == "auto" else None
    if config.preset == "tiny":
        chosen = replace(TINY, why="the models of the tests, not for study")
    elif config.preset == "cpu" or config.llm.startswith("echo:"):
        chosen = replace(CPU, why="everything runs on the CPU")
    elif config.preset == "server":
        chosen = _with_server(config)
    elif before and (finished or "cuda" not in (before.device, before.hears_on)):
        chosen = replace(before, why="as the lecture was begun")
    else:
        chosen = _by_machine(config, before)
    return replace(
        chosen,
        transcriber=config.transcriber or chosen.transcriber,
        embedder=config.embedder or chosen.embedder,
        llm=config.llm or chosen.llm,
    )


def wanted_models(config: Config) -> tuple[str, ...]:
    """Models that `rag-notes models fetch` gets, by their names in models.toml or on the hub."""
    if config.preset != "gpu":
        return models.default_models(config)
    chosen = choose(config)
    return (chosen.transcriber, chosen.embedder, chosen.llm.partition(":")[2])


def model_title(name: str) -> str:
    """What a transcriber is called for people and in provenance."""
    if repositories.is_repository(name):
        return repositories.title(name)
    return models.title(name, "whisper")


def _with_server(config: Config) -> Choice:
    """The LLM of a server, everything else as this machine has it."""
    named = config.llm or config.server
    if not named:
        raise InputError(
            "--preset server: no server is named; set RAG_NOTES_SERVER=openai:BASE_URL#MODEL or "
            "give --llm openai:BASE_URL#MODEL"
        )
    uri = named if named.startswith("openai:") else f"openai:{named}"
    card = find_card()
    if isinstance(card, str):
        return replace(CPU, llm=uri, why=f"{card}; speech and search run on the CPU")
    hearing, heard = _hearing(config)
    return replace(hearing, llm=uri, device="cuda", why=f"{card.text}; {heard}")


def _by_machine(config: Config, before: Choice | None) -> Choice:
    """Choose by the GPU, where there is one that will do."""
    card = find_card()
    chosen, problem = (None, card) if isinstance(card, str) else _on(card, config, before)
    if chosen:
        return chosen
    if config.preset == "gpu":
        raise InputError(f"--preset gpu: {problem}; take --preset cpu, or see `rag-notes doctor`")
    return replace(CPU, why=f"{problem}; everything runs on the CPU")


def _on(card: Card, config: Config, before: Choice | None) -> tuple[Choice | None, str]:
    """Everything on a GPU, or why not: no LLM fits or none is to be had."""
    if config.llm:
        hearing, heard = _hearing(config)
        return replace(hearing, device="cuda", why=f"{card.text}; {heard}"), ""
    fitting = [one for one in GPU_LLMS if one.needs <= card.free]
    if not fitting:
        return None, f"{card.text}, the smallest LLM needs {GPU_LLMS[-1].needs / 1e9:.1f}"
    found, problem = _first_to_be_had(fitting, config, before)
    if found is None:
        return None, f"{card.text}, but {problem}"
    hearing, heard = _hearing(config)
    needs = f"{found.repository} in 4 bits, which needs {found.needs / 1e9:.1f}"
    llm = f"transformers:{found.repository}"
    return replace(hearing, llm=llm, device="cuda", why=f"{card.text}: {needs}; {heard}"), ""


def _first_to_be_had(
    fitting: Sequence[GpuModel], config: Config, before: Choice | None
) -> tuple[GpuModel | None, str | None]:
    """The largest model that is here or can be fetched, the one of `before` first of all."""
    begun = before.llm.partition(":")[2] if before else ""
    problem = None
    for one in sorted(fitting, key=lambda one: one.repository != begun):
        problem = repositories.absence(one.repository, config)
        if problem is None:
            return one, None
    return None, problem


def _hearing(config: Config) -> tuple[Choice, str]:
    """The transcriber with its device, within the CPU's choice, and a few words on it."""
    if absent := repositories.absence(GPU_TRANSCRIBER, config):
        return CPU, f"Whisper base on the CPU ({absent})"
    folder: Path | None = None
    if repositories.problem(GPU_TRANSCRIBER) is None:
        folder = repositories.find(GPU_TRANSCRIBER)
    else:
        for name in (CPU.transcriber, TINY.transcriber):
            folder = folder or _here(name, config)
    if problem := hearing_problem(folder):
        return CPU, f"Whisper base on the CPU ({problem}; pip install 'rag-notes[cuda]' may help)"
    chosen = replace(CPU, transcriber=GPU_TRANSCRIBER, hears_on="cuda")
    return chosen, "Whisper large-v3-turbo in float16"


def _here(name: str, config: Config) -> Path | None:
    try:
        return models.find(name, config)
    except ModelError:
        return None
