"""The streaming filters: what passes, what does not, how late, and the same however it is cut."""

from collections.abc import Callable

import numpy as np
import pytest
from scipy.signal import firwin

from sibeat.ecg.errors import ConfigError
from sibeat.ecg.filters import (
    BAND_HZ,
    LinearPhaseFir,
    band_pass_taps,
    band_taps,
    beat_taps,
    filter_record,
    notch_hz,
)
from sibeat.ecg.stream import DoubleArray

RATES = [100.0, 111.5, 125.0, 128.0, 180.0, 250.0, 257.3, 360.0, 500.0, 1000.0, 2000.0]
MAINS = [None, 50.0, 60.0]


def gain(taps: DoubleArray, fs: float, hz: float) -> float:
    return float(abs(taps @ np.exp(-2j * np.pi * hz * np.arange(len(taps)) / fs)))


def noise(n: int) -> DoubleArray:
    return np.random.default_rng(1).normal(size=n)


@pytest.mark.parametrize("band_hz", [BAND_HZ, (3.0, 45.0), (5.0, 15.0), (10.0, 24.0)])
@pytest.mark.parametrize("fs", RATES)
def test_the_window_design_is_scipy_s(fs: float, band_hz: tuple[float, float]) -> None:
    for n_taps in (3, 31, 2 * int(0.15 * fs) + 1):
        expected = firwin(n_taps, band_hz, pass_zero=False, fs=fs)
        # to the bit with scipy 1.17; another release may add in another order
        assert band_pass_taps(n_taps, band_hz, fs) == pytest.approx(expected, rel=0, abs=1e-15)


@pytest.mark.parametrize("mains_hz", MAINS)
@pytest.mark.parametrize("fs", RATES)
class TestResponse:
    def test_edges_are_half_gain(self, fs: float, mains_hz: float | None) -> None:
        for edge in BAND_HZ:
            decibels = 20 * np.log10(gain(beat_taps(fs, mains_hz), fs, edge))
            assert decibels == pytest.approx(-6.0, abs=0.6)

    def test_band_passes_level_and_nothing_is_raised(
        self, fs: float, mains_hz: float | None
    ) -> None:
        taps = beat_taps(fs, mains_hz)
        assert all(gain(taps, fs, hz) > 0.89 for hz in np.linspace(6, 34, 57))  # -1 dB
        assert all(gain(taps, fs, hz) < 1.03 for hz in np.linspace(0, fs / 2, 201))

    def test_zeros_are_exact(self, fs: float, mains_hz: float | None) -> None:
        taps = beat_taps(fs, mains_hz)
        assert gain(taps, fs, 0.0) < 1e-14
        notch = notch_hz(fs, mains_hz)
        if notch is not None:
            assert gain(taps, fs, notch) < 1e-13

    def test_phase_is_linear_and_delay_at_most_150_ms(
        self, fs: float, mains_hz: float | None
    ) -> None:
        taps = beat_taps(fs, mains_hz)
        assert len(taps) % 2 == 1
        np.testing.assert_allclose(taps, taps[::-1], rtol=0, atol=1e-15)
        assert LinearPhaseFir(taps).latency / fs <= 0.150
        assert len(band_taps(fs, (8.0, 20.0))) == len(taps)  # the bands lag alike


@pytest.mark.parametrize(
    ("fs", "mains_hz", "expected"),
    [
        (111.0, 50.0, None),
        (112.0, 50.0, 50.0),
        (133.0, 60.0, None),
        (134.0, 60.0, 60.0),
        (100.0, 50.0, None),
        (2000.0, 60.0, 60.0),
        (360.0, None, None),
    ],
)
def test_a_notch_needs_room_below_nyquist(
    fs: float, mains_hz: float | None, expected: float | None
) -> None:
    assert notch_hz(fs, mains_hz) == expected


@pytest.mark.parametrize("design", [beat_taps, lambda fs, _: band_taps(fs, (8.0, 20.0))])
@pytest.mark.parametrize("fs", [0.0, -360.0, 99.0, 2001.0, np.nan, np.inf])
def test_other_rates_are_refused(
    design: Callable[[float, float | None], DoubleArray], fs: float
) -> None:
    with pytest.raises(ConfigError, match="expected 100 to 2000 Hz"):
        design(fs, None)


def test_taps_are_shared_and_cannot_be_changed() -> None:
    taps = beat_taps(360.0, 50.0)
    assert beat_taps(360.0, 50.0) is taps
    with pytest.raises(ValueError, match="read-only"):
        taps[0] = 1.0


@pytest.mark.parametrize("fs", RATES)
def test_mains_and_offset_vanish_from_a_stream(fs: float) -> None:
    moment = np.arange(round(4 * fs)) / fs
    hum = 300.0 + np.sin(2 * np.pi * 50.0 * moment + 0.4)
    filtered = filter_record(hum, fs, 50.0)
    inner = filtered[round(0.3 * fs) : -round(0.3 * fs)]
    if notch_hz(fs, 50.0) is not None:
        assert np.abs(inner).max() < 1e-11
    assert np.abs(filter_record(np.full(len(hum), 300.0), fs, 50.0)).max() < 1e-11


@pytest.mark.parametrize("fs", RATES)
def test_a_pulse_stays_in_its_place_and_symmetric(fs: float) -> None:
    at = round(fs)
    filtered = filter_record(np.eye(1, 2 * at + 1, at)[0], fs, 50.0)
    assert len(filtered) == 2 * at + 1
    assert filtered.argmax() == at
    np.testing.assert_allclose(filtered, filtered[::-1], rtol=0, atol=1e-15)


@pytest.mark.parametrize("fs", [100.0, 250.0, 1000.0])
def test_no_split_changes_a_bit(cut: Callable[[DoubleArray], list[DoubleArray]], fs: float) -> None:
    samples = noise(1500)
    fir = LinearPhaseFir(beat_taps(fs, 50.0))
    pieces = [*map(fir.feed, cut(samples)), fir.flush()]
    np.testing.assert_array_equal(np.concatenate(pieces), filter_record(samples, fs, 50.0))


@pytest.mark.parametrize("fs", [100.0, 360.0])
def test_output_comes_at_the_stated_latency_and_never_changes(fs: float) -> None:
    samples = noise(600)
    whole = filter_record(samples, fs, None)
    for n in (1, 10, 44, 45, 46, 54, 55, 56, 300):
        fir = LinearPhaseFir(beat_taps(fs, None))
        known = fir.feed(samples[:n])
        assert len(known) == max(0, n - fir.latency)
        np.testing.assert_array_equal(known, whole[: len(known)])


@pytest.mark.parametrize("n", [0, 1, 10, 53, 54, 55, 107, 108, 109, 110])
def test_short_streams_come_out_whole(n: int) -> None:
    filtered = filter_record(noise(n), 360.0, 50.0)
    assert len(filtered) == n
    assert np.isfinite(filtered).all()


def test_before_the_first_sample_the_signal_is_taken_to_be_constant() -> None:
    at_start = filter_record(np.full(400, 1e6), 360.0, 50.0)
    assert np.abs(at_start).max() < 1e-6  # no step from zero


def test_flush_and_reset_start_anew() -> None:
    samples = noise(500)
    fresh = filter_record(samples, 250.0, 50.0)
    fir = LinearPhaseFir(beat_taps(250.0, 50.0))
    for forget in (fir.flush, fir.reset):
        fir.feed(noise(333) + 5.0)
        forget()
        again = fir.feed(samples)
        np.testing.assert_array_equal(again, fresh[: len(again)])
        fir.reset()
    fir.feed(noise(333) + 5.0)
    assert not np.array_equal(fir.feed(samples)[: len(fresh)], fresh)  # and without, it differs
