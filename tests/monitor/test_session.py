import threading
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pytest

from sibeat.ecg.errors import OutputError, PortNotFound, RecordError
from sibeat.ecg.stream import Chunk, Gap, Item, StreamInfo
from sibeat.model.baseline import BaselineState
from sibeat.monitor.events import BeatFinal, Event, GapEvent, RhythmEvent
from sibeat.monitor.session import Session
from sibeat.monitor.sinks.base import EventCollector, Headless
from sibeat.monitor.sources.base import SourceStatus
from sibeat.monitor.stopping import CTRL_C, StopRequest

INFO = StreamInfo("208", "replay 208", 100.0, "MLII", first_sample=1000)


def chunk(start: int, n_samples: int) -> Chunk:
    return Chunk(start, np.zeros(n_samples, np.float32))


class FakeSource:
    """Items from a list, then an error if there is one, or an endless wait."""

    live = False
    info = INFO

    def __init__(
        self, items: Sequence[Item], error: Exception | None = None, endless: bool = False
    ) -> None:
        self._items = items
        self._error = error
        self._endless = endless
        self.open_error: Exception | None = None
        self.closed = threading.Event()

    def open(self) -> StreamInfo:
        if self.open_error:
            raise self.open_error
        return INFO

    def __iter__(self) -> Iterator[Item]:
        yield from self._items
        if self._endless:
            self.closed.wait(10)
        if self._error:
            raise self._error

    def status(self) -> SourceStatus:
        return SourceStatus("streaming", n_reconnects=2, n_garbage=5, warnings=("odd",))

    def close(self) -> None:
        self.closed.set()


@dataclass
class FakeStep:
    events: list[Event]
    trace: list[Chunk] = field(default_factory=list)


class FakePipeline:
    """A beat at the end of every item; one more at the end of the stream."""

    latency_samples = 65
    baseline_state: BaselineState = "learning"

    def __init__(self, info: StreamInfo) -> None:
        self.position = info.first_sample
        self.items: list[Item] = []

    def feed(self, item: Item) -> FakeStep:
        self.items.append(item)
        self.position = item.stop
        if isinstance(item, Gap):
            gap = GapEvent(item.start, item.stop, item.n_samples, item.reason, False)
            return FakeStep([gap])
        return FakeStep([self._beat()], [item])

    def flush(self) -> FakeStep:
        return FakeStep([self._beat()])

    def _beat(self) -> BeatFinal:
        return BeatFinal(self.position, self.position, 0.2, 0, 0, "normal", None)


class FakeSink(EventCollector):
    """Keeps everything it is told."""

    def __init__(self) -> None:
        super().__init__()
        self.calls: list[str] = []
        self.counts: Mapping[str, Any] = {}
        self.start_error: Exception | None = None

    def start(self, info: StreamInfo, about: Mapping[str, Any]) -> None:
        self.calls.append("start")
        if self.start_error:
            raise self.start_error

    def take(self, event: Event) -> None:
        self.events.append(event)

    def end(self, sample: int, counts: Mapping[str, Any]) -> None:
        self.calls.append(f"end {sample}")
        self.counts = counts

    def close(self) -> None:
        self.calls.append("close")


class FakeDisplay(Headless):
    """Asks for the end after so many steps."""

    def __init__(self, stop: StopRequest, after: int) -> None:
        super().__init__(print)
        self._stop = stop
        self._left = after
        self.heard = self.stopped = 0

    def listen(self) -> None:
        self.heard += 1

    def show(self, events: Iterable[Event], trace: Iterable[Chunk], stop: int) -> None:
        self._left -= 1
        if self._left == 0:
            self._stop.ask("q")

    def stop(self) -> None:
        self.stopped += 1


def make(source: FakeSource, after: int = -1, duration_s: float | None = None) -> Session:
    stop = StopRequest()
    display = FakeDisplay(stop, after)
    return Session(source, FakePipeline, [FakeSink()], display, stop, duration_s=duration_s)


def sink_of(session: Session) -> FakeSink:
    (sink,) = session.sinks
    assert isinstance(sink, FakeSink)
    return sink


def test_a_stream_is_processed_flushed_counted_and_everything_closed() -> None:
    source = FakeSource([chunk(1000, 100), Gap(1100, 50, "lead_off"), chunk(1150, 50)])
    session = make(source)
    outcome = session.run()
    sink = sink_of(session)
    assert sink.calls == ["start", "end 1200", "close"]
    assert [event.sample for event in sink.events] == [1100, 1100, 1200, 1200]
    assert sink.counts["beats"] == 3
    assert sink.counts["ended"] == "the end of the stream"
    assert outcome.error is None
    assert outcome.stopped_by is None
    assert outcome.summary is not None
    assert outcome.summary.duration_s == 2.0
    assert outcome.summary.loss.lead_off_s == 0.5
    assert outcome.summary.loss.reconnects == 2
    assert outcome.summary.warnings == ("odd",)
    assert source.closed.is_set()


def test_a_broken_source_gives_its_error_after_everything_was_written() -> None:
    error = RecordError("208.dat is short")
    session = make(FakeSource([chunk(1000, 100)], error))
    outcome = session.run()
    assert outcome.error is error
    assert len(sink_of(session).events) == 2
    assert sink_of(session).calls == ["start", "end 1100", "close"]
    assert "208.dat is short" in sink_of(session).counts["ended"]


def test_a_key_ends_an_endless_stream_cleanly() -> None:
    session = make(FakeSource([chunk(1000, 100)], endless=True), after=1)
    outcome = session.run()
    assert outcome.stopped_by == "q"
    assert sink_of(session).counts["ended"] == "q"
    assert sink_of(session).calls[-2:] == ["end 1100", "close"]
    assert isinstance(session.display, FakeDisplay)
    assert session.display.stopped == 1


def test_keys_are_taken_while_the_source_is_waited_for() -> None:
    session = make(FakeSource([]))
    assert isinstance(session.display, FakeDisplay)
    session.stop.ask("q")
    assert session.run().stopped_by == "q"
    assert (session.display.heard, session.display.stopped) == (1, 1)


def test_a_duration_cuts_the_last_chunk_and_ends_the_stream() -> None:
    source = FakeSource([chunk(1000, 100), chunk(1100, 100), chunk(1200, 100)], endless=True)
    session = make(source, duration_s=1.5)
    outcome = session.run()
    assert outcome.stop_sample == 1150
    assert sink_of(session).counts["ended"] == "--duration"


def test_a_source_that_cannot_be_opened_raises_and_everything_is_closed() -> None:
    source = FakeSource([])
    source.open_error = PortNotFound("no such port")
    session = make(source)
    with pytest.raises(PortNotFound):
        session.run()
    assert sink_of(session).calls == ["close"]


def test_an_output_that_cannot_be_begun_raises_before_anything_is_read() -> None:
    session = make(FakeSource([chunk(1000, 100)]))
    sink_of(session).start_error = OutputError("no")
    with pytest.raises(OutputError):
        session.run()
    assert sink_of(session).calls == ["start", "close"]


def test_a_stop_before_the_stream_begins_has_no_summary() -> None:
    session = make(FakeSource([chunk(1000, 100)]))
    session.stop.ask(CTRL_C)
    outcome = session.run()
    assert outcome.summary is None
    assert outcome.stopped_by == CTRL_C


def test_the_users_marks_go_to_the_sinks_at_the_sample_they_were_made() -> None:
    session = make(FakeSource([chunk(1000, 100)]))
    session.marks.append(1040)
    session.run()
    marks = [event for event in sink_of(session).events if isinstance(event, RhythmEvent)]
    assert marks == [RhythmEvent("mark", 1040, 1100, "information", False)]
