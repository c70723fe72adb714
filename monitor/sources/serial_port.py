"""A serial port (or any URL that pyserial opens) as a transport: read, lose, find again.

What came is read every fiftieth of a second, a backlog at once. A read that waits for bytes wakes
up for each pair of samples, five times as often. pyserial is imported when a port is opened.
"""

import threading
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING

from sibeat.ecg.errors import PortNotFound, SourceError, StreamLost, UsageError
from sibeat.monitor.sources.arrival_clock import arrival_clock
from sibeat.monitor.sources.base import ByteArrival
from sibeat.monitor.sources.serial_devices import (
    SerialDevice,
    identify,
    same_device,
    serial_devices,
)
from sibeat.monitor.sources.serial_failure import explain, port_failures
from sibeat.monitor.sources.serial_url import require_port
from sibeat.monitor.sources.talk import Silence, Talk

if TYPE_CHECKING:
    import serial

BAUDS = (115200, 9600)
"""bit rates that are tried, in this order (docs/boards.md, `text`)"""
READ_S = 0.02
"""time between reads, s; chosen by us: an FTDI chip waits 16 ms; 50 wakes a second cost little"""
WRITE_S = 0.5
"""longest wait for a port to take a command, s; chosen by us: commands have some ten bytes"""
READ_BYTES = 65_536
"""most bytes that are taken at once; chosen by us: 3 MB a second, more than any board sends"""
BACK_OFF_S = (0.25, 1.0)
"""first and longest wait between attempts to reopen, s; chosen by us: a port that came back is
found within a second"""


class SerialPort:
    """Yields what a port receives, and opens it again when it comes back.

    Parameters
    ----------
    port : str
        A device, or a URL of pyserial.
    bauds : int, sequence of int, optional
        Bit rate, or those to try when nothing readable comes; None: 115200, then 9600.
    reconnect_timeout_s : float, optional
        How long to wait for a lost port, s; None: for ever.
    clock : callable
        Arrival clock, s.
    talk_at : callable
        Gives what is said to the board at a bit rate.

    Raises
    ------
    UsageError
        There is no such bit rate, or the port cannot be meant.
    """

    def __init__(
        self,
        port: str,
        bauds: int | Sequence[int] | None = None,
        reconnect_timeout_s: float | None = None,
        clock: Callable[[], float] = arrival_clock,
        talk_at: Callable[[int], Talk] = lambda baud: Silence(),
    ) -> None:
        bauds = BAUDS if bauds is None else [bauds] if isinstance(bauds, int) else bauds
        if min(bauds) < 1:
            raise UsageError(f"--baud {min(bauds)} is no bit rate: give one like 115200")
        require_port(port)
        self.name = f"serial {port}"
        self._port = port
        self._bauds = list(bauds)
        self._n_tried = 1
        self._identity: SerialDevice | None = None
        self._talk_at = talk_at
        self._talk = talk_at(self._bauds[0])
        self._heard = False  # anything, since the port was opened for the first time
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
        self._identity = identify(self._port)
        try:
            while not self._stopped.is_set():
                data = self._read(self._device)
                if data is not None and self._answer(self._device, data):
                    yield ByteArrival(self._clock(), data)
                    continue
                yield ByteArrival(self._clock(), kind="lost")
                yield from self._reopen()
        finally:
            self._write(self._device, self._talk.goodbye())
            self._device.close()

    def next_rate(self) -> bool:
        """Go on at the next bit rate; False when all were tried."""
        if self._n_tried >= len(self._bauds) or self._device is None:
            return False
        self._n_tried += 1
        self._turn(self._device)  # of a port that is gone, the next read tells
        return True

    def close(self) -> None:
        """Make ``arrivals`` close the port and end, at the end of the read at hand."""
        self._stopped.set()

    def _present_name(self) -> str:
        """Name of the lost device by now: it may come back under another one."""
        if self._identity is None:
            return self._port
        found = same_device(self._identity, serial_devices())
        return self._port if found is None else found.port

    def _open(self, port: str | None = None) -> "serial.SerialBase":
        import serial

        try:
            device = serial.serial_for_url(
                port or self._port,
                baudrate=self._bauds[0],
                timeout=0,
                write_timeout=WRITE_S,
                exclusive=True,
            )
        except ValueError as error:
            raise explain(self._port, error) from error
        except port_failures() as error:
            raise explain(self._port, error) from error
        self._talk.begin(self._clock())
        return device

    def _turn(self, device: "serial.SerialBase") -> bool:
        """Go on at the next bit rate, after the last one at the first again.

        Returns
        -------
        False when the port is gone.

        Raises
        ------
        SourceError
            The device at the other end of a URL does not take the rate.
        """
        self._write(device, self._talk.goodbye())
        self._bauds.append(self._bauds.pop(0))
        self._talk = self._talk_at(self._bauds[0])
        self._talk.begin(self._clock())
        try:
            device.baudrate = self._bauds[0]
            device.reset_input_buffer()
        except ValueError as error:
            raise SourceError(
                f"{self.name} does not take {self._bauds[0]} bit/s ({error}); give the rate of the "
                "board with --baud"
            ) from error
        except port_failures():
            return False
        return True

    def _answer(self, device: "serial.SerialBase", data: bytes) -> bool:
        """Say what is due; to a port that was always silent, in the end at another bit rate.

        Returns
        -------
        False when the port is gone.
        """
        self._heard = self._heard or bool(data)
        said = self._talk.hear(data, self._clock())
        if self._talk.n_rounds and not self._heard and len(self._bauds) > 1:
            return self._turn(device)
        return self._write(device, said)

    def _write(self, device: "serial.SerialBase", data: bytes) -> bool:
        """Write a command; False when the port is gone."""
        try:
            if data:
                device.write(data)
        except port_failures() as error:  # one that takes nothing is not gone
            return "timeout" in str(error).lower()
        return True

    def _read(self, device: "serial.SerialBase") -> bytes | None:
        """Let some come and read what is there; None when the port is gone, and nothing came."""
        self._stopped.wait(READ_S)
        data = bytearray()
        try:  # a terminal gives 4 kB a read, rfc2217:// a byte
            while len(data) < READ_BYTES and (more := device.read(READ_BYTES - len(data))):
                data += more
        except port_failures():  # the next read tells it again
            return bytes(data) or None
        return bytes(data)

    def _reopen(self) -> Iterator[ByteArrival]:
        """Try to open the port again, with an empty arrival for each attempt that failed."""
        assert self._device is not None
        self._device.close()
        since_s = self._clock()
        wait_s, longest_s = BACK_OFF_S
        while not self._stopped.wait(wait_s):
            try:
                self._device = self._open(self._present_name())
            except SourceError as error:
                self._give_up_after(self._clock() - since_s, error)
            else:
                yield ByteArrival(self._clock(), kind="back")
                return
            yield ByteArrival(self._clock())
            wait_s = min(2 * wait_s, longest_s)

    def _give_up_after(self, away_s: float, error: SourceError) -> None:
        if self._timeout_s is not None and away_s >= self._timeout_s:
            said = "" if isinstance(error, PortNotFound) else f" ({error})".replace("; ", ", ")
            raise StreamLost(
                f"{self.name} went away and did not come back within {self._timeout_s:g} s{said}; "
                "check the cable, or wait longer with --reconnect-timeout"
            ) from error
