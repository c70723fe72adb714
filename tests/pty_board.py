"""The other end of a pseudo-terminal, as a board on a serial port."""

import os
import pty
import tty
from pathlib import Path


class Board:
    """A board on a pty; its link's name stays the same, as udev does it.

    Parameters
    ----------
    link : stands for the device's name
    """

    def __init__(self, link: Path) -> None:
        self.link = link
        self._master: int | None = None
        self.plug()

    def plug(self) -> None:
        self._master, self._slave = pty.openpty()
        tty.setraw(self._slave)
        self.link.symlink_to(os.ttyname(self._slave))

    def unplug(self) -> None:
        assert self._master is not None
        self.link.unlink()
        os.close(self._slave)
        os.close(self._master)
        self._master = None

    def send(self, data: bytes) -> None:
        assert self._master is not None
        os.write(self._master, data)

    def close(self) -> None:
        if self._master is not None:
            self.unplug()
