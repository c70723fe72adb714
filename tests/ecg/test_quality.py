"""Raw quality second by second, and noise by beats: without a single millivolt."""

from collections.abc import Callable

import numpy as np
import pytest

from sibeat.ecg.quality import (
    NOISY_BEATS,
    TRUSTED_CREST,
    Extremes,
    NoiseMeter,
    RawJudgement,
    RawQualityMeter,
)
from sibeat.ecg.stream import DoubleArray

FS = 250.0
UNITS = {"mV": (1.0, 0.0), "V": (1e-3, 0.0), "counts": (200.0, 1024.0), "inverted": (-1.0, 5.0)}


def seconds(*kinds: str) -> DoubleArray:
    """Give a second of each kind: an ECG-like signal, a constant, the highest or lowest value."""
    wave = np.sin(2 * np.pi * np.arange(250) / FS) + 0.3 * np.sin(np.arange(250))
    constants = {"middle": 0.0, "top": wave.max(), "bottom": wave.min(), "beyond": 9.0}
    return np.concatenate([wave if k == "wave" else np.full(250, constants[k]) for k in kinds])


def judge(samples: DoubleArray, fs: float = FS) -> list[str]:
    return [second.quality for second in RawQualityMeter(fs, 0).feed(samples)]


@pytest.mark.parametrize("unit", UNITS)
@pytest.mark.parametrize(
    ("kinds", "expected"),
    [
        (["wave", "wave"], ["good", "good"]),
        (["wave", "middle", "wave"], ["good", "flat", "good"]),
        (["wave", "top", "wave"], ["good", "rail", "good"]),
        (["wave", "bottom", "bottom"], ["good", "rail", "rail"]),
        (["wave", "beyond", "beyond", "middle"], ["good", "rail", "rail", "flat"]),
        (["middle", "middle", "wave"], ["flat", "flat", "good"]),
        (["beyond", "wave", "beyond"], ["flat", "good", "rail"]),
    ],
)
def test_flat_rail_and_good_in_any_unit(unit: str, kinds: list[str], expected: list[str]) -> None:
    gain, offset = UNITS[unit]
    assert judge(seconds(*kinds) * gain + offset) == expected


def heart_over_a_coarse_line(n_seconds: int) -> DoubleArray:
    """Upright waves on a baseline that is the lowest number, as coarse converters give it."""
    at = np.arange(250)
    beat = np.exp(-0.5 * ((at - 125) / 4) ** 2) + 0.2 * np.exp(-0.5 * ((at - 190) / 12) ** 2)
    return np.tile(np.round(40 * beat) + 100, n_seconds)


@pytest.mark.parametrize("upright", [1, -1])
def test_the_baseline_of_a_heart_that_stopped_is_no_rail(upright: int) -> None:
    stopped = np.concatenate((heart_over_a_coarse_line(12), np.full(1000, 100.0)))
    assert judge(upright * stopped)[-4:] == ["flat"] * 4
    beyond = np.concatenate((stopped, np.full(500, 99.0), heart_over_a_coarse_line(1)))
    assert judge(upright * beyond)[-3:] == ["rail", "rail", "good"]


def test_a_clipped_wave_does_not_rest_at_the_rail() -> None:
    clipped = np.minimum(heart_over_a_coarse_line(20), 120.0)
    assert judge(np.concatenate((clipped, np.full(500, 120.0))))[-2:] == ["rail", "rail"]


@pytest.mark.parametrize("rail", [0.0, 1023.0])
def test_hum_that_is_clipped_at_both_rails_rests_at_none(rail: float) -> None:
    hum = np.clip(5000.0 * np.sin(2 * np.pi * 50.0 * np.arange(3000) / FS + 0.3), 0.0, 1023.0)
    assert judge(np.concatenate((hum, np.full(500, rail))))[-2:] == ["rail", "rail"]
    slow = np.clip(5000.0 * np.sin(2 * np.pi * 1.0 * np.arange(3000) / FS), 0.0, 1023.0)
    assert judge(np.concatenate((slow, np.full(500, rail))))[-2:] == ["rail", "rail"]


@pytest.mark.parametrize("at_rail", ["top", "bottom", "beyond"])
def test_a_rail_is_one_after_a_loss_too(at_rail: str) -> None:
    extremes = Extremes()
    before, after = (
        RawQualityMeter(FS, start, extremes).feed(seconds(*kinds))
        for start, kinds in ((0, ("wave", at_rail)), (600, (at_rail, "middle", "wave")))
    )
    assert [second.quality for second in before] == ["good", "rail"]
    assert [second.quality for second in after] == ["rail", "flat", "good"]


def test_one_count_of_change_is_no_flat_line() -> None:
    samples = np.zeros(250)
    samples[100] = 1.0
    assert judge(samples) == ["good"]


def test_no_split_changes_a_judgement(
    cut: Callable[[DoubleArray], list[DoubleArray]],
) -> None:
    samples = seconds("wave", "top", "wave", "middle", "beyond", "wave")[:-33]
    meter = RawQualityMeter(FS, 700)
    split = [judgement for chunk in cut(samples) for judgement in meter.feed(chunk)]
    assert split == RawQualityMeter(FS, 700).feed(samples)
    assert [(j.start, j.stop) for j in split] == [(700 + 250 * k, 950 + 250 * k) for k in range(5)]


@pytest.mark.parametrize("fs", [100.0, 257.3, 360.0, 2000.0])
def test_a_second_is_judged_with_its_last_sample(fs: float) -> None:
    meter = RawQualityMeter(fs, 10)
    assert meter.feed(np.zeros(round(fs) - 1)) == []
    assert meter.feed(np.zeros(1)) == [RawJudgement(10, 10 + round(fs), "flat")]


def test_no_sample_is_no_judgement() -> None:
    assert judge(np.empty(0)) == []


def test_half_of_the_last_four_beats_make_it_noisy() -> None:
    meter = NoiseMeter()
    good, bad = TRUSTED_CREST, TRUSTED_CREST - 0.01
    said = []
    for crest in (bad, bad, good, good, good, bad, good, bad, bad, good, good, good):
        assert meter.add(crest) == (crest == good)
        said.append(meter.noisy)
    assert said == [False] * 3 + [True, False, False, False, True, True, True, True, False]


def test_no_noise_before_the_fourth_beat() -> None:
    meter = NoiseMeter()
    assert not meter.noisy
    for _ in range(NOISY_BEATS - 1):
        meter.add(-5.0)
        assert not meter.noisy
    meter.add(-5.0)
    assert meter.noisy


def test_a_beat_that_repeats_is_trusted_whatever_its_crest() -> None:
    meter = NoiseMeter()
    assert [meter.add(0.0, repeats=True) for _ in range(2 * NOISY_BEATS)] == [True] * 8
    assert not meter.noisy
