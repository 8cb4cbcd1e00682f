"""Claim recall on the course: what a page says, its video really says, and our notes hold.

In: finished lectures made of course captions, the pages, an embedder, replies of one prompt. Out: a
table of the shares of the statements that our notes and the controls hold, with intervals from
drawing whole videos again, and the verdicts behind it. The controls are cut to the words of our
statements. Does not know how notes are made.
"""

import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from evaluation.checked import Pair
from evaluation.course import Video
from evaluation.finished import Lecture
from evaluation.matching import Match, Windows, lead, spread
from evaluation.statistics import Share, interval_by_group
from evaluation.tables import table
from evaluation.vectors import KeptEmbedder

SEED = 0
SAMPLE = 8  # videos
BAR = 1.3  # times the better control
OURS, LEAD, SPREAD = "our notes", "first sentences", "evenly spread sentences"
ONE, ONE_WHOLE = "one prompt, cut to our length", "one prompt, as it came"
_CONTROLS = (LEAD, SPREAD, ONE)
_SPOKEN = 3  # sentences of the video that may make a statement together

Ask = Callable[[str], tuple[str, ...] | None]


@dataclass(frozen=True, slots=True)
class Recalled:
    """One video: statements beside it, made by it, and held by each way; words of each way."""

    name: str
    stated: int
    made: int
    words: Mapping[str, int]
    held: Mapping[str, int]
    pairs: tuple[Pair, ...]


def draw_videos(
    videos: Sequence[Video], lectures: Mapping[str, Lecture], *, size: int | None
) -> tuple[tuple[tuple[Video, Lecture], ...], tuple[str, ...]]:
    """The videos to measure with their notes, and which of the draw have none.

    All videos of the course are put in an order by `SEED`; the first `size` that have notes are
    taken, all where it is None.
    """
    order = list(videos)
    random.Random(SEED).shuffle(order)  # noqa: S311 (no secret)
    missing = tuple(one.file for one in order[:size] if one.file not in lectures)
    found = [(one, lectures[one.file]) for one in order if one.file in lectures]
    return tuple(found[:size]), missing


def recall(video: Video, lecture: Lecture, embedder: KeptEmbedder, ask: Ask) -> Recalled:
    """Count one video."""
    spoken = lecture.sentences
    embedder.prepare([*video.statements, *spoken, *lecture.statements])
    matches = Windows(spoken, embedder, most=_SPOKEN).match_all(video.statements)
    pairs = [_pair("made", lecture, *one) for one in zip(video.statements, matches, strict=True)]
    made = [s for s, match in zip(video.statements, matches, strict=True) if match.says_it]
    ways = _ways(lecture, ask)
    held = {}
    for name, texts in ways.items():
        found = Windows(texts, embedder).match_all(made)
        held[name] = sum(one.says_it for one in found)
        if name == OURS:
            pairs += [_pair("held", lecture, *one) for one in zip(made, found, strict=True)]
    words = {name: _count_words(texts) for name, texts in ways.items()}
    stated = len(video.statements)
    return Recalled(lecture.name, stated, len(made), words, held, tuple(pairs))


def _pair(kind: str, lecture: Lecture, statement: str, match: Match) -> Pair:
    measured = f"words {match.share:.2f}, cosine {match.cosine:.2f}"
    return Pair(kind, lecture.name, statement, match.text, measured, match.says_it)


def _ways(lecture: Lecture, ask: Ask) -> Mapping[str, Sequence[str]]:
    ours = lecture.statements
    size = _count_words(ours)
    ways = {
        OURS: ours,
        LEAD: lead(lecture.sentences, size),
        SPREAD: spread(lecture.sentences, size),
    }
    told = ask(" ".join(lecture.sentences))
    if told is not None:
        ways |= {ONE: spread(told, size), ONE_WHOLE: told}
    return ways


def _count_words(texts: Sequence[str]) -> int:
    return sum(len(text.split()) for text in texts)


# --- tables --------------------------------------------------------------------------------------


def recall_table(found: Sequence[Recalled]) -> str:
    """Shares over all videos, our notes against the better control, and each video's counts."""
    made, stated = sum(one.made for one in found), sum(one.stated for one in found)
    rows = [[name, *_row(name, found)] for name in (OURS, LEAD, SPREAD, ONE, ONE_WHOLE)]
    head = f"{len(found)} videos; their pages make {stated} statements, the videos {made} of them:"
    parts = [head, table(("held by", "share", "words", "videos"), rows)]
    if made:
        parts.append(_against_controls(found))
    return "\n\n".join([*parts, _each(found)])


def _row(name: str, found: Sequence[Recalled]) -> list[str]:
    having = [one for one in found if name in one.held]
    if not having:
        return ["not asked", "", "0"]
    held, made = sum(one.held[name] for one in having), sum(one.made for one in having)
    counts = [[one.held[name], one.made] for one in having]
    low, high = interval_by_group(counts, lambda sums: sums[:, 0] / sums[:, 1].clip(1), seed=SEED)
    share = f"{held} of {made} = {Share(held, made).value:.1%} ({low:.1%}-{high:.1%})"
    return [share, str(sum(one.words[name] for one in having)), str(len(having))]


def _against_controls(found: Sequence[Recalled]) -> str:
    """Our share over that of each control on the videos that have it; the better one decides."""
    lines = []
    for name in _CONTROLS:
        having = [one for one in found if name in one.held]
        counts = [[one.held[OURS], one.held[name]] for one in having]
        ours, theirs = (sum(column) for column in zip(*counts, strict=True)) if counts else (0, 0)
        if not theirs:
            continue
        low, high = interval_by_group(
            counts, lambda sums: sums[:, 0] / sums[:, 1].clip(1), seed=SEED
        )
        text = f"| {name} | {ours / theirs:.2f} ({low:.2f}-{high:.2f}) | {len(having)} |"
        lines.append((ours / theirs, text))
    rows = [text for _, text in sorted(lines)]
    head = [
        f"| our notes over | ratio (wanted: {BAR} over the first row) | videos |",
        "| --- | --- | --- |",
    ]
    return "\n".join([*head, *rows])


def _each(found: Sequence[Recalled]) -> str:
    names = [name for name in (OURS, LEAD, SPREAD, ONE) if any(name in one.held for one in found)]
    rows = [
        [
            f"`{one.name}`",
            str(one.stated),
            str(one.made),
            *(str(one.held.get(name, "")) for name in names),
            str(one.words[OURS]),
        ]
        for one in found
    ]
    return table(("video", "statements", "made", *names, "our words"), rows)
