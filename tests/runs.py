"""Runs of the product: sources to run on, the command as a child, a child to be killed."""

import json
import os
import select
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rag_notes import codec
from rag_notes.config import Config
from rag_notes.pipeline import Made, MakeRequest, make_notes
from rag_notes.schema import Chunk, Claim, Notes

SAMPLE = Path(__file__).parent / "data" / "sample"
MINUTE = SAMPLE / "first_minute.srt"
SLIDES = SAMPLE / "slides.pdf"
SECONDS = 60.0  # after which a child is taken for hung

_CUE_WORDS = 9


@dataclass(frozen=True, slots=True)
class SpokenWord:
    """A word of truth.json, from the synthesis."""

    start: float
    end: float
    text: str


def truth() -> tuple[SpokenWord, ...]:
    """Every word of the sample lecture with its true time."""
    words = json.loads((SAMPLE / "truth.json").read_text(encoding="utf-8"))["words"]
    return tuple(SpokenWord(word["start"], word["end"], word["text"]) for word in words)


def write_srt(path: Path, cues: Sequence[tuple[float, float, str]]) -> Path:
    """Write cues (start, end, text) as SubRip."""
    lines = [
        f"{number}\n{_clock(start)} --> {_clock(end)}\n{text}\n"
        for number, (start, end, text) in enumerate(cues, start=1)
    ]
    path.write_text("\n".join(lines), encoding="utf-8")
    return path


def true_captions(path: Path) -> Path:
    """The whole sample lecture as captions of nine words, with the true times."""
    words = truth()
    cues = [words[at : at + _CUE_WORDS] for at in range(0, len(words), _CUE_WORDS)]
    return write_srt(path, [(c[0].start, c[-1].end, " ".join(w.text for w in c)) for c in cues])


def evenly(path: Path, text: str) -> Path:
    """Captions of a text, nine words a cue, one word every 0.4 seconds."""
    words = text.split()
    cues = [
        (at * 0.4, (at + len(words[at : at + _CUE_WORDS])) * 0.4, words[at : at + _CUE_WORDS])
        for at in range(0, len(words), _CUE_WORDS)
    ]
    return write_srt(path, [(start, end, " ".join(said)) for start, end, said in cues])


def _clock(seconds: float) -> str:
    whole, thousandths = divmod(round(seconds * 1000), 1000)
    return f"{whole // 3600:02}:{whole // 60 % 60:02}:{whole % 60:02},{thousandths:03}"


# --- in this process -----------------------------------------------------------------------------


def echo_config(folder: Path) -> Config:
    """Config of a run that loads no weights and reaches no network."""
    return Config(
        indexes=folder / "indexes", models=folder / "models", offline=True, llm="echo:", threads=1
    )


def make(folder: Path, source: Path, **asked: Any) -> Made:  # noqa: ANN401 (fields of MakeRequest)
    """Make a lecture's notes with the echo LLM."""
    return make_notes(MakeRequest(source, **asked), echo_config(folder))


def passages(made: Made) -> dict[str, Chunk]:
    """The passages of a lecture by their id."""
    chunks = codec.decode_chunks((made.folder / "chunks.jsonl").read_bytes())
    return {chunk.id: chunk for chunk in chunks}


def claims(notes: Notes) -> Iterator[Claim]:
    """Every claim in the order it is read, answers after their questions."""
    for section in notes.sections:
        for block in section.blocks:
            for claim in block.claims:
                yield claim
                if claim.answer is not None:
                    yield claim.answer


# --- as a child ----------------------------------------------------------------------------------


def environment(folder: Path) -> dict[str, str]:
    """Environment of a child: its own indexes, no models, no network."""
    return os.environ | {
        "RAG_NOTES_INDEXES": str(folder / "indexes"),
        "RAG_NOTES_MODELS": str(folder / "models"),
        "RAG_NOTES_OFFLINE": "1",
        "PYTHONUNBUFFERED": "1",
    }


def command(folder: Path, *arguments: str | Path) -> "subprocess.CompletedProcess[str]":
    """Run `rag-notes` to its end."""
    return subprocess.run(
        [sys.executable, "-m", "rag_notes", *map(str, arguments)],
        env=environment(folder),
        capture_output=True,
        text=True,
        timeout=SECONDS,
        check=False,
    )


def start(folder: Path, *arguments: str | Path) -> "subprocess.Popen[str]":
    """Start `rag-notes`."""
    return subprocess.Popen(
        [sys.executable, "-m", "rag_notes", *map(str, arguments)],
        env=environment(folder),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


# A process that has the libraries loaded forks one child per line read. The child runs the command
# and sends itself a signal before its n-th change of the disk, so that every moment can be met.
# What a change does, and to which kind of file, is its moment: "replace talk/replies/#.json".
_FORKS = """
import json, os, re, signal, sys
import bm25s, chromadb, Stemmer
from rag_notes import cli

def watched(name, state):
    call = getattr(os, name)
    def changed(*arguments, **named):
        path = str(arguments[0 if name == "mkdir" else -1])
        if name == "fsync":
            link = f"/proc/self/fd/{path}"
            path = os.readlink(link) if os.path.exists(link) else "a file"
        kind = re.sub(r"[0-9a-f]{4,}|[.]tmp-[^/]*", "#", path.rpartition("/indexes/")[2])
        state["moments"].append(f"{name} {kind}")
        if len(state["moments"]) == state["at"]:
            os.kill(os.getpid(), state["signal"])
        return call(*arguments, **named)
    return changed

def run(asked):
    sys.stdout, sys.stderr = open(asked["out"], "w"), open(asked["err"], "w")
    os.environ |= asked["environment"]
    state = {"moments": [], "at": asked["at"], "signal": asked["signal"]}
    for name in ("fsync", "replace", "rename", "mkdir"):
        setattr(os, name, watched(name, state))
    code = cli.main(asked["arguments"])
    sys.stdout.close()
    with open(asked["err"], "a") as file:
        file.write(json.dumps(state["moments"]))
    return code

for line in sys.stdin:
    asked = json.loads(line)
    child = os.fork()
    if child == 0:
        code = 1
        try:
            code = run(asked)
        finally:
            os._exit(code)
    print(child, flush=True)
    while True:
        status = os.waitpid(child, os.WUNTRACED)[1]
        print(status, flush=True)
        if not os.WIFSTOPPED(status):
            break
"""


class Forks:
    """Runs of the command in children of one warmed process, ended or stopped at a given change."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-c", _FORKS],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            bufsize=1,
        )
        self.child = 0  # process id of the latest run
        self.moments: Sequence[str] = ()  # changes of the disk by the latest run that ended
        self.printed = ""
        self.said = ""

    def run(
        self, folder: Path, *arguments: str | Path, at: int = 0, signal: int = 9, wait: bool = True
    ) -> int:
        """Run to the end, or to the signal before change `at` (from 1); its wait status."""
        self._out, self._err = folder / "out.txt", folder / "err.txt"
        kept = {k: v for k, v in environment(folder).items() if k.startswith("RAG_NOTES")}
        asked = {
            "arguments": [str(argument) for argument in arguments],
            "environment": kept,
            "out": str(self._out),
            "err": str(self._err),
            "at": at,
            "signal": signal,
        }
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps(asked) + "\n")
        self._process.stdin.flush()
        self.child = self._line()
        return self.status() if wait else 0

    def status(self) -> int:
        """Wait until the latest run has ended or stopped; its wait status."""
        status = self._line()
        self.printed = self._out.read_text(encoding="utf-8")
        self.said, _, last = self._err.read_text(encoding="utf-8").rpartition("\n")
        self.moments = json.loads(last) if last.startswith("[") else ()
        return status

    def _line(self) -> int:
        stdout = self._process.stdout
        assert stdout is not None
        ready, _, _ = select.select([stdout], [], [], SECONDS)
        assert ready, "no word of the child"
        return int(stdout.readline())

    def close(self) -> None:
        """End the process."""
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait(timeout=SECONDS)


@contextmanager
def forks() -> Iterator[Forks]:
    """Forks, ended at the end."""
    warmed = Forks()
    try:
        yield warmed
    finally:
        warmed.close()
