"""What rhythm is worth: the same student with and without RR, paired.

``python -m benchmarks.rhythm --within BEATS --run DIR... --between BEATS``

Within patients (front ``beatgan``, fold 0): each run is a training of the preset ``edge-beatgan``
from another seed; its density alone against its density joined with eight RR features, paired over
seeds (Student's t). Between patients (front ``monitor``, DS2, beats at annotated positions): the
shipped student alone, with rhythm added, and with the patient's usual beat too, paired over
patients (bootstrap), without record 232, which alone decides otherwise.
"""

import argparse
import json
from pathlib import Path
from typing import Any

import numpy as np

from sibeat.cli.errors import guarded
from sibeat.ecg.ranking import ABNORMAL, NORMAL
from sibeat.ecg.stream import DoubleArray
from sibeat.model.artefact import load_student
from sibeat.train.held_out import require_unseen
from sibeat.train.intervals import Bootstrap
from sibeat.train.metrics import ABNORMAL_PUBLISHED, classes_of, separation
from sibeat.train.run_scores import WITH_RHYTHM, judge_runs
from sibeat.train.split import HARD_RECORD
from sibeat.train.student_scores import ALONE, FINAL, WITHOUT_BASELINE, scores_between_patients
from sibeat.train.trial import Trial

from .machine import describe
from .paired import difference, interval_text, require_seeds, verdict
from .prepared import beats_of_front

FIGURES = ("auc", "ap")
PAIRS = ((WITHOUT_BASELINE, ALONE), (FINAL, WITHOUT_BASELINE), (FINAL, ALONE))


def within(data: Path, runs: list[Path]) -> dict[str, Any]:
    """Compare each run's density without and with RR on the fold's test beats."""
    trial = Trial.of("beatgan", beats_of_front(data, "beatgan"), 0)
    judged = trial.beats.select(trial.judge)
    classes = classes_of(judged.symbol, trial.mapping)
    stated, scores = judge_runs(runs, trial.beats, trial.judge, trial.fold, print)
    pairs = [(name, _alone(name, scores)) for name in scores if name.endswith(WITH_RHYTHM)]
    if len(pairs) != len(runs):
        raise SystemExit(
            f"{len(runs)} runs hold {len(pairs)} densities: expected one each, of the preset "
            "edge-beatgan"
        )
    require_seeds([stated[name.removesuffix(WITH_RHYTHM)]["seed"] for name, _ in pairs])
    found: dict[str, Any] = {"seeds": len(pairs)}
    for figure in FIGURES:
        sides = [
            [
                float(separation(scores[row], classes, judged.record, ABNORMAL_PUBLISHED)[figure])
                for row in rows
            ]
            for rows in zip(*pairs, strict=True)
        ]
        found[figure] = {"with": sides[0], "without": sides[1]} | difference(*sides)
    return found


def _alone(with_rhythm: str, scores: dict[str, DoubleArray]) -> str:
    """Name the row of the same checkpoint's density alone."""
    name = f"{with_rhythm.removesuffix(WITH_RHYTHM)}, head"
    if name not in scores:
        raise SystemExit(f"no row {name!r}: expected trainings of the preset edge-beatgan")
    return name


def between(data: Path) -> dict[str, Any]:
    """Compare the shipped student's forms of score on DS2 without record 232."""
    student, beats = load_student(), beats_of_front(data, "monitor")
    require_unseen(student.contract, "interpatient", 0, beats)
    judged = beats.select(beats.part == "test")
    classes = classes_of(judged.symbol, "learning")
    used = np.isin(classes, (NORMAL, *ABNORMAL)) & (judged.record != HARD_RECORD)
    scores = scores_between_patients(student, judged)
    abnormal, records = classes[used] != NORMAL, judged.record[used]
    return {
        f"{one} less {other}": Bootstrap().difference(
            scores[one][used], scores[other][used], abnormal, records
        )
        for one, other in PAIRS
    }


def to_markdown(report: dict[str, Any]) -> str:
    """Write the table."""
    lines = ["| what | AUC, 95 % | AP, 95 % | shows (AUC) |", "| --- | --- | --- | --- |"]
    own = report.get("within")
    if own:
        ends = [interval_text(own[figure]["interval"]) for figure in FIGURES]
        name = f"within patients, RR joined less alone, {own['seeds']} seeds"
        lines.append(f"| {name} | {ends[0]} | {ends[1]} | {own['auc']['shows']} |")
    for name, found in report.get("between", {}).items():
        if found is None:
            raise SystemExit("the beats are of one patient, or of one class: expected DS2")
        ends = [interval_text(found[figure]) for figure in FIGURES]
        shows = verdict(found["auc"])
        lines.append(f"| between patients, {name} | {ends[0]} | {ends[1]} | {shows} |")
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--within", type=Path, help="prepared beats, front beatgan")
    parser.add_argument("--run", type=Path, nargs="+", default=[], help="trainings, one a seed")
    parser.add_argument("--between", type=Path, help="prepared beats, front monitor")
    parser.add_argument("--json", type=Path)
    wanted = parser.parse_args()
    if bool(wanted.within) != bool(wanted.run) or not (wanted.within or wanted.between):
        parser.error("expected --within BEATS with --run DIR..., or --between BEATS, or both")
    report: dict[str, Any] = {"machine": describe()}
    if wanted.within:
        report["within"] = within(wanted.within, wanted.run)
    if wanted.between:
        report["between"] = between(wanted.between)
    print(to_markdown(report))
    if wanted.json:
        wanted.json.write_text(json.dumps(report, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    guarded(main)
