"""The density head: it is the mixture's density, it is fitted without luck, and it is small."""

import math

import numpy as np
import pytest
import torch

from sibeat.model.components import N_COMPONENTS
from sibeat.model.density import DensityHead
from sibeat.model.networks import StudentNetwork, count_parameters
from sibeat.train.density import fit_density, fit_mixture, log_densities, principal_axes

from .conftest import make_beats


def made_up_beats(n_beats: int = 400) -> torch.Tensor:
    """Beats of 25 independent directions, (n_beats, 1, 320)."""
    generator = torch.Generator().manual_seed(0)
    directions = torch.randn(25, 320, generator=generator) * 0.1
    return (torch.randn(n_beats, 25, generator=generator) @ directions)[:, None]


def test_whitened_points_have_no_mean_and_unit_variance() -> None:
    beats = made_up_beats()
    mean, axes = principal_axes(beats)
    points = (beats.squeeze(1) - mean) @ axes
    assert torch.allclose(points.mean(dim=0), torch.zeros(N_COMPONENTS), atol=1e-4)
    assert torch.allclose(torch.cov(points.T), torch.eye(N_COMPONENTS), atol=1e-3)


def test_a_density_by_hand() -> None:
    precision = torch.diag(torch.tensor([4.0, 1.0]))[None].double()
    constant = torch.tensor([0.5 * math.log(4.0) - math.log(2 * math.pi)]).double()
    found = log_densities(
        torch.tensor([[1.0, 2.0]]).double(), constant, torch.zeros(1, 2).double(), precision
    )
    assert float(found) == pytest.approx(float(constant) - 0.5 * (4 * 1 + 1 * 4))


def test_two_clouds_are_found() -> None:
    generator = torch.Generator().manual_seed(1)
    cloud = torch.randn(500, 2, generator=generator).double()
    points = torch.cat((cloud * 0.2 - 3, cloud * 0.2 + 3))
    _, means, precisions = fit_mixture(points, 2, seed=3)
    assert sorted(means[:, 0].tolist()) == pytest.approx([-3, 3], abs=0.05)
    assert precisions[0, 0, 0] == pytest.approx(1 / (0.2**2 + 0.01), rel=0.15)


def test_the_polynomial_is_the_mixture() -> None:
    beats = made_up_beats()
    head = DensityHead(5)
    fit_density(head, beats, seed=0)
    mean, axes = principal_axes(beats)
    points = ((beats.squeeze(1) - mean) @ axes).double()
    log_density = torch.logsumexp(log_densities(points, *fit_mixture(points, 5, 0)), dim=1)
    energy = head.floor.double() - log_density
    assert torch.allclose(head(beats).double(), energy.log(), atol=1e-4)


def test_what_was_not_seen_is_more_abnormal_and_the_fit_is_repeatable() -> None:
    beats = torch.from_numpy(make_beats(60).windows_float())[:, None]
    wide = torch.from_numpy(np.arange(len(beats)) % 4 == 3)
    heads = [DensityHead(3), DensityHead(3)]
    for head in heads:
        fit_density(head, beats[~wide], seed=0)
    first, again = (head(beats) for head in heads)
    assert torch.equal(first, again)
    assert first[wide].min() > first[~wide].max()


def test_no_gradient_reaches_the_head_and_the_preset_is_small() -> None:
    network = StudentNetwork(width=4, n_latent=20, score="head", n_kernels=150)
    assert count_parameters(network) <= 100_000
    assert not any(each.requires_grad for each in network.head.parameters())
