"""Prepared beats of the front that a benchmark is about; those of the other one are refused."""

from pathlib import Path

from sibeat.ecg.errors import ConfigError
from sibeat.train.beats_file import Beats, load_beats
from sibeat.train.config import Front


def beats_of_front(data: Path, front: Front) -> Beats:
    """Read prepared beats.

    Raises
    ------
    ConfigError
        When they are none, or of the other front.
    """
    beats = load_beats(data)
    if beats.origin.front != front:
        preset = "edge-beatgan" if front == "beatgan" else "edge"
        raise ConfigError(
            f"{data} has beats of the front {beats.origin.front!r}: expected {front!r}; make them "
            f"with `sibeat train --config {preset} --stage prepare`"
        )
    return beats
