"""Ranking figures equal scikit-learn's, and a weight is that many beats."""

import numpy as np
import pytest
from sklearn.metrics import average_precision_score, roc_auc_score

from sibeat.train.ranking import Ranking


@pytest.mark.parametrize("decimals", [1, 8])
def test_figures_are_those_of_scikit_learn_also_with_ties(decimals: int) -> None:
    random = np.random.default_rng(0)
    scores = random.normal(size=500).round(decimals)
    abnormal = random.random(500) < 0.2
    auc, ap = Ranking(scores, abnormal).figures() or (0.0, 0.0)
    assert auc == pytest.approx(roc_auc_score(abnormal, scores))
    assert ap == pytest.approx(average_precision_score(abnormal, scores))


def test_a_weight_is_that_many_beats() -> None:
    random = np.random.default_rng(1)
    scores, abnormal = random.normal(size=60).round(1), random.random(60) < 0.4
    weights = random.integers(0, 4, 60)
    many = Ranking(np.repeat(scores, weights), np.repeat(abnormal, weights))
    assert Ranking(scores, abnormal).figures(weights) == pytest.approx(many.figures())


def test_one_side_without_beats_has_no_figures() -> None:
    assert Ranking(np.array([1.0, 2.0]), np.array([True, True])).figures() is None
    assert Ranking(np.array([]), np.array([], dtype=bool)).figures() is None
