"""The alert log: the lines of a session, appended durably to a file.

Synced with every line when live, in groups of at most a second when a record runs as fast as it
goes. What a crash left torn is healed at the next start. A file that somebody removes or moves away
meanwhile is made anew, and says so: of a removed one this session's lines are written again.
"""

import os
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

from sibeat.ecg.errors import OutputError
from sibeat.ecg.stream import StreamInfo
from sibeat.monitor.events import Event
from sibeat.monitor.sinks.base import TROUBLE, EntryKind
from sibeat.monitor.sinks.disk import Disk
from sibeat.monitor.sinks.durable_file import DurableFile, FileStatus
from sibeat.monitor.sinks.log_healing import heal_log
from sibeat.monitor.sinks.log_lines import Line, encoded, session_line, to_line
from sibeat.monitor.sources.base import SourceStatus

LOOK_S = 1.0
"""time between two looks whether the file is still there, if none was synced; chosen by us: as
often as lines are synced at full speed"""
NOTICE_S = 10.0
"""time for which a file that was made anew is told of; chosen by us: long enough to be read"""
COPY_BYTES = 1 << 20
"""copied at once; chosen by us: few reads, little memory"""
GROUP_S = 1.0
"""longest wall time that a line waits for its sync at full speed (docs/alert_log.md)"""


class AlertLog:
    """Appends the lines of one session to a file.

    Parameters
    ----------
    path : the log; made when absent, healed when a crash tore its end
    sync_each : sync every line; else in groups of at most `GROUP_S`
    disk : the file system
    clock : seconds of a clock that never goes back

    Raises
    ------
    OutputError
        When the file cannot be written, is in use, or holds something else.
    """

    entries: EntryKind = "alert_log_lines"

    def __init__(
        self,
        path: Path,
        *,
        sync_each: bool,
        disk: Disk | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._info: StreamInfo | None = None
        self._reached = 0
        self._about: Mapping[str, Any] = {}
        self._disk = disk
        self._lost_before = 0
        self._notice: tuple[float, str] | None = None
        self._sync_each = sync_each
        self._closed = False
        self._clock = clock
        self._synced_at = self._looked_at = clock()
        self._file, self.healed = opened_log(path, disk)
        self._begin = os.fstat(self._file.fd).st_size

    @property
    def path(self) -> Path:
        """The file."""
        return self._file.path

    @property
    def status(self) -> FileStatus:
        """How the file is doing, for the screen and the summary."""
        return self._file.status

    @property
    def n_lost(self) -> int:
        """Lines that the disk never took."""
        return self._lost_before + self.status.lines_lost

    @property
    def warning(self) -> str | None:
        """What the user should know now; None when all is well."""
        if self._notice is not None and self._clock() < self._notice[0]:
            return self._notice[1]
        return self.status.warning

    def start(self, info: StreamInfo, about: Mapping[str, Any]) -> None:
        """Write the session's first line; it says what was healed.

        Parameters
        ----------
        info : the stream that begins
        about : version, hashes and settings
        """
        self._info, self._about, self._reached = info, about, info.first_sample
        told = dict(about) | {"healed": self.healed}
        self._append(session_line("start", info.first_sample, info, told))

    def take(self, event: Event) -> None:
        """Write the event's line, if it has one."""
        self._reached = max(self._reached, event.decided_at_sample)
        line = to_line(event, self._stream)
        if line is not None:
            self._append(line)

    def note(self, status: SourceStatus, sample: int) -> None:
        """Write at once that the source went away or is back, lest a power cut hide an outage."""
        phase = "lost" if status.state in TROUBLE else "back"
        told = {"state": status.state, "detail": status.detail}
        self._append(session_line(phase, sample, self._stream, told))

    def end(self, sample: int, counts: Mapping[str, Any]) -> None:
        """Write the session's last line.

        Parameters
        ----------
        sample : index after the last sample
        counts : what the session counted, and why it ended
        """
        told = dict(counts) | {"lines_lost": self.n_lost}
        self._append(session_line("end", sample, self._stream, told))

    def tick(self) -> None:
        """Sync what waits when it is time; to be called at least a few times a second."""
        if self._file.dirty and self._clock() - self._synced_at >= GROUP_S:
            self._sync()
        elif self._clock() - self._looked_at >= LOOK_S:
            self._look_for_file()

    def close(self) -> None:
        """Sync and close."""
        if not self._closed:
            self._look_for_file()
        self._closed = True
        self._file.close()

    @property
    def _stream(self) -> StreamInfo:
        if self._info is None:
            raise RuntimeError("the alert log was not started")
        return self._info

    def _append(self, line: Line) -> None:
        if not self._file.dirty:
            self._synced_at = self._clock()
        self._file.append(encoded(line))
        if self._sync_each:
            self._sync()
        else:
            self.tick()

    def _sync(self) -> None:
        self._file.sync()
        self._synced_at = self._clock()
        self._look_for_file()

    def _look_for_file(self) -> None:
        """Make the file anew when it is no longer where it was; else what is told is lost."""
        self._looked_at = self._clock()
        if self._info is None or not self._file.away:
            return
        how = "removed" if self._file.removed else "moved away"
        try:
            fresh, healed = opened_log(self.path, self._disk)
        except OutputError as error:  # what was opened is still written
            self._tell(f"{self.path} was {how} and cannot be made anew: {error}")
            return
        self._go_on_in(fresh, how, healed)
        self._tell(f"{self.path} was {how} while it was written; it was made anew")

    def _go_on_in(self, fresh: DurableFile, how: str, healed: str | None) -> None:
        """Write on in another file, what would go with the old one first."""
        begin = os.fstat(fresh.fd).st_size
        told = f"the file was {how} while it was written"
        if how == "removed":
            told += "; this session's lines are written again above"
            for block in whole_lines(self._file.fd, self._begin):
                fresh.append(block)
        again = dict(self._about) | {"healed": healed, "reopened": told}
        fresh.append(encoded(session_line("continued", self._reached, self._stream, again)))
        for line in self._file.take_pending():
            fresh.append(line)
        self._lost_before += self._file.status.lines_lost
        self._file.close()
        self._file, self._begin = fresh, begin
        self._file.sync()

    def _tell(self, text: str) -> None:
        self._notice = (self._clock() + NOTICE_S, text)


def opened_log(path: Path, disk: Disk | None) -> tuple[DurableFile, str | None]:
    """Open a log and heal its end.

    Returns
    -------
    The file, and what was healed in it.

    Raises
    ------
    OutputError
        When it cannot be written, is in use, or holds something else.
    """
    file = DurableFile(path, disk)
    try:
        return file, heal_log(file.fd, path) if file.regular else None
    except BaseException:
        file.close()
        raise


def whole_lines(fd: int, begin: int) -> Iterator[bytes]:
    """Read an open file from a byte on, up to its last line end, in blocks."""
    os.lseek(fd, begin, os.SEEK_SET)
    tail = b""
    while data := os.read(fd, COPY_BYTES):
        whole, newline, tail = (tail + data).rpartition(b"\n")
        if newline:
            yield whole + newline
