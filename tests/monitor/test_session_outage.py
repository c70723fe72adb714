import threading
from collections.abc import Iterator, Sequence
from dataclasses import replace

import pytest

from sibeat.ecg.stream import Gap, Item
from sibeat.monitor.sinks.base import Headless
from sibeat.monitor.sources.base import SourceState, SourceStatus
from tests.monitor.fake_session import FakeSource, chunk, make, sink_of

STATES: tuple[SourceState, ...] = ("lost", "silent", "streaming")


class LeavingSource(FakeSource):
    """Goes away after its first item and comes back, each once the session has told of it."""

    live = True

    def __init__(self, items: Sequence[Item]) -> None:
        super().__init__(items)
        self.told = {state: threading.Event() for state in STATES}
        self.state: SourceState = "connecting"

    def __iter__(self) -> Iterator[Item]:
        yield self._items[0]
        for self.state in STATES:
            assert self.told[self.state].wait(10)
        yield from self._items[1:]

    def status(self) -> SourceStatus:
        return SourceStatus(self.state)


class TellingDisplay(Headless):
    """Lets the source know which state the session has told of."""

    def __init__(self, source: LeavingSource) -> None:
        super().__init__(print)
        self._source = source

    def tell(self, status: SourceStatus, warnings: Sequence[str]) -> None:
        if status.state in self._source.told:
            self._source.told[status.state].set()


@pytest.mark.parametrize(
    ("notes_outages", "calls"),
    [
        (True, ["start", "lost 1100", "streaming 1100", "end 1200", "close"]),
        (False, ["start", "end 1200", "close"]),
    ],
)
def test_an_outage_is_noted_when_it_begins_and_when_it_ends(
    notes_outages: bool, calls: list[str]
) -> None:
    source = LeavingSource([chunk(1000, 100), Gap(1100, 50, "reconnect"), chunk(1150, 50)])
    display = TellingDisplay(source)
    session = replace(make(source), display=display, notes_outages=notes_outages)
    outcome = session.run()
    assert outcome.error is None
    assert sink_of(session).calls == calls
