"""Ventricular-like beats that return in a pattern: bigeminy and trigeminy."""

from sibeat.monitor.watches.episode import Episode, Told, WatchedBeat

LEAST_CYCLES = 3
"""cycles from which a pattern is one: common default of bedside monitors"""
PATIENCE_CYCLES = 6
"""cycles' worth of beats without the pattern after which it is over; chosen by us: twice what
begins it, so that one beat that is judged otherwise does not end it"""


class PatternWatch:
    """Tells when every `period`-th beat is ventricular-like.

    Parameters
    ----------
    name : of the event
    period : 2 for bigeminy, 3 for trigeminy
    """

    def __init__(self, name: str, period: int) -> None:
        self._period = period
        self._episode = Episode(name, PATIENCE_CYCLES * period)
        self._forget()

    def beat(self, beat: WatchedBeat) -> list[Told]:
        """Take the next trusted beat."""
        if beat.rr_s is None:
            self._forget()
        if beat.ventricular:
            self._close_cycle(beat.sample)
        else:
            self._n_between += 1
            if self._n_between >= self._period:
                self._n_cycles = 0
        if self._n_cycles < LEAST_CYCLES:
            return self._episode.absent()
        detail = f"{self._n_cycles} cycles of {self._period} beats"
        return self._episode.present(self._onset, beat.sample, detail)

    def doubt(self) -> list[Told]:
        """Begin to count anew."""
        self._forget()
        return self._episode.absent()

    def lose(self) -> list[Told]:
        """Begin to count anew."""
        self._forget()
        return []

    def interrupt(self) -> list[Told]:
        """Begin to count anew; the episode is over."""
        self._forget()
        return self._episode.end()

    def _forget(self) -> None:
        self._n_between, self._n_cycles, self._onset = 0, 0, 0

    def _close_cycle(self, sample: int) -> None:
        """Count a cycle: the first may follow more beats of another kind, the others may not."""
        if self._n_between < self._period - 1:
            self._n_cycles = 0
        else:
            self._n_cycles += 1
            if self._n_cycles == 1:
                self._onset = sample
        self._n_between = 0
