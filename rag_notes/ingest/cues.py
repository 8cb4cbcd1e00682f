"""What a transcript file holds, before it becomes segments: the values that its readers return.

Knows no format.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from rag_notes.schema import Word

MAX_SECONDS = 100 * 3600.0  # a later time is none


@dataclass(frozen=True, slots=True)
class Cue:
    """One stretch of text; seconds, None where the file has none.

    `original` is the text as the file has it, where that is another. `speaker` is whom the file
    names, as it does; `new_turn` says that somebody begins whom it does not name.
    """

    text: str
    start: float | None = None
    end: float | None = None
    channel: int = 0
    confidence: float | None = None
    words: tuple[Word, ...] = ()
    original: str | None = None
    speaker: str | None = None
    new_turn: bool = False


@dataclass(frozen=True, slots=True)
class Read:
    """The cues of a file in its order, and what it says of itself.

    `repairs` say what was mended; `losses` what could not be read. `guests` are speakers who have
    the floor for one paragraph at a time.
    """

    cues: Sequence[Cue]
    language: str | None = None
    duration: float | None = None
    repairs: tuple[str, ...] = ()
    losses: tuple[str, ...] = ()
    guests: frozenset[str] = frozenset()


Say = Callable[[str], None]


def original_of(raw: str, text: str) -> str | None:
    """Return the text as it was, on one line, where that is not what it became."""
    raw = " ".join(raw.split())
    return raw if raw != text else None
