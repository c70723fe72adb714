"""The whole training on tiny data: what is made, what is skipped, what is refused."""

import json
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from sibeat.ecg.errors import ConfigError, ModelError, UsageError
from sibeat.model.artefact import load_student
from sibeat.train.beats_file import load_beats, save_beats
from sibeat.train.config import PrepareConfig
from sibeat.train.held_out import require_unseen
from sibeat.train.progress import Progress
from sibeat.train.stages import STAGE_NAMES, Run, run_stages

from .conftest import Heard, make_beats, stages_worked

pytestmark = pytest.mark.usefixtures("same_weights_exported_once")


def test_all_stages_make_a_student_that_loads_and_says_where_it_is_from(run: Run) -> None:
    assert stages_worked(run) == list(STAGE_NAMES)
    student = load_student(run.file("student.onnx"))
    window = np.zeros(320, dtype=np.float32)
    reconstruction, log_score = student.reconstruct(window)
    assert reconstruction.shape == (320,)
    assert np.isfinite(log_score)
    provenance = student.contract.provenance
    assert provenance.train_records == ("101", "106")
    assert provenance.validation_records == ("118", "223")
    assert provenance.epochs == {"teacher": 2, "student": 2}
    assert provenance.config["student"]["width"] == 1
    report = json.loads(run.file("evaluation.json").read_text())
    assert provenance.figures["auc"] == pytest.approx(report["auc"], abs=1e-6)
    assert {"auc", "ap", "per_class", "without_232", "per_record", "mean_record_auc"} <= set(report)
    assert {"mapping", "front", "model", "score"} <= set(report)
    quantiles = student.contract.calibration.log_score_quantiles
    assert list(quantiles) == sorted(quantiles)
    assert stages_worked(run) == [], "everything is done"
    changed = replace(run, config=replace(run.config, student=replace(run.config.student, seed=1)))
    assert stages_worked(changed) == ["distil", "evaluate", "export"]
    assert stages_worked(changed, "export") == ["export"]
    run.file("student.onnx").write_bytes(b"damaged")
    assert stages_worked(changed) == ["export"]


def test_a_density_head_and_a_fold_of_the_published_protocol(run: Run) -> None:
    beats = make_beats(40)
    beats.symbol[::20] = "Q"
    save_beats(run.data, replace(beats, origin=replace(beats.origin, front="beatgan")))
    student = replace(run.config.student, kernels=2, score="head")
    prepare = PrepareConfig(front="beatgan", fold=2)
    run = replace(run, config=replace(run.config, student=student, prepare=prepare))
    heard = Heard()
    run_stages(replace(run, progress=heard))
    contract = load_student(run.file("student.onnx")).contract
    assert contract.input.front == "beatgan"
    assert "fold 2 of 5" in contract.provenance.split
    report = json.loads(run.file("evaluation.json").read_text())
    assert report["per_class"]["Q"]["n"] > 0
    assert contract.provenance.figures["auc_Q"] == pytest.approx(report["per_class"]["Q"]["auc"])
    assert "score: head, as configured" in heard.notes
    assert not any("DS2" in said for said in heard.said)
    require_unseen(contract, "beatgan", 2, load_beats(run.data))
    with pytest.raises(ModelError, match="fold 1"):
        require_unseen(contract, "beatgan", 1)


def test_an_unknown_stage_lists_those_there_are(run: Run) -> None:
    with pytest.raises(UsageError, match="prepare, teacher, distil, evaluate, export"):
        run_stages(run, "teach")


def test_a_stage_without_its_inputs_names_them(run: Run) -> None:
    with pytest.raises(ConfigError, match=r"beats\.npz"):
        run_stages(run, "teacher")


def test_an_unfinished_teacher_is_not_distilled(run: Run) -> None:
    run_stages(run, "prepare")
    run_stages(run, "teacher")
    longer = replace(run, config=replace(run.config, teacher=replace(run.config.teacher, epochs=9)))
    with pytest.raises(ConfigError, match=r"teacher\.pt.* --stage teacher again .*--resume"):
        run_stages(longer, "distil")


def _other(run: Run, part: str, **settings: Any) -> Run:
    """The same run with another configuration."""
    changed = replace(getattr(run.config, part), **settings)
    return replace(run, config=replace(run.config, **{part: changed}))


def test_a_stage_alone_builds_on_nothing_of_another_configuration_or_data(run: Run) -> None:
    """Else a fold's own test beats train it, and the artefact states what never was."""
    stages_worked(run)
    artefact = run.file("student.onnx").read_bytes()
    for other, only, again in (
        (_other(run, "prepare", fold=1), "teacher", "prepare"),
        (_other(run, "teacher", width=2), "distil", "teacher"),
        (_other(run, "student", seed=7), "export", "distil"),
        (_other(run, "student", epochs=1), "evaluate", "distil"),
    ):
        with pytest.raises(ConfigError, match=f"stage {only} builds .*--stage {again} again"):
            run_stages(other, only)
    assert run.file("student.onnx").read_bytes() == artefact
    save_beats(run.data, make_beats(seed=1))
    with pytest.raises(ConfigError, match="--stage prepare again"):
        run_stages(run, "export")


def test_figures_of_the_student_before_are_not_sealed(run: Run) -> None:
    for stage in ("prepare", "teacher", "distil", "evaluate"):
        run_stages(run, stage)
    other = _other(run, "student", seed=7)
    run_stages(other, "distil")
    with pytest.raises(ConfigError, match="--stage evaluate again"):
        run_stages(other, "export")
    run_stages(other, "evaluate")
    run_stages(other, "export")
    assert load_student(run.file("student.onnx")).contract.provenance.seeds["student"] == 7


def test_a_beats_file_that_changed_is_taken_anew(run: Run) -> None:
    run_stages(run, "prepare")
    before = run.file("beats.npz").read_bytes()
    save_beats(run.data, make_beats(seed=1))
    with pytest.raises(StopIteration):
        run_stages(replace(run, progress=StopsAt("teacher")))
    assert run.file("beats.npz").read_bytes() == run.data.read_bytes() != before


class StopsAt(Progress):
    def __init__(self, name: str) -> None:
        self.name = name

    def stage(self, name: str, text: str) -> None:
        if name == self.name:
            raise StopIteration


def test_damaged_bookkeeping_is_an_error_that_says_what_to_do(run: Run) -> None:
    run.out.mkdir()
    for damaged in ("{", "[]", '{"prepare": {}}', '{"prepare": 1}'):
        run.file("done.json").write_text(damaged)
        with pytest.raises(ConfigError, match="remove it"):
            run_stages(run)
