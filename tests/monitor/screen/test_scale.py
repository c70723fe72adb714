"""The scale: standard gains, stated truly, and the signal fits."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sibeat.monitor.screen.canvas import DOTS_Y
from sibeat.monitor.screen.scale import GAINS_MM_MV, choose_scale, samples_per_dot, sweep_mm_s

EXTENTS = st.tuples(st.floats(-1e6, 1e6).filter(lambda x: abs(x) > 1e-3), st.floats(1e-3, 1e6)).map(
    lambda pair: (pair[0], pair[0] + pair[1])
)


@given(EXTENTS, st.integers(2, 60))
def test_arbitrary_units_always_fit(extent, n_rows):
    scale = choose_scale(extent, "a.u.", 0, n_rows)
    assert (extent[1] - extent[0]) * scale.dots_per_unit <= n_rows * DOTS_Y
    assert 0 <= scale.zero_dot < n_rows * DOTS_Y


@given(st.floats(-4, 0), st.floats(0.01, 4), st.integers(3, 60))
def test_millivolts_get_a_standard_gain_that_fits_if_one_does(low, high, n_rows):
    scale = choose_scale((low, high), "mV", 0, n_rows)
    gain = scale.dots_per_unit / 2
    assert gain in GAINS_MM_MV
    assert scale.text == f"{gain:g} mm/mV"
    assert gain == GAINS_MM_MV[-1] or (high - low) * gain <= n_rows * 2


def test_one_millivolt_is_ten_millimetres_at_the_stated_gain():
    scale = choose_scale((-0.5, 1.2), "mV", 0, 10)
    assert scale.text == "10 mm/mV"
    assert scale.dots_per_unit == 20
    assert scale.zero_dot - 1.0 * scale.dots_per_unit == pytest.approx(20 + 7 - 20, abs=1)


@pytest.mark.parametrize("steps", [-2, -1, 1, 3])
def test_gain_steps_double_and_halve(steps):
    one = choose_scale((-0.5, 1.2), "mV", 0, 10)
    other = choose_scale((-0.5, 1.2), "mV", steps, 10)
    assert other.dots_per_unit == one.dots_per_unit * 2.0**steps
    assert other.text == f"{10 * 2.0**steps:g} mm/mV"


def test_the_unit_of_a_raw_signal_is_a_round_number():
    assert choose_scale((0, 1023), "a.u.", 0, 10).text == "1 mm = 100 a.u. (autoscaled)"
    assert choose_scale((0, 1023), "a.u.", 1, 10).text == "1 mm = 50 a.u. (autoscaled × 2)"


@pytest.mark.parametrize("extent", [None, (0.0, 0.0), (5.0, 5.0)])
def test_a_flat_or_missing_signal_has_a_scale(extent):
    assert choose_scale(extent, "mV", 0, 10).text == "10 mm/mV"


def test_twenty_five_millimetres_a_second_are_twenty_five_columns():
    assert 2 * samples_per_dot(360.0, 25.0) == pytest.approx(360.0 / 25)
    assert sweep_mm_s(118) == 25.0
    assert sweep_mm_s(78) == 12.5
