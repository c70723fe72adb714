"""A pipe: everything that was written arrives, its end ends the stream."""

import os
import threading
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from sibeat.ecg.errors import SourceError
from sibeat.ecg.record import open_record
from sibeat.ecg.stream import Chunk
from sibeat.monitor.intake import Intake
from sibeat.monitor.sources.stdin_source import StdinSource

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
