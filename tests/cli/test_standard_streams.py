import json
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

MONITOR = "-m sibeat.cli.app monitor --demo --speed max --headless --alerts"


def run_in_shell(arguments: str, streams: str, **options: object) -> subprocess.CompletedProcess:
    command = f"{shlex.quote(sys.executable)} {arguments} {streams}"
    return subprocess.run(["sh", "-c", command], check=False, **options)


@pytest.mark.parametrize("streams", ["<&-", ">&-", "2>&-", "<&- >&- 2>&-"])
def test_a_closed_stream_stops_nothing_and_stays_out_of_the_log(
    tmp_path: Path, streams: str
) -> None:
    log = tmp_path / "a.jsonl"
    told = run_in_shell(f"{MONITOR} {shlex.quote(str(log))}", streams, capture_output=True)
    assert told.returncode == 0, told.stderr
    lines = [json.loads(line) for line in log.read_text(encoding="utf-8").splitlines()]
    assert lines[0]["type"] == "session"
    assert sum(line["type"] == "alert" for line in lines) >= 7


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no /dev/full")
def test_results_that_nothing_takes_are_an_error(tmp_path: Path) -> None:
    log = shlex.quote(str(tmp_path / "a.jsonl"))
    told = run_in_shell(f"{MONITOR} {log} --json", ">/dev/full", capture_output=True, text=True)
    assert told.returncode == 6
    assert "sibeat: cannot write to standard output (No space left on device)" in told.stderr
    assert "Traceback" not in told.stderr


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no /dev/full")
def test_messages_that_nothing_takes_stop_nothing(tmp_path: Path) -> None:
    log = shlex.quote(str(tmp_path / "a.jsonl"))
    told = run_in_shell(f"{MONITOR} {log} --json", "2>/dev/full", stdout=subprocess.PIPE)
    assert told.returncode == 0
    assert json.loads(told.stdout)["beats"]
