"""Sound in which nobody says a word: silence, tones, music, noise, a crowd.

In: seconds and a seed; out: 16 kHz samples, the same for the same seed. Nothing here is a recording
but the voice that a crowd is made of, which is our own sample's.
"""

from collections.abc import Callable, Mapping

import numpy as np

from rag_notes.ingest.blocks import RATE
from rag_notes.protocols import Samples

Voice = Samples
_CHORDS = ((57, 60, 64), (53, 57, 60), (55, 59, 62), (52, 55, 59))  # MIDI notes: Am F G Em
_BEAT = 0.5  # seconds
_VOICES = 40


def silence(seconds: float, _seed: int, _voice: Voice) -> Samples:
    """Nothing but the last bit of a converter."""
    return _scaled(np.random.default_rng(_seed).normal(0, 1, _count(seconds)), 1e-5)


def hum(seconds: float, seed: int, _voice: Voice) -> Samples:
    """Mains hum and hiss of a room."""
    at = _times(seconds)
    waves = sum(np.sin(2 * np.pi * 50 * n * at) / n for n in (1, 2, 3, 5))
    return _scaled(waves + np.random.default_rng(seed).normal(0, 0.5, len(at)), 0.02)


def tones(seconds: float, seed: int, _voice: Voice) -> Samples:
    """Beeps of half a second, a dialling tone, sweeps."""
    at = _times(seconds)
    dice = np.random.default_rng(seed)
    pitches = np.repeat(dice.uniform(200, 2000, int(seconds) + 1), RATE)[: len(at)]
    beeps = np.sin(2 * np.pi * pitches * at) * (at % 1.0 < 0.5)
    sweep = np.sin(2 * np.pi * (300 + 40 * (at % 20)) * at)
    return _scaled(np.where(at % 40 < 20, beeps, sweep), 0.1)


def music(seconds: float, seed: int, _voice: Voice) -> Samples:
    """Chords, a bass, a melody with vibrato, drums: 120 beats a minute."""
    at = _times(seconds)
    dice = np.random.default_rng(seed)
    out = np.zeros(len(at))
    melody = [57 + 12 + int(step) for step in np.cumsum(dice.integers(-3, 4, int(seconds / _BEAT)))]
    for beat, note in enumerate(melody):
        first = _count(beat * _BEAT)
        local = at[first : first + _count(4 * _BEAT)] - beat * _BEAT
        fades = np.exp(-3 * local)
        out[first : first + len(local)] += 0.5 * fades * _voiced(54 + note % 24, local, vibrato=5.0)
        drum = dice.normal(0, 1, len(local)) * np.exp(-40 * local)
        out[first : first + len(local)] += (0.6 if beat % 2 else 0.2) * drum
        if beat % 4 == 0:
            for tone in (*_CHORDS[beat // 4 % 4], _CHORDS[beat // 4 % 4][0] - 12):
                out[first : first + len(local)] += 0.3 * np.exp(-local) * _voiced(tone, local)
    return _scaled(out, 0.1)


def applause(seconds: float, seed: int, _voice: Voice) -> Samples:
    """Hundreds of claps a second."""
    dice = np.random.default_rng(seed)
    out = np.zeros(_count(seconds) + RATE)
    clap = np.exp(-np.arange(RATE // 50) / 60.0)
    for place in dice.integers(0, _count(seconds), int(200 * seconds)):
        out[place : place + len(clap)] += dice.normal(0, 1, len(clap)) * clap
    return _scaled(out[: _count(seconds)], 0.1)


def crowd(seconds: float, seed: int, voice: Voice) -> Samples:
    """Forty voices at once, some nearer, each from another place and at another speed."""
    return _voices(seconds, seed, voice)


def crowd_backwards(seconds: float, seed: int, voice: Voice) -> Samples:
    """Play the same backwards: the sound of speech without a word of it."""
    return _voices(seconds, seed, voice[::-1])


SOUNDS: Mapping[str, Callable[[float, int, Voice], Samples]] = {
    "silence": silence,
    "hum and hiss": hum,
    "tones": tones,
    "music": music,
    "applause": applause,
    "a crowd of 40": crowd,
    "the crowd backwards": crowd_backwards,
}


def _voices(seconds: float, seed: int, voice: Voice) -> Samples:
    dice = np.random.default_rng(seed)
    out = np.zeros(_count(seconds))
    for _ in range(_VOICES):
        speed = dice.uniform(0.8, 1.25)
        at = (np.arange(len(out)) * speed + dice.integers(0, len(voice))) % len(voice)
        out += dice.uniform(0.3, 1.0) * voice[at.astype(int)]
    return _scaled(out, 0.08)


def _voiced(note: int, at: np.ndarray, *, vibrato: float = 0.0) -> np.ndarray:
    """Six harmonics of a MIDI note."""
    pitch = 440.0 * 2 ** ((note - 69) / 12)
    sway = 0.006 * np.sin(2 * np.pi * vibrato * at) / max(vibrato, 1.0) if vibrato else 0.0
    return np.asarray(
        sum(np.sin(2 * np.pi * pitch * n * (at + sway)) / n**1.5 for n in range(1, 7))
    )


def _times(seconds: float) -> np.ndarray:
    return np.arange(_count(seconds)) / RATE


def _count(seconds: float) -> int:
    return round(seconds * RATE)


def _scaled(wave: np.ndarray, level: float) -> Samples:
    """Give a wave a root mean square of `level`."""
    present = float(np.sqrt(np.square(wave).mean())) or 1.0
    return np.asarray(np.clip(wave * level / present, -1, 1), dtype=np.float32)
