"""Beats of made-up shape for the scorer and what it learns, and a heart that a baseline sees."""

from collections.abc import Callable

import numpy as np
import pytest

from sibeat.ecg.rhythm import Rhythm
from sibeat.ecg.stream import FloatArray
from sibeat.model.baseline import BaselineChange, PatientBaseline, SeenBeat

GRID = np.arange(320) - 140


def made_beat(
    width: float = 6.0, sign: float = 1.0, shift: float = 0.0, t_wave: float = 0.25
) -> FloatArray:
    """A bump at the R-peak with a T wave, normalised, (320,)."""
    shape = sign * np.exp(-0.5 * ((GRID - shift) / width) ** 2)
    shape += t_wave * np.exp(-0.5 * ((GRID - 95) / 18.0) ** 2)
    scaled = 2 * (shape - shape.min()) / (shape.max() - shape.min()) - 1
    return scaled.astype(np.float32)


@pytest.fixture(scope="session")
def make_beat() -> Callable[..., FloatArray]:
    return made_beat


@pytest.fixture(scope="session")
def narrow() -> FloatArray:
    return made_beat()


@pytest.fixture(scope="session")
def wide() -> FloatArray:
    return made_beat(width=22.0, sign=-1.0)


RR_S = 0.8
NARROW, WIDE, OTHER = made_beat(), made_beat(22.0, -1.0), made_beat(14.0, t_wave=-0.3)
ODD = -3.0
"""log distance from the usual window from which this heart's beats are abnormal"""


class Heart:
    """Lets a baseline see beats as the monitor does: scored by distance, with their rhythm."""

    def __init__(self, baseline=None):
        self.baseline = baseline or PatientBaseline()
        self.rhythm = Rhythm()
        self.changes: list[BaselineChange] = []

    def beat(self, window=NARROW, rr_s=RR_S, amplitude=1.0):
        log_rr = self.rhythm.log_preceding(rr_s)
        _, distance = self.baseline.distances(window, amplitude)
        abnormal = distance > ODD or log_rr < -0.35
        self.rhythm.add(rr_s)
        change = self.baseline.observe(
            SeenBeat(window, amplitude, rr_s),
            abnormal=abnormal,
            log_rr=log_rr,
            usual_rr_s=self.rhythm.usual_rr_s,
        )
        if change is not None and change.state != "learning":
            self.changes.append(change)
        return change

    def beats(self, n, window=NARROW, rr_s=RR_S):
        for _ in range(n):
            self.beat(window, rr_s)
        return self

    def knows(self, window):
        return self.baseline.distances(window, 1.0)[1] < ODD

    @property
    def said(self):
        return [(change.state, change.detail.split()[0]) for change in self.changes]


@pytest.fixture
def heart():
    return Heart().beats(100)
