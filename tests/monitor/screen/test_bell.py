"""The bell rings once for each reason to."""

from dataclasses import replace

import pytest

from sibeat.ecg.stream import StreamInfo
from sibeat.monitor.events import QualityEvent, RhythmEvent
from sibeat.monitor.screen.bell import AGAIN_S, Bell, is_heard
from sibeat.monitor.screen.builder import SnapshotBuilder
from sibeat.monitor.screen.snapshot import Snapshot
from sibeat.monitor.screen.vitals import missing_signal
from sibeat.monitor.sources.base import SourceStatus

from .conftest import alert

ALERT = alert(100)


class Clock:
    def __init__(self) -> None:
        self.now_s = 1000.0

    def __call__(self) -> float:
        return self.now_s


@pytest.fixture
def gone(snapshot: Snapshot) -> Snapshot:
    """The same heart, its port lost."""
    return replace(snapshot, status=SourceStatus("lost"))


def test_only_what_is_announced_is_heard() -> None:
    assert is_heard(ALERT)
    assert not is_heard(replace(ALERT, announced=False))
    assert is_heard(RhythmEvent("pause", 0, 0, "low", True))
    assert not is_heard(RhythmEvent("mark", 0, 0, "information", False))


def test_an_announcement_rings_once_also_where_the_next_step_says_nothing(
    snapshot: Snapshot,
) -> None:
    bell = Bell(Clock())
    bell.hear([replace(ALERT, announced=False)])
    assert not bell.is_due(snapshot)
    bell.hear([ALERT])
    bell.hear([])
    assert bell.is_due(snapshot)
    assert not bell.is_due(snapshot)


def test_a_signal_that_goes_rings_once_for_whatever_reason(
    snapshot: Snapshot, gone: Snapshot
) -> None:
    bell = Bell(Clock())
    assert not bell.is_due(snapshot)
    assert bell.is_due(replace(snapshot, quality="lead_off"))
    assert not bell.is_due(gone)
    assert not bell.is_due(gone)


def test_an_electrode_that_is_off_from_the_start_has_not_gone(info: StreamInfo) -> None:
    bell = Bell(Clock())
    builder = SnapshotBuilder(info)
    assert not bell.is_due(builder.snapshot())
    builder.add_status(SourceStatus("streaming"))
    assert not bell.is_due(builder.snapshot())
    builder.add_step([QualityEvent(0, 500, "lead_off", "good")], stop=1000)
    assert missing_signal(builder.snapshot()) == "LEAD OFF"
    assert not bell.is_due(builder.snapshot())


def test_a_loose_contact_does_not_ring_each_time(snapshot: Snapshot, gone: Snapshot) -> None:
    clock = Clock()
    bell = Bell(clock)
    rung = []
    for _ in range(61):
        rung += [bell.is_due(snapshot), bell.is_due(gone)]
        clock.now_s += 1.0
    assert sum(rung) == 1 + 60 // AGAIN_S


def test_a_signal_that_goes_once_more_and_stays_away_rings_in_the_end(
    snapshot: Snapshot, gone: Snapshot
) -> None:
    clock = Clock()
    bell = Bell(clock)
    assert [bell.is_due(shown) for shown in (snapshot, gone, snapshot, gone)] == [0, 1, 0, 0]
    clock.now_s += AGAIN_S
    assert bell.is_due(gone)
    clock.now_s += AGAIN_S
    assert not bell.is_due(gone)


def test_an_alert_rings_in_the_time_in_which_a_lost_signal_does_not(
    snapshot: Snapshot, gone: Snapshot
) -> None:
    bell = Bell(Clock())
    for shown in (snapshot, gone, snapshot):
        bell.is_due(shown)
    bell.hear([ALERT])
    assert bell.is_due(gone)
    assert not bell.is_due(gone)
