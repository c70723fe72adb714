"""Validation records choose the form of the score and calibrate it; test records judge alone."""

from typing import Any

import numpy as np
import pytest

from sibeat.train.beats_file import Beats
from sibeat.train.evaluate import (
    THRESHOLD_PROBABILITY,
    BeatScores,
    calibrate,
    choose_form,
)


def scores_that_tell(beats: Beats, error: str, head: str) -> BeatScores:
    """Forms of which each tells the abnormal beats of one part from the normal ones."""
    abnormal = beats.symbol == "V"
    told = {part: (abnormal & (beats.part == part)).astype(np.float32) for part in (error, head)}
    return BeatScores(error=told[error], head=told[head], teacher=np.zeros(len(beats), np.float32))


@pytest.mark.parametrize(
    ("error", "head", "form"), [("test", "validation", "head"), ("validation", "test", "error")]
)
def test_the_form_is_the_one_that_separates_the_validation_records(
    beats: Beats, error: str, head: str, form: str
) -> None:
    assert choose_form(beats, scores_that_tell(beats, error, head), "auto") == (
        form,
        "chosen on validation beats",
    )


@pytest.mark.parametrize("form", ["error", "head"])
def test_a_wished_form_is_taken(beats: Beats, form: Any) -> None:
    scores = scores_that_tell(beats, "validation", "validation")
    assert choose_form(beats, scores, form) == (form, "as configured")


def test_without_validation_beats_of_both_kinds_nothing_is_said_to_be_chosen(beats: Beats) -> None:
    normal = beats.select((beats.part != "validation") | (beats.symbol == "N"))
    form, why = choose_form(normal, scores_that_tell(normal, "test", "test"), "auto")
    assert form == "error"
    assert why.startswith("since the validation beats do not rank by both")


def test_normal_validation_beats_alone_calibrate(beats: Beats) -> None:
    chosen = (beats.part == "validation") & (beats.symbol == "N")
    scores = np.full(len(beats), 100.0, dtype=np.float32)
    scores[chosen] = np.arange(chosen.sum())
    calibration = calibrate(beats, scores)
    last = chosen.sum() - 1
    assert calibration.threshold == pytest.approx(THRESHOLD_PROBABILITY * last)
    for probability, quantile in calibration.log_score_quantiles:
        assert quantile == pytest.approx(probability * last)
