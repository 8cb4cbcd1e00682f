"""When pages were on screen: of films and of words whose pages are known, in changed orders.

In: the sample lecture, whose every word and page has a known time, cut at its pages and put
together anew; films of its pages; other people's slides and course videos. Out: shares of seconds
that are right. The numbers in `ingest.align` were chosen on the sample, so its rows say less than
those of others.
"""

import json
import re
import tempfile
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from PIL import Image

from evaluation.bench import Bench
from evaluation.course import read_course
from evaluation.mediatimes import SAMPLE, true_words
from evaluation.screens import LAYOUTS, Scene, write_film
from evaluation.tables import table
from rag_notes.ingest import ocr
from rag_notes.ingest.align import Shown, align_film, align_words
from rag_notes.ingest.captions import read_captions
from rag_notes.ingest.frames import watch
from rag_notes.ingest.likeness import open_picture
from rag_notes.ingest.screen import find_pages
from rag_notes.ingest.slides import picture_name, read_slides
from rag_notes.schema import Page, Segment, Transcript, Word

ORDERS: Mapping[str, tuple[int | None, ...]] = {
    "as it is": (1, 2, 3, 4, 5, 6, 7, 8, 9, 10),
    "two pairs swapped": (1, 2, 4, 3, 5, 6, 8, 7, 9, 10),
    "all out of order": (1, 7, 4, 9, 2, 10, 5, 3, 8, 6),
    "two pages shown twice": (1, 2, 3, 4, 5, 3, 6, 7, 8, 7, 9, 10),
    "no page for a while, twice": (1, 2, 3, None, 4, 5, 6, None, 7, 8, 9, 10),
    "all of this": (1, 2, 4, 3, None, 5, 6, 3, 8, 7, None, 9, 10),
}

_BY_FRAMES, _BY_WORDS = 0.95, 0.85  # shares of the seconds that must be right
_STEP = 0.5  # seconds between two moments that are asked for
_ASIDE = """
Are there any questions so far? Yes, please, in the back. Could you say that again, I did not
get it. That is a good point, and we come back to it next week. By the way, the exercise sheet
is due on Friday, and the tutors are in their office until noon. Somebody left an umbrella here
yesterday, it is at the front desk. Let me open the window, it is warm in here. Okay, shall we
go on?
"""
_EACH = 0.4  # seconds of a word of it
_OPENING = 75.0  # seconds of a course video that are taken
_ON_PAGE = 70  # words of a course page that make a slide
_FEW = 3  # pages that make no deck
_KINDS = ("the lecture itself", "the same field", "another field")


@dataclass(frozen=True, slots=True)
class Told:
    """A lecture put together: its words, and which page was on screen when."""

    words: tuple[Word, ...]
    scenes: tuple[Scene, ...]

    @property
    def transcript(self) -> Transcript:
        """Its words as captions of twelve words each, with the time of every word."""
        cues = [self.words[at : at + 12] for at in range(0, len(self.words), 12)]
        segments = tuple(
            Segment(
                f"s{number:04}", " ".join(word.text for word in cue), cue[0].start, cue[-1].end,
                words=tuple(cue),
            )
            for number, cue in enumerate(cues, start=1)
        )  # fmt: skip
        return Transcript("en", segments, self.scenes[-1][2])


def tell(order: Sequence[int | None]) -> Told:
    """Put the sample together in another order of its pages; None stands for an aside."""
    truth = json.loads((SAMPLE / "truth.json").read_text(encoding="utf-8"))["pages"]
    spans = {number: (start, end) for number, start, end in truth}
    said = true_words()
    words: list[Word] = []
    scenes: list[Scene] = []
    at = 0.0
    for page in order:
        if page is None:
            aside = _ASIDE.split()
            words += [Word(at + _EACH * n, at + _EACH * (n + 0.9), w) for n, w in enumerate(aside)]
            length = _EACH * len(aside) + 1
        else:
            start, end = spans[page]
            length = end - start
            own = [word for word in said if start <= word.start < end]
            words += [
                replace(word, start=word.start - start + at, end=word.end - start + at)
                for word in own
            ]
        scenes.append((page, at, at + length))
        at += length
    return Told(tuple(words), tuple(scenes))


def share_right(shown: Shown, scenes: Sequence[Scene]) -> float:
    """Share of the moments at which just the right page, or none, is said to be on screen."""
    right = []
    for second in np.arange(_STEP / 2, scenes[-1][2], _STEP):
        true = next(page for page, start, end in scenes if start <= second < end)
        said = [n for n, spans in shown.items() if any(a <= second < b for a, b in spans)]
        right.append(said == ([] if true is None else [true]))
    return float(np.mean(right))


# --- from frames ---------------------------------------------------------------------------------


def measure_frames(bench: Bench) -> str:
    """Films of the sample's pages, and of other people's, against the pages."""
    rows = [_frames_row(f"sample, {name}", SAMPLE / "slides.pdf", tell(order).scenes)
            for name, order in ORDERS.items()]  # fmt: skip
    others = bench.data / "slides" / "fastai_lesson7.pdf"
    if others.is_file():
        rows.append(_frames_row("other people's slides, out of order", others, _shuffled(14)))
    head = ["pages", *LAYOUTS, "wanted"]
    return f"{table(head, rows)}\n\n{_unrelated_film(others)}"


def _frames_row(name: str, slides: Path, scenes: Sequence[Scene]) -> list[str]:
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        count = len(read_slides(slides, pictures=folder).pages)
        files = {number: folder / picture_name(number) for number in range(1, count + 1)}
        pages = [Image.open(file).convert("RGB") for file in files.values()]
        pictures = {number: open_picture(file) for number, file in files.items()}
        shares = []
        for layout in LAYOUTS:
            film = watch(write_film(folder / "film.mp4", scenes, pages, layout))
            shares.append(share_right(align_film(film, pictures), scenes))
    return [name, *map(_percent, shares), _percent(_BY_FRAMES)]


def _shuffled(count: int) -> tuple[Scene, ...]:
    """Pages in another order, two of them twice, twice none, 8 to 30 s each."""
    dice = np.random.default_rng(11)
    order: list[int | None] = [*(dice.permutation(count) + 1).tolist(), 2, 5]
    order[4:4], order[11:11] = [None], [None]
    scenes: list[Scene] = []
    at = 0.0
    for page in order:
        length = float(dice.integers(8, 31))
        scenes.append((page, at, at + length))
        at += length
    return tuple(scenes)


def _unrelated_film(others: Path) -> str:
    """Whether slides that a film does not show are found in it."""
    if not others.is_file():
        return ""
    film = watch(SAMPLE / "lecture.mp4")
    with tempfile.TemporaryDirectory() as scratch:
        read_slides(others, pictures=Path(scratch))
        pictures = {int(file.stem): open_picture(file) for file in Path(scratch).glob("*.jpg")}
    found = len(align_film(film, pictures))
    return f"Of 14 pages that the sample's film does not show, {found} are found in it."


# --- found without a file ------------------------------------------------------------------------


def measure_found(_: Bench) -> str:
    """Pages found in films (`--slides auto`): how many, their times, their words."""
    if not ocr.is_installed():
        return "Not measured: the extra `ocr` is not installed."
    rows = [_found_row("as it is", "the film itself", tell(ORDERS["as it is"]).scenes)]
    scenes = tell(ORDERS["all of this"]).scenes
    rows += [_found_row("all of this", layout, scenes) for layout in LAYOUTS]
    head = ("sample", "layout", "pages found", "of", "seconds right", "words of the slides read")
    return table(head, rows)


def _found_row(name: str, layout: str, scenes: Sequence[Scene]) -> list[str]:
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        pages = read_slides(SAMPLE / "slides.pdf", pictures=folder).pages
        drawn = [Image.open(folder / picture_name(page.number)).convert("RGB") for page in pages]
        film = SAMPLE / "lecture.mp4"
        if layout in LAYOUTS:
            film = write_film(folder / "film.mp4", scenes, drawn, layout)
        (folder / "found").mkdir()
        found = find_pages(film, pictures=folder / "found").pages
    homes = {one.number: _longest(one, scenes) for one in found}
    shown: dict[int, list[tuple[float, float]]] = {}
    for one in found:
        if (home := homes[one.number]) is not None:
            shown.setdefault(home, []).extend(one.shown)
    right = share_right({page: tuple(spans) for page, spans in shown.items()}, scenes)
    wanted = Counter(word for page in pages for word in _words(page.text))
    read = Counter(word for page in found for word in _words(page.text))
    share = (wanted & read).total() / wanted.total()
    true = {page for page, _, _ in scenes if page is not None}
    return [name, layout, str(len(found)), str(len(true)), _percent(right), _percent(share)]


def _longest(page: Page, scenes: Sequence[Scene]) -> int | None:
    """Which true page a found one mostly shows."""
    shares: Counter[int | None] = Counter()
    for true, start, end in scenes:
        for a, b in page.shown:
            shares[true] += round(1000 * max(0.0, min(b, end) - max(a, start)))
    return shares.most_common(1)[0][0]


def _words(text: str) -> list[str]:
    return re.findall(r"[a-z0-9]{2,}", text.lower())


# --- from words ----------------------------------------------------------------------------------


def measure_words(bench: Bench) -> str:
    """The sample's words alone, and those of course videos, against pages."""
    pages = read_slides(SAMPLE / "slides.pdf").pages
    rows = []
    for name, order in ORDERS.items():
        told = tell(order)
        said = align_words(told.transcript, pages, bench.embedder)
        right = _percent(share_right(said.shown, told.scenes))
        rows.append([f"sample, {name}", right, _percent(_BY_WORDS)])
    talks = _talks(bench.data / "hf_course")
    deck = _deck(talks)
    straight = list(range(1, len(talks) + 1))
    mixed = (np.random.default_rng(5).permutation(len(talks)) + 1).tolist()
    for name, numbers in (("in order", straight), ("out of order", mixed)) if talks else ():
        told = _joined(talks, numbers)
        said = align_words(told.transcript, deck, bench.embedder)
        right = _percent(share_right(said.shown, told.scenes))
        rows.append([f"{len(talks)} course videos, {name}", right, "–"])
    return f"{table(('words of', 'seconds right', 'wanted'), rows)}\n\n{_kinship(bench, talks)}"


@dataclass(frozen=True, slots=True)
class Talk:
    """The opening of a course video, and what people wrote about it."""

    chapter: str
    words: tuple[Word, ...]
    text: str


def _talks(course: Path) -> tuple[Talk, ...]:
    """Videos of the course, of twins the one with PyTorch; none where the data is not here."""
    if not (course / "subtitles").is_dir():
        return ()
    return tuple(
        Talk(
            chapter=video.page.partition("/")[0],
            words=tuple(_opening(course / "subtitles" / video.file)),
            text=" ".join(" ".join(video.statements).split()[:_ON_PAGE]),
        )
        for video in read_course(course)
        if "tensorflow" not in video.file and "keras" not in video.file and video.statements
    )


def _opening(captions: Path) -> Iterator[Word]:
    for segment in read_captions(captions).segments:
        start, end = segment.start or 0.0, segment.end or 0.0
        if start > _OPENING:
            return
        texts = segment.text.split()
        each = (end - start) / max(1, len(texts))
        for at, text in enumerate(texts):
            yield Word(start + at * each, start + (at + 1) * each, text)


def _deck(talks: Sequence[Talk]) -> tuple[Page, ...]:
    return tuple(Page(number, talk.text) for number, talk in enumerate(talks, start=1))


def _joined(talks: Sequence[Talk], numbers: Sequence[int]) -> Told:
    """Talks one after the other, by their numbers from 1."""
    words: list[Word] = []
    scenes: list[Scene] = []
    at = 0.0
    for number in numbers:
        own = talks[number - 1].words
        words += [replace(word, start=word.start + at, end=word.end + at) for word in own]
        scenes.append((number, at, at + own[-1].end + 1))
        at = scenes[-1][2]
    return Told(tuple(words), tuple(scenes))


def _kinship(bench: Bench, talks: Sequence[Talk]) -> str:
    """Which slides are taken to belong to which words."""
    chapters = sorted({talk.chapter for talk in talks})
    decks = {"sample": read_slides(SAMPLE / "slides.pdf").pages}
    speeches = {"sample": tell(ORDERS["as it is"]).transcript}
    for chapter in chapters:
        own = [talk for talk in talks if talk.chapter == chapter]
        if len(own) > _FEW:
            decks[chapter] = _deck(own)
            speeches[chapter] = _joined(own, range(1, len(own) + 1)).transcript
    counts: dict[str, Counter[str]] = {kind: Counter() for kind in _KINDS}
    for speech, transcript in speeches.items():
        for deck, pages in decks.items():
            said = align_words(transcript, pages, bench.embedder)
            other = "another field" if "sample" in (speech, deck) else "the same field"
            count = counts["the lecture itself" if speech == deck else other]
            count["pairs"] += 1
            count["related"] += said.is_related
            count["timed"] += bool(said.shown)
    head = ("words and slides of", "pairs", "taken to belong together", "pages timed")
    kinds = [(kind, count) for kind, count in counts.items() if count]
    return table(
        head,
        [
            [kind, *(str(count[one]) for one in ("pairs", "related", "timed"))]
            for kind, count in kinds
        ],
    )


def _percent(share: float) -> str:
    return f"{100 * share:.1f} %"
