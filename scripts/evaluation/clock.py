"""How long something takes: by the clock on the wall, and of a processor's time.

On a machine that others use too the second is the steadier one.
"""

import time
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Taken:
    """Seconds by the clock, and of processors (all threads together)."""

    wall: float
    processor: float

    def __add__(self, other: "Taken") -> "Taken":
        """One after the other."""
        return Taken(self.wall + other.wall, self.processor + other.processor)

    def times(self, factor: float) -> "Taken":
        """So many of it."""
        return Taken(factor * self.wall, factor * self.processor)

    def milliseconds(self) -> tuple[str, str]:
        """Print form of both."""
        return f"{1000 * self.wall:.1f} ms", f"{1000 * self.processor:.1f} ms"


class Clock:
    """Runs from when it is made."""

    def __init__(self) -> None:
        """Start it."""
        self._wall, self._processor = time.perf_counter(), time.process_time()

    def taken(self) -> Taken:
        """What has gone by."""
        wall = time.perf_counter() - self._wall
        return Taken(wall, time.process_time() - self._processor)
