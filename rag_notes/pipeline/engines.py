"""From planned names to loaded parts: transcriber, embedder and LLM, on the CPU or the GPU.

A plan is made before anything is read or loaded (`plan`); loading happens when a part is first
asked for something.
"""

import gc
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from rag_notes import models, repositories
from rag_notes.config import Config, api_key, usable_cores
from rag_notes.errors import ModelMissingError, SpaceError
from rag_notes.pipeline.device import Card, find_card, hearing_problem, preload_cuda
from rag_notes.pipeline.live import LiveLLM
from rag_notes.pipeline.plan import HASH_EMBEDDER, Plan, plan_engines
from rag_notes.pipeline.report import Reporter
from rag_notes.protocols import LLM, Embedder
from rag_notes.replies import CachedLLM, ReplyCache

if TYPE_CHECKING:
    from rag_notes.llm.address import ServerAddress
    from rag_notes.search.rank import Fusion

__all__ = [
    "HASH_EMBEDDER",
    "Hearing",
    "Plan",
    "cached_llm",
    "fetch_models",
    "find_model",
    "fit_searcher",
    "fusion_for",
    "give_back",
    "hearing",
    "live_llm",
    "llm_weights",
    "load_embedder",
    "load_llm",
    "load_searcher",
    "meet_server",
    "plan_engines",
    "require_models",
    "settle_hearing",
    "threads",
]

_ROOMY = 6_000_000_000  # bytes of a GPU from which 16 windows of speech are heard at a time


@dataclass(frozen=True, slots=True)
class Hearing:
    """Where and in which numbers the speech model computes, and how many windows at a time."""

    device: str
    compute_type: str
    batch_size: int


def require_models(names: tuple[str, ...], config: Config, report: Reporter) -> None:
    """Have every model on this machine, fetching those that are not, unless offline.

    Raises ModelMissingError where one is not to be had.
    """
    present = {one.name for one in models.status(config) if one.present}
    fetch_models([name for name in names if name not in present], config, report)


def fetch_models(names: Sequence[str], config: Config, report: Reporter) -> None:
    """Get models by their names in models.toml or on the hub; those that are here are only checked.

    Raises ModelError, ModelMissingError, SpaceError.
    """
    for name in names:
        if repositories.is_repository(name):
            if repositories.problem(name):
                with report.stage(f"fetch {name}"):
                    repositories.fetch(name, config)
        else:
            with report.stage(f"fetch {name}") as progress:
                models.fetch(name, config, progress)


def find_model(name: str, config: Config) -> Path:
    """Find a model by its name in models.toml or on the hub: the file of a gguf, else the folder.

    Raises ModelError, ModelMissingError.
    """
    if repositories.is_repository(name):
        return repositories.find(name)
    return models.find(name, config)


def fit_searcher(
    plan: Plan, language: str | None, config: Config, report: Reporter, *, fetch: bool
) -> Plan:
    """Have the lecture searched by an embedder that knows its language, where one can be had.

    With `fetch` it is fetched if it is not here; what cannot be had is said, and the keywords carry
    the search.
    """
    if plan.embedder == HASH_EMBEDDER or language is None or models.knows(plan.embedder, language):
        return replace(plan, searcher=None)
    fitting = replace(plan, searcher=config.foreign_embedder)
    present = {one.name for one in models.status(config) if one.present}
    if config.foreign_embedder in present:
        return fitting
    if fetch:
        try:
            require_models((config.foreign_embedder,), config, report)
        except (ModelMissingError, SpaceError) as error:
            report.say(
                f"{plan.embedder} does not know {language!r}, words carry the search: {error}"
            )
        else:
            return fitting
    return replace(plan, searcher=None)


def load_embedder(plan: Plan, config: Config) -> Embedder:
    """Load the text encoder that statements are checked by."""
    return _load_embedder(plan.embedder, plan, config)


def load_searcher(plan: Plan, config: Config, embedder: Embedder) -> Embedder:
    """Load the text encoder of the index, where it is not the `embedder` of the checks."""
    return _load_embedder(plan.searcher, plan, config) if plan.searcher else embedder


def _load_embedder(name: str, plan: Plan, config: Config) -> Embedder:
    from rag_notes.search.embed import HashEmbedder, SentenceEmbedder

    if name == HASH_EMBEDDER:
        return HashEmbedder()
    prompts = models.embedder_prompts(name)
    return SentenceEmbedder(
        models.find(name, config),
        name,
        threads(config),
        device=plan.choice.device,
        query_prompt=prompts.query,
        passage_prompt=prompts.passage,
    )


def fusion_for(embedder: str, language: str) -> "Fusion":
    """What the cosines of an embedder count in a lecture of this language."""
    from rag_notes.search.rank import FOREIGN, FUSION

    return FUSION if models.knows(embedder, language) else FOREIGN


def cached_llm(plan: Plan, config: Config, folder: Path) -> CachedLLM:
    """The LLM behind the lecture's reply cache; weights are loaded when a reply is missing."""
    load, context, count = _llm(plan, config)
    return CachedLLM(
        load,
        ReplyCache(folder),
        name=plan.llm,
        context=context,
        count_tokens=count,
        parallel=_parallel(plan, config),
    )


def live_llm(plan: Plan, config: Config) -> LiveLLM:
    """The LLM for a conversation, whose replies are not kept; loaded when first asked."""
    load, context, count = _llm(plan, config)
    return LiveLLM(load, name=plan.llm, context=context, count_tokens=count)


def _llm(plan: Plan, config: Config) -> tuple[Callable[[], LLM], int, Callable[[str], int]]:
    from rag_notes.llm.chat import count_tokens
    from rag_notes.llm.echo import EchoLLM

    if plan.scheme == "echo":
        echo = EchoLLM()
        return lambda: echo, echo.context, echo.count_tokens
    return lambda: load_llm(plan, config), config.context_tokens, count_tokens


def _parallel(plan: Plan, config: Config) -> int:
    """Prompts that the LLM is given side by side."""
    if plan.scheme == "openai":
        return config.server_parallel
    if plan.scheme == "transformers":
        from rag_notes.llm.quantized import PARALLEL

        return PARALLEL[plan.choice.device]
    return 1


def load_llm(plan: Plan, config: Config) -> LLM:
    """Load the LLM, or meet its server.

    Raises ModelError, ModelMissingError.
    """
    if plan.scheme == "echo":
        from rag_notes.llm.echo import EchoLLM

        return EchoLLM()
    if plan.llm_server:
        return _meet(plan.llm_server, config)
    weights = llm_weights(plan, config)
    if plan.scheme == "gguf":
        from rag_notes.llm.embedded import EmbeddedLLM

        return EmbeddedLLM(
            weights, name=plan.llm, context=config.context_tokens, threads=threads(config)
        )
    from rag_notes.llm.quantized import QuantizedLLM

    return QuantizedLLM(
        weights,
        name=plan.llm,
        context=config.context_tokens,
        threads=threads(config),
        device=plan.choice.device,
    )


def llm_weights(plan: Plan, config: Config) -> Path:
    """The file or folder of the LLM's weights; a GGUF becomes safetensors for `transformers:`."""
    weights = plan.llm_path or find_model(plan.llm_model or "", config)
    if plan.scheme == "transformers" and weights.is_file():
        from rag_notes.llm.weights import from_gguf

        known = {model.name: model for model in models.catalogue()}
        return from_gguf(weights, known[plan.llm_model or ""].files[0].sha256)
    return weights


def meet_server(plan: Plan, config: Config) -> None:
    """Ask the server of the LLM, if one is named, whether it is there and will do.

    Raises ModelError where it will not.
    """
    if plan.llm_server:
        _meet(plan.llm_server, config)


def _meet(server: "ServerAddress", config: Config) -> LLM:
    from rag_notes.llm.server import ServerLLM

    return ServerLLM(
        server,
        key=api_key(),
        context=config.context_tokens,
        parallel=config.server_parallel,
    )


def settle_hearing(plan: Plan, config: Config, report: Reporter) -> Plan:
    """Try the speech model where it is to run; what cannot hear on the GPU does on the CPU."""
    if plan.choice.hears_on == "cpu":
        return plan
    problem = hearing_problem(find_model(plan.transcriber, config))
    if problem is None:
        preload_cuda()
        return plan
    report.say(f"speech is heard on the CPU: {problem}")
    return replace(plan, choice=replace(plan.choice, hears_on="cpu"))


def hearing(plan: Plan) -> Hearing:
    """How the speech model runs."""
    if plan.choice.hears_on == "cpu":
        return Hearing("cpu", "int8", 4)
    card = find_card()
    roomy = isinstance(card, Card) and card.free >= _ROOMY
    return Hearing("cuda", "float16", 16 if roomy else 4)


def give_back(plan: Plan) -> None:
    """Free the memory of the GPU that parts no longer held have left behind."""
    gc.collect()
    if plan.choice.device == "cuda":
        import torch

        torch.cuda.empty_cache()


def threads(config: Config) -> int:
    """Threads a model runs on: as configured, else one per core this process may use."""
    return config.threads or usable_cores()
