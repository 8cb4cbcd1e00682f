"""Notes to the Markdown files in a lecture's folder, with links that hold from there."""

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from rag_notes import store
from rag_notes.errors import InputError
from rag_notes.export.captions import to_transcript_markdown
from rag_notes.export.cite import Places
from rag_notes.export.markdown import to_markdown
from rag_notes.schema import Chunk, Notes


@dataclass(frozen=True, slots=True)
class LinkPlaces:
    """What citations link to: full paths, or URLs as given; None: no link."""

    media: str | None
    slides: str | None
    pictures: str | None = None  # folder of the pages' pictures, where there is no slide file


def places(source: Path, slides: Path | None, media: str | None, *, is_media: bool) -> LinkPlaces:
    """Decide what is linked: `media` where given, else the source if it is a recording."""
    if media is None:
        media = str(source.resolve()) if is_media else None
    elif not _is_url(media):
        media = str(Path(media).expanduser().resolve())
    return LinkPlaces(media, str(slides.resolve()) if slides else None)


def check_out(out: Path | None, *, inputs: Sequence[Path], folder: Path) -> None:
    """See that the notes can be written to `out`, before hours are spent on them.

    Raises InputError where they cannot, or would replace an input or a file of the lecture.
    """
    if out is None:
        return
    if out.is_dir():
        raise InputError(f"--out {out}: expected a file, found a folder")
    place = out.resolve()
    taken = place in [path.resolve() for path in inputs] or place.is_relative_to(folder.resolve())
    if taken or (out.exists() and not out.is_file()):
        raise InputError(f"--out {out}: the notes would replace what is there; choose another name")
    above = next((parent for parent in out.absolute().parents if parent.exists()), None)
    if above is None or not above.is_dir() or not os.access(above, os.W_OK):
        raise InputError(
            f"--out {out}: {above} is no folder that can be written to; choose another"
        )


def write_markdown(folder: Path, notes: Notes, chunks: Sequence[Chunk], links: LinkPlaces) -> None:
    """Write notes.md and transcript.md into the folder.

    Raises InputError or SpaceError where a file cannot be written.
    """
    transcript = folder / "transcript.md"
    store.write_atomic(transcript, to_transcript_markdown(chunks, notes.title))
    store.write_atomic(folder / "notes.md", _markdown(notes, links, transcript, folder))


def write_copy(out: Path, notes: Notes, links: LinkPlaces, folder: Path) -> None:
    """Write the notes to `out`, with links that hold from there.

    Raises InputError or SpaceError where it cannot be written.
    """
    store.write_atomic(out, _markdown(notes, links, folder / "transcript.md", out.resolve().parent))


def places_beside(links: LinkPlaces, transcript: Path, beside: Path) -> Places:
    """What citations link to from a file in the folder `beside`."""
    return Places(
        media=_relative(links.media, beside),
        slides=_relative(links.slides, beside),
        transcript=_relative(str(transcript.resolve()), beside),
        pictures=_relative(links.pictures, beside),
    )


def _markdown(notes: Notes, links: LinkPlaces, transcript: Path, beside: Path) -> str:
    places = places_beside(links, transcript, beside)
    return to_markdown(
        notes,
        media=places.media,
        slides=places.slides,
        transcript=places.transcript,
        pictures=places.pictures,
    )


def _relative(place: str | None, beside: Path) -> str | None:
    if place is None or _is_url(place):
        return place
    return Path(os.path.relpath(place, beside.resolve())).as_posix()


def _is_url(place: str) -> bool:
    return place.startswith(("http://", "https://"))
