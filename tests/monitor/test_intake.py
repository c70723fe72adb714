"""One reader thread: everything arrives in order, errors travel, stopping is prompt."""

import threading
from collections.abc import Iterator

import numpy as np
import pytest

from sibeat.ecg.errors import RecordError, SourceError
from sibeat.ecg.stream import Chunk, Gap, Item, StreamInfo
from sibeat.monitor.intake import Intake
from sibeat.monitor.sources.base import SourceStatus

INFO = StreamInfo("x", "test", 100.0, "II")


class FakeSource:
    """Gives chunks of 10 samples; may fail, or wait until it is closed."""

    def __init__(
        self, n_chunks: int, live: bool = False, error: Exception | None = None, wait: bool = False
    ) -> None:
        self.live = live
        self.info = INFO
        self.open_error: Exception | None = None
        self.gate = threading.Event()
        self.thread: threading.Thread | None = None
        self._n_chunks, self._error, self._wait = n_chunks, error, wait
        self._closed = threading.Event()

    def open(self) -> StreamInfo:
        if self.open_error is not None:
            raise self.open_error
        return self.info

    def __iter__(self) -> Iterator[Item]:
        self.thread = threading.current_thread()
        for i in range(self._n_chunks):
            yield Chunk(10 * i, np.full(10, i, dtype=np.float32))
        self.gate.set()
        if self._wait:
            self._closed.wait()
        if self._error is not None:
            raise self._error

    def status(self) -> SourceStatus:
        return SourceStatus("streaming", n_dropped=1, n_gaps=1)

    def close(self) -> None:
        self._closed.set()


def test_all_items_come_in_order_from_one_other_thread() -> None:
    source = FakeSource(1000)
    with Intake(source, queue_s=1.0) as intake:
        assert intake.wait_open() == INFO
        items = list(intake)
    assert [item.start for item in items] == list(range(0, 10_000, 10))
    assert source.thread is not threading.current_thread()


def test_a_live_source_overflows_into_a_counted_gap() -> None:
    source = FakeSource(100, live=True)
    with Intake(source, queue_s=1.0) as intake:
        assert source.gate.wait(5)
        items = list(intake)
        status = intake.status()
    assert items[-1] == Gap(100, 900, "overflow")
    assert (status.n_dropped, status.n_gaps) == (901, 2)


def test_an_error_of_the_source_comes_after_its_last_item() -> None:
    taken = []
    with Intake(FakeSource(3, error=RecordError("truncated"))) as intake:
        items = iter(intake)
        taken = [next(items) for _ in range(3)]
        with pytest.raises(RecordError, match="truncated"):
            next(items)
    assert taken[-1].stop == 30


def test_an_error_while_opening_is_raised_to_who_waits_for_it() -> None:
    source = FakeSource(0)
    source.open_error = SourceError("no port")
    with Intake(source) as intake, pytest.raises(SourceError, match="no port"):
        intake.wait_open()


def test_the_consumer_gets_a_tick_when_nothing_comes() -> None:
    with Intake(FakeSource(1, wait=True)) as intake:
        ticks = intake.ticking(0.01)
        assert isinstance(next(ticks), Chunk)
        assert next(ticks) is None


@pytest.mark.parametrize("live", [True, False])
def test_closing_ends_a_reader_that_waits(live: bool) -> None:
    source = FakeSource(100, live=live, wait=True)
    intake = Intake(source, queue_s=0.5)
    with intake:
        intake.wait_open()
        assert next(iter(intake)).start == 0
    assert source.thread is not None
    source.thread.join(5)
    assert not source.thread.is_alive()
    intake.close()
