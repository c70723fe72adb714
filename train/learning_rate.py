"""How the learning rate falls over the epochs of a training."""

import math

from torch.optim import Optimizer

from sibeat.train.config import Decay


def set_rate(optimiser: Optimizer, rate: float, decay: Decay, epoch: int, epochs: int) -> None:
    """Set the learning rate of an epoch: the same for all, or half a cosine to nearly nothing.

    Parameters
    ----------
    optimiser : whose rate is set
    rate : of the first epoch
    decay : which of the two
    epoch, epochs : which one, counted from 0, of how many
    """
    share = 0.5 * (1.0 + math.cos(math.pi * epoch / epochs)) if decay == "cosine" else 1.0
    for group in optimiser.param_groups:
        group["lr"] = share * rate
