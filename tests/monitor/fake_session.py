"""A session of fakes: what goes in and comes out is in plain sight."""

import threading
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from sibeat.ecg.stream import Chunk, Gap, Item, StreamInfo
from sibeat.model.baseline import BaselineState
from sibeat.monitor.events import BeatFinal, Event, GapEvent
from sibeat.monitor.session import Session
from sibeat.monitor.sinks.base import EventCollector, Headless
from sibeat.monitor.sources.base import SourceStatus
from sibeat.monitor.stopping import StopRequest

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

    def note(self, status: SourceStatus, sample: int) -> None:
        self.calls.append(f"{status.state} {sample}")

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
