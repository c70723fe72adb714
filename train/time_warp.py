"""BeatGAN's augmentation: a beat bent a little in time, its R-peak and its length kept.

References
----------
.. [1] Zhou et al., "BeatGAN: Anomalous Rhythm Detection using Adversarially Generated Time
   Series", IJCAI 2019, section 3.4 (time warping).
"""

import torch
from torch import Generator, Tensor

from sibeat.ecg.beats import WINDOW_BEFORE
from sibeat.train.corruption import read_at

N_MOVED = 7
"""samples doubled and samples dropped on each side of the R-peak, as published"""


def warp(beats: Tensor, share: float, generator: Generator) -> Tensor:
    """Bend the first beats of a batch in time; the rest stays.

    On each side of the R-peak seven samples, drawn anew for every beat, are followed by the mean of
    themselves and their successor, and seven others are left out.

    Parameters
    ----------
    beats : (batch, 1, n_samples), the R-peak at its usual place
    share : of the batch that is bent, 0 to 1
    generator : of all randomness, on the CPU

    Returns
    -------
    (batch, 1, n_samples)
    """
    n_warped = round(share * len(beats))
    if n_warped == 0:
        return beats
    flat = beats.squeeze(1)
    position = _positions(n_warped, flat.shape[1], generator).to(flat)
    return torch.cat((read_at(flat[:n_warped], position), flat[n_warped:])).unsqueeze(1)


def _positions(n_beats: int, n_samples: int, generator: Generator) -> Tensor:
    """Where to read each sample of the bent beats, (n_beats, n_samples); halves are between."""
    counts = torch.ones(n_beats, n_samples, dtype=torch.long)
    for first, last in ((0, WINDOW_BEFORE), (WINDOW_BEFORE + 1, n_samples - 1)):
        drawn = torch.rand(n_beats, last - first, generator=generator).argsort(dim=1) + first
        counts.scatter_(1, drawn[:, :N_MOVED], 2)
        counts.scatter_(1, drawn[:, N_MOVED : 2 * N_MOVED], 0)
    sample = torch.arange(n_samples).expand_as(counts)
    position = sample[counts > 0].repeat_interleave(counts[counts > 0]).view(n_beats, n_samples)
    between = torch.zeros_like(position, dtype=torch.float32)
    between[:, 1:] = 0.5 * (position[:, 1:] == position[:, :-1])
    return position + between
