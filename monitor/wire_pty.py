"""A pseudo-terminal as a simulated board's wire (POSIX only)."""

import errno
import fcntl
import os
import select
import struct
import termios
import time
import tty
from collections.abc import Iterator
from contextlib import contextmanager

from sibeat.monitor.wire import POLL_S, SETTLE_S, Wire

_DRAIN_S = 1.0  # chosen by us: longer than any reader that is alive sleeps
_EMPTY_S = 0.1  # the kernel moves bytes to where they count as unread a little later


class PtyWire(Wire):
    """A pseudo-terminal: looks like a serial port to whoever opens `path`."""

    def __init__(self, settle_s: float = SETTLE_S) -> None:
        super().__init__(settle_s)
        self._master, slave = os.openpty()
        os.set_blocking(self._master, False)
        self.path = os.ttyname(slave)
        """the port to open"""
        os.close(slave)  # so that a hang-up tells whether somebody else has it open

    def _is_heard(self) -> bool:
        poll = select.poll()
        poll.register(self._master, 0)
        return not any(event & select.POLLHUP for _, event in poll.poll(0))

    def _prepare(self) -> None:
        """Make the port raw for listeners that do not do so themselves, such as ``cat``."""
        with self._slave() as slave:
            if termios.tcgetattr(slave)[tty.LFLAG] & termios.ICANON:
                tty.setraw(slave, termios.TCSANOW)

    @contextmanager
    def _slave(self) -> Iterator[int]:
        slave = os.open(self.path, os.O_RDWR | os.O_NOCTTY)
        try:
            yield slave
        finally:
            os.close(slave)

    def _write_some(self, data: bytes) -> int:
        try:
            return os.write(self._master, data)
        except BlockingIOError:
            time.sleep(POLL_S)
            return 0
        except OSError as error:
            if error.errno != errno.EIO:  # EIO: the listener went away just now
                raise
            return 0

    def close(self) -> None:
        """Wait until the listener has read all, or reads nothing for a second, and hang up."""
        self._drain()
        os.close(self._master)

    def _drain(self) -> None:
        n_unread, since = -1, time.monotonic()
        while self.listening():
            if (n_now := self._n_unread()) != n_unread:
                n_unread, since = n_now, time.monotonic()
            if time.monotonic() - since > (_DRAIN_S if n_unread else _EMPTY_S):
                return
            time.sleep(POLL_S)

    def _n_unread(self) -> int:
        with self._slave() as slave:
            (n_unread,) = struct.unpack("i", fcntl.ioctl(slave, termios.FIONREAD, bytes(4)))
            return int(n_unread)
