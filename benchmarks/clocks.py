"""Two clocks: the wall's, and the processor's, which leaves out what other processes take."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
R = TypeVar("R")


@dataclass(frozen=True, slots=True)
class Timing:
    """How long a piece of work took."""

    wall_s: float
    cpu_s: float


def timed(work: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> tuple[Timing, R]:
    """Do the work once; its time by both clocks, and its result."""
    wall, cpu = time.perf_counter(), time.process_time()
    result = work(*args, **kwargs)
    timing = Timing(time.perf_counter() - wall, time.process_time() - cpu)
    return timing, result
