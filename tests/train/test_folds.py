"""Folds: every normal beat judges once, abnormal beats never train, and the seed decides."""

import numpy as np
import pytest

from sibeat.ecg.errors import UsageError
from sibeat.train.beats_file import Beats
from sibeat.train.folds import assign_fold
from sibeat.train.split import N_FOLDS

from .conftest import make_beats


@pytest.fixture
def parts() -> list[Beats]:
    beats = make_beats(n_per_record=200)
    return [assign_fold(beats, fold) for fold in range(N_FOLDS)]


def test_each_normal_beat_judges_in_one_fold(parts: list[Beats]) -> None:
    normal = parts[0].symbol == "N"
    judged = sum((each.part == "test").astype(int) for each in parts)
    assert (judged[normal] == 1).all()


def test_abnormal_beats_choose_or_judge_and_never_train(parts: list[Beats]) -> None:
    abnormal = parts[0].symbol == "V"
    for each in parts:
        assert set(each.part[abnormal]) == {"validation", "test"}
        assert (each.part[abnormal] == "validation").mean() == pytest.approx(0.1, abs=0.01)


def test_a_tenth_of_the_other_normal_beats_chooses(parts: list[Beats]) -> None:
    for each in parts:
        outside = (each.symbol == "N") & (each.part != "test")
        assert (each.part[outside] == "validation").mean() == pytest.approx(0.1, abs=0.01)


def test_the_same_fold_is_the_same_beats() -> None:
    beats = make_beats(n_per_record=50)
    assert np.array_equal(assign_fold(beats, 1).part, assign_fold(beats, 1).part)
    assert not np.array_equal(assign_fold(beats, 1).part, assign_fold(beats, 2).part)


def test_a_fold_that_does_not_exist_is_a_usage_error() -> None:
    with pytest.raises(UsageError, match="0 to 4"):
        assign_fold(make_beats(), 5)
