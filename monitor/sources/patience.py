"""How long a silence may last before its time is given as a gap.

A program that does not flush its lines prints them in blocks of some kilobytes, seconds apart. Each
pause is a silence, and the block after it fills it. Once that was seen, pauses as long are waited
for: their time, given as a gap, would take the place of the samples. A link that stalls now and
then is no such program: between its pauses samples flow.
"""

from collections import deque
from statistics import median

MEMORY_S = 60.0
"""time for which a pause is remembered, s; chosen by us: a block of 8 KiB, which is what C and
Python print at once, holds 16 s of short lines at 125 Hz"""
MARGIN = 1.5
"""times the longest of them that a silence is waited for; chosen by us: lines differ in length"""
MOST_S = 30.0
"""longest pause and longest wait, s; chosen by us: who prints less often is away"""
N_TOLD = 2
"""pauses in a row from which blocks are told; chosen by us: one may be the link's"""
FILLED = 0.9
"""share of a pause that comes after it where it was filled; chosen by us: a rate that is off"""
FLOWED = 0.25
"""share of a pause for which samples may flow before it, after the one before; chosen by us: in
blocks none do, and what is read in two parts is soon over"""


class Patience:
    """Remembers pauses that were filled, each right after what filled the one before.

    Parameters
    ----------
    least_s : wait where there were none, s
    time_s : arrival clock of the first samples, which may be a block
    """

    def __init__(self, least_s: float, time_s: float) -> None:
        self._least_s = least_s
        self._ended_s = time_s
        self._pauses: deque[tuple[float, float]] = deque()

    def learn(self, began_s: float, pause_s: float, missing_s: float, ended_s: float) -> None:
        """Take in that a pause is over.

        Parameters
        ----------
        began_s : arrival clock of the last samples before it, s
        pause_s : its length, in which reads found nothing, s
        missing_s : what lacks of it now, s
        ended_s : arrival clock of what came after it, s
        """
        self._forget(ended_s)
        if began_s - self._ended_s > FLOWED * pause_s:
            self._pauses.clear()
        elif missing_s <= (1 - FILLED) * pause_s and pause_s <= MOST_S:
            self._pauses.append((ended_s, pause_s))
        self._ended_s = ended_s

    def wait_s(self, time_s: float) -> float:
        """Time for which to wait for what a silence may hold back, s."""
        self._forget(time_s)
        return max(self._least_s, self._longest_s())

    def expects(self, quiet_s: float) -> bool:
        """Whether a silence of so many seconds is no news: samples come in blocks."""
        return len(self._pauses) >= N_TOLD and quiet_s < self._longest_s()

    def warning(self, time_s: float) -> str | None:
        """Say that samples come in blocks; None where they do not."""
        self._forget(time_s)
        if len(self._pauses) < N_TOLD:
            return None
        block_s = median(pause_s for _, pause_s in self._pauses)
        return (
            f"samples come in blocks of {block_s:.1f} s, and all that is said comes as late: let "
            "the program that sends them flush each line (python3 -u, or print(..., flush=True)), "
            "or see what holds the link up"
        )

    def _longest_s(self) -> float:
        longest_s = max((pause_s for _, pause_s in self._pauses), default=0.0)
        return min(MARGIN * longest_s, MOST_S)

    def _forget(self, time_s: float) -> None:
        while self._pauses and time_s - self._pauses[0][0] > MEMORY_S:
            self._pauses.popleft()
