"""Tells samples from the time that an electrode is off, by the rule of a board description."""

from collections.abc import Iterator
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from sibeat.monitor.protocols.board import LeadOff
from sibeat.monitor.protocols.number_format import Codes


class LeadOffRule:
    """Splits numbers into runs that were measured and runs that say "lead off".

    Zeros of a run that may yet get long enough are held back, at most ``rule.zeros - 1`` of them.
    """

    def __init__(self, rule: LeadOff) -> None:
        self._rule = rule
        self._n_held = 0
        self._off = False

    def feed(self, codes: Codes) -> Iterator[tuple[bool, Codes]]:
        """Yield runs, each with whether the electrode was off."""
        if not self._rule.zeros:
            yield from _runs(codes, np.isin(codes, self._rule.codes))
            return
        codes = np.concatenate([np.zeros(self._n_held, np.int64), codes])
        self._n_held = 0
        runs = list(_runs(codes, codes == 0))
        for place, (zero, run) in enumerate(runs):
            self._off = zero and (self._off or len(run) >= self._rule.zeros)
            if zero and not self._off and place == len(runs) - 1:
                self._n_held = len(run)
            else:
                yield self._off, run

    def flush(self) -> Codes:
        """Give the zeros that are held back: the run ended here."""
        held, self._n_held, self._off = np.zeros(self._n_held, np.int64), 0, False
        return held


def _runs(codes: Codes, marks: NDArray[np.bool_]) -> Iterator[tuple[bool, Codes]]:
    borders = [0, *(np.flatnonzero(np.diff(marks)) + 1).tolist(), len(codes)]
    for start, stop in pairwise(borders):
        if stop > start:
            yield bool(marks[start]), codes[start:stop]
