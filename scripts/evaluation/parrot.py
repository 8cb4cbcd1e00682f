"""A recogniser that hears nothing and counts: for what is measured of everything around one.

In: clips; out: a word for each half second of them, made of the sound itself, so that the same
sound gives the same words. It stands where Whisper does (see Recogniser in protocols).
"""

import zlib
from collections.abc import Iterator, Mapping, Sequence

from rag_notes.ingest.blocks import RATE
from rag_notes.protocols import Samples
from rag_notes.schema import Heard, Word

_EACH = 0.5  # seconds


class Parrot:
    """A Recogniser that counts the clips and the seconds it is given."""

    name = "parrot"
    languages: Sequence[str] = ("en", "de")
    at_once = 4

    def __init__(self, *, language: str = "en") -> None:
        """Tell `language` of any clip."""
        self._language = language
        self.clips = 0
        self.again = 0
        self.seconds = 0.0

    def hear(self, clips: Sequence[Samples], language: str) -> Iterator[tuple[Heard, ...]]:  # noqa: ARG002
        """Yield words for each clip."""
        for clip in clips:
            self.clips += 1
            self.seconds += len(clip) / RATE
            yield (Heard(tuple(_words(clip)), logprob=-0.1),)

    def hear_again(
        self,
        clip: Samples,
        language: str,
        *,
        with_terms: bool = True,  # noqa: ARG002
    ) -> tuple[Heard, ...]:
        """Give the same words again."""
        self.again += 1
        return next(self.hear([clip], language))

    def tell_language(self, clip: Samples) -> Mapping[str, float]:  # noqa: ARG002
        """Be sure."""
        return {self._language: 1.0}


def _words(clip: Samples) -> Iterator[Word]:
    size = round(_EACH * RATE)
    for at in range(0, len(clip) - size + 1, size):
        mark = zlib.crc32((clip[at : at + size] * 1000).astype("int16").tobytes()) % 10_000
        yield Word(at / RATE, (at + size) / RATE, f"w{mark}", 0.9)
