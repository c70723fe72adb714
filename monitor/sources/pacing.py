"""Pacing against an absolute clock: when sample n is due depends on n alone, so nothing drifts."""

import math
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from sibeat.ecg.errors import UsageError

BLOCK_S = 10.0
"""length of what is read from a record at once; chosen by us: 5,000 samples at 500 Hz"""
PACED_CHUNK_S = 0.04
"""length of a paced chunk; chosen by us: half of what the eye sees as a jump, cheap to handle"""


@dataclass(slots=True)
class Pacer:
    """Waits until a moment of the stream is due; a wait that overslept shortens the next one."""

    speed: float | None = 1.0
    """stream seconds per second; None: as fast as it goes"""
    clock: Callable[[], float] = time.monotonic
    """seconds since any moment, rising"""
    sleep: Callable[[float], object] | None = None
    """waits that many seconds; default: until ``stop`` is called, at most"""
    _origin: float | None = field(default=None, init=False)
    _stopped: threading.Event = field(default_factory=threading.Event, init=False)

    def start(self) -> float:
        """Set the stream's second 0 to now, once; gives the clock at that moment."""
        if self._origin is None:
            self._origin = self.clock()
        return self._origin

    def wait_until(self, stream_s: float) -> None:
        """Return when that second of the stream is due (its second 0: ``start``, or this call)."""
        if self.speed is None:
            return
        delay = self.start() + stream_s / self.speed - self.clock()
        if delay > 0 and not self._stopped.is_set():
            (self.sleep or self._stopped.wait)(delay)

    def stop(self) -> None:
        """End every wait, now and later; callable from any thread."""
        self._stopped.set()


def chunk_samples(fs: float, speed: float | None, chunk_s: float | None) -> int:
    """Give the samples in a chunk, at least 1.

    Parameters
    ----------
    fs : sampling rate, Hz
    speed : times real time; None: as fast as it goes
    chunk_s : length, s; None: 40 ms of real time, or 10 s when nothing is paced

    Raises
    ------
    UsageError
        The speed is none.
    """
    if speed is not None and not 0 < speed < math.inf:
        raise UsageError(f"--speed {speed:g} is no speed: give a number above 0, or max")
    if chunk_s is None:
        chunk_s = BLOCK_S if speed is None else min(BLOCK_S, PACED_CHUNK_S * speed)
    return max(1, round(chunk_s * fs))
