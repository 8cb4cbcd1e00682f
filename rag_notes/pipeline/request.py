"""What a user asks `make` for, and what of it can be refused before anything is read."""

import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, TypeAlias

from rag_notes import store
from rag_notes.errors import InputError

Channels: TypeAlias = Literal["mix", "split"]

CAPTIONS = (".srt", ".vtt", ".json", ".txt")
_URL = re.compile(r"([A-Za-z][A-Za-z0-9+.-]+):/+")  # a Path keeps one of two slashes


@dataclass(frozen=True, slots=True)
class MakeRequest:
    """What a user asks for; `media` is what citations link to when `source` is a transcript.

    `track` is the audio track of a recording to be heard, counted from 1, None for the one that
    players choose; with `channels` "split" each of its channels is heard on its own.
    `language` is that of the notes, `speech_language` the one spoken: ISO 639-1 codes.
    With `finds_slides` the pages are found in the video, where there is no file of `slides`, whose
    password is `slides_password`.
    """

    source: Path
    slides: Path | None = None
    query: str | None = None
    name: str | None = None
    media: str | None = None
    speech_language: str | None = None
    out: Path | None = None
    track: int | None = None
    channels: Channels = "mix"
    language: str | None = None
    finds_slides: bool = False
    slides_password: str = field(default="", repr=False)

    @property
    def is_media(self) -> bool:
        """Whether the source is a recording rather than a transcript."""
        return self.source.suffix.lower() not in CAPTIONS

    @property
    def has_slides(self) -> bool:
        """Whether there are slides, or may be some in the video."""
        return self.slides is not None or self.finds_slides

    @property
    def lecture(self) -> str:
        """Its name: as given, else the file's, or its folder's where that says nothing."""
        if self.name:
            return self.name
        generic = ("transcript", "captions", "subtitles", "lecture", "video", "audio", "recording")
        source = self.source
        if source.stem.lower() in generic and source.resolve().parent.name:
            return store.default_name(Path(f"{source.resolve().parent.name}.x"))
        return store.default_name(source)

    @property
    def files(self) -> tuple[tuple[Path, store.Role], ...]:
        """The files that are read, with what each is to the lecture; the spoken one comes first."""
        spoken: store.Role = "media" if self.is_media else "captions"
        slides: tuple[tuple[Path, store.Role], ...] = (
            ((self.slides, "slides"),) if self.slides else ()
        )
        return ((self.source, spoken), *slides)

    def refuse(self) -> None:
        """Raise InputError where the source is a URL, or has not what is asked of it.

        Nothing is downloaded; a transcript has no tracks, and no video to find slides in.
        """
        if url := _URL.match(str(self.source)):
            rest = str(self.source)[url.end() :]
            raise InputError(
                f"{url[1]}://{rest} is a URL: download the lecture, then give the file"
            )
        if not self.is_media and (self.track is not None or self.channels != "mix"):
            raise InputError(
                f"{self.source} is a transcript; --track and --channels choose the sound of a "
                "recording: leave them out, or give the recording"
            )
        if not self.is_media and self.finds_slides:
            raise InputError(
                f"{self.source} is a transcript; --slides auto finds slides in a video: give the "
                "video, or the file of the slides"
            )
