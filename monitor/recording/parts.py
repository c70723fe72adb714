"""The files of a recording: blocks go to the last part, and to a new one when that has its size.

A write takes what waits; the sync to the disk goes on beside it, so that a slow card delays neither
the next write nor anybody else.
"""

import os
from collections.abc import Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from typing import Any

from sibeat.ecg.errors import OutputError
from sibeat.monitor.recording.buffer import MOST_BLOCKS
from sibeat.monitor.recording.format import MAGIC, SUFFIX, encode_json
from sibeat.monitor.sinks.disk import Disk
from sibeat.monitor.sinks.durable_file import DurableFile

PART_BYTES = 16 << 20
"""size from which a new part is begun; chosen by us: about 20 minutes of a port at 115200 baud"""
HEADER_NUMBER = 0
"""of the header's block in each part; other blocks count from 1 through all parts"""


class PartWriter:
    """Appends blocks to the parts in a folder; used by one thread.

    Parameters
    ----------
    folder : made when absent; must hold no recording yet
    header : what a replay needs to know, repeated in each part
    disk : the file system
    part_bytes : size from which a new part is begun

    Raises
    ------
    OutputError
        The folder cannot be written to, or holds a recording.
    """

    def __init__(
        self,
        folder: Path,
        header: Mapping[str, Any],
        disk: Disk | None = None,
        part_bytes: int = PART_BYTES,
    ) -> None:
        if any(folder.glob(f"*{SUFFIX}")):
            raise OutputError(
                f"{folder} holds a recording already; expected a folder without one, "
                "name another one with --record"
            )
        self._folder, self._header, self._part_bytes = folder, header, part_bytes
        self._disk = disk or Disk()
        self._n_lost = 0
        self._warning: str | None = None
        self._part = 1
        self._file, self._size = self._open(self._part)
        self._syncer = ThreadPoolExecutor(1, "sibeat-sync")
        self._syncing: Future[None] | None = None

    @property
    def n_lost(self) -> int:
        """Blocks that the disk never took."""
        return self._n_lost + self._file.status.lines_lost

    @property
    def warning(self) -> str | None:
        """What the user should know now; None when all is well."""
        return self._file.status.warning or self._warning

    def append(self, block: bytes) -> None:
        """Write a block after those that still wait; never raises for a full disk."""
        if self._size >= self._part_bytes and not self._file.status.lines_pending:
            self._begin_part()
        self._file.append(block)
        self._size += len(block)

    def retry(self) -> None:
        """Try again what a full disk did not take; when all is written, there is no warning."""
        self._file.retry()

    def sync_soon(self) -> None:
        """Begin to bring what was written to the disk, unless that is going on."""
        if self._syncing is not None and not self._syncing.done():
            return
        if self._file.away:
            self._begin_part()
            self._warning = f"{self._file.path.parent} lost its last part: removed or moved away"
            return
        try:
            fd = os.dup(self._file.fd)
        except OSError as error:  # too many open files
            self._warn(error)
            return
        self._syncing = self._syncer.submit(self._sync, fd)

    def close(self) -> None:
        """Bring everything to the disk and close."""
        self._syncer.shutdown()
        self._file.close()

    def discard(self) -> None:
        """Close, and remove the parts and their folder: nothing in them is worth keeping."""
        self.close()
        with suppress(OSError):  # what stays is empty, or a folder with files of others
            for number in range(1, self._part + 1):
                self._path(number).unlink(missing_ok=True)
            self._folder.rmdir()

    def _path(self, number: int) -> Path:
        return self._folder / f"{number:05d}{SUFFIX}"

    def _open(self, number: int) -> tuple[DurableFile, int]:
        file = DurableFile(self._path(number), self._disk, max_pending=MOST_BLOCKS, keep_first=True)
        start = MAGIC + encode_json(b"H", HEADER_NUMBER, dict(self._header) | {"part": number})
        file.append(start)
        return file, len(start)

    def _begin_part(self) -> None:
        """Go on in a new part; where none can be made, in the old one."""
        try:
            file, size = self._open(self._part + 1)
        except OutputError as error:
            self._warning = str(error)
            return
        self._syncer.submit(self._file.close)
        self._n_lost += self._file.status.lines_lost
        self._file, self._size, self._warning = file, size, None
        self._part += 1

    def _sync(self, fd: int) -> None:
        try:
            self._disk.sync(fd)
        except OSError as error:
            self._warn(error)
        else:
            self._warning = None
        finally:
            self._disk.close(fd)

    def _warn(self, error: OSError) -> None:
        self._warning = f"{self._folder} cannot be synced now: {error.strerror or error}"
