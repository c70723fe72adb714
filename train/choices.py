"""Which epoch's networks are kept beside the last: two choices, each by its own criterion.

The honest one looks at normal validation beats alone. The published one takes the epoch that ranks
the validation beats best, abnormal ones among them: what BeatGAN's code does, and no detector of
unseen kinds of beats could. Both are stated side by side, under these names.
"""

import math
from dataclasses import dataclass
from pathlib import Path
from typing import get_args

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from sibeat.ecg.errors import OutputError
from sibeat.ecg.ranking import Ranking
from sibeat.train.config import Choice
from sibeat.train.judges import Judge

CHOICES: tuple[Choice, ...] = get_args(Choice)

NORMAL_ERROR = "validation"
"""key in the history: reconstruction error of the normal validation beats"""
VALIDATION_AUC = "validation_auc"
"""key in the history: AUC over all validation beats"""
CRITERIA: tuple[tuple[Choice, str, float], ...] = (
    ("honest", NORMAL_ERROR, 1.0),
    ("published", VALIDATION_AUC, -1.0),
)
"""choice, key of its figure, and its sign where the least is best"""
BATCH = 1024
"""beats judged at once; chosen by us: it bounds the memory that they take"""


@dataclass(frozen=True, slots=True, eq=False)
class Labelled:
    """Validation beats of every class."""

    beats: Tensor
    """(n_beats, 1, 320), on the device"""
    abnormal: NDArray[np.bool_]
    """(n_beats,)"""

    @torch.no_grad()
    def auc(self, judge: Judge) -> dict[str, float]:
        """AUC by its key; nothing where one side has no beats."""
        scores = [judge.log_score(share) for share in torch.split(self.beats, BATCH)]
        if not scores:
            return {}
        figures = Ranking(torch.cat(scores).float().cpu().numpy(), self.abnormal).figures()
        return {} if figures is None else {VALIDATION_AUC: figures[0]}


def path_of(last: Path, choice: Choice) -> Path:
    """Checkpoint of a choice, beside that of the last epoch."""
    return last if choice == "last" else last.with_stem(f"{last.stem}-{choice}")


def set_aside(last: Path) -> list[Path]:
    """Rename the checkpoints of a training that another takes the place of: hours are in them.

    Those that were set aside before are removed.

    Parameters
    ----------
    last : checkpoint of the last epoch

    Returns
    -------
    the new names, empty when there was none

    Raises
    ------
    OutputError
        When a file cannot be renamed.
    """
    paths = [path_of(last, choice) for choice in CHOICES]
    if not any(path.exists() for path in paths):
        return []
    kept = []
    for path in paths:
        name = path.with_name(f"{path.name}.before")
        try:
            name.unlink(missing_ok=True)
            if path.exists():
                kept.append(path.rename(name))
        except OSError as error:
            raise OutputError(
                f"cannot rename {path} to {name.name} ({error.strerror or error}): expected to "
                "keep the training before; check the folder's permissions, or move it yourself"
            ) from error
    return kept


def chosen_now(history: list[dict[str, float]]) -> list[Choice]:
    """Choices, other than the last, that fall on the last epoch of a history.

    A figure that is no finite number chooses nothing, and stands in no later epoch's way.
    """
    chosen: list[Choice] = []
    for choice, key, sign in CRITERIA:
        figures = [sign * epoch.get(key, math.nan) for epoch in history]
        known = [figure for figure in figures if math.isfinite(figure)]
        if math.isfinite(figures[-1]) and figures[-1] <= min(known):
            chosen.append(choice)
    return chosen
