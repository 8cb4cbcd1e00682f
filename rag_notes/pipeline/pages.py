"""The pages of a lecture: read, drawn, and when each was on screen.

In: a request, and later what was said. Out: Slides, with lines that say what of the input was lost;
the folder `pages` of the lecture holds a picture of each page that could be drawn.
"""

import shutil
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from rag_notes.config import slides_password
from rag_notes.errors import InputError
from rag_notes.ingest import ocr
from rag_notes.ingest.slides import picture_name
from rag_notes.pipeline.request import MakeRequest
from rag_notes.protocols import Embedder, Progress
from rag_notes.schema import Slides, Transcript
from rag_notes.write.language import language_of

if TYPE_CHECKING:
    from rag_notes.ingest.align import Shown

PICTURES = "pages"  # a folder in the lecture's


def look(request: MakeRequest, folder: Path, progress: Progress) -> tuple[Slides, list[str]]:
    """Read the slides, or find them in the video, and draw their pages into the lecture's folder.

    Raises InputError where the file is none that can be read.
    """
    if not request.has_slides:
        if (folder / PICTURES).is_dir():
            shutil.rmtree(folder / PICTURES)
        return Slides(), []
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".tmp-", dir=folder) as private:
        pictures = Path(private) / PICTURES
        pictures.mkdir()
        found = _found(request, pictures, progress)
        if (folder / PICTURES).exists():
            (folder / PICTURES).rename(Path(private) / "old")
        pictures.rename(folder / PICTURES)
    return found


def _found(request: MakeRequest, pictures: Path, progress: Progress) -> tuple[Slides, list[str]]:
    lost: list[str] = []
    path = request.slides
    if path is None:
        from rag_notes.ingest.screen import find_pages

        slides = find_pages(request.source, pictures=pictures, progress=progress)
        if not slides.pages:
            lost.append(f"{request.source.name}: no slides were found in this video")
        return slides, lost
    from rag_notes.ingest.slides import read_slides

    def note(page: int) -> None:
        lost.append(f"{path.name}: page {page} could not be read")

    password = request.slides_password or slides_password()
    return read_slides(path, pictures=pictures, password=password, lost=note), lost


@dataclass(frozen=True, slots=True)
class Timing:
    """Of which lecture pages are timed, and with what."""

    request: MakeRequest
    folder: Path
    embedder: Callable[[], Embedder]
    progress: Progress


def time_pages(timing: Timing, slides: Slides, transcript: Transcript) -> tuple[Slides, list[str]]:
    """Find when each page was on screen, from the video or else from what is said.

    Slides that belong to another lecture are marked so, and that is told.
    """
    from rag_notes.ingest.align import align_words

    path = timing.request.slides
    if path is None or not slides.pages:
        return slides, []
    if shown := _seen(timing, slides):
        return _timed(slides, shown, "frames"), []
    written_in = language_of(" ".join(page.text for page in slides.pages))
    if written_in and written_in != transcript.language:
        return slides, []  # their words cannot be compared
    said = align_words(transcript, slides.pages, timing.embedder())
    if not said.is_related:
        line = f"{path.name}: these slides are not what is spoken of; they are not cited"
        return replace(slides, is_related=False), [line]
    return _timed(slides, said.shown, "words" if said.shown else None), []


def _seen(timing: Timing, slides: Slides) -> "Shown":
    """Times of the pages that are seen in the recording; none where that has no video."""
    from rag_notes.ingest import media
    from rag_notes.ingest.align import align_film, align_readings
    from rag_notes.ingest.frames import watch
    from rag_notes.ingest.likeness import open_picture
    from rag_notes.ingest.screen import read_screen

    source = timing.request.source
    if not timing.request.is_media or not media.probe(source).has_video:
        return {}
    try:
        film = watch(source, progress=timing.progress)
    except InputError:  # no picture that can be decoded
        return {}
    files = {
        one.number: timing.folder / PICTURES / picture_name(one.number) for one in slides.pages
    }
    pictures = {number: open_picture(file) for number, file in files.items() if file.is_file()}
    if pictures or not ocr.is_installed():
        return align_film(film, pictures)
    with tempfile.TemporaryDirectory(prefix="rag-notes-") as scratch:
        reads = read_screen(source, film, pictures=Path(scratch))
    return align_readings([(one.read.text, one.shown) for one in reads], slides.pages)


def _timed(slides: Slides, shown: "Shown", by: Literal["frames", "words"] | None) -> Slides:
    pages = tuple(replace(page, shown=shown.get(page.number, ())) for page in slides.pages)
    return Slides(pages, timed_by=by)
