"""Channels with something of their own to say, and those without."""

from collections.abc import Callable
from pathlib import Path
from typing import TypeAlias

import numpy as np
import pytest

from rag_notes.ingest.blocks import RATE
from rag_notes.ingest.channels import channels_apart
from rag_notes.ingest.media import Listening
from rag_notes.protocols import Samples
from tests.sounds import voice, write_wav

SECONDS = 40
Make: TypeAlias = Callable[[], tuple[Samples, Samples]]


def said(start: float = 0.0) -> Samples:
    return voice()[round(start * RATE) : round((start + SECONDS) * RATE)]


def hiss(level: float) -> Samples:
    noise = np.random.default_rng(0).normal(0, level, SECONDS * RATE)
    return np.asarray(noise, dtype=np.float32)


def turns() -> tuple[Samples, Samples]:
    left = (np.arange(SECONDS * RATE) // (10 * RATE)) % 2 == 0
    return np.where(left, said(), 0.05 * said()), np.where(left, 0.05 * said(), said())


SAME: dict[str, Make] = {
    "the same": lambda: (said(), said()),
    "quieter": lambda: (said(), 0.3 * said()),
    "wired the wrong way round": lambda: (said(), -said()),
    "another microphone in the room": lambda: (said(), 0.8 * np.roll(said(), 24) + hiss(0.002)),
}
APART: dict[str, Make] = {
    "two people": lambda: (said(), said(100)),
    "turns, with some leaking": turns,
}


@pytest.mark.parametrize("kind", SAME)
def test_what_is_said_twice_is_heard_once(tmp_path: Path, kind: str) -> None:
    apart = channels_apart(Listening(write_wav(tmp_path / "a.wav", *SAME[kind]())))
    assert apart.channels == (0,)
    assert apart.notices == ("channel 1 carries the sound of channel 0; heard once",)


@pytest.mark.parametrize("kind", APART)
def test_people_of_their_own_are_heard_apart(tmp_path: Path, kind: str) -> None:
    apart = channels_apart(Listening(write_wav(tmp_path / "a.wav", *APART[kind]())))
    assert (apart.channels, apart.notices) == ((0, 1), ())


@pytest.mark.parametrize("quiet", [0.0, 0.0005])
def test_a_channel_that_is_nearly_silent_is_not_heard(tmp_path: Path, quiet: float) -> None:
    path = write_wav(tmp_path / "a.wav", quiet * said(100), said(), said(200))
    apart = channels_apart(Listening(path))
    assert apart.channels == (1, 2)
    assert apart.notices == ("channel 0 is silent and was not heard",)


def test_one_channel_is_all_there_is(tmp_path: Path) -> None:
    apart = channels_apart(Listening(write_wav(tmp_path / "a.wav", said())))
    assert apart.channels == (0,)
    assert apart.notices == ("it has one channel; there is nothing to hear apart",)
