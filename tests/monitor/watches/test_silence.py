"""Silence of the heart, told by hand what the pipeline would tell it."""

import pytest

from sibeat.monitor.events import RhythmEvent
from sibeat.monitor.watches.silence import SilenceWatch


def test_silence_falls_due_once_a_limit_and_a_latency_after_the_last_beat():
    watch = SilenceWatch(250.0, limit=1000, latency=170)
    assert watch.due() is None
    assert watch.fire(5) == []
    assert watch.restart(400, 570) == watch.restart(600, 770) == []
    assert watch.due() == 1770
    (event,) = watch.fire(1770)
    assert (event.name, event.sample, event.decided_at_sample) == ("asystole-like", 600, 1770)
    assert (event.priority, event.announced) == ("high", True)
    assert event.detail == "no trusted QRS for 4 s"
    assert watch.lasts
    assert watch.due() is None


def test_the_next_trusted_qrs_ends_it_and_counting_begins_anew():
    watch = SilenceWatch(250.0, limit=1000, latency=170)
    watch.restart(600, 770)
    watch.fire(1770)
    (end,) = watch.restart(5000, 5170)
    assert end == RhythmEvent(
        "asystole-like-end", 5000, 5170, "information", False, "17.60 s without a trusted QRS", 600
    )
    assert not watch.lasts
    assert watch.due() == 6170


def test_lost_signal_ends_it():
    watch = SilenceWatch(250.0, limit=1000, latency=170)
    watch.restart(600, 770)
    watch.fire(1770)
    (end,) = watch.suspend(3000, 3011)
    assert (end.name, end.sample, end.decided_at_sample) == ("asystole-like-end", 3000, 3011)
    assert watch.due() is None


LOSS = 250


def make():
    watch = SilenceWatch(250.0, limit=1000, latency=170, lead_in=100)
    watch.begin(0, 920)
    watch.restart(600, 770)
    return watch


def test_what_was_seen_before_a_short_loss_counts_on_after_it():
    watch = make()
    assert watch.lose(1370, 1381) == []  # 600 samples were seen and judged
    watch.begin(1370 + LOSS, 1381)
    assert watch.due() == 1620 + 100 + 400 + 170
    (event,) = watch.fire(2290)
    assert event.sample == 600


def test_a_loss_tells_what_was_seen_until_then():
    watch = make()
    watch.lose(1370, 1381)
    watch.begin(1400, 5000)  # nothing is due before the learning is over
    assert watch.lose(2069, 2080) == []  # 999 samples
    watch.begin(2100, 5000)
    (event,) = watch.lose(2371, 2382)
    assert (event.name, event.sample, event.decided_at_sample) == ("asystole-like", 600, 2382)


def test_a_loss_does_not_end_it():
    watch = make()
    watch.fire(1770)
    assert watch.lose(2000, 2011) == []
    watch.begin(2000 + LOSS, 3170)
    assert watch.lasts
    assert watch.due() is None


@pytest.mark.parametrize("how", ["a qrs", "suspended"])
def test_nothing_counts_on_after(how):
    watch = make()
    if how == "a qrs":
        watch.restart(1500, 1670)
    watch.lose(1700, 1711)
    if how == "suspended":
        watch.suspend(1750, 1751)
    watch.begin(1800, 0)
    lead_in = 100 - (1700 - 170 - 1500) if how == "a qrs" else 0
    assert watch.due() == 1800 + lead_in + 1000 + 170


def test_silence_is_not_told_before_the_beat_that_it_follows():
    """Beats of the learning period are decided late."""
    watch = SilenceWatch(250.0, limit=250, latency=170)
    watch.restart(100, 900)
    assert watch.due() == 900


def test_nor_before_the_beats_of_a_beginning_can_be_known():
    watch = SilenceWatch(250.0, limit=250, latency=170)
    watch.begin(100, 1020)
    assert watch.due() == 1020
    watch.begin(100, 300)
    assert watch.due() == 520


def test_nor_where_a_rail_comes_while_they_are_being_learnt():
    watch = SilenceWatch(250.0, limit=250, latency=170)
    watch.begin(0, 920)
    watch.restart(250, 250)
    assert watch.due() == 920


def test_a_suspended_watch_counts_nothing():
    watch = SilenceWatch(250.0, limit=1000, latency=170)
    watch.restart(400, 570)
    assert watch.suspend(700, 701) == []
    assert watch.due() is None
