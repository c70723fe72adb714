"""BeatGAN's networks at any width, and the student made of the same parts.

A beat is (batch, 1, n_samples); inside, convolutions run on a picture one sample high, because
CPUs have their fast channels-last and bfloat16 kernels for pictures (measured: a third faster).

References
----------
.. [1] Zhou et al., "BeatGAN: Anomalous Rhythm Detection using Adversarially Generated Time
   Series", IJCAI 2019, section 3 and its published code.
"""

from collections.abc import Sequence
from typing import Literal, TypeAlias, cast

import torch
from torch import Tensor, nn

from sibeat.model.density import DensityHead

FULL_WIDTH = 32
"""channels of the first convolution as published; the others are 2, 4, 8 and 16 times that"""
N_LATENT = 50
"""size of the latent vector as published"""
N_HALVINGS = 5
LATENT_KERNEL = 10
"""320 samples halved five times: the last convolution sees all of them"""
LEAK = 0.2
HEAD_UNITS = (32,)
"""hidden units of the score head; chosen by us: 1,700 parameters, 2 % of the smallest student"""
LEAST_ERROR = 1e-12
"""floor of the mean squared error before its logarithm; chosen by us: far below float32 noise"""

ScoreForm: TypeAlias = Literal["error", "head"]


def _conv(n_in: int, n_out: int, kernel: int = 4, stride: int = 2, padding: int = 1) -> nn.Module:
    return nn.Conv2d(n_in, n_out, (1, kernel), (1, stride), (0, padding), bias=False)


def _deconv(n_in: int, n_out: int, kernel: int = 4, stride: int = 2, padding: int = 1) -> nn.Module:
    return nn.ConvTranspose2d(n_in, n_out, (1, kernel), (1, stride), (0, padding), bias=False)


def _initialise(module: nn.Module) -> None:
    """Initialise as BeatGAN does: Xavier-normal convolutions, BatchNorm weights N(1, 0.02)."""
    if isinstance(module, nn.Conv2d | nn.ConvTranspose2d):
        nn.init.xavier_normal_(module.weight)
    elif isinstance(module, nn.BatchNorm2d):
        nn.init.normal_(module.weight, 1.0, 0.02)
        nn.init.zeros_(module.bias)


def _features(width: int) -> nn.Sequential:
    """Five halvings of the beat, widths `width` to 16 `width`."""
    layers: list[nn.Module] = [_conv(1, width), nn.LeakyReLU(LEAK)]
    for step in range(N_HALVINGS - 1):
        n_in, n_out = width * 2**step, width * 2 ** (step + 1)
        layers += [_conv(n_in, n_out), nn.BatchNorm2d(n_out), nn.LeakyReLU(LEAK)]
    return nn.Sequential(*layers)


class Encoder(nn.Module):
    """Beat to vector.

    Parameters
    ----------
    n_out : size of the vector
    width : channels of the first convolution
    """

    def __init__(self, n_out: int, width: int) -> None:
        super().__init__()
        self.features = _features(width)
        self.last = _conv(width * 16, n_out, LATENT_KERNEL, 1, 0)

    def forward(self, beat: Tensor) -> tuple[Tensor, Tensor]:
        """Encode beats (batch, 1, 320) to vectors (batch, n_out) and what comes before them.

        The features are (batch, 16 width, 1, 10).
        """
        features = self.features(beat.unsqueeze(2))
        return self.last(features).flatten(1), features

    def levels(self, beat: Tensor) -> list[Tensor]:
        """Return the features after each halving, (batch, channels, 1, n)."""
        levels, features = [], beat.unsqueeze(2)
        for layer in self.features:
            features = layer(features)
            if isinstance(layer, nn.LeakyReLU):
                levels.append(features)
        return levels


class Decoder(nn.Module):
    """Latent vector to beat, the encoder's mirror image."""

    def __init__(self, n_latent: int, width: int) -> None:
        super().__init__()
        first = width * 16
        layers = [_deconv(n_latent, first, LATENT_KERNEL, 1, 0), nn.BatchNorm2d(first), nn.ReLU()]
        for step in range(N_HALVINGS - 1, 0, -1):
            n_in, n_out = width * 2**step, width * 2 ** (step - 1)
            layers += [_deconv(n_in, n_out), nn.BatchNorm2d(n_out), nn.ReLU()]
        layers += [_deconv(width, 1), nn.Tanh()]
        self.layers = nn.Sequential(*layers)

    def forward(self, latent: Tensor) -> Tensor:
        """Decode vectors (batch, n_latent) to beats (batch, 1, 320) in [-1, 1]."""
        return cast(Tensor, self.layers(latent[:, :, None, None]).squeeze(2))


class Generator(nn.Module):
    """Autoencoder of beats: the part of BeatGAN that reconstructs."""

    def __init__(self, width: int = FULL_WIDTH, n_latent: int = N_LATENT) -> None:
        super().__init__()
        self.encoder = Encoder(n_latent, width)
        self.decoder = Decoder(n_latent, width)
        self.apply(_initialise)

    def forward(self, beat: Tensor) -> tuple[Tensor, Tensor]:
        """Reconstruct beats (batch, 1, 320); the latent vectors (batch, n_latent) come too."""
        latent, _ = self.encoder(beat)
        return self.decoder(latent), latent


class Discriminator(nn.Module):
    """Tells real beats from reconstructed ones: an encoder with one output."""

    def __init__(self, width: int = FULL_WIDTH) -> None:
        super().__init__()
        self.encoder = Encoder(1, width)
        self.reinitialise()

    def reinitialise(self) -> None:
        """Draw all weights anew: BeatGAN does so when the discriminator wins outright."""
        self.apply(_initialise)

    def forward(self, beat: Tensor) -> tuple[Tensor, Tensor]:
        """Judge beats (batch, 1, 320): logits (batch,) of being real, and the features.

        The sigmoid of the published network is in the loss, which is exact where it saturates.
        """
        logit, features = self.encoder(beat)
        return logit.squeeze(1), features


def _regressor(n_in: int, units: Sequence[int]) -> nn.Sequential:
    """Fully connected layers from n_in numbers to one."""
    layers: list[nn.Module] = []
    for n_out in units:
        layers += [nn.Linear(n_in, n_out), nn.LeakyReLU(LEAK)]
        n_in = n_out
    return nn.Sequential(*layers, nn.Linear(n_in, 1))


class StudentNetwork(nn.Module):
    """A smaller generator with a head that judges beats: as the teacher does, or by density.

    Parameters
    ----------
    width : channels of the first convolution
    score : which score `forward` gives: the log of the mean squared ``error``, or the ``head``
    n_kernels : Gaussians of a density head; 0 for a head that learns the teacher's log-score
    head_units : hidden units of a head that learns, a layer each
    """

    def __init__(
        self,
        width: int,
        n_latent: int = N_LATENT,
        score: ScoreForm = "error",
        n_kernels: int = 0,
        head_units: Sequence[int] = HEAD_UNITS,
    ) -> None:
        super().__init__()
        self.width, self.n_latent = width, n_latent
        self.score: ScoreForm = score
        self.generator = Generator(width, n_latent)
        self.head: nn.Module
        if n_kernels:
            self.head = DensityHead(n_kernels)
        else:
            self.head = _regressor(n_latent + 1, head_units)

    def scores(self, beat: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Return reconstruction (batch, 1, 320) and both log-scores (batch,): error's, head's."""
        reconstruction, latent = self.generator(beat)
        return reconstruction, *self.judge(beat, reconstruction, latent)

    def judge(self, beat: Tensor, reconstruction: Tensor, latent: Tensor) -> tuple[Tensor, Tensor]:
        """Return both log-scores (batch,), error's and head's, of what the generator gave."""
        log_error = log_mean_squared_error(beat, reconstruction)
        if isinstance(self.head, DensityHead):
            return log_error, self.head(beat)
        seen = torch.cat((latent.float(), log_error[:, None]), dim=1)
        return log_error, self.head(seen).squeeze(1)

    def forward(self, beat: Tensor) -> tuple[Tensor, Tensor]:
        """Return reconstruction (batch, 1, 320) and the log-score (batch,)."""
        reconstruction, log_error, log_head = self.scores(beat)
        return reconstruction, log_error if self.score == "error" else log_head


def log_mean_squared_error(beat: Tensor, reconstruction: Tensor) -> Tensor:
    """Natural log of the mean squared error over samples, (batch,), computed in float32."""
    squared = (beat.float() - reconstruction.float()) ** 2
    return torch.log(squared.mean(dim=(1, 2)) + LEAST_ERROR)


def count_parameters(network: nn.Module) -> int:
    """Count the numbers of a network that were learnt, by descent or otherwise."""
    return sum(parameter.numel() for parameter in network.parameters())
