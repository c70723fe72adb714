"""What the networks of a training's folder say of beats: each choice of epoch, teacher and student.

The published choice of epoch has seen abnormal validation beats and is labelled so; see
`sibeat.train.choices`.
"""

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, TypeAlias

import numpy as np
import torch
from numpy.typing import NDArray

from sibeat.ecg.errors import ConfigError, ModelError
from sibeat.ecg.ranking import NORMAL
from sibeat.ecg.stream import DoubleArray
from sibeat.model.density import DensityHead
from sibeat.model.networks import Generator, StudentNetwork, log_mean_squared_error
from sibeat.train.beats_file import Beats
from sibeat.train.checkpoint import Checkpoint, load_checkpoint
from sibeat.train.choices import CHOICES, NORMAL_ERROR, VALIDATION_AUC, path_of
from sibeat.train.config import Choice, TrainConfig, config_from_table
from sibeat.train.distil import new_student
from sibeat.train.held_out import require_other_records, require_same_draw
from sibeat.train.joint_density import joint_scores
from sibeat.train.metrics import classes_of, mapping_of
from sibeat.train.run_names import names_of
from sibeat.train.split import JUDGING

Part: TypeAlias = Literal["teacher", "student"]
PARTS: tuple[Part, ...] = ("teacher", "student")
BATCH = 2048
WITH_RHYTHM = ", with RR"
"""end of the name of a density's row that is joined with rhythm"""


@dataclass(frozen=True, slots=True, eq=False)
class Kept:
    """One checkpoint of a run."""

    name: str
    """of its row"""
    part: Part
    choices: tuple[Choice, ...]
    """that fall on its epoch"""
    checkpoint: Checkpoint
    config: TrainConfig

    def stated(self) -> dict[str, Any]:
        """Say which epoch it is of, by which criterion, and the curve up to the last epoch.

        A student also says which choice of its teacher it learnt from: the published one has seen
        abnormal validation beats.
        """
        figures = self.checkpoint.history[-1]
        learnt_from = {"teacher": self.config.student.teacher} if self.part == "student" else {}
        return {
            **learnt_from,
            "choices": list(self.choices),
            "epoch": self.checkpoint.epoch,
            "seed": getattr(self.config, self.part).seed,
            "width": getattr(self.config, self.part).width,
            "validation": {
                key: _finite(figures[key])
                for key in (NORMAL_ERROR, VALIDATION_AUC)
                if key in figures
            },
            "validation_auc_by_epoch": [
                round(epoch[VALIDATION_AUC], 4)
                for epoch in self.checkpoint.history
                if VALIDATION_AUC in epoch
            ],
        }


def _finite(figure: float) -> float | None:
    """Give a figure as JSON can hold it: a training that diverged has some that are no number."""
    return figure if math.isfinite(figure) else None


def judge_runs(
    folders: Sequence[Path],
    beats: Beats,
    judge: NDArray[np.bool_],
    fold: int,
    note: Callable[[str], None],
) -> tuple[dict[str, Any], dict[str, DoubleArray]]:
    """State every checkpoint of some runs, and score beats with it.

    Parameters
    ----------
    folders : of trainings
    beats : all of the protocol's, with their parts
    judge : (n_beats,), those to score, which no run has seen
    fold : that these beats judge, of the front ``beatgan``
    note : hears the name of each checkpoint

    Returns
    -------
    stated : name -> which epoch it is of, and why
    scores : name of the row -> (n_judged,)
    """
    judged = beats.select(judge)
    stated: dict[str, Any] = {}
    scores: dict[str, DoubleArray] = {}
    for folder, name in zip(folders, names_of(folders), strict=True):
        for kept in kept_of(folder, beats, fold, name):
            note(kept.name)
            stated[kept.name] = kept.stated()
            scores |= run_scores(kept, judged)
            if _is_density(kept):
                scores[f"{kept.name}{WITH_RHYTHM}"] = _with_rhythm(kept, beats, judge)
    return stated, scores


def kept_of(folder: Path, beats: Beats, fold: int, name: str = "") -> Iterator[Kept]:
    """Find the checkpoints of a run.

    Parameters
    ----------
    folder : of the training
    beats : all of the protocol's, of which some are to be judged
    fold : that these judge, of the front ``beatgan``
    name : of the run, with which its rows' names begin; by default the folder's

    Raises
    ------
    ConfigError
        When a checkpoint is damaged.
    ModelError
        When it trained on another front, or a fold of other beats: it may have seen those judged.
    """
    if not (folder / "teacher.pt").exists():
        raise ConfigError(
            f"{folder} holds no teacher.pt: expected the folder of a training, as given to "
            "`sibeat train --out`"
        )
    for part in PARTS:
        for checkpoint, choices in _by_epoch(folder / f"{part}.pt"):
            require_same_beats(folder, checkpoint.about, beats, fold)
            config = config_from_table(checkpoint.about["config"], str(folder))
            row = f"{name or folder.name} {part}, {choices[0]}"
            yield Kept(row, part, tuple(choices), checkpoint, config)


def _by_epoch(last: Path) -> list[tuple[Checkpoint, list[Choice]]]:
    """Checkpoints of the same training as the last one, each with the choices that it is."""
    if not last.exists():
        return []
    cpu = torch.device("cpu")
    ours = load_checkpoint(last, cpu).fingerprint
    found: dict[int, tuple[Checkpoint, list[Choice]]] = {}
    for choice in CHOICES:
        path = path_of(last, choice)
        checkpoint = load_checkpoint(path, cpu) if path.exists() else None
        if checkpoint is not None and checkpoint.fingerprint == ours:
            found.setdefault(checkpoint.epoch, (checkpoint, []))[1].append(choice)
    return list(found.values())


def require_same_beats(folder: Path, about: Mapping[str, Any], beats: Beats, fold: int) -> None:
    """Refuse networks that trained on beats of another front or fold, or on judging patients.

    Parameters
    ----------
    folder, about : of the training; what its checkpoint says
    beats : all of the protocol's
    fold : that these judge, of the front ``beatgan``

    Raises
    ------
    ModelError
        When they may have seen the beats that judge.
    """
    prepared = about["config"]["prepare"]
    front = beats.origin.front
    within = front == "beatgan"
    if prepared["front"] != front or (within and prepared["fold"] != fold):
        raise ModelError(
            f"{folder} trained on the front {prepared['front']!r}, fold {prepared['fold']}: "
            f"expected {front!r}, fold {fold}; it may have seen the beats that judge"
        )
    if within:
        require_same_draw(str(folder), about.get("beats_identity", ""), beats)
        return
    used = {*about["train_records"], *about["validation_records"]}
    seen = sorted(used & JUDGING)
    if seen:
        raise ModelError(
            f"{folder} has seen records of DS2's patients ({', '.join(seen[:5])}): expected "
            "training and validation records of DS1 without 201 (the patient of 202)"
        )
    require_other_records(str(folder), used, beats)


@torch.no_grad()
def run_scores(kept: Kept, beats: Beats) -> dict[str, DoubleArray]:
    """Score beats, name of the row -> (n_beats,).

    The teacher's score is its log reconstruction error; a student has one row for each form.
    """
    windows = torch.from_numpy(beats.windows_float()).unsqueeze(1)
    shares = torch.split(windows, BATCH)
    if kept.part == "teacher":
        stage = kept.config.teacher
        generator = Generator(stage.width, stage.n_latent)
        generator.load_state_dict(kept.checkpoint.state["generator"])
        generator.eval()
        scores = [log_mean_squared_error(share, generator(share)[0]) for share in shares]
        return {kept.name: _joined(scores)}
    wished = kept.config.student.score
    return {
        f"{kept.name}, {form}": _joined(column)
        for form, column in zip(("error", "head"), _student_scores(kept, shares), strict=True)
        if wished in ("auto", form)
    }


def _is_density(kept: Kept) -> bool:
    """Say whether it has a density to join with rhythm; that is the same at every epoch."""
    return kept.part == "student" and "last" in kept.choices and kept.config.student.kernels > 0


def _with_rhythm(kept: Kept, beats: Beats, judge: NDArray[np.bool_]) -> DoubleArray:
    head = _student(kept).head
    assert isinstance(head, DensityHead)  # a student with Gaussians has one
    normal = classes_of(beats.symbol, mapping_of(beats.origin.front)) == NORMAL
    learn = np.asarray(normal & (beats.part == "train"))
    return joint_scores(head, beats, learn, judge, kept.config.student.seed)


def _student(kept: Kept) -> StudentNetwork:
    stage = kept.config.student
    network = new_student(stage)
    network.load_state_dict(kept.checkpoint.state["network"])
    return network.eval()


def _student_scores(kept: Kept, shares: tuple[torch.Tensor, ...]) -> list[list[torch.Tensor]]:
    network = _student(kept)
    scored = [network.scores(share) for share in shares]
    return [[each[1] for each in scored], [each[2] for each in scored]]


def _joined(scores: list[torch.Tensor]) -> DoubleArray:
    return np.asarray(torch.cat(scores).numpy(), dtype=np.float64)
