"""Densities of normal beats as methods of their own: of the shape, and of shape and rhythm jointly.

The first is the score head of the preset `edge-beatgan`, the second that head joined with rhythm.
They need torch, and minutes; each is 150 Gaussians.
"""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from sibeat.ecg.stream import DoubleArray
from sibeat.train.beats_file import Beats
from sibeat.train.reference_methods import standardised, whitened
from sibeat.train.rr_features import rr_features

N_KERNELS = 150
"""chosen by the likelihood of normal validation beats (docs/learning.md); as in the preset"""
SEED = 0
SAYS = {
    "density": "minus log density under 150 Gaussians, of 20 whitened components",
    "density + RR": "the same, of the components and the 8 RR features jointly",
}


def density_scores(
    beats: Beats,
    learn: NDArray[np.bool_],
    judge: NDArray[np.bool_],
    note: Callable[[str], None],
) -> dict[str, DoubleArray]:
    """Score beats by densities.

    Parameters
    ----------
    beats : in order of record and sample
    learn : (n_beats,), the normal beats to learn from
    judge : (n_beats,), the beats to score
    note : hears the name of each method before it runs

    Returns
    -------
    name -> (n_judged,), minus the log density
    """
    shape = whitened(beats.windows_float(), learn)
    rhythm = standardised(rr_features(beats), learn)
    parts = {"density": shape, "density + RR": np.concatenate((shape, rhythm), axis=1)}
    import torch

    from sibeat.train.density import energies

    scores = {}
    for name, points in parts.items():
        note(name)
        learnt, judged = (torch.from_numpy(points[mask]) for mask in (learn, judge))
        scores[name] = np.asarray(energies(learnt, judged, N_KERNELS, SEED).numpy())
    return scores
