import json
import os
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import wfdb

from sibeat.model.artefact import SHIPPED, load_student
from sibeat.monitor.sinks.disk import Disk

from .conftest import Run


@pytest.fixture
def record(sibeat: Run, tmp_path: Path) -> Path:
    """A synthetic record of a minute."""
    path = tmp_path / "ecg" / "rec"
    assert sibeat("simulate", "--out", path, "--duration", "60").code == 0
    return path


def lines_of(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def test_the_demo_judges_itself_and_writes_a_log_of_its_own(sibeat: Run, tmp_path: Path) -> None:
    told = sibeat("monitor", "--demo", "--speed", "max")
    assert told.code == 0
    assert "as it should be" in told.out
    assert "NOT as it should be" not in told.out
    assert "no terminal" in told.err
    assert "demo-alerts.jsonl" in told.err
    lines = lines_of(tmp_path / "state" / "sibeat" / "demo-alerts.jsonl")
    assert lines[0]["phase"] == "start"
    assert lines[-1]["phase"] == "end"
    assert any(line["type"] == "alert" for line in lines)


def test_json_is_all_that_goes_to_standard_output(sibeat: Run) -> None:
    told = sibeat("monitor", "--demo", "--speed", "max", "--json", "--headless")
    summary = json.loads(told.out)
    assert summary["verdict"]["good"] is True
    assert summary["duration_s"] == 30.0
    assert summary["beats"]["total"] > 30
    assert summary["delay"]["n"] == summary["alerts"]["total"] - summary["alerts"]["late"] > 0
    assert "no terminal" not in told.err


def test_a_replay_leaves_alerts_and_annotations_that_agree(sibeat: Run, record: Path) -> None:
    options = ["--alerts", "a.jsonl", "--annotate", "out", "--headless", "--json"]
    told = sibeat("monitor", "--replay", record, "--speed", "max", *options)
    assert told.code == 0
    summary = json.loads(told.out)
    read = wfdb.rdann("out/rec", "sib")
    assert len(read.sample) == summary["beats"]["total"]
    lines = lines_of(Path("a.jsonl"))
    alerts = {line["sample"] for line in lines if line["type"] == "alert"}
    withdrawn = {line["withdraws"] for line in lines if line["type"] == "revision"}
    abnormal = {s for s, symbol in zip(read.sample, read.symbol, strict=True) if symbol != "N"}
    assert alerts - withdrawn == abnormal
    assert alerts
    assert summary["alerts"]["total"] == len(alerts)
    assert lines[0]["model"] != ""
    assert lines[0]["settings"]["threshold"] == 0.5


def test_start_keeps_the_records_own_index(sibeat: Run, record: Path) -> None:
    part = ["--start", "20", "--duration", "20", "--speed", "max"]
    sibeat("monitor", "--replay", record, *part, "--alerts", "a.jsonl", "--annotate", "out")
    lines = lines_of(Path("a.jsonl"))
    assert (lines[0]["sample"], lines[-1]["sample"]) == (20 * 250, 40 * 250)
    assert lines[-1]["t_s"] == 20.0
    assert min(wfdb.rdann("out/rec", "sib").sample) >= 20 * 250


def test_sessions_are_appended_to_one_log(sibeat: Run, record: Path) -> None:
    for _ in range(2):
        sibeat("monitor", "--replay", record, "--speed", "max", "--alerts", "a.jsonl")
    phases = [line["phase"] for line in lines_of(Path("a.jsonl")) if line["type"] == "session"]
    assert phases == ["start", "end"] * 2


def test_annotations_of_an_earlier_run_that_were_replaced_are_told(
    sibeat: Run, record: Path
) -> None:
    options = ["--duration", "5", "--speed", "max", "--alerts", "a.jsonl", "--annotate", "out"]
    told = [sibeat("monitor", "--replay", record, *options).err for _ in range(2)]
    assert ["out/rec.sib of an earlier run was replaced" in text for text in told] == [False, True]


def test_a_truncated_record_is_processed_and_leaves_with_3(sibeat: Run, record: Path) -> None:
    signal = record.with_name("rec.dat")
    os.truncate(signal, signal.stat().st_size // 2)
    options = ["--alerts", "a.jsonl", "--annotate", "out"]
    told = sibeat("monitor", "--replay", record, "--speed", "max", *options)
    assert told.code == 3
    assert "Summary of" in told.out
    assert "rec" in told.err
    end = lines_of(Path("a.jsonl"))[-1]
    assert end["phase"] == "end"
    assert end["sample"] == 30 * 250
    assert len(wfdb.rdann("out/rec", "sib").sample) == end["beats"] > 20


def test_settings_come_from_environment_and_file_too(
    sibeat: Run, record: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    Path("my.toml").write_text("[pipeline]\nthreshold = 0.9\nmains_hz = 'off'\n")
    monkeypatch.setenv("SIBEAT_THRESHOLD", "0.8")
    monkeypatch.setenv("SIBEAT_ALERTS", "b.jsonl")
    options = ["--speed", "max", "--config", "my.toml", "--duration", "10"]
    assert sibeat("monitor", "--replay", record, *options).code == 0
    settings = lines_of(Path("b.jsonl"))[0]["settings"]
    assert (settings["threshold"], settings["mains_hz"]) == (0.8, None)


def test_a_default_log_in_use_is_left_to_its_owner(sibeat: Run, tmp_path: Path) -> None:
    from sibeat.monitor.sinks.alert_log import AlertLog

    folder = tmp_path / "state" / "sibeat"
    owner = AlertLog(folder / "demo-alerts.jsonl", sync_each=True)
    assert sibeat("monitor", "--demo", "--speed", "max").code == 0
    assert lines_of(folder / "demo-alerts-2.jsonl")
    mine = ["--alerts", folder / "demo-alerts.jsonl"]
    told = sibeat("monitor", "--demo", "--speed", "max", *mine)
    owner.close()
    assert told.code == 6
    assert "another sibeat" in told.err


@pytest.mark.parametrize(
    ("options", "code", "message"),
    [
        ([], 2, "exactly one of --serial"),
        (["--demo", "--replay", "x"], 2, "got --replay and --demo"),
        (["--demo", "--baud", "9600"], 2, "--baud says nothing to --demo"),
        (["--demo", "--threshold", "2"], 2, "above 0 and below 1"),
        (["--demo", "--fs", "0"], 2, "fs"),
        (["--demo", "--fs", "-5"], 2, "fs"),
        (["--demo", "--fs", "1e9"], 2, "fs"),
        (["--demo", "--speed", "fast"], 2, "speed"),
        (["--demo", "--duration", "-1"], 2, "duration"),
        (["--replay", "absent"], 3, "absent"),
        (["--replay", "."], 3, ""),
        (["--serial", "/dev/absent"], 3, "/dev/absent"),
        (["--serial", "/dev/null"], 3, "is no serial port"),
        (["--serial", "socket://nohost"], 2, "is no address of a board"),
        (["--serial", ""], 2, "is no address of a board"),
        (["--demo", "--model", "absent.onnx"], 4, "absent.onnx"),
        (["--demo", "--config", "absent.toml"], 4, "absent.toml"),
        (["--demo", "--config", "taken"], 4, "cannot read the configuration taken: Is a directory"),
        (["--demo", "--config", "typo.toml"], 4, "did you mean 'threshold'"),
        (["--demo", "--alerts", "."], 6, "cannot write"),
        (["--demo", "--alerts", "typo.toml"], 6, "something else than an alert log"),
        (["--demo", "--annotate", "typo.toml"], 6, "cannot write annotations"),
        (["--demo", "--annotate", "taken"], 6, "cannot write annotations"),
    ],
)
def test_what_cannot_be_meant_leaves_with_the_codes_of_the_contract(
    sibeat: Run, options: list[str], code: int, message: str
) -> None:
    Path("typo.toml").write_text("[pipeline]\nthreshhold = 0.5\n")
    Path("taken/demo.sib").mkdir(parents=True)
    told = sibeat("monitor", *options)
    assert told.code == code
    assert message in told.err
    assert told.out == ""
    assert Path("typo.toml").read_text() == "[pipeline]\nthreshhold = 0.5\n"


def test_a_file_without_permission_is_told_by_what_reads_it(
    sibeat: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened = Path.open

    def refuse(path: Path, *arguments: Any, **more: Any) -> Any:
        if path.name == "mine":
            raise PermissionError(13, "Permission denied", str(path))
        return opened(path, *arguments, **more)

    Path("mine").touch()
    Path("100.atr").touch()
    monkeypatch.setattr(os, "access", lambda path, mode: path != "mine")
    monkeypatch.setattr(Path, "open", refuse)
    for command in (("monitor", "--demo"), ("evaluate", "monitor", "--data", ".")):
        for option in ("--config", "--model"):
            told = sibeat(*command, option, "mine")
            assert told.code == 4
            assert "mine" in told.err
            assert "Permission denied" in told.err


def test_a_student_of_another_front_is_refused(sibeat: Run, tmp_path: Path) -> None:
    from sibeat.train.export import write_artefact

    contract = load_student().contract
    published = replace(contract, input=replace(contract.input, front="beatgan"))
    write_artefact(SHIPPED.read_bytes(), published, tmp_path / "s.onnx")
    (tmp_path / "100.atr").touch()
    for command in (("monitor", "--demo"), ("evaluate", "monitor", "--data", tmp_path)):
        told = sibeat(*command, "--model", tmp_path / "s.onnx")
        assert told.code == 4
        assert "front 'beatgan': expected 'monitor'" in " ".join(told.err.split())


def test_an_unknown_lead_lists_those_there_are(sibeat: Run, record: Path) -> None:
    told = sibeat("monitor", "--replay", record, "--lead", "V9")
    assert told.code == 2
    assert "V9" in told.err
    assert "II" in told.err


def test_a_disk_that_stays_full_is_warned_of_and_leaves_with_6(
    sibeat: Run, record: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(disk: Disk, fd: int, data: bytes) -> int:
        raise OSError(28, os.strerror(28))

    monkeypatch.setattr(Disk, "write", full)
    options = ["--speed", "max", "--alerts", "a.jsonl", "--json"]
    told = sibeat("monitor", "--replay", record, *options)
    assert told.code == 6
    assert "warning: a.jsonl cannot be written now: No space left" in told.err
    summary = json.loads(told.out)
    lost = summary["unwritten"]["alert_log_lines"]
    assert summary["entries_lost"] == lost > 2
    assert f"sibeat: {lost} alert log lines could not be written\n" in told.err


def test_a_real_record_works_from_one_end_to_the_other(sibeat: Run, mitdb: Path) -> None:
    options = ["--duration", "60", "--speed", "max", "--alerts", "a.jsonl", "--annotate", "out"]
    told = sibeat("monitor", "--replay", mitdb / "208", *options, "--json")
    assert told.code == 0
    assert 80 < json.loads(told.out)["beats"]["total"] < 120
    assert wfdb.rdann("out/208", "sib").fs == 360
