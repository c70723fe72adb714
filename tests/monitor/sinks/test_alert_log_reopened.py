"""An alert log that somebody removes, moves away or replaces meanwhile."""

import errno
import os
from dataclasses import replace
from pathlib import Path

import pytest

from sibeat.monitor.sinks.alert_log import AlertLog
from sibeat.monitor.sinks.disk import Disk
from tests.monitor.made_alert import ALERT

from .conftest import INFO, Clock, lines_of


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
