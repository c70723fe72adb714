"""RR intervals as they come: the usual one, prematurity, and the heart rate as monitors show it.

An early beat or a pause says less in a heart whose intervals have no order, as in atrial
fibrillation. Order is not only steadiness: single early beats leave the others steady, and in
bigeminy every second interval is the same, in trigeminy every third.
"""

from collections import deque
from collections.abc import Sequence
from math import log

from .evidence import median

USUAL_BEATS = 32
"""RR intervals whose running median is the usual one; chosen by us: half a minute"""
LEAST_BEATS = 4
"""RR intervals from which there is a usual one; chosen by us: fewer would follow ectopics"""
LEAST_ORDERED = 12
"""RR intervals from which they can be called without order; chosen by us: three cycles of
quadrigeminy"""
PERIODS = (1, 2, 3, 4)
"""beats after which an interval comes again: a steady rhythm to quadrigeminy"""
DISORDER = 0.08
"""disorder from which an interval says less; chosen by us on DS1 without 201, where 0.05 to 0.12
came out alike: AP of the beat score 0.886 without this, 0.914 with it"""
LEAST_RR_WEIGHT = 0.5
"""weight of an interval where there is no order at all; chosen by us likewise"""
LONGEST_RR_S = 3.0
"""longer RR intervals are pauses and not learnt; chosen by us: 20 bpm"""
LEAST_RR_S = 0.1
"""shorter ones count as this; chosen by us: the detector finds none, an annotation may be"""

RATE_BEATS = 12
SLOW_RATE_BEATS = 4
SLOW_RR_S = 1.2
SLOW_IN_A_ROW = 3
"""Heart rate is the mean of the last 12 RR, of the last 4 when three in a row exceed 1,200 ms: the
common convention of bedside monitors, stated in their manuals as ANSI/AAMI EC13 asks"""


class Rhythm:
    """Running memory of RR intervals."""

    def __init__(self) -> None:
        self._usual: deque[float] = deque(maxlen=USUAL_BEATS)
        self._recent: deque[float] = deque(maxlen=RATE_BEATS)
        self._usual_rr_s: float | None = None
        self._log_rr: deque[float] = deque(maxlen=USUAL_BEATS)
        self._rr_weight = 1.0

    def add(self, rr_s: float, *, known: bool = True) -> None:
        """Take the next RR interval.

        Parameters
        ----------
        rr_s : its length, s
        known : whether it lies between two beats that are trusted; others are of the heart rate,
            and teach nothing: in noise, what the detector finds has intervals of its own
        """
        self._recent.append(rr_s)
        if known:
            self._learn(rr_s)

    def _learn(self, rr_s: float) -> None:
        if rr_s < LONGEST_RR_S:
            self._usual.append(rr_s)
        if len(self._usual) >= LEAST_BEATS:
            self._usual_rr_s = median(list(self._usual))
        self._log_rr.append(log(max(rr_s, LEAST_RR_S)))
        if len(self._log_rr) >= LEAST_ORDERED:
            self._rr_weight = _weight_of(disorder(list(self._log_rr)))

    def interrupt(self) -> None:
        """Drop the heart rate: signal was lost, or hidden by noise. The usual RR is kept."""
        self._recent.clear()

    @property
    def usual_rr_s(self) -> float | None:
        """Median of the last 32 RR intervals between trusted beats, s; None before the fourth."""
        return self._usual_rr_s

    @property
    def rate_bpm(self) -> float | None:
        """Heart rate, 1/min; None before the first RR interval."""
        if not self._recent:
            return None
        recent = list(self._recent)
        last = recent[-SLOW_IN_A_ROW:]
        if len(last) == SLOW_IN_A_ROW and min(last) > SLOW_RR_S:
            recent = recent[-SLOW_RATE_BEATS:]
        return 60.0 * len(recent) / sum(recent)

    def log_preceding(self, rr_s: float | None) -> float:
        """Natural log of the RR before a beat over the usual one; 0 where either is unknown.

        An early beat, negative, counts less where intervals have no order.
        """
        ratio = self._log_ratio(rr_s)
        return self._rr_weight * ratio if ratio < 0.0 else ratio

    def log_following(self, rr_s: float | None) -> float:
        """Natural log of the RR after a beat over the usual one; 0 where either is unknown.

        A pause, positive, counts less where intervals have no order.
        """
        ratio = self._log_ratio(rr_s)
        return self._rr_weight * ratio if ratio > 0.0 else ratio

    def _log_ratio(self, rr_s: float | None) -> float:
        if rr_s is None or rr_s <= 0.0 or self._usual_rr_s is None:
            return 0.0
        return log(rr_s / self._usual_rr_s)


def disorder(log_rr: Sequence[float]) -> float:
    """How far intervals are from any order: the median departure from the one that fits best.

    The orders are one interval for all, which a few early beats do not disturb, and intervals that
    come again after a period.

    Parameters
    ----------
    log_rr : natural logs of the last RR intervals, more than the longest period
    """
    usual = median(list(log_rr))
    from_usual = median([abs(each - usual) for each in log_rr])
    return min(from_usual, *(_change_after(period, log_rr) for period in PERIODS))


def _change_after(period: int, log_rr: Sequence[float]) -> float:
    pairs = zip(log_rr, log_rr[period:], strict=False)
    return median([abs(later - earlier) for earlier, later in pairs])


def _weight_of(disorder: float) -> float:
    return 1.0 if disorder <= DISORDER else max(LEAST_RR_WEIGHT, DISORDER / disorder)
