import errno
import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from sibeat.ecg.errors import OutputError
from sibeat.ecg.stream import StreamInfo
from sibeat.monitor.events import Alert, BeatFinal, QualityEvent
from sibeat.monitor.sinks.alert_log import AlertLog
from sibeat.monitor.sinks.disk import Disk

INFO = StreamInfo("208", "replay 208", 360.0, "MLII")
ALERT = Alert(
    sample=360,
    decided_at_sample=600,
    stage="provisional",
    score=0.75,
    threshold=0.5,
    morphology=-2.0,
    rhythm=0.25,
    kind="ventricular-like",
    rr_pre_s=0.8,
    rr_post_s=None,
    hr_bpm=75.0,
    error_trace=(0.1,) * 40,
    priority="medium",
    announced=True,
)


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


class Clock:
    """A clock that tests turn by hand."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def lines_of(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


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
from test_alert_log import ALERT, INFO
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
    program = WRITER.format(folder=str(Path(__file__).parent))
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


@pytest.mark.parametrize("sync_each", [True, False])
def test_a_log_that_is_removed_is_made_anew_with_all_that_the_session_wrote(
    tmp_path: Path, sync_each: bool
) -> None:
    path, clock = tmp_path / "a.jsonl", Clock()
    earlier = AlertLog(path, sync_each=True)
    earlier.start(INFO, {})
    earlier.close()
    log = AlertLog(path, sync_each=sync_each, clock=clock)
    log.start(INFO, {"model": "m"})
    log.take(ALERT)
    path.unlink()
    log.take(replace(ALERT, sample=720, decided_at_sample=960))
    clock.now += 2.0
    log.tick()
    assert "was removed" in str(log.warning)
    lines = lines_of(path)
    assert [line["type"] for line in lines] == ["session", "alert", "alert", "session"]
    assert (lines[-1]["phase"], lines[-1]["sample"], lines[-1]["model"]) == ("continued", 960, "m")
    assert "removed" in lines[-1]["reopened"]
    log.take(replace(ALERT, sample=1080))
    clock.now += 20.0
    assert log.warning is None
    log.end(2000, {})
    path.unlink()
    log.close()
    assert [line["type"] for line in lines_of(path)] == [
        *("session", "alert", "alert", "session", "alert", "session", "session")
    ]
    assert log.n_lost == 0


def test_a_log_that_is_moved_away_stays_whole_and_another_is_begun(tmp_path: Path) -> None:
    path, moved, clock = tmp_path / "a.jsonl", tmp_path / "a.jsonl.1", Clock()
    log = AlertLog(path, sync_each=True, clock=clock)
    log.start(INFO, {})
    log.take(ALERT)
    path.rename(moved)
    path.touch()
    clock.now += 2.0
    log.tick()
    log.take(ALERT)
    log.end(2000, {})
    log.close()
    assert [line["type"] for line in lines_of(moved)] == ["session", "alert"]
    phases = [line.get("phase") for line in lines_of(path)]
    assert phases == ["continued", None, "end"]
    assert "moved away" in lines_of(path)[0]["reopened"]


def test_a_log_that_something_else_has_replaced_is_told_and_that_is_left_alone(
    tmp_path: Path,
) -> None:
    path, clock = tmp_path / "a.jsonl", Clock()
    log = AlertLog(path, sync_each=True, clock=clock)
    log.start(INFO, {})
    path.rename(tmp_path / "b.jsonl")
    path.write_text("somebody's own\n")
    log.take(ALERT)
    assert "cannot be made anew" in str(log.warning)
    log.close()
    assert path.read_text() == "somebody's own\n"
    assert [line["type"] for line in lines_of(tmp_path / "b.jsonl")] == ["session", "alert"]


def test_a_log_removed_while_the_disk_is_full_waits_for_room(tmp_path: Path) -> None:
    path, clock, disk = tmp_path / "a.jsonl", Clock(), FullDisk()
    log = AlertLog(path, sync_each=True, clock=clock, disk=disk)
    log.start(INFO, {})
    log.take(ALERT)
    disk.room = 10
    log.take(replace(ALERT, sample=720))
    path.unlink()
    clock.now += 2.0
    log.tick()
    disk.room = 1 << 20
    log.take(replace(ALERT, sample=1080))
    log.close()
    samples = [line["sample"] for line in lines_of(path) if line["type"] == "alert"]
    assert samples == [360, 720, 1080]
    assert log.n_lost == 0


class FullDisk(Disk):
    """A disk that has room for so many bytes."""

    room = 1 << 20

    def write(self, fd: int, data: bytes) -> int:
        if self.room == 0:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        taken = super().write(fd, data[: self.room])
        self.room -= taken
        return taken
