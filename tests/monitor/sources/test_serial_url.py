"""What ``--serial`` can be meant, and what cannot."""

import subprocess
import sys

import pytest

from sibeat.ecg.errors import UsageError
from sibeat.monitor.sources.serial_url import require_port


@pytest.mark.parametrize(
    "port",
    [
        *("", " ", "socket://host", "socket://:7", "socket://host:0", "socket://h:x"),
        *("SOCKET://host", "socket://h:65536", "socket://[::1", "socket://h:7?loging=debug"),
        *("socket://", "://", "rfc2217://h", "rfc2217://h:99999", "rfc2217://h:7?x=1"),
        *("loop://?x=1", "alt:///dev/ttyUSB0?class=Nothing", "carrier-pigeon://home", "tcp://h:7"),
        *("192.168.0.7:2000", "localhost:7", "socket:h:7", "socket:/h:7", "hwgrep://("),
        *("[::1]:7000", "h:7/"),
    ],
)
def test_what_can_be_no_port_is_bad_usage(port: str) -> None:
    with pytest.raises(
        UsageError, match=r"is no address of a board; expected .*socket://HOST:PORT"
    ):
        require_port(port)


@pytest.mark.parametrize(
    "port",
    [
        *(
            "/dev/ttyNOWHERE7",
            "COM3",
            "/dev/null",
            "my port",
            "/dev/serial/by-path/pci-0000:00:14.0",
        ),
        *("socket://[::1]:7000", "socket://10.0.0.7:2000/", "socket://h:7?logging=debug"),
        *("rfc2217://h:7?timeout=2", "loop://", "hwgrep://0403:6015", "spy:///dev/ttyUSB0"),
        *("alt:///dev/ttyUSB0?class=PosixPollSerial", "Socket://h:7"),
        "cp2110://0001:0004:00",
    ],
)
def test_what_may_only_be_away_is_left_to_the_opening(port: str) -> None:
    require_port(port)


def test_a_device_needs_no_pyserial_to_be_looked_at() -> None:
    code = (
        "import sys; from sibeat.monitor.sources.serial_url import require_port;"
        "require_port('/dev/ttyUSB0'); assert 'serial' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
