"""Candidates of the detector, against scipy's filters and a plain loop."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy.ndimage import maximum_filter1d

from sibeat.ecg.local_maxima import local_maxima, running_max
from sibeat.ecg.stream import DoubleArray

LEVELS = st.sampled_from([0.0, 1.0, 1.5, 2.0, 7.0])
"""few, so that there are plateaus"""


@given(arrays(np.float64, st.integers(1, 60), elements=LEVELS), st.integers(1, 12))
def test_a_maximum_exceeds_all_before_and_none_after_exceeds_it(
    values: DoubleArray, reach: int
) -> None:
    expected = [
        i
        for i, value in enumerate(values)
        if value > 0.0
        and all(value > other for other in values[max(0, i - reach) : i])
        and all(value >= other for other in values[i + 1 : i + reach + 1])
    ]
    assert local_maxima(values, reach).tolist() == expected


@pytest.mark.parametrize("width", [1, 2, 3, 8, 57, 161])
def test_the_running_maximum_is_scipy_s(width: int) -> None:
    values = np.random.default_rng(0).normal(size=400)
    forward = maximum_filter1d(values, width, origin=-(width // 2))
    assert np.array_equal(running_max(values, width), forward[: len(values) - width + 1])
