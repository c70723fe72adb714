"""Beats that are there already: taken over only where they are what the configuration says."""

from pathlib import Path
from typing import TYPE_CHECKING

from sibeat.ecg.atomic_file import write_atomically
from sibeat.ecg.errors import ConfigError
from sibeat.train.beats_file import Beats, load_beats, save_beats
from sibeat.train.config import PrepareConfig
from sibeat.train.folds import assign_fold
from sibeat.train.split import split_of

if TYPE_CHECKING:
    from sibeat.train.stages import Run

LEAST_TRAINING, LEAST_VALIDATION = 2, 1
"""normal beats: BatchNorm needs two to train, the thresholds need one to be set by"""


def take_beats(run: "Run") -> None:
    """Take a prepared file over as it is, or with the parts of the configured fold.

    Raises
    ------
    ConfigError
        When its beats are of another front or filter, or its records are for something else.
    """
    from sibeat.train.prepare import filter_in_words

    wished = run.config.prepare
    beats = load_beats(run.data)
    if beats.origin.front != wished.front:
        raise ConfigError(
            f"{run.data} has beats of the front {beats.origin.front!r}: expected "
            f"{wished.front!r}, as prepare.front says; change one of them"
        )
    if wished.front == "beatgan":
        save_beats(run.file("beats.npz"), assign_fold(beats, wished.fold))
        return
    _require_parts(beats, wished, run.data)
    if beats.origin.filter != (expected := filter_in_words(wished)):
        raise ConfigError(
            f"{run.data} was filtered by {beats.origin.filter!r}: expected {expected!r}, as "
            "prepare.mains_hz says; change that, or give the folder of the database"
        )
    write_atomically(run.file("beats.npz"), run.data.read_bytes())


def _require_parts(beats: Beats, wished: PrepareConfig, path: Path) -> None:
    """Refuse records of one's own that are for something else than the configuration says."""
    if not wished.train:
        return
    split = split_of(wished)
    meant = {name: split.part_of(name) for name in split.records}
    got = sorted({(str(r), str(p)) for r, p in zip(beats.record, beats.part, strict=True)})
    wrong = [f"{name} ({part})" for name, part in got if meant.get(name) != part]
    if wrong:
        raise ConfigError(
            f"{path} has beats of {', '.join(wrong[:5])}: expected those of the records, for what "
            "prepare.train, validation and test name them; prepare them anew from the folder of "
            "the records"
        )


def require_learnable(n_train: int, n_validation: int, run: "Run") -> None:
    """Refuse what cannot train, or could not be calibrated at the end.

    Parameters
    ----------
    n_train, n_validation : normal beats of these parts
    run : whose beats they are

    Raises
    ------
    ConfigError
        When there are too few.
    """
    for part, use, n, least in (
        ("train", "training", n_train, LEAST_TRAINING),
        ("validation", "validation", n_validation, LEAST_VALIDATION),
    ):
        if n < least:
            remedy = f"give --data the folder of the database, or beats of the part {part!r}"
            if run.config.prepare.train:
                remedy = f"name other records under prepare.{part}"
            raise ConfigError(
                f"{run.file('beats.npz')} has {n} normal {use} beats: expected at least {least}; "
                f"{remedy}"
            )
