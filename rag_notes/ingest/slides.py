"""A PDF of slides to pages with title and text.

In: a path; out: Slides. pdfplumber reads in a child process with limits of time and memory, since a
hostile page can hang or fill it; a page that cannot be read stays empty and is reported. Pages
without text are drawn and read by ocr.py where it is installed. Knows nothing of when a page was
shown.
"""

import queue
import re
import subprocess
import sys
import tempfile
import threading
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import IO, Self, TypeAlias, TypeVar

import msgspec

from rag_notes.errors import InputError, MissingFileError
from rag_notes.ingest import ocr
from rag_notes.ingest.pdfpage import FileRead, PageRead
from rag_notes.schema import Page, Slides

ReportLostPage: TypeAlias = Callable[[int], None]

MAX_PAGES = 1000

_OPEN_SECONDS = 60.0
_PAGE_SECONDS = 20.0
_MAX_STARTS = 20  # a file that breaks more child processes than this is given up
_MAX_BYTES = 1024**3
_CHILD = (
    "import runpy, sys; sys.path.insert(0, sys.argv.pop(1)); "
    "runpy.run_module('rag_notes.ingest.pdfpage', run_name='__main__', alter_sys=True)"
)
_PACKAGE = str(Path(__file__).resolve().parents[2])

T = TypeVar("T")


def read_slides(path: Path, *, lost: ReportLostPage | None = None) -> Slides:
    """Read the pages of a PDF; `lost` is told each page that could not be read.

    Raises MissingFileError, or InputError if the file is not a PDF that opens or is too long.
    """
    _check_file(path)
    with tempfile.TemporaryDirectory(prefix="rag-notes-") as folder:
        pictures = Path(folder)
        pages = []
        for read, number in _read_pages(path, pictures if ocr.is_installed() else None):
            if read is None and lost is not None:
                lost(number)
            pages.append(_page(read or PageRead(number), pictures))
    return Slides(_without_footers(pages))


def _check_file(path: Path) -> None:
    if not path.exists():
        raise MissingFileError(path, "slides")
    if not path.is_file():
        raise InputError(f"{path}: expected a PDF file, found a folder")
    size = path.stat().st_size
    if size == 0:
        raise InputError(f"{path}: the file is empty")
    if size > _MAX_BYTES:
        raise InputError(f"{path}: larger than 1 GiB; save the slides as a smaller PDF")
    if path.suffix.lower() in (".pptx", ".ppt", ".odp", ".key"):
        raise InputError(
            f"{path}: slides are read from PDF; save the presentation as PDF and give that"
        )
    with path.open("rb") as file:
        if b"%PDF" not in file.read(1024):
            raise InputError(f"{path}: not a PDF file; save the slides as PDF and give that")


def _page(read: PageRead, pictures: Path) -> Page:
    page = Page(number=read.number, text=read.text, title=read.title)
    if read.picture is None:
        return page
    text = ocr.read_picture(pictures / Path(read.picture).name)
    return replace(page, text=text, source="ocr") if text else page


def _without_footers(pages: Sequence[Page]) -> tuple[Page, ...]:
    """Take off the last lines that most pages share, and page numbers below them."""
    ends = Counter(
        line for page in pages for line in set(page.text.splitlines()[-3:]) if line != page.title
    )
    shared = {line for line, count in ends.items() if count >= 4 and count * 2 > len(pages)}
    stripped = []
    for page in pages:
        lines = page.text.splitlines()
        while len(lines) > 1 and (
            lines[-1] in shared or re.fullmatch(rf"{page.number}(?: ?/ ?\d+)?", lines[-1])
        ):
            lines.pop()
        stripped.append(replace(page, text="\n".join(lines)))
    return tuple(stripped)


def _read_pages(path: Path, pictures: Path | None) -> Iterator[tuple[PageRead | None, int]]:
    """Yield (what was read, page number) for every page; None where a page broke the child."""
    number = 1
    count = 1
    for _ in range(_MAX_STARTS):
        with _Child(path, first=number, pictures=pictures) as child:
            count = _page_count(path, child.receive(FileRead, _OPEN_SECONDS))
            while number <= count:
                read = child.receive(PageRead, _PAGE_SECONDS)
                yield read, number
                number += 1
                if read is None:
                    break
        if number > count:
            return
    raise InputError(
        f"{path}: damaged in more than {_MAX_STARTS} pages; save the slides as PDF anew"
    )


def _page_count(path: Path, opened: FileRead | None) -> int:
    if opened is None:
        raise InputError(f"{path}: the PDF cannot be opened within the limits of time and memory")
    if opened.problem is not None:
        locked = "Password" in opened.problem or "Encryption" in opened.problem
        why = "protected by a password" if locked else f"not a readable PDF ({opened.problem})"
        raise InputError(f"{path}: {why}; save an unprotected copy as PDF and give that")
    if opened.pages == 0:
        raise InputError(f"{path}: the PDF has no pages")
    if opened.pages > MAX_PAGES:
        raise InputError(
            f"{path}: {opened.pages} pages; at most {MAX_PAGES} are read, split the file"
        )
    return opened.pages


class _Child:
    """A process that reads pages, and a thread that waits for its lines."""

    def __init__(self, path: Path, *, first: int, pictures: Path | None) -> None:
        arguments = [str(path.resolve()), str(first), str(MAX_PAGES), str(pictures or "")]
        self._process = subprocess.Popen(  # noqa: S603 - our own interpreter and module
            [sys.executable, "-c", _CHILD, _PACKAGE, *arguments],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )
        assert self._process.stdout is not None
        self._lines: queue.Queue[bytes] = queue.Queue()
        threading.Thread(target=self._pump, args=(self._process.stdout,), daemon=True).start()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._process.kill()
        self._process.wait()

    def receive(self, shape: type[T], seconds: float) -> T | None:
        """Next value, or None if the child ended or took longer than `seconds`."""
        try:
            line = self._lines.get(timeout=seconds)
            return msgspec.json.decode(line, type=shape)
        except (queue.Empty, msgspec.DecodeError):
            return None

    def _pump(self, stdout: IO[bytes]) -> None:
        for line in stdout:
            self._lines.put(line)
        self._lines.put(b"")  # not JSON: the end
        stdout.close()
