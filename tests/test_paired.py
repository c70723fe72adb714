"""Differences over seeds: the interval is Student's, and shows only what leaves zero out."""

from collections.abc import Callable
from types import ModuleType

import numpy as np
import pytest


@pytest.fixture(scope="module")
def paired(benchmark_module: Callable[[str], ModuleType]) -> ModuleType:
    return benchmark_module("paired")


def test_a_difference_shows_where_its_interval_leaves_zero_out(paired: ModuleType) -> None:
    base = [0.90, 0.91, 0.92]
    shown = {
        gain: paired.difference(
            [each + gain + jitter for each, jitter in zip(base, JITTER, strict=True)], base
        )
        for gain in (0.05, 0.0, -0.05)
    }
    assert [shown[gain]["shows"] for gain in (0.05, 0.0, -0.05)] == ["better", "not shown", "worse"]


JITTER = (0.001, -0.001, 0.0)


def test_an_interval_is_student_s(paired: ModuleType) -> None:
    found = paired.difference([1.0, 2.0, 3.0], [0.0, 0.0, 0.0])
    reach = 4.3027 / np.sqrt(3)  # t of two degrees of freedom at 97.5 %; deviation 1, three seeds
    assert found["interval"] == pytest.approx([2 - reach, 2 + reach], abs=1e-4)


def test_one_seed_shows_nothing(paired: ModuleType) -> None:
    found = paired.difference([1.0], [0.0])
    assert found["interval"] is None
    assert found["shows"] == "not shown"
    assert paired.interval_text(None) == "-"
