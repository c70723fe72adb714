"""When the events of a synthetic ECG happen: at a rate, at moments that chance decides.

Each period of ``60 / rate`` seconds holds exactly one event. So the count is as asked (a Poisson
process would often give none in a short record) and no event can be foretold.
"""

import math
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Generic, TypeVar

import numpy as np

# Chosen by us: events keep to the middle of their period, so that two are never closer than
# 0.4 periods; an interval lasts at most 0.35 periods, so that two never touch.
_EARLIEST, _LATEST = 0.2, 0.8
_LONGEST = 0.35
LEAST_RATE = 1e-9
"""events a minute from which there are any; chosen by us: one in 1,900 years. A rate by which the
next moment has no sample index (1e-306, say) is a rate of none"""


class Schedule:
    """Endless moments, one in each period, that a caller takes one by one."""

    def __init__(self, rate: float, onset_s: float, rng: np.random.Generator) -> None:
        """Start the schedule.

        Parameters
        ----------
        rate : events a minute; below `LEAST_RATE` none at all
        onset_s : start of the first period, seconds
        """
        self._period_s = 60.0 / rate if rate >= LEAST_RATE else math.inf
        self._onset_s = onset_s
        self._rng = rng
        self._n_taken = 0
        self.next_s = self._draw()
        """moment of the next event, seconds; infinity when there is none"""

    def _draw(self) -> float:
        if math.isinf(self._period_s):
            return math.inf
        fraction = self._rng.uniform(_EARLIEST, _LATEST)
        return self._onset_s + (self._n_taken + fraction) * self._period_s

    def take(self) -> float:
        """Give the next moment, in seconds, and go on to the one after it."""
        taken = self.next_s
        self._n_taken += 1
        self.next_s = self._draw()
        return taken


@dataclass(frozen=True, slots=True)
class Span:
    """A span of time."""

    start_s: float
    stop_s: float


def spans(rate: float, onset_s: float, mean_s: float, rng: np.random.Generator) -> Iterator[Span]:
    """Give endless spans of 0.5 to 1.5 times ``mean_s`` that never touch, in order.

    Parameters
    ----------
    rate : spans a minute; below `LEAST_RATE` the iterator is empty
    onset_s : no span begins before it, seconds
    mean_s : mean length, seconds; cut to 0.35 of the period where the rate leaves no room
    """
    if rate < LEAST_RATE:
        return
    schedule = Schedule(rate, onset_s, rng)
    longest_s = _LONGEST * 60.0 / rate
    while math.isfinite(schedule.next_s):
        start_s = schedule.take()
        yield Span(start_s, start_s + min(mean_s * rng.uniform(0.5, 1.5), longest_s))


SomeSpan = TypeVar("SomeSpan", bound=Span)


class SpanWindow(Generic[SomeSpan]):
    """The spans near the present, out of an endless ordered iterator."""

    def __init__(self, endless: Iterator[SomeSpan]) -> None:
        self._endless = endless
        self._near: deque[SomeSpan] = deque()
        self._latest_start_s = -math.inf

    def __iter__(self) -> Iterator[SomeSpan]:
        return iter(self._near)

    def advance(self, start_s: float, stop_s: float) -> list[SomeSpan]:
        """Go on to the present ``start_s`` to ``stop_s``; give the spans that become known.

        One span beyond the present is always known, where there is one.
        """
        while self._near and self._near[0].stop_s < start_s:
            self._near.popleft()
        planned: list[SomeSpan] = []
        while self._latest_start_s < stop_s and (span := next(self._endless, None)) is not None:
            self._latest_start_s = span.start_s
            planned.append(span)
        self._near.extend(planned)
        return planned
