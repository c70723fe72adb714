"""Beats of made-up shape for the scorer and what it learns."""

from collections.abc import Callable

import numpy as np
import pytest

from sibeat.ecg.stream import FloatArray

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
