"""A recording's header and entries, and a disk that has little room."""

import errno
import os
from pathlib import Path

from sibeat.monitor.recording.format import Entry
from sibeat.monitor.recording.reader import RecordingReader
from sibeat.monitor.recording.writer import Recording
from sibeat.monitor.sinks.disk import Disk

HEADER = {"name": "s", "kind": "serial"}


def entry(number: int) -> Entry:
    return Entry("read", number * 0.02, b"%d\r\n" % number)


def keep_an_entry(folder: Path) -> None:
    """Make a recording of one entry."""
    recording = Recording(folder, HEADER)
    recording.add(entry(0))
    recording.close()


def entries_in(folder: Path) -> list[object]:
    return list(RecordingReader(folder).entries())


class SmallDisk(Disk):
    """A disk that has room for so many bytes, and counts its syncs."""

    def __init__(self, room: int) -> None:
        self.room = room
        self.n_synced = 0

    def write(self, fd: int, data: bytes) -> int:
        if self.room <= 0:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        taken = super().write(fd, data[: self.room])
        self.room -= taken
        return taken

    def sync(self, fd: int) -> None:
        self.n_synced += 1
        super().sync(fd)
