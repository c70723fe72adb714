"""The nearest-neighbour judge is the reference method; training beats leave themselves out."""

import numpy as np
import pytest
import torch

from sibeat.train.judges import Density, Ensemble, NearestNeighbours
from sibeat.train.reference_methods import neighbour_distance, whitened


@pytest.fixture(scope="module")
def beats() -> torch.Tensor:
    random = np.random.default_rng(0)
    flat = random.normal(size=(300, 30)) @ random.normal(size=(30, 320)) * 0.1
    return torch.from_numpy(flat.astype(np.float32))[:, None]


def test_it_says_what_the_reference_method_says(beats: torch.Tensor) -> None:
    learn = np.arange(300) < 230  # the last block is not full
    points = whitened(beats[:, 0].numpy(), learn)
    expected = neighbour_distance(points[learn], points[~learn])
    judge = NearestNeighbours(beats[torch.from_numpy(learn)])
    assert np.allclose(judge.log_score(beats[230:]).numpy(), expected, atol=1e-3)


def test_a_remembered_beat_is_judged_without_itself(beats: torch.Tensor) -> None:
    whole = NearestNeighbours(beats)
    points = whole.project(beats).numpy().astype(np.float64)
    expected = neighbour_distance(np.delete(points, 7, axis=0), points[7:8])
    assert float(whole.log_score(beats[7:8])) == pytest.approx(float(expected[0]), abs=1e-3)


def test_no_gradient_comes_out(beats: torch.Tensor) -> None:
    judged = beats[:4].clone().requires_grad_()
    assert not NearestNeighbours(beats).log_score(judged).requires_grad


def test_an_ensemble_is_the_mean_of_standardised_scores(beats: torch.Tensor) -> None:
    one = NearestNeighbours(beats[:200])
    both = Ensemble((one, one), beats[:200]).log_score(beats[200:])
    alone = Ensemble((one,), beats[:200]).log_score(beats[200:])
    assert torch.allclose(both, alone)
    learnt = Ensemble((one,), beats[:200]).log_score(beats[:200])
    assert float(learnt.mean()) == pytest.approx(0.0, abs=1e-4)
    assert float(learnt.std(correction=0)) == pytest.approx(1.0, abs=1e-4)


def test_a_density_finds_what_lies_outside_of_the_beats(beats: torch.Tensor) -> None:
    judge = Density(beats[:250], seed=0)
    normal, odd = judge.log_score(beats[250:]), judge.log_score(3 * beats[250:])
    assert normal.shape == (50,)
    assert (odd > normal).float().mean() > 0.9
    assert torch.equal(Density(beats[:250], seed=0).log_score(beats[250:]), normal)
