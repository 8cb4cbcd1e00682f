"""`scripts/evaluate ingest`: what files become: times, words, pages, and what that takes.

In: recordings, most of them made on the spot from our sample. Out: the tables of docs/EVALUATION.md
about them. Each part is a module of its own; what it needs beside the sample is named in its table.
"""

import argparse
import sys

from evaluation import alignment, captiontimes, mediatimes, slidefiles, speech
from evaluation.bench import Bench, Table, open_bench, print_tables

HELP = "what recordings, captions and slides are read as; Whisper must be here"
TABLES: tuple[str, ...] = (
    "media-times",
    "caption-times",
    "speech-errors",
    "speech-nothing",
    "speech-speed",
    "speech-length",
    "speech-hour",
    "alignment-frames",
    "alignment-found",
    "alignment-words",
    "slide-files",
)

_PARTS = ("times", "captions", "words", "nothing", "speed", "length", "align", "slides")
_ASKED = "hour"  # a part that takes many minutes, measured only where it is named


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options of this measurement."""
    parser.add_argument(
        "--only",
        metavar="PARTS",
        default=",".join(_PARTS),
        help=f"some of {','.join((*_PARTS, _ASKED))}; {_ASKED} takes many minutes",
    )
    parser.add_argument("--hours", type=float, default=10.0, help="of the long recording (length)")


def run(arguments: argparse.Namespace) -> int:
    """Measure the parts asked for and print them; 2 for a part that there is not."""
    wanted = arguments.only.split(",")
    known = (*_PARTS, _ASKED)
    if unknown := set(wanted) - set(known):
        print(f"scripts/evaluate: no part {min(unknown)!r}; there are {known}", file=sys.stderr)
        return 2
    bench = open_bench()
    tables = [one for one in _tables(bench, arguments.hours) if one.part in wanted]
    print_tables(bench, tables, write=arguments.write)
    return 0


def _tables(bench: Bench, hours: float) -> tuple[Table, ...]:
    sample, film = mediatimes.SAMPLE, "lecture.mp4"
    spoken = bench.data / "speech"

    def length(_: Bench) -> str:
        return speech.measure_length(hours)

    def errors(at: Bench) -> str:
        return speech.measure_errors(at.config, spoken)

    return (
        Table("times", "media-times", sample, film, lambda at: mediatimes.measure(at.config)),
        Table("captions", "caption-times", sample, "*.srt", lambda _: captiontimes.measure()),
        Table("words", "speech-errors", sample, film, errors),
        Table(
            "nothing", "speech-nothing", sample, film, lambda at: speech.measure_nothing(at.config)
        ),
        Table("speed", "speech-speed", sample, film, lambda at: speech.measure_speed(at.config)),
        Table("length", "speech-length", sample, film, length),
        Table(_ASKED, "speech-hour", sample, film, lambda at: speech.measure_hour(at.config)),
        Table("align", "alignment-frames", sample, "slides.pdf", alignment.measure_frames),
        Table("align", "alignment-found", sample, "slides.pdf", alignment.measure_found),
        Table("align", "alignment-words", sample, "slides.pdf", alignment.measure_words),
        Table("slides", "slide-files", sample, "slides.pdf", slidefiles.measure_files),
    )
