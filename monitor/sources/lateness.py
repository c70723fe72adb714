"""How far a stream is behind the arrival clock, and whether what it lacks may still come.

A link that was held up delivers all it held, in many reads: after a pause the samples are far
behind, and catch up. Only when they catch up no further is what is still lacking lost.
"""

LATE_S = 0.1
"""how much later than others a sample may arrive, s; chosen by us: what a radio or a USB chip keeps
back. Pieces of a silence stay behind the arrival clock by this, or they would take its place"""
CATCHES_UP = 0.25
"""share of ``LATE_S`` that is caught up within ``LATE_S`` by a link with a backlog; chosen by us:
USB's bursts (16 ms) catch up less, a link that is faster than that by a quarter more"""


class Lateness:
    """Counts the samples for which there was time, less those that came, since all had come.

    Parameters
    ----------
    fs : sampling rate, Hz
    time_s : arrival clock at which all had come, s
    """

    def __init__(self, fs: float, time_s: float) -> None:
        self.least = 0.0
        """samples by which the stream was behind at its best, since the last pause"""
        self._fs, self._n_jitter = fs, LATE_S * fs
        self._n_behind = 0.0
        self._at_s = time_s
        self._mark, self._mark_s = 0.0, time_s  # where it last caught up noticeably, and when

    def add(self, time_s: float, n_samples: int) -> None:
        """Count samples that have arrived."""
        if self.stands(time_s, n_samples):
            self.forget()
        before, self._n_behind = self._n_behind, self._behind(time_s, n_samples)
        self._at_s = time_s
        if self._n_behind - before >= self._n_jitter:
            self.least = self._n_behind
            self._mark, self._mark_s = self._n_behind, time_s
        self.least = min(self.least, self._n_behind)
        if self._caught_up(self._n_behind):
            self._mark, self._mark_s = self._n_behind, time_s

    def stands(self, time_s: float, n_samples: int = 0) -> bool:
        """Tell whether nothing was caught up for ``LATE_S``, nor is by samples that arrive now."""
        still = time_s - self._mark_s >= LATE_S
        return still and not self._caught_up(self._behind(time_s, n_samples))

    def forget(self) -> None:
        """Take what is lacking now for lost, or for time that the board's clock does not have."""
        self._n_behind = self.least = self._mark = 0.0
        self._mark_s = self._at_s

    def _behind(self, time_s: float, n_samples: int) -> float:
        return max(0.0, self._n_behind + (time_s - self._at_s) * self._fs - n_samples)

    def _caught_up(self, n_behind: float) -> bool:
        return n_behind <= self._mark - CATCHES_UP * self._n_jitter
