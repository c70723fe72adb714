"""Reference methods find what is plainly odd, and learn from the learnt beats alone."""

import numpy as np
import pytest

from sibeat.train.beats_file import Beats
from sibeat.train.reference_methods import (
    SAYS,
    neighbour_distance,
    own_record_scores,
    pca_error,
    reference_scores,
    standardised,
)

from .conftest import make_beats


@pytest.fixture
def beats() -> Beats:
    return make_beats(n_per_record=60)


def test_every_method_scores_the_odd_shape_higher(beats: Beats) -> None:
    judge, odd = beats.part == "test", beats.symbol == "V"
    learn = ~judge & ~odd
    heard: list[str] = []
    scores = reference_scores(beats, learn, judge, heard.append)
    assert heard == ["PCA(10)", "PCA(20)", "kNN", "RR", "kNN + RR", "kNN + RR + amplitude"]
    for name, row in scores.items():
        assert row.shape == (judge.sum(),)
        if name != "RR":
            assert row[odd[judge]].min() > row[~odd[judge]].max(), name


def test_methods_against_their_own_record(beats: Beats) -> None:
    odd = beats.symbol == "V"
    beats.rr_pre[odd] = 150
    scores = own_record_scores(beats, np.zeros(len(beats)))
    assert set(scores) < set(SAYS)
    late = np.arange(len(beats)) % 60 > 20  # once the record has a usual beat
    for name, row in scores.items():
        assert row[odd & late].mean() > row[~odd & late].mean(), name


def test_distances_by_hand() -> None:
    learn = np.array([[0.0], [1.0], [2.0], [50.0]])
    assert neighbour_distance(learn, np.array([[4.0]])) == pytest.approx(np.log(3.0))


def test_components_that_span_the_beats_leave_no_error() -> None:
    random = np.random.default_rng(0)
    flat = random.normal(size=(200, 3)) @ random.normal(size=(3, 320))
    error = pca_error(flat.astype(np.float32), flat.astype(np.float32), 3)
    assert error.max() < np.log(1e-6)


def test_scaling_is_by_the_learnt_beats() -> None:
    features = np.array([[0.0, 5.0], [2.0, 5.0], [10.0, 6.0]])
    scaled = standardised(features, np.array([True, True, False]))
    assert scaled.tolist() == [[-1.0, 0.0], [1.0, 0.0], [9.0, 1.0]]
