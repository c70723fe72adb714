"""A file that is there whole or not at all, whenever the process is killed; and several files."""

import errno
import os
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

from .errors import OutputError, no_room

_UNSYNCABLE = {errno.EINVAL, errno.EROFS, errno.ENOTSUP}
"""what the system says of a folder that it cannot sync, as network folders often are"""


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
    with output_errors(path, option):
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            with beside.open("wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            beside.replace(path)
        except OSError:
            with suppress(OSError):  # what was begun would go on filling the disk
                beside.unlink()
            raise
        sync_folder(path.parent)


def sync_folder(folder: Path) -> None:
    """Make new and changed names in a folder survive a power cut, where the system can."""
    if os.name == "nt":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    except OSError as error:
        if error.errno not in _UNSYNCABLE:
            raise
    finally:
        os.close(handle)


@contextmanager
def output_errors(path: Path, option: str = "--out") -> Iterator[None]:
    """Turn the system's errors at `path` into an `OutputError`; parameters: `write_atomically`."""
    try:
        yield
    except OSError as error:
        raise OutputError(
            f"cannot write {path} ({error.strerror or error}): expected a folder with room that "
            f"you may write to; give another with {option}"
        ) from error


def require_writable(path: Path, option: str = "--out") -> None:
    """Find out now whether `write_atomically` can write; parameters and errors are the same."""
    with output_errors(path, option):
        path.parent.mkdir(parents=True, exist_ok=True)
        if path.is_dir():
            raise IsADirectoryError(None, "it is a folder")
        _beside(path).touch()
        _beside(path).unlink()


@contextmanager
def all_or_none(files: Sequence[Path], overwrite: bool = False) -> Iterator[Path]:
    """Let files be written elsewhere, and move them into place once all are whole.

    Parameters
    ----------
    files : what may be written, in one folder, which is made when absent
    overwrite : whether files that are there may be replaced; one that was not written again is
        removed, for it belongs to what was replaced

    Yields
    ------
    a folder beside them: what is in it at the end, synced, is moved one after the other; after an
    error before that nothing is

    Raises
    ------
    OutputError
        One of the files is there; or the disk took not all of them, told of the first.
    """
    first = files[0]
    try:
        _refuse_to_replace(files, overwrite)
        beside = _beside(first)
        shutil.rmtree(beside, ignore_errors=True)  # of one that was killed
        beside.mkdir(parents=True)
    except OSError as error:
        raise no_room(str(first), error, undone=True) from error
    try:
        yield beside
        _into_place(files, beside)
    except OutputError as error:
        if not isinstance(error.__cause__, OSError):
            raise
        raise no_room(str(first), error.__cause__, undone=True) from error
    finally:
        shutil.rmtree(beside, ignore_errors=True)


def _into_place(files: Sequence[Path], beside: Path) -> None:
    made = [beside / file.name for file in files]
    try:
        for file in filter(Path.exists, made):
            _sync(file)
        for file, place in zip(made, files, strict=True):
            if file.exists():
                file.replace(place)
            else:
                place.unlink(missing_ok=True)
        sync_folder(files[0].parent)
    except OSError as error:
        raise no_room(str(files[0]), error, undone=True) from error


def _refuse_to_replace(files: Sequence[Path], overwrite: bool) -> None:
    for file in files:
        if file.exists() and not (overwrite and file.is_file()):
            hint = ", or --overwrite" if file.is_file() else ""
            raise OutputError(f"{file} exists: expected a new file; give another name{hint}")


def _beside(path: Path) -> Path:
    return path.with_name(f".{path.name}.part")


def _sync(file: Path) -> None:
    with file.open("rb") as opened:
        os.fsync(opened.fileno())
