"""All that is told of the rhythm from trusted beats: which event, how urgent, whether announced.

A lethal event (VT-like, extreme rates) is announced each time; while it lasts, lesser ones are only
logged. Others are announced once in the refractory time, and never while the signal is noisy.
"""

from itertools import chain

from sibeat.monitor.events import Event, Priority, RhythmEvent
from sibeat.monitor.settings import PipelineSettings
from sibeat.monitor.watches.episode import Told, Watch, WatchedBeat
from sibeat.monitor.watches.pattern import PatternWatch
from sibeat.monitor.watches.rate import PauseWatch, brady_watch, tachy_watch
from sibeat.monitor.watches.refractory import Refractory
from sibeat.monitor.watches.runs import RunWatch

PRIORITY: dict[str, Priority] = {
    "vt-like": "high",
    "extreme-brady": "high",
    "extreme-tachy": "high",
    "run": "medium",
    "pause": "medium",
    "couplet": "low",
    "bigeminy": "low",
    "trigeminy": "low",
}
"""lethal ones are high, the others as bedside monitors commonly rank them; an end is information"""


class RhythmWatch:
    """Tells rhythm events from the beats as they come.

    Parameters
    ----------
    settings : limits
    refractory : samples in which a further event of the same name is not announced
    """

    def __init__(self, settings: PipelineSettings, refractory: int) -> None:
        self._refractory = Refractory(refractory)
        self._runs = RunWatch(settings.vt_bpm)
        self._brady = brady_watch(settings.brady_bpm)
        self._tachy = tachy_watch(settings.tachy_bpm)
        self._watches: tuple[Watch, ...] = (
            PauseWatch(settings.pause_s),
            self._runs,
            PatternWatch("bigeminy", 2),
            PatternWatch("trigeminy", 3),
            self._brady,
            self._tachy,
        )
        self._run_rang = False

    @property
    def silences_beats(self) -> bool:
        """True while a run lasts that was announced: its beats need no alerts of their own."""
        return self._runs.run.lasts and self._run_rang

    def beat(self, beat: WatchedBeat, decided_at: int, *, calm: bool) -> list[Event]:
        """Take a trusted beat; `calm` is False while the signal is noisy."""
        told = chain.from_iterable([watch.beat(beat) for watch in self._watches])
        return [self._event(what, decided_at, calm=calm) for what in told]

    def doubt(self, decided_at: int) -> list[Event]:
        """Take a beat that is not trusted."""
        told = chain.from_iterable([watch.doubt() for watch in self._watches])
        return [self._event(what, decided_at, calm=False) for what in told]

    def lose(self, decided_at: int) -> list[Event]:
        """A little signal is lost, or a beat has a loss in its window: what lasts goes on."""
        told = chain.from_iterable([watch.lose() for watch in self._watches])
        return [self._event(what, decided_at, calm=False) for what in told]

    def interrupt(self, decided_at: int) -> list[Event]:
        """End all that lasts: signal was lost, or the stream is over."""
        told = chain.from_iterable([watch.interrupt() for watch in self._watches])
        return [self._event(what, decided_at, calm=False) for what in told]

    def _event(self, told: Told, decided_at: int, *, calm: bool) -> RhythmEvent:
        priority = PRIORITY.get(told.name, "information")
        rings = priority != "information" and self._rings(told, priority, calm=calm)
        if told.name == "run" or (told.name == "vt-like" and rings):
            self._run_rang = rings
        onset = None if told.onset == told.sample else told.onset
        return RhythmEvent(told.name, told.sample, decided_at, priority, rings, told.detail, onset)

    def _rings(self, told: Told, priority: Priority, *, calm: bool) -> bool:
        if priority == "high":
            return True
        if not calm or self._lethal_lasts:
            return False
        return self._refractory.lets(told.name, told.sample)

    @property
    def _lethal_lasts(self) -> bool:
        return self._runs.vt.lasts or self._brady.episode.lasts or self._tachy.episode.lasts
