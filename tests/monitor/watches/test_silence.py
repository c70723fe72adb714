"""Silence of the heart, told by hand what the pipeline would tell it."""

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


def test_a_suspended_watch_counts_nothing():
    watch = SilenceWatch(250.0, limit=1000, latency=170)
    watch.restart(400, 570)
    assert watch.suspend(700, 701) == []
    assert watch.due() is None
