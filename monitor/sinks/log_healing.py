"""A log that a crash left with a torn end is healed before anything is appended.

A whole line that lacks only its newline gets it; what is no whole line is cut off. A file that is
no alert log of ours is never touched: that is an error, because cutting it would destroy it.
"""

import json
import os
from pathlib import Path

from sibeat.ecg.errors import OutputError

LINE_BEGIN = b'{"schema": "sibeat/'
"""how every line of an alert log begins as we write it"""

MAX_LINE = 1 << 20
"""chosen by us: a line is below 4 kB; a longer last line is not ours"""


def heal_log(fd: int, path: Path) -> str | None:
    """Make an alert log end with a whole line.

    Parameters
    ----------
    fd : descriptor of the regular file, open for reading and appending
    path : its name, for messages

    Returns
    -------
    What was done, for the session line; None when nothing was.

    Raises
    ------
    OutputError
        When the file holds something else than an alert log, or cannot be healed.
    """
    try:
        size = os.fstat(fd).st_size
        if size == 0:
            return None
        _require_log(_read(fd, 0, min(size, MAX_LINE)), path)
        return _heal_end(fd, size, path)
    except OSError as error:
        raise OutputError(
            f"cannot read back {path}: {error.strerror or error}; "
            "expected an alert log that can be read and appended to, choose another one"
        ) from error


def _heal_end(fd: int, size: int, path: Path) -> str | None:
    tail = _read(fd, max(0, size - MAX_LINE), size)
    keep = tail
    while keep and _is_torn(_last_line(keep)):
        keep = keep[: len(keep) - len(_last_line(keep))]
    if not keep and size > len(tail):
        raise _foreign(path)
    cut = len(tail) - len(keep)
    if cut:
        os.ftruncate(fd, size - cut)
        os.fsync(fd)
        return f"cut off {cut} bytes of a torn line of the session before"
    if not keep.endswith(b"\n"):
        os.write(fd, b"\n")
        os.fsync(fd)
        return "completed the last line of the session before"
    return None


def _read(fd: int, begin: int, end: int) -> bytes:
    os.lseek(fd, begin, os.SEEK_SET)
    blocks: list[bytes] = []
    while begin < end and (block := os.read(fd, end - begin)):
        blocks.append(block)
        begin += len(block)
    return b"".join(blocks)


def _last_line(text: bytes) -> bytes:
    """Return the last line, with its newline when it has one."""
    return text[text.rfind(b"\n", 0, len(text) - 1) + 1 :]


def _is_line(line: bytes) -> bool:
    """Return whether this is a whole line of an alert log."""
    try:
        entry = json.loads(line)
    except (ValueError, RecursionError):
        return False
    return isinstance(entry, dict) and str(entry.get("schema", "")).startswith("sibeat/")


def _is_torn(line: bytes) -> bool:
    """Return whether this is a part of a line of ours: a power cut may leave zeros in it."""
    return (b"\0" in line or _begins_like_ours(line)) and not _is_line(line)


def _begins_like_ours(line: bytes) -> bool:
    return line.startswith(LINE_BEGIN) or LINE_BEGIN.startswith(line)


def _require_log(head: bytes, path: Path) -> None:
    """Raise unless the file begins like an alert log, whole or torn."""
    first, newline, _ = head.partition(b"\n")
    if _is_line(first) or (not newline and _begins_like_ours(first.rstrip(b"\0"))):
        return
    raise _foreign(path)


def _foreign(path: Path) -> OutputError:
    return OutputError(
        f"{path} holds something else than an alert log of sibeat; "
        "expected a new file or one that sibeat wrote, choose another one (nothing was changed)"
    )
