"""Judges other than the teacher, whose log-scores a student can regress.

The nearest-neighbour judge remembers every normal training beat; a student that agrees with it on
normal beats and on corruptions of them has learnt in its weights what the judge looks up. torch and
numpy alone.
"""

from collections.abc import Sequence
from typing import Protocol

import torch
from torch import Tensor

from sibeat.model.components import N_COMPONENTS
from sibeat.model.density import DensityHead
from sibeat.train.density import fit_density, principal_axes
from sibeat.train.density_methods import N_KERNELS
from sibeat.train.reference_methods import N_NEIGHBOURS

BLOCK = 64
"""remembered beats whose least distance is found together; chosen by us: fastest of 32 to 256"""
ITSELF = 1e-4
"""a remembered beat nearer than this is the judged one itself and does not count; chosen by us:
beats are kept in 12 bits, other ones are 0.1 and more away"""
LEAST_DISTANCE = 1e-6
N_STANDARD = 4096
"""beats that standardise the judges of an ensemble; chosen by us: ample for mean and spread"""


class Judge(Protocol):
    """What a student's log-score can regress."""

    def log_score(self, beats: Tensor) -> Tensor:
        """Judge beats (batch, 1, 320): (batch,), without gradient, greater is more abnormal."""
        ...


class Ensemble:
    """Mean of several judges' log-scores, each standardised over the normal training beats.

    Parameters
    ----------
    judges : at least one
    beats : (n_beats, 1, 320), normal; some of them set each judge's mean and spread
    """

    def __init__(self, judges: Sequence[Judge], beats: Tensor) -> None:
        self._judges = judges
        seen = beats[:: max(1, len(beats) // N_STANDARD)]
        scores = [_in_shares(judge, seen) for judge in judges]
        self._mean = [each.mean() for each in scores]
        self._spread = [each.std(correction=0).clamp(min=LEAST_DISTANCE) for each in scores]

    @torch.no_grad()
    def log_score(self, beats: Tensor) -> Tensor:
        """Judge beats (batch, 1, 320): (batch,), greater is more abnormal."""
        scores = [
            (judge.log_score(beats) - mean) / spread
            for judge, mean, spread in zip(self._judges, self._mean, self._spread, strict=True)
        ]
        return torch.stack(scores).mean(dim=0)


class Density:
    """Log energy of beats under a mixture of Gaussians fitted to the normal training beats.

    Parameters
    ----------
    beats : (n_beats, 1, n_samples), normal
    seed : of the fit
    """

    def __init__(self, beats: Tensor, seed: int) -> None:
        self._head = DensityHead(N_KERNELS, beats.shape[2]).to(beats.device)
        fit_density(self._head, beats, seed)

    @torch.no_grad()
    def log_score(self, beats: Tensor) -> Tensor:
        """Judge beats (batch, 1, n_samples): (batch,), greater is more abnormal."""
        scores: Tensor = self._head(beats)
        return scores


def _in_shares(judge: Judge, beats: Tensor) -> Tensor:
    return torch.cat([judge.log_score(share) for share in torch.split(beats, 256)])


class NearestNeighbours:
    """Log of the mean distance to the three nearest normal beats, on whitened components.

    Judged beats that are remembered leave themselves out, so that training beats are judged as
    unseen ones are.

    Parameters
    ----------
    beats : (n_beats, 1, 320), normal, at least as many as there are components
    """

    def __init__(self, beats: Tensor) -> None:
        self._mean, self._axes = principal_axes(beats)
        self._remembered = self._pad(self.project(beats))
        self._squares = (self._remembered**2).sum(dim=1)

    def project(self, beats: Tensor) -> Tensor:
        """Whitened components of beats (batch, 1, 320), (batch, 20)."""
        return torch.matmul(beats.squeeze(1).float() - self._mean, self._axes)

    @torch.no_grad()
    def log_score(self, beats: Tensor) -> Tensor:
        """Judge beats (batch, 1, 320): (batch,), greater is more abnormal."""
        points = self.project(beats)
        nearest = (points[:, None] - self._candidates(points)).norm(dim=2)
        nearest = nearest.sort(dim=1).values[:, : N_NEIGHBOURS + 1]
        itself = nearest[:, :1] < ITSELF
        counted = torch.where(itself, nearest[:, 1:], nearest[:, :-1])
        return torch.log(counted.mean(dim=1) + LEAST_DISTANCE)

    def _candidates(self, points: Tensor) -> Tensor:
        """Remembered points that hold the nearest four, (batch, 4 * BLOCK, 20).

        The nearest four lie in the four blocks of the least minima: a search by minima is many
        times faster than a sort of all distances.
        """
        rough = self._squares - 2 * points @ self._remembered.T
        minima = rough.view(len(points), -1, BLOCK).amin(dim=2)
        n_blocks = min(N_NEIGHBOURS + 1, minima.shape[1])
        blocks = minima.topk(n_blocks, dim=1, largest=False).indices
        held = self._remembered.view(-1, BLOCK, N_COMPONENTS)[blocks]
        return held.flatten(1, 2)

    def _pad(self, points: Tensor) -> Tensor:
        """Fill the last block with points that are far from everything."""
        missing = -len(points) % BLOCK
        far = torch.full((missing, N_COMPONENTS), 1e6).to(points)
        return torch.cat((points, far))
