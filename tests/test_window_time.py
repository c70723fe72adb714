"""The benchmark of a step's time: it feeds what it says it feeds. No time is judged here."""

from collections.abc import Callable
from types import ModuleType

import numpy as np
import pytest

from sibeat.model.artefact import load_student

FS = 100.0


@pytest.fixture(scope="module")
def window_time(benchmark_module: Callable[[str], ModuleType]) -> ModuleType:
    return benchmark_module("window_time")


def test_every_signal_comes_whole_in_chunks_of_40_ms(window_time: ModuleType) -> None:
    for name in window_time.SIGNALS:
        chunks = list(window_time.made(name, FS))
        assert [chunk.start for chunk in chunks] == list(range(0, 6000, 4))
        signal = np.concatenate([chunk.samples for chunk in chunks])
        assert len(signal) == window_time.SECONDS * FS
        assert np.isfinite(signal).all() == ("NaN" not in name)


def test_each_step_is_timed_and_shown(window_time: ModuleType) -> None:
    took = window_time.steps_ms(window_time.made("an ECG", FS), FS, load_student())
    assert len(took) == 1500
    assert min(took) >= 0
    lines = list(window_time.table({"an ECG": window_time.percentiles(took)}))
    assert len(lines) == 3
    assert lines[2].startswith("| an ECG | 1500 | ")
