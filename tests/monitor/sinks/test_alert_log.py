import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from sibeat.ecg.errors import OutputError
from sibeat.monitor.events import BeatFinal, QualityEvent
from sibeat.monitor.sinks.alert_log import AlertLog
from sibeat.monitor.sinks.disk import Disk
from sibeat.monitor.sources.base import SourceStatus
from tests.monitor.made_alert import ALERT

from .conftest import INFO, Clock, lines_of


class WatchedDisk(Disk):
    """A disk that tells what was asked of it."""

    def __init__(self) -> None:
        self.calls: list[str] = []

    def write(self, fd: int, data: bytes) -> int:
        self.calls.append(f"write {json.loads(data)['type']}")
        return super().write(fd, data)

    def sync(self, fd: int) -> None:
        self.calls.append("sync")
        super().sync(fd)

    def sync_folder(self, folder: Path) -> None:
        self.calls.append("sync folder")
        super().sync_folder(folder)


def test_live_every_alert_is_one_write_and_one_sync_and_the_new_folder_is_synced(
    tmp_path: Path,
) -> None:
    disk = WatchedDisk()
    log = AlertLog(tmp_path / "a.jsonl", sync_each=True, disk=disk)
    log.start(INFO, {})
    log.take(ALERT)
    log.take(replace(ALERT, sample=720))
    log.close()
    pairs = ["write session", "sync", "write alert", "sync", "write alert", "sync"]
    assert disk.calls == ["sync folder", *pairs]


def test_at_full_speed_lines_are_synced_at_least_every_second_and_at_the_end(
    tmp_path: Path,
) -> None:
    disk, clock = WatchedDisk(), Clock()
    clock.now = 50.0
    log = AlertLog(tmp_path / "a.jsonl", sync_each=False, disk=disk, clock=clock)
    log.start(INFO, {})
    for now in (50.0, 50.4, 50.9):
        clock.now = now
        log.take(ALERT)
        log.tick()
    clock.now = 51.0
    log.tick()
    log.tick()
    log.take(ALERT)
    log.close()
    group = ["write session", *["write alert"] * 3, "sync"]
    assert disk.calls == ["sync folder", *group, "write alert", "sync"]


def test_sessions_are_appended_and_each_says_its_stream(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    for _ in range(2):
        log = AlertLog(path, sync_each=True)
        log.start(INFO, {"version": "0.1.0"})
        log.take(ALERT)
        log.take(BeatFinal(360, 700, 0.1, 0, 0, "normal", None))
        log.end(1000, {"counts": {"beats": 1}})
        log.close()
    lines = lines_of(path)
    assert [line["type"] for line in lines] == ["session", "alert", "session"] * 2
    assert lines[0]["healed"] is None
    assert lines[2] | {"phase": "end", "sample": 1000, "lines_lost": 0} == lines[2]
    assert lines[2]["counts"] == {"beats": 1}


def test_an_outage_is_on_the_disk_while_it_lasts(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    log = AlertLog(path, sync_each=True)
    log.start(INFO, {})
    log.note(SourceStatus("lost", detail="the port is gone"), 720)
    lost = lines_of(path)[-1]
    assert (lost["type"], lost["phase"], lost["sample"]) == ("session", "lost", 720)
    assert (lost["state"], lost["detail"]) == ("lost", "the port is gone")
    log.note(SourceStatus("streaming"), 720)
    log.close()
    assert [line["phase"] for line in lines_of(path)] == ["start", "lost", "back"]


def test_a_torn_end_is_healed_and_the_next_session_says_so(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    log = AlertLog(path, sync_each=True)
    log.start(INFO, {})
    log.take(ALERT)
    log.close()
    with path.open("ab") as file:
        file.write(b'{"schema": "sibeat/1", "type": "al')
    log = AlertLog(path, sync_each=True)
    log.start(INFO, {})
    log.close()
    lines = lines_of(path)
    assert [line["type"] for line in lines] == ["session", "alert", "session"]
    assert "cut off 34 bytes" in lines[2]["healed"]


def test_a_foreign_file_is_refused_and_given_back(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_text("time,ecg\n")
    for _ in range(2):
        with pytest.raises(OutputError, match="something else"):
            AlertLog(path, sync_each=True)
    assert path.read_text() == "time,ecg\n"


def test_a_disk_that_is_full_shows_a_warning(tmp_path: Path) -> None:
    class Full(Disk):
        def write(self, fd: int, data: bytes) -> int:
            raise OSError(28, os.strerror(28))

    log = AlertLog(tmp_path / "a.jsonl", sync_each=True, disk=Full())
    log.start(INFO, {})
    log.take(QualityEvent(1, 2, "flat", "good"))
    assert log.warning is not None
    log.close()
    assert log.status.lines_lost == 2


WRITER = """
import sys
from dataclasses import replace
from pathlib import Path
sys.path.insert(0, {folder!r})
from sibeat.monitor.sinks.alert_log import AlertLog
from tests.monitor.made_alert import ALERT
from tests.monitor.sinks.conftest import INFO
log = AlertLog(Path(sys.argv[1]), sync_each=True)
log.start(INFO, {{}})
sample = int(sys.argv[2])
while True:
    log.take(replace(ALERT, sample=sample))
    print(sample, flush=True)
    sample += 1
"""


def killed_writers(path: Path, rounds: int) -> Iterator[list[int]]:
    """Start writers, kill each in the middle; yield the alerts that each said it had written."""
    program = WRITER.format(folder=str(Path(__file__).parents[3]))
    for number in range(rounds):
        command = [sys.executable, "-c", program, str(path), str(1000 * (number + 1))]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as writer:
            assert writer.stdout is not None
            said = [int(writer.stdout.readline()) for _ in range(5 + 7 * number)]
            writer.send_signal(signal.SIGKILL)
            said += [int(line) for line in writer.stdout if line.endswith("\n")]
        yield said


def test_a_kill_in_the_middle_of_alerts_loses_no_finished_line(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    said = [sample for samples in killed_writers(path, 10) for sample in samples]
    AlertLog(path, sync_each=True).close()
    lines = lines_of(path)
    written = [line["sample"] for line in lines if line["type"] == "alert"]
    assert set(said) <= set(written)
    assert sum(line["type"] == "session" for line in lines) == 10
