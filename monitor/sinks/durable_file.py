"""A file of lines that survives crashes and full disks.

Each line is one ``write``; what is written is synced to the disk when the caller says so, and the
folder too when the file is new. A disk that fills up is no crash: lines wait in bounded memory and
are tried again with every further line. All file system calls go through `Disk`, so that tests can
watch them and let them fail.
"""

import contextlib
import errno
import os
from collections import deque
from dataclasses import dataclass
from pathlib import Path

from sibeat.ecg.errors import OutputError
from sibeat.monitor.sinks.disk import Disk

MAX_PENDING_LINES = 10_000
"""chosen by us: some 10 MB, two hours of alerts at 80 a minute"""


class FileBusy(OutputError):  # noqa: N818 - as the others of the project's error tree
    """A file that another process is writing."""


@dataclass(frozen=True, slots=True)
class FileStatus:
    """How a durable file is doing."""

    lines_pending: int
    """lines that wait for the disk"""
    lines_lost: int
    """lines that were given up because too many waited"""
    warning: str | None
    """what the user should know now, None when all is well"""


class DurableFile:
    """Lines appended to a file, each with one write.

    Parameters
    ----------
    path : the file; its folder is made when absent
    disk : the file system
    max_pending : lines that may wait for the disk; by default `MAX_PENDING_LINES`
    keep_first : never give up the first line, as the others say nothing without it

    Raises
    ------
    OutputError
        When the file cannot be opened; `FileBusy` when another process is writing it.
    """

    def __init__(
        self,
        path: Path,
        disk: Disk | None = None,
        max_pending: int | None = None,
        *,
        keep_first: bool = False,
    ) -> None:
        self.path = path
        self._disk = disk or Disk()
        self._max_pending = max_pending or MAX_PENDING_LINES
        self._keep_first = keep_first
        self._pending: deque[bytes] = deque()
        self._head: bytes | None = None  # the first that waits, whole, when a part was written
        self._written = 0
        self._lost = 0
        self._dirty = False
        self._warning: str | None = None
        self._fd = self._open()

    @property
    def fd(self) -> int:
        """The open descriptor, for the healing at the start."""
        return self._fd

    @property
    def regular(self) -> bool:
        """Whether this is a file rather than a terminal, a pipe or a device."""
        return self._disk.is_regular(self._fd)

    @property
    def away(self) -> bool:
        """Whether the file was removed, moved or replaced while it was open."""
        return self.regular and not self._disk.is_at(self._fd, self.path)

    @property
    def removed(self) -> bool:
        """Whether what the file holds will be gone once it is closed."""
        return self._disk.is_removed(self._fd)

    @property
    def dirty(self) -> bool:
        """Whether something is not yet on the disk."""
        return self._dirty or bool(self._pending)

    @property
    def status(self) -> FileStatus:
        """How the file is doing, for the screen and the summary."""
        return FileStatus(len(self._pending), self._lost, self._warning)

    def append(self, line: bytes) -> None:
        """Write one line, after those that still wait; never raises for a full disk."""
        self._pending.append(line)
        if len(self._pending) > self._max_pending:
            self._give_up_oldest()
        self._write_pending()

    def take_pending(self) -> list[bytes]:
        """Give the lines that wait, whole, and wait for them no more."""
        lines = list(self._pending)
        if self._head is not None:
            lines[0] = self._head
        self._pending.clear()
        self._head = None
        return lines

    def retry(self) -> None:
        """Write what still waits, as far as the disk takes it."""
        self._write_pending()
        if not self._pending:
            self._warning = None

    def sync(self) -> None:
        """Bring everything to the disk, as far as it takes it."""
        self._write_pending()
        if not self._dirty:
            return
        try:
            if self.regular:
                self._disk.sync(self._fd)
        except OSError as error:
            self._warn(error)
            return
        self._dirty = False
        if not self._pending:
            self._warning = None

    def close(self) -> None:
        """Try a last time what waits, sync and close."""
        if self._fd < 0:
            return
        self.sync()
        self._lost += len(self._pending)
        self._pending.clear()
        self._disk.close(self._fd)
        self._fd = -1

    def _open(self) -> int:
        try:
            made = _make_folder(self.path.parent)
            is_new = not self.path.exists()
            fd = self._disk.open(self.path)
        except OSError as error:
            raise _unwritable(self.path, error) from error
        with contextlib.ExitStack() as on_failure:
            on_failure.callback(self._disk.close, fd)
            self._claim(fd)
            self._sync_names(made + ([self.path.parent] if is_new else []))
            on_failure.pop_all()
        return fd

    def _claim(self, fd: int) -> None:
        if self._disk.is_regular(fd) and not self._disk.lock(fd):
            raise FileBusy(
                f"{self.path} is being written by another sibeat; "
                "expected a file of this session's own, choose another one"
            )

    def _sync_names(self, folders: list[Path]) -> None:
        try:
            for folder in folders:
                self._disk.sync_folder(folder)
        except OSError as error:
            raise _unwritable(self.path, error) from error

    def _give_up_oldest(self) -> None:
        """Drop the oldest line that may be: nothing of it was written yet."""
        kept = self._head is not None or (self._keep_first and self._written == 0)
        del self._pending[1 if kept else 0]
        self._lost += 1

    def _write_pending(self) -> None:
        while self._pending:
            line = self._pending[0]
            try:
                taken = self._disk.write(self._fd, line)
            except OSError as error:
                self._warn(error)
                return
            if taken == 0:
                self._warn(OSError(errno.ENOSPC, os.strerror(errno.ENOSPC)))
                return
            self._dirty = True
            if taken < len(line):
                self._pending[0] = line[taken:]
                self._head = self._head or line
                continue
            self._pending.popleft()
            self._head = None
            self._written += 1

    def _warn(self, error: OSError) -> None:
        self._warning = (
            f"{self.path} cannot be written now: {error.strerror or error}; "
            f"lines waiting: {len(self._pending)}, given up: {self._lost}; make room on the disk"
        )


def _make_folder(folder: Path) -> list[Path]:
    """Make `folder` and its parents; return the folders that got a new name in them."""
    absent = [parent for parent in (folder, *folder.parents) if not parent.exists()]
    folder.mkdir(parents=True, exist_ok=True)
    return [made.parent for made in reversed(absent)]


def _unwritable(path: Path, error: OSError) -> OutputError:
    return OutputError(
        f"cannot write {path}: {error.strerror or error}; "
        "expected a file in a folder that you may write to, choose another one"
    )
