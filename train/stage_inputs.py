"""What the stages of a run build on: finished trainings, and hashes of what decides them."""

import json
from dataclasses import asdict, replace
from glob import escape
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sibeat.ecg.errors import ConfigError
from sibeat.train.beats_file import file_sha256
from sibeat.train.split import split_of

if TYPE_CHECKING:
    from sibeat.train.checkpoint import Checkpoint
    from sibeat.train.config import PrepareConfig, StudentConfig
    from sibeat.train.device import Device
    from sibeat.train.stages import Run


def data_sha256(data: Path, config: "PrepareConfig") -> str:
    """Hash what beats are cut from: a beats file, or the records of a configuration in a folder.

    Empty where neither is there; whoever reads it then says so.

    Raises
    ------
    ConfigError
        When a file is there but cannot be read.
    """
    try:
        return file_sha256(data) if data.is_file() else _records_sha256(data, config)
    except OSError as error:
        raise ConfigError(
            f"cannot read {error.filename or data} ({error.strerror or error}): expected a beats "
            "file, or records, that you may read; check the permissions, or give another --data"
        ) from error


def _records_sha256(folder: Path, config: "PrepareConfig") -> str:
    names = split_of(config).records
    files = {name: sorted(_files_of(folder / name)) for name in names}
    hashes = [[name, file.name, file_sha256(file)] for name in names for file in files[name]]
    return sha256(json.dumps(hashes).encode()).hexdigest() if hashes else ""


def _files_of(record: Path) -> set[Path]:
    """The files of a record: those of its name, and those that its header names."""
    stems = {record.name}
    header = record.with_name(f"{record.name}.hea")
    if header.is_file():
        lines = header.read_text(encoding="utf-8", errors="replace").splitlines()
        stems |= {line.split()[0] for line in lines[1:] if line.strip() and line[0] != "#"}
    found = {record.parent / stem for stem in stems}
    found |= {file for stem in stems for file in record.parent.glob(f"{escape(stem)}.*")}
    return {file for file in found if file.is_file()}


def checkpoint_at(path: Path, device: "Device") -> "Checkpoint":
    """Read a checkpoint onto a device."""
    from sibeat.train.checkpoint import load_checkpoint

    return load_checkpoint(path, device.device)


def finished(run: "Run", part: str, device: "Device") -> "Checkpoint":
    """Read the last checkpoint of a finished training of this configuration and these beats.

    Raises
    ------
    ConfigError
        When it is unfinished, or of another configuration or other beats.
    """
    path = run.file(f"{part}.pt")
    checkpoint = checkpoint_at(path, device)
    wished = getattr(run.config, part).epochs
    if checkpoint.epoch < wished:
        raise ConfigError(
            f"{path} has {checkpoint.epoch} of {wished} epochs: finish it with --resume first"
        )
    processes = checkpoint.about.get("processes", run.ranks.n_processes)
    if checkpoint.fingerprint != fingerprint_of(run, part, processes):
        raise ConfigError(
            f"{path} is of another configuration, or other beats, than this training: expected one "
            f"of the same; run --stage {'distil' if part == 'student' else part} there again"
        )
    return checkpoint


def finished_teacher(run: "Run", device: "Device") -> "Checkpoint":
    """Read the finished teacher, at the epoch that the student is to learn from."""
    from sibeat.train.choices import path_of

    last = finished(run, "teacher", device)
    if (choice := run.config.student.teacher) == "last":
        return last
    path = path_of(run.file("teacher.pt"), choice)
    chosen = checkpoint_at(path, device)
    if chosen.fingerprint != last.fingerprint:
        raise ConfigError(
            f"{path} is of another training than teacher.pt: remove it and train the teacher "
            "again, or leave out student.teacher"
        )
    return chosen


def fingerprint_of(run: "Run", part: str, n_processes: int) -> str:
    """Hash what decides a training's steps; more epochs go on with the same ones.

    Parameters
    ----------
    run, part : the training
    n_processes : that train the teacher together
    """
    files = [run.file("beats.npz")]
    stage = getattr(run.config, part)
    if part == "student":
        files += [*teacher_files(run), *before_files(run.config.student)]
    if getattr(stage, "decay", "none") == "none":  # else every epoch depends on their number
        stage = replace(stage, epochs=0)
    content: list[Any] = [asdict(stage), [file_sha256(file) for file in files]]
    if part == "teacher" and n_processes > 1:  # BatchNorm sees other shares then
        content.append(n_processes)
    return sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()


def teacher_files(run: "Run") -> list[Path]:
    """Checkpoints of the teacher that a student depends on: the last, and the one it learns from.

    Only those that are there.
    """
    from sibeat.train.choices import path_of

    last, choice = run.file("teacher.pt"), run.config.student.teacher
    files = [last] if choice == "last" else [last, path_of(last, choice)]
    return [file for file in files if file.exists()]


def before_files(student: "StudentConfig") -> list[Path]:
    """Checkpoints of the generation before, as far as they are there."""
    names = ("teacher.pt", "student.pt") if student.before else ()
    files = [Path(student.before) / name for name in names]
    return [file for file in files if file.exists()]
