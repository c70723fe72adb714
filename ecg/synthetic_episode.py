"""Courses that a synthetic heart takes for a while: their beats, and their names.

Every course begins at a sinus beat that was given already, and ends with the next one.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal, TypeAlias

from .synthetic_beat import BeatSymbol
from .synthetic_schedule import Span

EpisodeKind: TypeAlias = Literal[
    "pause", "asystole", "couplet", "run", "vt", "bigeminy", "trigeminy", "brady", "tachy"
]

VT_BEATS, VT_RR_S = 5, 0.6
"""a run of five beats at 100 bpm is one of ventricular tachycardia (PhysioNet/CinC 2015)"""


@dataclass(frozen=True, slots=True)
class Episode(Span):
    """A named part of the rhythm, from R-peak to R-peak."""

    kind: EpisodeKind


@dataclass(frozen=True, slots=True)
class RhythmBeat:
    """One heartbeat."""

    time_s: float
    """its R-peak"""
    symbol: BeatSymbol
    cycle_s: float
    """sinus cycle at that time, s"""
    episodes: tuple[Episode, ...] = ()
    """what begins with it or with the beat before it"""


@dataclass(frozen=True, slots=True)
class Course:
    """What happens after a sinus beat."""

    next_tick_s: float
    """the next sinus beat"""
    beats: tuple[RhythmBeat, ...] = ()
    """those before it"""
    episodes: tuple[Episode, ...] = ()


def ventricular_episodes(beats: Sequence[RhythmBeat]) -> tuple[Episode, ...]:
    """Name ventricular beats in a row: none for one, a couplet, a run, a run that is VT too."""
    first, last = beats[0].time_s, beats[-1].time_s
    if len(beats) == 1:
        return ()
    if len(beats) == 2:
        return (Episode(first, last, "couplet"),)
    rr_s = [after.time_s - before.time_s for before, after in pairwise(beats)]
    n_rr = VT_BEATS - 1
    sums_s = [sum(rr_s[k : k + n_rr]) for k in range(len(rr_s) - n_rr + 1)]
    run = Episode(first, last, "run")
    if any(sum_s <= n_rr * VT_RR_S for sum_s in sums_s):
        return (run, Episode(first, last, "vt"))
    return (run,)


def pattern(tick_s: float, cycle_s: float, period: int, couplings_s: Sequence[float]) -> Course:
    """Make every `period`-th beat a ventricular one with a full compensatory pause after it.

    Parameters
    ----------
    tick_s : sinus beat before, s
    cycle_s : of the sinus rhythm, s
    period : 2 for bigeminy, 3 for trigeminy
    couplings_s : (n_cycles,), from the last sinus beat to the ventricular one, s
    """
    beats: list[RhythmBeat] = []
    for coupling_s in couplings_s:
        for _ in range(period - 2):
            tick_s += cycle_s
            beats.append(RhythmBeat(tick_s, "N", cycle_s))
        beats.append(RhythmBeat(tick_s + coupling_s, "V", cycle_s))
        tick_s += 2 * cycle_s
        beats.append(RhythmBeat(tick_s, "N", cycle_s))
    del beats[-1]  # the next sinus beat is not of this course
    ectopic = [beat.time_s for beat in beats if beat.symbol == "V"]
    kind: EpisodeKind = "bigeminy" if period == 2 else "trigeminy"
    return Course(tick_s, tuple(beats), (Episode(ectopic[0], ectopic[-1], kind),))


def steady(tick_s: float, rr_s: float, n_beats: int, cycle_s: float, kind: EpisodeKind) -> Course:
    """Let the sinus node run at another rate for `n_beats`, the one at `tick_s` among them."""
    times = [tick_s + k * rr_s for k in range(1, n_beats)]
    beats = tuple(RhythmBeat(time_s, "N", rr_s) for time_s in times)
    return Course(times[-1] + cycle_s, beats, (Episode(tick_s, times[-1], kind),))


def asystole(tick_s: float, duration_s: float) -> Course:
    """Let the heart stand still."""
    return Course(tick_s + duration_s, (), (Episode(tick_s, tick_s + duration_s, "asystole"),))
