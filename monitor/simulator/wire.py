"""What a simulated board is connected to: somebody listens at the other end, or nobody does."""

import time
from abc import ABC, abstractmethod
from typing import Self

POLL_S = 0.02
"""time between two looks; chosen by us: soon enough for a listener, cheap enough for hours"""
SETTLE_S = 0.5
"""A listener opens a port, sets it up and throws away what came meanwhile (pyserial does). A real
board starts later than that (an Arduino is reset by the opening); chosen by us."""


class Wire(ABC):
    """What all wires share: listeners are waited for, counted, and lost.

    Parameters
    ----------
    settle_s : time that a new listener gets to set itself up, s
    """

    def __init__(self, settle_s: float = SETTLE_S) -> None:
        self.n_listeners = 0
        """how often somebody began to listen"""
        self._settle_s = settle_s
        self._since: float | None = None  # when the present listener came
        self._ready = False

    def listening(self) -> bool:
        """Say whether somebody listens now and has had the time to get ready."""
        if not self._is_heard():
            self._since, self._ready = None, False
        elif self._since is None:
            self._since = time.monotonic()
        if self._since is not None and not self._ready:
            self._get_ready(self._since)
        return self._ready

    def _get_ready(self, since: float) -> None:
        if time.monotonic() >= since + self._settle_s:
            self._ready = True
            self.n_listeners += 1
            self._prepare()

    def wait_for_listener(self) -> None:
        """Return when somebody listens."""
        while not self.listening():
            time.sleep(POLL_S)

    def write(self, data: bytes) -> bool:
        """Say bytes; waits for a slow listener; False when nobody listens (any more)."""
        while data and self.listening():
            data = data[self._write_some(data) :]
        return self._ready and not data

    def read(self) -> bytes:
        """Give what the listener has said; empty when it said nothing."""
        return b""

    @abstractmethod
    def unplug(self) -> None:
        """Go away, as a port does whose cable is pulled."""

    @abstractmethod
    def plug(self) -> None:
        """Come back under the same name."""

    @abstractmethod
    def close(self) -> None:
        """Let the listener read what was said, and go."""

    @abstractmethod
    def _is_heard(self) -> bool:
        """Say whether somebody listens now."""

    def _prepare(self) -> None:  # noqa: B027 - a wire may need nothing
        """Set the wire up for a new listener."""

    @abstractmethod
    def _write_some(self, data: bytes) -> int:
        """Write what fits, waiting at most for about `POLL_S`; give its length."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
