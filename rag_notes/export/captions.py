"""Transcript -> `captions.vtt`; passages -> `transcript.md`, whose paragraphs citations link to.

Says the words that were spoken and nothing else; transcript.md marks those that may be misheard and
those of listeners, and says once how. Knows no notes.
"""

from collections.abc import Iterator, Sequence
from itertools import count, pairwise

from rag_notes.errors import InputError
from rag_notes.export.cite import stamp
from rag_notes.export.escape import escape_markdown, escape_vtt, plain
from rag_notes.schema import Chunk, Segment, Transcript, Word

_CUE_CHARACTERS = 84  # two lines of 42, the usual width of subtitles

TRANSCRIPT_TITLE = "Transcript: {title}"
UNCLEAR_WORDS = (
    "Words between [? and ?] were heard unclearly and may be others: listen before you rely on "
    "them."
)
LISTENERS_WORDS = "Words between [« and »] are of people who listen: the notes do not rest on them."


def to_vtt(transcript: Transcript) -> str:
    """Write a timed transcript as WebVTT, long segments cut between words.

    Raises InputError where the transcript has no times.
    """
    if not transcript.timed:
        raise InputError(
            "captions need times and this transcript came without; make the lecture from its media"
        )
    voices = len({(one.channel, one.speaker) for one in transcript.segments}) > 1
    cues = ["WEBVTT"]
    for segment in transcript.segments:
        name = segment.speaker or f"Channel {segment.channel}"
        voice = f"<v {escape_vtt(name)}>" if voices else ""
        cues += [_cue(start, end, voice + text) for start, end, text in _lines(segment)]
    return "\n\n".join(cues) + "\n"


def to_transcript_markdown(chunks: Sequence[Chunk], title: str) -> str:
    """Write the speech passages as numbered paragraphs with the anchors `p1`, `p2` and so on.

    Doubtful words stand between [? and ?], those of listeners between [« and »], as lines on top
    then say. A passage of an untimed transcript keeps its own paragraph number.
    """
    parts = ["# " + TRANSCRIPT_TITLE.format(title=escape_markdown(title) or "Lecture")]
    speech = [chunk for chunk in chunks if chunk.kind == "speech"]
    if any(chunk.doubtful for chunk in speech):
        parts.append(f"> {escape_markdown(UNCLEAR_WORDS)}")
    if any(chunk.listeners for chunk in speech):
        parts.append(f"> {escape_markdown(LISTENERS_WORDS)}")
    for position, chunk in zip(count(1), speech, strict=False):
        number = chunk.paragraph if chunk.paragraph is not None else position
        time = f" · {stamp(chunk.start)}" if chunk.start is not None else ""
        mark = f'<a id="p{int(number)}"></a>**¶ {int(number)}{time}**'
        parts.append(f"{mark} {_marked(chunk)}")
    return "\n\n".join(parts) + "\n"


def _marked(chunk: Chunk) -> str:
    """Text of a passage with doubtful words and those of listeners between marks, as Markdown."""
    marks = ((chunk.listeners, "\\[«", "»\\]"), (chunk.doubtful, "\\[?", "?\\]"))
    words = chunk.text.split()
    edges = {edge for ranges, _, _ in marks for pair in ranges for edge in pair}
    parts: list[str] = []
    for first, last in pairwise(sorted({0, len(words), *edges})):
        text = escape_markdown(" ".join(words[first:last]))
        for ranges, opens, closes in reversed(marks):
            if any(a <= first < b for a, b in ranges):
                text = f"{opens}{text}{closes}"
        parts.append(text)
    return " ".join(part for part in parts if part)


def _lines(segment: Segment) -> Iterator[tuple[float, float, str]]:
    """Cues of one segment: start and end in seconds, text."""
    text = plain(segment.text)
    if not text or segment.start is None or segment.end is None:
        return
    words = [word for word in segment.words if plain(word.text)]
    spoken = plain(" ".join(word.text for word in words))
    if len(text) <= _CUE_CHARACTERS or spoken != text:
        yield segment.start, segment.end, escape_vtt(text)
        return
    for run in _broken(words, len(text)):
        yield run[0].start, run[-1].end, escape_vtt(" ".join(word.text for word in run))


def _broken(words: Sequence[Word], length: int) -> Iterator[Sequence[Word]]:
    """Cut into runs of about even length, none over the width unless one word is."""
    width = -(-length // -(-length // _CUE_CHARACTERS))
    run: list[Word] = []
    size = 0
    for word in words:
        if run and (size >= width or size + len(word.text) > _CUE_CHARACTERS):
            yield run
            run, size = [], 0
        run.append(word)
        size += len(word.text) + 1
    yield run


def _cue(start: float, end: float, text: str) -> str:
    # A cue that ends where it starts is not shown: the millisecond is the format's least.
    first = round(start * 1000)
    last = max(round(end * 1000), first + 1)
    return f"{_clock(first)} --> {_clock(last)}\n{text}"


def _clock(milliseconds: int) -> str:
    seconds, rest = divmod(milliseconds, 1000)
    return f"{stamp(seconds)}.{rest:03}"
