"""How far a stream is behind the arrival clock, and whether what it lacks may still come.

A link that was held up delivers all it held, in many reads: after a pause the samples are far
behind, and catch up. Only when they catch up no further is what is still lacking lost; and if more
samples come after that than there is time for, it was not. Input that comes far quicker than its
own time, such as a file through a pipe, has no arrivals to be judged by.
"""

LATE_S = 0.1
"""how much later than others a sample may arrive, s; chosen by us: what a radio or a USB chip keeps
back. Pieces of a silence stay behind the arrival clock by this, or they would take its place"""
STANDS_S = 0.5
"""time without catching up after which nothing held up comes any more, s; chosen by us: TCP repeats
what was lost after 0.2 s, then 0.4 s, so that a backlog may come in bursts"""
QUICK = 2.0
"""pace above which input runs ahead of its time; chosen by us: a board's clock is never that far
off"""
AHEAD_S = 5.0
"""time by which input must have run ahead, more than it was behind, until arrivals judge it no
more, s; chosen by us: more than an output buffer of 4 KiB holds, less than what settles a rate. It
counts up to twice that, so that a pipe that becomes live is soon judged again"""
CATCHES_UP = 0.25
"""share of ``LATE_S`` that is caught up within ``STANDS_S`` by a link with a backlog; chosen by us:
USB's bursts (16 ms) catch up less, a link that is faster than the board by a twentieth more"""


class Lateness:
    """Counts the samples for which there was time, less those that came, since all had come.

    Parameters
    ----------
    fs : sampling rate, Hz
    time_s : arrival clock at which all had come, s
    n_ahead : samples that had come by then beyond those of ``QUICK`` times real time
    """

    def __init__(self, fs: float, time_s: float, n_ahead: float = 0.0) -> None:
        self.least = 0.0
        """samples by which the stream was behind at its best, since the last pause"""
        self.n_spare = 0
        """samples that were taken for lost and may come after all: as many may come early"""
        self._fs, self._n_jitter = fs, LATE_S * fs
        self._n_ahead = min(n_ahead, 2 * AHEAD_S * fs)
        self._n_behind = 0.0
        self._at_s = time_s
        self._mark, self._mark_s = 0.0, time_s  # where it last caught up noticeably, and when

    def add(self, time_s: float, n_samples: int) -> None:
        """Count samples that have arrived."""
        if self.stands(time_s, n_samples):
            self.forget()
        before, self._n_behind = self._n_behind, self._behind(time_s, n_samples)
        n_due = self._fs * (time_s - self._at_s)
        n_beyond = max(0.0, n_samples - n_due - max(0.0, before))
        n_ahead = self._n_ahead + n_beyond - (QUICK - 1) * n_due
        self._n_ahead = min(max(0.0, n_ahead), 2 * AHEAD_S * self._fs)
        self._at_s = time_s
        if self._n_behind - before >= self._n_jitter:
            self.least = self._n_behind
            self._mark, self._mark_s = self._n_behind, time_s
        self.least = min(self.least, self._n_behind)
        if self._caught_up(self._n_behind):
            self._mark, self._mark_s = self._n_behind, time_s

    def stands(self, time_s: float, n_samples: int = 0) -> bool:
        """Tell whether nothing was caught up for ``STANDS_S``, nor is by samples arriving now."""
        still = time_s - self._mark_s >= STANDS_S
        return still and not self._caught_up(self._behind(time_s, n_samples))

    def forget(self, n_samples: int | None = None) -> None:
        """Take so many of what is lacking now for lost, or for time the board's clock did not have.

        Parameters
        ----------
        n_samples : by default all; what is left may still come
        """
        left = 0.0 if n_samples is None else max(0.0, self._n_behind - n_samples)
        self._n_behind = self.least = self._mark = left
        self._mark_s = self._at_s

    @property
    def runs_ahead(self) -> bool:
        """Whether the input comes so much quicker than real time that arrivals judge nothing."""
        return self._n_ahead > AHEAD_S * self._fs

    @property
    def n_early(self) -> float:
        """Samples that came beyond those for which there was time."""
        return max(0.0, -self._n_behind)

    def expect_again(self) -> None:
        """Take what was taken for lost for lacking again."""
        self._n_behind += self.n_spare
        self.least = self._mark = self._n_behind
        self._mark_s, self.n_spare = self._at_s, 0

    def _behind(self, time_s: float, n_samples: int) -> float:
        return max(
            -float(self.n_spare), self._n_behind + (time_s - self._at_s) * self._fs - n_samples
        )

    def _caught_up(self, n_behind: float) -> bool:
        return n_behind <= self._mark - CATCHES_UP * self._n_jitter
