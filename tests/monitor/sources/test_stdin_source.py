"""A pipe: everything that was written arrives, its end ends the stream."""

import fcntl
import os
import termios
import threading
import time
from array import array
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest

from sibeat.ecg.errors import SourceError
from sibeat.ecg.record import open_record
from sibeat.ecg.stream import Chunk
from sibeat.monitor.intake import Intake
from sibeat.monitor.sources.stdin_source import FULL_BYTES, READ_BYTES, InputPipe, StdinSource

ARDUINO_LOG = Path(__file__).parents[4] / "shared" / "data" / "serial" / "ehealth_arduino.csv"


@pytest.fixture
def pipe() -> Iterator[tuple[int, int]]:
    read, write = os.pipe()
    yield read, write
    os.close(read)


def written(fd: int, data: bytes) -> threading.Thread:
    """Write in a thread, then close."""

    def write() -> None:
        with os.fdopen(fd, "wb") as file:
            file.write(data)

    thread = threading.Thread(target=write)
    thread.start()
    return thread


def test_all_lines_the_first_and_the_last_too_arrive(pipe: tuple[int, int]) -> None:
    text = "II\n" + "\n".join(str(i) for i in range(30_000))
    thread = written(pipe[1], text.encode())
    with Intake(StdinSource(pipe[0], fs=360.0), queue_s=1.0) as intake:
        info = intake.poll_open(10)
        items = list(intake)
    thread.join(5)
    assert info is not None
    assert (info.lead, info.source, info.fs) == ("II", "standard input", 360.0)
    samples = np.concatenate([item.samples for item in items if isinstance(item, Chunk)])
    assert np.array_equal(samples, np.arange(30_000))
    assert intake.status().state == "ended"
    assert intake.status().n_dropped == 0


def test_a_log_reads_as_its_file_does(pipe: tuple[int, int]) -> None:
    if not ARDUINO_LOG.exists():
        pytest.skip(f"no Arduino log at {ARDUINO_LOG}")
    thread = written(pipe[1], ARDUINO_LOG.read_bytes())
    source = StdinSource(pipe[0])
    info = source.open()
    samples = np.concatenate([item.samples for item in source if isinstance(item, Chunk)])
    thread.join(5)
    record = open_record(ARDUINO_LOG)
    assert (info.fs, info.lead, info.unit) == (record.fs, record.lead, record.unit)
    assert samples.tobytes() == record.read().tobytes()


def test_a_short_log_without_a_rate_asks_for_it(pipe: tuple[int, int]) -> None:
    written(pipe[1], b"1\n" * 100).join(5)
    with pytest.raises(SourceError, match="--fs HZ"):
        StdinSource(pipe[0]).open()


def test_an_empty_pipe_says_that_nothing_came(pipe: tuple[int, int]) -> None:
    written(pipe[1], b"").join(5)
    with pytest.raises(SourceError, match="no samples came"):
        StdinSource(pipe[0]).open()


def test_closing_ends_a_reader_that_waits_for_input(pipe: tuple[int, int]) -> None:
    with Intake(StdinSource(pipe[0], fs=250.0)) as intake:
        os.write(pipe[1], b"1\n" * 100)
        intake.poll_open(10)
    os.close(pipe[1])
    assert not [t for t in threading.enumerate() if t.name == "sibeat-intake"]


def test_a_folder_on_standard_input_is_a_source_error(tmp_path: Path) -> None:
    fd = os.open(tmp_path, os.O_RDONLY)
    with pytest.raises(SourceError, match="standard input cannot be read"):
        StdinSource(fd, None, 250.0).open()
    os.close(fd)


def test_a_pause_of_the_reader_is_none_of_the_file_that_waits(pipe: tuple[int, int]) -> None:
    holds = fcntl.fcntl(pipe[0], fcntl.F_GETPIPE_SZ)
    if holds < READ_BYTES:
        pytest.skip(f"a pipe holds {holds} bytes here, less than a read: it is never seen full")
    thread = written(pipe[1], b"0123456\n" * (5 * holds // 8))
    clock = [0.0]
    arrivals = InputPipe(pipe[0], clock=lambda: clock[0]).arrivals()
    times = []
    for pause_s in (0.1, 0.1, 60.0, 0.1):
        sleep_until(lambda: waiting(pipe[0]) >= FULL_BYTES)
        times.append(next(arrivals).time_s)
        clock[0] += pause_s
    assert times == pytest.approx([0.0, 0.1, 0.2, 0.2])
    list(arrivals)
    thread.join(5)


def test_a_board_that_goes_on_while_nobody_reads_is_late(pipe: tuple[int, int]) -> None:
    clock = [0.0]
    arrivals = InputPipe(pipe[0], clock=lambda: clock[0]).arrivals()
    for _ in range(2):
        os.write(pipe[1], b"1\n" * 100)
        assert next(arrivals).time_s == clock[0]
        clock[0] += 60.0
    os.close(pipe[1])
    assert list(arrivals) == []


def waiting(fd: int) -> int:
    """Bytes that wait in a pipe."""
    held = array("i", [0])
    fcntl.ioctl(fd, termios.FIONREAD, held)
    return held[0]


def sleep_until(holds: Callable[[], bool]) -> None:
    for _ in range(500):
        if holds():
            return
        time.sleep(0.01)
    raise TimeoutError
