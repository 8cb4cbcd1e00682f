"""A slide file, PDF or presentation, to pages with title and text, and to pictures of them.

In: a path; out: Slides. Each kind has a module that reads it in a child process with limits of time
and memory, since a hostile page can hang or fill it; a page that cannot be read stays empty and is
reported. The text of pages that are pictures is read by ocr.py where that is installed. Knows
nothing of when a page was shown.
"""

import queue
import re
import subprocess
import sys
import tempfile
import threading
import zipfile
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import IO, Self, TypeAlias, TypeVar

import msgspec

from rag_notes.errors import InputError, MissingFileError, PasswordError
from rag_notes.ingest import ocr
from rag_notes.ingest.pages import Drawn, FileRead, Order, PageRead
from rag_notes.schema import Page, Slides

ReportLostPage: TypeAlias = Callable[[int], None]

MAX_PAGES = 1000

_OPEN_SECONDS = 60.0
_PAGE_SECONDS = 20.0
_MAX_STARTS = 20  # a file that breaks more child processes than this is given up
_MAX_BYTES = 1024**3
_MAX_XML_BYTES = 64 * 1024**2  # of a part of a presentation; read, it takes ten times the memory
_MAX_PARTS = 20_000
_CHILD = (
    "import runpy, sys; sys.path.insert(0, sys.argv[1]); "
    "runpy.run_module(sys.argv[2], run_name='__main__')"
)
_PACKAGE = str(Path(__file__).resolve().parents[2])
_READERS = {"PDF": "rag_notes.ingest.pdfpage", "presentation": "rag_notes.ingest.pptxpage"}
_OLD_OFFICE = bytes.fromhex("d0cf11e0a1b11ae1")  # .ppt, and any Office file with a password

T = TypeVar("T")


def read_slides(
    path: Path,
    *,
    pictures: Path | None = None,
    password: str = "",
    lost: ReportLostPage | None = None,
) -> Slides:
    """Read the pages of a PDF or PPTX; `lost` is told each page that could not be read.

    A PDF's pages are drawn into the folder `pictures`, named by `picture_name`.

    Raises MissingFileError, PasswordError, or InputError if the file is none that opens or is too
    long.
    """
    kind = _kind_of(path)
    with tempfile.TemporaryDirectory(prefix="rag-notes-") as folder:
        drawn = pictures or (Path(folder) if ocr.is_installed() else None)
        reading = _Reading(path, kind, drawn, draws_all=pictures is not None, password=password)
        pages: list[Page] = []
        margins: list[Sequence[str]] = []
        for number, read in reading.pages():
            if read is None and lost is not None:
                lost(number)
            page, at_edge = _page(read or PageRead(number), drawn)
            pages.append(page)
            margins.append(at_edge)
    return Slides(without_footers(pages, margins))


def picture_name(number: int) -> str:
    """File of a page's picture."""
    return f"{number:04d}.jpg"


# --- which file it is ----------------------------------------------------------------------------


def _kind_of(path: Path) -> str:
    """Which of the readers takes the file.

    Raises the error that fits where none does.
    """
    if not path.exists():
        raise MissingFileError(path, "slides")
    if not path.is_file():
        raise InputError(f"{path}: expected a PDF or PPTX file, found a folder")
    size = path.stat().st_size
    if size == 0:
        raise InputError(f"{path}: the file is empty")
    if size > _MAX_BYTES:
        raise InputError(f"{path}: larger than 1 GiB; save the slides as a smaller PDF")
    with path.open("rb") as file:
        head = file.read(1024)
    if b"%PDF" in head:
        return "PDF"
    if head.startswith(_OLD_OFFICE):
        raise InputError(
            f"{path}: an old or a protected presentation; save it as PPTX without a password, or "
            "as PDF"
        )
    if head.startswith(b"PK\x03\x04"):
        _check_archive(path)
        return "presentation"
    raise InputError(f"{path}: not a PDF or PPTX file; save the slides as PDF and give that")


def _check_archive(path: Path) -> None:
    """See what a presentation says it unpacks to, before anything is unpacked.

    A file of 312 KB had python-pptx take 610 MB. Python reads no more of a part than is declared.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            parts = archive.infolist()
    except zipfile.BadZipFile as error:
        raise InputError(
            f"{path}: a damaged PPTX file ({error}); save the presentation anew"
        ) from error
    if not any(part.filename == "ppt/presentation.xml" for part in parts):
        raise InputError(f"{path}: no PPTX file, though packed like one; save the slides as PDF")
    markup = (part.file_size for part in parts if part.filename.endswith((".xml", ".rels")))
    sizes = sum(part.file_size for part in parts)
    if len(parts) > _MAX_PARTS or sizes > _MAX_BYTES or max(markup) > _MAX_XML_BYTES:
        raise InputError(
            f"{path}: unpacks to {sizes / 1e6:.0f} MB in {len(parts)} parts, more than a "
            "presentation has; save the slides as PDF"
        )


# --- pages ---------------------------------------------------------------------------------------


def _page(read: PageRead, pictures: Path | None) -> tuple[Page, Sequence[str]]:
    """A page, and those of its lines that may be headers and footers."""
    page = Page(number=read.number, text=read.text, title=read.title, notes=read.notes)
    places = [pictures / Path(name).name for name in read.to_read] if pictures else []
    places = [place for place in places if place.is_file()] if ocr.is_installed() else []
    if not places:
        return page, read.margins
    found = [ocr.read_picture(place) for place in places]
    text = "\n".join(one.text for one in found if one.text)
    if not text:
        return page, ()
    title = next((one.title for one in found if one.title), "")
    return replace(page, text=text, title=title, source="ocr"), found[0].margins


def without_footers(pages: Sequence[Page], margins: Sequence[Sequence[str]]) -> tuple[Page, ...]:
    """Take off page numbers and those lines of `margins` that stand at the edge of most pages."""
    counts = Counter(
        form
        for page, lines in zip(pages, margins, strict=True)
        for form in {form for line in lines for form in _forms(line, page.number)}
    )
    shared = {form for form, count in counts.items() if count >= 4 and count * 2 > len(pages)}
    stripped = []
    for page, lines in zip(pages, margins, strict=True):
        edges = [
            line
            for line in lines
            if shared.intersection(_forms(line, page.number))
            or re.fullmatch(rf"{page.number}(?: ?/ ?\d+)?", line)
        ]
        kept = [line for line in page.text.splitlines() if line not in edges]
        stripped.append(replace(page, text="\n".join(kept)) if kept else page)
    return tuple(stripped)


def _forms(line: str, page: int) -> set[str]:
    """A line as it is, and with a number counted from the page's: "Part 2 - 13" on page 14."""
    numbers = list(re.finditer(r"\d{1,4}", line))[:4]
    return {line} | {
        f"{line[: one.start()]}{{{int(one.group()) - page}}}{line[one.end() :]}" for one in numbers
    }


# --- the child -----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Reading:
    """A file that is read, and into which folder what is drawn."""

    path: Path
    kind: str
    pictures: Path | None
    draws_all: bool
    password: str

    def pages(self) -> Iterator[tuple[int, PageRead | None]]:
        """Yield every page by its number; None where it could not be read in either way.

        A page that breaks the child is read once more in the quickest way there is.
        """
        number, count, plain = 1, 1, 0
        for _ in range(_MAX_STARTS):
            with _Child(self._order(number, plain), _READERS[self.kind]) as child:
                count = self._count(child.receive(FileRead, _OPEN_SECONDS))
                while number <= count:
                    read = child.receive(PageRead, _PAGE_SECONDS)
                    if read is None and plain < number and self.kind == "PDF":
                        plain = number
                        break
                    drawn = child.receive(Drawn, _PAGE_SECONDS) if self.pictures else Drawn()
                    yield number, read
                    number += 1
                    if read is None or drawn is None:
                        break
            if number > count:
                return
        raise InputError(
            f"{self.path}: damaged in more than {_MAX_STARTS} places; save the slides as PDF anew"
        )

    def _order(self, first: int, plain: int) -> Order:
        return Order(
            path=str(self.path.resolve()),
            first=first,
            last=MAX_PAGES,
            plain=plain,
            pictures=str(self.pictures or ""),
            draws_all=self.draws_all,
            password=self.password,
        )

    def _count(self, opened: FileRead | None) -> int:
        if opened is None:
            raise InputError(
                f"{self.path}: the {self.kind} cannot be opened within the limits of time and "
                "memory"
            )
        if opened.is_locked:
            raise PasswordError(self.path, was_given=bool(self.password))
        if opened.problem is not None:
            raise InputError(
                f"{self.path}: not a readable {self.kind} ({opened.problem}); save the slides as "
                "PDF anew and give that"
            )
        if opened.pages == 0:
            raise InputError(f"{self.path}: the {self.kind} has no pages")
        if opened.pages > MAX_PAGES:
            raise InputError(
                f"{self.path}: {opened.pages} pages; at most {MAX_PAGES} are read, split the file"
            )
        return opened.pages


class _Child:
    """A process that reads pages, and a thread that waits for its lines."""

    def __init__(self, order: Order, module: str) -> None:
        self._process = subprocess.Popen(  # noqa: S603 - our own interpreter and module
            [sys.executable, "-c", _CHILD, _PACKAGE, module],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._lines: queue.Queue[bytes] = queue.Queue()
        threading.Thread(target=self._pump, args=(self._process.stdout,), daemon=True).start()
        with self._process.stdin as stdin:
            stdin.write(msgspec.json.encode(order) + b"\n")

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
