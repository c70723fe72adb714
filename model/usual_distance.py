"""How far this patient's ordinary beats are from the usual one: the measure for those that are not.

A distance means one thing on a quiet lead with beats alike, and another where noise, breathing or
an irregular rhythm moves every beat. So it counts as if that heart were a typical one.
"""

from collections import deque

from sibeat.ecg.evidence import median

MEMORY_BEATS = 120
"""ordinary beats whose median distance is the usual one; chosen by us on DS1 without 201: AP of the
beat score 0.912 with 30, 0.918 with 60 and 120, AUC in a record least disturbed by 120"""
LEAST_BEATS = 10
"""beats from which it is known; chosen by us: their median stands four that are odd"""
TYPICAL_DISTANCE = -6.4
"""log distance of an ordinary beat; chosen by us: the median of DS1's hearts, round"""
LEAST_DISTANCE = -7.5
"""least that counts as usual; chosen by us: few hearts of DS1 are below, and on a lead without any
noise (a simulator's) a little of it must not make beats abnormal"""
GREATEST_DISTANCE = -3.0
"""greatest that counts as usual; chosen by us: a ventricular-like beat has -2.75 or more, and no
noise may grow so usual that it is ordinary. It costs 0.004 of AP on DS1, all of it in record 207"""


class UsualDistance:
    """Running median of the distances of ordinary beats."""

    def __init__(self) -> None:
        self._recent: deque[float] = deque(maxlen=MEMORY_BEATS)
        self._usual = TYPICAL_DISTANCE

    def add(self, distance: float) -> None:
        """Take the log distance of an ordinary beat."""
        self._recent.append(distance)
        if len(self._recent) >= LEAST_BEATS:
            usual = median(list(self._recent))
            self._usual = min(max(usual, LEAST_DISTANCE), GREATEST_DISTANCE)

    def typical(self, distance: float) -> float:
        """Give what a log distance would be in a typical heart."""
        return distance - self._usual + TYPICAL_DISTANCE
