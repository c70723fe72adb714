"""What the tests of the stages share: ways to cut a stream into chunks."""

from collections.abc import Callable
from typing import TypeAlias

import numpy as np
import pytest

from sibeat.ecg.stream import DoubleArray

Cut: TypeAlias = Callable[[DoubleArray], list[DoubleArray]]


def cut_evenly(samples: DoubleArray, size: int) -> list[DoubleArray]:
    return [samples[at : at + size] for at in range(0, len(samples), size)]


def cut_at_random(samples: DoubleArray) -> list[DoubleArray]:
    """Cut into 0 to 60 samples at a time: a chunk may be empty."""
    lengths = np.random.default_rng(5).integers(0, 60, len(samples) // 20 + 1)
    return np.split(samples, np.cumsum(lengths))


CUTS: dict[str, Cut] = {
    "1": lambda samples: cut_evenly(samples, 1),
    "7": lambda samples: cut_evenly(samples, 7),
    "a prime": lambda samples: cut_evenly(samples, 997),
    "random": cut_at_random,
    "whole": lambda samples: [samples],
}


@pytest.fixture(params=CUTS)
def cut(request: pytest.FixtureRequest) -> Cut:
    """Return a way to cut a stream; the test runs with each."""
    return CUTS[request.param]
