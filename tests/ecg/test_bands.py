"""The bands: one index is one moment in all of them, each as late as it says."""

from collections.abc import Callable

import numpy as np
import pytest

from sibeat.ecg.bands import ENVELOPES, Bands, BandSettings
from sibeat.ecg.filters import filter_record
from sibeat.ecg.stream import DoubleArray

RATES = [100.0, 125.0, 360.0, 1000.0]
SETTINGS = BandSettings(250.0, 50.0)


def noise(n: int) -> DoubleArray:
    return np.random.default_rng(2).normal(size=n)


def signals_of(bands: Bands) -> list[DoubleArray]:
    histories = (bands.beat, *bands.envelopes)
    return [history.view(history.start, history.stop).copy() for history in histories]


def whole(samples: DoubleArray, settings: BandSettings = SETTINGS) -> list[DoubleArray]:
    bands = Bands(settings, 0)
    bands.feed(samples)
    bands.end()
    return signals_of(bands)


@pytest.mark.parametrize("fs", [100.0, 250.0])
def test_no_split_changes_a_bit(cut: Callable[[DoubleArray], list[DoubleArray]], fs: float) -> None:
    settings = BandSettings(fs, 50.0)
    bands = Bands(settings, 0)
    for chunk in cut(noise(1500)):
        bands.feed(chunk)
    bands.end()
    for got, expected in zip(signals_of(bands), whole(noise(1500), settings), strict=True):
        assert len(got) == 1500
        np.testing.assert_array_equal(got, expected)


@pytest.mark.parametrize("fs", RATES)
def test_a_pulse_is_at_one_index_in_all_bands(fs: float) -> None:
    at = round(2 * fs)
    beat, *envelopes = whole(np.eye(1, 2 * at + 1, at)[0], BandSettings(fs, 50.0))
    assert beat.argmax() == at
    for envelope in envelopes:
        np.testing.assert_allclose(envelope, envelope[::-1], rtol=0, atol=1e-14)
        assert abs(int(envelope.argmax()) - at) <= 0.02 * fs  # a plateau may have ripples
        assert envelope.min() >= 0.0


@pytest.mark.parametrize("fs", RATES)
def test_stated_latencies_are_true(fs: float) -> None:
    bands = Bands(BandSettings(fs, 50.0), 1000)
    bands.feed(noise(2000))
    assert bands.beat_latency / fs <= 0.150
    assert bands.beat.stop == bands.stop - bands.beat_latency
    for band, envelope in zip(ENVELOPES, bands.envelopes, strict=True):
        assert 0 <= bands.beat.stop - envelope.stop <= band.average_s / 2 * fs


def test_prefixes_give_the_beginning_of_the_whole() -> None:
    samples = noise(700)
    for n in (1, 40, 100, 333):
        bands = Bands(SETTINGS, 0)
        bands.feed(samples[:n])
        for got, expected in zip(signals_of(bands), whole(samples), strict=True):
            np.testing.assert_array_equal(got, expected[: len(got)])


def test_the_beat_band_is_that_of_training() -> None:
    samples = noise(900)
    np.testing.assert_array_equal(whole(samples)[0], filter_record(samples, 250.0, 50.0))


def test_the_end_brings_all_bands_to_the_last_sample_once() -> None:
    bands = Bands(SETTINGS, 50)
    bands.feed(noise(300))
    assert not bands.ended
    for _ in range(2):
        bands.end()
        assert bands.ended
        assert {band.stop for band in (bands.beat, *bands.envelopes)} == {350}


def test_decided_at_is_the_prefix_or_where_the_end_was_seen() -> None:
    bands = Bands(SETTINGS, 50)
    bands.feed(noise(300))
    lag = bands.beat_latency
    assert bands.decided_at(200) == 200 + lag
    bands.end(decided_at=361)
    assert bands.decided_at(350 - lag) == 350
    assert bands.decided_at(351 - lag) == 361
    assert bands.decided_at(900) == 361


def test_an_end_without_a_moment_is_that_of_the_stretch() -> None:
    bands = Bands(SETTINGS, 0)
    bands.feed(noise(300))
    bands.end()
    assert bands.decided_at(299) == 300


@pytest.mark.parametrize("n", [0, 1, 10])
def test_short_stretches_end_whole(n: int) -> None:
    assert [len(signal) for signal in whole(noise(n))] == [n] * (1 + len(ENVELOPES))


def test_forgetting_bounds_what_is_held_and_keeps_the_indices() -> None:
    bands, kept = Bands(SETTINGS, 0), 500
    samples = noise(20_000)
    expected = whole(samples)
    for at in range(0, len(samples), 100):
        bands.feed(samples[at : at + 100])
        bands.forget_before(bands.beat.stop - kept)
        for history, signal in zip((bands.beat, *bands.envelopes), expected, strict=True):
            assert history.stop - history.start <= 2 * kept + 100
            held = history.view(history.start, history.stop)
            np.testing.assert_array_equal(held, signal[history.start : history.stop])
