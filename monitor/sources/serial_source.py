"""Live samples from a serial port."""

import re
from collections.abc import Callable, Sequence

from sibeat.monitor.sources.base import Decoder, KnownBoard
from sibeat.monitor.sources.first_bytes import LINES_OF_NUMBERS, Expected
from sibeat.monitor.sources.live_source import LiveSource
from sibeat.monitor.sources.live_stream import SILENCE_S, LiveStream
from sibeat.monitor.sources.rate_settling import MEASURE_S
from sibeat.monitor.sources.serial_port import SerialPort
from sibeat.monitor.sources.talk import Silence, Talk
from sibeat.monitor.sources.text_protocol import TextDecoder


class SerialSource(LiveSource):
    """Reads a board on a serial port.

    Parameters
    ----------
    port : str
        A device (/dev/ttyUSB0, COM3) or any URL of ``serial.serial_for_url``.
    bauds : int, sequence of int, optional
        Bit rate, or those to try when nothing readable comes; None: 115200, then 9600.
    fs : float, optional
        Sampling rate, Hz; None: that of the protocol or its time stamps, else measured for 10 s.
    reconnect_timeout_s : float, optional
        How long a lost port is waited for, s; None: for ever.
    decoder : Decoder, optional
        The protocol; by default text.
    name : str, optional
        Of the session; by default that of the port.
    silence_s, measure_s : float
        See :class:`LiveStream`; shorter in tests.
    talk_at : callable
        Gives what is said to the board at a bit rate.
    expected : Expected
        What should come, for messages.
    found : callable
        Says which board it is, once the stream has begun.
    """

    def __init__(
        self,
        port: str,
        bauds: int | Sequence[int] | None = None,
        fs: float | None = None,
        reconnect_timeout_s: float | None = None,
        decoder: Decoder | None = None,
        name: str | None = None,
        silence_s: float = SILENCE_S,
        measure_s: float = MEASURE_S,
        talk_at: Callable[[int], Talk] = lambda baud: Silence(),
        expected: Expected = LINES_OF_NUMBERS,
        found: Callable[[], KnownBoard] = KnownBoard,
    ) -> None:
        decoder = decoder or TextDecoder(fs=fs)
        super().__init__(
            SerialPort(port, bauds, reconnect_timeout_s, talk_at=talk_at),
            decoder,
            LiveStream(decoder, fs, silence_s, measure_s),
            name or _session_name(port),
            expected=expected,
            found=found,
        )


def _session_name(port: str) -> str:
    """Name a session after its port: ``serial-ttyUSB0``."""
    return "serial-" + "-".join(re.findall(r"[A-Za-z0-9]+", port.removeprefix("/dev/")))
