"""The time column of a text: the sampling rate it shows, and the samples that it shows missing.

Boards' clocks are coarse (ms at 360 Hz), jitter, wrap (``micros()`` after 71.6 minutes), start
again, and a digit gets garbled on the way. A line whose time cannot be is not trusted; two that
agree are.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from sibeat.ecg.stream import DoubleArray
from sibeat.ecg.text_field import TimeUnit

WRAPS_S: dict[TimeUnit, float] = {"us": 2**32 * 1e-6, "ms": 2**32 * 1e-3, "clock": 86400.0}
"""times at which a column begins again at 0, s: ``micros()`` and ``millis()`` are u32"""

RATE_SPAN_S = 10.0
"""signal from which a rate is derived, s: as long as a port's is measured"""
SNAP = 2e-4
"""relative distance at which a rate is taken to be the whole number beside it; chosen by us: ms
over 10 s show no more, and no resonator on a board is as exact"""
REGULAR = 1.5
"""steps above so many median steps are holes, unless the last digit explains them; chosen by us:
half way to a lost line"""
CLOSE_S = 1e-6
"""times closer than this are equal, s: what float64 keeps of the seconds since 1970, and a bit"""
TRUST_S = 1.0
"""steps above this, s, need a second line to be believed; chosen by us: longer than any stutter"""
LONGEST_HOLE_S = 86400.0
"""longer holes are a clock that was set, s; chosen by us: nobody monitors a day of nothing"""
LONGEST_WRAP_S = 10.0
"""longer holes with a wrap in them are a board that began anew, s; chosen by us: a reset in
the second half of the 71.6 min of ``micros()`` looks like a wrap, a long hole falls on one hardly
ever, and a board away is known by the arrival clock anyway"""
LEAST_LAG = 0.75
"""lag from which samples are missing, in samples; chosen by us: a lost one is a lag of 1"""
LEAK = 0.9
"""share of the lag kept from line to line; chosen by us: an error of 2 % in the rate stays below a
fifth of a sample"""
AGREED = 0.02
"""share by which a rate that is stated may be off the column's and still count its losses; chosen
by us: what `LEAK` forgives"""


@dataclass(frozen=True, slots=True)
class Rate:
    """A sampling rate as a time column shows it."""

    fs: float
    """Hz"""
    jitter: float
    """how far lines come after their time at most, holes apart, in samples"""

    def agrees(self, stated_fs: float) -> bool:
        """Tell whether a rate that is stated may count this column's losses, too."""
        return abs(self.fs / stated_fs - 1) <= AGREED


def estimate_rate(times_s: Sequence[float], unit: TimeUnit | None = None) -> Rate | None:
    """Derive the sampling rate from the first 10 s of a time column.

    Parameters
    ----------
    times_s : sequence of float
        (n,), s, as written.
    unit : str, optional
        The column's unit, so that a wrap within the span is known as such.

    Returns
    -------
    Rate or None
        None when the times do not rise.
    """
    steps = np.diff(np.asarray(times_s, dtype=np.float64))
    wrap = WRAPS_S.get(unit, 0.0) if unit else 0.0
    steps = np.where(steps < 0, steps + wrap, steps)
    steps = steps[(steps >= 0) & (steps <= TRUST_S)]
    steps = steps[: int(np.searchsorted(np.cumsum(steps), RATE_SPAN_S, side="right"))]
    rising = steps[steps > 0]
    if len(rising) == 0:
        return None
    middle = float(np.median(rising))
    longest = max(REGULAR * middle, middle + _last_digit(steps)) + CLOSE_S
    regular = steps[steps <= longest]
    fs = 1 / _mean_step(regular)
    fs = float(round(fs)) if abs(fs - round(fs)) <= SNAP * fs else fs
    return Rate(fs, _largest_lag(regular * fs))


def _mean_step(steps: DoubleArray) -> float:
    """Time between lines; where several have one time, from the first tick to the last alone."""
    ticks = np.flatnonzero(steps)
    if len(ticks) > 1 and len(ticks) < len(steps):
        steps = steps[ticks[0] + 1 : ticks[-1] + 1]
    return float(steps.mean())


def _last_digit(steps: DoubleArray) -> float:
    """Give what the last written digit stands for, s: the coarsest power of ten that fits."""
    for digit in (1e-2, 1e-3, 1e-4, 1e-5):
        if np.all(np.abs(steps - np.round(steps / digit) * digit) < CLOSE_S):
            return digit
    return 1e-6


def _largest_lag(steps: DoubleArray) -> float:
    """Give the largest lag of lines in an even stretch; steps in samples."""
    lag = largest = 0.0
    for step in steps.tolist():
        lag = LEAK * lag + step - 1
        largest = max(largest, lag)
    return largest


class LineClock:
    """Counts the samples that are missing between lines, by their times.

    Parameters
    ----------
    rate : Rate
        What this column shows, or a stated one that agrees with it.
    unit : str
        The column's unit.
    """

    def __init__(self, rate: Rate, unit: TimeUnit) -> None:
        self._fs = rate.fs
        self._bound = max(LEAST_LAG, 1.25 * rate.jitter)
        self._wrap = WRAPS_S.get(unit, 0.0)
        self._longest_wrap_s = LONGEST_HOLE_S if unit == "clock" else LONGEST_WRAP_S  # midnight
        self.began_anew = False
        """whether the clock began again, or was set, between the line before and the last one"""
        self.confirms = False
        """whether the last line follows at once on one that was not trusted, which thereby is"""
        self._last: float | None = None
        self._suspect: float | None = None
        self._lag = 0.0
        self._settled = False

    def missing_before(self, time_s: float | None) -> int | None:
        """Tell how many samples are missing between the line before and this one.

        Parameters
        ----------
        time_s : float or None
            Time of this line, s; None for a line without one, which counts as in time.

        Returns
        -------
        int or None
            None when the time does not fit: skip the line, it is garbled (or the next confirms it).
        """
        if self._last is None:
            self._last = time_s
            return 0
        if time_s is None:  # says nothing of a line that is not trusted yet
            self.began_anew = self.confirms = False
            self._last += 1 / self._fs
            return self._missing(1 / self._fs)
        step = self._step(time_s)
        if step is None:
            self._suspect = time_s
            return None
        self._last, self._suspect = time_s, None
        if self.began_anew:  # the line that was not trusted is missing, however the lines jitter
            self._lag = 0.0
            return max(1, round(step * self._fs) - 1)
        return self._missing(step)

    def _step(self, time_s: float) -> float | None:
        """Time since the line before, s; None when it cannot be trusted yet."""
        self.began_anew = self.confirms = False
        step = self._unwrapped(time_s, self._last)
        if 0 <= step <= TRUST_S:
            self._settled = True
            return step
        if self._suspect is None or not 0 <= self._unwrapped(time_s, self._suspect) <= TRUST_S:
            return None
        if self._settled and 0 <= step <= LONGEST_HOLE_S:
            self.confirms = self._unwrapped(time_s, self._suspect) * self._fs < REGULAR
            return step
        self.began_anew = True  # or its first line was cut
        return self._unwrapped(time_s, self._suspect) + 1 / self._fs

    def _unwrapped(self, time_s: float, before_s: float | None) -> float:
        step = time_s - (before_s or 0.0)
        wrapped = step < -self._wrap / 2 and step + self._wrap <= self._longest_wrap_s
        return step + self._wrap if wrapped else step

    def _missing(self, step: float) -> int:
        self._lag = max(LEAK * self._lag + step * self._fs - 1, -self._bound)
        if self._lag < self._bound:
            return 0
        missing = round(self._lag)
        self._lag -= missing
        return missing
