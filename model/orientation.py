"""A student for a lead that may be upside down: it looks at a beat the way it knows beats.

A student learned what normal beats look like the right way up. An electrode pair that is swapped
turns each beat over, and the student would find every one of them strange. Which way round a lead
is shows in the beats: the student is asked both ways, and where the other way is clearly the more
usual for the last beats, that is the one from then on. The patient's usual beat is not concerned:
it is compared as it comes.
"""

from collections import deque
from statistics import median

from sibeat.ecg.stream import FloatArray

from .artefact import StudentLike

MEMORY_BEATS = 31
"""asked beats whose median decides; chosen by us: fifteen ectopics in a row cannot turn the lead"""
FEWEST_BEATS = 3
"""beats from which it decides; chosen by us: one ectopic among them cannot"""
ASKED_EVERY = 4
"""once the memory is full, each fourth beat is asked both ways: that keeps the cost of it low"""
MARGIN = 2.0
"""by how much (natural log) the other way must be the more usual: a factor of 7 in the error;
chosen by us on records of DS1, whose upright leads stay (an upside-down beat's is 50 or more)"""


class OrientedStudent:
    """Asks a student both ways round, and answers the way the lead is.

    Parameters
    ----------
    student : loaded artefact, shared; what this one remembers belongs to one patient
    """

    def __init__(self, student: StudentLike) -> None:
        self._student = student
        self.contract, self.sha256 = student.contract, student.sha256
        self._excess: deque[float] = deque(maxlen=MEMORY_BEATS)
        self._n_beats = 0
        self.sign = 1
        """-1 where beats are turned over for the student"""

    def reconstruct(self, window: FloatArray) -> tuple[FloatArray, float]:
        """Score the next beat; the reconstruction is the way round that the window is."""
        answer = self._ask(window, self.sign)
        if self._is_asked_both_ways():
            other = self._ask(window, -self.sign)
            if self._turns(self.sign * (answer[1] - other[1])):
                return other
        return answer

    def _ask(self, window: FloatArray, sign: int) -> tuple[FloatArray, float]:
        reconstruction, log_score = self._student.reconstruct(window * sign)
        return reconstruction * sign, log_score

    def _is_asked_both_ways(self) -> bool:
        self._n_beats += 1
        return self._n_beats <= MEMORY_BEATS or self._n_beats % ASKED_EVERY == 0

    def _turns(self, excess: float) -> bool:
        """Take by how much a beat is stranger as it is than turned over; say if the lead turns."""
        self._excess.append(excess)
        if len(self._excess) < FEWEST_BEATS or self.sign * median(self._excess) <= MARGIN:
            return False
        self.sign = -self.sign
        return True
