"""Checkpoints: all that a training's next epoch depends on, in one file, whole or not at all."""

import io
import pickle
import struct
import warnings
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import torch

from sibeat.ecg.atomic_file import write_atomically
from sibeat.ecg.errors import ConfigError

SCHEMA = "sibeat-checkpoint/2"
DAMAGE = (
    LookupError,
    ValueError,
    TypeError,
    AttributeError,
    AssertionError,
    EOFError,
    OSError,
    RuntimeError,
    MemoryError,
    OverflowError,
    struct.error,
    pickle.UnpicklingError,
)
"""what torch raises at foreign or damaged files: its unpickler checks little on its way"""


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
    random: Mapping[str, Any] = field(default_factory=dict)
    """torch's random states when it was written, on the CPU and on each GPU"""


def save_checkpoint(path: Path, checkpoint: Checkpoint) -> None:
    """Write a checkpoint with torch's random state of now; a kill leaves the one before.

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


def load_checkpoint(path: Path, device: torch.device) -> Checkpoint:
    """Read a checkpoint; torch's random state stays as it is (see `restore_random`).

    Parameters
    ----------
    path, device : where it is, and where its tensors go

    Raises
    ------
    ConfigError
        When the file is missing, damaged or no checkpoint.
    """
    if not path.exists():
        raise ConfigError(f"no checkpoint {path}: expected one of a training; run that stage first")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", UserWarning)  # of what foreign bytes look like to it
            content = torch.load(path, map_location=device, weights_only=True)
        if content["schema"] != SCHEMA:
            raise ConfigError(
                f"{path} has form {content['schema']!r}: expected {SCHEMA}; remove it, train anew"
            )
        return Checkpoint(
            content["fingerprint"],
            content["epoch"],
            content["state"],
            content["history"],
            content["about"],
            {name: content[name] for name in ("random", "cuda_random")},
        )
    except DAMAGE as error:
        raise ConfigError(
            f"{path} is no checkpoint of this sibeat ({type(error).__name__}: "
            f"{str(error)[:100]}): remove it, or run without --resume"
        ) from error


def restore_random(checkpoint: Checkpoint) -> None:
    """Set torch's random state to what it was when a checkpoint, read from its file, was written.

    For those who go on with it, once it is certain that they do. There may be fewer GPUs than then.
    """
    torch.set_rng_state(checkpoint.random["random"].cpu())
    states = checkpoint.random["cuda_random"]
    for number in range(min(len(states), torch.cuda.device_count())):
        torch.cuda.set_rng_state(states[number].cpu(), number)
