"""The student: it learns to reconstruct normal beats, and to judge beats as its teacher does.

Three losses: reconstruction, feature matching through the teacher's discriminator, and a
distillation that distils. The last compares log-scores of student and teacher on the same beats,
at every step, with gradient into the student; and it does so on normal beats and on synthetic
corruptions of them, since on normal beats alone there is little to tell apart.
"""

from collections.abc import Mapping
from typing import Any

import torch
from torch import Generator, Tensor

from sibeat.model.density import DensityHead
from sibeat.model.networks import StudentNetwork
from sibeat.train.config import StudentConfig
from sibeat.train.corruption import corrupt
from sibeat.train.density import fit_density
from sibeat.train.device import Device
from sibeat.train.judges import Density, Ensemble, Judge, NearestNeighbours
from sibeat.train.learning_rate import set_rate
from sibeat.train.losses import (
    attention_transfer_loss,
    constant_distillation_loss,
    feature_matching_loss,
    kl_distillation_loss,
    reconstruction_loss,
    regression_loss,
    standardised_distillation_loss,
)
from sibeat.train.teacher import Teacher
from sibeat.train.variation import vary


def new_student(config: StudentConfig) -> StudentNetwork:
    """Make the network that a configuration describes, its weights drawn anew."""
    return StudentNetwork(
        config.width, config.n_latent, n_kernels=config.kernels, head_units=config.head_units
    )


class Distillation:
    """A student with its optimiser and its frozen teacher; one `step` trains on a batch.

    Parameters
    ----------
    config : sizes, weights of the losses
    device : where it runs
    teacher : trained; it is frozen here
    target : judge whose log-score is distilled; None for the teacher itself
    """

    def __init__(
        self,
        config: StudentConfig,
        device: Device,
        teacher: Teacher,
        target: Judge | None = None,
    ) -> None:
        self._config = config
        self._device = device
        self._teacher = teacher
        teacher.freeze()
        self._target: Judge = teacher if target is None else target
        self.network = new_student(config)
        if config.start == "teacher":
            self.network.generator.load_state_dict(teacher.generator.state_dict())
        device.place(self.network)
        descended = [each for each in self.network.parameters() if each.requires_grad]
        self._optimiser = torch.optim.Adam(
            descended, lr=config.learning_rate, betas=config.betas, fused=True
        )
        self._random = Generator().manual_seed(config.seed)

    def choose_target(self, beats: Tensor, before: Judge | None = None) -> None:
        """Set whose log-score is distilled, as configured.

        Parameters
        ----------
        beats : (n_beats, 1, 320), the normal training beats
        before : student of the generation before, if there is one: it is the teacher
        """
        if before is not None:
            self._target = before
            return
        target = self._config.target
        if target == "neighbours":
            self._target = NearestNeighbours(beats)
        elif target == "density":
            self._target = Density(beats, self._config.seed)
        elif target == "ensemble":
            self._target = Ensemble((self._teacher, NearestNeighbours(beats)), beats)

    def fit_head(self, beats: Tensor) -> None:
        """Fit a density head to normal beats (n_beats, 1, 320); other heads learn in `step`."""
        if isinstance(self.network.head, DensityHead):
            fit_density(self.network.head, beats, self._config.seed)

    def start_epoch(self, epoch: int, epochs: int) -> None:
        """Set the learning rate of an epoch, as configured."""
        config = self._config
        set_rate(self._optimiser, config.learning_rate, config.decay, epoch, epochs)

    def step(self, beats: Tensor) -> dict[str, Tensor]:
        """Train on one batch of normal beats (batch, 1, 320); returns the losses by name."""
        self.network.train()
        losses = self.losses(beats)
        total = losses["reconstruction"]
        for name, weight in self._weights().items():
            total = total + weight * losses[name]
        self._optimiser.zero_grad(set_to_none=True)
        total.backward()  # type: ignore[no-untyped-call]  # torch leaves it without types
        self._optimiser.step()
        return {name: loss.detach() for name, loss in losses.items()}

    def losses(self, beats: Tensor) -> dict[str, Tensor]:
        """Return the losses by name, with gradient."""
        gentle = self._config.gentleness
        corrupted = [corrupt(beats, self._random, gentle) for _ in range(self._config.corruptions)]
        drawn = vary(beats, self._config.variation, self._random)
        seen = torch.cat((drawn, *corrupted))
        reconstruction, log_error, log_head = self._scores(seen)
        taught = self._target.log_score(seen)
        own = reconstruction[: len(drawn)]
        losses = {
            "reconstruction": reconstruction_loss(drawn, own),
            "feature_matching": self._feature_matching(drawn, own),
            "distillation": self._distillation(log_error, taught),
        }
        if not self._config.kernels:
            losses["head"] = regression_loss(log_head, taught)
        if self._config.attention_weight:
            losses["attention"] = self._attention_transfer(drawn)
        return losses

    def _scores(self, beats: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Reconstruct and judge, as `StudentNetwork.scores`; a density's sums need float32."""
        with self._device.autocast():
            reconstruction, latent = self.network.generator(beats)
        return reconstruction, *self.network.judge(beats, reconstruction, latent)

    def _weights(self) -> dict[str, float]:
        weights = {
            "feature_matching": self._config.feature_weight,
            "distillation": self._config.distillation_weight,
        }
        if not self._config.kernels:
            weights["head"] = self._config.head_weight
        if self._config.attention_weight:
            weights["attention"] = self._config.attention_weight
        return weights

    def _attention_transfer(self, beats: Tensor) -> Tensor:
        with self._device.autocast():
            own = self.network.generator.encoder.levels(beats)
            with torch.no_grad():
                taught = self._teacher.generator.encoder.levels(beats)
        return attention_transfer_loss(own, taught)

    def _feature_matching(self, beats: Tensor, reconstruction: Tensor) -> Tensor:
        discriminator = self._teacher.discriminator
        with self._device.autocast():
            with torch.no_grad():
                _, real_features = discriminator(beats)
            _, fake_features = discriminator(reconstruction)
        return feature_matching_loss(real_features, fake_features)

    def _distillation(self, student: Tensor, teacher: Tensor) -> Tensor:
        if self._config.distillation == "kl":
            return kl_distillation_loss(student, teacher, self._config.temperature)
        if self._config.distillation == "constant":
            return constant_distillation_loss(student, teacher, self._config.temperature)
        return standardised_distillation_loss(student, teacher)

    @torch.no_grad()
    def validate(self, beats: Tensor) -> dict[str, Tensor]:
        """Return the figures that judge an epoch, from normal beats (batch, 1, 320) alone."""
        self.network.eval()
        reconstruction, _, log_head = self._scores(beats)
        figures = {"validation": reconstruction_loss(beats, reconstruction)}
        if not self._config.kernels:
            taught = self._target.log_score(beats)
            figures["validation_head"] = regression_loss(log_head, taught)
        return figures

    @torch.no_grad()
    def log_score(self, beats: Tensor) -> Tensor:
        """Judge beats (batch, 1, 320) by the form of score that is wished: (batch,)."""
        self.network.eval()
        _, log_error, log_head = self._scores(beats)
        return log_error if self._config.score == "error" else log_head

    def state_dict(self) -> dict[str, Any]:
        """Return everything that the next step depends on."""
        return {
            "network": self.network.state_dict(),
            "optimiser": self._optimiser.state_dict(),
            "random": self._random.get_state(),
        }

    def load_state_dict(self, state: Mapping[str, Any]) -> None:
        """Go on from what `state_dict` returned."""
        self.network.load_state_dict(state["network"])
        self._optimiser.load_state_dict(state["optimiser"])
        self._random.set_state(state["random"].cpu())
