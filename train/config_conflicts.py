"""Settings of a training that are impossible, or exclude one another."""

from pathlib import PurePath
from typing import TYPE_CHECKING

from sibeat.ecg.errors import ConfigError
from sibeat.train.split import N_FOLDS

if TYPE_CHECKING:
    from sibeat.train.config import PrepareConfig, TrainConfig


def require_compatible(config: "TrainConfig", where: str) -> None:
    """Refuse a configuration whose settings cannot hold together.

    Parameters
    ----------
    config : whose numbers are in their ranges
    where : where it comes from, for messages

    Raises
    ------
    ConfigError
        At the first conflict.
    """
    _require_fold(config.prepare, where)
    _require_parts(config.prepare, where)
    _require_start(config, where)
    _require_score(config, where)
    _require_one_teacher(config, where)


def _require_fold(prepare: "PrepareConfig", where: str) -> None:
    if not 0 <= prepare.fold < N_FOLDS:
        raise ConfigError(f"prepare.fold in {where} is {prepare.fold}: expected 0 to {N_FOLDS - 1}")
    if prepare.fold and prepare.front != "beatgan":
        raise ConfigError(
            f"prepare.fold and prepare.front {prepare.front!r} in {where} exclude each "
            "other: folds are of the front 'beatgan'; leave one out"
        )


def _require_parts(prepare: "PrepareConfig", where: str) -> None:
    """Records of one's own train and choose, each in one part, and are cut as the monitor does."""
    named = (*prepare.train, *prepare.validation, *prepare.test)
    if not named:
        return
    if prepare.front == "beatgan":
        raise ConfigError(
            f"prepare.train and prepare.front 'beatgan' in {where} exclude each other: that front "
            "is of the published protocol's records; leave one out"
        )
    for part in ("train", "validation"):
        if not getattr(prepare, part):
            raise ConfigError(
                f"prepare.{part} in {where} names no record, other parts do: expected records "
                "that train, and others whose normal beats choose and calibrate"
            )
    for name in named:
        if not name or PurePath(name).is_absolute() or {".", ".."} & set(name.split("/")):
            raise ConfigError(
                f"prepare in {where} names the record {name!r}: expected its path from the folder "
                "that --data gives, without '.' and '..'"
            )
    twice = sorted({name for name in named if named.count(name) > 1})
    if twice:
        raise ConfigError(
            f"prepare in {where} names {', '.join(twice[:5])} twice: expected each record in one "
            "part, and each patient, too"
        )


def _require_start(config: "TrainConfig", where: str) -> None:
    sizes = [(part.width, part.n_latent) for part in (config.teacher, config.student)]
    if config.student.start == "teacher" and sizes[0] != sizes[1]:
        raise ConfigError(
            f"student.start in {where} is 'teacher', whose width and n_latent are {sizes[0]}: "
            f"expected the student's to be the same, got {sizes[1]}"
        )


def _require_score(config: "TrainConfig", where: str) -> None:
    student = config.student
    if student.score != "error" and not (student.kernels or student.head_weight):
        raise ConfigError(
            f"student.score in {where} is {student.score!r}, and student.head_weight 0: such a "
            "head stays as it was drawn; expected a weight above 0, kernels, or score 'error'"
        )


def _require_one_teacher(config: "TrainConfig", where: str) -> None:
    if config.student.before and config.student.start == "teacher":
        raise ConfigError(
            f"student.before and student.start in {where} exclude each other: the student before "
            "is the teacher, whose weights are not taken; leave one out"
        )
    if config.student.before and config.student.target != "teacher":
        raise ConfigError(
            f"student.before and student.target in {where} exclude each other: the student before "
            "is the teacher; leave one out"
        )
