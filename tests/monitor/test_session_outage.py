import threading
from collections.abc import Iterator, Sequence
from dataclasses import replace

import pytest

from sibeat.ecg.stream import Gap, Item
from sibeat.monitor.sinks.base import Headless
from sibeat.monitor.sources.base import SourceState, SourceStatus
from tests.monitor.fake_session import FakeSource, chunk, make, sink_of


class LeavingSource(FakeSource):
    """Goes away after its first item and comes back, each once the session has noticed."""

    def __init__(self, items: Sequence[Item], *, live: bool) -> None:
        super().__init__(items)
        self.live = live
        self.noticed = threading.Event()
        self.state: SourceState = "streaming"

    def __iter__(self) -> Iterator[Item]:
        yield self._items[0]
        for state in ("lost", "silent", "streaming"):
            self.noticed.clear()
            self.state = state
            self.noticed.wait(10)
        yield from self._items[1:]

    def status(self) -> SourceStatus:
        return SourceStatus(self.state)


class NoticingDisplay(Headless):
    def __init__(self, source: LeavingSource) -> None:
        super().__init__(print)
        self._source = source

    def tell(self, status: SourceStatus, warnings: Sequence[str]) -> None:
        if status.state == self._source.state:
            self._source.noticed.set()


@pytest.mark.parametrize(
    ("live", "calls"),
    [
        (True, ["start", "lost 1100", "streaming 1100", "end 1200", "close"]),
        (False, ["start", "end 1200", "close"]),
    ],
)
def test_an_outage_of_a_live_source_is_noted_when_it_begins_and_when_it_ends(
    live: bool, calls: list[str]
) -> None:
    source = LeavingSource(
        [chunk(1000, 100), Gap(1100, 50, "reconnect"), chunk(1150, 50)], live=live
    )
    session = replace(make(source), display=NoticingDisplay(source))
    session.run()
    assert sink_of(session).calls == calls
