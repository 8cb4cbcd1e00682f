"""Recordings to transcripts by a recogniser that only counts: parts, resuming, channels, doubts."""

import itertools
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import numpy as np
import pytest
from evaluation.parrot import Parrot

from rag_notes.errors import InputError, LostInputError
from rag_notes.ingest.blocks import RATE
from rag_notes.ingest.transcribe import ToHear, Told, transcribe
from rag_notes.protocols import Samples
from rag_notes.schema import Heard, Part, Transcript, Word
from tests.sounds import silence, voice, write_wav


class Shelf:
    """A PartStore in memory, which breaks after so many parts."""

    def __init__(self, breaks_after: int | None = None) -> None:
        self.parts: list[Part] = []
        self._left = breaks_after

    def find(self, channel: int, start: float) -> Part | None:
        return next((p for p in self.parts if (p.channel, p.start) == (channel, start)), None)

    def save(self, part: Part) -> None:
        if self._left is not None:
            if self._left == 0:
                raise KeyboardInterrupt
            self._left -= 1
        self.parts.append(part)


@pytest.fixture(scope="module")
def long(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Eleven minutes: the sample twice."""
    return write_wav(tmp_path_factory.mktemp("long") / "long.wav", np.tile(voice(), 2))


def words_of(transcript: Transcript) -> list[Word]:
    return [word for segment in transcript.segments for word in segment.words]


def test_a_run_that_breaks_goes_on_after_its_last_part_and_ends_the_same(long: Path) -> None:
    whole, shelf = Parrot(), Shelf()
    unbroken = transcribe(ToHear(long, language="en"), whole, parts=shelf)
    assert len(shelf.parts) == 3
    for before, after in itertools.pairwise(shelf.parts):
        assert before.end == after.start
        assert 180 < before.end - before.start <= 310
    broken = Shelf(breaks_after=2)
    with pytest.raises(KeyboardInterrupt):
        transcribe(ToHear(long, language="en"), Parrot(), parts=broken)
    broken._left = None
    rest = Parrot()
    assert transcribe(ToHear(long, language="en"), rest, parts=broken) == unbroken
    assert 0 < rest.clips < whole.clips / 2
    nothing = Parrot()
    assert transcribe(ToHear(long, language="en"), nothing, parts=broken) == unbroken
    assert nothing.clips == 0


def test_all_speech_is_heard_once_whatever_the_parts(long: Path) -> None:
    parrot = Parrot()
    heard = transcribe(ToHear(long, language="en"), parrot)
    assert parrot.seconds == pytest.approx(2 * 335, rel=0.03)
    starts = [word.start for word in words_of(heard)]
    assert starts == sorted(starts)
    assert heard.duration == pytest.approx(len(voice()) * 2 / RATE, abs=0.1)
    assert [s.id for s in heard.segments] == [
        f"s{n:04d}" for n in range(1, len(heard.segments) + 1)
    ]


def test_progress_is_told_in_seconds_of_the_recording(long: Path) -> None:
    told: list[tuple[float, float]] = []
    transcribe(
        ToHear(long, language="en"),
        Parrot(),
        told=Told(progress=lambda done, total: told.append((done, total))),
    )
    done = [seconds for seconds, _ in told]
    assert done == sorted(done)
    assert len(done) > 20
    assert done[-1] == pytest.approx(told[-1][1], abs=0.5)


def test_channels_apart_keep_their_words_and_times(tmp_path: Path) -> None:
    said = voice()[: 40 * RATE]
    left = np.concatenate([said, silence(40)])
    right = np.concatenate([silence(40), said])
    path = write_wav(tmp_path / "two.wav", left, right)
    heard = transcribe(ToHear(path, apart=True, language="en"), Parrot())
    channels = [segment.channel for segment in heard.segments]
    assert set(channels) == {0, 1}
    assert channels == sorted(channels)
    first = [word for s in heard.segments if s.channel == 0 for word in s.words]
    second = [word for s in heard.segments if s.channel == 1 for word in s.words]
    assert len(first) == pytest.approx(len(second), abs=3)
    assert second[0].start - first[0].start == pytest.approx(40, abs=0.2)
    assert second[-1].end - first[-1].end == pytest.approx(40, abs=0.6)


def test_channels_that_say_the_same_are_heard_once(tmp_path: Path) -> None:
    said = voice()[: 30 * RATE]
    path = write_wav(tmp_path / "same.wav", said, said * 0.5)
    notices: list[str] = []
    parrot = Parrot()
    heard = transcribe(
        ToHear(path, apart=True, language="en"), parrot, told=Told(say=notices.append)
    )
    assert {segment.channel for segment in heard.segments} == {0}
    assert parrot.seconds < 32
    assert notices == ["same.wav: channel 1 carries the sound of channel 0; heard once"]


def test_silence_is_lost_input(tmp_path: Path) -> None:
    path = write_wav(tmp_path / "silent.wav", silence(20))
    with pytest.raises(LostInputError, match="no speech was heard"):
        transcribe(ToHear(path), Parrot())


def test_a_language_that_the_recogniser_does_not_hear(tmp_path: Path) -> None:
    path = write_wav(tmp_path / "a.wav", voice()[:RATE])
    with pytest.raises(InputError, match=r"'fr'.*hears en, de"):
        transcribe(ToHear(path, language="fr"), Parrot())


# --- languages -----------------------------------------------------------------------------------


class Interpreter(Parrot):
    """Tells the languages that it is given, one a clip."""

    def __init__(self, *told: str) -> None:
        super().__init__()
        self._told = itertools.cycle(told)
        self.languages_heard: set[str] = set()

    def hear(self, clips: Sequence[Samples], language: str) -> Iterator[tuple[Heard, ...]]:
        self.languages_heard.add(language)
        yield from super().hear(clips, language)

    def tell_language(self, clip: Samples) -> Mapping[str, float]:  # noqa: ARG002
        return {"en": 0.2, "de": 0.2, next(self._told): 0.7}


def test_the_language_is_told_at_several_places(long: Path) -> None:
    notices: list[str] = []
    ear = Interpreter("en", "de", "de", "en", "de")
    shelf = Shelf()
    heard = transcribe(ToHear(long), ear, parts=shelf, told=Told(say=notices.append))
    assert heard.language == "de"
    assert ear.languages_heard == {"de"}
    assert notices == [
        "long.wav: heard as 'de', though en seems to be spoken too; --speech-language chooses"
    ]
    again: list[str] = []
    ear = Interpreter("en", "de", "de", "en", "de")
    transcribe(ToHear(long), ear, parts=shelf, told=Told(say=again.append))
    assert again == notices


def test_where_nobody_speaks_at_the_start_the_language_is_told_later(tmp_path: Path) -> None:
    path = write_wav(tmp_path / "late.wav", silence(70), voice()[: 20 * RATE])
    late = np.concatenate([silence(70), voice()[: 20 * RATE]])
    path = write_wav(tmp_path / "late.wav", late)
    assert transcribe(ToHear(path), Interpreter("de")).language == "de"


# --- what is hard to believe ---------------------------------------------------------------------


class Liar(Parrot):
    """Makes up a loop at first hearing, and then hears what its lists say."""

    def __init__(self, *again: Heard) -> None:
        super().__init__()
        self._again = again
        self.asked: list[bool] = []

    def hear(self, clips: Sequence[Samples], language: str) -> Iterator[tuple[Heard, ...]]:  # noqa: ARG002
        for _ in clips:
            yield (Heard(spread("thank you so much " * 8)),)

    def hear_again(
        self,
        clip: Samples,  # noqa: ARG002
        language: str,  # noqa: ARG002
        *,
        with_terms: bool = True,
    ) -> tuple[Heard, ...]:
        self.asked.append(with_terms)
        return self._again


def spread(text: str) -> tuple[Word, ...]:
    return tuple(Word(0.5 + n * 0.4, 0.8 + n * 0.4, t, 0.7) for n, t in enumerate(text.split()))


@pytest.fixture
def short(tmp_path: Path) -> Path:
    return write_wav(tmp_path / "short.wav", voice()[: 12 * RATE])


def text_of(transcript: Transcript) -> str:
    return " ".join(segment.text for segment in transcript.segments)


def test_what_is_made_up_is_heard_again(short: Path) -> None:
    true = Heard(
        spread("hello and welcome to one small data structure with me and with all of you")
    )
    ear = Liar(true)
    assert text_of(transcribe(ToHear(short, language="en"), ear)).startswith("hello and welcome")
    assert set(ear.asked) == {True}


def test_what_is_made_up_twice_is_marked(short: Path) -> None:
    good = Heard(spread("hello and welcome"))
    bad = Heard(
        tuple(Word(w.start + 3, w.end + 3, w.text, w.p) for w in spread("la la")), logprob=-2
    )
    ear = Liar(good, bad)
    notices: list[str] = []
    heard = transcribe(ToHear(short, language="en"), ear, told=Told(say=notices.append))
    assert "la" not in text_of(heard).split()
    assert text_of(heard).count("[unclear]") == 2  # of each half
    assert {True, False} == set(ear.asked)
    assert notices[0].startswith("short.wav: stretches that could not be made out: 2 (0:0")


def test_a_recording_of_nothing_but_made_up_words_has_no_speech(short: Path) -> None:
    with pytest.raises(LostInputError, match="no speech"):
        transcribe(ToHear(short, language="en"), Liar(Heard(spread("thank you"), logprob=-1.5)))


def test_words_lie_within_the_speech(tmp_path: Path) -> None:
    sound = np.concatenate([silence(10), voice()[: 10 * RATE], silence(10), voice()[: 10 * RATE]])
    heard = transcribe(ToHear(write_wav(tmp_path / "a.wav", sound), language="en"), Parrot())
    for word in words_of(heard):
        assert 9.5 <= word.start <= word.end <= 20.5 or 29.5 <= word.start <= word.end <= 40.1
