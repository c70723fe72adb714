import pytest

from sibeat.monitor.outage import Outage
from sibeat.monitor.sources.base import SourceState, SourceStatus


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


def changes(states: list[tuple[float, SourceState]]) -> list[tuple[float, bool]]:
    """Times at which the source went away (True) or came back."""
    clock = Clock()
    outage = Outage(clock)
    told = []
    for clock.now, state in states:
        if outage.changes(SourceStatus(state)):
            told.append((clock.now, outage.away))
    return told


def test_a_lost_port_is_away_at_once() -> None:
    assert changes([(0, "streaming"), (1, "lost"), (2, "lost"), (9, "streaming")]) == [
        (1, True),
        (9, False),
    ]


def test_a_silence_is_an_outage_once_it_lasts() -> None:
    states: list[tuple[float, SourceState]] = [(0.5 * n, "silent") for n in range(1, 8)]
    assert changes([*states, (4, "streaming")]) == [(1.5, True), (4, False)]


def test_a_source_that_sends_in_bursts_is_never_away() -> None:
    burst: list[SourceState] = ["silent"] * 9 + ["streaming"] * 5
    assert changes([(0.1 * n, state) for n, state in enumerate(burst * 20)]) == []


@pytest.mark.parametrize("last", ["lost", "silent"])
def test_a_port_that_is_lost_while_silent_is_one_outage(last: SourceState) -> None:
    states: list[tuple[float, SourceState]] = [(0, "silent"), (2, "silent"), (3, "lost")]
    assert changes([*states, (4, last), (9, "streaming")]) == [(2, True), (9, False)]


def test_the_end_is_no_return() -> None:
    assert changes([(0, "lost"), (1, "ended")]) == [(0, True)]
