"""How well the student draws normal beats of hearts it never saw, beside principal components.

``python -m benchmarks.reconstruction --data BEATS`` prints the mean squared error of the normal
beats of DS2 (and of the validation records) for the shipped student, or ``--model FILE``, and for
10, 20 and 30 principal components fitted to the same training beats.
"""

import argparse
import json
from pathlib import Path

import numpy as np

from sibeat.cli.errors import guarded
from sibeat.ecg.ranking import NORMAL
from sibeat.model.artefact import Student, load_student
from sibeat.train.beats_file import Beats
from sibeat.train.held_out import require_unseen
from sibeat.train.metrics import classes_of
from sibeat.train.reference_methods import pca_error
from sibeat.train.student_scores import ask

from .prepared import beats_of_front

COMPONENTS = (10, 20, 30)
DIGITS = 6


def measure(student: Student, beats: Beats) -> dict[str, dict[str, float]]:
    """Errors by part of the data and method."""
    normal = classes_of(beats.symbol, "learning") == NORMAL
    learnt = beats.select(normal & (beats.part == "train")).windows_float()
    report = {}
    for part in ("validation", "test"):
        judged = beats.select(normal & (beats.part == part))
        windows = judged.windows_float()
        drawn, _ = ask(student, judged)
        errors = {"student": float(np.mean((windows - drawn) ** 2))}
        for n in COMPONENTS:
            errors[f"PCA({n})"] = float(np.exp(pca_error(learnt, windows, n)).mean())
        report[part] = {name: round(error, DIGITS) for name, error in errors.items()}
    return report


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="prepared beats, front monitor")
    parser.add_argument("--model", type=Path, help="student; default: the shipped one")
    wanted = parser.parse_args()
    student, beats = load_student(wanted.model), beats_of_front(wanted.data, "monitor")
    require_unseen(student.contract, "interpatient", 0, beats)
    print(json.dumps(measure(student, beats), indent=1))


if __name__ == "__main__":
    guarded(main)
