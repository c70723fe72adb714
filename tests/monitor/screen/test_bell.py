"""The bell rings once for each reason to."""

from dataclasses import replace

from sibeat.monitor.events import RhythmEvent
from sibeat.monitor.screen.bell import AGAIN_S, Bell, is_heard

from .conftest import alert

ALERT = alert(100)


class Clock:
    def __init__(self) -> None:
        self.now_s = 1000.0

    def __call__(self) -> float:
        return self.now_s


def test_only_what_is_announced_is_heard() -> None:
    assert is_heard(ALERT)
    assert not is_heard(replace(ALERT, announced=False))
    assert is_heard(RhythmEvent("pause", 0, 0, "low", True))
    assert not is_heard(RhythmEvent("mark", 0, 0, "information", False))


def test_an_announcement_rings_once_also_where_the_next_step_says_nothing() -> None:
    bell = Bell(Clock())
    bell.hear([replace(ALERT, announced=False)])
    assert not bell.is_due("")
    bell.hear([ALERT])
    bell.hear([])
    assert bell.is_due("")
    assert not bell.is_due("")


def test_a_signal_that_goes_rings_once_and_one_that_never_came_does_not() -> None:
    bell = Bell(Clock())
    assert not bell.is_due("NO SIGNAL")
    assert not bell.is_due("")
    assert bell.is_due("LEAD OFF")
    assert not bell.is_due("LEAD OFF")
    assert not bell.is_due("NO SIGNAL")


def test_a_loose_contact_does_not_ring_each_time() -> None:
    clock = Clock()
    bell = Bell(clock)
    rung = []
    for _ in range(61):
        rung += [bell.is_due(""), bell.is_due("LEAD OFF")]
        clock.now_s += 1.0
    assert sum(rung) == 1 + 60 // AGAIN_S


def test_an_alert_rings_in_the_time_in_which_a_lost_signal_does_not() -> None:
    bell = Bell(Clock())
    for missing in ("", "FLAT", ""):
        bell.is_due(missing)
    bell.hear([ALERT])
    assert bell.is_due("FLAT")
    assert not bell.is_due("FLAT")
