"""A recording of hours: our sample's sound again and again, with silences between.

In: a file with one audio track and a length. Out: a Matroska file whose packets are those of the
sample, moved in time; nothing is encoded, so ten hours take seconds.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import av

PERIOD = 365.0  # seconds from one beginning of the sample to the next; it lasts 344


def write_long(path: Path, sample: Path, seconds: float) -> Path:
    """Write whole turns of the sample until they reach `seconds`."""
    with av.open(str(sample)) as source:
        track = source.streams.audio[0]
        packets = [(p.pts, p.dts, p.duration, bytes(p)) for p in source.demux(track) if p.size]
        base = track.time_base
        with av.open(str(path), "w") as container:
            out = container.add_stream_from_template(track)
            for turn in range(max(1, round(seconds / PERIOD))):
                for packet in _moved(packets, round(turn * PERIOD / base), base):
                    packet.stream = out
                    container.mux(packet)
    return path


def _moved(packets: list[tuple[Any, Any, Any, bytes]], by: int, base: Any) -> Iterator[Any]:  # noqa: ANN401
    for pts, dts, duration, data in packets:
        packet = av.Packet(data)
        packet.pts, packet.dts, packet.duration = pts + by, dts + by, duration
        packet.time_base = base
        yield packet
