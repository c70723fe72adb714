"""Choose the weights of the scorer's sum on patients who do not judge.

``python -m benchmarks.fit_scorer --data BEATS`` walks from the weights that ship: each in turn is
lowered by a third and raised by half, with a threshold of its own; what ranks the labelled beats of
DS1 (201 left out, its patient is in DS2) better is kept, until nothing is better by more than
``LEAST_GAIN`` or three steps are taken. The student has seen the
normal beats of 18 of these records, which favours its weight; so the three validation records are
given beside. No beat of DS2 is looked at.
"""

import argparse
import json
from collections.abc import Iterator
from copy import copy
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from sibeat.cli.errors import guarded
from sibeat.ecg.ranking import NORMAL
from sibeat.ecg.stream import DoubleArray, FloatArray
from sibeat.model.artefact import Student, load_monitor_student
from sibeat.model.baseline import PatientBaseline
from sibeat.model.scorer import Scorer, ScorerWeights
from sibeat.train.beats_file import Beats
from sibeat.train.calibrate import NORMAL_QUANTILE, score_record
from sibeat.train.metrics import classes_of, separation
from sibeat.train.student_scores import Recalled, ask

from .prepared import beats_of_front

WALKED = (
    "student",
    "template_qrs",
    "template_window",
    "prematurity",
    "late_limit",
    "following",
    "pause_limit",
)
STEPS = (1 / 1.5, 1.5)
LEAST_GAIN = 0.002
"""of the sum of three figures; chosen by us: less is within what a change of the student does"""
ROUNDS = 3


@dataclass(frozen=True, slots=True, eq=False)
class Judged:
    """Beats and what the student says of them, asked once."""

    student: Student
    beats: Beats
    answers: tuple[FloatArray, DoubleArray]

    def scores(self, weights: ScorerWeights) -> tuple[DoubleArray, DoubleArray]:
        """Provisional and final scores of all beats, a fresh scorer for each record."""
        weighted = copy(self.student)
        calibration = replace(self.student.contract.calibration, scorer=weights.stored())
        weighted.contract = replace(self.student.contract, calibration=calibration)
        provisional, final = np.empty(len(self.beats)), np.empty(len(self.beats))
        for record in np.unique(self.beats.record):
            mask = self.beats.record == record
            recalled = Recalled(weighted, self.answers[0][mask], self.answers[1][mask])
            scorer = Scorer(recalled, PatientBaseline())
            provisional[mask], final[mask] = score_record(scorer, self.beats.select(mask))
        return provisional, final

    def figures(self, weights: ScorerWeights) -> dict[str, dict[str, float]]:
        """AUC, AP and mean AUC over records, of DS1 and of the validation records.

        The threshold, which also says what the baseline learns from, follows the weights: the
        calibration's quantile of the normal validation beats, under the weights' first scores.
        """
        first, _ = self.scores(weights)
        classes = classes_of(self.beats.symbol, "learning")
        validation = self.beats.part == "validation"
        threshold = float(np.quantile(first[validation & (classes == NORMAL)], NORMAL_QUANTILE))
        _, scores = self.scores(replace(weights, threshold=threshold))
        parts = {"DS1": np.ones(len(scores), bool), "validation": validation}
        return {
            name: _kept(separation(scores[mask], classes[mask], self.beats.record[mask]))
            for name, mask in parts.items()
        }


def _kept(figures: dict[str, Any]) -> dict[str, float]:
    return {name: round(figures[name], 5) for name in ("auc", "ap", "mean_record_auc")}


def worth(figures: dict[str, dict[str, float]]) -> float:
    """What the walk raises."""
    return sum(figures["DS1"].values())


def neighbours(weights: ScorerWeights) -> Iterator[tuple[str, ScorerWeights]]:
    """Every weight a step down and a step up."""
    for name in WALKED:
        for step in STEPS:
            value = round(getattr(weights, name) * step, 4)
            yield f"{name} {value:g}", replace(weights, **{name: value})


def walk(judged: Judged, start: ScorerWeights) -> dict[str, Any]:
    """Go to the best neighbour until none is better by enough."""
    here, figures = start, judged.figures(start)
    report: dict[str, Any] = {"start": {"weights": start.stored(), "figures": figures}, "tried": {}}
    for _ in range(ROUNDS):
        found = {name: (each, judged.figures(each)) for name, each in neighbours(here)}
        report["tried"] |= {name: round(worth(each[1]), 5) for name, each in found.items()}
        best = max(found, key=lambda name: worth(found[name][1]))
        if worth(found[best][1]) <= worth(figures) + LEAST_GAIN:
            break
        here, figures = found[best]
        print(f"{best}: {figures}", flush=True)
    return report | {"chosen": {"weights": here.stored(), "figures": figures}}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="prepared beats, front monitor")
    parser.add_argument("--model", type=Path, help="student; default: the shipped one")
    wanted = parser.parse_args()
    beats = beats_of_front(wanted.data, "monitor")
    beats = beats.select(np.isin(beats.part, ("train", "validation")))
    student = load_monitor_student(wanted.model)
    start = ScorerWeights.of(student.contract.calibration.scorer)
    report = walk(Judged(student, beats, ask(student, beats)), start)
    print(json.dumps(report, indent=1))


if __name__ == "__main__":
    guarded(main)
