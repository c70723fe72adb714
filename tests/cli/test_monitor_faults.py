"""Outputs and terminals that go away under a running monitor: nothing acknowledged is lost."""

import json
import math
import os
import pty
import re
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
import wfdb

from sibeat.ecg.annotation import is_beat

from .log_file import LIMIT_S, wait_for_lines

SIBEAT = [sys.executable, "-m", "sibeat.cli.app"]


@pytest.fixture(scope="module")
def record(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A synthetic record of ten minutes."""
    path = tmp_path_factory.mktemp("ecg") / "rec"
    options = ["--duration", "600", "--ventricular-rate", "12"]
    command = [*SIBEAT, "simulate", "--out", str(path), *options]
    subprocess.run(command, check=True, capture_output=True)
    return path


def lines_of(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def beats_in(record: Path) -> list[tuple[int, str]]:
    """Samples and symbols of the beats that were annotated."""
    read = wfdb.rdann(str(record), "sib")
    found = zip(read.sample.tolist(), read.symbol, strict=True)
    return [(sample, symbol) for sample, symbol in found if is_beat(symbol)]


def test_an_alert_log_that_is_removed_is_whole_again(tmp_path: Path, record: Path) -> None:
    log = tmp_path / "a.jsonl"
    outputs = ["--alerts", str(log), "--annotate", str(tmp_path), "--headless"]
    command = [*SIBEAT, "monitor", "--replay", str(record), "--speed", "20", *outputs]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as process:
        wait_for_lines(log, 5)
        log.unlink()
        wait_for_lines(log, 10)
        process.send_signal(signal.SIGTERM)
        _, err = process.communicate(timeout=LIMIT_S)
    assert process.returncode == 0
    assert "was removed while it was written; it was made anew" in err
    lines = lines_of(log)
    assert [line["phase"] for line in lines if line["type"] == "session"] == [
        *("start", "continued", "end")
    ]
    alerts = {line["sample"] for line in lines if line["type"] == "alert"}
    withdrawn = {line["withdraws"] for line in lines if line["type"] == "revision"}
    abnormal = {sample for sample, symbol in beats_in(tmp_path / "rec") if symbol != "N"}
    assert alerts - withdrawn == abnormal
    assert len(alerts) == lines[-1]["alerts"]


def test_a_terminal_that_is_closed_ends_the_session_cleanly(tmp_path: Path, record: Path) -> None:
    log = tmp_path / "a.jsonl"
    outputs = ["--alerts", str(log), "--annotate", str(tmp_path)]
    command = [*SIBEAT, "monitor", "--replay", str(record), "--speed", "20", *outputs]
    process, terminal = pty.fork()
    if process == 0:
        os.environ["TERM"] = "xterm-256color"
        os.execv(sys.executable, command)
    os.set_blocking(terminal, False)
    end = time.monotonic() + LIMIT_S
    while not log.exists() or log.read_bytes().count(b"\n") < 5:
        assert time.monotonic() < end
        try:
            os.read(terminal, 65536)
        except BlockingIOError:
            time.sleep(0.02)
    os.close(terminal)
    _, status = os.waitpid(process, 0)
    assert os.waitstatus_to_exitcode(status) == 0
    last = lines_of(log)[-1]
    assert (last["phase"], last["ended"]) == ("end", "SIGHUP")
    assert len(beats_in(tmp_path / "rec")) == last["beats"]


@pytest.mark.skipif(not Path("/proc/self").exists(), reason="/proc is a folder nobody writes to")
@pytest.mark.parametrize("option", ["--alerts", "--annotate"])
def test_a_folder_that_takes_no_files_is_told_before_anything_is_read(
    tmp_path: Path, option: str
) -> None:
    outputs = ["--alerts", str(tmp_path / "a.jsonl"), option, "/proc/self/sibeat/x"]
    command = [*SIBEAT, "monitor", "--demo", "--speed", "max", "--headless", *outputs]
    done = subprocess.run(command, capture_output=True, text=True, timeout=LIMIT_S)
    assert done.returncode == 6
    assert "cannot write" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.skipif(os.name == "nt", reason="files are limited with the shell's ulimit")
def test_a_disk_without_room_from_the_start_is_warned_of_and_the_monitor_goes_on(
    tmp_path: Path,
) -> None:
    outputs = ["--alerts", "a.jsonl", "--record", "kept", "--headless"]
    full = ["sh", "-c", 'ulimit -f 0; exec "$@"', "sh"]
    command = [*full, *SIBEAT, "monitor", "--replay", "-", "--fs", "250", *outputs]
    samples = "".join(f"{math.sin(n / 40):.3f}\n" for n in range(5000))
    done = subprocess.run(
        command, input=samples, cwd=tmp_path, capture_output=True, text=True, timeout=LIMIT_S
    )
    assert done.returncode == 6, done.stderr
    for begun in ("recording: ", "warning: a.jsonl", "warning: kept", "warning: cannot write ann"):
        assert begun in done.stderr
    assert "Traceback" not in done.stderr
    assert "20 s in" in done.stdout
    assert re.search(r"unwritten +\d+ alert log lines, .*\d recorded blocks", done.stdout)
    assert [file.suffix for file in tmp_path.glob("kept/*/*")] == [".sibrec"]


@pytest.mark.skipif(not Path("/proc/self").exists(), reason="/proc is a folder nobody writes to")
def test_a_folder_that_takes_no_recording_is_told(tmp_path: Path) -> None:
    outputs = ["--alerts", str(tmp_path / "a.jsonl"), "--record", "/proc/self/sibeat"]
    command = [*SIBEAT, "monitor", "--replay", "-", "--headless", *outputs]
    done = subprocess.run(
        command, input="1\n" * 50, capture_output=True, text=True, timeout=LIMIT_S
    )
    assert done.returncode == 6
    assert "cannot write /proc/self/sibeat" in done.stderr
