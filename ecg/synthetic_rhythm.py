"""When a synthetic heart beats: sinus rhythm that breathes and drifts, ectopic beats and pauses.

The sinus node is a clock. A ventricular beat does not reset it: the tick that falls into the
refractory time is lost, which makes the full compensatory pause. A supraventricular beat resets it:
the pause is shorter. A pause (sinus arrest) stops it.
"""

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from .synthetic_beat import BeatSymbol
from .synthetic_schedule import Schedule

# Chosen by us, to look like a healthy adult at rest (fractions of the RR interval).
_BREATH_HZ = 0.25
_BREATH_SWING = 0.030
_DRIFT_MEMORY = 0.98
_DRIFT_STEP = 0.004
_JITTER = 0.006
_FIRST_BEAT_S = 0.45
# Chosen by us: premature by at least 26 %, yet after the summit of the T wave before it.
_COUPLING = (0.60, 0.74)
_COUPLING_IN_RUN = (0.58, 0.66)
_SHORTEST_COUPLING_S = 0.28
_REFRACTORY = 0.70  # a tick this early after a ventricular beat finds the ventricles deaf
_RETURN_CYCLE = (1.02, 1.14)  # the reset sinus node needs a little longer for its next tick


@dataclass(frozen=True, slots=True)
class RhythmSettings:
    """What the heart does."""

    heart_rate: float = 72.0
    """mean rate of the sinus rhythm, bpm"""
    ventricular_rate: float = 0.0
    """ventricular events a minute"""
    ventricular_run: int = 1
    """beats of a ventricular event: 1 alone, 2 a couplet, 3 and more a run"""
    supraventricular_rate: float = 0.0
    """supraventricular premature beats a minute"""
    pause_rate: float = 0.0
    """sinus pauses a minute"""
    pause_s: float = 2.5
    """RR interval of a pause, s"""
    onset_s: float = 8.0
    """plain sinus rhythm until then, s"""


@dataclass(frozen=True, slots=True)
class RhythmBeat:
    """One heartbeat."""

    time_s: float
    """its R-peak"""
    symbol: BeatSymbol
    cycle_s: float
    """sinus cycle at that time, s"""
    ends_pause: bool = False
    """True when a sinus pause lies before it"""


class Breathing:
    """Phase of breathing over time; it moves the rate, the axis and the baseline."""

    def __init__(self, rng: np.random.Generator) -> None:
        self._hz = _BREATH_HZ * rng.uniform(0.85, 1.15)
        self._start = rng.uniform(0, 2 * np.pi)

    def at(self, time_s: float) -> float:
        """Give the phase, -1 (out) to 1 (in)."""
        return float(np.sin(2 * np.pi * self._hz * time_s + self._start))


class Rhythm:
    """Endless beats of one heart.

    Events wait for a sinus beat, so rates beyond one event per two sinus beats end in bigeminy.
    """

    def __init__(
        self, settings: RhythmSettings, breathing: Breathing, rng: np.random.Generator
    ) -> None:
        self._settings = settings
        self._breathing = breathing
        self._rng = rng
        self._drift = 0.0
        rates = (settings.ventricular_rate, settings.supraventricular_rate, settings.pause_rate)
        acts = (self._ventricular, self._supraventricular, self._pause)
        self._acts = [
            (Schedule(rate, settings.onset_s, rng), act)
            for rate, act in zip(rates, acts, strict=True)
        ]

    def beats(self) -> Iterator[RhythmBeat]:
        """Give one beat after the other."""
        tick = _FIRST_BEAT_S
        ends_pause = False
        while True:
            cycle = self._cycle(tick)
            yield RhythmBeat(tick, "N", cycle, ends_pause)
            ectopics: deque[RhythmBeat] = deque()
            following, ends_pause = self._after(tick, cycle, ectopics)
            yield from ectopics
            tick = following

    def _after(self, tick: float, cycle: float, ectopics: deque[RhythmBeat]) -> tuple[float, bool]:
        """Do the earliest event that is due, if any; give the next sinus tick."""
        schedule, act = min(self._acts, key=lambda planned: planned[0].next_s)
        if schedule.next_s > tick:
            return tick + cycle, False
        schedule.take()
        return act(tick, cycle, ectopics), act == self._pause

    def _cycle(self, time_s: float) -> float:
        self._drift = _DRIFT_MEMORY * self._drift + _DRIFT_STEP * self._rng.standard_normal()
        swing = _BREATH_SWING * self._breathing.at(time_s) + self._drift
        return (
            60.0 / self._settings.heart_rate * (1 + swing + _JITTER * self._rng.standard_normal())
        )

    def _coupling(self, cycle: float, bounds: tuple[float, float]) -> float:
        return max(cycle * self._rng.uniform(*bounds), _SHORTEST_COUPLING_S)

    def _ventricular(self, tick: float, cycle: float, ectopics: deque[RhythmBeat]) -> float:
        last = tick + self._coupling(cycle, _COUPLING)
        ectopics.append(RhythmBeat(last, "V", cycle))
        for _ in range(self._settings.ventricular_run - 1):
            last += self._coupling(cycle, _COUPLING_IN_RUN)
            ectopics.append(RhythmBeat(last, "V", cycle))
        n_lost = np.ceil((last + _REFRACTORY * cycle - tick) / cycle)
        return float(tick + n_lost * cycle)

    def _supraventricular(self, tick: float, cycle: float, ectopics: deque[RhythmBeat]) -> float:
        early = tick + self._coupling(cycle, _COUPLING)
        ectopics.append(RhythmBeat(early, "A", cycle))
        return early + cycle * self._rng.uniform(*_RETURN_CYCLE)

    def _pause(self, tick: float, cycle: float, ectopics: deque[RhythmBeat]) -> float:
        return tick + max(self._settings.pause_s, cycle)
