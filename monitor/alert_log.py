"""The alert log: the lines of a session, appended durably to a file.

Synced with every line when live, in groups of at most a second when a record runs as fast as it
goes. What a crash left torn is healed at the next start.
"""

import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from sibeat.ecg.stream import StreamInfo
from sibeat.monitor.durable_file import Disk, DurableFile, FileStatus
from sibeat.monitor.events import Event
from sibeat.monitor.log_healing import heal_log
from sibeat.monitor.log_lines import Line, encoded, session_line, to_line

GROUP_S = 1.0
"""longest wall time that a line waits for its sync at full speed (design, "Alert log")"""


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

    def __init__(
        self,
        path: Path,
        *,
        sync_each: bool,
        disk: Disk | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._info: StreamInfo | None = None
        self._sync_each = sync_each
        self._clock = clock
        self._synced_at = clock()
        self._file = DurableFile(path, disk)
        try:
            self.healed = heal_log(self._file.fd, path) if self._file.regular else None
        except BaseException:
            self._file.close()
            raise

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
        return self.status.lines_lost

    @property
    def warning(self) -> str | None:
        """What the user should know now; None when all is well."""
        return self.status.warning

    def start(self, info: StreamInfo, about: Mapping[str, Any]) -> None:
        """Write the session's first line; it says what was healed.

        Parameters
        ----------
        info : the stream that begins
        about : version, hashes and settings
        """
        self._info = info
        told = dict(about) | {"healed": self.healed}
        self._append(session_line("start", info.first_sample, info, told))

    def take(self, event: Event) -> None:
        """Write the event's line, if it has one."""
        line = to_line(event, self._stream)
        if line is not None:
            self._append(line)

    def end(self, sample: int, counts: Mapping[str, Any]) -> None:
        """Write the session's last line.

        Parameters
        ----------
        sample : index after the last sample
        counts : what the session counted, and why it ended
        """
        told = dict(counts) | {"lines_lost": self.status.lines_lost}
        self._append(session_line("end", sample, self._stream, told))

    def tick(self) -> None:
        """Sync what waits when it is time; to be called at least a few times a second."""
        if self._file.dirty and self._clock() - self._synced_at >= GROUP_S:
            self._sync()

    def close(self) -> None:
        """Sync and close."""
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
