"""A density of normal beats as a score head: a mixture of Gaussians on principal components.

Each Gaussian's log density is a second-degree polynomial of the components, so that all of them are
one matrix product. The log score is the log of the energy, which is minus the log density, moved to
be positive.
"""

import torch
from torch import Tensor, nn

from sibeat.ecg.beats import N_WINDOW
from sibeat.model.components import N_COMPONENTS


class DensityHead(nn.Module):
    """Log energy of beats under a mixture; its numbers are set by `set_mixture`, not by descent.

    Parameters
    ----------
    n_kernels : Gaussians of the mixture
    n_window : samples of a beat
    """

    def __init__(self, n_kernels: int, n_window: int = N_WINDOW) -> None:
        super().__init__()
        n_terms = N_COMPONENTS * (N_COMPONENTS + 3) // 2
        self.project = nn.Linear(n_window, N_COMPONENTS)
        self.polynomial = nn.Linear(n_terms, n_kernels)
        self.floor = nn.Parameter(torch.zeros(()))
        rows, columns = torch.triu_indices(N_COMPONENTS, N_COMPONENTS)
        self.register_buffer("_rows", rows, persistent=False)
        self.register_buffer("_columns", columns, persistent=False)
        self.requires_grad_(False)

    def forward(self, beat: Tensor) -> Tensor:
        """Score beats (batch, 1, 320): (batch,), greater is more abnormal."""
        point = self.project(beat.float().squeeze(1))
        energy = self.floor - torch.logsumexp(self.polynomial(self._terms(point)), dim=1)
        return torch.log(energy.clamp(min=1.0))

    def _terms(self, point: Tensor) -> Tensor:
        rows, columns = self.get_buffer("_rows"), self.get_buffer("_columns")
        return torch.cat((point[:, rows] * point[:, columns], point), dim=1)

    @torch.no_grad()
    def set_projection(self, mean: Tensor, axes: Tensor) -> None:
        """Set the components: point = (beat - mean) @ axes, with axes (n_window, 20)."""
        self.project.weight.copy_(axes.T)
        self.project.bias.copy_(-mean @ axes)

    @torch.no_grad()
    def set_mixture(self, log_weights: Tensor, means: Tensor, precisions: Tensor) -> None:
        """Set the mixture.

        Parameters
        ----------
        log_weights : (n_kernels,), log of share and normalising constant together
        means : (n_kernels, 20)
        precisions : (n_kernels, 20, 20)
        """
        rows, columns = self.get_buffer("_rows"), self.get_buffer("_columns")
        twice = torch.where(rows == columns, 0.5, 1.0).to(precisions)
        quadratic = -precisions[:, rows, columns] * twice
        linear = torch.einsum("kij,kj->ki", precisions, means)
        constant = log_weights - 0.5 * torch.einsum("ki,ki->k", linear, means)
        self.polynomial.weight.copy_(torch.cat((quadratic, linear), dim=1))
        self.polynomial.bias.copy_(constant)
        self.floor.copy_(log_weights.max() + 1.0)
