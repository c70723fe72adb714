"""The epochs of a training: batches in an order that seed and epoch alone decide, checkpoints after
each epoch, so that a killed training goes on to the very weights of an unbroken one.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

import torch
from torch import Tensor

from sibeat.train.checkpoint import Checkpoint, load_checkpoint, restore_random, save_checkpoint
from sibeat.train.choices import Labelled, chosen_now, path_of, set_aside
from sibeat.train.epoch_seed import epoch_seed
from sibeat.train.parallel import ALONE, Ranks
from sibeat.train.progress import Progress


class Learner(Protocol):
    """What the loop trains: a `Teacher` or a `Distillation`."""

    def start_epoch(self, epoch: int, epochs: int) -> None:
        """Hear which epoch, counted from 0, starts."""
        ...

    def step(self, beats: Tensor) -> dict[str, Tensor]:
        """Train on one batch and return the losses by name."""
        ...

    def validate(self, beats: Tensor) -> dict[str, Tensor]:
        """Return figures of normal validation beats by name."""
        ...

    def log_score(self, beats: Tensor) -> Tensor:
        """Judge beats (batch, 1, 320): (batch,), greater is more abnormal."""
        ...

    def state_dict(self) -> dict[str, Any]:
        """Return everything that the next step depends on."""
        ...

    def load_state_dict(self, state: Mapping[str, Any]) -> None:
        """Go on from `state_dict`."""
        ...


@dataclass(frozen=True, slots=True, eq=False)
class Schedule:
    """How long and over what to train."""

    epochs: int
    batch_size: int
    seed: int
    train: Tensor
    """(n_beats, 1, 320), on the device"""
    validation: Tensor
    """(n_beats, 1, 320), normal beats that judge each epoch; may be empty"""
    checkpoint: Path
    """of the last epoch; those of other choices stand beside it"""
    fingerprint: str
    """of configuration and data: a checkpoint of another one is not gone on with"""
    about: Mapping[str, Any] = field(default_factory=dict)
    """what its checkpoints say of it: see `Checkpoint`"""
    labelled: Labelled | None = None
    """validation beats of every class, for the published choice of epoch"""
    progress: Progress = field(default_factory=Progress)
    ranks: Ranks = ALONE
    """processes that train together; each takes its share of every batch"""


def run_epochs(learner: Learner, schedule: Schedule, resume: bool) -> list[dict[str, float]]:
    """Train to the last epoch; returns the named losses of each epoch.

    Parameters
    ----------
    learner : freshly made from its seed; its state is replaced when a checkpoint is gone on with
    schedule : epochs, data and the checkpoint's place
    resume : go on from the checkpoint, if there is one of the same fingerprint; any other one is
        set aside
    """
    done, history = _resume(learner, schedule) if resume else (0, [])
    for epoch in range(done, schedule.epochs):
        schedule.progress.start_epoch(epoch, schedule.epochs, _n_batches(schedule))
        learner.start_epoch(epoch, schedule.epochs)
        losses = _train_epoch(learner, schedule, epoch)
        if schedule.ranks.first:
            losses |= _validate(learner, schedule)
        history.append(losses)
        if schedule.ranks.first:
            if epoch == 0:
                _keep_the_one_before(schedule)
            _save(learner, schedule, history)
        schedule.progress.end_epoch(epoch, losses)
    return history


def _keep_the_one_before(schedule: Schedule) -> None:
    """Set another training's checkpoints aside, not before this one has an epoch to put there."""
    kept = set_aside(schedule.checkpoint)
    if kept:
        schedule.progress.note(f"the training that was there is kept as {kept[0].name}")


def _save(learner: Learner, schedule: Schedule, history: list[dict[str, float]]) -> None:
    """Write the last epoch's checkpoint last: after a kill its epoch, and its choices, run anew."""
    checkpoint = Checkpoint(
        schedule.fingerprint, len(history), learner.state_dict(), history, schedule.about
    )
    for choice in chosen_now(history):
        save_checkpoint(path_of(schedule.checkpoint, choice), checkpoint)
    save_checkpoint(schedule.checkpoint, checkpoint)


def _resume(learner: Learner, schedule: Schedule) -> tuple[int, list[dict[str, float]]]:
    if not schedule.checkpoint.exists():
        return 0, []
    checkpoint = load_checkpoint(schedule.checkpoint, schedule.train.device)
    if checkpoint.fingerprint != schedule.fingerprint:
        schedule.progress.note(
            f"{schedule.checkpoint.name} is of another configuration or data: starting anew"
        )
        return 0, []
    if checkpoint.epoch > schedule.epochs:
        schedule.progress.note(
            f"{schedule.checkpoint.name} has {checkpoint.epoch} epochs, more than the "
            f"{schedule.epochs} asked for: starting anew"
        )
        return 0, []
    restore_random(checkpoint)
    learner.load_state_dict(checkpoint.state)
    return checkpoint.epoch, list(checkpoint.history)


def _train_epoch(learner: Learner, schedule: Schedule, epoch: int) -> dict[str, float]:
    sums: dict[str, Tensor] = {}
    for batch in batches(schedule.train, schedule.batch_size, schedule.seed, epoch):
        losses = learner.step(schedule.ranks.share(batch))
        for name, loss in losses.items():
            sums[name] = sums.get(name, torch.zeros_like(loss)) + loss
        schedule.progress.step(losses)
    n_batches = _n_batches(schedule)
    return {name: float(schedule.ranks.mean(sum_)) / n_batches for name, sum_ in sums.items()}


def _n_batches(schedule: Schedule) -> int:
    return max(1, len(schedule.train) // schedule.batch_size)


def batches(beats: Tensor, batch_size: int, seed: int, epoch: int) -> Iterator[Tensor]:
    """Yield the beats in the epoch's own order, whole batches only.

    A last short batch would weigh each of its beats more and could break BatchNorm. Where there
    are fewer beats than a batch holds, all of them make one.
    """
    generator = torch.Generator().manual_seed(epoch_seed(seed, epoch))
    order = torch.randperm(len(beats), generator=generator).to(beats.device)
    for start in range(0, max(1, len(beats) - batch_size + 1), batch_size):
        yield beats[order[start : start + batch_size]]


@torch.no_grad()
def _validate(learner: Learner, schedule: Schedule) -> dict[str, float]:
    if len(schedule.validation) == 0:
        return {}
    ranked = {} if schedule.labelled is None else schedule.labelled.auc(learner)
    return _normal_figures(learner, schedule) | ranked


def _normal_figures(learner: Learner, schedule: Schedule) -> dict[str, float]:
    sums: dict[str, float] = {}
    for share in torch.split(schedule.validation, VALIDATION_BATCH):
        weight = len(share) / len(schedule.validation)
        for name, figure in learner.validate(share).items():
            sums[name] = sums.get(name, 0.0) + weight * float(figure)
    return sums


VALIDATION_BATCH = 1024
"""beats judged at once; chosen by us: fits any machine"""
