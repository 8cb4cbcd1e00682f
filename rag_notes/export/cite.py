"""Citations -> what a reader sees of them: `00:41:10 · p. 17`, and where a click leads.

Knows how players and viewers are told a time or a page; knows no Markdown.
"""

import re
from dataclasses import dataclass
from urllib.parse import parse_qsl, quote, urlencode, urlsplit, urlunsplit

from rag_notes.errors import InputError
from rag_notes.schema import Citation

_YOUTUBE = ("youtube.com", "youtu.be", "youtube-nocookie.com")
_URL_SAFE = "/:?#@!&+,=%-._~"  # of what RFC 3986 allows, not what ends a Markdown link
_LONE_PERCENT = re.compile(r"%(?![0-9A-Fa-f]{2})")


@dataclass(frozen=True, slots=True)
class Places:
    """What citations link to: an http(s) URL, or a path relative to the notes; None: no link."""

    media: str | None = None
    slides: str | None = None
    transcript: str | None = "transcript.md"
    pictures: str | None = None  # folder of pictures of the pages, where there is no slide file

    def of(self, citation: Citation) -> str | None:
        """Link of a citation: where it was said or, for a slide, where it stands."""
        said = self.moment(citation.start)
        shown = self.page(citation.page)
        read = self.paragraph(citation.paragraph)
        return shown or said or read if citation.kind == "slide" else said or read or shown

    def moment(self, seconds: float | None) -> str | None:
        """Link to a moment of the media."""
        if self.media is None or seconds is None:
            return None
        return _at(address(self.media), int(seconds))

    def page(self, number: int | None) -> str | None:
        """Link to a page of the slides."""
        if number is None:
            return None
        if self.slides is None:
            return f"{address(self.pictures)}/{number:04d}.jpg" if self.pictures else None
        return f"{address(self.slides).partition('#')[0]}#page={number}"

    def paragraph(self, number: int | None) -> str | None:
        """Link to a paragraph of the transcript."""
        if self.transcript is None or number is None:
            return None
        return f"{address(self.transcript)}#p{number}"


def label(citation: Citation) -> str:
    """Print form of a citation, without its brackets."""
    parts = []
    if citation.start is not None:
        parts.append(stamp(citation.start))
    if citation.paragraph is not None:
        parts.append(f"¶ {citation.paragraph}")
    if citation.page is not None:
        parts.append(f"p. {citation.page}")
    return " · ".join(parts)


def stamp(seconds: float) -> str:
    """Hours, minutes and seconds with two digits each, rounded down.

    >>> stamp(2470.9)
    '00:41:10'
    """
    minutes, left = divmod(int(seconds), 60)
    return f"{minutes // 60:02}:{minutes % 60:02}:{left:02}"


def is_url(place: str) -> bool:
    """Whether a place is linked as it is; everything else is a path, whatever it is called."""
    return place.lower().startswith(("http://", "https://"))


def address(place: str) -> str:
    """Percent-encode a URL or path.

    >>> address("my lecture (1).mp4")
    'my%20lecture%20%281%29.mp4'

    Raises InputError where it looks like a URL and is none.
    """
    if not is_url(place):
        path = quote(place.encode("utf-8", "replace"), safe="/")
        return "/" + path.lstrip("/") if path.startswith("/") else path
    try:
        host = urlsplit(place).hostname
    except ValueError as error:
        raise InputError(f"not a URL: {place!r}: {error}; give it as a browser shows it") from error
    if not host:
        raise InputError(f"not a URL: {place!r} names no host; give it as a browser shows it")
    return quote(_LONE_PERCENT.sub("%25", place).encode("utf-8", "replace"), safe=_URL_SAFE)


def _at(url: str, seconds: int) -> str:
    if not is_url(url):
        return f"{url}#t={seconds}"
    parts = urlsplit(url)
    host = parts.hostname or ""
    if not any(host == name or host.endswith("." + name) for name in _YOUTUBE):
        return urlunsplit(parts._replace(fragment=f"t={seconds}"))
    asked = parse_qsl(parts.query, keep_blank_values=True)
    query = [(key, value) for key, value in asked if key not in ("t", "start")]
    return urlunsplit(parts._replace(query=urlencode([*query, ("t", f"{seconds}s")]), fragment=""))
