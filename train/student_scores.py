"""What a student says of prepared beats: its own score, and joined with rhythm as the monitor does.

Beats go through the loaded artefact one at a time, as they do live.
"""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from sibeat.ecg.stream import DoubleArray, FloatArray
from sibeat.model.artefact import StudentLike
from sibeat.model.baseline import PatientBaseline
from sibeat.model.scorer import Scorer
from sibeat.train.beats_file import Beats
from sibeat.train.calibrate import score_record

ALONE = "student"
WITHOUT_BASELINE = "student + rhythm"
PROVISIONAL = "scorer, provisional"
FINAL = "scorer"
SAYS = {
    ALONE: "morphology alone: the student's log score",
    WITHOUT_BASELINE: "the monitor's sum of student and rhythm, without the patient's usual beat",
    PROVISIONAL: "the monitor's scorer before the following RR is known",
    FINAL: "the monitor's scorer: student, the patient's usual beat, rhythm",
}


class Recalled:
    """A student that gives answers it gave before, in their order.

    Parameters
    ----------
    student : that was asked
    reconstructions : (n_beats, 320)
    log_scores : (n_beats,)
    """

    def __init__(
        self, student: StudentLike, reconstructions: FloatArray, log_scores: DoubleArray
    ) -> None:
        self.contract, self.sha256 = student.contract, student.sha256
        self._answers = zip(reconstructions, map(float, log_scores), strict=True)

    def reconstruct(self, window: FloatArray) -> tuple[FloatArray, float]:
        """Answer for the next beat, whatever it is."""
        return next(self._answers)


def ask(student: StudentLike, beats: Beats) -> tuple[FloatArray, DoubleArray]:
    """Reconstructions (n_beats, 320) and log scores (n_beats,) of all beats."""
    windows = beats.windows_float()
    reconstructions = np.empty_like(windows)
    log_scores = np.empty(len(beats))
    for place, window in enumerate(windows):
        reconstructions[place], log_scores[place] = student.reconstruct(window)
    return reconstructions, log_scores


def scores_between_patients(student: StudentLike, beats: Beats) -> dict[str, DoubleArray]:
    """Score whole records of unseen patients in every form that the monitor has.

    Parameters
    ----------
    student : to be judged
    beats : whole records, in order

    Returns
    -------
    name -> (n_beats,)
    """
    answers = ask(student, beats)
    scores = {ALONE: answers[1]}
    forms: dict[str, Callable[[], PatientBaseline | None]] = {
        WITHOUT_BASELINE: lambda: None,
        FINAL: PatientBaseline,
    }
    for name, baseline in forms.items():
        provisional, final = _run_scorer(student, beats, answers, baseline)
        scores[name] = final
        if name == FINAL:
            scores[PROVISIONAL] = provisional
    return scores


def _run_scorer(
    student: StudentLike,
    beats: Beats,
    answers: tuple[FloatArray, DoubleArray],
    baseline: Callable[[], PatientBaseline | None],
) -> tuple[DoubleArray, DoubleArray]:
    """Provisional and final scores, a fresh scorer for each record."""
    provisional, final = np.empty(len(beats)), np.empty(len(beats))
    for record in np.unique(beats.record):
        mask = beats.record == record
        recalled = Recalled(student, answers[0][mask], answers[1][mask])
        scored = score_record(Scorer(recalled, baseline()), beats.select(mask))
        provisional[mask], final[mask] = scored
    return provisional, final


def scores_within_patients(
    student: StudentLike, beats: Beats, judge: NDArray[np.bool_]
) -> dict[str, DoubleArray]:
    """Score beats of the published protocol by the student alone, name -> (n_judged,)."""
    return {ALONE: ask(student, beats.select(judge))[1]}
