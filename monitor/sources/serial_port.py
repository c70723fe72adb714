"""A serial port (or any URL that pyserial opens) as a transport: read, lose, find again.

Reads take what is waiting and last a fiftieth of a second at most, so that neither a backlog nor an
endless wait arises. pyserial is imported when a port is opened.
"""

import threading
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from sibeat.ecg.errors import SourceError, StreamLost, UsageError
from sibeat.monitor.sources.arrival_clock import arrival_clock
from sibeat.monitor.sources.base import ByteArrival
from sibeat.monitor.sources.serial_failure import explain

if TYPE_CHECKING:
    import serial

BAUDS = (115200, 9600)
"""bit rates that are tried, in this order (design.md, "Live and replay")"""
READ_S = 0.02
"""longest read, s; chosen by us: an FTDI chip waits 16 ms, and 50 wakes a second cost little"""
READ_BYTES = 4096
"""most bytes of a read: what Linux buffers for a port"""
BACK_OFF_S = (0.25, 1.0)
"""first and longest wait between attempts to reopen, s; chosen by us: a port that came back is
found within a second"""


class SerialPort:
    """Yields what a port receives, and opens it again when it comes back.

    Parameters
    ----------
    port : str
        A device, or a URL of pyserial.
    baud : int, optional
        Bit rate; None: 115200, and 9600 when nothing readable comes.
    reconnect_timeout_s : float, optional
        How long to wait for a lost port, s; None: for ever.
    clock : callable
        Arrival clock, s.
    """

    def __init__(
        self,
        port: str,
        baud: int | None = None,
        reconnect_timeout_s: float | None = None,
        clock: Callable[[], float] = arrival_clock,
    ) -> None:
        if baud is not None and baud < 1:
            raise UsageError(f"--baud {baud} is no bit rate: give one like 115200")
        self.name = f"serial {port}"
        self._port = port
        self._bauds = list(BAUDS if baud is None else (baud,))
        self._timeout_s = reconnect_timeout_s
        self._clock = clock
        self._stopped = threading.Event()
        self._device: serial.SerialBase | None = None

    def arrivals(self) -> Iterator[ByteArrival]:
        """Open the port and yield every read until ``close``.

        Raises
        ------
        SourceError
            The port cannot be opened (PortNotFound: there is none of that name).
        StreamLost
            A lost port did not come back in time.
        """
        self._device = self._open()
        try:
            while not self._stopped.is_set():
                data = self._read(self._device)
                if data is not None:
                    yield ByteArrival(self._clock(), data)
                    continue
                yield ByteArrival(self._clock(), kind="lost")
                yield from self._reopen()
        finally:
            self._device.close()

    def next_rate(self) -> bool:
        """Go on at the next bit rate; False when all were tried."""
        if len(self._bauds) < 2 or self._device is None:
            return False
        del self._bauds[0]
        self._device.baudrate = self._bauds[0]
        self._device.reset_input_buffer()
        return True

    def close(self) -> None:
        """Make ``arrivals`` close the port and end, at the end of the read at hand."""
        self._stopped.set()

    def _open(self) -> "serial.SerialBase":
        import serial

        try:
            return serial.serial_for_url(
                self._port, baudrate=self._bauds[0], timeout=READ_S, exclusive=True
            )
        except (OSError, ValueError) as error:
            raise explain(self._port, error) from error

    def _read(self, device: "serial.SerialBase") -> bytes | None:
        """Read what is waiting; None when the port is gone."""
        try:
            return bytes(device.read(READ_BYTES))
        except OSError:  # SerialException is one
            return None

    def _reopen(self) -> Iterator[ByteArrival]:
        """Try to open the port again, with an empty arrival for each attempt that failed."""
        assert self._device is not None
        self._device.close()
        since_s = self._clock()
        wait_s, longest_s = BACK_OFF_S
        while not self._stopped.wait(wait_s):
            try:
                self._device = self._open()
            except SourceError as error:
                self._give_up_after(self._clock() - since_s, error)
            else:
                yield ByteArrival(self._clock(), kind="back")
                return
            yield ByteArrival(self._clock())
            wait_s = min(2 * wait_s, longest_s)

    def _give_up_after(self, away_s: float, error: SourceError) -> None:
        if self._timeout_s is not None and away_s >= self._timeout_s:
            raise StreamLost(
                f"{self.name} went away and did not come back within {self._timeout_s:g} s: check "
                f"the cable, or wait longer with --reconnect-timeout (last attempt: {error})"
            ) from error
