"""From chunks and gaps to stretches of finite samples: short losses bridged, long ones a break.

A gap of up to 40 ms is bridged by a straight line, so that 1 % of lost samples does not restart
every filter twice a second; a longer one ends the stretch. A run of NaN, or of
numbers that no converter gives, is a gap like any other. Nothing here depends on where the chunks
were cut.
"""

from dataclasses import dataclass
from itertools import pairwise
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from .losses import Loss, OpenLosses
from .stream import DoubleArray, Gap, GapReason, Item

BRIDGE_S = 0.04
"""longest gap that is bridged; chosen by us: half of a narrow QRS, so none can hide in it"""

GREATEST = 1e18
"""a sample beyond is no measurement and counts as invalid, like NaN; chosen by us: the square of a
filtered one is still a float32, and no converter of up to 32 bits in nV comes near"""


@dataclass(frozen=True, slots=True, eq=False)
class Samples:
    """Finite samples that follow the last ones of the stretch, or begin a new one."""

    start: int
    values: DoubleArray
    """(n,)"""
    begins: bool
    """True for the first of a stretch"""
    known_at: int = 0
    """length of the shortest prefix of the stream that shows them, where they bridge a gap"""


@dataclass(frozen=True, slots=True)
class Break:
    """The stretch is over, or could not begin: again where a gap of another reason follows."""

    start: int
    """index of the first sample that is missing"""
    decided_at: int
    """length of the shortest prefix of the stream that shows it"""
    reason: GapReason


Piece: TypeAlias = Samples | Break | Loss


class Continuity:
    """Turns what a source gives into stretches.

    Parameters
    ----------
    fs : sampling rate, Hz
    """

    latency = 0

    def __init__(self, fs: float) -> None:
        self._fs = fs
        self._longest_bridge = int(BRIDGE_S * fs)
        self.reset()

    def reset(self) -> None:
        """Forget the stream: the next item is its first."""
        self._last_value = 0.0
        self._open = OpenLosses(self._fs)
        self._broken = True  # no stretch goes on

    def feed(self, item: Item) -> list[Piece]:
        """Take the next chunk or gap."""
        if isinstance(item, Gap):
            return self._lose(item) if item.n_samples > 0 else []
        pieces: list[Piece] = []
        valid = np.abs(item.samples) <= GREATEST
        for low, high in _runs(valid):
            if valid[low]:
                values = item.samples[low:high].astype(np.float64)
                pieces += self._take(item.start + low, values)
            else:
                pieces += self._lose(Gap(item.start + low, high - low, "invalid"))
        return pieces

    def flush(self) -> list[Piece]:
        """The stream is over: tell the losses that it ended in."""
        return [*self._open.close()]

    def _lose(self, gap: Gap) -> list[Piece]:
        is_new = self._open.add(gap)
        if self._broken:
            breaks = [Break(gap.start, gap.start + 1, gap.reason)] if is_new else []
            return [*breaks, *self._open.settle()]
        first = self._open.start
        if gap.stop - first <= self._longest_bridge:
            return []
        self._broken = True
        decided_at = first + self._longest_bridge + 1
        return [Break(first, decided_at, gap.reason), *self._open.settle(decided_at)]

    def _take(self, start: int, values: DoubleArray) -> list[Piece]:
        pieces: list[Piece] = []
        if self._open:
            bridged = not self._broken
            if bridged:
                pieces.append(self._bridge(self._open.start, start, float(values[0])))
            pieces += self._open.close(start + 1, bridged=bridged)
        pieces.append(Samples(start, values, begins=self._broken))
        self._broken = False
        self._last_value = float(values[-1])
        return pieces

    def _bridge(self, start: int, stop: int, next_value: float) -> Samples:
        line = np.linspace(self._last_value, next_value, stop - start + 2)[1:-1]
        return Samples(start, line, begins=False, known_at=stop + 1)


def _runs(valid: NDArray[np.bool_]) -> list[tuple[int, int]]:
    """Bounds of the runs of equal values."""
    if len(valid) == 0:
        return []
    edges = np.flatnonzero(np.diff(valid)) + 1
    bounds = [0, *edges.tolist(), len(valid)]
    return list(pairwise(bounds))
