"""How many Gaussians a density of normal beats should have, by normal beats alone.

``python -m benchmarks.gaussians --data BEATS`` fits mixtures to the normal training beats (20
whitened components) and prints the mean log likelihood of the normal validation beats, and the
parameters that such a head has. No abnormal beat is looked at.
"""

import argparse
import json
from pathlib import Path

import torch

from sibeat.cli.errors import guarded
from sibeat.model.density import DensityHead
from sibeat.model.networks import count_parameters
from sibeat.train.density import energies, principal_axes
from sibeat.train.evaluate import normal_windows

from .prepared import beats_of_front

KERNELS = (60, 100, 150)
SEED = 0


def likelihood(learnt: torch.Tensor, judged: torch.Tensor, n_kernels: int) -> float:
    """Mean log likelihood of points (n, 20) under a mixture fitted to others."""
    return -float(energies(learnt.double(), judged.double(), n_kernels, SEED).mean())


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="prepared beats, front beatgan")
    beats = beats_of_front(parser.parse_args().data, "beatgan")
    learnt, judged = (normal_windows(beats, part) for part in ("train", "validation"))
    mean, axes = principal_axes(learnt)
    points = [(windows.squeeze(1) - mean) @ axes for windows in (learnt, judged)]
    rows = {
        n: {
            "log_likelihood": likelihood(*points, n),
            "parameters": count_parameters(DensityHead(n)),
        }
        for n in KERNELS
    }
    print(json.dumps(rows, indent=1))


if __name__ == "__main__":
    guarded(main)
