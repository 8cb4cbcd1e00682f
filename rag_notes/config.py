"""Names, numbers and paths of a run; the only reader of the environment.

A value comes from the flag, else the argument, else the environment, else the default here.
"""

import os
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal, TypeAlias

import platformdirs

Preset: TypeAlias = Literal["auto", "cpu", "gpu", "server", "tiny"]

_CHECKOUT = Path(__file__).resolve().parent.parent


@dataclass(frozen=True, slots=True)
class Config:
    """Everything a run depends on besides its inputs. Tokens, words and seconds are named so."""

    indexes: Path
    models: Path
    offline: bool = False
    preset: Preset = "auto"
    # models, by their names in models.toml or on the hub; empty: as the preset says
    transcriber: str = ""
    embedder: str = ""
    foreign_embedder: str = "multilingual-e5-small"  # searches what the other has no language for
    llm: str = ""
    server: str = ""  # the LLM of --preset server, as --llm takes it
    # passages
    chunk_min_words: int = 40
    chunk_max_words: int = 180
    chunk_target_words: int = 110
    chunk_max_seconds: float = 90.0
    # outline
    topic_seconds: float = 240.0
    topic_words: int = 560
    topics_min: int = 3
    # retrieval
    retrieve_rest: int = 3
    retrieve_slides: int = 3
    # llm
    judge_least: float = 0.65  # probability that a second reading must give a statement; 0: none
    own_wording: bool = True  # whether the notes may say what was said in the LLM's words
    context_tokens: int = 4096
    threads: int = 0  # 0: one per core
    server_parallel: int = 8  # prompts that a server is asked at once
    seed: int = 0

    @property
    def is_automatic(self) -> bool:
        """Whether all parts are left to the machine's choice."""
        return self.preset == "auto" and not (self.transcriber or self.embedder or self.llm)


def load_config(
    *,
    indexes: Path | None = None,
    models: Path | None = None,
    preset: Preset = "auto",
    llm: str | None = None,
) -> Config:
    """Resolve flags, environment and defaults into one Config.

    `RAG_NOTES_INDEXES`, `RAG_NOTES_MODELS`, `RAG_NOTES_OFFLINE`, `RAG_NOTES_SERVER` are read here
    and nowhere else.
    """
    env = os.environ
    config = Config(
        indexes=indexes or _path(env.get("RAG_NOTES_INDEXES")) or _default_indexes(),
        models=models or _path(env.get("RAG_NOTES_MODELS")) or _default_models(),
        offline=env.get("RAG_NOTES_OFFLINE", "") not in ("", "0"),
        preset=preset,
        llm=llm or "",
        server=env.get("RAG_NOTES_SERVER", "").strip(),
    )
    # the model of the tests cannot judge
    return replace(config, judge_least=0.0) if preset == "tiny" else config


def api_key() -> str | None:
    """Read the key of the server that `--llm openai:` names.

    It is no part of Config, so that nothing that prints, keeps or hashes one can meet it.
    """
    return os.environ.get("RAG_NOTES_API_KEY") or os.environ.get("OPENAI_API_KEY") or None


def slides_password() -> str:
    """Read the password of the slides, which is no part of Config either."""
    return os.environ.get("RAG_NOTES_SLIDES_PASSWORD", "")


def usable_cores() -> int:
    """Cores that this process may use."""
    usable = getattr(os, "sched_getaffinity", None)  # not on macOS
    return len(usable(0)) if usable else os.cpu_count() or 1


def _path(text: str | None) -> Path | None:
    return Path(text).expanduser() if text else None


def _default_indexes() -> Path:
    if (_CHECKOUT / "indexes" / "README.md").exists():
        return _CHECKOUT / "indexes"
    return platformdirs.user_data_path("rag-notes") / "indexes"


def _default_models() -> Path:
    cache = _path(os.environ.get("XDG_CACHE_HOME")) or Path.home() / ".cache"
    return cache / "rag-notes" / "models"
