"""Why a port cannot be opened: each cause names the next step."""

import errno

import pytest
import serial

from sibeat.ecg.errors import PortNotFound, SourceError
from sibeat.monitor.sources.serial_failure import explain, port_failures


@pytest.mark.parametrize(
    ("error", "kind", "words"),
    [
        (OSError(errno.EACCES, "Permission denied"), SourceError, "dialout"),
        (serial.SerialException(errno.EACCES, "could not open port"), SourceError, "dialout"),
        (serial.SerialException("could not open: PermissionError(13)"), SourceError, "dialout"),
        (serial.SerialException(errno.ENOENT, "no"), PortNotFound, "/dev/ttyACM9"),
        (serial.SerialException(errno.EAGAIN, "lock"), SourceError, "another program"),
        (serial.SerialException("Could not exclusively lock port"), SourceError, "another program"),
        (ValueError("invalid URL"), SourceError, "socket://HOST:PORT"),
        (serial.SerialException("Could not configure port: (25)"), SourceError, "--replay"),
        (serial.SerialException("Connection refused"), SourceError, "is on and reachable"),
    ],
)
def test_each_cause_has_its_message(error: Exception, kind: type, words: str) -> None:
    explained = explain("/dev/ttyUSB0", error, lambda: ["/dev/ttyACM9 (UNO)"])
    assert type(explained) is kind
    assert words in str(explained)
    assert "/dev/ttyUSB0" in str(explained)


@pytest.mark.parametrize(
    "url", ["socket://[::1]:7000", "socket://10.0.0.7:2000/", "socket://h:7?logging=debug"]
)
def test_an_address_that_does_not_answer_is_no_wrong_one(url: str) -> None:
    error = serial.SerialException("Connection refused")
    assert "refused" in str(explain(url, error, list))


def test_no_port_at_all_asks_for_the_cable() -> None:
    error = serial.SerialException(errno.ENOENT, "no")
    assert "cable" in str(explain("COM3", error, list))


def test_a_serial_exception_is_a_failure_of_the_port() -> None:
    assert issubclass(serial.SerialException, port_failures())
    with pytest.raises(port_failures()):
        serial.serial_for_url("/dev/ttyNOWHERE7")
