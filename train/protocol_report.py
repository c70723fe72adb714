"""All figures of one protocol: a student, in every form of its score, beside reference methods.

Every figure names its mapping and its front. The row that stands at the top is the student's
morphology alone in the published protocol, and the monitor's own scorer between patients.
"""

from dataclasses import asdict
from importlib.metadata import version
from typing import Any, TypeAlias

import numpy as np

from sibeat.ecg.annotation import Mapping
from sibeat.ecg.ranking import NORMAL
from sibeat.ecg.stream import DoubleArray
from sibeat.model.artefact import Student
from sibeat.train import density_methods, reference_methods, student_scores
from sibeat.train.beats_file import Beats
from sibeat.train.density_methods import density_scores
from sibeat.train.folds import SEED as FOLDS_SEED
from sibeat.train.held_out import require_beats, require_unseen
from sibeat.train.metrics import (
    ABNORMAL_PUBLISHED,
    WITHOUT_HARD,
    Protocol,
    classes_of,
    separation,
)
from sibeat.train.reference_methods import own_record_scores, pca_error, reference_scores
from sibeat.train.split import HARD_RECORD, N_FOLDS
from sibeat.train.timing import inference_times
from sibeat.train.trial import Trial

SCHEMA = "sibeat-beats-evaluation/1"
OTHER_MAPPING: dict[Protocol, Mapping] = {"interpatient": "ec57", "beatgan": "learning"}
"""the mapping beside the main one: escape beats change sides"""
TOP: dict[Protocol, str] = {
    "interpatient": student_scores.FINAL,
    "beatgan": student_scores.ALONE,
}
SAYS = {**student_scores.SAYS, **reference_methods.SAYS, **density_methods.SAYS}
TOP_WITHOUT_MODEL = "kNN"

Scores: TypeAlias = dict[str, DoubleArray]


def evaluate_trial(trial: Trial, student: Student | None) -> dict[str, Any]:
    """Compute all figures.

    Parameters
    ----------
    trial : protocol and beats
    student : None for the other methods of the trial alone, of which there is one at least

    Raises
    ------
    ModelError, ConfigError
        When the student may have seen beats that judge; when none judge, or too few are to learn.
    """
    learns = trial.references or trial.densities
    require_beats(trial.judge, trial.learn if learns else None)
    if student is not None:
        require_unseen(student.contract, trial.protocol, trial.fold, trial.beats)
    runs, scores = _runs(trial)
    scores = all_scores(trial, student) | scores
    judged = trial.beats.select(trial.judge)
    rows = figures_of_rows(trial, judged, scores)
    top = _top(rows, trial.protocol, student)
    other = OTHER_MAPPING[trial.protocol]
    return {
        "schema": SCHEMA,
        "version": version("sibeat"),
        "protocol": trial.protocol,
        "fold": _fold(trial),
        "front": trial.front,
        "mapping": trial.mapping,
        "left_out": [] if trial.protocol == "beatgan" else ["Q"],
        "score": top,
        **rows[top],
        "model": None if student is None else student.sha256,
        "student": None if student is None else _about(student),
        "rows": rows,
        "other_mapping": {"mapping": other, "rows": _under(trial, judged, scores, other)},
        "against_best_reference": _against_best(trial, judged, scores, rows, top),
        "says": {name: SAYS[name] for name in rows if name in SAYS},
        "runs": runs,
        "beats": _counts(trial),
        "bootstrap": trial.bootstrap.stated(),
        "inference": None if student is None else inference_times(student, judged.windows_float()),
    }


def _top(rows: dict[str, Any], protocol: Protocol, student: Student | None) -> str:
    """Name of the row that stands at the top."""
    if student is not None:
        return TOP[protocol]
    return TOP_WITHOUT_MODEL if TOP_WITHOUT_MODEL in rows else next(iter(rows))


def _runs(trial: Trial) -> tuple[dict[str, Any], Scores]:
    """What the runs' checkpoints are, and their scores of the judged beats."""
    if not trial.runs:
        return {}, {}
    from sibeat.train.run_scores import judge_runs  # torch, which nothing else here needs

    return judge_runs(trial.runs, trial.beats, trial.judge, trial.fold, trial.progress.note)


def all_scores(trial: Trial, student: Student | None) -> Scores:
    """Score the judged beats by every method, name -> (n_judged,)."""
    scores: Scores = {}
    if student is not None:
        trial.progress.note("the student")
        scores |= _student_scores(trial, student)
    if trial.references:
        scores |= _reference_scores(trial)
    if trial.densities:
        scores |= density_scores(trial.beats, trial.learn, trial.judge, trial.progress.note)
    return scores


def _student_scores(trial: Trial, student: Student) -> Scores:
    if trial.protocol == "beatgan":
        return student_scores.scores_within_patients(student, trial.beats, trial.judge)
    return student_scores.scores_between_patients(student, trial.beats.select(trial.judge))


def _reference_scores(trial: Trial) -> Scores:
    beats, learn, judge = trial.beats, trial.learn, trial.judge
    scores = reference_scores(beats, learn, judge, trial.progress.note)
    if trial.protocol == "interpatient":
        windows = beats.windows_float()[learn]
        usual = pca_error(windows, windows, 20)
        standard = (scores["PCA(20)"] - usual.mean()) / usual.std()
        scores |= own_record_scores(beats.select(judge), standard)
    return scores


def figures_of_rows(trial: Trial, judged: Beats, scores: Scores) -> dict[str, dict[str, Any]]:
    """Figures of every method under the main mapping, with intervals."""
    trial.progress.note("intervals")
    classes = classes_of(judged.symbol, trial.mapping)
    return {
        name: separation(row, classes, judged.record, trial.abnormal, trial.bootstrap)
        for name, row in scores.items()
    }


def _under(trial: Trial, judged: Beats, scores: Scores, mapping: Mapping) -> dict[str, Any]:
    classes = classes_of(judged.symbol, mapping)
    return {
        name: separation(row, classes, judged.record, trial.abnormal)
        for name, row in scores.items()
    }


def _against_best(
    trial: Trial, judged: Beats, scores: Scores, rows: dict[str, dict[str, Any]], top: str
) -> dict[str, Any] | None:
    """Paired differences of the top row from the reference that is best without record 232.

    Only references that know no more than the row does: of the shape alone, or of rhythm too.
    """
    shape_alone = top in (student_scores.ALONE, TOP_WITHOUT_MODEL)
    fair = reference_methods.SHAPE_ALONE if shape_alone else reference_methods.SAYS
    names = [name for name in rows if name in fair and name != top]
    if not names:
        return None
    best = max(names, key=lambda name: rows[name][WITHOUT_HARD]["auc"] or 0.0)
    classes = classes_of(judged.symbol, trial.mapping)
    used = np.isin(classes, (NORMAL, *trial.abnormal))
    kept = {"difference": used, WITHOUT_HARD: used & (judged.record != HARD_RECORD)}
    differences = {
        key: trial.bootstrap.difference(
            scores[top][mask], scores[best][mask], classes[mask] != NORMAL, judged.record[mask]
        )
        for key, mask in kept.items()
    }
    return {"reference": best, **differences}


def _fold(trial: Trial) -> dict[str, int] | None:
    if trial.protocol != "beatgan":
        return None
    return {"number": trial.fold, "of": N_FOLDS, "seed": FOLDS_SEED}


def _about(student: Student) -> dict[str, Any]:
    provenance = asdict(student.contract.provenance)
    kept = ("data", "split", "seeds", "epochs", "device", "commit", "beats_sha256", "score")
    return {name: provenance[name] for name in kept}


def _counts(trial: Trial) -> dict[str, Any]:
    classes = classes_of(trial.beats.symbol, trial.mapping)[trial.judge]
    names = (NORMAL, *ABNORMAL_PUBLISHED)
    return {
        "learnt": int(trial.learn.sum()),
        "judged": {name: int((classes == name).sum()) for name in names},
        "records": sorted(map(str, np.unique(trial.beats.record[trial.judge]))),
    }
