"""One training at a time in a folder: two would write each other's checkpoints."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sibeat.ecg.atomic_file import output_errors
from sibeat.ecg.errors import OutputError
from sibeat.ecg.file_lock import lock_file

LOCK_FILE = "train.lock"


@contextmanager
def alone_in(folder: Path) -> Iterator[None]:
    """Have a run's folder, which is made when absent, for this process alone.

    Raises
    ------
    OutputError
        When another training runs there, or the folder cannot be written.
    """
    path = folder / LOCK_FILE
    with output_errors(path):
        folder.mkdir(parents=True, exist_ok=True)
        fd = os.open(path, os.O_CREAT | os.O_RDWR | getattr(os, "O_CLOEXEC", 0), 0o644)
    try:
        if not lock_file(fd):
            raise OutputError(
                f"another training runs in {folder}: expected a folder for each; wait for its "
                "end, stop it, or give another with --out"
            )
        yield
    finally:
        os.close(fd)
