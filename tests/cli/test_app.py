import os
import subprocess
import sys
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from sibeat.cli import app as cli_app
from sibeat.ecg.errors import ConfigError

RUNNER = CliRunner()

HEAVY = ("numpy", "scipy", "neurokit2", "wfdb", "onnxruntime", "torch", "serial", "rich.live")


def sibeat(*arguments: str, **environ: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-m", "sibeat.cli.app", *arguments],
        capture_output=True,
        text=True,
        check=False,
        env=os.environ | environ,
    )


def test_the_help_names_every_command() -> None:
    told = RUNNER.invoke(cli_app.app, ["--help"])
    assert told.exit_code == 0
    for command in ("monitor", "train", "simulate", "evaluate"):
        assert command in told.stdout


@pytest.mark.parametrize(
    "command",
    ["", "monitor", "train", "simulate", "ports", "export", "evaluate", "evaluate monitor"],
)
def test_every_command_has_a_help_in_which_flags_take_no_value(command: str) -> None:
    told = RUNNER.invoke(cli_app.app, [*command.split(), "--help"])
    assert told.exit_code == 0
    assert "--help" in told.stdout
    assert "--debug" in told.stdout
    assert "bool" not in told.stdout.lower()


def test_the_monitors_help_says_once_that_it_is_no_medical_device() -> None:
    told = RUNNER.invoke(cli_app.app, ["monitor", "--help"], env={"COLUMNS": "200"})
    assert told.stdout.count("not a medical device") == 1


def test_the_help_imports_nothing_heavy() -> None:
    program = f"import sys, sibeat.cli.app; print([m for m in {HEAVY} if m in sys.modules])"
    told = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert told.stdout.strip() == "[]"


@pytest.mark.parametrize("command", [[], ["monitor"]])
def test_the_version_is_said(command: list[str]) -> None:
    told = sibeat(*command, "--version")
    assert told.returncode == 0
    assert told.stdout.startswith("sibeat ")


@pytest.mark.parametrize("arguments", [["--nonsense"], ["nonsense"], ["monitor", "--baud", "x"]])
def test_bad_usage_leaves_with_2_and_no_traceback(arguments: list[str]) -> None:
    told = sibeat(*arguments)
    assert told.returncode == 2
    assert "Traceback" not in told.stderr


def test_an_error_becomes_its_exit_code_and_a_message(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    broken = typer.Typer()

    @broken.command()
    def fail() -> None:
        raise ConfigError("no such key; did you mean 'threshold'?")

    monkeypatch.setattr(cli_app, "app", lambda: broken([], standalone_mode=False))
    with pytest.raises(SystemExit) as left:
        cli_app.main()
    assert left.value.code == 4
    assert capsys.readouterr().err == "sibeat: no such key\n  did you mean 'threshold'?\n"


def test_completion_is_there() -> None:
    told = sibeat("--show-completion", _TYPER_COMPLETE_TEST_DISABLE_SHELL_DETECTION="1")
    assert "Traceback" not in told.stderr


def test_annotations_are_judged_from_the_command_line(tmp_path: Path) -> None:
    told = sibeat("evaluate", "ec57", "--reference", str(tmp_path), "--test", str(tmp_path))
    assert told.returncode == 3
    assert told.stderr.startswith("sibeat: no annotation file *.sib")
