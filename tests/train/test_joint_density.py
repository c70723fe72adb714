"""Shape and rhythm jointly: a beat is odd if either is, or if they do not belong together."""

import numpy as np
import torch

from sibeat.model.density import DensityHead
from sibeat.train.beats_file import Beats
from sibeat.train.density import fit_density
from sibeat.train.joint_density import joint_scores


def _head(beats: Beats, normal: np.ndarray) -> DensityHead:
    head = DensityHead(3)
    fit_density(head, torch.from_numpy(beats.windows_float()[normal]).unsqueeze(1), seed=0)
    return head


def test_wide_beats_are_less_likely_than_normal_ones_that_taught_nothing(beats: Beats) -> None:
    normal = beats.symbol == "N"
    learn = normal & (beats.part == "train")
    scores = joint_scores(_head(beats, normal), beats, learn, ~learn, seed=0)
    wide = ~normal[~learn]
    assert np.median(scores[wide]) > np.median(scores[~wide])


def test_it_follows_from_the_seed(beats: Beats) -> None:
    normal = beats.symbol == "N"
    head = _head(beats, normal)
    first, second = (joint_scores(head, beats, normal, ~normal, seed=1) for _ in range(2))
    assert np.array_equal(first, second)
