"""Which teacher a student learns from: the generation before, a chosen epoch, none of others."""

from dataclasses import replace
from pathlib import Path

import pytest
import torch

from sibeat.ecg.errors import ConfigError, ModelError
from sibeat.train.checkpoint import load_checkpoint, save_checkpoint
from sibeat.train.stages import Run, run_stages

from .conftest import stages_worked


def _to_distil(run: Run) -> None:
    for stage in ("prepare", "teacher", "distil"):
        run_stages(run, stage)


def test_a_student_can_teach_the_next_generation(run: Run, tmp_path: Path) -> None:
    _to_distil(run)
    student = replace(run.config.student, before=str(run.out), epochs=1, seed=1)
    second = replace(run, out=tmp_path / "second", config=replace(run.config, student=student))
    _to_distil(second)
    first = torch.load(run.file("student.pt"), weights_only=True)
    taught = torch.load(second.file("student.pt"), weights_only=True)
    assert taught["about"]["config"]["student"]["before"] == str(run.out)
    assert taught["fingerprint"] != first["fingerprint"]
    assert taught["history"][0]["head"] != first["history"][0]["head"]


def test_a_teacher_student_of_another_fold_is_refused(run: Run, tmp_path: Path) -> None:
    _to_distil(run)
    student_path = run.file("student.pt")
    content = torch.load(student_path, weights_only=True)
    content["about"]["config"]["prepare"]["front"] = "beatgan"
    torch.save(content, student_path)
    student = replace(run.config.student, before=str(run.out))
    second = replace(run, out=tmp_path / "second", config=replace(run.config, student=student))
    for stage in ("prepare", "teacher"):
        run_stages(second, stage)
    with pytest.raises(ModelError, match="may have seen"):
        run_stages(second, "distil")


def _with_another_honest_teacher(run: Run, fingerprint: str | None = None) -> Run:
    """Train a teacher, and put one of other weights in the place of its honest choice."""
    for stage in ("prepare", "teacher"):
        run_stages(run, stage)
    cpu, path = torch.device("cpu"), run.file("teacher-honest.pt")
    honest = load_checkpoint(run.file("teacher.pt"), cpu)
    honest.state["generator"]["encoder.last.weight"] += 1.0
    save_checkpoint(path, replace(honest, fingerprint=fingerprint or honest.fingerprint))
    student = replace(
        run.config.student, teacher="honest", start="teacher", learning_rate=1e-9, epochs=1
    )
    return replace(run, config=replace(run.config, student=student))


def test_a_student_learns_from_the_chosen_epoch_of_its_teacher(run: Run) -> None:
    run = _with_another_honest_teacher(run)
    run_stages(run, "distil")
    cpu, name = torch.device("cpu"), "encoder.last.weight"
    own = load_checkpoint(run.file("student.pt"), cpu).state["network"][f"generator.{name}"]
    last = load_checkpoint(run.file("teacher.pt"), cpu).state["generator"][name]
    assert torch.allclose(own, last + 1.0, atol=1e-6)


@pytest.mark.usefixtures("same_weights_exported_once")
def test_another_chosen_epoch_makes_another_student(run: Run) -> None:
    run = _with_another_honest_teacher(run)
    assert "distil" in stages_worked(run)
    assert stages_worked(run) == []
    path = run.file("teacher-honest.pt")
    chosen = load_checkpoint(path, torch.device("cpu"))
    save_checkpoint(path, replace(chosen, history=[*chosen.history, {}]))
    assert "distil" in stages_worked(run)


def test_a_chosen_epoch_of_another_training_is_refused(run: Run) -> None:
    run = _with_another_honest_teacher(run, fingerprint="of another one")
    with pytest.raises(ConfigError, match="of another training"):
        run_stages(run, "distil")
