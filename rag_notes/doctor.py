"""What this machine has, and what a run will take on it."""

import os
import platform
import shutil
import sys
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version

from rag_notes import models
from rag_notes.config import Config

_PACKAGES = (
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
# Measured on 2 cores with AVX-512 (docs/BENCHMARK.md): seconds of work per second of lecture.
_SPEECH, _WRITING = 0.12, 0.25


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of the report; `ok` is False where something should be done."""

    name: str
    found: str
    ok: bool = True


def examine(config: Config) -> tuple[Finding, ...]:
    """Look at the machine, the packages, the models and the folders; loads no model."""
    return (
        Finding("python", f"{platform.python_version()} on {platform.system()} {platform.machine()}"),
        _cores(),
        _memory(),
        _gpu(),
        _disk(config),
        *(_package(name) for name in _PACKAGES),
        *_models(config),
        Finding("indexes", str(config.indexes)),
        Finding("network", "never (RAG_NOTES_OFFLINE is set)" if config.offline else "to fetch models"),
        _estimate(),
    )


def _cores() -> Finding:
    usable = len(os.sched_getaffinity(0))
    return Finding("cores", f"{usable} usable of {os.cpu_count()}")


def _memory() -> Finding:
    import psutil

    memory = psutil.virtual_memory()
    free, total = memory.available / 1e9, memory.total / 1e9
    enough = free >= _NEEDED_GB
    advice = "" if enough else f"; a run takes up to {_NEEDED_GB:.0f} GB, close other programs"
    return Finding("memory", f"{free:.1f} GB free of {total:.1f} GB{advice}", ok=enough)


def _gpu() -> Finding:
    if shutil.which("nvidia-smi") is None:
        return Finding("gpu", "none found: the LLM runs on the CPU")
    return Finding("gpu", "an NVIDIA driver is here; this version runs the LLM on the CPU")


def _disk(config: Config) -> Finding:
    folder = config.models
    while not folder.exists() and folder != folder.parent:
        folder = folder.parent
    free = shutil.disk_usage(folder).free / 1e9
    return Finding("disk", f"{free:.0f} GB free for models in {config.models}", ok=free > 1.5)


def _package(name: str) -> Finding:
    try:
        return Finding(name, version(name))
    except PackageNotFoundError:
        return Finding(name, "not installed: install rag-notes again", ok=False)


def _models(config: Config) -> tuple[Finding, ...]:
    wanted = models.default_models(config)
    return tuple(
        Finding(
            "model",
            f"{row.title}, {row.size / 1e6:.0f} MB"
            + ("" if row.present else ": not here, `rag-notes models fetch` gets it"),
            ok=row.present,
        )
        for row in models.status(config)
        if row.name in wanted
    )


def _estimate() -> Finding:
    cores = len(os.sched_getaffinity(0))
    minutes = 60 * (_SPEECH + _WRITING) * 2 / max(1, min(cores, 8))
    return Finding("estimate", f"about {minutes:.0f} minutes for an hour of lecture, python {sys.version_info[0]}")
