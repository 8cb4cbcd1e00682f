r"""A file of text to a string, whatever encoding it was written in.

In: a path; out: its text with "\n" as the end of a line. Knows nothing of what the text says.
"""

import codecs
from collections.abc import Callable
from pathlib import Path

from rag_notes.errors import InputError, MissingFileError

_MARKS = (  # those of 32 bits begin like those of 16
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_SEEN = 4096  # bytes that are looked at for 16-bit text without a mark


def read_text(
    path: Path,
    what: str,
    *,
    expected: str,
    most_mib: int,
    say: Callable[[str], None] | None = None,
) -> str:
    """Text of the file at `path`; `what` it is and what is `expected` are words for errors.

    `say` is told where the encoding had to be guessed.

    Raises MissingFileError, or InputError where the file is none, too large, empty or no text.
    """
    if not path.exists():
        raise MissingFileError(path, what)
    if not path.is_file():
        raise InputError(f"{path}: expected {expected}, found a folder")
    if path.stat().st_size > most_mib << 20:
        raise InputError(f"{path}: larger than {most_mib} MiB, too large for {what}")
    try:
        data = path.read_bytes()
    except OSError as error:
        raise InputError(f"{path}: cannot be opened ({error.strerror})") from error
    if not data.strip():
        raise InputError(f"{path}: the file is empty")
    text, guessed = _decode(data)
    if text is None or "\0" in text:
        raise InputError(f"{path}: not a text file; expected {expected}")
    if guessed and say is not None:
        say(f"{path.name}: not in UTF-8; read as {guessed}")
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _decode(data: bytes) -> tuple[str | None, str | None]:
    """Text, and the encoding where it was guessed."""
    marked = next((name for mark, name in _MARKS if data.startswith(mark)), None)
    try:
        if marked is None and (wide := _unmarked_wide(data)):
            return data.decode(wide), wide
        return data.decode(marked or "utf-8-sig"), None
    except UnicodeDecodeError:
        from charset_normalizer import from_bytes

        best = from_bytes(data).best()
        return (None, None) if best is None else (str(best), best.encoding)


def _unmarked_wide(data: bytes) -> str | None:
    """Encoding of 16-bit text without a mark, whose other bytes are mostly 0."""
    even, odd = data[0:_SEEN:2].count(0), data[1:_SEEN:2].count(0)
    half = len(data[:_SEEN]) // 2
    if max(even, odd) < 0.4 * half or min(even, odd) > 0.05 * half:
        return None
    return "utf-16-be" if even > odd else "utf-16-le"
