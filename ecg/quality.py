"""What a signal is worth: flat, at a rail, or noisy.

Flat and rail are read from raw samples, each second of a stretch; noise from how far the beats'
envelopes stand out. No limit is in millivolts, so a board without known gain is judged alike.
"""

from collections import deque
from typing import Literal, NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

from .evidence import median
from .stream import DoubleArray

RawQuality: TypeAlias = Literal["good", "flat", "rail"]

SECOND_S = 1.0
"""raw quality is judged each second"""
REST_SECONDS = 10
"""seconds with change that show where a line rests; chosen by us: one that goes to a rail is there
for a part of one or two"""
REST_S = 0.1
"""time at a value that is a rest; chosen by us: a baseline stays ten times as long as the clipped
waves of mains hum on an electrode that is off"""
REST_SHARE = 0.2
"""share of a second's samples at an end of the range from which the line rests there; chosen by us:
a baseline is most of a beat, a clipped R-peak less than a tenth"""
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
        self._rests_low: deque[float] = deque(maxlen=REST_SECONDS)
        self._rests_high: deque[float] = deque(maxlen=REST_SECONDS)

    def take(self, second: DoubleArray) -> bool:
        """Take a second; return whether it reaches an end of the range, and does not rest there."""
        low, high = float(second.min()), float(second.max())
        varied = self._high > self._low
        at_low, at_high = low <= self._low, high >= self._high
        if low < self._low:
            self._low = low
            self._rests_low.clear()
        if high > self._high:
            self._high = high
            self._rests_high.clear()
        if low < high:
            self._rests_low.append(_rest_share(second == self._low))
            self._rests_high.append(_rest_share(second == self._high))
        rests_low, rests_high = _is_rest(self._rests_low), _is_rest(self._rests_high)
        if rests_low and rests_high:  # no heart does that
            rests_low = rests_high = False
        return varied and ((at_low and not rests_low) or (at_high and not rests_high))


def _rest_share(there: NDArray[np.bool_]) -> float:
    """Share of a second in which a signal is at a value long enough to rest there."""
    changes = np.flatnonzero(np.diff(there, prepend=False, append=False))
    lengths = changes[1::2] - changes[::2]
    return float(lengths[lengths >= REST_S / SECOND_S * len(there)].sum()) / len(there)


def _is_rest(shares: deque[float]) -> bool:
    """Say whether a heart's line rests at a value between its beats, second after second."""
    return len(shares) == REST_SECONDS and median(list(shares)) >= REST_SHARE


class RawQualityMeter:
    """Judges the raw samples of a stretch, second by second.

    A second without any change is flat; at the greatest or least value that the stream ever had,
    while it had others, it is a rail. Not so where the beats' own baseline is that value, as in a
    signal of coarse numbers whose waves are all upright: it is what a heart that stops leaves.

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
        at_end = self._extremes.take(second)
        if second.min() < second.max():
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
