"""Slide files of every kind: what is read of them, what that takes, what is said of bad ones.

In: files made on the spot and, where they are here, other people's. Out: tables. Time is that of
the processors, of this process and of the children that read.
"""

import difflib
import resource
import tempfile
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import psutil

from evaluation.bench import Bench
from evaluation.decks import Deck, make_bad, make_decks
from evaluation.tables import table
from rag_notes.errors import InputError
from rag_notes.ingest import ocr
from rag_notes.ingest.slides import read_slides
from rag_notes.schema import Page, Slides

_OTHERS = ("fastai_lesson7.pdf", "fastai_lesson5.pptx")
_LOOK = 0.02  # seconds between two looks at the memory


def measure_files(bench: Bench) -> str:
    """Read every file, drawing its pages, and hold its lines against what was written."""
    if not ocr.is_installed():
        return "Not measured: the extra `ocr` is not installed."
    rows = []
    with tempfile.TemporaryDirectory() as scratch:
        for name, deck in make_decks(Path(scratch)).items():
            rows.append(_row(name, deck))
        for name in _OTHERS:
            path = bench.data / "slides" / name
            if path.is_file():
                rows.append(_row(f"{name} (other people's)", Deck(path, ())))
        bad = [
            [name, _said(path)]
            for name, path in make_bad(Path(scratch), _good(Path(scratch))).items()
        ]
    head = ("file", "pages", "lines right", "in order", "titles right", "s a page", "MB of a child")
    return f"{table(head, rows)}\n\n{table(('bad file', 'what is said'), bad)}"


def _good(folder: Path) -> Path:
    return next(folder.glob("*.pdf"))


def _row(name: str, deck: Deck) -> list[str]:
    with tempfile.TemporaryDirectory() as pictures, _watched() as used:
        slides = read_slides(deck.path, pictures=Path(pictures), password=deck.password)
    pages = slides.pages
    each = used.seconds / len(pages)
    cost = [f"{each:.2f}", f"{used.most / 1e6:.0f}"]
    if not deck.lines:
        sources = sum(page.source == "ocr" for page in pages)
        return [name, str(len(pages)), f"– ({sources} read by OCR)", "–", "–", *cost]
    return [name, str(len(pages)), *_right(slides, deck), *cost]


def _right(slides: Slides, deck: Deck) -> tuple[str, str, str]:
    """Shares of lines that were read as written, of those in their order, of titles."""
    held = ordered = wanted = titles = 0
    for page, lines in zip(slides.pages, deck.lines, strict=True):
        read = page.text.splitlines()
        wanted += len(lines)
        held += sum(line in read for line in lines)
        blocks = difflib.SequenceMatcher(None, list(lines), read, autojunk=False)
        ordered += sum(block.size for block in blocks.get_matching_blocks())
        titles += _is_title(page, lines)
    return _of(held, wanted), _of(ordered, wanted), _of(titles, len(deck.lines))


def _is_title(page: Page, lines: Sequence[str]) -> bool:
    return page.title == lines[0]


def _of(part: int, whole: int) -> str:
    return f"{part} of {whole}"


def _said(path: Path) -> str:
    try:
        read_slides(path)
    except InputError as error:
        line = str(error).replace(str(path), path.name)
        assert "\n" not in line
        return line
    return "it was read"


@dataclass(slots=True)
class _Used:
    """Seconds of processors, and the most bytes that one child held."""

    seconds: float = 0.0
    most: int = 0
    done: threading.Event = field(default_factory=threading.Event)


@contextmanager
def _watched() -> Iterator[_Used]:
    """Watch what happens within."""
    used = _Used()
    watcher = threading.Thread(target=_watch, args=(used,))
    begun = _processor()
    watcher.start()
    try:
        yield used
    finally:
        used.done.set()
        watcher.join()
        used.seconds = _processor() - begun


def _watch(used: _Used) -> None:
    own = psutil.Process()
    while not used.done.wait(_LOOK):
        for child in own.children():
            try:
                used.most = max(used.most, child.memory_info().rss)
            except psutil.Error:  # it has ended
                continue


def _processor() -> float:
    spent = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(one.ru_utime + one.ru_stime for one in spent)
