"""When the detector learns what is usual: at a stretch's start, where signal begins, after silence.

Before electrodes are on, a lead is constant, and rounding in the filters still gives candidates.
Their tiny levels must not be taken for the patient's.
"""

from collections import deque
from collections.abc import Callable

from .evidence import BeatMemory, Level

LEARNING_S = 3.0
"""learning period at the start of a stretch; chosen by us: it holds two beats at 40 bpm"""
NO_SIGNAL = 10.0
"""a level this far (natural log) under another is a constant's, the rounding of the filters; chosen
by us: one count of a converter is more than e^15 times that, and a beat is tens of counts"""
LATE_S = 1.0
"""time without any candidate after which signal begins; chosen by us: noise has one each 0.3 s"""
RELEARN_S = 8.0
"""time without a beat after which the levels are learnt anew; chosen by us: longer than the
longest pauses of sinus arrest in MIT-BIH (record 232)"""
RELEARN_CREST = 1.4
"""what starts that must stand out from its background this far (natural log), or the noise of a
long asystole would be learnt; chosen by us: nothing that is found in white noise does, and 99 % of
DS1's beats do (``benchmarks.trusted_crest``)"""


class Learning:
    """Sets the usual levels from candidates, taken in their order.

    The first is taken at the end of the learning period, with what waits of that. Where signal
    begins later, each candidate of the next 3 s sets them anew, so that no beat comes late.

    Parameters
    ----------
    memory : what is learnt goes there
    fs : sampling rate, Hz
    start : absolute index of the stretch's first sample
    """

    def __init__(self, memory: BeatMemory, fs: float, start: int) -> None:
        self._memory, self._fs, self._start = memory, fs, start
        self.ends_at = start + round(LEARNING_S * fs)
        """absolute index after the stretch's learning period"""
        self._began_at: int | None = None
        self._recent: deque[tuple[int, Level]] = deque()
        self._learnt = False

    def take(
        self,
        candidate: int,
        level: Level,
        waiting: Callable[[], list[Level]],
        crest: Callable[[int], float],
    ) -> None:
        """Take the next candidate before it is judged.

        Parameters
        ----------
        candidate : absolute index
        level : its levels
        waiting : gives the levels of later candidates of the learning period
        crest : gives a candidate's natural log over its background
        """
        self._recent.append((candidate, level))
        while not self._is_recent(self._recent[0][0], candidate):
            self._recent.popleft()
        if self._begins(candidate, level):
            self._began_at = candidate
        if not self._learnt:
            self._learnt = True
            self._memory.learn(_of_signal([level, *waiting()]))
        elif self._has_just_begun(candidate) or self._is_back(candidate, crest):
            self._memory.learn(_of_signal([level for _, level in self._recent]))

    def _is_recent(self, earlier: int, candidate: int) -> bool:
        return candidate - earlier <= LEARNING_S * self._fs

    def _begins(self, candidate: int, level: Level) -> bool:
        """Say whether signal begins with a candidate, later than the stretch."""
        if self._memory.last_index is not None:
            return False
        if len(self._recent) == 1:
            return candidate - self._start > LATE_S * self._fs
        return level.middle - self._recent[-2][1].middle > NO_SIGNAL

    def _has_just_begun(self, candidate: int) -> bool:
        return self._began_at is not None and self._is_recent(self._began_at, candidate)

    def _is_back(self, candidate: int, crest: Callable[[int], float]) -> bool:
        """Say whether something stands out after a long time without a beat."""
        last = self._memory.last_index
        since = candidate - (self._start if last is None else last)
        return since > RELEARN_S * self._fs and crest(candidate) >= RELEARN_CREST


def _of_signal(levels: list[Level]) -> list[Level]:
    """Leave out what is a constant's beside the greatest level."""
    least = max(level.middle for level in levels) - NO_SIGNAL
    return [level for level in levels if level.middle >= least]
