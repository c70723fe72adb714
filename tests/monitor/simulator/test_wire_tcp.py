"""A port is listened on where it is asked for, and one that is taken says so."""

import socket

import pytest

from sibeat.ecg.errors import OutputError
from sibeat.monitor.simulator.wire_tcp import TcpWire


def has_ipv6() -> bool:
    """Ask the system itself, past the code under test, whether it has an IPv6 loopback."""
    try:
        socket.create_server(("::1", 0), family=socket.AF_INET6).close()
    except OSError:
        return False
    return True


@pytest.mark.skipif(not has_ipv6(), reason="no IPv6 loopback on this system")
def test_tcp_listens_on_ipv6_too() -> None:
    wire = TcpWire("::1", 0)
    with socket.create_connection((wire.host, wire.port), timeout=5):
        assert wire.host == "::1"
    wire.close()


def test_a_port_in_use_is_told() -> None:
    wire = TcpWire("127.0.0.1", 0)
    with pytest.raises(OutputError, match="cannot listen on 127"):
        TcpWire("127.0.0.1", wire.port)
    wire.close()
