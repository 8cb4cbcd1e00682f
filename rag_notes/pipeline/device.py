"""Which GPU this machine has, found out in child processes.

A driver that hangs, a library that is missing or one that ends its process harms the child alone.
Out: the card, or the reason why there is none to be used. Nothing heavy is loaded here.
"""

import ctypes
import re
import shutil
import subprocess
import sys
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import msgspec

_SECONDS = 120.0  # a first import of torch with CUDA from a slow disk takes a minute
_DEVICES = ("/dev/nvidiactl", "/dev/dxg", "/dev/nvidia0")
_CARD = "from rag_notes.llm import weights; weights.print_card()"
_HEAR = """
import sys
from rag_notes.pipeline.device import preload_cuda
preload_cuda()
import ctranslate2, ctypes, numpy
if "float16" not in ctranslate2.get_supported_compute_types("cuda"):
    raise SystemExit("CTranslate2 does not compute in float16 on this GPU")
ctypes.CDLL("libcublas.so.12")
if sys.argv[1]:
    from faster_whisper import WhisperModel
    model = WhisperModel(sys.argv[1], device="cuda", compute_type="float16", local_files_only=True)
    list(model.transcribe(numpy.zeros(8000, numpy.float32), language="en")[0])
"""
_LIBRARIES = ("libcublasLt.so.12", "libcublas.so.12", "libcudnn*.so.9")
_LAST = re.compile(r"^(?:[\w.]+(?:Error|Exception): )?(.+)$")


@dataclass(frozen=True, slots=True)
class Card:
    """A GPU that computes; bytes of its memory, `free` as it was when asked."""

    name: str
    free: int
    total: int

    @property
    def text(self) -> str:
        """The card for people."""
        return f"{self.name} with {self.free / 1e9:.1f} of {self.total / 1e9:.1f} GB free"


@lru_cache(maxsize=1)
def find_card() -> Card | str:
    """The GPU, tried with a small computation and a 4-bit layer; else why there is none.

    Raises nothing: whatever goes wrong is a reason. The answer is kept.
    """
    if reason := _no_driver():
        return reason
    said, problem = _ask(_CARD)
    if problem:
        return f"the GPU cannot be used: {problem}"
    try:
        return msgspec.json.decode(said.splitlines()[-1], type=Card)
    except (msgspec.DecodeError, IndexError):
        return "the GPU cannot be used: its probe said nothing"


@lru_cache(maxsize=4)
def hearing_problem(folder: Path | None) -> str | None:
    """Why Whisper cannot run on the GPU, tried with the weights in `folder` on half a second.

    Without a folder only the libraries are looked for.
    """
    return _ask(_HEAR, str(folder or ""))[1]


def preload_cuda() -> None:
    """Load the cuBLAS 12 of the extra `cuda` and torch's cuDNN 9, for CTranslate2 to find them.

    Wheels put them where the system's loader does not look; of one name they are loaded once.
    """
    for folder in map(Path, sys.path):
        for name in _LIBRARIES:
            for path in sorted(folder.glob(f"nvidia/*/lib/{name}")):
                with suppress(OSError):  # not for this machine: CTranslate2 will say what it lacks
                    ctypes.CDLL(str(path), mode=ctypes.RTLD_GLOBAL)


def _no_driver() -> str | None:
    try:
        if version("torch").endswith("+cpu"):
            return "torch is installed as its CPU build"
    except PackageNotFoundError:
        return "torch is not installed"
    if shutil.which("nvidia-smi") or any(map(Path.exists, map(Path, _DEVICES))):
        return None
    return "no NVIDIA driver was found"


def _ask(code: str, *arguments: str) -> tuple[str, str | None]:
    """Run code in a child: what it printed, and what went wrong in one line or None."""
    try:
        done = subprocess.run(  # noqa: S603 - our own words and a folder
            [sys.executable, "-c", code, *arguments],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            errors="replace",
            timeout=_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return "", f"it did not answer within {_SECONDS:.0f} s"
    if done.returncode == 0:
        return done.stdout, None
    lines = [line.strip() for line in done.stderr.splitlines() if line.strip()]
    last = _LAST.match(lines[-1]) if lines else None
    return "", last[1][:200] if last else f"its probe ended with {done.returncode}"
