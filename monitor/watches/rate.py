"""Intervals between beats: pauses, and rates beyond all limits.

A lone pause is no bradycardia, so each interval of that must be long; one missed beat is no end of
a tachycardia, so the mean rate makes that.
"""

from collections import deque
from collections.abc import Callable, Sequence

from sibeat.monitor.watches.episode import Episode, Told, WatchedBeat

PAUSE_RATIO = 1.8
"""times the running RR from which an interval is a pause: common default of bedside monitors"""
PAUSE_FLOOR = 0.75
"""share of the pause setting below which no ratio makes a pause (1.5 s of 2 s, the least that the
setting may be); chosen by us: a compensatory pause at a quick rate is none"""
BRADY_BEATS = 5
TACHY_BEATS = 17
"""beats over which a rate counts (PhysioNet/CinC Challenge 2015: below 40 bpm for five beats, above
140 bpm for seventeen); as many beats without it end the episode (chosen by us)"""


class PauseWatch:
    """Tells a pause by the beat that ends it.

    Parameters
    ----------
    pause_s : interval from which it is one, however slow the rhythm
    """

    def __init__(self, pause_s: float) -> None:
        self._pause_s = pause_s
        self._last = 0

    def beat(self, beat: WatchedBeat) -> list[Told]:
        """Take the next trusted beat."""
        last, self._last = self._last, beat.sample
        if beat.rr_s is None or beat.after_silence or beat.rr_s < self._limit_s(beat.usual_rr_s):
            return []
        ratio = ""
        if beat.rr_s < self._pause_s and beat.usual_rr_s:
            ratio = f", {beat.rr_s / beat.usual_rr_s:.1f} times the usual"
        return [Told("pause", beat.sample, last, f"RR {beat.rr_s:.2f} s{ratio}")]

    def doubt(self) -> list[Told]:
        """Nothing: the next beat has no known RR."""
        return []

    def lose(self) -> list[Told]:
        """Nothing: the next beat has no known RR."""
        return []

    def interrupt(self) -> list[Told]:
        """Nothing: the next beat has no known RR."""
        return []

    def _limit_s(self, usual_rr_s: float | None) -> float:
        if usual_rr_s is None:
            return self._pause_s
        relative_s = max(PAUSE_RATIO * usual_rr_s, PAUSE_FLOOR * self._pause_s)
        return min(self._pause_s, relative_s)


class RateWatch:
    """Tells a rate that lasts for a number of beats.

    Parameters
    ----------
    name : of the event
    n_beats : over which it counts
    beyond : says of their RR intervals, s, whether the rate is beyond the limit
    """

    def __init__(self, name: str, n_beats: int, beyond: Callable[[Sequence[float]], bool]) -> None:
        self.episode = Episode(name, patience=n_beats)
        self._beyond = beyond
        self._rr_s: deque[float] = deque(maxlen=n_beats - 1)
        self._samples: deque[int] = deque(maxlen=n_beats)
        self._n_unknown = 0

    def beat(self, beat: WatchedBeat) -> list[Told]:
        """Take the next trusted beat."""
        self._samples.append(beat.sample)
        if beat.rr_s is None:
            return self._unknown()
        self._n_unknown = 0
        self._rr_s.append(beat.rr_s)
        rr_s = list(self._rr_s)
        if not self._beyond(rr_s):
            return self.episode.absent()
        if len(rr_s) < (self._rr_s.maxlen or 0):
            return []  # counted anew: nothing yet speaks against a rate that lasts
        detail = f"{60.0 * len(rr_s) / sum(rr_s):.0f} bpm over {len(rr_s) + 1} beats"
        return self.episode.present(self._samples[0], beat.sample, detail)

    def doubt(self) -> list[Told]:
        """Begin to count anew."""
        self._forget()
        return self.episode.absent()

    def lose(self) -> list[Told]:
        """Nothing: the RR intervals before the loss count on after it."""
        return []

    def interrupt(self) -> list[Told]:
        """Begin to count anew; the episode is over."""
        self._forget()
        return self.episode.end()

    def _unknown(self) -> list[Told]:
        """Take a beat whose RR is not known: what was counted is old after as many of them."""
        self._n_unknown += 1
        if self._n_unknown < (self._samples.maxlen or 0):
            return []
        self._forget()
        return self.episode.end()

    def _forget(self) -> None:
        self._n_unknown = 0
        self._rr_s.clear()
        self._samples.clear()


def brady_watch(bpm: float) -> RateWatch:
    """Watch for extreme bradycardia: each of four RR intervals says less than `bpm`."""
    return RateWatch("extreme-brady", BRADY_BEATS, lambda rr_s: min(rr_s) * bpm > 60.0)


def tachy_watch(bpm: float) -> RateWatch:
    """Watch for extreme tachycardia: the mean rate over 16 RR intervals exceeds `bpm`."""
    return RateWatch("extreme-tachy", TACHY_BEATS, lambda rr_s: 60.0 * len(rr_s) > bpm * sum(rr_s))
