"""Which parts a run takes, by name: read from the configuration, checked before anything is loaded.

A wrong name or a folder that holds no weights ends the run at once. What this machine can run is
decided by `presets`; loading is for `engines`.
"""

import os
import re
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Literal, TypeAlias

import msgspec

from rag_notes import models, repositories, store
from rag_notes.config import Config
from rag_notes.errors import InputError, MissingFileError, ModelError
from rag_notes.pipeline.presets import Choice, choose, model_title
from rag_notes.pipeline.report import Reporter
from rag_notes.pipeline.request import MakeRequest

if TYPE_CHECKING:
    from rag_notes.llm.address import ServerAddress

HASH_EMBEDDER = "hash-256"
_MAGIC = b"GGUF"  # the first bytes of such a file
_SCHEMES = "gguf:NAME_OR_PATH, transformers:NAME_OR_FOLDER, openai:BASE_URL#MODEL, echo:"
_NO_JUDGES = ("smollm2-135m",)  # it finds nothing anywhere: no statement would be left
# Of 13 statements that the first put in its own words 6 held fully; of 37 that only shortened, or
# were, what was said, 33 (docs/EVALUATION.md).
_NO_WRITERS = ("qwen2.5-coder-1.5b-instruct", *_NO_JUDGES)
_PLAIN = ("cpu", "tiny")  # presets that choose nothing by the machine
_FOLDER = re.compile(r"[./~]")  # what a path begins with and a name does not

Scheme: TypeAlias = Literal["gguf", "transformers", "openai", "echo"]


@dataclass(frozen=True, slots=True)
class Plan:
    """The parts of a run by name; `choice` says where they run.

    The LLM is one of these: `llm_model`, a name in models.toml or on the hub; `llm_path`, a file or
    a folder; `llm_server`, where another program runs it; none for echo. `searcher` embeds for the
    index where the `embedder`, by which statements are checked, does not know the lecture's
    language.
    """

    choice: Choice
    embedder: str
    llm: str
    scheme: Scheme
    llm_model: str | None = None
    llm_path: Path | None = None
    llm_server: "ServerAddress | None" = None
    searcher: str | None = None

    @property
    def transcriber(self) -> str:
        """The speech model, a name in models.toml or on the hub."""
        return self.choice.transcriber

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

    def text(self, *, hears: bool) -> str:
        """The parts for people, the transcriber among them where the run `hears`."""
        heard_by = [model_title(self.transcriber)] if hears else []
        return ", ".join([*heard_by, self.embedder, self.llm])

    def parts(self, config: Config, known: store.Manifest) -> Mapping[str, str]:
        """What a lecture records to go on with: what was chosen for it, not what was asked for."""
        return self.choice.parts if config.is_automatic else known.parts


def plan_lecture(
    request: MakeRequest, config: Config, folder: Path, report: Reporter
) -> tuple[Plan, Config]:
    """Plan the parts for a lecture, those of its first run where there was one, and say why these.

    An LLM that cannot judge is not asked to: the Config says so too. Raises as `plan_engines`.
    """
    known = store.load_manifest(folder) or store.Manifest(title=folder.name)
    before = None
    if known.parts and known.versions.get("rag_notes") == version("rag-notes"):
        with suppress(msgspec.ValidationError):  # of a manifest that someone has changed
            before = msgspec.convert(known.parts, Choice)
    plan = plan_engines(config, before=before, finished=store.LAST_STAGE in known.stages)
    if config.preset not in _PLAIN and plan.scheme != "echo":
        parts = plan.text(hears=request.is_media)
        report.say(f"preset {config.preset} takes {parts}: {plan.choice.why}")
    return plan, as_trusted(config, plan)


def as_trusted(config: Config, plan: Plan) -> Config:
    """The Config without what the planned LLM is not trusted with: to judge, to use other words."""
    if plan.llm_model in _NO_JUDGES:
        config = replace(config, judge_least=0.0)
    return replace(config, own_wording=plan.llm_model not in _NO_WRITERS)


def plan_engines(config: Config, *, before: Choice | None = None, finished: bool = False) -> Plan:
    """Read the configured names, and have the preset choose the others (`presets.choose`).

    Raises InputError for an LLM that is none or may not be asked, MissingFileError for a file or
    folder that is not there, ModelError for one that holds no such weights or a name that
    models.toml does not have.
    """
    choice = choose(config, before=before, finished=finished)
    scheme, colon, rest = choice.llm.partition(":")
    if scheme == "echo" and colon and not rest:
        return Plan(choice, HASH_EMBEDDER, "echo", "echo")
    if scheme == "openai":
        from rag_notes.llm.address import read_address

        server = read_address(rest, offline=config.offline)
        return Plan(choice, choice.embedder, server.name, "openai", llm_server=server)
    if scheme == "gguf" and rest:
        return _plan_gguf(choice, rest)
    if scheme == "transformers" and rest:
        return _plan_transformers(choice, rest)
    raise InputError(f"--llm {_without_secrets(choice.llm)!r} is none of: {_SCHEMES}")


def _plan_gguf(choice: Choice, name: str) -> Plan:
    if not name.endswith(".gguf") and os.sep not in name:
        title = models.title(name, "gguf")
        return Plan(choice, choice.embedder, title, "gguf", llm_model=name)
    path = Path(name).expanduser()
    if not path.is_file():
        raise MissingFileError(path, "--llm")
    with path.open("rb") as file:
        if file.read(len(_MAGIC)) != _MAGIC:
            raise ModelError(f"--llm {path}: not a GGUF file; give one, or a name of models.toml")
    return Plan(choice, choice.embedder, _path_name(path.stem, [path]), "gguf", llm_path=path)


def _plan_transformers(choice: Choice, name: str) -> Plan:
    path = Path(name).expanduser()
    if _FOLDER.match(name) or path.is_dir():
        from rag_notes.llm.weights import folder_problem

        if not path.is_dir():
            raise MissingFileError(path, "--llm")
        if problem := folder_problem(path):
            raise ModelError(f"--llm {path}: {problem}")
        title = _path_name(path.resolve().name, sorted(path.glob("*.safetensors")))
        return Plan(choice, choice.embedder, f"{title} nf4", "transformers", llm_path=path)
    if repositories.is_repository(name):
        return Plan(choice, choice.embedder, f"{name} nf4", "transformers", llm_model=name)
    # The name of its GGUF without that one's number format.
    title = models.title(name, "gguf").rpartition(" ")[0]
    return Plan(choice, choice.embedder, f"{title} nf4", "transformers", llm_model=name)


def _without_secrets(uri: str) -> str:
    """What a user gave, up to where a URL may hold a password or a key."""
    scheme, slashes, _ = uri.partition("://")
    return f"{scheme}{slashes}…" if slashes else uri


def _path_name(name: str, files: Sequence[Path]) -> str:
    """A name that changes with the files: replies of other weights are not taken for theirs."""
    stats = [path.stat() for path in files]
    size, time = sum(one.st_size for one in stats), max(one.st_mtime_ns for one in stats)
    return f"{name} ({size} bytes, {time})"
