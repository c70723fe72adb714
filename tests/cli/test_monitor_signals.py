"""Real processes, real signals, a real terminal."""

import contextlib
import json
import os
import select
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import wfdb

from .log_file import LIMIT_S, wait_for_lines

PROGRAM = """
import signal
signal.signal(signal.SIGINT, signal.default_int_handler)
from sibeat.cli.app import main
main()
"""
"""runners may start us with Ctrl-C ignored, which the monitor rightly leaves as it is"""
COMMAND = [sys.executable, "-c", PROGRAM, "monitor"]


@pytest.fixture(autouse=True)
def own_state(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    monkeypatch.setenv("OMP_NUM_THREADS", "1")


@pytest.fixture(scope="module")
def record(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A synthetic record of ten minutes."""
    path = tmp_path_factory.mktemp("ecg") / "rec"
    command = [sys.executable, "-m", "sibeat.cli.app", "simulate", "--out", str(path)]
    subprocess.run([*command, "--duration", "600"], check=True, capture_output=True)
    return path


def lines_of(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


@contextlib.contextmanager
def monitoring(*options: str | Path) -> Iterator["subprocess.Popen[str]"]:
    with subprocess.Popen(
        [*COMMAND, *map(str, options)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        try:
            yield process
        finally:
            process.kill()


@pytest.mark.parametrize(
    ("number", "code", "reason"),
    [(signal.SIGINT, 130, "Ctrl-C"), (signal.SIGTERM, 0, "SIGTERM"), (signal.SIGHUP, 0, "SIGHUP")],
)
def test_a_signal_ends_the_session_cleanly(
    tmp_path: Path, record: Path, number: signal.Signals, code: int, reason: str
) -> None:
    log = tmp_path / "a.jsonl"
    options = ["--alerts", log, "--annotate", tmp_path, "--headless", "--json"]
    with monitoring("--replay", record, "--speed", "20", *options) as process:
        wait_for_lines(log, 3)
        process.send_signal(number)
        out, err = process.communicate(timeout=LIMIT_S)
    assert process.returncode == code
    assert "Traceback" not in err
    assert json.loads(out)["ended"] == reason
    end = lines_of(log)[-1]
    assert (end["phase"], end["ended"]) == ("end", reason)
    assert len(wfdb.rdann(str(tmp_path / "rec"), "sib").sample) == end["beats"]


def test_a_kill_loses_no_line_and_the_next_start_goes_on(tmp_path: Path, record: Path) -> None:
    log = tmp_path / "a.jsonl"
    options = ["--alerts", log, "--annotate", tmp_path, "--headless"]
    with monitoring("--replay", record, "--speed", "20", *options) as process:
        wait_for_lines(log, 6)
        process.send_signal(signal.SIGKILL)
        process.wait(LIMIT_S)
    before = lines_of(log)
    assert len(before) >= 6
    read = wfdb.rdann(str(tmp_path / "rec"), "sib")
    assert len(read.sample) > len([line for line in before if line["type"] == "alert"])
    with log.open("ab") as file:
        file.write(b'{"schema": "sibeat/1", "ty')
    with monitoring("--demo", "--speed", "max", "--alerts", log) as process:
        assert process.wait(LIMIT_S) == 0
    after = lines_of(log)
    assert after[: len(before)] == before
    assert "cut off" in after[len(before)]["healed"]


def test_nobody_reading_the_summary_is_no_error(tmp_path: Path) -> None:
    with monitoring("--demo", "--speed", "max", "--json") as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        err = process.stderr.read()
        assert process.wait(LIMIT_S) == 0
    assert "Traceback" not in err
    assert "Exception" not in err


def read_until(terminal: int, ending: bytes) -> bytes:
    """Read from a terminal until it shows `ending`, or is closed."""
    shown, end = b"", time.monotonic() + LIMIT_S
    while ending not in shown:
        assert time.monotonic() < end, shown[-2000:]
        if select.select([terminal], [], [], 0.1)[0]:
            try:
                shown += os.read(terminal, 65536)
            except OSError:  # the process has left: EIO
                break
    return shown


@pytest.mark.parametrize(("key", "code", "reason"), [("q", 0, b"q"), ("INT", 130, b"Ctrl-C")])
def test_on_a_terminal_the_screen_comes_goes_and_leaves_the_summary(
    monkeypatch: pytest.MonkeyPatch, key: str, code: int, reason: bytes
) -> None:
    monkeypatch.setenv("TERM", "xterm-256color")
    terminal, inside = os.openpty()
    files = {"stdin": inside, "stdout": inside, "stderr": inside}
    with subprocess.Popen([*COMMAND, "--demo"], start_new_session=True, **files) as process:
        os.close(inside)
        try:
            shown = read_until(terminal, b"\x1b[?1049h")
            if key == "q":
                os.write(terminal, b"q")
            else:
                process.send_signal(signal.SIGINT)
            shown += read_until(terminal, b"never shown")
            assert process.wait(LIMIT_S) == code
        finally:
            process.kill()
            os.close(terminal)
    entered, left = shown.find(b"\x1b[?1049h"), shown.rfind(b"\x1b[?1049l")
    assert 0 <= entered < left
    assert b"Summary of demo" in shown[left:]
    assert b"ended by " + reason in shown[left:]
