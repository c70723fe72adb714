"""Asystole-like: no trusted QRS for too long, while there is signal."""

from sibeat.monitor.events import Event, RhythmEvent
from sibeat.monitor.watches.episode import END

NAME = "asystole-like"


class SilenceWatch:
    """Raises an asystole-like event when no trusted QRS comes in time, and tells its end.

    Lost signal and a lead that is off or at a rail are no silence of the heart: time starts anew.

    Parameters
    ----------
    fs : sampling rate, Hz
    limit : samples without a trusted QRS
    latency : samples from an R-peak to its beat
    """

    def __init__(self, fs: float, limit: int, latency: int) -> None:
        self._fs, self._limit, self._latency = fs, limit, latency
        self._since: int | None = None
        self._told_at = 0
        self._onset: int | None = None

    @property
    def lasts(self) -> bool:
        """True from when the event is raised to the next trusted QRS."""
        return self._onset is not None

    def begin(self, sample: int, known_at: int) -> None:
        """Count from where signal begins; none of its beats is known before `known_at`."""
        self._since, self._told_at = sample, known_at

    def restart(self, sample: int, decided_at: int) -> list[Event]:
        """Count from `sample`: a trusted QRS, or the end of a rail."""
        self._since, self._told_at = sample, decided_at
        return self._end(sample, decided_at)

    def suspend(self, sample: int, decided_at: int) -> list[Event]:
        """Count nothing from `sample` until the signal begins again."""
        self._since = None
        return self._end(sample, decided_at)

    def due(self) -> int | None:
        """Prefix length at which the event falls due, None while nothing is counted."""
        if self._since is None or self.lasts:
            return None
        return max(self._since + self._limit + self._latency, self._told_at)

    def fire(self, decided_at: int) -> list[Event]:
        """Raise the event, once until the next trusted QRS."""
        if self._since is None:
            return []
        self._onset = self._since
        detail = f"no trusted QRS for {self._limit / self._fs:g} s"
        return [RhythmEvent(NAME, self._onset, decided_at, "high", announced=True, detail=detail)]

    def _end(self, sample: int, decided_at: int) -> list[Event]:
        if self._onset is None:
            return []
        onset, self._onset = self._onset, None
        last = min(sample, decided_at - 1)
        detail = f"{(sample - onset) / self._fs:.2f} s without a trusted QRS"
        return [
            RhythmEvent(
                NAME + END, last, decided_at, "information", False, detail, onset_sample=onset
            )
        ]
