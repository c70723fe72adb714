"""What cannot be opened as a port, and what is said of it."""

import socket
from pathlib import Path

import pytest
import serial

from sibeat.ecg.errors import PortNotFound, SourceError, UsageError
from sibeat.monitor.sources.serial_port import SerialPort
from sibeat.monitor.sources.serial_source import SerialSource


def test_a_bit_rate_below_one_is_refused() -> None:
    with pytest.raises(UsageError, match="--baud"):
        SerialSource("/dev/ttyUSB0", bauds=0)


def test_a_missing_port_is_no_port() -> None:
    with pytest.raises(PortNotFound, match="/dev/ttyNOWHERE7"):
        SerialSource("/dev/ttyNOWHERE7").open()


def test_a_file_is_no_port(tmp_path: Path) -> None:
    (tmp_path / "log.csv").write_text("1\n")
    with pytest.raises(SourceError, match="--replay"):
        SerialSource(str(tmp_path / "log.csv")).open()


def test_an_unknown_url_is_bad_usage() -> None:
    with pytest.raises(UsageError, match="socket://HOST:PORT"):
        SerialSource("carrier-pigeon://home")


def test_a_refused_connection_says_so() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    with pytest.raises(SourceError, match="cannot open"):
        SerialSource(f"socket://127.0.0.1:{port}").open()


class BytewiseDevice:
    """Gives what it has a byte a read, as rfc2217:// does when nobody waits."""

    def __init__(self, data: bytes) -> None:
        self._left = data

    def read(self, size: int) -> bytes:
        given, self._left = self._left[: min(size, 1)], self._left[1:]
        return given

    def close(self) -> None:
        self._left = b""


def test_all_that_waits_is_taken_at_once_however_the_port_gives_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    said = b"512\n" * 2000
    monkeypatch.setattr("serial.serial_for_url", lambda *_, **__: BytewiseDevice(said))
    arrivals = SerialPort("rfc2217://a.board:2217").arrivals()
    assert next(arrivals).data == said
    assert next(arrivals).data == b""
    arrivals.close()


class DyingDevice(BytewiseDevice):
    """Gives what it has, and is gone."""

    def read(self, size: int) -> bytes:
        if not self._left:
            raise serial.SerialException("device disconnected")
        return super().read(size)


def test_what_came_before_the_port_went_is_not_lost(monkeypatch: pytest.MonkeyPatch) -> None:
    said = b"512\n" * 1000
    monkeypatch.setattr("serial.serial_for_url", lambda *_, **__: DyingDevice(said))
    arrivals = SerialPort("rfc2217://a.board:2217").arrivals()
    assert next(arrivals).data == said
    assert next(arrivals).kind == "lost"
    arrivals.close()
