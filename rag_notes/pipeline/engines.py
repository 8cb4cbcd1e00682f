"""From names to loaded parts: which transcriber, embedder and LLM a run takes.

A plan is made before anything is read or loaded, so that a wrong name or a missing model ends the
run at once. Loading happens when a part is first asked for something.
"""

import os
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from rag_notes import models
from rag_notes.config import Config, api_key, usable_cores
from rag_notes.errors import (
    InputError,
    MissingFileError,
    ModelError,
    ModelMissingError,
    SpaceError,
)
from rag_notes.pipeline.live import LiveLLM
from rag_notes.pipeline.report import Reporter
from rag_notes.protocols import LLM, Embedder
from rag_notes.replies import CachedLLM, ReplyCache

if TYPE_CHECKING:
    from rag_notes.llm.address import ServerAddress
    from rag_notes.search.rank import Fusion

HASH_EMBEDDER = "hash-256"
_MAGIC = b"GGUF"  # the first bytes of such a file
_SCHEMES = "gguf:NAME_OR_PATH, openai:BASE_URL#MODEL, echo:"


@dataclass(frozen=True, slots=True)
class Plan:
    """The parts of a run by name.

    `llm_model` is a name in models.toml, `llm_file` a path, `llm_server` where another program runs
    the LLM. `searcher` embeds for the index where the `embedder`, by which statements are checked,
    does not know the lecture's language.
    """

    transcriber: str
    embedder: str
    llm: str
    llm_model: str | None = None
    llm_file: Path | None = None
    llm_server: "ServerAddress | None" = None
    searcher: str | None = None

    @property
    def models(self) -> tuple[str, ...]:
        """The models that must be on this machine, all but the transcriber's."""
        return (*self.search_models, *((self.llm_model,) if self.llm_model else ()))

    @property
    def search_models(self) -> tuple[str, ...]:
        """Those of them that search and check need: no LLM."""
        if self.embedder == HASH_EMBEDDER:
            return ()
        return (self.embedder, *((self.searcher,) if self.searcher else ()))

    @property
    def index_embedder(self) -> str:
        """The embedder that the index is built with and asked by."""
        return self.searcher or self.embedder


def plan_engines(config: Config) -> Plan:
    """Read the configured names.

    Raises InputError for an LLM that is none or may not be asked, MissingFileError for a GGUF file
    that is not there, ModelError for a file that is no GGUF or a name that models.toml does not
    have.
    """
    scheme, colon, rest = config.llm.partition(":")
    if scheme == "echo" and colon and not rest:
        return Plan(config.transcriber, HASH_EMBEDDER, "echo")
    if scheme == "openai":
        from rag_notes.llm.address import read_address

        server = read_address(rest, offline=config.offline)
        return Plan(config.transcriber, config.embedder, server.name, llm_server=server)
    if scheme != "gguf" or not rest:
        raise InputError(f"--llm {_without_secrets(config.llm)!r} is none of: {_SCHEMES}")
    if rest.endswith(".gguf") or os.sep in rest:
        path = Path(rest).expanduser()
        if not path.is_file():
            raise MissingFileError(path, "--llm")
        with path.open("rb") as file:
            if file.read(len(_MAGIC)) != _MAGIC:
                raise ModelError(
                    f"--llm {path}: not a GGUF file; give one, or a name of models.toml"
                )
        return Plan(config.transcriber, config.embedder, _file_name(path), llm_file=path)
    return Plan(config.transcriber, config.embedder, models.title(rest, "gguf"), llm_model=rest)


def _without_secrets(uri: str) -> str:
    """What a user gave, up to where a URL may hold a password or a key."""
    scheme, slashes, _ = uri.partition("://")
    return f"{scheme}{slashes}…" if slashes else uri


def _file_name(path: Path) -> str:
    stat = path.stat()
    return f"{path.stem} ({stat.st_size} bytes, {stat.st_mtime_ns})"


def require_models(names: tuple[str, ...], config: Config, report: Reporter) -> None:
    """Have every model on this machine, fetching those that are not, unless offline.

    Raises ModelMissingError where one is not to be had.
    """
    present = {one.name for one in models.status(config) if one.present}
    for name in names:
        if name not in present:
            with report.stage(f"fetch {name}") as progress:
                models.fetch(name, config, progress)


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
    return _load_embedder(plan.embedder, config)


def load_searcher(plan: Plan, config: Config, embedder: Embedder) -> Embedder:
    """Load the text encoder of the index, where it is not the `embedder` of the checks."""
    return _load_embedder(plan.searcher, config) if plan.searcher else embedder


def _load_embedder(name: str, config: Config) -> Embedder:
    from rag_notes.search.embed import HashEmbedder, SentenceEmbedder

    if name == HASH_EMBEDDER:
        return HashEmbedder()
    prompts = models.embedder_prompts(name)
    return SentenceEmbedder(
        models.find(name, config),
        name,
        threads(config),
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
        parallel=config.server_parallel if plan.llm_server else 1,
    )


def live_llm(plan: Plan, config: Config) -> LiveLLM:
    """The LLM for a conversation, whose replies are not kept; loaded when first asked."""
    load, context, count = _llm(plan, config)
    return LiveLLM(load, name=plan.llm, context=context, count_tokens=count)


def _llm(plan: Plan, config: Config) -> tuple[Callable[[], LLM], int, Callable[[str], int]]:
    from rag_notes.llm.chat import count_tokens
    from rag_notes.llm.echo import EchoLLM
    from rag_notes.llm.embedded import EmbeddedLLM

    if plan.llm == "echo":
        echo = EchoLLM()
        return lambda: echo, echo.context, echo.count_tokens

    if server := plan.llm_server:
        return lambda: _meet(server, config), config.context_tokens, count_tokens

    def load() -> LLM:
        weights = plan.llm_file or models.find(plan.llm_model or "", config)
        return EmbeddedLLM(
            weights, name=plan.llm, context=config.context_tokens, threads=threads(config)
        )

    return load, config.context_tokens, count_tokens


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


def threads(config: Config) -> int:
    """Threads a model runs on: as configured, else one per core this process may use."""
    return config.threads or usable_cores()
