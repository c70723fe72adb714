"""A file that is there whole or not at all, whenever the process is killed."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from .errors import OutputError


def write_atomically(path: Path, content: bytes, option: str = "--out") -> None:
    """Write `content` beside `path`, sync it, and move it into place.

    Parameters
    ----------
    path : its folder is made when absent
    content : of the whole file
    option : of the command line by which another place can be named

    Raises
    ------
    OutputError
        When the folder or the file cannot be written.
    """
    beside = _beside(path)
    with _told(path, option):
        path.parent.mkdir(parents=True, exist_ok=True)
        with beside.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        beside.replace(path)
        _sync_folder(path.parent)


def require_writable(path: Path, option: str = "--out") -> None:
    """Find out now whether `write_atomically` can write; parameters and errors are the same."""
    with _told(path, option):
        path.parent.mkdir(parents=True, exist_ok=True)
        if path.is_dir():
            raise IsADirectoryError(None, "it is a folder")
        _beside(path).touch()
        _beside(path).unlink()


def _beside(path: Path) -> Path:
    return path.with_name(f".{path.name}.part")


@contextmanager
def _told(path: Path, option: str) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise OutputError(
            f"cannot write {path} ({error.strerror or error}): expected a folder with room that "
            f"you may write to; give another with {option}"
        ) from error


def _sync_folder(folder: Path) -> None:
    """Make a rename in `folder` survive a power cut; Windows has no such call."""
    if os.name == "nt":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
