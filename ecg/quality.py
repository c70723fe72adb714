"""What a signal is worth: flat, at a rail, or noisy.

Flat and rail are read from raw samples, each second of a stretch; noise from how far the beats'
envelopes stand out. No limit is in millivolts, so a board without known gain is judged alike.
"""

from collections import deque
from typing import Literal, NamedTuple, TypeAlias

import numpy as np

from .stream import DoubleArray

RawQuality: TypeAlias = Literal["good", "flat", "rail"]

SECOND_S = 1.0
"""raw quality is judged each second"""
TRUSTED_CREST = 1.0
"""natural log of a QRS's envelope over the background of 4 s from which it is trusted: the
least figure of one decimal that 95 % of what the detector finds in white noise is below; so are
0.2 % of the true beats that it finds in DS1 (``python -m benchmarks.trusted_crest``)"""
NOISY_SHARE = 0.5
NOISY_BEATS = 4
"""noisy when half of the last four beats are not trusted; chosen by us: two beats to come and go"""


class RawJudgement(NamedTuple):
    """Quality of one second of raw signal."""

    start: int
    stop: int
    """absolute indices of the second"""
    quality: RawQuality


class Extremes:
    """Least and greatest value that a stream has had, over the losses between its stretches."""

    def __init__(self) -> None:
        self._low, self._high = np.inf, -np.inf

    def take(self, low: float, high: float) -> bool:
        """Take the bounds of a second; return whether it lies at or beyond an end of a range."""
        varied = self._high > self._low
        at_end = varied and (high >= self._high or low <= self._low)
        self._low, self._high = min(self._low, low), max(self._high, high)
        return at_end


class RawQualityMeter:
    """Judges the raw samples of a stretch, second by second.

    A second without any change is flat; at the greatest or least value that the stream ever had,
    while it had others, it is a rail.

    Parameters
    ----------
    fs : sampling rate, Hz
    start : absolute index of the stretch's first sample
    extremes : of the stream so far; None where it begins
    """

    def __init__(self, fs: float, start: int, extremes: Extremes | None = None) -> None:
        self._length = max(2, round(SECOND_S * fs))
        self._start = start
        self._rest = np.empty(0)
        self._extremes = extremes or Extremes()

    def feed(self, samples: DoubleArray) -> list[RawJudgement]:
        """Judge the seconds that the next samples, (n,), complete."""
        joined = np.concatenate((self._rest, samples))
        n_whole = len(joined) // self._length
        judgements = []
        for second in joined[: n_whole * self._length].reshape(n_whole, self._length):
            stop = self._start + self._length
            judgements.append(RawJudgement(self._start, stop, self._judge(second)))
            self._start = stop
        self._rest = joined[n_whole * self._length :]
        return judgements

    def _judge(self, second: DoubleArray) -> RawQuality:
        low, high = float(second.min()), float(second.max())
        at_end = self._extremes.take(low, high)
        if low < high:
            return "good"
        return "rail" if at_end else "flat"


class NoiseMeter:
    """Says from the last beats whether the signal is noisy."""

    def __init__(self) -> None:
        self._trusted: deque[bool] = deque(maxlen=NOISY_BEATS)

    def add(self, crest: float, *, repeats: bool = False) -> bool:
        """Take a beat's crest; return whether the beat is trusted.

        Parameters
        ----------
        crest : natural log of its envelope over the background
        repeats : whether it repeats the beats before it, which noise does not
        """
        trusted = repeats or crest >= TRUSTED_CREST
        self._trusted.append(trusted)
        return trusted

    @property
    def noisy(self) -> bool:
        """True where too many of the last beats are not trusted."""
        n_bad = len(self._trusted) - sum(self._trusted)
        return len(self._trusted) == NOISY_BEATS and n_bad >= NOISY_SHARE * NOISY_BEATS
