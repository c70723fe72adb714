"""Re-centring: the vertex between samples, on the side the lead points to."""

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from sibeat.ecg.centring import OPPOSITE_SHARE, polarity_of, refine
from sibeat.ecg.filters import filter_record
from sibeat.ecg.stream import DoubleArray

RATES = [100.0, 125.0, 250.0, 360.0, 1000.0, 2000.0]


def qrs(fs: float, at: float, up: float = 1.0, down: float = 0.0) -> DoubleArray:
    """Give 2 s with an R wave at `at`, and 40 ms after it an S wave."""
    moment = (np.arange(round(2 * fs)) - at) / fs
    r_wave = up * np.exp(-0.5 * (moment / 0.012) ** 2)
    return r_wave - down * np.exp(-0.5 * ((moment - 0.04) / 0.012) ** 2)


@given(fs=st.sampled_from(RATES), fraction=st.floats(0.0, 1.0), miss_s=st.floats(-0.055, 0.055))
@example(fs=100.0, fraction=0.75, miss_s=-0.0546875)  # the peak is the last sample of the search
def test_the_peak_is_found_between_samples(fs: float, fraction: float, miss_s: float) -> None:
    at = round(fs) + fraction
    filtered = filter_record(qrs(fs, at), fs, None)
    found = refine(filtered, fs, round(at + miss_s * fs))
    assert abs(found - at) / fs < 0.0005


@pytest.mark.parametrize("sign", [1, -1])
def test_an_rs_complex_stays_on_the_lead_s_side(sign: int) -> None:
    near_equal = sign * qrs(360.0, 360, up=1.0, down=1.2)
    assert refine(near_equal, 360.0, 366, polarity=sign) == pytest.approx(360, abs=1.5)
    opposite = sign * qrs(360.0, 360, up=1.0, down=1.5)
    assert refine(opposite, 360.0, 366, polarity=sign) == pytest.approx(374.4, abs=1.5)
    assert 1.2 < OPPOSITE_SHARE < 1.5


@given(origin=st.integers(0, 2**40))
def test_an_origin_is_added_whole(origin: int) -> None:
    signal = qrs(360.0, 360.3)
    found = refine(signal, 360.0, 362, origin=origin)
    assert abs(found - origin - refine(signal, 360.0, 362)) <= np.spacing(found)


@pytest.mark.parametrize("forgotten", [100, 200, 331])
def test_forgetting_the_past_changes_no_bit(forgotten: int) -> None:
    signal = qrs(360.0, 360.3)
    expected = refine(signal, 360.0, 362, origin=5000)
    kept = refine(signal[forgotten:], 360.0, 362 - forgotten, origin=5000 + forgotten)
    assert kept == expected


def test_the_search_reaches_as_far_as_it_is_told() -> None:
    signal = qrs(1000.0, 1000)
    assert refine(signal, 1000.0, 1030, search_ms=40) == pytest.approx(1000, abs=0.1)
    assert refine(signal, 1000.0, 1030, search_ms=20) == 1010


@pytest.mark.parametrize(
    ("signal", "approximate", "expected"),
    [
        ([], 3, 3.0),
        ([5.0], 0, 0.0),
        ([0.0, 0.0, 0.0], 1, 0.0),
        ([1.0, 1.0, 1.0], 2, 0.0),
        ([0.0, 1.0, 2.0], 1, 2.0),
        ([2.0, 1.0, 0.0], 1, 0.0),
        ([1.0, 2.0], 90, 90.0),
        ([0.0, 1.0, 1.0, 0.0], 1, 1.5),
        ([1 - 2**-53, 1.0, 1.0], 1, 1.0),  # no curvature is left after rounding
    ],
)
def test_at_the_edges_the_place_is_a_sample(
    signal: list[float], approximate: int, expected: float
) -> None:
    assert refine(np.array(signal), 100.0, approximate) == expected


def test_polarity_is_the_direction_of_the_deflection() -> None:
    assert polarity_of(np.array([0.0, 2.0, 0.1])) == 1.0
    assert polarity_of(np.array([0.0, -2.0])) == -1.0
    assert polarity_of(np.array([3.0, -1.0])) == 0.5
    assert polarity_of(np.zeros(4)) == 0.0
    assert polarity_of(np.empty(0)) == 0.0


@given(st.lists(st.floats(-1e6, 1e6), max_size=20))
def test_polarity_turns_with_the_signal(values: list[float]) -> None:
    signal = np.array(values)
    assert -1.0 <= polarity_of(signal) <= 1.0
    assert polarity_of(-signal) == -polarity_of(signal)
