"""``sibeat train`` as a user runs it."""

import importlib.util
import subprocess
import sys
from pathlib import Path

import pytest

from sibeat.cli import train as command
from sibeat.ecg.errors import ConfigError, UsageError


def test_importing_the_command_imports_nothing_heavy() -> None:
    heavy = {"torch", "numpy", "rich.progress"}
    code = f"import sys, sibeat.cli.train; assert not {heavy} & set(sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_missing_torch_says_what_to_install(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    found = importlib.util.find_spec
    monkeypatch.setattr(
        importlib.util, "find_spec", lambda name: None if name == "torch" else found(name)
    )
    with pytest.raises(ConfigError, match=r"pip install '\.\[train\]'"):
        command.train(tmp_path, tmp_path)
    with pytest.raises(ConfigError, match="edge"):  # what is wrong anyway is said first
        command.train(tmp_path, tmp_path, config="egde")


def test_an_unknown_preset_is_a_config_error(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="edge"):
        command.train(tmp_path, tmp_path, config="egde")


def test_an_unknown_stage_is_a_usage_error(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="prepare"):
        command.train(tmp_path, tmp_path, stage="preparation")


def test_progress_and_settings_reach_the_stages(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    runs = []
    monkeypatch.setattr(
        "sibeat.train.stages.run_stages", lambda run, only: runs.append((run, only))
    )
    (tmp_path / "mine.toml").write_text("[student]\nepochs = 3\n", encoding="utf-8")
    command.train(
        tmp_path / "data", tmp_path / "out", str(tmp_path / "mine.toml"), "distil", resume=True
    )
    ((run, only),) = runs
    assert only == "distil"
    assert run.resume
    assert run.config.student.epochs == 3
    assert (run.data, run.out) == (tmp_path / "data", tmp_path / "out")


def test_a_stopped_training_says_how_it_goes_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def stopped(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("sibeat.train.stages.run_stages", stopped)
    with pytest.raises(KeyboardInterrupt):
        command.train(tmp_path, tmp_path)
    assert "--resume" in capsys.readouterr().err
