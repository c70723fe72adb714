"""A student's shape joined with the rhythm: one density over its components and the RR features.

Within patients a joint density beats a sum of two scores. The 20 components are those of the
student's own density head; the mixture is fitted anew to the student's training beats, for it has
8 dimensions more. It scores prepared beats; the monitor has a sum instead, which won between
patients.
"""

import numpy as np
import torch
from numpy.typing import NDArray

from sibeat.ecg.stream import DoubleArray
from sibeat.model.density import DensityHead
from sibeat.train.beats_file import Beats
from sibeat.train.density import energies
from sibeat.train.reference_methods import standardised
from sibeat.train.rr_features import rr_features


@torch.no_grad()
def joint_scores(
    head: DensityHead,
    beats: Beats,
    learn: NDArray[np.bool_],
    judge: NDArray[np.bool_],
    seed: int,
) -> DoubleArray:
    """Score beats by minus the log of their joint density.

    Parameters
    ----------
    head : of the student; its projection and number of Gaussians are taken
    beats : whole records, in order of record and sample
    learn : (n_beats,), the student's normal training beats
    judge : (n_beats,), the beats to score
    seed : of the mixture's start

    Returns
    -------
    (n_judged,), greater is more abnormal
    """
    shape = head.project(torch.from_numpy(beats.windows_float())).numpy()
    rhythm = standardised(rr_features(beats), learn)
    points = torch.from_numpy(np.concatenate((shape, rhythm), axis=1).astype(np.float64))
    n_kernels = head.polynomial.out_features
    return np.asarray(energies(points[learn], points[judge], n_kernels, seed).numpy())
