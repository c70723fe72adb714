"""Calibration: the monitor's scorer over validation records; a quantile becomes the threshold."""

import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from sibeat.ecg.errors import ConfigError
from sibeat.ecg.rhythm import Rhythm
from sibeat.model.artefact import SHIPPED, Student, load_student
from sibeat.model.baseline import PatientBaseline, SeenBeat
from sibeat.model.scorer import Scorer, ScorerWeights
from sibeat.train.beats_file import Beats
from sibeat.train.calibrate import NORMAL_QUANTILE, calibrate_scorer, score_record


@pytest.fixture
def artefact(tmp_path: Path) -> Path:
    for suffix in (".onnx", ".json"):
        shutil.copy(SHIPPED.with_suffix(suffix), tmp_path)
    return tmp_path / SHIPPED.name


def with_baseline(student: Student) -> Scorer:
    return Scorer(student, PatientBaseline())


def alone(student: Student) -> Scorer:
    return Scorer(student, None)


def of_record(beats: Beats, name: str) -> Beats:
    return beats.select(beats.record == name)


def test_a_record_is_scored_as_the_monitor_does(beats: Beats) -> None:
    own, student = of_record(beats, "118"), load_student()
    provisional, final = score_record(with_baseline(student), own)
    scorer, rhythm = with_baseline(student), Rhythm()
    for k, window in enumerate(own.windows_float()):
        rr_s = None if k == 0 else 300 / 360
        score = scorer.provisional(window, 1.0, rhythm.log_preceding(rr_s))
        if rr_s is not None:
            rhythm.add(rr_s)
        scorer.learn(SeenBeat(window, 1.0, rr_s), score, rhythm.usual_rr_s)
        assert provisional[k] == score.log_raw
        assert final[k] == scorer.final(score, rhythm.log_following(300 / 360)).log_raw


def test_no_beat_is_scored_by_what_comes_after_it(beats: Beats) -> None:
    own = of_record(beats, "223")
    whole, _ = score_record(with_baseline(load_student()), own)
    part, _ = score_record(with_baseline(load_student()), own.select(np.arange(len(own)) < 7))
    np.testing.assert_array_equal(part, whole[:7])


def test_the_following_rr_enters_the_final_score_alone(beats: Beats) -> None:
    own = of_record(beats, "118")
    longer = replace(own, rr_post=own.rr_post * 2)
    before, after = (score_record(with_baseline(load_student()), each) for each in (own, longer))
    np.testing.assert_array_equal(before[0], after[0])
    assert (after[1] > before[1])[5:].all()  # the usual RR is known from the fifth on


def test_an_rr_that_is_not_there_says_nothing(beats: Beats) -> None:
    own = of_record(beats, "118")
    alone = replace(own, rr_pre=np.full(len(own), -1), rr_post=np.full(len(own), -1))
    provisional, final = score_record(with_baseline(load_student()), alone)
    np.testing.assert_array_equal(provisional, final)


@pytest.mark.parametrize(
    ("make", "threshold"), [(with_baseline, "threshold"), (alone, "threshold_alone")]
)
def test_each_threshold_is_the_quantile_of_normal_validation_beats(
    make: Callable[[Student], Scorer], threshold: str, beats: Beats, artefact: Path
) -> None:
    before = load_student(artefact).contract
    weights = calibrate_scorer(artefact, beats)
    student = load_student(artefact)
    normal = [
        score_record(make(student), own)[0][own.symbol == "N"]
        for own in (of_record(beats, "118"), of_record(beats, "223"))
    ]
    expected = np.quantile(np.concatenate(normal), NORMAL_QUANTILE)
    assert getattr(weights, threshold) == pytest.approx(expected, abs=5e-4)
    after = student.contract
    assert ScorerWeights.of(after.calibration.scorer) == weights
    assert replace(after, calibration=before.calibration) == before


def test_beats_of_other_parts_and_abnormal_ones_do_not_move_it(
    beats: Beats, artefact: Path
) -> None:
    weights = calibrate_scorer(artefact, beats)
    odd = beats.windows.copy()
    odd[beats.part != "validation"] *= -1
    changed = replace(beats, windows=odd)
    assert calibrate_scorer(artefact, changed) == weights
    renamed = replace(beats, symbol=np.where(beats.symbol == "V", "E", beats.symbol))
    assert calibrate_scorer(artefact, renamed) == weights


def test_the_following_rr_moves_no_threshold(beats: Beats, artefact: Path) -> None:
    """It is not known when an alert is given."""
    once = calibrate_scorer(artefact, beats)
    for suffix in (".onnx", ".json"):
        shutil.copy(SHIPPED.with_suffix(suffix), artefact.parent)
    assert calibrate_scorer(artefact, replace(beats, rr_post=beats.rr_post * 2)) == once


def test_all_weights_but_the_thresholds_stay(beats: Beats, artefact: Path) -> None:
    once = calibrate_scorer(artefact, beats)
    shipped = ScorerWeights.of(load_student().contract.calibration.scorer)
    thresholds = {"threshold": once.threshold, "threshold_alone": once.threshold_alone}
    assert once == replace(shipped, **thresholds)


def test_without_normal_validation_beats_there_is_no_threshold(
    beats: Beats, artefact: Path
) -> None:
    odd = (beats.part == "validation") & (beats.symbol == "V")
    for mask in (beats.part == "train", odd):
        with pytest.raises(ConfigError, match="no normal beat of the part 'validation'"):
            calibrate_scorer(artefact, beats.select(mask))
    assert load_student(artefact).sha256 == load_student().sha256
