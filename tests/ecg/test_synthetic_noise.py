"""Noise of the synthetic ECG: hum, motion, and how strong."""

import numpy as np
import pytest

from sibeat.ecg.synthetic_noise import NoiseSettings
from sibeat.ecg.synthetic_rhythm import RhythmSettings
from sibeat.ecg.synthetic_settings import SyntheticSettings

from .conftest import QUIET, heart, render


def test_motion_is_strong_where_it_is_labelled_and_absent_elsewhere() -> None:
    still = SyntheticSettings(RhythmSettings(onset_s=2), QUIET)
    moved = SyntheticSettings(RhythmSettings(onset_s=2), NoiseSettings(0, None, motion_rate=6))
    quiet, _ = render(still, 250, 60)
    noisy, labels = render(moved, 250, 60)
    inside = np.zeros(len(quiet), bool)
    for interval in labels.intervals:
        assert interval.kind == "noise"
        inside[interval.start - 1 : interval.stop + 1] = True
    difference = noisy - quiet
    assert np.std(difference[inside]) > 0.1
    assert not difference[~inside].any()


@pytest.mark.parametrize("mains", [50.0, 60.0])
def test_mains_hum_has_its_frequency_and_none_above_nyquist(mains: float) -> None:
    fs = 500.0
    humming, _ = render(SyntheticSettings(noise=NoiseSettings(5, mains)), fs, 20)
    silent, _ = render(SyntheticSettings(noise=NoiseSettings(5, None)), fs, 20)
    spectrum = np.abs(np.fft.rfft(humming - silent))
    assert np.fft.rfftfreq(len(humming), 1 / fs)[np.argmax(spectrum)] == mains
    with_mains, _ = render(SyntheticSettings(noise=NoiseSettings(5, mains)), 100, 5)
    without, _ = render(SyntheticSettings(noise=NoiseSettings(5, None)), 100, 5)
    assert with_mains.tobytes() == without.tobytes()


def test_noise_level_scales_the_noise() -> None:
    clean, _ = render(heart(), 250, 60)
    good, _ = render(SyntheticSettings(noise=NoiseSettings(1)), 250, 60)
    bad, _ = render(SyntheticSettings(noise=NoiseSettings(10)), 250, 60)
    assert 0.02 < np.std(good - clean) < 0.08
    assert np.std(bad - clean) == pytest.approx(10 * np.std(good - clean), rel=0.01)
