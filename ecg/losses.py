"""Losses of samples that are not over yet: each is told once no later one can join it.

One loss may last for hours while others fall into it: electrodes that are off, say, and frames that
are dropped all the while. Short ones of those belong to the one that lasts, so that never more than
two are open outside a bridge, and a log gets about a line a second at the most.
"""

from dataclasses import dataclass

from .stream import Gap, GapReason

INTERLUDE_S = 1.0
"""longest loss that is part of one of another reason which goes on after it; chosen by us: frames
are dropped in bursts of less, and a port that is reopened takes longer"""
APART: GapReason = "overflow"
"""reason that joins no other: a recording keeps these losses for its replay, to the sample"""


@dataclass(frozen=True, slots=True)
class Loss:
    """A loss that is over.

    All its samples have one reason, except short losses of another reason that lie within it.
    """

    start: int
    n_samples: int
    reason: GapReason
    bridged: bool
    decided_at: int
    goes_on: bool = False
    """True where a loss of another reason follows it at once"""


class OpenLosses:
    """Contiguous gaps, from the first that is not over.

    Parameters
    ----------
    fs : sampling rate, Hz
    """

    def __init__(self, fs: float) -> None:
        self._longest_interlude = int(INTERLUDE_S * fs)
        self._gaps: list[Gap] = []

    def __bool__(self) -> bool:
        return bool(self._gaps)

    @property
    def start(self) -> int:
        """Index of the first sample that is missing."""
        return self._gaps[0].start

    def add(self, gap: Gap) -> bool:
        """Take the next gap; return whether its reason is another than that of the last one."""
        if self._gaps and self._gaps[-1].reason == gap.reason:
            self._gaps[-1] = _through(self._gaps[-1], gap)
            return False
        self._gaps.append(gap)
        return True

    def settle(self, not_before: int = 0) -> list[Loss]:
        """Tell the losses that no later one can join.

        Parameters
        ----------
        not_before : length of the stream's prefix that shows that nothing is bridged
        """
        told = []
        while len(self._gaps) > 1:
            lasting, other, *later = self._gaps
            longest = 0 if APART in (lasting.reason, other.reason) else self._longest_interlude
            if other.n_samples > longest:
                shown_at = other.start + longest + 1
            elif not later:
                break
            elif later[0].reason == lasting.reason:
                self._gaps[:3] = [_through(lasting, later[0])]
                continue
            else:
                shown_at = later[0].start + 1
            told.append(_loss(lasting, max(shown_at, not_before), goes_on=True))
            del self._gaps[0]
        return told

    def close(self, decided_at: int | None = None, *, bridged: bool = False) -> list[Loss]:
        """Tell all that is open: a sample followed, or the stream's end (None)."""
        gaps, self._gaps = self._gaps, []
        if not gaps:
            return []
        at = gaps[-1].stop if decided_at is None else decided_at
        return [_loss(gap, at, bridged=bridged, goes_on=gap is not gaps[-1]) for gap in gaps]


def _through(first: Gap, last: Gap) -> Gap:
    """Give the gap from one to another of its reason."""
    return Gap(first.start, last.stop - first.start, first.reason)


def _loss(gap: Gap, decided_at: int, *, bridged: bool = False, goes_on: bool) -> Loss:
    return Loss(gap.start, gap.n_samples, gap.reason, bridged, decided_at, goes_on)
