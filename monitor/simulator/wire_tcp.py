"""A TCP port as a simulated board's wire."""

import select
import socket

from sibeat.ecg.errors import OutputError
from sibeat.monitor.simulator.wire import POLL_S, SETTLE_S, Wire


class TcpWire(Wire):
    """A TCP port that one listener at a time may connect to (``socket://host:port``)."""

    def __init__(self, host: str, port: int, settle_s: float = SETTLE_S) -> None:
        super().__init__(settle_s)
        self._connection: socket.socket | None = None
        self._commands = b""
        self._listen(host, port)
        self.host, self.port = self._server.getsockname()[:2]
        """where it listens"""

    def _listen(self, host: str, port: int) -> None:
        try:
            family = socket.AF_INET6 if ":" in host else socket.AF_INET
            self._server = socket.create_server((host, port), family=family)
        except OSError as error:
            raise OutputError(
                f"cannot listen on {host}:{port} ({error.strerror or error}): expected a free "
                "port of this machine; give another one, or 0 for any"
            ) from error
        self._server.setblocking(False)

    def _is_heard(self) -> bool:
        if self._server.fileno() < 0:
            return False
        if self._connection is None:
            self._accept()
        elif self._hung_up(self._connection):
            self._connection.close()
            self._connection = None
        return self._connection is not None

    def read(self) -> bytes:
        """Give the commands that the listener has sent."""
        self._is_heard()
        commands, self._commands = self._commands, b""
        return commands

    def unplug(self) -> None:
        """Hang up, and let nobody connect."""
        self.close()

    def plug(self) -> None:
        """Listen at the same address again."""
        self._listen(self.host, self.port)

    def _accept(self) -> None:
        try:
            self._connection, _ = self._server.accept()
        except BlockingIOError:
            return
        self._connection.setblocking(False)

    def _hung_up(self, connection: socket.socket) -> bool:
        try:
            data = connection.recv(4096)
            self._commands = (self._commands + data)[-4096:]
            return data == b""
        except BlockingIOError:
            return False
        except OSError:  # reset by the listener
            return True

    def _write_some(self, data: bytes) -> int:
        assert self._connection is not None, "write_some is called while somebody listens"
        try:
            return self._connection.send(data)
        except BlockingIOError:
            select.select([], [self._connection], [], POLL_S)
        except ConnectionError:  # `listening` will see it, too
            pass
        return 0

    def close(self) -> None:
        """Close the connection, which delivers what was written, and the port."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None
        self._server.close()
