"""Variations of normal beats: what the normal beats of other hearts may look like.

An autoencoder of a few patients' normal beats draws those of another patient badly. Beats blended
with a little of another normal beat, moved and widened within bounds, widen what it can draw, and
still come from normal beats alone. `sibeat.train.corruption` makes what must look abnormal.
"""

from collections.abc import Callable

import torch
from torch import Generator, Tensor

from sibeat.ecg.beats import WINDOW_BEFORE
from sibeat.train.corruption import read_at, rescale

# chosen by us in one trial against none, by the validation records' reconstruction error
STRETCH_SPREAD = 0.12
"""standard deviation of the log of the partner's stretch around the R-peak"""
SHIFT_SPREAD = 4.0
"""standard deviation of the partner's shift, samples (11 ms)"""
MOST_PARTNER = 0.5
"""greatest share of the partner in the blend"""
INVERTED = 0.3
"""share of partners that are turned upside down: leads and axes differ between patients"""


def vary(beats: Tensor, share: float, generator: Generator) -> Tensor:
    """Blend the first beats of a batch with other ones of it; the rest stays.

    Parameters
    ----------
    beats : (batch, 1, n_samples), normal, in [-1, 1]
    share : of the batch that is blended, 0 to 1
    generator : of all randomness, on the CPU

    Returns
    -------
    (batch, 1, n_samples), in [-1, 1]
    """
    n_varied = round(share * len(beats))
    if n_varied == 0:
        return beats
    flat = beats.squeeze(1)
    partners = flat[torch.randperm(len(flat), generator=generator)[:n_varied].to(flat.device)]
    part = MOST_PARTNER * _drawn(torch.rand, flat, n_varied, generator)
    inverted = _drawn(torch.rand, flat, n_varied, generator) < INVERTED
    sign = 1.0 - 2.0 * inverted.to(flat)
    blended = (1 - part) * flat[:n_varied] + part * sign * _moved(partners, generator)
    return torch.cat((rescale(blended), flat[n_varied:])).unsqueeze(1)


def _moved(partners: Tensor, generator: Generator) -> Tensor:
    time = torch.arange(partners.shape[1], dtype=partners.dtype, device=partners.device)
    spread = STRETCH_SPREAD * _drawn(torch.randn, partners, len(partners), generator)
    by = SHIFT_SPREAD * _drawn(torch.randn, partners, len(partners), generator)
    return read_at(partners, WINDOW_BEFORE + (time - WINDOW_BEFORE) * spread.exp() + by)


def _drawn(kind: Callable[..., Tensor], like: Tensor, n: int, generator: Generator) -> Tensor:
    """One random number a beat, (n, 1)."""
    return kind(n, 1, generator=generator).to(like)
