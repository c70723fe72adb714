"""What each way of distilling is worth, at equal budgets, over seeds, with paired intervals.

``python -m benchmarks.distillation --data BEATS --out DIR [--seeds 5] [--epochs 3]``. One small
teacher is trained; then every form trains a student from each seed on the same beats, in the same
order, for as many epochs. Figures are of the published protocol's test beats, fold 0, morphology
alone. A difference is called better or worse where its 95 % interval over seeds (Student's t)
leaves zero out, else not shown. Trainings go on from their checkpoints: stop it and run it again.
"""

import argparse
from dataclasses import dataclass, replace
from pathlib import Path
from statistics import fmean
from typing import Any

import torch

from sibeat.cli.errors import guarded
from sibeat.train.config import PrepareConfig, RunConfig, StudentConfig, TeacherConfig, TrainConfig
from sibeat.train.stages import DONE_FILE, Run, run_stages

from .judged_runs import Figures, figures_of, fold_beats
from .machine import describe
from .paired import difference, interval_text
from .publishing import keep

BASE = "no distillation"
OFF: dict[str, Any] = {"distillation_weight": 0.0, "head_weight": 0.0, "score": "error"}
ON: dict[str, Any] = {"score": "head"}
FORMS: dict[str, dict[str, Any]] = {
    BASE: OFF,
    "SI-BeatGAN's form: constant": {**OFF, "distillation": "constant", "distillation_weight": 1.0},
    "KL, repaired": {**OFF, "distillation": "kl", "distillation_weight": 0.04},
    "standardised log-scores": {**OFF, "distillation_weight": 0.02},
    "head regresses teacher": ON,
    "head regresses neighbours": {**ON, "target": "neighbours"},
    "head regresses density": {**ON, "target": "density"},
    "head regresses both": {**ON, "target": "ensemble"},
}
"""form -> what differs from the base settings of a student"""
GENERATIONS = (2, 3)
"""further generations: a student of the last form becomes the teacher of the next"""
ENSEMBLE = ("head regresses both", ("head regresses teacher", "head regresses neighbours"))
"""the ensemble as a form, and its members as forms: what putting them together is worth"""
WIDTH = 4
TEACHER = TeacherConfig(width=8, epochs=6, batch_size=128, learning_rate=2e-4)
"""that of the preset ``edge``"""


@dataclass(frozen=True, slots=True)
class Trial:
    """Where, and how much."""

    data: Path
    out: Path
    seeds: int
    epochs: int

    def run(self, form: str, seed: int, generation: int = 1) -> Run:
        """One training."""
        before = str(self.folder(form, seed, generation - 1)) if generation > 1 else ""
        settings = FORMS[form] | ({"before": before, "target": "teacher"} if before else {})
        student = StudentConfig(width=WIDTH, epochs=self.epochs, seed=seed, **settings)
        config = TrainConfig(
            prepare=PrepareConfig(front="beatgan"),
            teacher=TEACHER,
            student=student,
            run=RunConfig(device="cpu", threads=1),
        )
        return Run(config, self.data, self.folder(form, seed, generation), resume=True)

    def folder(self, form: str, seed: int, generation: int) -> Path:
        """Folder of one training."""
        return self.out / f"form{list(FORMS).index(form)}-generation{generation}-seed{seed}"


def train_teacher(trial: Trial) -> Path:
    """Train the one teacher that all students share."""
    run = replace(trial.run(BASE, 0), out=trial.out / "teacher")
    if not run.file("beats.npz").exists():
        run_stages(run, "prepare")
    run_stages(run, "teacher")
    return run.out


def train_student(teacher: Path, run: Run) -> Path:
    """Train one student."""
    run.out.mkdir(parents=True, exist_ok=True)
    for name in ("beats.npz", "teacher.pt"):
        if not run.file(name).exists():
            run.file(name).symlink_to((teacher / name).resolve())
    if not run.file(DONE_FILE).exists():  # which says that both are of this configuration
        run.file(DONE_FILE).write_bytes((teacher / DONE_FILE).read_bytes())
    run_stages(run, "distil")
    return run.out


def runs_of(trial: Trial, seed: int) -> dict[str, Run]:
    """Name each row's training, in an order in which every generation finds the one before."""
    runs = {form: trial.run(form, seed) for form in FORMS}
    last = list(FORMS)[-1]
    more = {f"{last}, generation {g}": trial.run(last, seed, g) for g in GENERATIONS}
    return runs | more


def measure(trial: Trial) -> dict[str, Any]:
    """Train and judge everything."""
    torch.set_num_threads(1)
    teacher = train_teacher(trial)
    beats = fold_beats(trial.data)
    figures: dict[str, list[Figures]] = {}
    for seed in range(trial.seeds):
        for name, run in runs_of(trial, seed).items():
            folder = train_student(teacher, run)
            figures.setdefault(name, []).append(figures_of(folder, beats, "student"))
            print(f"seed {seed}  {name}: {figures[name][-1]}", flush=True)
    rows = {form: _row(found, figures[BASE]) for form, found in figures.items()}
    whole, members = ENSEMBLE
    ensemble = {form: _row(figures[whole], figures[form]) for form in members}
    return {
        "rows": rows,
        "ensemble": ensemble,
        "seeds": trial.seeds,
        "epochs": trial.epochs,
        "machine": describe(),
    }


def _row(found: list[Figures], base: list[Figures]) -> dict[str, Any]:
    row: dict[str, Any] = {}
    for name in ("auc", "ap"):
        own = [each[name] for each in found]
        row[name] = {
            "mean": fmean(own),
            "by_seed": own,
            "less_base": difference(own, [each[name] for each in base]),
        }
    return row


def to_markdown(report: dict[str, Any]) -> str:
    """Write the table."""
    lines = [
        "| form | AUC | AP | AUC less none, 95 % | AP less none, 95 % | shows |",
        "| --- | --- | --- | --- | --- | --- |",
    ]
    for form, row in report["rows"].items():
        ends = [interval_text(row[name]["less_base"]["interval"]) for name in ("auc", "ap")]
        shows = "" if form == BASE else row["auc"]["less_base"]["shows"]
        lines.append(
            f"| {form} | {row['auc']['mean']:.4f} | {row['ap']['mean']:.4f} "
            f"| {ends[0]} | {ends[1]} | {shows} |"
        )
    for member, row in report["ensemble"].items():
        less = row["auc"]["less_base"]
        lines += [
            "",
            f"{ENSEMBLE[0]} less {member}, AUC: {interval_text(less['interval'])}, {less['shows']}",
        ]
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--data", type=Path, required=True, help="prepared beats, front beatgan")
    parser.add_argument("--out", type=Path, required=True, help="folder for the trainings")
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--epochs", type=int, default=3)
    parser.add_argument("--json", type=Path)
    wanted = parser.parse_args()
    report = measure(Trial(wanted.data, wanted.out, wanted.seeds, wanted.epochs))
    print(to_markdown(report))
    keep(report, wanted.json)


if __name__ == "__main__":
    guarded(main)
