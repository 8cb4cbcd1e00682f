"""Sound for tests: our sample's voice, and WAVE files of it."""

import wave
from functools import lru_cache
from pathlib import Path

import numpy as np

from rag_notes.ingest.blocks import RATE
from rag_notes.ingest.media import decode_audio
from rag_notes.protocols import Samples
from tests.runs import SAMPLE


@lru_cache
def voice() -> Samples:
    """The sound of the sample lecture."""
    return np.concatenate([block.samples for block in decode_audio(SAMPLE / "lecture.mp4")])


def silence(seconds: float) -> Samples:
    """Nothing."""
    return np.zeros(round(seconds * RATE), dtype=np.float32)


def write_wav(path: Path, *channels: Samples) -> Path:
    """Write 16-bit WAVE; channels are cut to the shortest."""
    size = min(map(len, channels))
    rows = np.stack([channel[:size] for channel in channels], axis=1)
    with wave.open(str(path), "wb") as file:
        file.setnchannels(len(channels))
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes((np.clip(rows, -1, 1) * 32767).astype("<i2").tobytes())
    return path
