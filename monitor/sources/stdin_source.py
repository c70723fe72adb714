"""Samples that another program pipes in, as the text protocol: ``adc.py | sibeat ... --replay -``.

Paced by arrival. A pipe can wait, so nothing is lost when the monitor is busy.
"""

import math
import os
import select
import sys
import threading
from collections.abc import Callable, Iterator

from sibeat.ecg.errors import SourceError
from sibeat.monitor.sources.arrival_clock import arrival_clock
from sibeat.monitor.sources.base import ByteArrival
from sibeat.monitor.sources.first_bytes import Expected
from sibeat.monitor.sources.live_source import LiveSource
from sibeat.monitor.sources.live_stream import LiveStream
from sibeat.monitor.sources.text_protocol import TextDecoder

WAIT_S = 0.1
"""longest wait for input, s; chosen by us: how soon the source ends when it is closed"""
READ_BYTES = 65536
"""most bytes of a read: what Linux buffers for a pipe"""
FULL_BYTES = READ_BYTES // 2
"""bytes of a read from which the pipe was full; chosen by us: lines that are flushed one by one
leave some room in each page, and half of it is seconds of any board's text"""
HELD_UP_S = 0.5
"""pause of the reader that a writer may have waited for, s; chosen by us: half a silence"""
EXPECTED = Expected(
    silence="does the program run, and does it flush each line? (Python: print(..., flush=True))",
    misfit="check what the program prints",
)


class InputPipe:
    """Yields what comes in by a file descriptor, to its end.

    Parameters
    ----------
    fd : int
        Stays open; read by this object alone.
    name : str
        As shown to the user.
    clock : callable
        Arrival clock, s.
    """

    def __init__(
        self, fd: int, name: str = "standard input", clock: Callable[[], float] = arrival_clock
    ) -> None:
        self.name = name
        self._fd = fd
        self._clock = clock
        self._stopped = threading.Event()
        self._last_s = -math.inf
        self._waited_s = 0.0
        self._was_full = False

    def arrivals(self) -> Iterator[ByteArrival]:
        """Yield every read, and an empty arrival for each wait in which nothing came.

        Raises
        ------
        SourceError
            It cannot be read.
        """
        while not self._stopped.is_set():
            if not self._is_ready():
                yield ByteArrival(self._time_s(0))
                continue
            data = self._read()
            if not data:
                return
            yield ByteArrival(self._time_s(len(data)), data)

    def _read(self) -> bytes:
        try:
            return os.read(self._fd, READ_BYTES)
        except OSError as error:
            raise SourceError(
                f"{self.name} cannot be read ({error.strerror or error}): expected a pipe or a "
                "file of text, as in `adc.py | sibeat monitor --replay -`"
            ) from error

    def _time_s(self, n_bytes: int) -> float:
        """Give the time of an arrival; a writer that waited for this reader lost no time.

        A full pipe before and after a pause of this reader (Ctrl-Z, a computer that slept) is a
        file that another program copies, not a board that went on. On Windows nobody knows who
        waited: a read waits there itself.
        """
        now_s = self._clock() - self._waited_s
        full = n_bytes >= FULL_BYTES and os.name != "nt"
        if full and self._was_full and now_s - self._last_s > HELD_UP_S:
            self._waited_s += now_s - self._last_s
            now_s = self._last_s
        self._last_s, self._was_full = now_s, full
        return now_s

    def next_rate(self) -> bool:
        """Tell that a pipe has no bit rate."""
        return False

    def close(self) -> None:
        """Make ``arrivals`` end; the descriptor stays open."""
        self._stopped.set()

    def _is_ready(self) -> bool:
        if os.name == "nt":  # its select takes sockets alone; the read blocks
            return True
        return bool(select.select([self._fd], [], [], WAIT_S)[0])


class StdinSource(LiveSource):
    """Reads the text protocol from a file descriptor.

    Parameters
    ----------
    fd : int, optional
        By default standard input.
    lead, fs, gain
        As for :class:`sibeat.monitor.sources.text_protocol.TextDecoder`.
    name : str
        Of the session.
    """

    def __init__(
        self,
        fd: int | None = None,
        lead: str | int | None = None,
        fs: float | None = None,
        gain: float | None = None,
        name: str = "stdin",
    ) -> None:
        decoder = TextDecoder(lead, fs, gain, drop_first=False)
        super().__init__(
            InputPipe(sys.stdin.fileno() if fd is None else fd),
            decoder,
            LiveStream(decoder, fs),
            name,
            live=False,
            expected=EXPECTED,
        )
