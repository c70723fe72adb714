"""The heart's rhythm and its silence, and what of them lasts on over a loss of signal."""

import math
from collections.abc import Callable

from sibeat.ecg.beats import samples_before
from sibeat.monitor.events import Event
from sibeat.monitor.settings import PipelineSettings
from sibeat.monitor.watches.episode import WatchedBeat
from sibeat.monitor.watches.rhythm import RhythmWatch
from sibeat.monitor.watches.short_loss import ShortLoss
from sibeat.monitor.watches.silence import SilenceWatch

UNSEEN_S = 10.0
"""time without a trusted beat after which nothing that was counted, a heart rate too, or told lasts
on; chosen by us: a link that loses samples every 3 to 5 s still leaves trusted beats far more
often"""


class HeartWatch:
    """Tells rhythm events and asystole-like ones.

    Parameters
    ----------
    fs : sampling rate, Hz
    latency : samples from an R-peak to its beat
    settings : limits and times
    """

    def __init__(self, fs: float, latency: int, settings: PipelineSettings) -> None:
        lead_in = math.ceil(samples_before(fs))
        self._silence = SilenceWatch(fs, round(settings.asystole_s * fs), latency, lead_in)
        self._rhythm = RhythmWatch(settings, round(settings.refractory_s * fs))
        self._loss = ShortLoss(fs)
        self._unseen = round(UNSEEN_S * fs) + latency
        self._seen_at: int | None = None

    @property
    def silence_lasts(self) -> bool:
        """True from an asystole-like event to the next trusted QRS."""
        return self._silence.lasts

    @property
    def silences_beats(self) -> bool:
        """True while a run lasts that was announced: its beats need no alerts of their own."""
        return self._rhythm.silences_beats

    @property
    def in_sight(self) -> bool:
        """True from a trusted beat on until none has come for 10 s, or the signal is lost."""
        return self._seen_at is not None

    def begin(self, sample: int, known_at: int) -> None:
        """Signal begins at `sample`; none of its beats is known before `known_at`."""
        self._loss.end()
        self._silence.begin(sample, known_at)

    def lose(self, sample: int, decided_at: int) -> list[Event]:
        """Signal is lost from `sample` on, for how long nobody knows yet."""
        self._loss.begin(sample)
        return self._rhythm.lose(decided_at) + self._silence.lose(sample, decided_at)

    def end(self, sample: int, decided_at: int) -> list[Event]:
        """End all that lasts: from `sample` on, or where a loss began, nobody sees the heart."""
        lost_at, self._seen_at = self._loss.end(), None
        last = sample if lost_at is None else lost_at
        return self._rhythm.interrupt(decided_at) + self._silence.suspend(last, decided_at)

    def rail(self, decided_at: int) -> list[Event]:
        """A second at a rail ends: what the heart did in it is not known."""
        ended = self._rhythm.interrupt(decided_at)
        return ended + self._silence.restart(decided_at, decided_at)

    def beat(self, beat: WatchedBeat, decided_at: int, *, calm: bool) -> list[Event]:
        """Take a trusted beat; `calm` is False while the signal is noisy."""
        self._seen_at = beat.sample
        ended = self._silence.restart(beat.sample, decided_at)
        return ended + self._rhythm.beat(beat, decided_at, calm=calm)

    def doubt(self, decided_at: int) -> list[Event]:
        """Take a beat that is not trusted."""
        return self._rhythm.doubt(decided_at)

    def beat_at_loss(self, sample: int, decided_at: int, *, high: bool) -> list[Event]:
        """Take a beat with a loss in its window: what it is nobody knows, but that it is one.

        Parameters
        ----------
        sample : its R-peak
        decided_at : when it is known
        high : whether it is so high that the heart is not silent
        """
        told = self._rhythm.lose(decided_at)
        return told + self._silence.restart(sample, decided_at) if high else told

    def pass_time(self, now: int) -> list[Event]:
        """Let the deadlines up to `now` fall, the earlier first: one may undo another."""
        events: list[Event] = []
        while True:
            due, fall = self._next_deadline()
            if due > now:
                return events
            events += fall(round(due))

    def _next_deadline(self) -> tuple[float, Callable[[int], list[Event]]]:
        """Give the earliest deadline and what happens at it; of two at once, a loss's first."""
        deadlines: list[tuple[int | None, Callable[[int], list[Event]]]] = [
            (self._loss.due(), lambda due: self.end(due, due)),
            (None if self._seen_at is None else self._seen_at + self._unseen, self._forget),
            (self._silence.due(), self._silence.fire),
        ]
        known = [(math.inf if due is None else due, fall) for due, fall in deadlines]
        return min(known, key=lambda deadline: deadline[0])

    def _forget(self, due: int) -> list[Event]:
        self._seen_at = None
        return self._rhythm.interrupt(due)
