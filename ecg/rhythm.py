"""RR intervals as they come: the usual one, prematurity, and the heart rate as monitors show it."""

from collections import deque
from math import log

from .evidence import median

USUAL_BEATS = 32
"""RR intervals whose running median is the usual one; chosen by us: half a minute"""
LEAST_BEATS = 4
"""RR intervals from which there is a usual one; chosen by us: fewer would follow ectopics"""
LONGEST_RR_S = 3.0
"""longer RR intervals are pauses and not learnt; chosen by us: 20 bpm"""

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

    def add(self, rr_s: float) -> None:
        """Learn the next RR interval, s."""
        self._recent.append(rr_s)
        if rr_s < LONGEST_RR_S:
            self._usual.append(rr_s)
        if len(self._usual) >= LEAST_BEATS:
            self._usual_rr_s = median(list(self._usual))

    def interrupt(self) -> None:
        """Drop the heart rate: signal was lost. The usual RR is kept."""
        self._recent.clear()

    @property
    def usual_rr_s(self) -> float | None:
        """Median of the last 32 RR intervals, s; None before the fourth."""
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

    def log_ratio(self, rr_s: float | None) -> float:
        """Natural log of an RR interval over the usual one; 0 where either is unknown."""
        if rr_s is None or rr_s <= 0.0 or self._usual_rr_s is None:
            return 0.0
        return log(rr_s / self._usual_rr_s)
