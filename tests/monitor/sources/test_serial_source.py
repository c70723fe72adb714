"""A real pty and a real socket: samples, silence, unplugging and coming back."""

import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import pairwise
from pathlib import Path

import pytest

from sibeat.ecg.errors import SourceError, StreamLost
from sibeat.ecg.stream import Chunk, Gap, Item, StreamInfo
from sibeat.monitor.intake import Intake
from sibeat.monitor.sources.serial_port import BAUDS, SerialPort
from sibeat.monitor.sources.serial_source import SerialSource
from tests.pty_board import Board

DEADLINE_S = 10.0


@pytest.fixture
def board(tmp_path: Path) -> Iterator[Board]:
    board = Board(tmp_path / "ttyFAKE0")
    yield board
    board.close()


@contextmanager
def reading(port: object, **options: float | None) -> Iterator[Intake]:
    """Read a port, and send nothing before it is open: opening drops what had come."""
    source = SerialSource(str(port), fs=250.0, **options)  # type: ignore[arg-type]
    with Intake(source) as intake:
        wait_for(lambda: source._transport._device is not None)  # type: ignore[attr-defined]
        yield intake


def wait_for(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + DEADLINE_S
    while not condition():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.005)


def settled(intake: Intake) -> StreamInfo:
    info = intake.poll_open(DEADLINE_S)
    assert info is not None, intake.status()
    return info


def lines(first: int, stop: int) -> bytes:
    return b"".join(b"%d\r\n" % i for i in range(first, stop))


def until(items: Iterator[Item | None], stop: int) -> list[Item]:
    """Take items until that many samples have come."""
    taken: list[Item] = []
    deadline = time.monotonic() + DEADLINE_S
    n_samples = 0
    while n_samples < stop:
        assert time.monotonic() < deadline, f"only {n_samples} of {stop} samples came"
        item = next(items)
        if item is not None:
            taken.append(item)
            n_samples += len(item.samples) if isinstance(item, Chunk) else 0
    return taken


def until_true(items: Iterator[Item | None], reached: Callable[[list[Item]], bool]) -> list[Item]:
    """Take items until that is true of them, or of the world."""
    taken: list[Item] = []
    deadline = time.monotonic() + DEADLINE_S
    while not reached(taken):
        assert time.monotonic() < deadline, f"got {taken}"
        item = next(items)
        if item is not None:
            taken.append(item)
    return taken


def until_state(intake: Intake, state: str, items: Iterator[Item | None]) -> list[Item]:
    return until_true(items, lambda _: intake.status().state == state)


def has_gap(items: list[Item]) -> bool:
    return any(isinstance(item, Gap) for item in items)


def values(items: list[Item]) -> list[float]:
    return [value for item in items if isinstance(item, Chunk) for value in item.samples.tolist()]


def test_every_line_but_the_first_arrives_in_order(board: Board) -> None:
    with reading(board.link) as intake:
        board.send(b"half a li")
        board.send(b"ne\r\n" + lines(0, 300))
        info = settled(intake)
        board.send(lines(300, 600))
        items = until(intake.ticking(0.1), 600)
    assert values(items) == list(range(600))
    assert (info.fs, info.lead, info.unit) == (250.0, "ECG", "a.u.")
    assert info.source == f"serial {board.link}"
    assert info.name.endswith("ttyFAKE0")


def test_silence_becomes_a_gap_while_it_lasts(board: Board) -> None:
    with reading(board.link, silence_s=0.3) as intake:
        board.send(b"\n" + lines(0, 100))
        settled(intake)
        ticks = intake.ticking(0.05)
        items = until(ticks, 100) + until_true(ticks, has_gap)
        assert intake.status().state == "silent"
        board.send(lines(100, 2000))  # at once: of these, what was given as a gap is left out
        items += until(ticks, 100)
    gaps = [item for item in items if isinstance(item, Gap)]
    assert {gap.reason for gap in gaps} == {"silence"}
    assert all(a.stop == b.start for a, b in pairwise(items))
    assert values(items)[:100] == list(range(100))
    first, *rest = values(items)[100:]
    assert 100 <= first <= 100 + sum(gap.n_samples for gap in gaps)
    assert rest == list(range(int(first) + 1, int(first) + 1 + len(rest)))


def test_an_unplugged_board_is_found_again(board: Board) -> None:
    with reading(board.link) as intake:
        board.send(b"\n" + lines(0, 100))
        settled(intake)
        ticks = intake.ticking(0.05)
        items = until(ticks, 100)
        board.unplug()
        items += until_state(intake, "lost", ticks)
        board.plug()
        items += until_state(intake, "silent", ticks)  # open again, nothing sent yet
        board.send(b"cut\r\n" + lines(100, 120))  # no more than may come late: no backlog
        items += until(ticks, 20)
        status = intake.status()
    assert values(items) == list(range(120))
    assert {item.reason for item in items if isinstance(item, Gap)} == {"reconnect"}
    assert all(a.stop == b.start for a, b in pairwise(items))
    assert (status.n_reconnects, status.n_gaps) == (1, 1)


def test_a_board_that_stays_away_is_given_up(board: Board) -> None:
    with reading(board.link, reconnect_timeout_s=0.2) as intake:
        board.send(b"\n" + lines(0, 100))
        settled(intake)
        ticks = intake.ticking(0.05)
        until(ticks, 100)
        board.unplug()
        with pytest.raises(StreamLost, match="--reconnect-timeout"):
            until(ticks, 1)


def test_a_board_is_given_time_to_reset(board: Board) -> None:
    with reading(board.link, silence_s=0.1) as intake:
        assert intake.poll_open(0.4) is None
        assert intake.status().state == "connecting"
        board.send(b"\n" + lines(0, 100))
        assert settled(intake).first_sample == 0
        assert values(until(intake.ticking(0.1), 100)) == list(range(100))


def test_the_second_bit_rate_is_the_last_one_tried(board: Board) -> None:
    port = SerialPort(str(board.link))
    arrivals = port.arrivals()
    assert next(arrivals).data == b""
    assert port.next_rate()
    assert port._device is not None
    assert port._device.baudrate == BAUDS[1]
    assert not port.next_rate()
    port.close()
    assert list(arrivals) == []


def test_a_port_that_goes_as_the_bit_rate_changes_is_lost(board: Board) -> None:
    port = SerialPort(str(board.link))
    arrivals = port.arrivals()
    assert next(arrivals).kind == "read"
    board.unplug()
    assert port.next_rate()
    assert next(arrivals).kind == "lost"
    arrivals.close()


def test_a_bit_rate_that_a_device_does_not_take_is_told() -> None:
    port = SerialPort("loop://", bauds=[9600, 2**33])
    arrivals = port.arrivals()
    next(arrivals)
    with pytest.raises(SourceError, match=r"8589934592 bit/s.*--baud"):
        port.next_rate()
    arrivals.close()


def test_a_port_in_use_is_not_shared(board: Board) -> None:
    with reading(board.link) as intake:
        board.send(b"\n" + lines(0, 100))
        settled(intake)
        with pytest.raises(SourceError, match="another program"):
            SerialSource(str(board.link)).open()


def test_a_socket_is_a_port_and_its_end_a_loss() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        url = f"socket://127.0.0.1:{server.getsockname()[1]}"
        with reading(url) as intake:
            connection, _ = server.accept()
            with connection:
                connection.sendall(b"x\n" + lines(0, 500))
                assert settled(intake).name.startswith("serial-socket-127-0-0-1-")
                ticks = intake.ticking(0.05)
                assert values(until(ticks, 500)) == list(range(500))
            until_state(intake, "lost", ticks)
            again, _ = server.accept()
            until_state(intake, "silent", ticks)
            with again:
                again.sendall(b"x\n" + lines(500, 520))  # no more than may come late: no backlog
                assert values(until(ticks, 20)) == list(range(500, 520))


def test_closing_ends_the_reader_and_frees_the_port(board: Board) -> None:
    for _ in range(2):
        with reading(board.link) as intake:
            board.send(b"\n" + lines(0, 100))
            settled(intake)
    assert not [t for t in threading.enumerate() if t.name == "sibeat-intake"]
