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
from pathlib import Path

from sibeat.monitor.simulator.wire import POLL_S, SETTLE_S, Wire

_DRAIN_S = 1.0  # chosen by us: longer than any reader that is alive sleeps
_EMPTY_S = 0.1  # the kernel moves bytes to where they count as unread a little later


class PtyWire(Wire):
    """A pseudo-terminal: looks like a serial port to whoever opens `path`.

    Parameters
    ----------
    settle_s : time that a new listener gets to set itself up, s
    link : a name that stays when the port is unplugged and comes back
    """

    def __init__(self, settle_s: float = SETTLE_S, link: Path | None = None) -> None:
        super().__init__(settle_s)
        self._link = link
        self.path = ""
        """the port to open"""
        self._device = ""
        self._master = -1
        self.plug()

    def plug(self) -> None:
        """Make a new pseudo-terminal; with a link, under the same name as before."""
        self._master, slave = os.openpty()
        os.set_blocking(self._master, False)
        self._device = os.ttyname(slave)
        os.close(slave)  # so that a hang-up tells whether somebody else has it open
        if self._link is not None:
            self._link.symlink_to(self._device)
        self.path = self._device if self._link is None else str(self._link)

    def unplug(self) -> None:
        """Hang up at once; the link goes, too."""
        if self._link is not None:
            self._link.unlink(missing_ok=True)
        os.close(self._master)
        self._master = -1

    def read(self) -> bytes:
        """Give the commands that the listener has written."""
        try:
            return os.read(self._master, 4096) if self._master >= 0 else b""
        except OSError:  # nothing there (EAGAIN), or nobody (EIO)
            return b""

    def _is_heard(self) -> bool:
        if self._master < 0:
            return False
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
        slave = os.open(self._device, os.O_RDWR | os.O_NOCTTY)
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
        if self._master >= 0:
            self.unplug()

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
