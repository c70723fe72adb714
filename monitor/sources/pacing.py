"""Pacing against an absolute clock: when sample n is due depends on n alone, so nothing drifts."""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field


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
