"""The beat window against signals whose every value is known, at every rate."""

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from sibeat.ecg.beats import (
    GRID_FS,
    LEAST_AMPLITUDE,
    N_WINDOW,
    WINDOW_AFTER,
    WINDOW_BEFORE,
    cut_window,
    normalise,
    samples_after,
    samples_before,
)
from sibeat.ecg.stream import DoubleArray

RATES = [100.0, 111.0, 125.0, 180.0, 250.0, 257.3, 360.0, 500.0, 1000.0, 2000.0]
TONES = ((5.0, 1.0, 0.3), (12.5, 0.7, 1.1), (24.0, 0.5, -0.4), (34.0, 0.3, 2.0))
"""frequency in Hz, amplitude, phase: all within the beat's band"""
GRID = np.arange(-WINDOW_BEFORE, WINDOW_AFTER) / GRID_FS


def analytic(moment: DoubleArray) -> DoubleArray:
    tones = (size * np.sin(2 * np.pi * hz * moment + phase) for hz, size, phase in TONES)
    return np.sum(list(tones), axis=0)


def gaussian(moment: DoubleArray) -> DoubleArray:
    return np.exp(-0.5 * (moment / 0.012) ** 2)


@pytest.mark.parametrize("fraction", [0.0, 0.25, 0.4999, 0.5, 0.77, 0.99999])
@pytest.mark.parametrize("fs", RATES)
def test_a_window_reads_the_analytic_signal_between_samples(fs: float, fraction: float) -> None:
    r_peak = round(1.5 * fs) + fraction
    window = cut_window(analytic(np.arange(round(3 * fs)) / fs), fs, r_peak)
    assert window.shape == (N_WINDOW,)
    assert window.dtype == np.float32
    np.testing.assert_allclose(window, analytic(r_peak / fs + GRID), atol=0.01)


@given(fs=st.floats(100.0, 2000.0), offset=st.floats(0.0, 1.0))
def test_one_beat_gives_one_window_at_any_rate_and_place(fs: float, offset: float) -> None:
    r_peak = round(fs) + offset
    signal = gaussian((np.arange(round(2 * fs)) - r_peak) / fs)
    window = cut_window(signal, fs, r_peak)
    np.testing.assert_allclose(window, gaussian(GRID), atol=0.01)
    assert window.argmax() == WINDOW_BEFORE


@pytest.mark.parametrize("fs", RATES)
def test_a_grid_point_on_a_sample_is_that_sample(fs: float) -> None:
    signal = np.random.default_rng(3).normal(size=round(3 * fs))
    window = cut_window(signal, fs, round(1.5 * fs))
    assert window[WINDOW_BEFORE] == pytest.approx(signal[round(1.5 * fs)], abs=1e-6)


@pytest.mark.parametrize("fraction", [0.0, 0.37, 0.99])
@pytest.mark.parametrize("fs", RATES)
def test_a_window_needs_only_the_samples_it_states(fs: float, fraction: float) -> None:
    signal = np.random.default_rng(4).normal(size=round(3 * fs))
    r_peak = round(1.5 * fs) + fraction
    low = int(np.floor(r_peak - samples_before(fs)))
    high = int(np.floor(r_peak + samples_after(fs))) + 1
    changed = signal.copy()
    changed[:low] = 1e9
    changed[high:] = -1e9
    expected = cut_window(signal, fs, r_peak)
    np.testing.assert_array_equal(cut_window(changed, fs, r_peak), expected)
    piece = cut_window(signal[low:high], fs, r_peak - low)
    np.testing.assert_allclose(piece, expected, atol=1e-3)  # a phase of the table may differ


def test_beyond_the_signal_its_ends_are_repeated() -> None:
    signal = np.linspace(1.0, 2.0, 50)
    window = cut_window(signal, 360.0, 20.0)
    assert window[0] == pytest.approx(1.0, abs=1e-6)
    assert window[-1] == pytest.approx(2.0, abs=1e-6)
    assert cut_window(np.array([3.0]), 360.0, 0.0) == pytest.approx(np.full(N_WINDOW, 3.0))


@example([0.0, 1e-38], 1e-3)
@given(
    st.lists(st.floats(-1e6, 1e6, width=32), min_size=2, max_size=40),
    st.sampled_from([1.0, 1000.0, 1e-3]),
)
def test_normalised_windows_reach_from_minus_one_to_one(values: list[float], unit: float) -> None:
    window = np.array(values, np.float32) * np.float32(unit)
    normal, amplitude = normalise(window)
    assert normal.dtype == np.float32
    span = float(window.max() - window.min())
    if span < LEAST_AMPLITUDE:
        assert amplitude == 0.0
        assert not normal.any()
    else:
        assert amplitude == span
        assert (normal >= -1.0).all()
        assert (normal <= 1.0).all()


def test_normalising_takes_unit_and_offset_away() -> None:
    window = np.sin(GRID * 20).astype(np.float32)
    normal, amplitude = normalise(window)
    assert (normal.min(), normal.max()) == (-1.0, 1.0)
    other, _ = normalise(window * np.float32(1000.0) + np.float32(250.0))
    np.testing.assert_allclose(other, normal, atol=1e-4)
    assert amplitude == pytest.approx(2.0, abs=1e-3)
