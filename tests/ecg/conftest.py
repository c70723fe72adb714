"""What the tests of the stages share: ways to cut a stream, and the detector over chunks."""

from collections.abc import Callable, Iterable
from typing import TypeAlias

import numpy as np
import pytest

from sibeat.ecg.bands import Bands, BandSettings
from sibeat.ecg.rpeaks import RPeak, RPeakDetector
from sibeat.ecg.stream import DoubleArray
from sibeat.ecg.votes import Voters

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


def find_r_peaks(
    chunks: Iterable[DoubleArray],
    fs: float,
    *,
    start: int = 0,
    ended: bool = True,
    methods: tuple[str, ...] = ("neurokit",),
) -> list[RPeak]:
    """Run the detector as the monitor does, letting go of what it no longer needs."""
    bands = Bands(BandSettings(fs, 50.0), start)
    detector = RPeakDetector(bands, Voters(methods, fs))
    peaks = []
    for chunk in chunks:
        bands.feed(chunk)
        peaks += detector.advance()
        bands.forget_before(detector.needed_from)
    if ended:
        bands.end()
        peaks += detector.advance()
    return peaks


@pytest.fixture(scope="session")
def detect() -> Callable[..., list[RPeak]]:
    """Return the detector as one function of chunks."""
    return find_r_peaks
