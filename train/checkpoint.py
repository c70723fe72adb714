"""Checkpoints: all that a training's next epoch depends on, in one file, whole or not at all."""

import io
import pickle
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch

from sibeat.ecg.atomic_file import write_atomically
from sibeat.ecg.errors import ConfigError

SCHEMA = "sibeat-checkpoint/2"


@dataclass(frozen=True, slots=True, eq=False)
class Checkpoint:
    """A training between two epochs."""

    fingerprint: str
    """of the configuration and the data that it belongs to"""
    epoch: int
    """epochs done"""
    state: Mapping[str, Any]
    """networks, optimisers and their own random generators"""
    history: list[dict[str, float]]
    """the named losses of each epoch done"""
    about: Mapping[str, Any]
    """``config`` (resolved), ``processes``, ``beats_identity``, ``train_records``,
    ``validation_records``: for those who build on it or judge it"""


def save_checkpoint(path: Path, checkpoint: Checkpoint) -> None:
    """Write a checkpoint with torch's random state; a kill leaves the one before.

    The data's order needs no place here: it follows from seed and epoch alone.
    """
    content = {
        "schema": SCHEMA,
        "fingerprint": checkpoint.fingerprint,
        "epoch": checkpoint.epoch,
        "state": checkpoint.state,
        "history": checkpoint.history,
        "about": checkpoint.about,
        "random": torch.get_rng_state(),
        "cuda_random": torch.cuda.get_rng_state_all() if torch.cuda.is_available() else [],
    }
    buffer = io.BytesIO()
    torch.save(content, buffer)
    write_atomically(path, buffer.getvalue())


def load_checkpoint(path: Path, device: torch.device, *, go_on: bool = False) -> Checkpoint:
    """Read a checkpoint.

    Parameters
    ----------
    path, device : where it is, and where its tensors go
    go_on : also set torch's random state to what it was

    Raises
    ------
    ConfigError
        When the file is missing, damaged or no checkpoint.
    """
    if not path.exists():
        raise ConfigError(f"no checkpoint {path}: expected one of a training; run that stage first")
    try:
        content = torch.load(path, map_location=device, weights_only=True)
        if content["schema"] != SCHEMA:
            raise ConfigError(
                f"{path} has form {content['schema']!r}: expected {SCHEMA}; remove it, train anew"
            )
        checkpoint = Checkpoint(
            content["fingerprint"],
            content["epoch"],
            content["state"],
            content["history"],
            content["about"],
        )
        if go_on:
            _restore_random(content)
        return checkpoint
    except (RuntimeError, KeyError, TypeError, EOFError, OSError, pickle.UnpicklingError) as error:
        raise ConfigError(
            f"{path} is no checkpoint of this sibeat ({type(error).__name__}: "
            f"{str(error)[:100]}): remove it, or run without --resume"
        ) from error


def _restore_random(content: Mapping[str, Any]) -> None:
    torch.set_rng_state(content["random"].cpu())
    if content["cuda_random"] and torch.cuda.is_available():
        torch.cuda.set_rng_state_all([state.cpu() for state in content["cuda_random"]])
