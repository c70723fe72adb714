"""Ranking figures equal scikit-learn's, and a weight is that many beats."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import average_precision_score, roc_auc_score

from sibeat.ecg.ranking import ABNORMAL, Ranking, against_normal, per_class

BEATS = st.lists(st.tuples(st.integers(0, 6), st.booleans()), min_size=2, max_size=60)


@given(BEATS)
def test_figures_are_those_of_scikit_learn_also_with_ties(beats: list[tuple[int, bool]]) -> None:
    scores = np.array([score / 7 for score, _ in beats])
    abnormal = np.array([is_abnormal for _, is_abnormal in beats])
    figures = Ranking(scores, abnormal).figures()
    if abnormal.all() or not abnormal.any():
        assert figures is None
        return
    expected = roc_auc_score(abnormal, scores), average_precision_score(abnormal, scores)
    assert figures == pytest.approx(expected)


@pytest.mark.parametrize("decimals", [1, 8])
def test_so_are_those_of_many_beats(decimals: int) -> None:
    random = np.random.default_rng(0)
    scores = random.normal(size=500).round(decimals)
    abnormal = random.random(500) < 0.2
    expected = roc_auc_score(abnormal, scores), average_precision_score(abnormal, scores)
    assert Ranking(scores, abnormal).figures() == pytest.approx(expected)


def test_by_hand() -> None:
    ranking = Ranking(np.array([0.9, 0.8, 0.7, 0.6]), np.array([True, False, True, False]))
    assert ranking.figures() == pytest.approx((3 / 4, (1 + 2 / 3) / 2))  # of four pairs three


def test_a_weight_is_that_many_beats() -> None:
    random = np.random.default_rng(1)
    scores, abnormal = random.normal(size=60).round(1), random.random(60) < 0.4
    weights = random.integers(0, 4, 60)
    many = Ranking(np.repeat(scores, weights), np.repeat(abnormal, weights))
    assert Ranking(scores, abnormal).figures(weights) == pytest.approx(many.figures())


def test_one_side_without_beats_has_no_figures() -> None:
    assert Ranking(np.array([1.0, 2.0]), np.array([True, True])).figures() is None
    assert Ranking(np.array([]), np.array([], dtype=bool)).figures() is None


def test_infinite_scores_tie_with_each_other() -> None:
    for end in (np.inf, -np.inf):
        scores = np.array([end, end, 0.0, end])
        abnormal = np.array([True, False, True, False])
        finite = np.where(np.isinf(scores), np.sign(end) * 9.0, scores)
        expected = roc_auc_score(abnormal, finite), average_precision_score(abnormal, finite)
        assert Ranking(scores, abnormal).figures() == pytest.approx(expected)


def test_nan_ranks_nothing() -> None:
    abnormal = np.array([True, True, False, False])
    assert Ranking(np.full(4, np.nan), abnormal).figures() is None, "ranked by their order"
    assert Ranking(np.array([1.0, np.nan, 0.5, 0.2]), abnormal).figures() is None


def test_each_class_is_ranked_against_normal_beats_alone() -> None:
    scores = np.array([0.1, 0.4, 0.35, 0.8, 0.9])
    classes = np.array(["N", "N", "V", "S", "Q"])
    # V beats one of two normals, S both; Q is left out
    assert per_class(scores, classes, ABNORMAL) == {
        "S": {"auc": 1.0, "ap": 1.0, "n": 1},
        "V": {"auc": 0.5, "ap": 0.5, "n": 1},
        "F": {"auc": None, "ap": None, "n": 0},
    }
    together = against_normal(scores, classes, ABNORMAL)
    assert together == pytest.approx({"auc": 3 / 4, "ap": (1 / 1 + 2 / 3) / 2, "n": 2})
