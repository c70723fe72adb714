"""The stages of a training, in order, in one folder; what is done and still valid is skipped.

::

    prepare -> beats.npz -> teacher -> teacher.pt -> distil -> student.pt
            -> evaluate -> evaluation.json -> export -> student.onnx + student.json

A stage is done when its output is there, unchanged, and was made from the same configuration and
the same inputs. `done.json` says so, by hashes. A stage that is run alone builds on done ones only.
"""

import hashlib
import json
from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Literal, TypeAlias, get_args

from sibeat.ecg.atomic_file import write_atomically
from sibeat.ecg.errors import ConfigError, UsageError
from sibeat.train.beats_file import file_sha256
from sibeat.train.config import TrainConfig
from sibeat.train.parallel import ALONE, Ranks
from sibeat.train.progress import Progress
from sibeat.train.run_lock import alone_in

StageName: TypeAlias = Literal["prepare", "teacher", "distil", "evaluate", "export"]
STAGE_NAMES: tuple[StageName, ...] = get_args(StageName)
DONE_FILE = "done.json"
SHARED_STAGE: StageName = "teacher"
"""the stage that several processes do together"""


@dataclass(frozen=True, slots=True)
class Run:
    """One training and its folder."""

    config: TrainConfig
    data: Path
    """folder of the database, or an already prepared beats file (.npz)"""
    out: Path
    resume: bool = False
    """go on from an unfinished checkpoint"""
    progress: Progress = field(default_factory=Progress)
    ranks: Ranks = ALONE
    """processes that train the teacher together; the first does all else"""

    def file(self, name: str) -> Path:
        """Path of one of the run's files."""
        return self.out / name


@dataclass(frozen=True, slots=True)
class Stage:
    """One stage: what it reads, what it writes, and the part of the configuration it obeys."""

    name: StageName
    says: str
    inputs: tuple[str, ...]
    output: str
    settings: Callable[[Run], Any]
    work: Callable[[Run], None]

    def fingerprint(self, run: Run) -> str:
        """Hash the configuration and the inputs that decide the output."""
        for name in self.inputs:
            if not run.file(name).exists():
                raise ConfigError(
                    f"stage {self.name} needs {run.file(name)}, which is not there: run the stages "
                    "before it, or leave out --stage"
                )
        read = [file_sha256(run.file(name)) for name in self.inputs]
        text = json.dumps([self.name, self.settings(run), read], sort_keys=True, default=str)
        return hashlib.sha256(text.encode()).hexdigest()


def run_stages(run: Run, only: str | None = None) -> None:
    """Run all stages that are not done, or one of them whether done or not.

    Parameters
    ----------
    run : configuration, data, folder
    only : name of a stage

    Raises
    ------
    UsageError
        When there is no such stage.
    ConfigError
        When a stage's inputs are missing, or `only` would build on what another configuration or
        other data made.
    OutputError
        When the folder cannot be written, or another training runs in it.
    """
    if only is not None and only not in STAGE_NAMES:
        raise UsageError(f"no stage {only!r}: expected one of {', '.join(STAGE_NAMES)}")
    begins = only in (None, STAGE_NAMES[0])  # another stage would find nothing in a new folder
    locked = run.ranks.first and (begins or run.out.is_dir())
    with alone_in(run.out) if locked else nullcontext():
        _run_stages(run, only)


def _run_stages(run: Run, only: str | None) -> None:
    for stage in stages():
        if only is not None and stage.name != only:
            _require_done(stage, run, only)
            continue
        if stage.name == SHARED_STAGE:
            run.ranks.wait()
        if run.ranks.first or stage.name == SHARED_STAGE:
            _run_stage(stage, run, again=only is not None)
        if stage.name == only:
            break


def _require_done(stage: Stage, run: Run, only: str) -> None:
    """Refuse to build on what is missing, or is of another configuration or other data.

    Else a model could be judged by beats that trained it, and its artefact would not say so.
    """
    if not _is_done(stage, run, stage.fingerprint(run)):
        raise ConfigError(
            f"stage {only} builds on {run.file(stage.output)}, which is not there, unfinished, or "
            "of another configuration, or other data, than --config and --data give now: expected "
            f"what stage {stage.name} makes of these; run --stage {stage.name} again (with "
            "--resume if it was stopped), or leave out --stage"
        )


def _run_stage(stage: Stage, run: Run, *, again: bool) -> None:
    fingerprint = stage.fingerprint(run)
    if not again and _is_done(stage, run, fingerprint):
        run.progress.stage(stage.name, f"done before: {run.file(stage.output)}")
        return
    run.progress.stage(stage.name, stage.says)
    stage.work(run)
    if not run.ranks.first:
        return
    done = _read_done(run)
    done[stage.name] = {
        "fingerprint": fingerprint,
        "output_sha256": file_sha256(run.file(stage.output)),
    }
    write_atomically(run.file(DONE_FILE), json.dumps(done, indent=1).encode())


def _is_done(stage: Stage, run: Run, fingerprint: str) -> bool:
    entry = _read_done(run).get(stage.name)
    output = run.file(stage.output)
    if entry is None or entry["fingerprint"] != fingerprint or not output.exists():
        return False
    return bool(entry["output_sha256"] == file_sha256(output))


def _read_done(run: Run) -> dict[str, dict[str, str]]:
    file = run.file(DONE_FILE)
    if not file.exists():
        return {}
    try:
        done: dict[str, dict[str, str]] = json.loads(file.read_text(encoding="utf-8"))
        return {
            name: {key: entry[key] for key in ("fingerprint", "output_sha256")}
            for name, entry in done.items()
        }
    except (ValueError, AttributeError, TypeError, KeyError) as error:
        raise ConfigError(
            f"{file} is damaged ({type(error).__name__}: {error}): expected what earlier stages "
            "wrote; remove it, and stages run anew"
        ) from error


def stages() -> tuple[Stage, ...]:
    """Return the stages in order; torch is imported by those that need it."""
    from sibeat.train import stage_work as work
    from sibeat.train.stage_inputs import before_files, data_sha256, teacher_files

    return (
        Stage(
            "prepare",
            "cutting the beats of the records, or taking prepared ones",
            (),
            "beats.npz",
            lambda run: [
                asdict(run.config.prepare),
                data_sha256(run.data, run.config.prepare),
            ],
            work.prepare_beats,
        ),
        Stage(
            "teacher",
            "training BeatGAN on normal beats",
            ("beats.npz",),
            "teacher.pt",
            lambda run: asdict(run.config.teacher),
            work.train_teacher,
        ),
        Stage(
            "distil",
            "distilling the student",
            ("beats.npz", "teacher.pt"),
            "student.pt",
            lambda run: [
                asdict(run.config.student),
                [
                    file_sha256(file)
                    for file in (*teacher_files(run), *before_files(run.config.student))
                ],
            ],
            work.distil_student,
        ),
        Stage(
            "evaluate",
            "measuring on the test beats",
            ("beats.npz", "teacher.pt", "student.pt"),
            "evaluation.json",
            lambda run: asdict(run.config.student),
            work.evaluate_student,
        ),
        Stage(
            "export",
            "writing the artefact and comparing it with torch",
            ("beats.npz", "student.pt", "evaluation.json"),
            "student.onnx",
            lambda run: asdict(run.config),
            work.export_artefact,
        ),
    )
