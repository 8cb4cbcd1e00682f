"""Write slides and speech as an MP4, and measure how true its times are when it is played."""

from collections.abc import Iterator, Sequence
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import numpy.typing as npt
from PIL import Image

from sample_lecture.lecture import Span
from sample_lecture.speech import Narration, Samples

FRAMES_PER_SECOND = 5
AUDIO_BITS_PER_SECOND = 64_000
BLOCK = 1024
"""Samples in one AAC frame."""
MAX_LAG_SECONDS = 0.25
"""How far apart film and speech are searched for each other."""
VIDEO_OPTIONS = {
    "crf": "27",
    "preset": "slow",
    "tune": "stillimage",
    # A key frame every 20 s at least, so that a player can seek.
    "g": str(20 * FRAMES_PER_SECOND),
    # Without B-frames the first picture is at time 0 without an edit list.
    "bf": "0",
    "rc-lookahead": "10",
    "threads": "1",
}


def write_film(path: Path, narration: Narration, pictures: Sequence[Image.Image]) -> None:
    """Show each picture while its page is spoken; `pictures` has one per page."""
    duration = narration.pages[-1].end
    options = {"movflags": "+faststart", "fflags": "+bitexact"}
    with av.open(str(path), "w", format="mp4", options=options) as film:
        video = film.add_stream("libx264", rate=FRAMES_PER_SECOND, options=VIDEO_OPTIONS)
        video.width, video.height = pictures[0].size
        video.pix_fmt = "yuv420p"
        audio = film.add_stream("aac", rate=narration.rate, layout="mono")
        audio.bit_rate = AUDIO_BITS_PER_SECOND
        sound = _audio_frames(narration.samples, narration.rate)
        heard = 0.0
        for number in range(round(duration * FRAMES_PER_SECOND)):
            seconds = number / FRAMES_PER_SECOND
            picture = pictures[page_at(narration.pages, seconds).number - 1]
            film.mux(video.encode(_video_frame(picture, number)))
            while heard <= seconds and (frame := next(sound, None)) is not None:
                film.mux(audio.encode(frame))
                heard += frame.samples / narration.rate
        for frame in sound:
            film.mux(audio.encode(frame))
        film.mux(video.encode(None))
        film.mux(audio.encode(None))


def page_at(pages: Sequence[Span], seconds: float) -> Span:
    """Find the page that is on screen at a time."""
    return next(span for span in reversed(pages) if span.start <= seconds + 1e-6)


def read_sound(path: Path) -> tuple[Samples, int]:
    """Decode a film's sound as a player hears it: sample i is heard at i / rate seconds."""
    with av.open(str(path)) as film:
        stream = film.streams.audio[0]
        rate = stream.rate
        pieces = [
            (round(float(frame.pts * frame.time_base) * rate), frame.to_ndarray().reshape(-1))
            for frame in film.decode(stream)
            if frame.pts is not None and frame.time_base is not None
        ]
    heard = np.zeros(max(at + len(piece) for at, piece in pieces), dtype=np.float32)
    for at, piece in pieces:
        skipped = max(0, -at)
        heard[at + skipped : at + len(piece)] = piece[skipped:]
    return heard, rate


def sound_lags(path: Path, narration: Narration, *, windows: int = 5) -> list[float]:
    """Measure by cross-correlation how late the film's sound is, in seconds, at several places."""
    heard, rate = read_sound(path)
    length = 10 * rate
    starts = np.linspace(rate, len(narration.samples) - length - rate, windows).astype(int)
    reach = round(MAX_LAG_SECONDS * rate)
    lags = []
    for start in starts:
        spoken = narration.samples[start : start + length]
        around = heard[start - reach : start + length + reach]
        match = _correlate(around, spoken)
        lags.append((int(np.argmax(match)) - reach) / rate)
    return lags


def _correlate(long: Samples, short: Samples) -> npt.NDArray[np.float64]:
    """Correlate `short` with `long` at each place where it fits (by Fourier transform)."""
    size = len(long)
    product = np.fft.rfft(long, size) * np.conj(np.fft.rfft(short, size))
    return np.asarray(np.fft.irfft(product, size)[: size - len(short) + 1], dtype=np.float64)


def _video_frame(picture: Image.Image, number: int) -> av.VideoFrame:
    frame = av.VideoFrame.from_image(picture)
    frame.pts = number
    frame.time_base = Fraction(1, FRAMES_PER_SECOND)
    return frame


def _audio_frames(samples: Samples, rate: int) -> Iterator[av.AudioFrame]:
    for start in range(0, len(samples), BLOCK):
        block = np.ascontiguousarray(samples[start : start + BLOCK])
        frame = av.AudioFrame.from_ndarray(block[np.newaxis], format="fltp", layout="mono")
        frame.sample_rate = rate
        frame.pts = start
        frame.time_base = Fraction(1, rate)
        yield frame
