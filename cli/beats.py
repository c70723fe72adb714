"""What ``sibeat evaluate beats`` does: get the beats of a protocol, judge a student, show."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, get_args

from sibeat.cli.extras import require_packages
from sibeat.cli.figures import publish, refuse_unwritable
from sibeat.ecg.errors import UsageError

if TYPE_CHECKING:
    from sibeat.model.artefact import Student
    from sibeat.train.beats_file import Beats
    from sibeat.train.metrics import Protocol
    from sibeat.train.progress import Progress

NO_MODEL = "none"
"""in place of a model's file: the other methods alone"""


def evaluate(
    data: Path,
    wanted: str,
    fold: int,
    model: str | None,
    file: Path | None,
    *,
    references: bool = True,
    densities: bool = False,
    runs: Sequence[Path] = (),
) -> None:
    """Judge a student under a protocol, print the table and write the figures.

    Parameters
    ----------
    data : folder of the database, or prepared beats (.npz) of the protocol's front
    wanted : ``beatgan`` or ``interpatient``
    fold : of the protocol ``beatgan``
    model : the student's file; None for the shipped one, ``none`` for none
    file : for the figures; ``-`` prints them in place of the table
    references : run the reference methods too
    densities : run those that need torch and minutes too
    runs : folders of trainings whose networks are judged too
    """
    refuse_unwritable(file)
    protocol = _protocol(wanted)
    _require_fold(protocol, fold)
    if model == NO_MODEL and not (references or densities or runs):
        raise UsageError(
            "nothing to judge: expected a model, the reference methods, --densities or --run; "
            "leave out --model none or --no-references"
        )
    require_packages("judging beats", "sklearn", *(["torch"] if densities or runs else []))
    from sibeat.cli.beats_table import to_text
    from sibeat.train.progress import RichProgress
    from sibeat.train.protocol_report import evaluate_trial
    from sibeat.train.trial import Trial

    student = _load(model)
    if student is not None:
        from sibeat.train.held_out import require_unseen

        require_unseen(student.contract, protocol, fold)  # before the beats take their time
    with RichProgress() as progress:
        beats = _beats(data, protocol, progress)
        trial = Trial.of(
            protocol,
            beats,
            fold,
            references=references,
            densities=densities,
            runs=tuple(runs),
            progress=progress,
        )
        report = evaluate_trial(trial, student)
    publish(to_text(report), json.dumps(report, indent=1, allow_nan=False), file)


def _protocol(wanted: str) -> "Protocol":
    from sibeat.train.metrics import Protocol

    protocols: tuple[Protocol, ...] = get_args(Protocol)
    for protocol in protocols:
        if wanted == protocol:
            return protocol
    raise UsageError(f"no protocol {wanted!r}: expected one of {', '.join(protocols)}")


def _require_fold(protocol: "Protocol", fold: int) -> None:
    if fold and protocol != "beatgan":
        raise UsageError(
            f"--fold {fold} says nothing to --protocol {protocol}: expected it with beatgan alone; "
            "leave it out"
        )


def _load(model: str | None) -> "Student | None":
    from sibeat.model.artefact import load_student

    if model == NO_MODEL:
        return None
    return load_student(None if model is None else Path(model))


def _beats(data: Path, protocol: "Protocol", progress: "Progress") -> "Beats":
    """Cut the beats, or read them."""
    from sibeat.train.beats_file import load_beats
    from sibeat.train.config import PrepareConfig
    from sibeat.train.held_out import FRONT_OF
    from sibeat.train.prepare import prepare

    front = FRONT_OF[protocol]
    if data.suffix != ".npz":
        progress.stage("prepare", f"cutting the beats of the front {front}")
        config = PrepareConfig(front="beatgan" if front == "beatgan" else "monitor")
        return prepare(data, config, progress)
    return load_beats(data)
