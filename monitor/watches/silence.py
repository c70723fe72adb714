"""Asystole-like: no trusted QRS for too long, while there is signal.

Short losses do not begin the count anew: what was seen before them counts on (`short_loss`).
"""

from sibeat.monitor.events import Event, RhythmEvent
from sibeat.monitor.watches.episode import END

NAME = "asystole-like"


class SilenceWatch:
    """Raises an asystole-like event when no trusted QRS comes in time, and tells its end.

    Lost signal and a lead that is off or at a rail are no silence of the heart: what is lost is not
    counted, and after a lead that was off, a rail or a longer loss time starts anew.

    Parameters
    ----------
    fs : sampling rate, Hz
    limit : samples without a trusted QRS
    latency : samples from an R-peak to its beat
    lead_in : samples after a loss in which no QRS is trusted: its window begins in the loss
    """

    def __init__(self, fs: float, limit: int, latency: int, lead_in: int = 0) -> None:
        self._fs, self._limit, self._latency, self._lead_in = fs, limit, latency, lead_in
        self._since: int | None = None
        self._count_from: int | None = None
        self._told_at = 0
        self._seen = 0
        self._onset: int | None = None

    @property
    def lasts(self) -> bool:
        """True from when the event is raised to the next trusted QRS."""
        return self._onset is not None

    def begin(self, sample: int, known_at: int) -> None:
        """Count from where signal begins; none of its beats is known before `known_at`."""
        self._told_at = known_at
        if self._since is None:
            self._since = self._count_from = sample
            self._seen = 0
        else:
            self._count_from = sample + self._lead_in - self._seen

    def restart(self, sample: int, decided_at: int) -> list[Event]:
        """Count from `sample`: a trusted QRS, a beat beside a loss, or the end of a rail."""
        self._since = self._count_from = sample
        self._told_at, self._seen = max(self._told_at, decided_at), 0
        return self._end(sample, decided_at)

    def lose(self, sample: int, decided_at: int) -> list[Event]:
        """Signal is lost from `sample` on: what was seen until then is known now, and counts on."""
        if self._count_from is None:
            return []
        self._seen = max(self._seen, sample - self._latency - self._count_from)
        self._count_from = None
        return [] if self.lasts or self._seen < self._limit else self._raise(decided_at)

    def suspend(self, sample: int, decided_at: int) -> list[Event]:
        """Count nothing from `sample` until the signal begins again, and then anew."""
        self._since = self._count_from = None
        return self._end(sample, decided_at)

    def due(self) -> int | None:
        """Prefix length at which something falls due, None while nothing does."""
        if self._count_from is None or self.lasts:
            return None
        return max(self._count_from + self._limit + self._latency, self._told_at)

    def fire(self, decided_at: int) -> list[Event]:
        """Raise the event, once until the next trusted QRS."""
        return self._raise(decided_at)

    def _raise(self, decided_at: int) -> list[Event]:
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
