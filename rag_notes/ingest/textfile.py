r"""A file of text to a string, whatever encoding it was written in.

In: a path; out: its text with "\n" as the end of a line. Knows nothing of what the text says.
"""

from pathlib import Path

from rag_notes.errors import InputError, MissingFileError


def read_text(path: Path, what: str, *, expected: str, most_mib: int) -> str:
    """Text of the file at `path`; `what` it is and what is `expected` are words for errors.

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
    text = _decode(data)
    if text is None or "\0" in text:
        raise InputError(f"{path}: not a text file; expected {expected}")
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _decode(data: bytes) -> str | None:
    is_wide = data.startswith((b"\xff\xfe", b"\xfe\xff"))
    try:
        return data.decode("utf-16" if is_wide else "utf-8-sig")
    except UnicodeDecodeError:
        from charset_normalizer import from_bytes

        best = from_bytes(data).best()
        return None if best is None else str(best)
