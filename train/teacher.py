"""The teacher: BeatGAN, an autoencoder of normal beats trained against a discriminator.

References
----------
.. [1] Zhou et al., "BeatGAN: Anomalous Rhythm Detection using Adversarially Generated Time
   Series", IJCAI 2019, algorithm 1.
"""

from collections.abc import Mapping
from typing import Any

import torch
from torch import Generator as Random
from torch import Tensor, nn

from sibeat.model.networks import Discriminator, Generator, log_mean_squared_error
from sibeat.train.config import TeacherConfig
from sibeat.train.device import Device
from sibeat.train.epoch_seed import epoch_seed
from sibeat.train.learning_rate import set_rate
from sibeat.train.losses import discriminator_loss, feature_matching_loss, reconstruction_loss
from sibeat.train.parallel import ALONE, Ranks
from sibeat.train.time_warp import warp


class Teacher:
    """Generator and discriminator with their optimisers; one `step` trains both on a batch.

    Parameters
    ----------
    config : sizes, learning rate and weights
    device : where it runs
    ranks : processes that train it together
    """

    def __init__(self, config: TeacherConfig, device: Device, ranks: Ranks = ALONE) -> None:
        self._config = config
        self._device = device
        self._ranks = ranks
        self._random = Random()
        self.generator = Generator(config.width, config.n_latent)
        self.discriminator = Discriminator(config.width)
        device.place(self.generator)
        device.place(self.discriminator)
        self._generate = ranks.wrap(self.generator)
        self._discriminate = ranks.wrap(self.discriminator)
        settings: dict[str, Any] = {"lr": config.learning_rate, "betas": config.betas}
        settings["fused"] = True  # one pass over the weights: a seventh of a step on a CPU
        self._optimisers = {
            "generator": torch.optim.Adam(self.generator.parameters(), **settings),
            "discriminator": torch.optim.Adam(self.discriminator.parameters(), **settings),
        }

    def start_epoch(self, epoch: int, epochs: int) -> None:
        """Set the learning rates of an epoch, and what its beats are bent by, from its number."""
        config = self._config
        numbers = epoch_seed(config.seed, epoch) * self._ranks.n_processes + self._ranks.rank
        self._random.manual_seed(numbers)
        for optimiser in self._optimisers.values():
            set_rate(optimiser, config.learning_rate, config.decay, epoch, epochs)

    def step(self, beats: Tensor) -> dict[str, Tensor]:
        """Train on one batch (batch, 1, 320); returns the losses by name, without gradient."""
        self.generator.train()
        self.discriminator.train()
        beats = warp(beats, self._config.time_warp, self._random)
        with self._device.autocast():
            fake, _ = self._generate(beats)
        judged = self._ranks.mean(self._discriminator_step(beats, fake.detach()))
        matched, error = self._generator_step(beats, fake)
        if judged.item() < self._config.reinitialise_below:
            self.discriminator.reinitialise()
            self._ranks.agree(self.discriminator)
        return {"discriminator": judged, "reconstruction": error, "feature_matching": matched}

    def _discriminator_step(self, beats: Tensor, fake: Tensor) -> Tensor:
        with self._device.autocast():
            loss = discriminator_loss(self._discriminate(beats)[0], self._discriminate(fake)[0])
        self._descend("discriminator", loss)
        return loss.detach()

    def _generator_step(self, beats: Tensor, fake: Tensor) -> tuple[Tensor, Tensor]:
        self.discriminator.requires_grad_(False)
        with self._device.autocast():
            with torch.no_grad():
                _, real_features = self.discriminator(beats)
            _, fake_features = self.discriminator(fake)
        self.discriminator.requires_grad_(True)
        matching = feature_matching_loss(real_features, fake_features)
        error = reconstruction_loss(beats, fake)
        self._descend("generator", error + self._config.feature_weight * matching)
        return matching.detach(), error.detach()

    def _descend(self, name: str, loss: Tensor) -> None:
        optimiser = self._optimisers[name]
        optimiser.zero_grad(set_to_none=True)
        loss.backward()  # type: ignore[no-untyped-call]  # torch leaves it without types
        optimiser.step()

    @torch.no_grad()
    def validate(self, beats: Tensor) -> dict[str, Tensor]:
        """Return the figures that judge an epoch, from normal beats (batch, 1, 320) alone."""
        self.generator.eval()
        with self._device.autocast():
            reconstruction, _ = self.generator(beats)
        return {"validation": reconstruction_loss(beats, reconstruction)}

    def state_dict(self) -> dict[str, Any]:
        """Return everything that the next step depends on."""
        return {
            "generator": self.generator.state_dict(),
            "discriminator": self.discriminator.state_dict(),
            "optimisers": {name: each.state_dict() for name, each in self._optimisers.items()},
        }

    def load_state_dict(self, state: Mapping[str, Any]) -> None:
        """Go on from what `state_dict` returned."""
        self.generator.load_state_dict(state["generator"])
        self.discriminator.load_state_dict(state["discriminator"])
        for name, optimiser in self._optimisers.items():
            optimiser.load_state_dict(state["optimisers"][name])

    def freeze(self) -> None:
        """Make it a judge: no gradient reaches a weight, and no statistic changes any more.

        The discriminator goes on normalising each batch by itself, as in training. With its running
        statistics, features of a student's first reconstructions are of any size (measured: the
        matching loss was 80 times the reconstruction loss and swamped it).
        """
        self.generator.eval()
        self.discriminator.train()
        for network in (self.generator, self.discriminator):
            network.requires_grad_(False)
            network.zero_grad(set_to_none=True)
        for module in self.discriminator.modules():
            if isinstance(module, nn.BatchNorm2d):
                module.momentum = 0.0

    @torch.no_grad()
    def log_score(self, beats: Tensor) -> Tensor:
        """Log of the mean squared reconstruction error of beats (batch, 1, 320), (batch,)."""
        self.generator.eval()
        with self._device.autocast():
            reconstruction, _ = self.generator(beats)
        return log_mean_squared_error(beats, reconstruction)
