"""A lock that a process has on an open file until it closes it or ends, however it ends."""

import errno

try:
    import fcntl
except ImportError:  # Windows has no advisory locks of this kind: two processes are not told apart
    fcntl = None  # type: ignore[assignment]

_UNLOCKABLE = {errno.ENOLCK, errno.EOPNOTSUPP, errno.EINVAL, errno.ENOSYS}
"""what file systems without locks answer"""


def lock_file(fd: int) -> bool:
    """Take an open file for this process alone; False when another one has it.

    Where the system or the file system has no locks, everyone gets it.
    """
    if fcntl is None:
        return True
    try:
        fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        return error.errno in _UNLOCKABLE
    return True
