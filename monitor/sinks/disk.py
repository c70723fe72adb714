"""The operations of the file system that outputs need, in one place for tests to watch and fail."""

import os
import stat
from pathlib import Path

from sibeat.ecg.atomic_file import sync_folder
from sibeat.ecg.file_lock import lock_file


class Disk:
    """The operations of the file system that a durable file needs."""

    def open(self, path: Path) -> int:
        """Open `path` for reading and appending, made when absent; returns the descriptor."""
        flags = os.O_CREAT | os.O_APPEND | getattr(os, "O_CLOEXEC", 0)
        readable = not path.exists() or path.is_file()
        return os.open(path, flags | (os.O_RDWR if readable else os.O_WRONLY), 0o644)

    def is_regular(self, fd: int) -> bool:
        """Return whether `fd` is a file rather than a terminal, a pipe or a device."""
        return stat.S_ISREG(os.fstat(fd).st_mode)

    def lock(self, fd: int) -> bool:
        """Take the file for this process alone; False when another one has it."""
        return lock_file(fd)

    def write(self, fd: int, data: bytes) -> int:
        """Write, and return how many bytes were taken."""
        return os.write(fd, data)

    def sync(self, fd: int) -> None:
        """Bring what was written to the disk."""
        os.fsync(fd)

    def is_at(self, fd: int, path: Path) -> bool:
        """Return whether `path` still leads to the open file."""
        try:
            there = os.stat(path)
        except FileNotFoundError:
            return False
        except OSError:  # cannot be told now, as when a network folder is away
            return True
        return os.path.samestat(os.fstat(fd), there)

    def is_removed(self, fd: int) -> bool:
        """Return whether no name leads to the open file any more: what it holds goes with it."""
        return os.fstat(fd).st_nlink == 0

    def sync_folder(self, folder: Path) -> None:
        """Bring a folder's list of names to the disk, where the system can."""
        sync_folder(folder)

    def close(self, fd: int) -> None:
        """Give the descriptor back."""
        os.close(fd)
