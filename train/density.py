"""Fit the density head to normal beats by expectation-maximisation; torch alone.

The beats are projected onto whitened principal components, and a mixture of full Gaussians is
fitted to the points. No abnormal beat is seen and nothing is descended: the same beats and seed
give the same head.
"""

import math

import torch
from torch import Tensor

from sibeat.model.components import N_COMPONENTS
from sibeat.model.density import DensityHead

ITERATIONS = 30
"""chosen by us: the likelihood of validation beats changes by less than 1 % after"""
LEAST_VARIANCE = 0.01
"""added to every variance, of 1 for all beats; chosen by us on validation: 0.1 of a deviation is
within beat-to-beat variation"""
CHUNK = 8192
"""points whose products of coordinates are held at once; chosen by us: 26 MB of them"""


def fit_density(head: DensityHead, beats: Tensor, seed: int) -> None:
    """Set a head's projection and mixture from normal beats (n_beats, 1, 320)."""
    mean, axes = principal_axes(beats)
    head.set_projection(mean, axes)
    points = (beats.squeeze(1).float() - mean) @ axes
    n_kernels = head.polynomial.out_features
    log_weights, means, precisions = fit_mixture(points.double(), n_kernels, seed)
    head.set_mixture(log_weights.float(), means.float(), precisions.float())


def principal_axes(beats: Tensor) -> tuple[Tensor, Tensor]:
    """Mean (320,) and whitening axes (320, 20) of beats (n_beats, 1, 320)."""
    flat = beats.squeeze(1).float()
    mean = flat.mean(dim=0)
    variances, axes = torch.linalg.eigh(torch.cov((flat - mean).T.double()))
    kept = slice(-N_COMPONENTS, None)
    scale = variances[kept].clamp(min=1e-12).sqrt()
    return mean, (axes[:, kept] / scale).float()


def fit_mixture(points: Tensor, n_kernels: int, seed: int) -> tuple[Tensor, Tensor, Tensor]:
    """Fit a mixture of Gaussians.

    Parameters
    ----------
    points : (n_points, n), float64
    n_kernels : Gaussians; where there are fewer points, that many take part
    seed : of the points that the means start from

    Returns
    -------
    log_weights : (n_kernels,), log of share and normalising constant together
    means : (n_kernels, n)
    precisions : (n_kernels, n, n)
    """
    n = points.shape[1]
    generator = torch.Generator().manual_seed(seed)
    order = torch.randperm(len(points), generator=generator)
    means = points[order[torch.arange(n_kernels) % len(points)].to(points.device)]
    precisions = torch.eye(n).to(points).expand(n_kernels, n, n)
    log_weights = torch.full((n_kernels,), -math.log(n_kernels)).to(points)
    for _ in range(ITERATIONS):
        sums = _expect(points, log_weights, means, precisions)
        log_weights, means, precisions = _maximise(*sums)
    return log_weights, means, precisions


@torch.no_grad()
def energies(learnt: Tensor, judged: Tensor, n_kernels: int, seed: int) -> Tensor:
    """Minus the log density of points (n_judged, n) under a mixture fitted to others, (n_judged,).

    Parameters
    ----------
    learnt, judged : (n_points, n), float64
    n_kernels, seed : as for `fit_mixture`
    """
    mixture = fit_mixture(learnt, n_kernels, seed)
    shares = [
        -torch.logsumexp(log_densities(share, *mixture), dim=1)
        for share in torch.split(judged, CHUNK)
    ]
    return torch.cat(shares)


def log_densities(points: Tensor, log_weights: Tensor, means: Tensor, precisions: Tensor) -> Tensor:
    """Log density of points (n_points, n) under each Gaussian, (n_points, n_kernels)."""
    return _log_densities(_products(points), points, log_weights, means, precisions)


def _log_densities(
    products: Tensor, points: Tensor, log_weights: Tensor, means: Tensor, precisions: Tensor
) -> Tensor:
    """Multiply out the quadratic forms: two products of matrices are all the work."""
    pulled = torch.einsum("kij,kj->ki", precisions, means)
    constant = (pulled * means).sum(dim=1)
    quadratic = products @ precisions.flatten(1).T - 2.0 * points @ pulled.T + constant
    return log_weights - 0.5 * quadratic


def _products(points: Tensor) -> Tensor:
    """All products of two coordinates, (n_points, n * n)."""
    return (points[:, :, None] * points[:, None, :]).flatten(1)


def _expect(
    points: Tensor, log_weights: Tensor, means: Tensor, precisions: Tensor
) -> tuple[Tensor, Tensor, Tensor]:
    """Sums of each Gaussian's share of the points, of them, and of their products."""
    n = points.shape[1]
    shares = torch.zeros(len(means)).to(points)
    sums = torch.zeros(len(means), n).to(points)
    products = torch.zeros(len(means), n, n).to(points)
    for chunk in torch.split(points, CHUNK):
        squares = _products(chunk)
        share = torch.softmax(_log_densities(squares, chunk, log_weights, means, precisions), dim=1)
        shares += share.sum(dim=0)
        sums += share.T @ chunk
        products += (share.T @ squares).view_as(products)
    return shares, sums, products


def _maximise(shares: Tensor, sums: Tensor, products: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    n = sums.shape[1]
    held = shares.clamp(min=1e-9)
    means = sums / held[:, None]
    spread = products / held[:, None, None] - means[:, :, None] * means[:, None, :]
    covariances = (spread + spread.mT) / 2 + LEAST_VARIANCE * torch.eye(n).to(sums)
    factors, failed = torch.linalg.cholesky_ex(covariances)
    factors = torch.where((failed == 0)[:, None, None], factors, torch.eye(n).to(sums))
    precisions = torch.cholesky_inverse(factors)
    log_volume = factors.diagonal(dim1=1, dim2=2).log().sum(dim=1)
    log_weights = torch.log(held / shares.sum()) - log_volume - 0.5 * n * math.log(2 * math.pi)
    return log_weights, means, (precisions + precisions.mT) / 2
