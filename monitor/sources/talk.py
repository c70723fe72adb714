"""What a transport asks of whoever talks to the board; the talks are in ``protocols.dialogue``."""

from typing import Protocol


class Talk(Protocol):
    """Says start commands when they are due, and a stop command at the end."""

    @property
    def n_rounds(self) -> int:
        """How often everything was said that there is to say, without anything coming."""

    def begin(self, now_s: float) -> None:
        """Note that the port was opened, or goes on at another bit rate."""

    def hear(self, data: bytes, now_s: float) -> bytes:
        """Take what came, nothing too; gives what is to be said now."""

    def goodbye(self) -> bytes:
        """Give what is to be said before the port is closed."""


class Silence:
    """Says nothing: the board talks by itself."""

    n_rounds = 0

    def begin(self, now_s: float) -> None:
        """Do nothing."""

    def hear(self, data: bytes, now_s: float) -> bytes:
        """Say nothing."""
        return b""

    def goodbye(self) -> bytes:
        """Say nothing."""
        return b""
