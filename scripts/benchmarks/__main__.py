"""`scripts/benchmark`: make the notes of a lecture afresh and print what that took, as Markdown."""

import argparse
import os
import platform
import sys
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from evaluation.tables import put_between

from benchmarks import engines
from benchmarks.child import Cost, help_seconds, measure
from benchmarks.figures import DEFINITION, Figures, count
from benchmarks.untrained import SHAPES, save_untrained
from rag_notes import codec
from rag_notes.config import load_config
from rag_notes.errors import RagNotesError
from rag_notes.pipeline import plan_engines
from rag_notes.pipeline.device import find_card

_CHECKOUT = Path(__file__).resolve().parents[2]
_SAMPLE = _CHECKOUT / "tests" / "data" / "sample"
_IN_MODELS = ("transcribe", "index", "llm_reading", "llm_writing")
_PART_OF_NOTES = ("llm_reading", "llm_writing")
_LOST_INPUT = 3
Row = tuple[str, str, str]


@dataclass(frozen=True, slots=True)
class Work:
    """A lecture to make notes of, and within what time on 2 cores."""

    source: Path
    slides: Path | None
    minutes: int


def main() -> int:
    """Measure what was asked for and print one table per lecture."""
    arguments = _parser().parse_args()
    if arguments.what == "engines":
        return _bench_untrained(arguments) if arguments.untrained else _bench_engine(arguments)
    if arguments.read:
        _print(arguments.read.name, _rows(arguments.read, None, None))
        return 0
    works = {"sample": Work(_SAMPLE / "lecture.mp4", _SAMPLE / "slides.pdf", 5)}
    if arguments.what in ("cs336", "all"):
        transcript = _shared_data() / "cs336_01" / "transcript.txt"
        if not transcript.is_file():
            return _fail(f"no {transcript}; set RAG_NOTES_DATA to the folder that holds cs336_01")
        works["cs336"] = Work(transcript, None, 25)
    wanted = works if arguments.what == "all" else {arguments.what: works[arguments.what]}
    print(f"{_machine()}.\n\n{DEFINITION}")
    print(f"\n`rag-notes --help`: {help_seconds():.2f} s, shortest of 5 (wanted: under 0.4 s)")
    for name, work in wanted.items():
        code = _bench(name, work, arguments)
        if code:
            return code
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="scripts/benchmark", description="Measure runs of rag-notes; the models must be here."
    )
    parser.add_argument(
        "what", nargs="?", choices=["sample", "cs336", "all", "engines"], default="sample"
    )
    parser.add_argument(
        "--llm", metavar="URI", help="given to rag-notes make (echo: tries this out)"
    )
    parser.add_argument("--preset", help="given to rag-notes make")
    parser.add_argument(
        "--write", action="store_true", help="of engines: put the table into docs/BENCHMARK.md"
    )
    parser.add_argument(
        "--untrained",
        type=Path,
        metavar="TOKENIZER",
        help="of engines: models in the shapes of --preset gpu with random weights, and the "
        "tokenizer in this folder",
    )
    parser.add_argument("--keep", type=Path, metavar="DIR", help="keep the lectures' folders here")
    parser.add_argument(
        "--read", type=Path, metavar="FOLDER", help="run nothing, count a finished lecture"
    )
    return parser


def _bench_engine(arguments: argparse.Namespace) -> int:
    """Print the speed and the memory of an LLM engine."""
    config = load_config(llm=arguments.llm, preset=arguments.preset or "auto")
    try:
        plan = plan_engines(config)
        text = f"{engines.describe(plan, config)}\n\n{_machine()}."
    except RagNotesError as error:
        return _fail(str(error))
    print(text)
    if arguments.write:
        put_between(_CHECKOUT / "docs" / "BENCHMARK.md", "engines", text)
    return 0


def _bench_untrained(arguments: argparse.Namespace) -> int:
    """Print speed and memory of the 4-bit engine with models of the shapes that a GPU runs."""
    texts = []
    for shape in SHAPES:
        with tempfile.TemporaryDirectory(prefix="rag-notes-") as fresh:
            device = "cpu" if isinstance(find_card(), str) else "cuda"
            folder = save_untrained(shape, arguments.untrained, Path(fresh) / shape, device)
            config = load_config(llm=f"transformers:{folder}", preset=arguments.preset or "auto")
            try:
                plan = replace(plan_engines(config), llm=f"{shape}, random weights, nf4")
                texts.append(f"{engines.describe(plan, config)}\n")
            except RagNotesError as error:
                return _fail(str(error))
        print(texts[-1], flush=True)
    if arguments.write:
        text = "\n".join([*texts, f"{_machine()}."])
        put_between(_CHECKOUT / "docs" / "BENCHMARK.md", "engines-gpu", text)
    return 0


def _bench(name: str, work: Work, arguments: argparse.Namespace) -> int:
    if arguments.keep:
        arguments.keep.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="rag-notes-", dir=arguments.keep) as fresh:
        words = ["-m", "rag_notes", "make", str(work.source), "--name", name, "--indexes", fresh]
        words += ["--slides", str(work.slides)] if work.slides else []
        words += ["--llm", arguments.llm] if arguments.llm else []
        words += ["--preset", arguments.preset] if arguments.preset else []
        cost = measure(words, os.environ | {"RAG_NOTES_OFFLINE": "1"})
        if cost.code not in (0, _LOST_INPUT):
            return _fail(f"rag-notes make ended with {cost.code}; `rag-notes models fetch` first?")
        _print(name, _rows(Path(fresh) / name, cost, work.minutes))
        if arguments.keep:
            kept = arguments.keep / name
            (Path(fresh) / name).rename(kept)
            print(f"\nkept in {kept}", file=sys.stderr)
    return 0


def _rows(folder: Path, cost: Cost | None, minutes: int | None) -> list[Row]:
    notes = codec.decode_notes((folder / "notes.json").read_bytes())
    chunks = codec.decode_chunks((folder / "chunks.jsonl").read_bytes())
    seconds = dict(notes.provenance.seconds)
    stages = sum(taken for name, taken in seconds.items() if name not in _PART_OF_NOTES)
    whole = cost.seconds if cost else stages
    return [
        ("LLM", notes.provenance.llm, ""),
        ("from the file to `notes.md`", f"{whole:.1f} s", f"{minutes} min" if minutes else ""),
        *([("peak memory", f"{cost.peak_bytes / 1e9:.2f} GB", "4 GB")] if cost else []),
        *_spent(seconds, whole, whole - stages),
        *_engine(seconds, dict(notes.provenance.tokens)),
        ("passages", str(len(chunks)), ""),
        *_contents(count(notes, chunks)),
    ]


def _spent(seconds: Mapping[str, float], whole: float, rest: float) -> list[Row]:
    outside = whole - sum(seconds.get(name, 0.0) for name in _IN_MODELS)
    return [
        *((_stage(name), f"{taken:.1f} s", "") for name, taken in seconds.items()),
        ("start, export and end", f"{rest:.1f} s", ""),
        ("outside the models", f"{outside:.1f} s = {outside / whole:.1%}", "10 %"),
    ]


def _stage(name: str) -> str:
    return f"of it `{name}`" if name in _PART_OF_NOTES else f"stage `{name}`"


def _engine(seconds: Mapping[str, float], tokens: Mapping[str, int]) -> list[Row]:
    read, written = tokens.get("read", 0), tokens.get("written", 0)
    cached, calls = tokens.get("cached", 0), tokens.get("calls", 0)
    reading, writing = (seconds.get(name, 0.0) for name in _PART_OF_NOTES)
    return [
        ("LLM calls", str(calls), ""),
        ("tokens read", f"{read} ({_rate(read, reading)}), {cached} more from the cache", ""),
        ("tokens written", f"{written} ({_rate(written, writing)})", ""),
    ]


def _contents(made: Figures) -> list[Row]:
    return [
        ("statements in topics", str(made.statements), ""),
        ("of them extractive", _share(made.extractive, made.statements), "20 %"),
        ("of them repeat their passage", _share(made.repeating, made.statements), "40 %"),
        ("claims in all", str(made.claims), ""),
        ("of them extractive", _share(made.claims_extractive, made.claims), "20 %"),
        ("of them repeat their passage", _share(made.claims_repeating, made.claims), "40 %"),
        ("claims whose citation does not hold", str(made.unfounded), "0"),
        ("statements rejected", str(made.rejected), ""),
        ("share of the speech that is cited", f"{made.cited:.1%}", ""),
    ]


def _share(part: int, whole: int) -> str:
    return f"{part} = {part / whole:.1%}" if whole else "none"


def _rate(tokens: int, seconds: float) -> str:
    return f"{tokens / seconds:.1f} a second" if seconds else "no time recorded"


def _print(name: str, rows: list[Row]) -> None:
    print(f"\n| {name} | measured | at most |\n| --- | --- | --- |")
    for row in rows:
        print(f"| {' | '.join(row)} |")
    sys.stdout.flush()


def _machine() -> str:
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    system = f"{platform.system()} {platform.machine()}"
    return f"{cores} cores, {system}, Python {platform.python_version()}"


def _shared_data() -> Path:
    named = os.environ.get("RAG_NOTES_DATA")
    return Path(named).expanduser() if named else _CHECKOUT.parent / "shared" / "data"


def _fail(text: str) -> int:
    print(f"scripts/benchmark: {text}", file=sys.stderr)
    return 2


if __name__ == "__main__":
    sys.exit(main())
