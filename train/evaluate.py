"""Choose the student's form of score on validation beats, then measure it on the test beats."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from sibeat.ecg.ranking import NORMAL
from sibeat.model.contract import Calibration
from sibeat.model.networks import (
    ScoreForm,
    StudentNetwork,
    count_parameters,
    log_mean_squared_error,
)
from sibeat.train.beats_file import Beats
from sibeat.train.choices import Labelled
from sibeat.train.metrics import (
    abnormal_of,
    classes_of,
    mapping_of,
    separation,
)
from sibeat.train.teacher import Teacher

BATCH = 2048
PROBABILITIES = (0.001, 0.01, 0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95, 0.99, 0.999)
THRESHOLD_PROBABILITY = 0.99
"""share of normal validation beats under the threshold of morphology alone; chosen by us"""


@dataclass(frozen=True, slots=True, eq=False)
class BeatScores:
    """What the networks say of every beat of a file."""

    error: NDArray[np.float32]
    """(n_beats,), the student's log of the mean squared error"""
    head: NDArray[np.float32]
    """(n_beats,), the student's head"""
    teacher: NDArray[np.float32]
    """(n_beats,), the teacher's log of the mean squared error"""

    def of(self, form: ScoreForm) -> NDArray[np.float32]:
        """Return the student's scores in one form."""
        return self.error if form == "error" else self.head


def normal_windows(beats: Beats, part: str) -> torch.Tensor:
    """Windows of the normal beats of one part, (n_beats, 1, 320)."""
    normal = _classes(beats) == NORMAL
    chosen = beats.select(normal & (beats.part == part))
    return torch.from_numpy(chosen.windows_float()).unsqueeze(1)


def labelled_windows(beats: Beats, part: str, device: torch.device) -> Labelled:
    """Windows of the beats of one part, with what counts as abnormal under the front's mapping."""
    classes = _classes(beats)
    used = np.isin(classes, (NORMAL, *abnormal_of(beats.origin.front)))
    chosen = used & (beats.part == part)
    windows = torch.from_numpy(beats.select(chosen).windows_float()).unsqueeze(1)
    return Labelled(windows.to(device), classes[chosen] != NORMAL)


@torch.no_grad()
def score_beats(beats: Beats, student: StudentNetwork, teacher: Teacher) -> BeatScores:
    """Score all beats with both networks, in float32 on the CPU as the exported one does."""
    student = student.cpu().eval()
    generator = teacher.generator.cpu().eval()
    columns: list[tuple[torch.Tensor, ...]] = []
    for windows in torch.split(torch.from_numpy(beats.windows_float()).unsqueeze(1), BATCH):
        _, error, head = student.scores(windows)
        columns.append((error, head, _log_error(generator, windows)))
    return BeatScores(*(torch.cat(column).numpy() for column in zip(*columns, strict=True)))


def _log_error(generator: torch.nn.Module, windows: torch.Tensor) -> torch.Tensor:
    reconstruction, _ = generator(windows)
    return log_mean_squared_error(windows, reconstruction)


def choose_form(beats: Beats, scores: BeatScores, wished: str) -> tuple[ScoreForm, str]:
    """Return the form that separates the validation beats better, unless one is wished; and why."""
    if wished != "auto":
        return ("head" if wished == "head" else "error"), "as configured"
    found = {form: _measure(beats, scores.of(form), "validation")["auc"] for form in FORMS}
    if any(auc is None for auc in found.values()):
        return "error", "since the validation beats do not rank by both: one class, or no numbers"
    return max(FORMS, key=lambda form: found[form]), "chosen on validation beats"


FORMS: tuple[ScoreForm, ...] = ("error", "head")


def evaluate(
    beats: Beats, student: StudentNetwork, teacher: Teacher, wished: str
) -> tuple[dict[str, Any], Calibration]:
    """Measure the student, morphology alone.

    Parameters
    ----------
    beats : of all parts
    student, teacher : trained
    wished : form of the score, ``auto`` to choose on the validation beats

    Returns
    -------
    report : the figures of the student's form on the test beats at the top, the other rows under
        ``rows`` (validation and test, each form, the teacher)
    calibration : quantiles of the log-score over normal validation beats
    """
    scores = score_beats(beats, student, teacher)
    form, why = choose_form(beats, scores, wished)
    rows = {"error": scores.error, "head": scores.head, "teacher": scores.teacher}
    report = {
        **_measure(beats, scores.of(form), "test"),
        "score": form,
        "score_chosen": why,
        "mapping": mapping_of(beats.origin.front),
        "front": beats.origin.front,
        "model": {"width": student.width, "parameters": count_parameters(student)},
        "rows": {
            part: {name: _measure(beats, row, part) for name, row in rows.items()}
            for part in ("validation", "test")
        },
    }
    return report, calibrate(beats, scores.of(form))


def calibrate(beats: Beats, log_scores: NDArray[np.float32]) -> Calibration:
    """Take quantiles of the log-score over the normal validation beats.

    Without any (a tiny file), over the normal beats there are.
    """
    normal = _classes(beats) == NORMAL
    chosen = normal & (beats.part == "validation")
    seen = log_scores[chosen if chosen.any() else normal]
    values = np.quantile(seen.astype(np.float64), PROBABILITIES)
    quantiles = tuple(zip(PROBABILITIES, map(float, values), strict=True))
    threshold = float(np.quantile(seen.astype(np.float64), THRESHOLD_PROBABILITY))
    return Calibration(log_score_quantiles=quantiles, threshold=threshold)


def _measure(beats: Beats, scores: NDArray[np.float32], part: str) -> dict[str, Any]:
    chosen = beats.part == part
    abnormal = abnormal_of(beats.origin.front)
    return separation(scores[chosen], _classes(beats)[chosen], beats.record[chosen], abnormal)


def _classes(beats: Beats) -> NDArray[np.str_]:
    return classes_of(beats.symbol, mapping_of(beats.origin.front))
