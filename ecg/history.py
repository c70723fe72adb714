"""The recent past of a signal, addressed by absolute sample index, in bounded memory."""

import numpy as np

from .stream import DoubleArray


class History:
    """A stretch of samples that grows at the end and is forgotten from the beginning.

    Parameters
    ----------
    start : absolute index of the first sample to come
    """

    def __init__(self, start: int) -> None:
        self.reset(start)

    def reset(self, start: int) -> None:
        """Forget everything; the next sample has the index `start`."""
        self._buffer = np.empty(4096)
        self._used = 0
        self.start = start
        """absolute index of the oldest sample still held"""

    @property
    def stop(self) -> int:
        """Absolute index after the newest sample."""
        return self.start + self._used

    def append(self, samples: DoubleArray) -> None:
        """Add samples, (n,), after the newest one."""
        needed = self._used + len(samples)
        if needed > len(self._buffer):
            grown = np.empty(2 * needed)
            grown[: self._used] = self._buffer[: self._used]
            self._buffer = grown
        self._buffer[self._used : needed] = samples
        self._used = needed

    def view(self, start: int, stop: int) -> DoubleArray:
        """Samples `start` to `stop`, cut to what is held; a view, valid until the next append."""
        low = max(0, start - self.start)
        high = max(low, min(stop - self.start, self._used))
        return self._buffer[low:high]

    def forget_before(self, index: int) -> None:
        """Drop samples before `index`, once that frees at least half of what is held."""
        surplus = min(index - self.start, self._used)
        if surplus * 2 <= self._used:
            return
        self._buffer = self._buffer[surplus : self._used].copy()
        self._used -= surplus
        self.start += surplus
