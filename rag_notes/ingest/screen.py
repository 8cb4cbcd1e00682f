"""The pages of a lecture that has no slide file, read from its video.

In: a video; out: what was on screen, page by page, with its text, its times and a picture of each.
Needs the extra `ocr`.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from rag_notes.errors import InputError
from rag_notes.ingest import ocr
from rag_notes.ingest.frames import Film, grab, watch
from rag_notes.ingest.shots import Shot, find_shots
from rag_notes.ingest.slides import picture_name, without_footers
from rag_notes.protocols import Progress
from rag_notes.schema import Page, Slides, SpanSeconds

_WIDTH = 1600  # pixels of a picture's longer side
_QUALITY = 88
_WORDS = 3  # on a page; a view of a room has fewer
_SAME = 0.85  # share of the words of two readings of one page that they have in common
_PART = 0.95  # share of an unfinished page's words that the finished one has
_WATCHING = 0.5  # share of the work; the rest is reading


@dataclass(frozen=True, slots=True)
class ScreenRead:
    """A page as it was read from the screen; `picture` is its file."""

    read: ocr.PictureRead
    shown: tuple[SpanSeconds, ...]
    picture: Path


def find_pages(path: Path, *, pictures: Path, progress: Progress | None = None) -> Slides:
    """Find the pages in a video; a picture of each is written into the folder `pictures`.

    Raises InputError where the file has no video, or the extra `ocr` is not installed.
    """
    if not ocr.is_installed():
        raise InputError(
            "--slides auto reads the video's pages with the extra `ocr`; "
            "install it with: pip install 'rag-notes[ocr]'"
        )
    film = watch(path, progress=_part(progress, 0.0))
    reads = read_screen(path, film, pictures=pictures, progress=_part(progress, _WATCHING))
    pages = []
    for number, one in enumerate(reads, start=1):
        one.picture.rename(pictures / picture_name(number))
        pages.append(
            Page(number, one.read.text, title=one.read.title, source="ocr", shown=one.shown)
        )
    for left in pictures.glob("shot-*.jpg"):
        left.unlink()
    margins = [one.read.margins for one in reads]
    return Slides(without_footers(pages, margins), timed_by="frames" if pages else None)


def read_screen(
    path: Path, film: Film, *, pictures: Path, progress: Progress | None = None
) -> tuple[ScreenRead, ...]:
    """Read every page that a film shows, those without words left out, in the order of time."""
    shots = find_shots(film)
    reads: list[ScreenRead] = []
    for number, read in enumerate(_read(path, shots, pictures), start=1):
        if len(_words(read.read.text)) >= _WORDS:
            _add(reads, read)
        if progress:
            progress(number, len(shots))
    return tuple(reads)


def _read(path: Path, shots: Sequence[Shot], folder: Path) -> Iterator[ScreenRead]:
    from PIL import Image

    for at, picture in enumerate(grab(path, [shot.second for shot in shots])):
        file = folder / f"shot-{at}.jpg"
        small = Image.fromarray(picture)
        small.thumbnail((_WIDTH, _WIDTH))
        small.save(file, quality=_QUALITY)
        yield ScreenRead(ocr.read_picture(picture), shots[at].shown, file)


def _add(reads: list[ScreenRead], read: ScreenRead) -> None:
    """Add a page, or its times to those of the page that it is by its words."""
    words = Counter(_words(read.read.text))
    for at, known in enumerate(reads):
        before = Counter(_words(known.read.text))
        shared = (words & before).total()
        follows = abs(known.shown[-1][1] - read.shown[0][0]) < 1.0
        grows = follows and shared >= _PART * before.total()
        if grows or shared >= _SAME * max(words.total(), before.total()):
            fuller = read if words.total() > before.total() else known
            reads[at] = replace(fuller, shown=_joined((*known.shown, *read.shown)))
            return
    reads.append(read)


def _joined(spans: Sequence[SpanSeconds]) -> tuple[SpanSeconds, ...]:
    """Put spans in order and join those that touch."""
    joined: list[SpanSeconds] = []
    for start, end in sorted(spans):
        if joined and start - joined[-1][1] < 0.1:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return tuple(joined)


def _words(text: str) -> list[str]:
    return [word.lower() for word in text.split() if sum(c.isalpha() for c in word) >= 2]


def _part(progress: Progress | None, begun: float) -> Progress | None:
    """Progress of half of the work, which begins when `begun` of it is done."""
    if progress is None:
        return None
    return lambda done, total: progress(begun + _WATCHING * done / max(total, 1e-9), 1.0)
