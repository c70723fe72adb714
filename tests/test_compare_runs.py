"""The benchmarks that pair trainings over seeds, on trainings of a second."""

import json
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import asdict, replace
from pathlib import Path
from types import ModuleType
from typing import NamedTuple

import pytest
import torch

from sibeat.cli.errors import guarded
from sibeat.ecg.errors import ConfigError
from sibeat.model.artefact import load_student
from sibeat.train.beats_file import save_beats
from sibeat.train.config import (
    PrepareConfig,
    RunConfig,
    StudentConfig,
    TeacherConfig,
    TrainConfig,
    config_from_table,
)
from sibeat.train.stages import Run, run_stages

from .train.conftest import make_beats

REPOSITORY = Path(__file__).parents[1]


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    beats = make_beats(n_per_record=40)
    path = tmp_path_factory.mktemp("beats") / "beats.npz"
    save_beats(path, replace(beats, origin=replace(beats.origin, front="beatgan")))
    return path


@pytest.fixture(scope="module")
def runs(data: Path) -> list[Path]:
    return [_trained(data, seed) for seed in (0, 1)]


def _trained(data: Path, seed: int) -> Path:
    off = {"distillation_weight": 0.0, "head_weight": 0.0}
    config = TrainConfig(
        PrepareConfig(front="beatgan"),
        TeacherConfig(width=1, n_latent=3, epochs=1, batch_size=16, seed=seed),
        StudentConfig(width=1, n_latent=3, epochs=1, seed=seed, score="error", **off),
        RunConfig(device="cpu", precision="float32", threads=1),
    )
    run = Run(config, data, data.parent / f"seed{seed}")
    for stage in ("prepare", "teacher", "distil"):
        run_stages(run, stage)
    return run.out


class Told(NamedTuple):
    """What a benchmark left."""

    code: int
    out: str
    err: str


@pytest.fixture
def benchmark(
    benchmark_module: Callable[[str], ModuleType],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> Callable[..., Told]:
    """Run a benchmark as a program, in this process."""

    def run(name: str, *arguments: str | Path) -> Told:
        monkeypatch.setattr(sys, "argv", [name, *map(str, arguments)])
        code: object = 0
        try:
            guarded(benchmark_module(name).main)
        except SystemExit as ended:
            code = ended.code
        said = capsys.readouterr()
        if isinstance(code, str):  # as the interpreter has it
            return Told(1, said.out, said.err + code)
        assert isinstance(code, int)
        return Told(code, said.out, said.err)

    return run


def test_runs_against_themselves_show_nothing(data: Path, runs: list[Path]) -> None:
    """As a program of its own."""
    written = data.parent / "compared.json"
    command = [sys.executable, "-m", "benchmarks.compare_runs", "--data", data, "--run", *runs]
    done = subprocess.run(
        [*command, "--without", *runs, "--json", written],
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    report = json.loads(written.read_text(encoding="utf-8"))
    same = report["less"]["without distillation"]["auc"]
    assert same["mean"] == 0.0
    assert same["shows"] == "not shown"
    assert report["seeds"] == len(report["rows"]["teacher"]) == 2
    assert "student less teacher, 95 %" in done.stdout


def test_runs_without_a_partner_are_refused(
    benchmark: Callable[..., Told], data: Path, runs: list[Path]
) -> None:
    done = benchmark("compare_runs", "--data", data, "--run", *runs, "--without", runs[0])
    assert done.code == 2
    assert "expected pairs" in done.err


def test_folders_of_other_seeds_are_no_pairs(
    benchmark: Callable[..., Told], data: Path, runs: list[Path]
) -> None:
    done = benchmark("compare_runs", "--data", data, "--run", *runs, "--without", *runs[::-1])
    assert done.code == 1
    assert "are no pair" in done.err


def test_students_of_other_budgets_are_no_pairs(
    benchmark_module: Callable[[str], ModuleType], monkeypatch: pytest.MonkeyPatch
) -> None:
    compare_runs = benchmark_module("compare_runs")
    own = StudentConfig(epochs=4, score="error")
    base = replace(own, distillation_weight=0.0, head_weight=0.0, corruptions=0)
    students = {"own": own, "base": base, "longer": replace(base, epochs=8)}
    students["taught otherwise"] = base
    students["attending"] = replace(base, attention_weight=1.0)
    monkeypatch.setattr(compare_runs, "_student_config", lambda folder, _: students[folder])
    monkeypatch.setattr(
        compare_runs,
        "_teacher_of",
        lambda folder, *_: {"w": torch.full((2,), float(folder == "taught otherwise"))},
    )
    compare_runs.require_pairs(None, ["own"], ["base"])
    with pytest.raises(SystemExit, match="they differ in epochs"):
        compare_runs.require_pairs(None, ["own"], ["longer"])
    with pytest.raises(SystemExit, match="attention_weight 0"):
        compare_runs.require_pairs(None, ["own"], ["attending"])
    with pytest.raises(SystemExit, match="different teachers"):
        compare_runs.require_pairs(None, ["own"], ["taught otherwise"])


def test_the_teacher_is_the_one_that_the_student_learnt_from(
    benchmark_module: Callable[[str], ModuleType], data: Path, runs: list[Path]
) -> None:
    compare_runs, judged_runs = map(benchmark_module, ("compare_runs", "judged_runs"))
    beats = judged_runs.fold_beats(data)
    found = [compare_runs._teacher_of(run, StudentConfig(), beats) for run in runs]
    again = compare_runs._teacher_of(runs[0], StudentConfig(), beats)
    assert compare_runs._same_weights(found[0], again)
    assert not compare_runs._same_weights(*found)


def test_a_seed_twice_is_no_sample_of_seeds(
    benchmark_module: Callable[[str], ModuleType], data: Path, runs: list[Path]
) -> None:
    compare_runs, judged_runs = map(benchmark_module, ("compare_runs", "judged_runs"))
    beats = judged_runs.fold_beats(data)
    compare_runs.require_pairs(beats, runs, runs)
    with pytest.raises(SystemExit, match="seeds 1, 1, 1: expected a run a seed"):
        compare_runs.require_pairs(beats, runs[1:] * 3, runs[1:] * 3)


def test_a_choice_that_is_not_there_is_named(
    benchmark_module: Callable[[str], ModuleType], data: Path, runs: list[Path], tmp_path: Path
) -> None:
    judged_runs = benchmark_module("judged_runs")
    shutil.copy(runs[0] / "teacher.pt", tmp_path)
    with pytest.raises(SystemExit, match=r"no teacher of the choice .*teacher-published\.pt"):
        judged_runs.figures_of(tmp_path, judged_runs.fold_beats(data), "teacher", "published")


def test_beats_of_the_other_front_are_refused(
    benchmark_module: Callable[[str], ModuleType],
    benchmark: Callable[..., Told],
    data: Path,
    tmp_path: Path,
) -> None:
    other = tmp_path / "monitor.npz"
    save_beats(other, make_beats())
    for module, judge, wrong in (
        ("judged_runs", lambda found: found.fold_beats(other), "'monitor': expected 'beatgan'"),
        ("rhythm", lambda found: found.within(other, []), "'monitor': expected 'beatgan'"),
        ("rhythm", lambda found: found.between(data), "'beatgan': expected 'monitor'"),
    ):
        with pytest.raises(ConfigError, match=wrong):
            judge(benchmark_module(module))
    for name, beats in (
        ("reconstruction", data),
        ("int8", data),
        ("fit_scorer", data),
        ("gaussians", other),
    ):
        done = benchmark(name, "--data", beats)
        assert done.code == 4
        assert "has beats of the front" in done.err


def test_a_student_that_saw_the_hearts_does_not_draw_unseen_ones(
    benchmark_module: Callable[[str], ModuleType],
    benchmark: Callable[..., Told],
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    student = load_student()
    seen = replace(student.contract.provenance, train_records=("100",))
    student.contract = replace(student.contract, provenance=seen)
    monkeypatch.setattr(benchmark_module("reconstruction"), "load_student", lambda _: student)
    save_beats(tmp_path / "monitor.npz", make_beats())
    done = benchmark("reconstruction", "--data", tmp_path / "monitor.npz")
    assert done.code == 4
    assert "records of DS2's patients (100)" in done.err


def test_rhythm_needs_runs_or_the_beats_of_unseen_patients(
    benchmark: Callable[..., Told], data: Path, runs: list[Path]
) -> None:
    assert benchmark("rhythm").code == 2
    without_density = benchmark("rhythm", "--within", data, "--run", *runs)
    assert without_density.code == 1
    assert "2 runs hold 0 densities" in without_density.err


def test_every_form_and_generation_can_be_configured(
    benchmark_module: Callable[[str], ModuleType],
) -> None:
    distillation = benchmark_module("distillation")
    trial = distillation.Trial(Path("beats.npz"), Path("out"), seeds=1, epochs=1)
    runs = distillation.runs_of(trial, 0)
    assert len(runs) == len(distillation.FORMS) + len(distillation.GENERATIONS)
    for name, run in runs.items():
        assert config_from_table(asdict(run.config), name) == run.config
