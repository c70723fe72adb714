"""The simulated board: what is heard at the other end of a real pty or port is what was said."""

import os
import select
import socket
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
import serial

from sibeat.ecg.record import open_record
from sibeat.ecg.signal_file import SignalWriter
from sibeat.ecg.stream import Chunk, FloatArray, Gap, Item
from sibeat.ecg.synthetic import SyntheticEcg
from sibeat.ecg.synthetic_rhythm import RhythmSettings
from sibeat.ecg.synthetic_settings import SyntheticSettings
from sibeat.monitor.simulator.speaking import (
    Spoken,
    TextEncoder,
    record_items,
    speak,
    synthetic_items,
)
from sibeat.monitor.simulator.wire import Wire
from sibeat.monitor.simulator.wire_pty import PtyWire
from sibeat.monitor.simulator.wire_tcp import TcpWire
from sibeat.monitor.sources.pacing import Pacer

FS = 250.0


WITH_LEAD_OFF = SyntheticSettings(RhythmSettings(onset_s=1), lead_off_rate=12, lead_off_s=1)


def synthetic(n_samples: int) -> tuple[list[Item], list[str]]:
    """Make items to say, and the lines to hear (without the preamble)."""
    items = list(synthetic_items(SyntheticEcg(WITH_LEAD_OFF, FS, 2), 5, n_samples))
    return items, b"".join(map(TextEncoder(FS).encode, items)).decode().split()


def in_background(work: Callable[[], None]) -> threading.Thread:
    thread = threading.Thread(target=work, daemon=True)
    thread.start()
    return thread


def parsed(lines: list[str]) -> FloatArray:
    return np.array([np.nan if line == "!" else float(line) for line in lines], np.float32)


def signal_of(items: list[Item]) -> FloatArray:
    return np.concatenate(
        [
            item.samples if isinstance(item, Chunk) else np.full(item.n_samples, np.nan, "f4")
            for item in items
        ]
    )


def speaking(wire: Wire, items: list[Item], spoken: Spoken, speed: float | None) -> None:
    with wire:
        speak(items, TextEncoder(FS), wire, FS, Pacer(speed), spoken)


@pytest.mark.parametrize("speed", [None, 20.0])
def test_a_real_pty_gives_back_the_identical_float32(speed: float | None) -> None:
    items, _ = synthetic(5000)
    wire, spoken = PtyWire(settle_s=0.1), Spoken()
    thread = in_background(lambda: speaking(wire, items, spoken, speed))
    with serial.Serial(wire.path, 115200, timeout=5) as port:
        heard = b"".join(until_hang_up(lambda: port.read(max(1, port.in_waiting))))
    thread.join(10)
    comment, header, *lines = heard.decode().splitlines()
    assert (comment, header) == ("# sibeat simulate, 250 Hz", "II [mV]")
    assert parsed(lines).tobytes() == signal_of(items).tobytes()
    assert spoken == Spoken(5000, 5000)
    assert "!" in lines


def until_hang_up(read: Callable[[], bytes]) -> Iterator[bytes]:
    """Read until the other side hangs up (a pty says so with an error) or says nothing."""
    try:
        while data := read():
            yield data
    except (OSError, serial.SerialException):
        return


def test_whoever_does_not_set_the_port_up_gets_it_raw() -> None:
    items, lines = synthetic(600)
    wire = PtyWire(settle_s=0.1)
    thread = in_background(lambda: speaking(wire, items, Spoken(), None))
    slave = os.open(wire.path, os.O_RDONLY | os.O_NOCTTY)
    heard = b"".join(until_hang_up(lambda: os.read(slave, 4096)))
    os.close(slave)
    thread.join(10)
    assert heard.decode().splitlines()[2:] == lines


def until(condition: Callable[[], bool]) -> bool:
    waiting = threading.Event()
    for _ in range(500):
        if condition():
            return True
        waiting.wait(0.01)
    return False


def gated(items: list[Item], wire: Wire, left: threading.Event) -> Iterator[Item]:
    """Go on from item 100 when the listener has left, from item 200 when another one came."""
    yield from items[:100]
    left.wait(10)
    yield from items[100:200]
    wire.wait_for_listener()
    yield from items[200:]


def lines_of(items: list[Item]) -> list[str]:
    return b"".join(map(TextEncoder(FS).encode, items)).decode().split()


def test_pty_listeners_come_and_go() -> None:
    items, _ = synthetic(2000)
    wire, spoken, left = PtyWire(settle_s=0.05), Spoken(), threading.Event()
    thread = in_background(lambda: speaking(wire, gated(items, wire, left), spoken, None))
    first = os.open(wire.path, os.O_RDONLY | os.O_NOCTTY)
    assert select.select([first], [], [], 10)[0]
    os.read(first, 64)
    os.close(first)
    left.set()
    assert until(lambda: spoken.n_samples - spoken.n_heard > 50)
    again = os.open(wire.path, os.O_RDONLY | os.O_NOCTTY)
    heard = b"".join(until_hang_up(lambda: os.read(again, 4096)))
    os.close(again)
    thread.join(10)
    whole = heard[heard.rindex(b"# sibeat") :].decode().splitlines()[2:]
    assert whole == lines_of(items[200:])
    assert spoken.n_samples == 2000 > spoken.n_heard
    assert wire.n_listeners == 2


def test_tcp_gives_back_the_same_lines() -> None:
    items, lines = synthetic(20_000)  # more than the buffers hold: a slow listener is waited for
    wire, spoken = TcpWire("127.0.0.1", 0, settle_s=0.05), Spoken()
    thread = in_background(lambda: speaking(wire, items, spoken, None))
    with socket.create_connection((wire.host, wire.port), timeout=5) as connection:
        heard = b"".join(until_hang_up(lambda: connection.recv(4096)))
    thread.join(10)
    assert heard.decode().splitlines()[2:] == lines
    assert spoken.n_heard == 20_000


def test_tcp_listeners_come_and_go() -> None:
    items, _ = synthetic(2000)
    wire, spoken, left = TcpWire("127.0.0.1", 0, settle_s=0.05), Spoken(), threading.Event()
    thread = in_background(lambda: speaking(wire, gated(items, wire, left), spoken, None))
    with socket.create_connection((wire.host, wire.port), timeout=5) as connection:
        connection.sendall(b"commands are not understood")
        assert connection.recv(10)
    left.set()
    assert until(lambda: spoken.n_samples - spoken.n_heard > 50)
    with socket.create_connection((wire.host, wire.port), timeout=5) as connection:
        heard = b"".join(until_hang_up(lambda: connection.recv(4096)))
    thread.join(10)
    assert heard.decode().splitlines()[2:] == lines_of(items[200:])
    assert spoken.n_samples == 2000 > spoken.n_heard


class Recorder(Wire):
    """A wire that always has a listener and keeps what is said, with the time."""

    def __init__(self, clock: Callable[[], float]) -> None:
        super().__init__(settle_s=0.0)
        self.said: list[tuple[float, bytes]] = []
        self._clock = clock

    def _is_heard(self) -> bool:
        return True

    def _write_some(self, data: bytes) -> int:
        self.said.append((self._clock(), data[:7]))
        return len(data[:7])

    def plug(self) -> None:
        """Be there always."""

    unplug = plug

    def close(self) -> None:
        """Nothing is open."""


def test_nothing_is_said_before_it_has_happened_and_time_does_not_drift() -> None:
    now = [5.0]

    def sleep(seconds: float) -> None:
        now[0] += seconds + 0.003  # each sleep overshoots

    wire, spoken = Recorder(lambda: now[0]), Spoken()
    items, _ = synthetic(1000)
    pacer = Pacer(1.0, clock=lambda: now[0], sleep=sleep)
    speak(items, TextEncoder(FS, ""), wire, FS, pacer, spoken)
    n_lines = np.cumsum([data.count(b"\n") for _, data in wire.said])
    late = np.array([moment for moment, _ in wire.said]) - 5.0 - n_lines / FS
    assert np.all(late >= -1e-9)
    assert np.all(late <= 0.003 + 5 / FS + 1e-9)
    assert b"".join(data for _, data in wire.said).count(b"\n") == 1000


def test_a_real_record_is_spoken_whole_with_its_invalid_samples(tmp_path: Path) -> None:
    with SignalWriter(tmp_path / "rec", FS, "MLII") as writer:
        writer.write(np.array([0.5, np.nan, -0.5] * 100, np.float32))
    record = open_record(tmp_path / "rec")
    items = list(record_items(record, 7, None))
    assert all(item.stop - item.start <= 7 for item in items)
    text = b"".join(map(TextEncoder(FS).encode, items)).decode().split()
    assert text == ["0.5", "nan", "-0.5"] * 100
    assert sum(item.stop - item.start for item in record_items(record, 7, 50)) == 50
    assert sum(item.stop - item.start for item in record_items(record, 7, 5000)) == 300


def test_long_gaps_of_a_record_are_said_piece_by_piece(tmp_path: Path) -> None:
    path = tmp_path / "rec.csv"
    rows = [f"{i * 4000},{'!' if 100 <= i < 160 else i % 9}" for i in range(500)]
    path.write_text("time_us,ecg\n" + "\n".join(rows) + "\n")
    items = list(record_items(open_record(path), 7, None))
    assert all(item.stop - item.start <= 7 for item in items)
    assert sum(item.n_samples for item in items if isinstance(item, Gap)) == 60
