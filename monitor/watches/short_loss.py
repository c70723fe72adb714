"""A loss of signal, and when it is too long for what lasted before it to last on.

A radio drops bursts of well under a second. Were each the end of all that is counted, a link that
drops a few samples every four seconds would hide a heart that has stopped, and one that races.
"""

SHORT_LOSS_S = 1.0
"""longest loss over which is counted on; chosen by us: radios drop bursts of less"""


class ShortLoss:
    """Follows one loss after the other.

    Parameters
    ----------
    fs : sampling rate, Hz
    """

    def __init__(self, fs: float) -> None:
        self._longest = round(SHORT_LOSS_S * fs)
        self._lost_at: int | None = None

    def begin(self, sample: int) -> None:
        """Signal is lost from `sample` on, unless it is lost already."""
        if self._lost_at is None:
            self._lost_at = sample

    def end(self) -> int | None:
        """It is over: the signal is back, or it was too long; return where it began."""
        lost_at, self._lost_at = self._lost_at, None
        return lost_at

    def due(self) -> int | None:
        """Prefix length at which the loss is too long, None while there is none."""
        return None if self._lost_at is None else self._lost_at + self._longest + 1
