"""What each stage does: read its inputs from the run's folder, write its output there."""

import json
from dataclasses import asdict, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sibeat.ecg.atomic_file import write_atomically
from sibeat.train.beats_file import load_beats, save_beats
from sibeat.train.config import config_from_table
from sibeat.train.folds import beats_identity
from sibeat.train.metrics import WITHOUT_HARD
from sibeat.train.parallel import ALONE, Ranks
from sibeat.train.prepared_beats import require_learnable, take_beats
from sibeat.train.split import HARD_RECORD
from sibeat.train.stage_inputs import (
    checkpoint_at,
    fingerprint_of,
    finished,
    finished_teacher,
)

if TYPE_CHECKING:
    from sibeat.train.device import Device
    from sibeat.train.distil import Distillation
    from sibeat.train.stages import Run
    from sibeat.train.teacher import Teacher


def prepare_beats(run: "Run") -> None:
    """Cut the beats of the records, or take a file of them that is already there."""
    if run.data.suffix == ".npz":
        take_beats(run)
        return
    from sibeat.train.prepare import prepare

    beats = prepare(run.data, run.config.prepare, run.progress)
    save_beats(run.file("beats.npz"), beats)
    run.progress.note(f"{len(beats):,} beats of {len(set(beats.record))} records")


def train_teacher(run: "Run") -> None:
    """Train BeatGAN on the normal beats of the training records."""
    from sibeat.train.loop import run_epochs

    device = _device(run)
    schedule = replace(_schedule(run, "teacher", device), ranks=run.ranks)
    run.ranks.require_shares(min(schedule.batch_size, len(schedule.train)))
    run_epochs(_new_teacher(run, device, run.ranks), schedule, run.resume)


def distil_student(run: "Run") -> None:
    """Train the student against the finished teacher."""
    from sibeat.train.loop import run_epochs

    device = _device(run)
    schedule = _schedule(run, "student", device)
    distillation = _new_distillation(run, device, _taught(run, device))
    distillation.choose_target(schedule.train, _before(run, device))
    if run.config.student.kernels:
        run.progress.note(f"fitting a density of {run.config.student.kernels} Gaussians")
        distillation.fit_head(schedule.train)
    run_epochs(distillation, schedule, run.resume)


def evaluate_student(run: "Run") -> None:
    """Choose the form of the score on the validation beats, and measure it on the test ones."""
    from sibeat.train.evaluate import evaluate

    distillation, teacher = _finished(run)
    beats = load_beats(run.file("beats.npz"))
    report, calibration = evaluate(beats, distillation.network, teacher, run.config.student.score)
    report["calibration"] = asdict(calibration)
    write_atomically(run.file("evaluation.json"), json.dumps(report, indent=1).encode())
    for name, row in report["rows"]["test"].items():
        run.progress.note(f"{name:8} {describe_row(row)}")
    run.progress.note(f"score: {report['score']}, {report['score_chosen']}")


def describe_row(row: dict[str, Any]) -> str:
    """Write one row of figures on a line; without record 232 beside it, where that judges."""
    pooled, judged = _pair(row), row
    if HARD_RECORD in row["per_record"]:
        judged = row[WITHOUT_HARD]
        pooled += f"; without {HARD_RECORD}: {_pair(judged)}"
    classes = "  ".join(
        f"{name} {_figure(each['auc'])}" for name, each in judged["per_class"].items()
    )
    return f"{pooled}  {classes}; mean over records {_figure(row['mean_record_auc'])}"


def _pair(figures: dict[str, Any]) -> str:
    return f"AUC {_figure(figures['auc'])} AP {_figure(figures['ap'])}"


def _figure(value: float | None) -> str:
    return "-" if value is None else f"{value:.4f}"


def export_artefact(run: "Run") -> None:
    """Write the student as ONNX with its contract."""
    from sibeat.train.calibrate import calibrate_scorer
    from sibeat.train.export import export_student
    from sibeat.train.provenance import describe_student

    distillation, _ = _finished(run)
    report = json.loads(run.file("evaluation.json").read_text(encoding="utf-8"))
    network = distillation.network
    network.score = report["score"]
    device = _device(run)
    trained = {
        "teacher": finished_teacher(run, device),
        "student": finished(run, "student", device),
    }
    contract = describe_student(run, report, str(device), trained)
    artefact, beats = run.file("student.onnx"), load_beats(run.file("beats.npz"))
    export_student(network, contract, artefact, lambda made: calibrate_scorer(made, beats))
    run.progress.note(f"{artefact}, {artefact.stat().st_size / 1e3:.0f} kB")


def _device(run: "Run") -> "Device":
    from sibeat.train.device import choose_device

    return choose_device(run.config.run)


def _new_teacher(run: "Run", device: "Device", ranks: Ranks = ALONE) -> "Teacher":
    import torch

    from sibeat.train.teacher import Teacher

    torch.manual_seed(run.config.teacher.seed)
    return Teacher(run.config.teacher, device, ranks)


def _taught(run: "Run", device: "Device") -> "Teacher":
    """Load the finished teacher."""
    teacher = _new_teacher(run, device)
    teacher.load_state_dict(finished_teacher(run, device).state)
    return teacher


def _new_distillation(run: "Run", device: "Device", teacher: "Teacher") -> "Distillation":
    import torch

    from sibeat.train.distil import Distillation

    torch.manual_seed(run.config.student.seed)
    return Distillation(run.config.student, device, teacher)


def _before(run: "Run", device: "Device") -> "Distillation | None":
    """Student of the generation before, as a judge that has seen no test beat of this fold."""
    from sibeat.train.run_scores import require_same_beats

    if not run.config.student.before:
        return None
    folder = Path(run.config.student.before)
    about = checkpoint_at(folder / "student.pt", device).about
    beats = load_beats(run.file("beats.npz"))
    require_same_beats(folder, about, beats, run.config.prepare.fold)
    earlier = replace(run, out=folder, config=config_from_table(about["config"], str(folder)))
    judge = _new_distillation(earlier, device, _taught(earlier, device))
    judge.load_state_dict(finished(earlier, "student", device).state)
    return judge


def _finished(run: "Run") -> "tuple[Distillation, Teacher]":
    device = _device(run)
    teacher = _taught(run, device)
    distillation = _new_distillation(run, device, teacher)
    distillation.load_state_dict(finished(run, "student", device).state)
    return distillation, teacher


def _schedule(run: "Run", part: str, device: "Device") -> Any:
    from sibeat.train.evaluate import labelled_windows, normal_windows
    from sibeat.train.loop import Schedule

    config = getattr(run.config, part)
    beats = load_beats(run.file("beats.npz"))
    train, validation = (normal_windows(beats, part) for part in ("train", "validation"))
    require_learnable(len(train), len(validation), run)
    run.progress.note(f"{len(train):,} normal beats, on {device}")
    return Schedule(
        epochs=config.epochs,
        batch_size=config.batch_size,
        seed=config.seed,
        train=train.to(device.device),
        validation=validation.to(device.device),
        checkpoint=run.file(f"{part}.pt"),
        fingerprint=fingerprint_of(run, part, run.ranks.n_processes),
        about={
            "config": asdict(run.config),
            "processes": run.ranks.n_processes,
            "beats_identity": beats_identity(beats),
            "train_records": sorted(set(map(str, beats.record[beats.part == "train"]))),
            "validation_records": sorted(set(map(str, beats.record[beats.part == "validation"]))),
        },
        labelled=labelled_windows(beats, "validation", device.device),
        progress=run.progress,
    )
