"""Bounded memory of the last seconds of a trace, addressed by the absolute sample index."""

from collections import deque

import numpy as np

from sibeat.ecg.stream import Chunk, FloatArray
from sibeat.monitor.screen.snapshot import frozen_array

EXTENT_BLOCKS = 30
"""seconds over which the usual extent is taken (chosen by us: some thirty beats, so the gain
neither jumps with a single beat nor lags behind a moved electrode for minutes)"""
EXTENT_TAIL = 10.0
"""percent of the seconds that may stick out of the usual extent (chosen by us: an artefact of two
or three seconds must not flatten the trace)"""


class TraceRing:
    """The last `capacity` samples from index `first` on; whatever was never put is NaN."""

    def __init__(self, capacity: int, first: int = 0) -> None:
        self._values = np.full(capacity, np.nan, dtype=np.float32)
        self._first: int | None = None
        self._stop = first

    @property
    def stop(self) -> int:
        """Absolute index after the newest sample."""
        return self._stop

    def put(self, chunk: Chunk) -> None:
        """Add samples; a jump forward leaves a gap, an older piece overwrites."""
        capacity = len(self._values)
        if self._first is None:
            self._first = self._stop = chunk.start
        self._skip_to(chunk.start)
        tail = chunk.samples[-capacity:]
        place = np.arange(chunk.stop - len(tail), chunk.stop)
        fresh = place >= max(self._stop, chunk.stop) - capacity
        self._values[place[fresh] % capacity] = tail[fresh]
        self._stop = max(self._stop, chunk.stop)

    def _skip_to(self, start: int) -> None:
        n_missing = min(start - self._stop, len(self._values))
        if n_missing > 0:
            self._values[np.arange(start - n_missing, start) % len(self._values)] = np.nan
            self._stop = start

    def view(self, stop: int = 0) -> tuple[int, FloatArray]:
        """Absolute index of the oldest sample in view, and a read-only copy (n_samples,).

        Parameters
        ----------
        stop : index to which the view goes where that is after the newest sample
        """
        if self._first is None:
            return 0, frozen_array(self._values[:0])
        stop = max(stop, self._stop)
        index = np.arange(max(stop - len(self._values), self._first), stop)
        values = self._values[index % len(self._values)]
        values[index >= self._stop] = np.nan
        return stop - len(index), frozen_array(values)


class ExtentMeter:
    """The usual lowest and highest value of the last half minute, second by second."""

    def __init__(self, block: int) -> None:
        self._block = block
        self._lows: deque[float] = deque(maxlen=EXTENT_BLOCKS)
        self._highs: deque[float] = deque(maxlen=EXTENT_BLOCKS)
        self._current: int | None = None

    def put(self, chunk: Chunk) -> None:
        """Take in a chunk, split at whole seconds of the absolute index."""
        for start in range(chunk.start - chunk.start % self._block, chunk.stop, self._block):
            piece = chunk.samples[max(start - chunk.start, 0) : start + self._block - chunk.start]
            finite = piece[np.isfinite(piece)]
            if len(finite):
                self._add(start, float(finite.min()), float(finite.max()))

    def _add(self, block_start: int, low: float, high: float) -> None:
        if block_start == self._current:
            self._lows[-1] = min(self._lows[-1], low)
            self._highs[-1] = max(self._highs[-1], high)
            return
        self._current = block_start
        self._lows.append(low)
        self._highs.append(high)

    def extent(self) -> tuple[float, float] | None:
        """Lowest and highest usual value, None before the first sample."""
        if not self._lows:
            return None
        low = np.percentile(self._lows, EXTENT_TAIL)
        return float(low), float(np.percentile(self._highs, 100.0 - EXTENT_TAIL))
