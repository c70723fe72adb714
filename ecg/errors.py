"""Every error that a user can meet, as one tree.

::

    SibeatError
    ├── UsageError          2  an option or argument that cannot be meant
    ├── SourceError         3  a source that cannot be opened or read
    │   ├── PortNotFound    3
    │   ├── RecordError     3  a file that is missing, broken, truncated or no ECG
    │   └── StreamLost      5  a live source that did not come back in time
    ├── FrameError          3  bytes that are no frame of the protocol
    ├── ModelError          4  a student artefact that cannot be used
    ├── ConfigError         4  a configuration that cannot be used
    └── OutputError         6  a file that cannot be written

The number is the exit code of the command line. A message says what happened, what was got, what
was expected and the next step. Only ``sibeat.cli`` catches these.
"""

import errno
from typing import ClassVar

NO_ROOM = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
"""what the system says of a file that takes no more"""


class SibeatError(Exception):
    """Base of all errors that sibeat raises on purpose."""

    exit_code: ClassVar[int] = 1


class UsageError(SibeatError):
    """An option or argument that cannot be meant."""

    exit_code: ClassVar[int] = 2


class SourceError(SibeatError):
    """A source that cannot be opened or read."""

    exit_code: ClassVar[int] = 3


class PortNotFound(SourceError):  # noqa: N818 - named in the project's error tree
    """A serial port that does not exist or cannot be opened."""


class RecordError(SourceError):
    """A recording that is missing, broken, truncated or no ECG."""


class StreamLost(SourceError):  # noqa: N818 - named in the project's error tree
    """A live source that went away and did not come back in time."""

    exit_code: ClassVar[int] = 5


class FrameError(SibeatError):
    """Bytes that are no frame of the protocol."""

    exit_code: ClassVar[int] = 3


class ModelError(SibeatError):
    """A student artefact that cannot be used."""

    exit_code: ClassVar[int] = 4


class ConfigError(SibeatError):
    """A configuration that cannot be used."""

    exit_code: ClassVar[int] = 4


class OutputError(SibeatError):
    """A file or folder that cannot be written."""

    exit_code: ClassVar[int] = 6


def no_room(what: str, error: OSError, *, undone: bool = False) -> OutputError:
    """Make the error of `what` that a disk does not take; `undone`: what was begun is removed."""
    removed = "what was begun is removed, " if undone else ""
    return OutputError(
        f"cannot write {what} ({error.strerror or error}): expected a writable folder with room "
        f"on its disk; {removed}name another folder or free some space"
    )


def has_no_room(error: Exception) -> bool:
    """Say whether it, or what caused it, is a disk that takes no more."""
    reason = error if isinstance(error, OSError) else error.__cause__
    return isinstance(reason, OSError) and reason.errno in NO_ROOM
