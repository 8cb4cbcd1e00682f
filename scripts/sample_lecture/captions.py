"""Write what was said when: the truth as JSON, and captions as SRT."""

import json
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from sample_lecture.lecture import Span, Word

LINE, LINES = 42, 2
"""Most characters in a caption line, and most lines in a caption."""
HOLD = 0.2
"""Longest time in seconds that a caption stays after its last word."""


def write_truth(path: Path, words: Iterable[Word], pages: Iterable[Span]) -> None:
    """Write words and pages with their times in seconds, one per line."""
    word_rows = [
        json.dumps(
            {"start": round(w.start, 3), "end": round(w.end, 3), "text": w.text},
            ensure_ascii=False,
        )
        for w in words
    ]
    page_rows = [json.dumps([p.number, round(p.start, 3), round(p.end, 3)]) for p in pages]
    text = '{"words": [\n%s\n],\n"pages": [\n%s\n]}\n'
    path.write_text(text % (",\n".join(word_rows), ",\n".join(page_rows)), encoding="utf-8")


def write_captions(path: Path, words: Sequence[Word], *, until: float) -> None:
    """Write captions of the whole sentences that end before a time in seconds."""
    cues = [cue for cue in _cues(words) if cue[-1].end <= until]
    while cues and not _ends_sentence(cues[-1][-1]):
        cues.pop()
    blocks = []
    for number, cue in enumerate(cues):
        end = cue[-1].end + HOLD
        if number + 1 < len(cues):
            end = min(end, cues[number + 1][0].start)
        times = f"{_clock(cue[0].start)} --> {_clock(end)}"
        blocks.append("\n".join([str(number + 1), times, *_lines([w.text for w in cue])]))
    path.write_text("\n\n".join(blocks) + "\n", encoding="utf-8")


def _cues(words: Iterable[Word]) -> Iterator[list[Word]]:
    """Group words into captions: never across sentences, never more than fits."""
    cue: list[Word] = []
    for word in words:
        is_full = len(_lines([w.text for w in [*cue, word]])) > LINES
        if cue and (is_full or _ends_sentence(cue[-1])):
            yield cue
            cue = []
        cue.append(word)
    if cue:
        yield cue


def _lines(texts: Iterable[str]) -> list[str]:
    lines: list[str] = []
    for text in texts:
        if lines and len(lines[-1]) + 1 + len(text) <= LINE:
            lines[-1] += f" {text}"
        else:
            lines.append(text)
    return lines


def _ends_sentence(word: Word) -> bool:
    return word.text.endswith((".", "?", "!"))


def _clock(seconds: float) -> str:
    millis = round(seconds * 1000)
    return (
        f"{millis // 3_600_000:02d}:{millis // 60_000 % 60:02d}:"
        f"{millis // 1000 % 60:02d},{millis % 1000:03d}"
    )
