"""What each stage does: read its inputs from the run's folder, write its output there."""

import json
from dataclasses import asdict, replace
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sibeat.ecg.atomic_file import write_atomically
from sibeat.ecg.errors import ConfigError
from sibeat.train.beats_file import file_sha256, load_beats, save_beats
from sibeat.train.config import config_from_table
from sibeat.train.parallel import ALONE, Ranks

if TYPE_CHECKING:
    from sibeat.train.checkpoint import Checkpoint
    from sibeat.train.config import StudentConfig
    from sibeat.train.device import Device
    from sibeat.train.distil import Distillation
    from sibeat.train.stages import Run
    from sibeat.train.teacher import Teacher


def prepare_beats(run: "Run") -> None:
    """Cut the beats of the database, or take a file of them that is already there."""
    if run.data.suffix == ".npz":
        _take_beats(run)
        return
    from sibeat.train.prepare import prepare

    beats = prepare(run.data, run.config.prepare, run.progress)
    save_beats(run.file("beats.npz"), beats)
    run.progress.note(f"{len(beats):,} beats of {len(set(beats.record))} records")


def _take_beats(run: "Run") -> None:
    """Take a prepared file over as it is, or with the parts of the configured fold."""
    from sibeat.train.folds import assign_fold

    wished = run.config.prepare
    beats = load_beats(run.data)
    if beats.origin.front != wished.front:
        raise ConfigError(
            f"{run.data} has beats of the front {beats.origin.front!r}: expected "
            f"{wished.front!r}, as prepare.front says; change one of them"
        )
    if wished.front == "beatgan":
        save_beats(run.file("beats.npz"), assign_fold(beats, wished.fold))
        return
    write_atomically(run.file("beats.npz"), run.data.read_bytes())


def train_teacher(run: "Run") -> None:
    """Train BeatGAN on the normal beats of the training records."""
    from sibeat.train.loop import run_epochs

    run.ranks.require_shares(run.config.teacher.batch_size)
    device = _device(run)
    schedule = replace(_schedule(run, "teacher", device), ranks=run.ranks)
    run_epochs(_new_teacher(run, device, run.ranks), schedule, run.resume)


def distil_student(run: "Run") -> None:
    """Train the student against the finished teacher."""
    from sibeat.train.loop import run_epochs

    device = _device(run)
    schedule = _schedule(run, "student", device)
    distillation = _new_distillation(run, device)
    distillation.choose_target(schedule.train, _before(run, device))
    if run.config.student.kernels:
        run.progress.note(f"fitting a density of {run.config.student.kernels} Gaussians")
        distillation.fit_head(schedule.train)
    run_epochs(distillation, schedule, run.resume)


def evaluate_student(run: "Run") -> None:
    """Choose the form of the score on the validation records, and measure it on the test ones."""
    from sibeat.train.evaluate import evaluate

    distillation, teacher = _finished(run)
    beats = load_beats(run.file("beats.npz"))
    report, calibration = evaluate(beats, distillation.network, teacher, run.config.student.score)
    report["calibration"] = asdict(calibration)
    write_atomically(run.file("evaluation.json"), json.dumps(report, indent=1).encode())
    for name, row in report["rows"]["test"].items():
        run.progress.note(f"{name:8} {describe_row(row)}")
    run.progress.note(f"score: {report['score']}, chosen on validation records")


def describe_row(row: dict[str, Any]) -> str:
    """Write one row of figures on a line."""
    easy = row["without_232"]
    classes = "  ".join(
        f"{name} {_figure(each['auc'])}" for name, each in easy["per_class"].items()
    )
    return (
        f"AUC {_figure(row['auc'])} AP {_figure(row['ap'])}; without 232: "
        f"AUC {_figure(easy['auc'])} AP {_figure(easy['ap'])}  {classes}; "
        f"mean over records {_figure(row['mean_record_auc'])}"
    )


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
    contract = describe_student(run, report, str(_device(run)))
    export_student(network, contract, run.file("student.onnx"))
    calibrate_scorer(run.file("student.onnx"), load_beats(run.file("beats.npz")))
    size = run.file("student.onnx").stat().st_size
    run.progress.note(f"{run.file('student.onnx')}, {size / 1e3:.0f} kB")


def _device(run: "Run") -> "Device":
    from sibeat.train.device import choose_device

    return choose_device(run.config.run)


def _new_teacher(run: "Run", device: "Device", ranks: Ranks = ALONE) -> "Teacher":
    import torch

    from sibeat.train.teacher import Teacher

    torch.manual_seed(run.config.teacher.seed)
    return Teacher(run.config.teacher, device, ranks)


def _new_distillation(run: "Run", device: "Device") -> "Distillation":
    import torch

    from sibeat.train.distil import Distillation

    teacher = _new_teacher(run, device)
    teacher.load_state_dict(_teacher_state(run, device))
    torch.manual_seed(run.config.student.seed)
    return Distillation(run.config.student, device, teacher)


def _before(run: "Run", device: "Device") -> "Distillation | None":
    """Student of the generation before, as a judge that has seen no test beat of this fold."""
    from sibeat.train.run_scores import require_same_beats

    if not run.config.student.before:
        return None
    folder = Path(run.config.student.before)
    about = _checkpoint(folder / "student.pt", device).about
    require_same_beats(folder, about, run.config.prepare)
    earlier = replace(run, out=folder, config=config_from_table(about["config"], str(folder)))
    judge = _new_distillation(earlier, device)
    judge.load_state_dict(_state(earlier, "student", device))
    return judge


def _checkpoint(path: Path, device: "Device") -> "Checkpoint":
    from sibeat.train.checkpoint import load_checkpoint

    return load_checkpoint(path, device.device)


def _finished(run: "Run") -> "tuple[Distillation, Teacher]":
    device = _device(run)
    teacher = _new_teacher(run, device)
    distillation = _new_distillation(run, device)
    teacher.load_state_dict(_teacher_state(run, device))
    distillation.load_state_dict(_state(run, "student", device))
    return distillation, teacher


def _state(run: "Run", part: str, device: "Device") -> Any:
    """State of a finished training; an unfinished one is an error."""
    path = run.file(f"{part}.pt")
    checkpoint = _checkpoint(path, device)
    wished = getattr(run.config, part).epochs
    if checkpoint.epoch < wished:
        raise ConfigError(
            f"{path} has {checkpoint.epoch} of {wished} epochs: finish it with --resume first"
        )
    return checkpoint.state


def _teacher_state(run: "Run", device: "Device") -> Any:
    """State of the finished teacher, at the epoch that the student is to learn from."""
    from sibeat.train.choices import path_of

    last, path = _state(run, "teacher", device), run.file("teacher.pt")
    if (choice := run.config.student.teacher) == "last":
        return last
    chosen = _checkpoint(path_of(path, choice), device)
    if chosen.fingerprint != _checkpoint(path, device).fingerprint:
        raise ConfigError(
            f"{path_of(path, choice)} is of another training than {path.name}: remove it and train "
            "the teacher again, or leave out student.teacher"
        )
    return chosen.state


def _schedule(run: "Run", part: str, device: "Device") -> Any:
    from sibeat.train.evaluate import labelled_windows, normal_windows
    from sibeat.train.loop import Schedule

    config = getattr(run.config, part)
    beats = load_beats(run.file("beats.npz"))
    train = normal_windows(beats, "train")
    _require_beats(len(train), run)
    run.progress.note(f"{len(train):,} normal beats, on {device}")
    return Schedule(
        epochs=config.epochs,
        batch_size=config.batch_size,
        seed=config.seed,
        train=train.to(device.device),
        validation=normal_windows(beats, "validation").to(device.device),
        checkpoint=run.file(f"{part}.pt"),
        fingerprint=_fingerprint(run, part),
        about={
            "config": asdict(run.config),
            "train_records": sorted(set(map(str, beats.record[beats.part == "train"]))),
            "validation_records": sorted(set(map(str, beats.record[beats.part == "validation"]))),
        },
        labelled=labelled_windows(beats, "validation", device.device),
        progress=run.progress,
    )


def _require_beats(n_beats: int, run: "Run") -> None:
    if n_beats < 2:
        raise ConfigError(
            f"{run.file('beats.npz')} has {n_beats} normal training beats: expected at least 2"
        )


def _fingerprint(run: "Run", part: str) -> str:
    """Hash what decides a training's steps; more epochs go on with the same ones."""
    files = [run.file("beats.npz")]
    stage = getattr(run.config, part)
    if part == "student":
        files += [run.file("teacher.pt"), *before_files(run.config.student)]
    if getattr(stage, "decay", "none") == "none":  # else every epoch depends on their number
        stage = replace(stage, epochs=0)
    read = [file_sha256(file) for file in files]
    return sha256(json.dumps([asdict(stage), read], sort_keys=True).encode()).hexdigest()


def before_files(student: "StudentConfig") -> list[Path]:
    """Checkpoints of the generation before, as far as they are there."""
    names = ("teacher.pt", "student.pt") if student.before else ()
    files = [Path(student.before) / name for name in names]
    return [file for file in files if file.exists()]
