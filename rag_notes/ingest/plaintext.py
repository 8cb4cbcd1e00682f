"""A plain text transcript to cues.

In: the text of a file; out: a cue per time stamp where it has stamps, else one untimed cue a
sentence, each with the number of the `Channel N:` header above it.
"""

import itertools
import re
from collections.abc import Iterator

from rag_notes.ingest.clean import is_latin, pieces_of, plain
from rag_notes.ingest.cues import Cue, Read, original_of
from rag_notes.ingest.sentences import split_sentences

_CHANNEL = re.compile(r"^\s*Channel\s+(\d{1,3})\s*:[ \t]*", re.IGNORECASE | re.MULTILINE)
_CLOCK = r"(?:(\d{1,2}):)?(\d{1,2}):(\d{2})(?:[.,](\d{1,3}))?"
_BRACKET_STAMP = re.compile(rf"[\[(]{_CLOCK}(?:\s*(?:-->|-|–)\s*[\d:.,]+)?[\])]")
_LINE_STAMP = re.compile(
    rf"^[ \t]*{_CLOCK}(?:\s*(?:-->|-|–)\s*[\d:.,]+)?[ \t:]*(?=\s|$)", re.MULTILINE
)


def read_txt(text: str) -> Read:
    """Read plain text."""
    latin = is_latin(text)
    stamps = _stamps(text)
    cues: list[Cue] = []
    channel = 0
    edges = [*stamps, (len(text), len(text), None)]
    texts: list[tuple[float | None, str]] = [(None, text[: edges[0][0]])]
    texts += [
        (s, text[after:before]) for (_, after, s), (before, _, _) in itertools.pairwise(edges)
    ]
    for start, stretch in texts:
        pieces = _CHANNEL.split(stretch)
        for number, piece in zip([None, *pieces[1::2]], pieces[0::2], strict=True):
            channel = channel if number is None else int(number)
            if stamps:
                said = " ".join(
                    line for part in piece.splitlines() if (line := plain(part, latin=latin))
                )
                begin = 0.0 if start is None else start
                original = original_of(piece, said)
                cues.append(Cue(said, begin, None, channel, original=original))
            else:
                cues += [
                    cue
                    for line in piece.splitlines()
                    for cue in _sentences(line, channel, latin=latin)
                ]
    return Read(cues)


def _sentences(line: str, channel: int, *, latin: bool) -> Iterator[Cue]:
    """Yield a cue for each sentence of a paragraph."""
    pieces = pieces_of(line, latin=latin)
    for first, last in split_sentences([word for word, _ in pieces]):
        said = " ".join(word for word, _ in pieces[first:last])
        raw = " ".join(raw for _, raw in pieces[first:last])
        yield Cue(said, channel=channel, original=original_of(raw, said))


def _stamps(text: str) -> list[tuple[int, int, float | None]]:
    """(from, to, seconds) of each time stamp, in order; none unless they look like stamps."""
    for pattern, least in ((_BRACKET_STAMP, 1), (_LINE_STAMP, 2)):
        found = [
            (m.start(), m.end(), _seconds(*m.groups(default="0"))) for m in pattern.finditer(text)
        ]
        times = [seconds for *_, seconds in found]
        if (
            len(found) >= least
            and times == sorted(times)
            and not text[: found[0][0]].count(".") > 3
        ):
            return [(a, b, s) for a, b, s in found]
    return []


def _seconds(hours: str, minutes: str, seconds: str, fraction: str) -> float:
    return int(hours) * 3600 + int(minutes) * 60 + int(seconds) + float(f"0.{fraction}")
