"""What this machine has, and what a run will take on it.

In: a Config. Out: findings, one line each. Loads no model and no heavy library, asks no network.
"""

import os
import platform
import shutil
import subprocess
from dataclasses import dataclass, replace
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from rag_notes import models
from rag_notes.config import Config, usable_cores
from rag_notes.pipeline import plan_engines

_PACKAGES = (
    "rag-notes",
    "torch",
    "transformers",
    "bitsandbytes",
    "sentence-transformers",
    "chromadb",
    "faster-whisper",
    "xllamacpp",
    "pdfplumber",
)
_NEEDED_GB = 4.0
_INDEX_GB = 0.1
_SMI_SECONDS = 10.0

# Measured on 2 cores with AVX2 (docs/BENCHMARK.md): Whisper base takes a tenth of the lecture's
# time, the LLM some 13 seconds a passage. An hour of speech is about 9,000 words.
_HEARING, _PASSAGE_SECONDS = 0.1, 12.9
_HOUR_WORDS, _HOUR_PAGES, _MEASURED_CORES = 9000, 30, 2
_GAIN = 0.7  # work on n times the cores takes n**-0.7 of the time: writing waits for memory


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of the report; `ok` is False where something should be done."""

    name: str
    found: str
    ok: bool = True


def examine(config: Config) -> tuple[Finding, ...]:
    """Look at the machine, the packages, the models and the folders."""
    cores = usable_cores()
    plan = plan_engines(replace(config, preset="auto", llm=""))
    wanted = models.default_models(config)
    weights = [row for row in models.status(config) if row.name in wanted]
    missing = sum(row.size for row in weights if not row.present)
    return (
        Finding("python", f"{platform.python_version()}, {platform.system()} {platform.machine()}"),
        _cpu(cores),
        _memory(),
        _gpu(),
        Finding("auto takes", f"{plan.text(hears=True)}: {plan.choice.why}"),
        *(_package(name) for name in _PACKAGES),
        *map(_model, weights),
        _folder("models in", config.models, missing / 1e9),
        _folder("lectures in", config.indexes, _INDEX_GB),
        _network(config, missing=missing > 0),
        Finding("an hour takes", estimate(cores, config, on_gpu=plan.choice.device == "cuda")),
    )


def estimate(cores: int, config: Config, *, on_gpu: bool = False) -> str:
    """Say what an hour of lecture with slides takes on so many cores with the default models."""
    if on_gpu:
        return "not measured on a GPU yet"
    if config.preset == "tiny" or config.llm.startswith("echo:"):
        return "a few minutes; these models are for trying out, not for study"
    slower = (_MEASURED_CORES / cores) ** _GAIN
    passages = _HOUR_WORDS / config.chunk_target_words + _HOUR_PAGES
    hearing = 60 * _HEARING * slower
    writing = passages * _PASSAGE_SECONDS / 60 * slower
    return (
        f"about {hearing + writing:.0f} minutes: {hearing:.0f} to hear it, {writing:.0f} to write "
        f"the notes; up to {_NEEDED_GB:.0f} GB of memory"
    )


# --- the machine ---------------------------------------------------------------------------------


def _cpu(cores: int) -> Finding:
    told = _cpuinfo(Path("/proc/cpuinfo"))
    model = told.get("model name", platform.processor()) or "unknown model"
    slow = "flags" in told and "avx2" not in told["flags"].split()
    advice = "; it has no AVX2, the LLM will be very slow" if slow else ""
    return Finding("cpu", f"{cores} of {os.cpu_count()} cores, {model}{advice}", ok=not slow)


def _cpuinfo(path: Path) -> dict[str, str]:
    """What Linux tells of the first core; nothing elsewhere."""
    try:
        first = path.read_text(encoding="utf-8", errors="replace").split("\n\n")[0]
    except OSError:
        return {}
    pairs = (line.partition(":") for line in first.splitlines())
    return {name.strip(): value.strip() for name, _, value in pairs}


def _memory() -> Finding:
    import psutil

    memory = psutil.virtual_memory()
    limit = _memory_limit(Path("/sys/fs/cgroup/memory.max"))
    total = min(memory.total, limit or memory.total)
    free = min(memory.available, total)
    enough = free >= _NEEDED_GB * 1e9
    advice = "" if enough else f"; a run takes up to {_NEEDED_GB:.0f} GB, close other programs"
    return Finding("memory", f"{free / 1e9:.1f} GB free of {total / 1e9:.1f} GB{advice}", ok=enough)


def _memory_limit(path: Path) -> int | None:
    """Bytes that a container may take; None where there is no limit."""
    try:
        text = path.read_text(encoding="ascii").strip()
    except (OSError, UnicodeDecodeError):
        return None
    return int(text) if text.isdecimal() else None


def _gpu() -> Finding:
    """What the NVIDIA driver says; whether it can be used stands under "auto takes"."""
    command = shutil.which("nvidia-smi")
    if command is None:
        return Finding("gpu", "none found; everything runs on the CPU")
    ask = [command, "--query-gpu=name,memory.total", "--format=csv,noheader"]
    try:
        said = subprocess.run(  # noqa: S603 - the driver's own program
            ask, capture_output=True, text=True, check=True, timeout=_SMI_SECONDS, errors="replace"
        ).stdout
    except (OSError, subprocess.SubprocessError):
        return Finding("gpu", "nvidia-smi is here but does not answer; everything runs on the CPU")
    cards = "; ".join(line.strip() for line in said.splitlines() if line.strip())
    return Finding("gpu", cards or "none found; everything runs on the CPU")


# --- packages, models, folders -------------------------------------------------------------------


def _package(name: str) -> Finding:
    try:
        return Finding(name, version(name))
    except PackageNotFoundError:
        return Finding(name, "not installed; install rag-notes again", ok=False)


def _model(row: models.ModelStatus) -> Finding:
    advice = "" if row.present else "; not here, `rag-notes models fetch` gets it"
    return Finding("model", f"{row.title}, {row.size / 1e6:.0f} MB{advice}", ok=row.present)


def _folder(name: str, folder: Path, need: float) -> Finding:
    """A folder that is or will be made: may we write there, is there room for `need` GB."""
    there = folder.absolute()
    while not there.exists() and there != there.parent:
        there = there.parent
    if need and not (there.is_dir() and os.access(there, os.W_OK)):
        return Finding(name, f"{folder}; cannot be written to", ok=False)
    free = shutil.disk_usage(there).free / 1e9
    enough = free >= need
    advice = "" if enough else f"; {need:.1f} GB are needed"
    return Finding(name, f"{folder}, {free:.1f} GB free{advice}", ok=enough)


def _network(config: Config, *, missing: bool) -> Finding:
    if config.offline:
        return Finding("network", "never used, RAG_NOTES_OFFLINE is set", ok=not missing)
    if not missing:
        return Finding("network", "not needed, all models are here")
    return Finding("network", "needed to fetch the models that are not here")
