"""The measure of this patient's ordinary beats."""

import numpy as np
import pytest

from sibeat.model.scorer import Scorer
from sibeat.model.usual_distance import (
    GREATEST_DISTANCE,
    LEAST_BEATS,
    LEAST_DISTANCE,
    MEMORY_BEATS,
    TYPICAL_DISTANCE,
    UsualDistance,
)

from .conftest import made_beat
from .test_scorer import learn, learnt


def after(*distances: float) -> UsualDistance:
    usual = UsualDistance()
    for distance in distances:
        usual.add(distance)
    return usual


def test_a_distance_stands_as_it_is_until_a_few_beats_are_known():
    assert after(*[-5.0] * (LEAST_BEATS - 1)).typical(-2.0) == -2.0
    assert after(*[-5.0] * LEAST_BEATS).typical(-2.0) == -2.0 + 5.0 + TYPICAL_DISTANCE


def test_it_is_measured_by_the_median_of_the_last_ordinary_beats():
    usual = after(*[-7.5] * MEMORY_BEATS, *[-5.0] * (MEMORY_BEATS // 2 + 1))
    assert usual.typical(-5.0) == TYPICAL_DISTANCE


@pytest.mark.parametrize("noisy", [-2.9, -1.0, 0.0])
def test_no_noise_grows_so_usual_that_a_ventricular_beat_is_ordinary(noisy):
    usual = after(*[noisy] * MEMORY_BEATS)
    assert usual.typical(-1.0) == pytest.approx(-1.0 - GREATEST_DISTANCE + TYPICAL_DISTANCE)


def test_a_lead_without_any_noise_stands_a_little():
    usual = after(*[-13.8] * MEMORY_BEATS)
    assert usual.typical(-7.0) == pytest.approx(-7.0 - LEAST_DISTANCE + TYPICAL_DISTANCE)


def noisy_heart(scorer: Scorer, noise: float, n: int = 60) -> float:
    """Let a scorer see beats in noise; the raw score of one more of them."""
    rng = np.random.default_rng(4)
    for _ in range(n):
        beat = (made_beat() + rng.normal(0.0, noise, 320)).astype(np.float32)
        learn(scorer, beat)
    return scorer.provisional(beat, 1.0, 0.0).morphology


def test_the_same_noise_says_less_in_a_heart_that_always_has_it():
    quiet, used_to_it = learnt(), learnt()
    noisy_heart(used_to_it, 0.08)
    rng = np.random.default_rng(9)
    beat = (made_beat() + rng.normal(0.0, 0.08, 320)).astype(np.float32)
    apart = quiet.provisional(beat, 1.0, 0.0), used_to_it.provisional(beat, 1.0, 0.0)
    assert apart[0].morphology > apart[1].morphology + 0.5
    assert apart[0].qrs_distance == pytest.approx(apart[1].qrs_distance, abs=0.5)


def test_abnormal_beats_do_not_make_their_distance_usual():
    scorer = learnt(threshold=-6.0)
    wide = made_beat(width=22.0, sign=-1.0)
    before = scorer.provisional(wide, 1.0, 0.0).morphology
    for _ in range(40):
        learn(scorer, wide)
    assert scorer.provisional(wide, 1.0, 0.0).morphology == pytest.approx(before)
