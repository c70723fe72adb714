"""The usual RR interval, and the heart rate by the rules of bedside monitors."""

import math
from collections.abc import Callable
from pathlib import Path
from statistics import median
from typing import TypeAlias

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sibeat.ecg.annotation import read_annotations
from sibeat.ecg.rhythm import (
    DISORDER,
    LEAST_ORDERED,
    LEAST_RR_WEIGHT,
    LONGEST_RR_S,
    USUAL_BEATS,
    Rhythm,
    disorder,
)

RR = st.floats(0.2, 6.0)
LogRr: TypeAlias = Callable[[Rhythm, float | None], float]


def after(*rr_s: float) -> Rhythm:
    rhythm = Rhythm()
    for rr in rr_s:
        rhythm.add(rr)
    return rhythm


@pytest.mark.parametrize(
    ("rr_s", "bpm"),
    [
        ([0.8], 75.0),
        ([0.5, 1.0], 80.0),  # the mean of RR, not of rates
        ([2.0] * 5 + [0.5] * 12, 120.0),  # the last 12
        ([0.6] * 8 + [0.5] * 4, 60 * 12 / 6.8),
        ([0.6] * 9 + [1.3, 1.3], 60 * 11 / 8.0),  # two in a row are not three
        ([0.6] * 9 + [1.5, 1.5, 1.5], 60 * 4 / 5.1),  # the last 4, the fourth was short
        ([0.6] * 9 + [1.5, 1.5, 1.5, 1.5], 40.0),
        ([0.6] * 9 + [1.5, 1.5, 1.5, 0.6], 60 * 12 / 9.9),  # no three in a row at the end
        ([0.6] * 9 + [1.2, 1.2, 1.2], 60 * 12 / 9.0),  # 1,200 ms does not exceed 1,200 ms
        ([1.5, 1.5], 40.0),
        ([1.5, 1.5, 1.5], 40.0),
    ],
)
def test_heart_rate(rr_s: list[float], bpm: float) -> None:
    assert after(*rr_s).rate_bpm == pytest.approx(bpm)


def test_no_rate_before_an_interval_nor_after_a_loss() -> None:
    rhythm = Rhythm()
    assert rhythm.rate_bpm is None
    rhythm.add(0.8)
    rhythm.interrupt()
    assert rhythm.rate_bpm is None
    rhythm.add(0.5)
    assert rhythm.rate_bpm == pytest.approx(120.0)  # only what came after the loss


def test_the_usual_rr_outlives_a_loss() -> None:
    rhythm = after(0.8, 0.8, 0.9, 0.7)
    rhythm.interrupt()
    assert rhythm.usual_rr_s == pytest.approx(0.8)


@pytest.mark.parametrize("seed", range(5))
def test_intervals_of_noise_are_of_the_rate_and_teach_nothing(seed: int) -> None:
    rhythm = after(*[0.8] * 20)
    expected = rhythm.log_preceding(0.5), rhythm.log_following(1.4)
    for rr_s in np.random.default_rng(seed).uniform(0.2, 0.8, 60):
        rhythm.add(float(rr_s), known=False)
    assert (rhythm.log_preceding(0.5), rhythm.log_following(1.4)) == expected
    assert rhythm.usual_rr_s == 0.8
    assert rhythm.rate_bpm is not None
    assert rhythm.rate_bpm > 76.0


def test_no_usual_rr_before_the_fourth() -> None:
    assert after(0.8, 0.8, 0.8).usual_rr_s is None
    assert after(0.8, 0.8, 0.8, 4.0).usual_rr_s is None  # a pause is none
    assert after(0.8, 0.8, 4.0, 0.8, 0.8).usual_rr_s == 0.8


@given(st.lists(RR, min_size=4, max_size=100))
def test_the_usual_rr_is_the_running_median_of_what_is_no_pause(rr_s: list[float]) -> None:
    learnt = [rr for rr in rr_s if rr < LONGEST_RR_S]
    expected = median(learnt[-USUAL_BEATS:]) if len(learnt) >= 4 else None
    assert after(*rr_s).usual_rr_s == pytest.approx(expected)


@given(st.lists(RR, min_size=1, max_size=40))
def test_a_rate_lies_between_the_fastest_and_the_slowest(rr_s: list[float]) -> None:
    bpm = after(*rr_s).rate_bpm
    assert bpm is not None
    recent = rr_s[-12:]
    assert 60 / max(recent) - 1e-9 <= bpm <= 60 / min(recent) + 1e-9


@pytest.mark.parametrize("log_rr", [Rhythm.log_preceding, Rhythm.log_following])
def test_logs_are_symmetric_about_the_usual(log_rr: LogRr) -> None:
    rhythm = after(*[0.8] * 8)
    assert log_rr(rhythm, 0.8) == 0.0
    assert log_rr(rhythm, 0.4) == pytest.approx(-math.log(2))
    assert log_rr(rhythm, 1.6) == pytest.approx(math.log(2))


@pytest.mark.parametrize("log_rr", [Rhythm.log_preceding, Rhythm.log_following])
def test_an_unknown_interval_is_neither_early_nor_late(log_rr: LogRr) -> None:
    rhythm = after(*[0.8] * 8)
    assert log_rr(rhythm, None) == 0.0
    assert log_rr(rhythm, 0.0) == 0.0
    assert log_rr(Rhythm(), 0.5) == 0.0


def wandering(n: int, spread: float) -> list[float]:
    """RR intervals, s, each drawn for itself, as in atrial fibrillation."""
    drawn = np.random.default_rng(2).normal(0.0, spread, n)
    return [float(rr) for rr in 0.7 * np.exp(drawn)]


BREATHING = [0.8 + 0.08 * math.sin(k / 2.0) for k in range(40)]
ORDERED = {
    "steady": [0.8] * 40,
    "breathing": BREATHING,
    "single ectopics": ([0.8] * 6 + [0.5, 1.1]) * 5,
    "every fifth early": ([0.8] * 3 + [0.5, 1.1]) * 8,
    "quadrigeminy": ([0.8] * 2 + [0.5, 1.1]) * 10,
    "early without a pause": ([0.8] * 3 + [0.52]) * 10,
    "bigeminy": [0.5, 1.1] * 20,
    "trigeminy": [0.8, 0.5, 1.1] * 14,
    "a run": [0.8] * 30 + [0.4] * 10,
}


@pytest.mark.parametrize("name", ORDERED)
def test_an_interval_says_all_where_there_is_order(name: str) -> None:
    rhythm = after(*ORDERED[name])
    usual_rr_s = rhythm.usual_rr_s
    assert usual_rr_s is not None
    assert rhythm.log_preceding(0.5 * usual_rr_s) == pytest.approx(-math.log(2))
    assert rhythm.log_following(2.0 * usual_rr_s) == pytest.approx(math.log(2))


def test_what_is_early_or_a_pause_says_half_in_a_heart_without_order() -> None:
    rhythm = after(*wandering(40, 0.35))
    usual_rr_s = rhythm.usual_rr_s
    assert usual_rr_s is not None
    assert rhythm.log_preceding(0.5 * usual_rr_s) == pytest.approx(-LEAST_RR_WEIGHT * math.log(2))
    assert rhythm.log_following(2.0 * usual_rr_s) == pytest.approx(LEAST_RR_WEIGHT * math.log(2))
    # what speaks for a beat counts in full
    assert rhythm.log_preceding(2.0 * usual_rr_s) == pytest.approx(math.log(2))
    assert rhythm.log_following(0.5 * usual_rr_s) == pytest.approx(-math.log(2))


def test_less_disorder_takes_less_away_and_order_comes_back() -> None:
    said = []
    for spread in (0.03, 0.15, 0.3):
        rhythm = after(*wandering(40, spread))
        said.append(rhythm.log_preceding(0.5 * (rhythm.usual_rr_s or 0.0)) / math.log(0.5))
    assert said[0] == pytest.approx(1.0)
    assert 1.0 > said[1] > said[2] == LEAST_RR_WEIGHT
    rhythm = after(*wandering(40, 0.3), *[0.7] * USUAL_BEATS)
    assert rhythm.log_preceding(0.35) == pytest.approx(-math.log(2))


def test_nothing_is_called_disorder_from_a_few_intervals() -> None:
    few = wandering(LEAST_ORDERED - 1, 0.3)
    rhythm = after(*few)
    assert rhythm.log_preceding(0.2) == pytest.approx(math.log(0.2 / median(few)))


def test_disorder_is_that_of_the_period_that_fits_best() -> None:
    assert disorder([0.0, 1.0] * 6) == 0.0
    assert disorder([0.0, 1.0, 2.0] * 6) == 0.0
    assert disorder([0.0, 1.0, 3.0, 7.0] * 6) == 0.0
    assert disorder([0.0, 1.0, 3.0, 7.0, 15.0] * 6) == 3.0
    assert disorder(([0.0] * 5 + [1.0, -1.0, 2.0]) * 4) == 0.0


def test_premature_beats_at_random_mostly_leave_order() -> None:
    rng = np.random.default_rng(3)
    n_without = 0
    for _ in range(200):
        rr_s: list[float] = []
        while len(rr_s) < USUAL_BEATS:
            steady = float(0.8 * np.exp(0.02 * rng.normal()))
            rr_s += [0.52, 1.08] if rng.random() < 0.2 else [steady]
        n_without += disorder(np.log(rr_s[-USUAL_BEATS:]).tolist()) > DISORDER
    assert n_without < 0.15 * 200


def test_atrial_fibrillation_has_no_order_and_ectopic_beats_have(mitdb: Path) -> None:
    found = {}
    for name in ("203", "222", "100", "119", "106", "208"):
        reference = read_annotations(mitdb / name, "atr")
        rr_s = np.diff(reference.samples[reference.beat_mask]) / 360.0
        logs = np.log(np.maximum(rr_s, 0.1)).tolist()
        parts = [disorder(logs[k : k + USUAL_BEATS]) for k in range(0, len(logs) - 40, 32)]
        found[name] = median(parts)
    assert min(found[name] for name in ("203", "222")) > DISORDER
    assert max(found[name] for name in ("100", "119", "106", "208")) < DISORDER
