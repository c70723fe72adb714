"""Where a student comes from, as its artefact states it."""

import subprocess
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from sibeat.model.contract import Calibration, Contract, InputContract, Provenance
from sibeat.train.beats_file import Beats, BeatsOrigin, file_sha256, load_beats
from sibeat.train.config import TrainConfig
from sibeat.train.folds import SEED as FOLDS_SEED
from sibeat.train.folds import beats_identity
from sibeat.train.split import MITDB, N_FOLDS
from sibeat.train.stages import Run

if TYPE_CHECKING:
    from sibeat.train.checkpoint import Checkpoint

SPLIT_PUBLISHED = (
    "published protocol, beats of one patient on both sides: normal beats (N L R) outside fold "
    "{fold} of {n_folds} train, a tenth of them and of the abnormal beats choose"
)
SPLIT = (
    "patient-independent: normal beats (N L R B e j n) of DS1 records train, the validation "
    "records of DS1 choose and calibrate, DS2 records only judge"
)
SPLIT_OTHER = (
    "by record, as chosen for it: normal beats (N L R B e j n) of its train records train, "
    "its validation records choose and calibrate, its test records only judge"
)

SHAPING = (".", "../model", "../ecg", "../configs")
"""packages that shape a student, from this one"""
FOLDS_SEED_KEY = "folds"
"""among the seeds: that of the folds' shuffles"""


def describe_student(
    run: Run, report: Mapping[str, Any], device: str, trained: Mapping[str, "Checkpoint"]
) -> Contract:
    """Put together the contract of a trained student.

    Parameters
    ----------
    run : its training
    report : what the stage evaluate wrote
    device : as shown to the user
    trained : checkpoints of the ``student`` and of the ``teacher`` that it learnt from
    """
    beats = load_beats(run.file("beats.npz"))
    config = run.config
    return Contract(
        input=_input(beats.origin),
        calibration=Calibration(
            log_score_quantiles=tuple(
                (float(p), float(q)) for p, q in report["calibration"]["log_score_quantiles"]
            ),
            threshold=float(report["calibration"]["threshold"]),
        ),
        provenance=Provenance(
            data=beats.origin.data,
            split=split_in_words(config, beats),
            train_records=_records(beats, "train"),
            validation_records=_records(beats, "validation"),
            seeds=_seeds(config, trained),
            epochs={part: checkpoint.epoch for part, checkpoint in trained.items()},
            device=device,
            commit=current_commit(),
            beats_sha256=file_sha256(run.file("beats.npz")),
            score=str(report["score"]),
            figures=figures_of(report),
            config=asdict(config),
            beats_identity=beats_identity(beats),
        ),
    )


def split_in_words(config: TrainConfig, beats: Beats) -> str:
    """Say which beats train and which choose: the database's own halves, or another file's."""
    if config.prepare.front == "beatgan":
        return SPLIT_PUBLISHED.format(fold=config.prepare.fold, n_folds=N_FOLDS)
    pairs = set(zip(beats.record.tolist(), beats.part.tolist(), strict=True))
    known = set(MITDB.records)
    ours = all(record in known and part == MITDB.part_of(record) for record, part in pairs)
    return SPLIT if ours else SPLIT_OTHER


def _seeds(config: TrainConfig, trained: Mapping[str, "Checkpoint"]) -> dict[str, int]:
    seeds = {part: int(each.about["config"][part]["seed"]) for part, each in trained.items()}
    if config.prepare.front == "beatgan":
        seeds[FOLDS_SEED_KEY] = FOLDS_SEED
    return seeds


def figures_of(report: Mapping[str, Any]) -> dict[str, float]:
    """Flatten a report's figures of the test beats: ``auc``, ``auc_V``, ``without_232_ap``."""
    found: dict[str, float | None] = {"mean_record_auc": report["mean_record_auc"]}
    for prefix, part in (("", report), ("without_232_", report["without_232"])):
        found[f"{prefix}auc"], found[f"{prefix}ap"] = part["auc"], part["ap"]
        for name, figures in part["per_class"].items():
            found[f"{prefix}auc_{name}"] = figures["auc"]
    return {name: round(value, 6) for name, value in found.items() if value is not None}


def current_commit() -> str:
    """Commit of the checkout that this code runs from, with ``+changes``; empty if it is none."""
    folder = Path(__file__).parent
    if not _git(folder, "ls-files", Path(__file__).name):
        return ""
    changed = _git(folder, "status", "--porcelain", "--untracked-files=no", *SHAPING)
    return _git(folder, "rev-parse", "HEAD") + ("+changes" if changed else "")


def _git(folder: Path, *arguments: str) -> str:
    try:
        done = subprocess.run(
            ["git", *arguments], cwd=folder, capture_output=True, text=True, check=True, timeout=10
        )
    except (OSError, subprocess.SubprocessError):
        return ""
    return done.stdout.strip()


def _input(origin: BeatsOrigin) -> InputContract:
    return InputContract(
        fs=origin.grid_fs,
        n_before=origin.n_before,
        n_after=origin.n_after,
        band_hz=origin.band_hz,
        filter=origin.filter,
        normalisation="minmax",
        leads=(origin.lead,),
        front=origin.front,
    )


def _records(beats: Beats, part: str) -> tuple[str, ...]:
    return tuple(map(str, np.unique(beats.record[beats.part == part])))
