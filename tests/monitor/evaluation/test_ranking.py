"""AUC and average precision equal scikit-learn's, ties too."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import average_precision_score, roc_auc_score

from sibeat.monitor.evaluation.ranking import auc, average_precision

BEATS = st.lists(st.tuples(st.integers(0, 6), st.booleans()), min_size=2, max_size=60)


@given(BEATS)
def test_they_equal_scikit_learns(beats: list[tuple[int, bool]]) -> None:
    scores = np.array([score / 7 for score, _ in beats])
    abnormal = np.array([is_abnormal for _, is_abnormal in beats])
    if abnormal.all() or not abnormal.any():
        assert auc(scores, abnormal) is None
        assert average_precision(scores, abnormal) is None
        return
    assert auc(scores, abnormal) == pytest.approx(roc_auc_score(abnormal, scores))
    expected = average_precision_score(abnormal, scores)
    assert average_precision(scores, abnormal) == pytest.approx(expected)


def test_by_hand() -> None:
    scores = np.array([0.9, 0.8, 0.7, 0.6])
    abnormal = np.array([True, False, True, False])
    assert auc(scores, abnormal) == 3 / 4  # of four pairs three are in order
    assert average_precision(scores, abnormal) == pytest.approx((1 + 2 / 3) / 2)


def test_no_beats_have_no_figure() -> None:
    nothing = np.array([]), np.array([], dtype=bool)
    assert auc(*nothing) is None
    assert average_precision(*nothing) is None
