"""When a synthetic heart beats: sinus rhythm that breathes and drifts, ectopic beats and pauses.

The sinus node is a clock. A ventricular beat does not reset it: the tick that falls into the
refractory time is lost, which makes the full compensatory pause. A supraventricular beat resets it:
the pause is shorter. A pause (sinus arrest) stops it.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np

from .synthetic_episode import (
    Course,
    Episode,
    RhythmBeat,
    asystole,
    pattern,
    steady,
    ventricular_episodes,
)
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

    heart_rate_bpm: float = 72.0
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
    bigeminy_rate: float = 0.0
    """episodes of bigeminy a minute"""
    trigeminy_rate: float = 0.0
    """episodes of trigeminy a minute"""
    pattern_cycles: int = 6
    """cycles of an episode of bigeminy or trigeminy"""
    brady_rate: float = 0.0
    """episodes of bradycardia a minute"""
    brady_bpm: float = 32.0
    """its rate, bpm"""
    brady_beats: int = 8
    """its beats"""
    tachy_rate: float = 0.0
    """episodes of tachycardia a minute"""
    tachy_bpm: float = 170.0
    """its rate, bpm"""
    tachy_beats: int = 40
    """its beats"""
    asystole_rate: float = 0.0
    """times a minute that the heart stands still"""
    asystole_s: float = 8.0
    """how long, s"""


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
        acts = (
            (settings.ventricular_rate, self._ventricular),
            (settings.supraventricular_rate, self._supraventricular),
            (settings.pause_rate, self._pause),
            (settings.bigeminy_rate, self._bigeminy),
            (settings.trigeminy_rate, self._trigeminy),
            (settings.brady_rate, self._brady),
            (settings.tachy_rate, self._tachy),
            (settings.asystole_rate, self._asystole),
        )
        self._acts = [(Schedule(rate, settings.onset_s, rng), act) for rate, act in acts]

    def beats(self) -> Iterator[RhythmBeat]:
        """Give one beat after the other; an episode comes with the first beat after its onset."""
        tick_s = _FIRST_BEAT_S
        known: tuple[Episode, ...] = ()
        while True:
            cycle_s = self._cycle(tick_s)
            yield RhythmBeat(tick_s, "N", cycle_s, known)
            course = self._after(tick_s, cycle_s)
            known = course.episodes
            for beat in course.beats:
                yield replace(beat, episodes=known)
                known = ()
            tick_s = course.next_tick_s

    def _after(self, tick_s: float, cycle_s: float) -> Course:
        """Do the earliest event that is due, if any."""
        schedule, act = min(self._acts, key=lambda planned: planned[0].next_s)
        if schedule.next_s > tick_s:
            return Course(tick_s + cycle_s)
        schedule.take()
        return act(tick_s, cycle_s)

    def _cycle(self, time_s: float) -> float:
        self._drift = _DRIFT_MEMORY * self._drift + _DRIFT_STEP * self._rng.standard_normal()
        swing = _BREATH_SWING * self._breathing.at(time_s) + self._drift
        mean_s = 60.0 / self._settings.heart_rate_bpm
        return mean_s * (1 + swing + _JITTER * self._rng.standard_normal())

    def _coupling(self, cycle_s: float, bounds: tuple[float, float]) -> float:
        return max(cycle_s * self._rng.uniform(*bounds), _SHORTEST_COUPLING_S)

    def _ventricular(self, tick_s: float, cycle_s: float) -> Course:
        last = tick_s + self._coupling(cycle_s, _COUPLING)
        beats = [RhythmBeat(last, "V", cycle_s)]
        for _ in range(self._settings.ventricular_run - 1):
            last += self._coupling(cycle_s, _COUPLING_IN_RUN)
            beats.append(RhythmBeat(last, "V", cycle_s))
        n_lost = np.ceil((last + _REFRACTORY * cycle_s - tick_s) / cycle_s)
        return Course(float(tick_s + n_lost * cycle_s), tuple(beats), ventricular_episodes(beats))

    def _supraventricular(self, tick_s: float, cycle_s: float) -> Course:
        early = tick_s + self._coupling(cycle_s, _COUPLING)
        following = early + cycle_s * self._rng.uniform(*_RETURN_CYCLE)
        return Course(following, (RhythmBeat(early, "A", cycle_s),))

    def _pause(self, tick_s: float, cycle_s: float) -> Course:
        following = tick_s + max(self._settings.pause_s, cycle_s)
        return Course(following, (), (Episode(tick_s, following, "pause"),))

    def _bigeminy(self, tick_s: float, cycle_s: float) -> Course:
        return self._pattern(tick_s, cycle_s, 2)

    def _trigeminy(self, tick_s: float, cycle_s: float) -> Course:
        return self._pattern(tick_s, cycle_s, 3)

    def _pattern(self, tick_s: float, cycle_s: float, period: int) -> Course:
        n_cycles = self._settings.pattern_cycles
        couplings_s = [self._coupling(cycle_s, _COUPLING) for _ in range(n_cycles)]
        return pattern(tick_s, cycle_s, period, couplings_s)

    def _brady(self, tick_s: float, cycle_s: float) -> Course:
        wanted = self._settings
        return steady(tick_s, 60.0 / wanted.brady_bpm, wanted.brady_beats, cycle_s, "brady")

    def _tachy(self, tick_s: float, cycle_s: float) -> Course:
        wanted = self._settings
        return steady(tick_s, 60.0 / wanted.tachy_bpm, wanted.tachy_beats, cycle_s, "tachy")

    def _asystole(self, tick_s: float, cycle_s: float) -> Course:
        return asystole(tick_s, max(self._settings.asystole_s, cycle_s))
