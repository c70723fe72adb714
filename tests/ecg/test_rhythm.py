"""The usual RR interval, and the heart rate by the rules of bedside monitors."""

import math
from statistics import median

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sibeat.ecg.rhythm import LONGEST_RR_S, USUAL_BEATS, Rhythm

RR = st.floats(0.2, 6.0)


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


def test_the_log_ratio_is_symmetric_about_the_usual() -> None:
    rhythm = after(*[0.8] * 8)
    assert rhythm.log_ratio(0.8) == 0.0
    assert rhythm.log_ratio(0.4) == pytest.approx(-math.log(2))
    assert rhythm.log_ratio(1.6) == pytest.approx(math.log(2))


def test_an_unknown_interval_is_neither_early_nor_late() -> None:
    rhythm = after(*[0.8] * 8)
    assert rhythm.log_ratio(None) == 0.0
    assert rhythm.log_ratio(0.0) == 0.0
    assert Rhythm().log_ratio(0.5) == 0.0
